//! Training: how a network learns pictures, and what it then gets right.
//!
//! Knows nothing of threads or windows: reports through an observer that says whether to go on.

mod chart;
mod checkpoint;
mod curves;
mod error;
mod evaluate;
mod folder;
mod random;
mod recipe;
mod run;
mod state;
mod step;

pub use chart::{Series, to_svg};
pub use curves::Point;
pub use error::TrainError;
pub use evaluate::{Evaluation, evaluate};
pub use folder::{DataChoice, Description, RunFolder};
pub use recipe::{DropPathVersion, Recipe, RecipeError};
pub use run::{Job, Observer, Outcome, Progress, network_for, train};
pub use state::{HostState, State};
pub use step::{StepResult, Stepper};
