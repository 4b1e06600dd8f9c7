//! Training: how a network learns pictures, and what it then gets right.
//!
//! Knows nothing of threads or windows: reports through an observer that says whether to go on.

mod chart;
mod checkpoint;
mod curves;
mod error;
mod evaluate;
mod folder;
mod job;
mod network;
mod random;
mod recipe;
mod run;
mod state;
mod step;
mod trial;

pub use chart::{Series, to_svg};
pub use curves::Point;
pub use error::TrainError;
pub use evaluate::{Answer, Evaluation, evaluate, sample_indices};
pub use folder::{DataChoice, Description, RunFolder};
pub use job::{Asked, Job, Observer, Outcome, Progress};
pub use network::network_for;
pub use recipe::{DropPathVersion, Recipe, RecipeError};
pub use run::{train, train_interruptibly};
pub use state::{HostState, State};
pub use step::{StepResult, Stepper};
pub use trial::{
    SeedResult, Size, Trial, first_seeds, run_trial, trial_data, trial_network, trial_recipe,
};
