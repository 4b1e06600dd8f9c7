//! Trainings on a device: memory checked first, failures of the device made sentences.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use burn::tensor::Device;

use super::device::{self, DeviceChoice, DeviceError, DeviceReport};
use super::memory;
use super::session::panic_message;
use crate::arch::Architecture;
use crate::cost;
use crate::data::Dataset;
use crate::format::bytes;
use crate::net::{Network, Trainable};
use crate::plan::{lower, lower_for_training};
use crate::train::{
    self, Asked, Evaluation, Job, Observer, Outcome, Recipe, State, Stepper, TrainError,
};
use crate::weights::Weights;

/// A device that trains and evaluates networks, used from one thread.
pub struct Trainer {
    device: Device,
    report: DeviceReport,
}

impl Trainer {
    /// On the device asked for.
    ///
    /// # Errors
    ///
    /// If there is no such device.
    pub fn new(choice: DeviceChoice) -> Result<Self, DeviceError> {
        let (device, report) = device::choose(choice)?;
        Ok(Trainer { device, report })
    }

    /// Where it computes.
    pub fn device(&self) -> &DeviceReport {
        &self.report
    }

    /// Whether a training can begin.
    ///
    /// # Errors
    ///
    /// As [`Job::check`], or if it does not fit in memory.
    pub fn check(&self, job: &Job) -> Result<(), TrainError> {
        job.check()?;
        check_memory(&job.architecture, &job.recipe)
    }

    /// Trains a network.
    ///
    /// # Errors
    ///
    /// [`TrainError`]; also where the network does not fit in memory or the device gives up.
    pub fn train(&self, job: &Job, observer: Observer<'_>) -> Result<Outcome, TrainError> {
        self.train_interruptibly(job, observer, &mut || ControlFlow::Continue(()))
    }

    /// The same, asking after every step whether to go on.
    ///
    /// # Errors
    ///
    /// As [`Trainer::train`].
    pub fn train_interruptibly(
        &self,
        job: &Job,
        observer: Observer<'_>,
        asked: Asked<'_>,
    ) -> Result<Outcome, TrainError> {
        self.check(job)?;
        self.guarded(|| train::train_interruptibly(job, &self.device, observer, asked))
    }

    /// Shows a network every picture of a set.
    ///
    /// # Errors
    ///
    /// As [`Trainer::train`].
    pub fn evaluate(
        &self,
        architecture: &Architecture,
        weights: &Weights,
        dataset: &Dataset,
        go_on: super::GoOn<'_>,
    ) -> Result<Evaluation, TrainError> {
        let plan = Arc::new(lower(architecture));
        self.guarded(|| {
            let keep_on = |_| ControlFlow::Continue(());
            let network = Network::build(plan, weights, &self.device, keep_on)
                .map_err(|_| TrainError::Stopped)?;
            let mut done = 0;
            train::evaluate(&network, dataset, &self.device, &mut |pictures| {
                done += pictures;
                go_on("Evaluating", done, dataset.len())
            })
        })
    }

    /// Times training steps on made-up pictures; the device is synchronised after each.
    ///
    /// # Errors
    ///
    /// As [`Trainer::train`].
    pub fn step_times(
        &self,
        architecture: &Architecture,
        recipe: &Recipe,
        steps: u32,
        go_on: super::GoOn<'_>,
    ) -> Result<StepTimes, TrainError> {
        check_memory(architecture, recipe)?;
        let start = Instant::now();
        let network = Trainable::new(Arc::new(lower(architecture)), 0);
        let mut state = State::new(&network, &Weights::default(), recipe.seed, &self.device);
        let mut stepper = Stepper::new(network, recipe.clone(), self.device.clone());
        let build_ms = start.elapsed().as_secs_f64() * 1e3;
        let settings = architecture.settings();
        let count = (recipe.batch * 3 * settings.input * settings.input) as usize;
        let pictures: Vec<f32> =
            (0..count).map(|index| (index % 511) as f32 / 255.0 - 1.0).collect();
        let labels: Vec<u32> = (0..recipe.batch).map(|index| index % settings.classes).collect();
        let mut steps_ms = Vec::new();
        for step in 0..steps {
            let start = Instant::now();
            self.guarded(|| {
                let result = stepper.step(&mut state, pictures.clone(), &labels, steps.into());
                let _ = result.loss.into_data();
                self.device.sync().map_err(|error| TrainError::Device(error.to_string()))
            })?;
            steps_ms.push(start.elapsed().as_secs_f64() * 1e3);
            if go_on("Training", step as usize + 1, steps as usize).is_break() {
                return Err(TrainError::Stopped);
            }
        }
        Ok(StepTimes { build_ms, steps_ms })
    }

    fn guarded<T>(&self, work: impl FnOnce() -> Result<T, TrainError>) -> Result<T, TrainError> {
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
            Err(TrainError::Device(format!("{}: {}", self.report.name, panic_message(&*panic))))
        })
    }
}

/// How long training took to begin and for each step.
#[derive(Clone, Debug)]
pub struct StepTimes {
    /// Milliseconds from the document to the first step.
    pub build_ms: f64,
    /// Milliseconds of each step.
    pub steps_ms: Vec<f64>,
}

/// Every activation of a training step is kept for its gradient, which takes as much again.
const COPIES: u64 = 2;
/// Weights, gradient, velocity, average, and what they are computed with.
const WEIGHT_COPIES: u64 = 6;

fn check_memory(architecture: &Architecture, recipe: &Recipe) -> Result<(), TrainError> {
    let plan = match recipe.auxiliary > 0.0 {
        true => lower_for_training(architecture),
        false => lower(architecture),
    };
    let cost = cost::analyse(&plan);
    let each = cost.activation_bytes.sum.saturating_mul(COPIES);
    let activations = each.saturating_mul(u64::from(recipe.batch));
    let needed = activations.saturating_add(cost.weight_bytes().saturating_mul(WEIGHT_COPIES));
    let free = memory::free();
    if needed > free / 10 * 9 {
        let batch = recipe.batch;
        return Err(TrainError::TooLarge { batch, needed: bytes(needed), free: bytes(free) });
    }
    Ok(())
}
