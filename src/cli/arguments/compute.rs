//! Arguments of the commands that run networks.

use std::path::PathBuf;

use clap::Args;

use super::{Device, Network, NetworkOption};
use crate::data::Preprocessing;

/// How pictures are brought to a network's input.
#[derive(Clone, Copy, Debug, Args)]
pub struct Preprocess {
    /// cadene (ImageNet's usual: the centre of size / 0.875, bilinear), timm (of size / 0.911,
    /// bicubic), keras (stretched, nearest pixel, as load_img does), slim (the middle 87.5 %,
    /// stretched) or square (the largest in the middle). Without it, what is usual for the network.
    #[arg(long = "preprocess", value_name = "WAY", value_parser = way)]
    preprocess: Option<Preprocessing>,
}

impl Preprocess {
    /// The way, if one was asked for.
    pub fn way(self) -> Option<Preprocessing> {
        self.preprocess
    }
}

fn way(text: &str) -> Result<Preprocessing, String> {
    let known = || Preprocessing::ALL.map(Preprocessing::code).join(", ");
    let found = Preprocessing::ALL.into_iter().find(|way| way.code() == text);
    found.ok_or_else(|| format!("it may be {}", known()))
}

/// Arguments of `classify`.
#[derive(Debug, Args)]
pub struct Classify {
    /// Pictures: PNG, JPEG, WebP, BMP or GIF.
    #[arg(value_name = "IMAGE", required = true)]
    pub images: Vec<PathBuf>,
    /// The network.
    #[command(flatten)]
    pub network: NetworkOption,
    /// A weight file; without one, and unless ARCH brings weights, the network is untrained.
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// Where to compute.
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: Device,
    /// How a picture is brought to the input.
    #[command(flatten)]
    pub preprocess: Preprocess,
    /// How many classes to name.
    #[arg(long, value_name = "K", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub top: u32,
}

/// Arguments of `forward`.
#[derive(Debug, Args)]
pub struct Forward {
    /// The network.
    #[command(flatten)]
    pub network: NetworkOption,
    /// A weight file, unless ARCH brings weights.
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// Input, float32 `[N, 3, H, W]`, already scaled.
    #[arg(long, value_name = "X.npy")]
    pub tensor: PathBuf,
    /// Where the logits go, float32 `[N, K]`.
    #[arg(long, value_name = "Y.npy")]
    pub output: PathBuf,
    /// A folder for the output of every unit: `stem.npy`, `cell_0.npy`, ...
    #[arg(long, value_name = "DIR")]
    pub taps: Option<PathBuf>,
    /// Where to compute.
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: Device,
}

/// Arguments of `activations`.
#[derive(Debug, Args)]
pub struct Activations {
    /// A picture: PNG, JPEG, WebP, BMP or GIF.
    #[arg(value_name = "IMAGE")]
    pub image: PathBuf,
    /// The network.
    #[command(flatten)]
    pub network: NetworkOption,
    /// A weight file; without one, and unless ARCH brings weights, the network is untrained.
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// How the picture is brought to the input.
    #[command(flatten)]
    pub preprocess: Preprocess,
    /// The folder for the montages and `statistics.json`.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Where to compute.
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: Device,
}

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub struct Bench {
    /// The network.
    #[command(flatten)]
    pub network: Network,
    /// A weight file; without one, and unless ARCH brings weights, it is untrained, and as fast.
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// Where to compute.
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: Device,
    /// Measure training steps instead: forward, back and update.
    #[arg(long)]
    pub train: bool,
    /// Pictures in one pass.
    #[arg(long, value_name = "B", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub batch: u32,
    /// Passes measured, after one that is not.
    #[arg(long, value_name = "R", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub runs: u32,
}
