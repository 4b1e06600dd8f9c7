//! A training from its first step, or from a checkpoint, to its last.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use burn::tensor::{Device, Tensor};
use serde_json::{Value, json};

use super::curves::Point;
use super::evaluate::{evaluate, first_largest};
use super::folder::RunFolder;
use super::state::host;
use super::step::Stepper;
use super::{Evaluation, Recipe, State, TrainError};
use crate::arch::{Architecture, Setting};
use crate::data::{Augmentation, Splits, batch, epoch_order};
use crate::net::{Network, Trainable};
use crate::plan::{Plan, lower, lower_for_training};
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

/// Points of the course in one epoch, at most: a step each in short ones.
const POINTS_AN_EPOCH: u64 = 25;

/// The network that learns these pictures: the same with as many classes as they have.
///
/// # Errors
///
/// If that cannot be.
pub fn network_for(architecture: &Architecture, data: &Splits) -> Result<Architecture, TrainError> {
    let classes = data.train.classes.len() as u32;
    let size = architecture.settings().input;
    if size != data.train.size {
        return Err(TrainError::Mismatch {
            wanted: format!("{size} px"),
            found: format!("{} px", data.train.size),
            remedy: "open them at the network's size".to_owned(),
        });
    }
    if architecture.settings().classes == classes {
        return Ok(architecture.clone());
    }
    let edit = crate::arch::Edit::Set(Setting::Classes, classes);
    architecture.edited(&edit).map_err(|error| TrainError::Mismatch {
        wanted: format!("{} classes", architecture.settings().classes),
        found: format!("of {classes} classes"),
        remedy: error.to_string(),
    })
}

/// Trains a network.
///
/// # Errors
///
/// [`TrainError`]; the folder's last checkpoint stays. When stopped by the observer, a checkpoint
/// is written first.
pub fn train(job: &Job, device: &Device, observer: Observer<'_>) -> Result<Outcome, TrainError> {
    job.check()?;
    let mut run = Run::new(job, device)?;
    while run.state.step < run.steps {
        run.stretch()?;
        let progress = Progress {
            step: run.state.step,
            steps: run.steps,
            epochs: job.recipe.epochs,
            points: &run.points,
            validation: run.validation.as_ref(),
            left: run.left(),
        };
        if observer(&progress).is_break() {
            run.checkpoint()?;
            return Err(TrainError::Stopped);
        }
    }
    run.finish()
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
            saved: Instant::now(),
            has_checkpoint,
            pace: (0, 0.0),
        })
    }

    /// Steps up to the next point of the course.
    fn stretch(&mut self) -> Result<(), TrainError> {
        let start = Instant::now();
        let each = self.steps_an_epoch.div_ceil(POINTS_AN_EPOCH);
        let epoch = self.state.step / self.steps_an_epoch;
        let in_epoch = self.state.step % self.steps_an_epoch;
        let end = (in_epoch / each * each + each).min(self.steps_an_epoch);
        let order = epoch_order(self.job.data.train.len(), self.job.recipe.seed, epoch);
        let mut results = Vec::new();
        for place in in_epoch..end {
            results.push(self.step(&order, epoch, place));
        }
        let (loss, accuracy) = self.summary(results)?;
        let seconds = start.elapsed().as_secs_f64();
        let count = end - in_epoch;
        self.pace = (self.pace.0 + count, self.pace.1 + seconds);
        self.seconds += seconds;
        let recipe = self.stepper.recipe();
        let cells = self.plan.cells();
        let progress = self.state.step as f64 / self.steps as f64;
        let mut point = Point {
            step: self.state.step,
            epoch: self.state.step as f64 / self.steps_an_epoch as f64,
            learning_rate: recipe.rate(self.state.step - 1, self.steps),
            keep_path: recipe.keep_probability(cells.saturating_sub(1), cells, progress),
            loss,
            accuracy,
            pictures_per_second: count as f64 * f64::from(recipe.batch) / seconds,
            seconds: self.seconds,
            validation_loss: None,
            validation_accuracy: None,
        };
        if end == self.steps_an_epoch && !self.job.data.validation.is_empty() {
            let evaluation = self.evaluated(&self.job.data.validation)?.0;
            point.validation_loss = Some(evaluation.loss);
            point.validation_accuracy = Some(evaluation.accuracy);
            self.validation = Some(Arc::new(evaluation));
        }
        self.points.push(point);
        if end == self.steps_an_epoch || self.saved.elapsed() >= self.job.checkpoint_every {
            self.checkpoint()?;
        }
        Ok(())
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

    /// How the averaged weights do, and those weights.
    fn evaluated(
        &self,
        dataset: &crate::data::Dataset,
    ) -> Result<(Evaluation, Weights), TrainError> {
        let device = self.stepper.device();
        let table = self.state.averaged(self.stepper.network()).map_err(TrainError::Device)?;
        let weights = Weights::new(table, &self.plan);
        let go_on = |_| ControlFlow::Continue(());
        let network = Network::build(self.plan.clone(), &weights, device, go_on)
            .map_err(|_| TrainError::Stopped)?;
        let evaluation = evaluate(&network, dataset, device, &mut |_| ControlFlow::Continue(()))?;
        Ok((evaluation, weights))
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

    fn finish(mut self) -> Result<Outcome, TrainError> {
        self.checkpoint()?;
        let (test, weights) = self.evaluated(&self.job.data.test)?;
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
