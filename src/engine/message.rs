//! What is said between the engine and those who use it: plain data, no tensors.

use std::path::PathBuf;
use std::sync::Arc;

use super::device::{DeviceChoice, DeviceReport};
use super::session::{PictureRun, Training};
use crate::arch::Architecture;
use crate::data::{Picture, Preprocessing};
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
        /// How the picture is brought to the input; the network's usual way without.
        preprocessing: Option<Preprocessing>,
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
    /// The network that the file brings.
    pub architecture: Option<Arc<Architecture>>,
    /// What its classes are called, where the file says so.
    pub labels: Option<Vec<String>>,
}

/// What a finished job found.
#[derive(Clone, Debug, PartialEq)]
pub struct RunResult {
    /// [`Architecture::fingerprint`] of the network.
    pub fingerprint: u64,
    /// Where it was computed, which need not be where the next one will be.
    pub device: DeviceReport,
    /// Which weights came from a file.
    pub training: Training,
    /// What the network can tell apart, where its weights bring names for its classes.
    pub classes: Vec<String>,
    /// Milliseconds from the document to a network that can run.
    pub build_ms: f64,
    /// What it made of the picture, if there was one.
    pub run: Option<PictureRun>,
}
