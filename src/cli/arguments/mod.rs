//! Commands and their arguments, as clap reads them.

#[cfg(feature = "compute")]
mod compute;
#[cfg(feature = "compute")]
mod train;
#[cfg(feature = "compute")]
mod weights;

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

#[cfg(feature = "compute")]
pub use compute::{Activations, Bench, Classify, Forward};
#[cfg(feature = "compute")]
pub use train::{DropPath, Evaluate, RecipeOptions, Split, Train};
#[cfg(feature = "compute")]
pub use weights::{Convert, ConvertTo, Fetch, WeightsBench, WeightsCommand};

use crate::arch::Flavour;
use crate::interop::Form;

/// See, edit, cost and run NASNet cells.
///
/// Without a command, opens the window with the files given: an architecture, weights, pictures.
#[derive(Debug, Parser)]
#[command(name = "nasnet-explorer", version)]
pub struct Cli {
    /// What to do instead of opening the window.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Files to open in the window: an architecture, weights, pictures.
    #[cfg(feature = "compute")]
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Save a picture of the window here once everything in it is computed, and quit.
    #[cfg(feature = "compute")]
    #[arg(long, value_name = "OUT.png")]
    pub screenshot: Option<PathBuf>,
    /// Where to compute.
    #[cfg(feature = "compute")]
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    pub device: Device,
    /// Print one JSON value instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// Log more to stderr; twice for everything.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

impl Cli {
    /// What the command line says; ends the program where that makes no sense.
    pub fn read() -> Self {
        let mut command = Self::command();
        let matches = command.get_matches_mut();
        let arguments = Self::from_arg_matches(&matches);
        #[cfg(feature = "compute")]
        let arguments =
            arguments.and_then(|arguments| arguments.check(&matches).map(|()| arguments));
        arguments.unwrap_or_else(|error| error.format(&mut command).exit())
    }

    /// Refuses what belongs to the window where there is a command, and words that are neither
    /// commands nor files. (clap could refuse the former by itself, and with it `-v classify`.)
    #[cfg(feature = "compute")]
    fn check(&self, matches: &clap::ArgMatches) -> Result<(), clap::Error> {
        use clap::error::ErrorKind;
        use clap::parser::ValueSource;
        let given = |id: &&str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let (kind, text) = if self.command.is_some() {
            let Some(option) = ["screenshot", "device"].into_iter().find(given) else {
                return Ok(());
            };
            let text = format!(
                "--{option} before a command is for the window; put it after the command if that takes it"
            );
            (ErrorKind::ArgumentConflict, text)
        } else {
            let Some(word) = self.files.first().filter(|path| is_word(path)) else {
                return Ok(());
            };
            let text = format!("'{}' is neither a command nor a file", word.display());
            (ErrorKind::InvalidSubcommand, text)
        };
        Err(clap::Error::raw(kind, text))
    }
}

/// Whether this looks like a command, not like a file.
#[cfg(feature = "compute")]
fn is_word(path: &std::path::Path) -> bool {
    path.extension().is_none() && path.components().count() == 1 && !path.exists()
}

/// What can be done without a window.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the networks to start from.
    Presets,
    /// Say what a network is and costs.
    Info(Network),
    /// Say how two networks differ.
    Diff {
        /// The first: a preset, a document file, or a weight file that brings its network.
        #[arg(value_name = "ARCH_A")]
        a: String,
        /// The second: a preset, a document file, or a weight file that brings its network.
        #[arg(value_name = "ARCH_B")]
        b: String,
        /// Changes of both.
        #[command(flatten)]
        overrides: Overrides,
    },
    /// Write a network for other programs.
    Export(Export),
    /// Say what pictures show.
    #[cfg(feature = "compute")]
    Classify(Classify),
    /// Run a network on exact numbers.
    #[cfg(feature = "compute")]
    Forward(Forward),
    /// Save what every cell computes of a picture.
    #[cfg(feature = "compute")]
    Activations(Activations),
    /// Look into weight files.
    #[cfg(feature = "compute")]
    #[command(subcommand)]
    Weights(WeightsCommand),
    /// Say what a set of labelled pictures holds.
    #[cfg(feature = "compute")]
    Data(Data),
    /// Teach a network to tell pictures apart.
    #[cfg(feature = "compute")]
    Train(Box<Train>),
    /// Say how much of a picture set a network gets right.
    #[cfg(feature = "compute")]
    Evaluate(Evaluate),
    /// Measure how fast a network runs.
    #[cfg(feature = "compute")]
    Bench(Bench),
}

/// A network by name or file, with changes.
#[derive(Debug, Args)]
pub struct Network {
    /// A preset (see `presets`), a document file, a weight file, or a genotype as text, in quotes
    /// or in a file.
    #[arg(value_name = "ARCH")]
    pub architecture: String,
    /// Changes of it.
    #[command(flatten)]
    pub overrides: Overrides,
}

/// The same as an option, for commands that work on something else.
#[derive(Debug, Args)]
pub struct NetworkOption {
    /// A preset (see `presets`), a document file, a weight file, or a genotype as text, in quotes
    /// or in a file.
    #[arg(long = "arch", value_name = "ARCH")]
    pub architecture: String,
    /// Changes of it.
    #[command(flatten)]
    pub overrides: Overrides,
}

/// Settings that replace the network's own.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Overrides {
    /// Normal cells per stage.
    #[arg(long, value_name = "N")]
    pub n: Option<u32>,
    /// Filters of the first stage.
    #[arg(long, value_name = "F")]
    pub f: Option<u32>,
    /// Channels of the stem convolution.
    #[arg(long, value_name = "CHANNELS")]
    pub stem: Option<u32>,
    /// Height and width of the input, in pixels.
    #[arg(long, value_name = "SIZE")]
    pub input: Option<u32>,
    /// Number of classes.
    #[arg(long, value_name = "K")]
    pub classes: Option<u32>,
    /// Whose arithmetic to follow where implementations differ.
    #[arg(long, value_name = "FLAVOUR")]
    pub flavour: Option<FlavourName>,
}

/// Names of flavours on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum FlavourName {
    /// TF-slim.
    Slim,
    /// Keras.
    Keras,
    /// timm.
    Timm,
}

impl From<FlavourName> for Flavour {
    fn from(name: FlavourName) -> Self {
        match name {
            FlavourName::Slim => Flavour::Slim,
            FlavourName::Keras => Flavour::Keras,
            FlavourName::Timm => Flavour::Timm,
        }
    }
}

/// Names of devices on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Device {
    /// A real GPU if there is one, else the CPU.
    Auto,
    /// The GPU, a software one too.
    Gpu,
    /// The CPU.
    Cpu,
}

#[cfg(feature = "compute")]
impl From<Device> for crate::engine::DeviceChoice {
    fn from(name: Device) -> Self {
        match name {
            Device::Auto => Self::Auto,
            Device::Gpu => Self::Gpu,
            Device::Cpu => Self::Cpu,
        }
    }
}

/// Formats to export to.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// The document itself, with every setting applied.
    Json,
    /// A line of text with everything in it, for a message.
    Line,
    /// The cells as DARTS prints them.
    Genotype,
    /// The cells as the whole numbers of ENAS.
    Enas,
    /// The cells as the lists of TF-slim.
    Slim,
    /// The cells as the decisions of NASNet's controller.
    Controller,
}

impl Format {
    /// The form of the text, if it is one.
    pub fn form(self) -> Option<Form> {
        match self {
            Format::Json => None,
            Format::Line => Some(Form::Line),
            Format::Genotype => Some(Form::Genotype),
            Format::Enas => Some(Form::Enas),
            Format::Slim => Some(Form::Slim),
            Format::Controller => Some(Form::Controller),
        }
    }
}

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// The network.
    #[command(flatten)]
    pub network: Network,
    /// The format.
    #[arg(long, value_name = "FORMAT")]
    pub to: Format,
    /// The file to write; without one the text goes to stdout.
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
}

/// Arguments of `data`.
#[cfg(feature = "compute")]
#[derive(Debug, Args)]
pub struct Data {
    /// shapes, cifar10:DIR, cifar100:DIR or folder:DIR.
    #[arg(value_name = "SOURCE")]
    pub source: String,
    /// Pixels a side.
    #[arg(long, value_name = "S", default_value_t = 32, value_parser = clap::value_parser!(u32).range(8..=512))]
    pub size: u32,
    /// Decides what is generated, and which pictures of a folder are for what.
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    pub seed: u64,
    /// At most so many pictures to train on; of shapes exactly so many, instead of 40000.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: Option<u32>,
    /// At most so many each to validate and to test; of shapes exactly so many, instead of 4000.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub held_out: Option<u32>,
    /// Save some pictures of every class, a row each, as a PNG.
    #[arg(long, value_name = "OUT.png")]
    pub sheet: Option<PathBuf>,
    /// Say how much a linear classifier on the pixels gets right, which any network should beat.
    #[arg(long)]
    pub linear: bool,
}
