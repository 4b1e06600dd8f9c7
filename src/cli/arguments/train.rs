//! Arguments of the commands that train and evaluate.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Device, Network, Overrides};

/// Arguments of `train`.
#[derive(Debug, Args)]
pub struct Train {
    /// A preset (see `presets`), a document file, or a weight file that carries its network.
    #[arg(value_name = "ARCH", required_unless_present = "resume")]
    pub architecture: Option<String>,
    /// Changes of it; the classes are those of the pictures.
    #[command(flatten)]
    pub overrides: Overrides,
    /// shapes, cifar10:DIR, cifar100:DIR or folder:DIR.
    #[arg(long, value_name = "SOURCE", default_value = "shapes")]
    pub data: String,
    /// The folder for course, checkpoints and network; made if it does not exist.
    #[arg(short, long, value_name = "RUN_DIR", required_unless_present = "resume")]
    pub output: Option<PathBuf>,
    /// Go on with the training in this folder, from its last checkpoint.
    #[arg(long, value_name = "RUN_DIR", conflicts_with_all = [
        "architecture", "output", "data", "weights", "limit", "held_out", "data_seed", "Overrides", "RecipeOptions",
    ])]
    pub resume: Option<PathBuf>,
    /// Weights to begin with: those that fit the network are used, such as all but the head.
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// Where to compute.
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: Device,
    /// At most so many pictures to train on; of shapes exactly so many, instead of 40000.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: Option<u32>,
    /// At most so many each to validate and to test; of shapes exactly so many, instead of 4000.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub held_out: Option<u32>,
    /// Seed of generated pictures and of a folder's division.
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    pub data_seed: u64,
    /// Train twice, with and without ScheduledDropPath, and draw both courses in one chart.
    #[arg(long, conflicts_with = "resume")]
    pub compare_drop_path: bool,
    /// Save a checkpoint at least every so many seconds, besides after every epoch.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    pub checkpoint_seconds: u32,
    /// How.
    #[command(flatten)]
    pub recipe: RecipeOptions,
}

/// What of the recipe is not as usual.
#[derive(Debug, Default, Args)]
pub struct RecipeOptions {
    /// Times that each picture is seen [default: 12].
    #[arg(long, value_name = "E")]
    pub epochs: Option<u32>,
    /// Pictures of one step [default: 64].
    #[arg(long, value_name = "B")]
    pub batch: Option<u32>,
    /// The highest learning rate, which falls to zero along half a cosine [default: 0.1].
    #[arg(long, value_name = "RATE")]
    pub rate: Option<f64>,
    /// Epochs in which the rate rises first [default: 0.5].
    #[arg(long, value_name = "E")]
    pub warm_up: Option<f64>,
    /// Momentum of the steps [default: 0.9].
    #[arg(long, value_name = "M")]
    pub momentum: Option<f64>,
    /// Pull of the weights towards zero [default: 0.0005].
    #[arg(long, value_name = "D")]
    pub weight_decay: Option<f64>,
    /// Longest gradient [default: 5].
    #[arg(long, value_name = "NORM")]
    pub clip: Option<f64>,
    /// Part of the target that all classes share [default: 0].
    #[arg(long, value_name = "PART")]
    pub label_smoothing: Option<f64>,
    /// How much of the averaged weights each step keeps at most [default: 0.999].
    #[arg(long, value_name = "PART")]
    pub average: Option<f64>,
    /// Weight of the auxiliary head's loss, published as 0.4 [default: 0, no such head].
    #[arg(long, value_name = "W")]
    pub auxiliary: Option<f64>,
    /// Probability that the last cell's paths are kept at the end, published as 0.6 or 0.7
    /// [default: 1, none is dropped].
    #[arg(long, value_name = "P")]
    pub keep_path: Option<f64>,
    /// What the dropping of paths grows with [default: v3, ScheduledDropPath].
    #[arg(long, value_name = "VERSION")]
    pub drop_path: Option<DropPath>,
    /// How much of the batch norms' statistics each step keeps [default: 0.9].
    #[arg(long, value_name = "M")]
    pub batch_norm_momentum: Option<f64>,
    /// Show the training pictures as they are, neither shifted nor mirrored.
    #[arg(long)]
    pub no_augment: bool,
    /// Cut a square out of every training picture.
    #[arg(long)]
    pub cutout: bool,
    /// Stages that do not learn: 1 the stem, 2 also the first cells, ... [default: 0].
    #[arg(long, value_name = "STAGES")]
    pub freeze: Option<u8>,
    /// Decides everything random [default: 0].
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,
}

/// Names of the schedules of dropped paths.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum DropPath {
    /// Grows with the step.
    V1,
    /// Grows with the depth.
    V2,
    /// Grows with both.
    V3,
}

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
pub struct Evaluate {
    /// The network.
    #[command(flatten)]
    pub network: Network,
    /// A weight file; not needed where ARCH carries its weights.
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// shapes, cifar10:DIR, cifar100:DIR or folder:DIR.
    #[arg(long, value_name = "SOURCE", default_value = "shapes")]
    pub data: String,
    /// Which pictures of it.
    #[arg(long, value_name = "SPLIT", default_value = "test")]
    pub split: Split,
    /// At most so many pictures; of shapes exactly so many, instead of 4000.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: Option<u32>,
    /// Seed of generated pictures and of a folder's division.
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    pub data_seed: u64,
    /// Where to compute.
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: Device,
}

/// Names of the parts of a picture set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Split {
    /// Those to learn from.
    Train,
    /// Those to choose settings by.
    Validation,
    /// Those to report on.
    Test,
    /// All together.
    All,
}
