//! What is said between the engine and those who use it: plain data, no tensors.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::device::{DeviceChoice, DeviceReport};
use crate::arch::Architecture;
use crate::data::Picture;
use crate::weights::LoadReport;

/// Numbers a request; a later request has a higher number.
pub type JobId = u64;

/// What the engine can be asked for.
#[derive(Clone, Debug)]
pub enum Request {
    /// Build this network, and run it if there is a picture. A later one replaces an earlier one
    /// that has not been finished.
    Run {
        /// The number under which events speak of it.
        job: JobId,
        /// The network.
        architecture: Arc<Architecture>,
        /// What to show it.
        picture: Option<Arc<Picture>>,
    },
    /// Read a weight file; what fits is used in every network from now on.
    LoadWeights {
        /// The number under which events speak of it.
        job: JobId,
        /// The file.
        path: PathBuf,
        /// The network it is meant for.
        architecture: Arc<Architecture>,
    },
    /// Go back to seeded weights.
    ForgetWeights {
        /// The number under which events speak of it.
        job: JobId,
    },
    /// Compute elsewhere.
    UseDevice {
        /// The number under which events speak of it.
        job: JobId,
        /// Where.
        choice: DeviceChoice,
    },
}

/// What the engine says.
#[derive(Clone, Debug)]
pub enum Event {
    /// Where the engine computes, and why there.
    Device(DeviceReport),
    /// How far a job is.
    Progress {
        /// The job.
        job: JobId,
        /// What is being done, for example `Running cell_7`.
        what: String,
        /// Steps done and steps in all.
        done: usize,
        /// Steps in all.
        total: usize,
    },
    /// A weight file was read.
    Weights {
        /// The job.
        job: JobId,
        /// What it holds and what of it fits.
        report: Arc<WeightsReport>,
    },
    /// Seeded weights are in use again.
    WeightsForgotten {
        /// The job.
        job: JobId,
    },
    /// A network was built and, if there was a picture, run.
    Done {
        /// The job.
        job: JobId,
        /// What came out.
        result: Arc<RunResult>,
    },
    /// A job ended without a result, and the document is as it was.
    Failed {
        /// The job.
        job: JobId,
        /// One sentence: what is wrong and what to do.
        message: String,
    },
    /// A job was cancelled by the user.
    Cancelled {
        /// The job.
        job: JobId,
    },
}

/// A weight file as the window shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightsReport {
    /// The file.
    pub path: PathBuf,
    /// What was matched, missing, unused.
    pub load: LoadReport,
    /// Settings under which the file fits, where it does not fit the open network.
    pub fits: Option<crate::arch::Settings>,
}

/// Which of a network's weights came from a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Training {
    /// None: every weight is a seeded random number.
    Untrained,
    /// All of them.
    Loaded,
    /// All but those of these groups of layers (`cell_7/b3/left`), which an edit changed.
    Partly {
        /// The groups that are seeded random numbers, in the order of the network.
        untrained: Vec<String>,
    },
}

/// One class and how much the network holds for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// The index of the logit.
    pub class: usize,
    /// The class in words.
    pub label: String,
    /// Softmax of the logits, 0 to 1.
    pub score: f32,
}

/// What one unit of the network computed of the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Activation {
    /// The unit: `stem`, `cell_stem_0`, `cell_7`, ...
    pub path: String,
    /// `[C, H, W]`.
    pub shape: [usize; 3],
    /// Mean of all numbers.
    pub mean: f32,
    /// Standard deviation of all numbers.
    pub deviation: f32,
    /// Share of numbers that are at most zero, 0 to 1: what the next ReLU silences.
    pub zeros: f32,
    /// The smallest and the largest number.
    pub range: [f32; 2],
    /// Every channel as 8-bit grey `[C, H, W]`, black at the channel's smallest number and white
    /// at its largest.
    pub maps: Vec<u8>,
}

/// What a finished job found.
#[derive(Clone, Debug, PartialEq)]
pub struct RunResult {
    /// [`Architecture::fingerprint`] of the network.
    pub fingerprint: u64,
    /// Which weights came from a file.
    pub training: Training,
    /// Milliseconds from the document to a network that can run.
    pub build_ms: f64,
    /// What it made of the picture, if there was one.
    pub run: Option<PictureRun>,
}

/// What a network made of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureRun {
    /// Milliseconds of the forward pass alone, the device synchronised.
    pub forward_ms: f64,
    /// The picture as the network saw it: cropped and scaled to its input size.
    pub seen: Picture,
    /// Every class, best first.
    pub predictions: Vec<Prediction>,
    /// Every unit but the head, in order.
    pub activations: Vec<Activation>,
}
