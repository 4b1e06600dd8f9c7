//! The window's side of the conversation with the engine.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::arch::Architecture;
use crate::data::{Picture, Preprocessing};
use crate::engine::{
    DeviceChoice, DeviceReport, Engine, Event, JobId, Request, RunResult, WeightsReport,
};

/// Seconds from the last edit of a gesture to the run that follows it.
const PATIENCE: f64 = 0.2;

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub what: String,
    /// Steps done.
    pub done: usize,
    /// Steps in all.
    pub total: usize,
}

/// What became of a job, for the rest of the window.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A weight file was read.
    Weights {
        /// What it holds and what of it fits.
        report: Arc<WeightsReport>,
        /// Whether the network that it may bring was asked for as well.
        take_network: bool,
    },
    /// A job failed; one sentence.
    Failed(String),
    /// The result shown is a new one.
    Result,
}

enum Task {
    Run { fingerprint: u64 },
    LoadWeights { take_network: bool },
    ForgetWeights,
    UseDevice,
}

/// The conversation with the engine: what was asked, and the last answers.
pub struct Work {
    engine: Engine,
    tasks: BTreeMap<JobId, Task>,
    progress: Option<(JobId, Progress)>,
    /// When the next run is to be asked for, in seconds of the window's clock.
    due: Option<f64>,
    result: Option<Arc<RunResult>>,
    /// Whether the result is that of the document, picture, weights and device as they are.
    current: bool,
    cancelling: bool,
    weights: Option<Arc<WeightsReport>>,
    device: Option<DeviceReport>,
    choice: DeviceChoice,
}

impl Work {
    /// A conversation in which a run is asked for at once.
    pub fn new(engine: Engine) -> Self {
        Work {
            engine,
            tasks: BTreeMap::new(),
            progress: None,
            due: Some(f64::MIN),
            result: None,
            current: false,
            cancelling: false,
            weights: None,
            device: None,
            choice: DeviceChoice::Auto,
        }
    }

    /// The last result, whether or not it is that of the document as it is.
    pub fn result(&self) -> Option<&Arc<RunResult>> {
        self.result.as_ref()
    }

    /// Whether [`Work::result`] is that of the document, picture, weights and device as they are.
    pub fn is_current(&self) -> bool {
        self.current
    }

    /// The weight file in use.
    pub fn weights(&self) -> Option<&Arc<WeightsReport>> {
        self.weights.as_ref()
    }

    /// Where the engine computes; not known before it has said so.
    pub fn device(&self) -> Option<&DeviceReport> {
        self.device.as_ref()
    }

    /// Where it was asked to compute.
    pub fn choice(&self) -> DeviceChoice {
        self.choice
    }

    /// Whether something is being computed, or is about to be.
    pub fn is_busy(&self) -> bool {
        self.due.is_some() || !self.tasks.is_empty()
    }

    /// Whether there is something to cancel.
    pub fn can_cancel(&self) -> bool {
        !self.tasks.is_empty() && !self.cancelling
    }

    /// What the engine is doing, in words.
    pub fn activity(&self) -> Option<String> {
        if self.cancelling {
            return Some("Cancelling".to_owned());
        }
        if let Some((_, progress)) = &self.progress {
            return Some(progress.what.clone());
        }
        self.tasks.values().next().map(|task| {
            let text = match task {
                Task::Run { .. } => "Building the network",
                Task::LoadWeights { .. } => "Reading the weight file",
                Task::ForgetWeights => "Returning to seeded weights",
                Task::UseDevice => "Changing the device",
            };
            text.to_owned()
        })
    }

    /// How far the engine is with what it does.
    pub fn progress(&self) -> Option<&Progress> {
        self.progress.as_ref().map(|(_, progress)| progress)
    }

    /// Something changed that a result depends on: a run follows, at once or, within a gesture,
    /// when the user pauses.
    pub fn changed(&mut self, now: f64, in_gesture: bool) {
        self.current = false;
        self.due = Some(if in_gesture { now + PATIENCE } else { now });
    }

    /// Asks for the run that is due. Otherwise returns the seconds until one is.
    pub fn run_if_due(
        &mut self,
        now: f64,
        architecture: &Arc<Architecture>,
        picture: Option<&Arc<Picture>>,
        preprocessing: Option<Preprocessing>,
    ) -> Option<f64> {
        let due = self.due?;
        if now < due {
            return Some(due - now);
        }
        self.due = None;
        // A later run replaces an earlier one, which the engine may never speak of again.
        self.tasks.retain(|_, task| !matches!(task, Task::Run { .. }));
        let (architecture, picture) = (architecture.clone(), picture.cloned());
        let fingerprint = architecture.fingerprint();
        let job =
            self.engine.send(|job| Request::Run { job, architecture, picture, preprocessing });
        self.tasks.insert(job, Task::Run { fingerprint });
        None
    }

    /// Asks for a weight file to be read, and with `take_network` for the network that it may
    /// bring.
    pub fn load_weights(
        &mut self,
        path: PathBuf,
        architecture: Arc<Architecture>,
        take_network: bool,
    ) {
        let job = self.engine.send(|job| Request::LoadWeights { job, path, architecture });
        self.tasks.insert(job, Task::LoadWeights { take_network });
    }

    /// Notes that the network of the weight file is the open one, so that the file offers no other
    /// settings any more.
    pub fn took_network(&mut self) {
        if let Some(report) = &mut self.weights {
            Arc::make_mut(report).fits = None;
        }
    }

    /// Asks for seeded weights.
    pub fn forget_weights(&mut self) {
        let job = self.engine.send(|job| Request::ForgetWeights { job });
        self.tasks.insert(job, Task::ForgetWeights);
    }

    /// Asks for another device.
    pub fn use_device(&mut self, choice: DeviceChoice) {
        self.choice = choice;
        let job = self.engine.send(|job| Request::UseDevice { job, choice });
        self.tasks.insert(job, Task::UseDevice);
    }

    /// Asks the engine to end everything it was asked for.
    pub fn cancel(&mut self) {
        if !self.tasks.is_empty() {
            self.engine.cancel();
            self.cancelling = true;
        }
        self.due = None;
    }

    /// Takes in what the engine has said. `now` is the window's clock.
    pub fn poll(&mut self, now: f64) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        while let Some(event) = self.engine.poll() {
            outcomes.extend(self.hear(event, now));
        }
        outcomes
    }

    fn hear(&mut self, event: Event, now: f64) -> Option<Outcome> {
        match event {
            Event::Device(report) => self.device_chosen(report, now),
            Event::Progress { job, what, done, total } => {
                if self.tasks.contains_key(&job) {
                    self.progress = Some((job, Progress { what, done, total }));
                }
            }
            Event::Weights { job, report } => {
                let task = self.end(job);
                let take_network = matches!(task, Some(Task::LoadWeights { take_network: true }));
                self.weights = Some(report.clone());
                self.changed(now, false);
                return Some(Outcome::Weights { report, take_network });
            }
            Event::WeightsForgotten { job } => {
                self.end(job);
                self.weights = None;
                self.changed(now, false);
            }
            Event::Done { job, result } => return self.finish(job, result),
            Event::Failed { job, message } => {
                // Job 0 is the engine's own start. A run that a later one has replaced is nobody's
                // concern any more.
                let known = self.end(job).is_some() || job == 0;
                return known.then_some(Outcome::Failed(message));
            }
            Event::Cancelled { job } => {
                self.end(job);
            }
        }
        None
    }

    fn device_chosen(&mut self, report: DeviceReport, now: f64) {
        let before = self.tasks.len();
        self.tasks.retain(|_, task| !matches!(task, Task::UseDevice));
        let asked = self.tasks.len() < before;
        self.choice = report.choice;
        self.device = Some(report);
        if asked {
            self.changed(now, false);
        }
        self.settle();
    }

    /// Shows a result, unless it answers a question that is not the latest.
    fn finish(&mut self, job: JobId, result: Arc<RunResult>) -> Option<Outcome> {
        let Some(Task::Run { fingerprint }) = self.end(job) else { return None };
        if fingerprint != result.fingerprint {
            tracing::warn!(job, "the engine answered for another network");
            return None;
        }
        // An edit since then has made another run due: this answer is late.
        if self.due.is_some() {
            return None;
        }
        self.result = Some(result);
        self.current = true;
        Some(Outcome::Result)
    }

    fn end(&mut self, job: JobId) -> Option<Task> {
        let task = self.tasks.remove(&job);
        if self.progress.as_ref().is_some_and(|(of, _)| *of == job) {
            self.progress = None;
        }
        self.settle();
        task
    }

    fn settle(&mut self) {
        if self.tasks.is_empty() {
            self.cancelling = false;
            self.progress = None;
        }
    }
}
