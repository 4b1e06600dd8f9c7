//! What can be done with weight files: the arguments of `weights`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Overrides;

/// What can be done with weight files.
#[derive(Debug, Subcommand)]
pub enum WeightsCommand {
    /// Say what a file holds and which network it fits.
    Inspect {
        /// A weight file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Write weights for this program or for another: Keras, timm, Cadene's collection.
    Convert(Convert),
    /// Measure how fast a weight file is read, and in how much memory.
    Bench(WeightsBench),
    /// Fetch a published weight file, or list them.
    Fetch(Fetch),
}

/// Formats to convert to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConvertTo {
    /// This program's .safetensors, which brings its network.
    Own,
    /// A .safetensors with the names of timm's nasnetalarge and pnasnet5large.
    Timm,
    /// A .safetensors with the names of Cadene's nasnetamobile.
    Cadene,
    /// Keras' .weights.h5 (Keras 3) or .h5 (any); the name of OUT says which.
    Keras,
}

/// Arguments of `weights convert`.
#[derive(Debug, Args)]
pub struct Convert {
    /// A weight file with every weight of the network.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The network, if it is not the one that FILE says: a preset (see `presets`), a document file,
    /// a weight file that brings its network, or a genotype as text.
    #[arg(long = "arch", value_name = "ARCH")]
    pub architecture: Option<String>,
    /// Changes of it.
    #[command(flatten)]
    pub overrides: Overrides,
    /// The file to write: .safetensors, .h5 or .weights.h5.
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,
    /// Whose format; without it, OUT's ending decides.
    #[arg(long, value_name = "FORMAT")]
    pub to: Option<ConvertTo>,
    /// Round to float16: half the size.
    #[arg(long)]
    pub half: bool,
}

/// Arguments of `weights bench`.
#[derive(Debug, Args)]
pub struct WeightsBench {
    /// A weight file.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How often it is read.
    #[arg(long, value_name = "R", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub runs: u32,
}

/// Arguments of `weights fetch`.
#[derive(Debug, Args)]
pub struct Fetch {
    /// Which; without a name, all are listed.
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// Where to keep it, instead of in the user's cache folder.
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// An address that offers the same files, instead of their makers'.
    #[arg(long, value_name = "URL")]
    pub mirror: Option<String>,
}
