//! The window's side of a training: what was asked, how far it is, what came of it.

mod form;
mod trials;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use crate::arch::Architecture;
use crate::engine::{
    DeviceChoice, TrainingEvent, TrainingHandle, TrainingProgress, TrainingRequest, TrainingResult,
    TrainingStart, Wake,
};
use crate::train::{Answer, Evaluation, Point, SeedResult};

pub use form::{Form, Pictures};
pub use trials::{Column, Trials};

/// Starts a training; tests play one instead.
pub type StartTraining = Box<dyn FnMut(DeviceChoice, TrainingRequest, Wake) -> TrainingHandle>;

/// How far the training asked for last is.
#[derive(Clone, Debug)]
pub enum Stage {
    /// None was asked for.
    Idle,
    /// Pictures are being read or generated.
    Preparing {
        /// What is being done.
        what: String,
        /// Part of it that is done, 0 to 1.
        share: f32,
    },
    /// It learns.
    Running,
    /// A run has come to its end.
    Finished(Arc<TrainingResult>),
    /// A trial has come to its end.
    TrialFinished,
    /// The user stopped it.
    Stopped,
    /// It ended early, and why.
    Failed(String),
}

/// The cells that are being tried.
#[derive(Clone, Debug)]
pub struct TrialRun {
    /// The document that they are in.
    pub architecture: Arc<Architecture>,
    /// The seeds.
    pub seeds: Range<u64>,
    /// How many seeds have come to their end.
    pub done: u64,
}

impl TrialRun {
    /// How many seeds there are.
    pub fn count(&self) -> u64 {
        (self.seeds.end - self.seeds.start).max(1)
    }
}

/// What the rest of the window should know.
#[derive(Clone, Debug)]
pub enum News {
    /// A seed of a trial has come to its end.
    Seed(Arc<Architecture>, SeedResult),
    /// It failed; one sentence.
    Failed(String),
}

/// The training asked for last.
pub struct TrainingWork {
    starter: StartTraining,
    handle: Option<TrainingHandle>,
    stage: Stage,
    start: Option<Arc<TrainingStart>>,
    trial: Option<TrialRun>,
    points: Vec<Point>,
    step: u64,
    left: Option<Duration>,
    validation: Option<Arc<Evaluation>>,
    answers: Vec<Answer>,
}

impl TrainingWork {
    /// None yet.
    pub fn new(starter: StartTraining) -> Self {
        TrainingWork {
            starter,
            handle: None,
            stage: Stage::Idle,
            start: None,
            trial: None,
            points: Vec::new(),
            step: 0,
            left: None,
            validation: None,
            answers: Vec::new(),
        }
    }

    /// How far it is.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// What is, or was, trained on what.
    pub fn start(&self) -> Option<&Arc<TrainingStart>> {
        self.start.as_ref()
    }

    /// The cells that are being tried, if that is what it is for.
    pub fn trial(&self) -> Option<&TrialRun> {
        self.trial.as_ref()
    }

    /// The course so far.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The last evaluation on the validation pictures.
    pub fn validation(&self) -> Option<&Arc<Evaluation>> {
        self.validation.as_ref()
    }

    /// What the network then said about the samples.
    pub fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// Time left, if it goes on as fast; of a trial, for all its seeds.
    pub fn left(&self) -> Option<Duration> {
        let (left, share) = (self.left?, self.steps_done());
        let Some(trial) = &self.trial else { return Some(left) };
        let later = trial.count().saturating_sub(trial.done + 1) as f64;
        let each = left.as_secs_f64() / f64::from(1.0 - share).max(0.01);
        Some(left + Duration::try_from_secs_f64(later * each).unwrap_or_default())
    }

    /// What a run came to.
    pub fn result(&self) -> Option<&Arc<TrainingResult>> {
        match &self.stage {
            Stage::Finished(result) => Some(result),
            _ => None,
        }
    }

    /// Whether a training is going on, paused or not.
    pub fn is_running(&self) -> bool {
        self.handle.is_some()
    }

    /// Whether the user wants a pause.
    pub fn is_paused(&self) -> bool {
        self.handle.as_ref().is_some_and(TrainingHandle::is_paused)
    }

    /// Whether the user wants an end.
    pub fn is_stopping(&self) -> bool {
        self.handle.as_ref().is_some_and(TrainingHandle::is_stopping)
    }

    /// Part of the steps that are done, 0 to 1; of a trial, with all its seeds.
    pub fn share(&self) -> f32 {
        match (&self.stage, &self.start) {
            (Stage::Preparing { share, .. }, _) => *share,
            (Stage::Finished(_) | Stage::TrialFinished, _) => 1.0,
            (Stage::Idle, _) | (_, None) => 0.0,
            (_, Some(_)) => match &self.trial {
                Some(trial) => (trial.done as f32 + self.steps_done()) / trial.count() as f32,
                None => self.steps_done(),
            },
        }
    }

    /// Part of the steps of this run, or of this seed, that are done.
    fn steps_done(&self) -> f32 {
        let steps = self.start.as_ref().map_or(1, |start| start.steps.max(1));
        self.step as f32 / steps as f32
    }

    /// Asks for a training, unless one is going on.
    pub fn begin(&mut self, device: DeviceChoice, request: TrainingRequest, wake: Wake) {
        if self.is_running() {
            return;
        }
        self.clear();
        self.trial = match &request {
            TrainingRequest::Trial(trial) => Some(TrialRun {
                architecture: trial.architecture.clone(),
                seeds: trial.seeds.clone(),
                done: 0,
            }),
            _ => None,
        };
        self.stage = Stage::Preparing { what: "Preparing".to_owned(), share: 0.0 };
        self.handle = Some((self.starter)(device, request, wake));
    }

    /// Pauses, or goes on after a pause.
    pub fn toggle_pause(&mut self) {
        match &self.handle {
            Some(handle) if handle.is_paused() => handle.resume(),
            Some(handle) => handle.pause(),
            None => {}
        }
    }

    /// Ends the training.
    pub fn stop(&mut self) {
        if let Some(handle) = &self.handle {
            handle.stop();
        }
    }

    /// Takes in what the training has said.
    pub fn poll(&mut self) -> Vec<News> {
        let mut news = Vec::new();
        while let Some(event) = self.handle.as_ref().and_then(TrainingHandle::poll) {
            news.extend(self.hear(event));
        }
        news
    }

    fn hear(&mut self, event: TrainingEvent) -> Option<News> {
        match event {
            TrainingEvent::Preparing { what, done, total } => {
                let share = done as f32 / total.max(1) as f32;
                self.stage = Stage::Preparing { what, share };
            }
            TrainingEvent::Started(start) => {
                self.clear();
                self.start = Some(start);
                self.stage = Stage::Running;
            }
            TrainingEvent::Progress(progress) => self.go_on(&progress),
            TrainingEvent::SeedDone(result) => {
                let trial = self.trial.as_mut()?;
                trial.done += 1;
                self.step = 0;
                return Some(News::Seed(trial.architecture.clone(), result));
            }
            TrainingEvent::Finished(result) => {
                self.points.clone_from(&result.outcome.points);
                self.end(Stage::Finished(result));
            }
            TrainingEvent::TrialFinished => self.end(Stage::TrialFinished),
            TrainingEvent::Stopped => self.end(Stage::Stopped),
            TrainingEvent::Failed(text) => {
                self.end(Stage::Failed(text.clone()));
                return Some(News::Failed(text));
            }
        }
        None
    }

    fn go_on(&mut self, progress: &TrainingProgress) {
        self.points.extend(&progress.points);
        self.step = progress.step;
        self.left = progress.left;
        if progress.validation.is_some() {
            self.validation.clone_from(&progress.validation);
            self.answers.clone_from(&progress.answers);
        }
    }

    fn end(&mut self, stage: Stage) {
        self.stage = stage;
        self.left = None;
        self.handle = None;
    }

    fn clear(&mut self) {
        self.start = None;
        self.points.clear();
        self.step = 0;
        self.left = None;
        self.validation = None;
        self.answers.clear();
    }
}
