//! A training on a thread of its own, with tensors of its own: predictions go on beside it.

mod handle;
mod work;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

use super::DeviceChoice;
use super::handle::Wake;
use crate::arch::Architecture;
use crate::data::Picture;
use crate::train::{Answer, DataChoice, Evaluation, Outcome, Point, Recipe, SeedResult};

pub use handle::{TrainingHandle, TrainingSide};

/// What is to be trained.
#[derive(Clone, Debug, PartialEq)]
pub enum TrainingRequest {
    /// A network, from its beginning.
    Run(Box<RunRequest>),
    /// The training of a folder, from its last checkpoint.
    Resume(PathBuf),
    /// A small network of some cells, with several seeds, to judge the cells.
    Trial(TrialRequest),
}

/// A training from its beginning.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRequest {
    /// The network; it gets as many classes as the pictures have.
    pub architecture: Arc<Architecture>,
    /// The pictures.
    pub data: DataChoice,
    /// How.
    pub recipe: Recipe,
    /// A weight file to begin with: what fits is used.
    pub start_from: Option<PathBuf>,
    /// Where course, checkpoints and network are saved. Without it, nothing is saved before the end.
    pub folder: Option<PathBuf>,
}

/// A trial of some cells.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialRequest {
    /// The document that they are in.
    pub architecture: Arc<Architecture>,
    /// The seeds.
    pub seeds: std::ops::Range<u64>,
}

/// What a training says: plain data, no tensors.
#[derive(Clone, Debug)]
pub enum TrainingEvent {
    /// Pictures are being read or generated.
    Preparing {
        /// What is being done.
        what: String,
        /// How much of it is done.
        done: usize,
        /// How much there is.
        total: usize,
    },
    /// The first step follows. A trial begins anew with every seed.
    Started(Arc<TrainingStart>),
    /// How far it is.
    Progress(Arc<TrainingProgress>),
    /// A seed of a trial has come to its end.
    SeedDone(SeedResult),
    /// A run has come to its end.
    Finished(Arc<TrainingResult>),
    /// The last seed of a trial has come to its end.
    TrialFinished,
    /// It was stopped; where there is a folder, a checkpoint was written.
    Stopped,
    /// It ended early. One sentence: what is wrong and what to do.
    Failed(String),
}

/// What is being trained on what.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingStart {
    /// The network that learns.
    pub architecture: Arc<Architecture>,
    /// Where it is computed.
    pub device: String,
    /// What the pictures are, in a few words.
    pub source: String,
    /// How many pictures there are to train on, to validate and to test with.
    pub pictures: [usize; 3],
    /// Files that were left out as they hold no picture for us.
    pub skipped: usize,
    /// What the classes are called, by label.
    pub classes: Arc<[String]>,
    /// Trainable parameters.
    pub parameters: u64,
    /// Steps in all.
    pub steps: u64,
    /// How it is trained.
    pub recipe: Recipe,
    /// The folder, if the training has one.
    pub folder: Option<PathBuf>,
    /// Validation pictures to look at while it learns.
    pub samples: Vec<SampleShown>,
}

/// A validation picture that is looked at while a network learns.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleShown {
    /// Its place in the validation set.
    pub index: usize,
    /// What it shows, a class.
    pub label: u32,
    /// The picture.
    pub picture: Picture,
}

/// How far a training is.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingProgress {
    /// Steps done.
    pub step: u64,
    /// Steps in all.
    pub steps: u64,
    /// The course since the last event.
    pub points: Vec<Point>,
    /// The last evaluation on the validation pictures.
    pub validation: Option<Arc<Evaluation>>,
    /// What the network then said about the samples.
    pub answers: Vec<Answer>,
    /// Time left, if it goes on as fast.
    pub left: Option<Duration>,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct TrainingResult {
    /// Course, accuracy on the test pictures, weights.
    pub outcome: Outcome,
    /// The network, with as many classes as the pictures have.
    pub architecture: Arc<Architecture>,
    /// What the classes are called.
    pub classes: Arc<[String]>,
    /// The network as a weight file of this program.
    pub file: PathBuf,
    /// Keeps that file, where the run has no folder.
    pub kept: Option<Arc<TempDir>>,
}

/// Starts a training. `wake` is called after every event.
pub fn start_training(
    choice: DeviceChoice,
    request: TrainingRequest,
    wake: Wake,
) -> TrainingHandle {
    let (mut handle, side) = TrainingHandle::pair(wake);
    handle.run(side, move |side| work::train(choice, &request, side));
    handle
}
