//! What a training is asked for, says on its way, and comes to.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::curves::Point;
use super::evaluate::Answer;
use super::folder::RunFolder;
use super::{Evaluation, Recipe, TrainError};
use crate::arch::Architecture;
use crate::data::Splits;
use crate::weights::Weights;

/// What is to be learned, from what, how.
#[derive(Clone, Debug)]
pub struct Job {
    /// The network.
    pub architecture: Architecture,
    /// The pictures.
    pub data: Arc<Splits>,
    /// How.
    pub recipe: Recipe,
    /// Weights to begin with: those that fit are used.
    pub weights: Weights,
    /// Where course, state and network are saved, if anywhere.
    pub folder: Option<RunFolder>,
    /// Whether to go on from the folder's state.
    pub resume: bool,
    /// How long at most a checkpoint is put off.
    pub checkpoint_every: Duration,
}

impl Job {
    /// Whether there is anything to learn by this recipe.
    ///
    /// # Errors
    ///
    /// If the recipe makes no sense or there are fewer pictures than one batch.
    pub fn check(&self) -> Result<(), TrainError> {
        self.recipe.check()?;
        let (pictures, batch) = (self.data.train.len(), self.recipe.batch);
        match pictures < batch as usize {
            true => Err(TrainError::TooFew { pictures, batch }),
            false => Ok(()),
        }
    }
}

/// How far a training is.
#[derive(Clone, Debug)]
pub struct Progress<'a> {
    /// Steps done.
    pub step: u64,
    /// Steps in all.
    pub steps: u64,
    /// Epochs in all.
    pub epochs: u32,
    /// The course so far.
    pub points: &'a [Point],
    /// The last evaluation on the validation pictures.
    pub validation: Option<&'a Arc<Evaluation>>,
    /// What the network then said about [`sample_indices`] of the validation pictures.
    pub answers: &'a [Answer],
    /// Time left, if it goes on as fast; `None` in the beginning.
    pub left: Option<Duration>,
}

/// What a training came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The course.
    pub points: Vec<Point>,
    /// How the averaged weights do on the test pictures.
    pub test: Evaluation,
    /// The averaged weights.
    pub weights: Weights,
    /// How it came about, as saved with the network.
    pub training: Value,
}

/// Told how far it is after every stretch of steps; says whether to go on. A caller that wants a
/// pause does not return for as long.
pub type Observer<'a> = &'a mut dyn FnMut(&Progress<'_>) -> ControlFlow<()>;

/// Asked after every step, and between the batches of an evaluation, whether to go on. A caller
/// that wants a pause does not return for as long; that time does not count as training.
pub type Asked<'a> = &'a mut dyn FnMut() -> ControlFlow<()>;
