//! The command line: everything that a person can ask for, without a window.
//!
//! Each command is a function from its arguments to an [`Answer`]; `main.rs` prints it.

mod answer;
mod architecture;
mod arguments;
#[cfg(feature = "compute")]
mod bench;
mod commands;
#[cfg(feature = "compute")]
mod compute;
#[cfg(feature = "compute")]
mod convert;
#[cfg(feature = "compute")]
mod data;
#[cfg(feature = "compute")]
mod fetch;
#[cfg(feature = "compute")]
mod montage;
#[cfg(feature = "compute")]
mod progress;
mod table;
#[cfg(feature = "compute")]
mod terminal;
#[cfg(feature = "compute")]
mod train;
#[cfg(feature = "compute")]
mod weights;
#[cfg(feature = "compute")]
mod weights_bench;

#[cfg(feature = "compute")]
use arguments::WeightsCommand;

pub use answer::Answer;
pub use arguments::{Cli, Command};
#[cfg(feature = "compute")]
pub use terminal::tour;

/// Carries out a command.
pub fn run(command: Command) -> anyhow::Result<Answer> {
    match command {
        Command::Presets => Ok(commands::presets()),
        Command::Info(network) => commands::info(&network),
        Command::Diff { a, b, overrides } => commands::diff(&a, &b, &overrides),
        Command::Export(arguments) => commands::export(&arguments),
        #[cfg(feature = "compute")]
        Command::Classify(arguments) => compute::classify(&arguments),
        #[cfg(feature = "compute")]
        Command::Forward(arguments) => compute::forward(&arguments),
        #[cfg(feature = "compute")]
        Command::Activations(arguments) => compute::activations(&arguments),
        #[cfg(feature = "compute")]
        Command::Weights(WeightsCommand::Inspect { file }) => weights::inspect(&file),
        #[cfg(feature = "compute")]
        Command::Weights(WeightsCommand::Convert(arguments)) => convert::convert(&arguments),
        #[cfg(feature = "compute")]
        Command::Weights(WeightsCommand::Bench(arguments)) => weights_bench::bench(&arguments),
        #[cfg(feature = "compute")]
        Command::Weights(WeightsCommand::Fetch(arguments)) => fetch::fetch(&arguments),
        #[cfg(feature = "compute")]
        Command::Data(arguments) => data::data(&arguments),
        #[cfg(feature = "compute")]
        Command::Train(arguments) => train::train(&arguments),
        #[cfg(feature = "compute")]
        Command::Evaluate(arguments) => train::evaluate(&arguments),
        #[cfg(feature = "compute")]
        Command::Bench(arguments) => bench::bench(&arguments),
    }
}
