//! A training from its first step, or from a checkpoint, to its last.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use burn::tensor::{Device, Tensor};
use serde_json::{Value, json};

use super::curves::Point;
use super::evaluate::{Answer, answers, evaluate, first_largest, sample_indices};
use super::job::{Asked, Job, Observer, Outcome, Progress};
use super::state::host;
use super::step::Stepper;
use super::{Evaluation, State, TrainError, network_for};
use crate::arch::Architecture;
use crate::data::{Augmentation, batch, epoch_order};
use crate::net::{Network, Trainable};
use crate::plan::{Plan, lower, lower_for_training};
use crate::weights::Weights;

/// Points of the course in one epoch, at most: a step each in short ones.
const POINTS_AN_EPOCH: u64 = 25;

/// Trains a network.
///
/// # Errors
///
/// [`TrainError`]; the folder's last checkpoint stays. When stopped by the observer, a checkpoint
/// is written first.
pub fn train(job: &Job, device: &Device, observer: Observer<'_>) -> Result<Outcome, TrainError> {
    train_interruptibly(job, device, observer, &mut || ControlFlow::Continue(()))
}

/// The same, also asking after every step whether to go on: the observer is called too seldom for
/// someone who waits for a training to stop.
///
/// # Errors
///
/// As [`train`]. Stopped within an evaluation, the course lacks that evaluation.
pub fn train_interruptibly(
    job: &Job,
    device: &Device,
    observer: Observer<'_>,
    asked: Asked<'_>,
) -> Result<Outcome, TrainError> {
    job.check()?;
    let mut run = Run::new(job, device)?;
    while run.state.step < run.steps {
        let goes_on = run.stretch(asked)?.is_continue();
        if !goes_on || observer(&run.progress()).is_break() {
            run.checkpoint()?;
            return Err(TrainError::Stopped);
        }
    }
    run.finish(asked)
}

struct Run<'a> {
    job: &'a Job,
    architecture: Architecture,
    plan: Arc<Plan>,
    stepper: Stepper,
    state: State,
    steps: u64,
    steps_an_epoch: u64,
    points: Vec<Point>,
    validation: Option<Arc<Evaluation>>,
    answers: Vec<Answer>,
    saved: Instant,
    has_checkpoint: bool,
    /// Seconds of earlier sittings and of this one.
    seconds: f64,
    /// Steps and seconds of this sitting.
    pace: (u64, f64),
}

impl<'a> Run<'a> {
    fn new(job: &'a Job, device: &Device) -> Result<Self, TrainError> {
        let recipe = &job.recipe;
        let pictures = job.data.train.len();
        let architecture = network_for(&job.architecture, &job.data)?;
        let learning = match recipe.auxiliary > 0.0 {
            true => lower_for_training(&architecture),
            false => lower(&architecture),
        };
        let network = Trainable::new(Arc::new(learning), recipe.frozen_stages);
        let steps_an_epoch = (pictures / recipe.batch as usize) as u64;
        let saved = match (&job.folder, job.resume) {
            (Some(folder), true) => folder.state(&network)?,
            _ => None,
        };
        let has_checkpoint = saved.is_some();
        let state = match saved {
            Some(state) => State::from_host(state, device),
            None => State::new(&network, &job.weights, recipe.seed, device),
        };
        let points = match &job.folder {
            Some(folder) if has_checkpoint => folder.points(state.step)?,
            _ => Vec::new(),
        };
        Ok(Run {
            job,
            plan: Arc::new(lower(&architecture)),
            architecture,
            stepper: Stepper::new(network, recipe.clone(), device.clone()),
            state,
            steps: steps_an_epoch * u64::from(recipe.epochs),
            steps_an_epoch,
            seconds: points.last().map_or(0.0, |point| point.seconds),
            points,
            validation: None,
            answers: Vec::new(),
            saved: Instant::now(),
            has_checkpoint,
            pace: (0, 0.0),
        })
    }

    fn progress(&self) -> Progress<'_> {
        Progress {
            step: self.state.step,
            steps: self.steps,
            epochs: self.job.recipe.epochs,
            points: &self.points,
            validation: self.validation.as_ref(),
            answers: &self.answers,
            left: self.left(),
        }
    }

    /// Steps up to the next point of the course, which comes early when the caller stops.
    fn stretch(&mut self, asked: Asked<'_>) -> Result<ControlFlow<()>, TrainError> {
        let each = self.steps_an_epoch.div_ceil(POINTS_AN_EPOCH);
        let epoch = self.state.step / self.steps_an_epoch;
        let begin = self.state.step % self.steps_an_epoch;
        let end = (begin / each * each + each).min(self.steps_an_epoch);
        let order = epoch_order(self.job.data.train.len(), self.job.recipe.seed, epoch);
        let mut results = Vec::new();
        let mut flow = ControlFlow::Continue(());
        let (start, mut waited) = (Instant::now(), Duration::ZERO);
        for place in begin..end {
            results.push(self.step(&order, epoch, place));
            let question = Instant::now();
            flow = asked();
            waited += question.elapsed();
            if flow.is_break() {
                break;
            }
            // A stretch of a large network can take longer than a checkpoint may be put off. After
            // its last step the point of the course belongs into the checkpoint.
            if place + 1 < end && self.saved.elapsed() >= self.job.checkpoint_every {
                self.checkpoint()?;
            }
        }
        let count = results.len() as u64;
        let (loss, accuracy) = self.summary(results)?;
        let seconds = start.elapsed().saturating_sub(waited).as_secs_f64();
        let mut point = self.point(count, seconds, loss, accuracy);
        let epoch_ends = begin + count == self.steps_an_epoch;
        if epoch_ends && flow.is_continue() && !self.job.data.validation.is_empty() {
            flow = self.validate(&mut point, asked)?;
        }
        self.points.push(point);
        if epoch_ends || self.saved.elapsed() >= self.job.checkpoint_every {
            self.checkpoint()?;
        }
        Ok(flow)
    }

    /// The point of the course after `count` steps that took so many seconds.
    fn point(&mut self, count: u64, seconds: f64, loss: f64, accuracy: f64) -> Point {
        self.pace = (self.pace.0 + count, self.pace.1 + seconds);
        self.seconds += seconds;
        let recipe = self.stepper.recipe();
        let cells = self.plan.cells();
        let progress = self.state.step as f64 / self.steps as f64;
        Point {
            step: self.state.step,
            epoch: self.state.step as f64 / self.steps_an_epoch as f64,
            learning_rate: recipe.rate(self.state.step - 1, self.steps),
            keep_path: recipe.keep_probability(cells.saturating_sub(1), cells, progress),
            loss,
            accuracy,
            pictures_per_second: count as f64 * f64::from(recipe.batch) / seconds,
            // In tenths as in the course's file, so that a training gone on with notes the same.
            seconds: (self.seconds * 10.0).round() / 10.0,
            validation_loss: None,
            validation_accuracy: None,
        }
    }

    /// Adds to a point how the averaged weights do on the validation pictures.
    fn validate(
        &mut self,
        point: &mut Point,
        asked: Asked<'_>,
    ) -> Result<ControlFlow<()>, TrainError> {
        let data = self.job.data.clone();
        let (network, _) = match self.averaged(asked) {
            Err(TrainError::Stopped) => return Ok(ControlFlow::Break(())),
            other => other?,
        };
        let device = self.stepper.device();
        let evaluation = match evaluate(&network, &data.validation, device, &mut |_| asked()) {
            Err(TrainError::Stopped) => return Ok(ControlFlow::Break(())),
            other => other?,
        };
        let indices = sample_indices(data.validation.len());
        self.answers = answers(&network, &data.validation, &indices, device)?;
        point.validation_loss = Some(evaluation.loss);
        point.validation_accuracy = Some(evaluation.accuracy);
        self.validation = Some(Arc::new(evaluation));
        Ok(ControlFlow::Continue(()))
    }

    /// One step; its loss and answers are left on the device, with the labels.
    fn step(
        &mut self,
        order: &[usize],
        epoch: u64,
        place: u64,
    ) -> (Tensor<1>, Tensor<2>, Vec<u32>) {
        let recipe = self.stepper.recipe();
        let data = &self.job.data;
        let size = recipe.batch as usize;
        let indices = &order[place as usize * size..][..size];
        let augmentation = recipe
            .augment
            .then(|| Augmentation::for_size(data.train.size, data.mirrored, recipe.cutout));
        let pictures = batch(&data.train, indices, augmentation.as_ref(), recipe.seed, epoch);
        let labels: Vec<u32> = indices.iter().map(|index| data.train.label(*index)).collect();
        let result = self.stepper.step(&mut self.state, pictures, &labels, self.steps);
        (result.loss, result.logits, labels)
    }

    /// Mean loss and accuracy of some steps.
    fn summary(
        &self,
        results: Vec<(Tensor<1>, Tensor<2>, Vec<u32>)>,
    ) -> Result<(f64, f64), TrainError> {
        let (mut losses, mut right, mut pictures) = (0.0, 0_usize, 0_usize);
        let count = results.len().max(1) as f64;
        for (loss, logits, labels) in results {
            let loss = host(loss).map_err(TrainError::Device)?;
            let logits = host(logits).map_err(TrainError::Device)?;
            losses += f64::from(loss.first().copied().unwrap_or(f32::NAN));
            let rows = logits.chunks_exact(logits.len() / labels.len().max(1));
            right += rows
                .zip(&labels)
                .filter(|(row, label)| first_largest(row) == **label as usize)
                .count();
            pictures += labels.len();
        }
        if !losses.is_finite() {
            return Err(self.not_finite());
        }
        Ok((losses / count, right as f64 / pictures.max(1) as f64))
    }

    fn not_finite(&self) -> TrainError {
        let step = self.state.step;
        let rate = self.stepper.recipe().rate(step.saturating_sub(1), self.steps);
        TrainError::NotFinite { step, rate, kept: self.has_checkpoint }
    }

    /// The network with the averaged weights, and those weights.
    fn averaged(&self, asked: Asked<'_>) -> Result<(Network, Weights), TrainError> {
        let table = self.state.averaged(self.stepper.network()).map_err(TrainError::Device)?;
        let weights = Weights::new(table, &self.plan);
        let device = self.stepper.device();
        let network = Network::build(self.plan.clone(), &weights, device, |_| asked())
            .map_err(|_| TrainError::Stopped)?;
        Ok((network, weights))
    }

    fn checkpoint(&mut self) -> Result<(), TrainError> {
        let Some(folder) = &self.job.folder else { return Ok(()) };
        let state = self.state.to_host().map_err(TrainError::Device)?;
        if !state.is_finite() {
            return Err(self.not_finite());
        }
        folder.save(&self.points, &state)?;
        let table = self.state.averaged(self.stepper.network()).map_err(TrainError::Device)?;
        let labels = &self.job.data.train.classes;
        folder.save_network(&self.architecture, &table, labels, &self.training(None))?;
        self.has_checkpoint = true;
        self.saved = Instant::now();
        Ok(())
    }

    fn finish(mut self, asked: Asked<'_>) -> Result<Outcome, TrainError> {
        self.checkpoint()?;
        let (network, weights) = self.averaged(asked)?;
        let device = self.stepper.device();
        let test = evaluate(&network, &self.job.data.test, device, &mut |_| asked())?;
        let training = self.training(Some(&test));
        if let Some(folder) = &self.job.folder {
            let labels = &self.job.data.train.classes;
            let table = self.state.averaged(self.stepper.network()).map_err(TrainError::Device)?;
            folder.save_network(&self.architecture, &table, labels, &training)?;
            folder.save_result(&training, &test, labels)?;
        }
        Ok(Outcome { points: self.points, test, weights, training })
    }

    /// How the weights came about, for those who find the file.
    fn training(&self, test: Option<&Evaluation>) -> Value {
        let last = self.points.last();
        let validation = self.points.iter().rev().find_map(|point| point.validation_accuracy);
        json!({
            "data": self.job.data.source,
            "recipe": self.stepper.recipe(),
            "steps": self.state.step,
            "steps_in_all": self.steps,
            "seconds": last.map_or(0.0, |point| point.seconds.round()),
            "validation_accuracy": validation,
            "test_accuracy": test.map(|test| test.accuracy),
            "test_pictures": test.map(|test| test.pictures),
        })
    }

    fn left(&self) -> Option<Duration> {
        let (steps, seconds) = self.pace;
        (steps > 0).then(|| {
            let left = (self.steps - self.state.step) as f64 * seconds / steps as f64;
            Duration::from_secs_f64(left)
        })
    }
}
