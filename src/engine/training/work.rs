//! What the thread of a training does.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{
    RunRequest, SampleShown, TrainingEvent, TrainingProgress, TrainingRequest, TrainingResult,
    TrainingSide, TrainingStart, TrialRequest,
};
use crate::arch::Architecture;
use crate::cost::analyse;
use crate::data::{self, DataSource, DatasetError, OpenOptions, Splits};
use crate::engine::{DeviceChoice, DeviceError, Trainer};
use crate::plan::lower;
use crate::train::{
    DataChoice, Description, Job, Outcome, Progress, RunFolder, TrainError, network_for, run_trial,
    sample_indices, trial_data, trial_network,
};
use crate::weights::{self, SaveOptions, Weights};

/// How long a checkpoint is put off at most: what a crash may cost.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(60);
/// How often preparations are told of, which each time wakes the window.
const TOLD_EVERY: Duration = Duration::from_millis(100);

/// Why there is no training.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Device(#[from] DeviceError),
    #[error(transparent)]
    Train(#[from] TrainError),
    #[error("the trained network cannot be kept: {0}")]
    Kept(std::io::Error),
}

impl From<DatasetError> for Failure {
    fn from(error: DatasetError) -> Self {
        match error {
            DatasetError::Stopped => Failure::Train(TrainError::Stopped),
            error => Failure::Train(TrainError::Data(error)),
        }
    }
}

/// Trains as asked, and says how it goes.
pub(super) fn train(choice: DeviceChoice, request: &TrainingRequest, side: &TrainingSide) {
    let outcome = match request {
        TrainingRequest::Run(run) => begin(choice, run, side),
        TrainingRequest::Resume(path) => resume(choice, path, side),
        TrainingRequest::Trial(trial) => try_cells(choice, trial, side),
    };
    side.tell(match outcome {
        Ok(event) => event,
        Err(Failure::Train(TrainError::Stopped)) => TrainingEvent::Stopped,
        Err(failure) => TrainingEvent::Failed(failure.to_string()),
    });
}

fn begin(
    choice: DeviceChoice,
    request: &RunRequest,
    side: &TrainingSide,
) -> Result<TrainingEvent, Failure> {
    request.recipe.check().map_err(TrainError::from)?;
    let trainer = Trainer::new(choice)?;
    let weights = match &request.start_from {
        Some(path) => loaded(path, &request.architecture)?,
        None => Weights::default(),
    };
    let data = opened(&request.data, &request.architecture, side)?;
    let architecture = network_for(&request.architecture, &data)?;
    let mut job = Job {
        architecture,
        data,
        recipe: request.recipe.clone(),
        weights,
        folder: None,
        resume: false,
        checkpoint_every: CHECKPOINT_EVERY,
    };
    // A training that cannot begin leaves no folder.
    trainer.check(&job)?;
    if let Some(path) = &request.folder {
        let recipe = request.recipe.clone();
        let mut description = Description::new(&job.architecture, request.data.clone(), recipe);
        description.started_from.clone_from(&request.start_from);
        job.folder = Some(RunFolder::create(path, &description)?);
    }
    run(&trainer, &job, side)
}

fn resume(
    choice: DeviceChoice,
    path: &Path,
    side: &TrainingSide,
) -> Result<TrainingEvent, Failure> {
    let (folder, description, architecture) = RunFolder::open(path)?;
    let trainer = Trainer::new(choice)?;
    let weights = match &description.started_from {
        Some(path) => loaded(path, &architecture)?,
        None => Weights::default(),
    };
    let job = Job {
        data: opened(&description.data, &architecture, side)?,
        architecture,
        recipe: description.recipe,
        weights,
        folder: Some(folder),
        resume: true,
        checkpoint_every: CHECKPOINT_EVERY,
    };
    run(&trainer, &job, side)
}

fn run(trainer: &Trainer, job: &Job, side: &TrainingSide) -> Result<TrainingEvent, Failure> {
    let outcome = watched(trainer, job, side)?;
    let architecture = Arc::new(job.architecture.clone());
    let classes = job.data.train.classes.clone();
    let (file, kept) = match &job.folder {
        Some(folder) => (folder.network(), None),
        None => {
            let kept = tempfile::tempdir().map_err(Failure::Kept)?;
            let file = kept.path().join("trained.safetensors");
            let training = Some(&outcome.training);
            let options = SaveOptions { half: false, labels: Some(&classes), training };
            weights::save(&file, &architecture, outcome.weights.table(), &options)
                .map_err(TrainError::from)?;
            (file, Some(Arc::new(kept)))
        }
    };
    let result = TrainingResult { outcome, architecture, classes, file, kept };
    Ok(TrainingEvent::Finished(Arc::new(result)))
}

fn try_cells(
    choice: DeviceChoice,
    request: &TrialRequest,
    side: &TrainingSide,
) -> Result<TrainingEvent, Failure> {
    let network = trial_network(&request.architecture).map_err(TrainError::from)?;
    let trainer = Trainer::new(choice)?;
    let data = opened(&trial_data(), &network, side)?;
    run_trial(
        &request.architecture,
        &data,
        request.seeds.clone(),
        &mut |job| watched(&trainer, job, side),
        &mut |result| side.tell(TrainingEvent::SeedDone(result)),
    )?;
    Ok(TrainingEvent::TrialFinished)
}

fn watched(trainer: &Trainer, job: &Job, side: &TrainingSide) -> Result<Outcome, TrainError> {
    side.tell(TrainingEvent::Started(Arc::new(start(trainer, job))));
    let mut told = 0;
    let mut observer = |progress: &Progress<'_>| {
        let event = TrainingProgress {
            step: progress.step,
            steps: progress.steps,
            points: progress.points[told..].to_vec(),
            validation: progress.validation.cloned(),
            answers: progress.answers.to_vec(),
            left: progress.left,
        };
        told = progress.points.len();
        side.tell(TrainingEvent::Progress(Arc::new(event)));
        side.go_on()
    };
    trainer.train_interruptibly(job, &mut observer, &mut || side.go_on())
}

fn start(trainer: &Trainer, job: &Job) -> TrainingStart {
    let data = &job.data;
    let validation = &data.validation;
    let steps_an_epoch = data.train.len() as u64 / u64::from(job.recipe.batch.max(1));
    let sample = |index| SampleShown {
        index,
        label: validation.label(index),
        picture: validation.picture(index),
    };
    TrainingStart {
        architecture: Arc::new(job.architecture.clone()),
        device: trainer.device().name.clone(),
        source: data.source.clone(),
        pictures: [&data.train, validation, &data.test].map(data::Dataset::len),
        skipped: data.skipped_in_all,
        classes: data.train.classes.clone(),
        parameters: analyse(&lower(&job.architecture)).parameters().trainable,
        steps: steps_an_epoch * u64::from(job.recipe.epochs),
        recipe: job.recipe.clone(),
        folder: job.folder.as_ref().map(|folder| folder.path().to_owned()),
        samples: sample_indices(validation.len()).into_iter().map(sample).collect(),
    }
}

fn loaded(path: &Path, architecture: &Architecture) -> Result<Weights, TrainError> {
    Ok(weights::load(path, architecture)?.weights)
}

/// Reads or generates the pictures at the network's size.
fn opened(
    choice: &DataChoice,
    architecture: &Architecture,
    side: &TrainingSide,
) -> Result<Arc<Splits>, Failure> {
    let source: DataSource = choice.source.parse()?;
    let options = OpenOptions {
        size: architecture.settings().input,
        seed: choice.seed,
        limit: choice.limit,
        held_out: choice.held_out,
    };
    let mut last: Option<Instant> = None;
    let splits = data::open(&source, &options, &mut |what, done, total| {
        if last.is_none_or(|last| last.elapsed() >= TOLD_EVERY) {
            last = Some(Instant::now());
            side.tell(TrainingEvent::Preparing { what: what.to_owned(), done, total });
        }
        side.go_on()
    })?;
    Ok(Arc::new(splits))
}
