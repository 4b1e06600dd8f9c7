//! Small sets of pictures, and trainings on them.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use nasnet_explorer::arch::Architecture;
use nasnet_explorer::data::{Dataset, Splits};
use nasnet_explorer::engine::{DeviceChoice, Trainer};
use nasnet_explorer::train::{
    DataChoice, Description, Job, Outcome, Progress, Recipe, RunFolder, TrainError,
};
use nasnet_explorer::weights::Weights;

use super::support::{Random, nasnet, settings};

pub const SIZE: u32 = 16;

/// Noisy pictures, lighter in the class' own channel.
fn tinted(classes: &[&str], size: u32, count: usize, seed: u64) -> Dataset {
    let mut random = Random(seed);
    let labels: Vec<u32> = (0..count).map(|index| (index % classes.len()) as u32).collect();
    let mut pixels = Vec::new();
    for label in &labels {
        for place in 0..size * size * 3 {
            let light = if place % 3 == *label { 70 } else { 0 };
            pixels.push((random.below(180) + light) as u8);
        }
    }
    let classes: Arc<[String]> = classes.iter().map(|name| (*name).to_owned()).collect();
    Dataset::new(classes, size, pixels, labels).unwrap()
}

/// As many to train on, 24 each to validate and to test.
pub fn splits(classes: &[&str], count: usize) -> Arc<Splits> {
    Arc::new(splits_of(classes, SIZE, [count, 24, 24]))
}

/// So many pictures of a size to train on, to validate and to test.
pub fn splits_of(classes: &[&str], size: u32, [train, validation, test]: [usize; 3]) -> Splits {
    Splits {
        train: tinted(classes, size, train, 1),
        validation: tinted(classes, size, validation, 2),
        test: tinted(classes, size, test, 3),
        skipped: Vec::new(),
        skipped_in_all: 0,
        mirrored: true,
        source: "tinted noise".to_owned(),
    }
}

pub const COLOURS: [&str; 3] = ["red", "green", "blue"];

/// A training in which everything random takes part: five steps in each of two epochs.
pub fn job() -> Job {
    Job {
        architecture: nasnet(settings(2, SIZE, 3)),
        data: splits(&COLOURS, 40),
        recipe: Recipe {
            epochs: 2,
            batch: 8,
            keep_path: 0.6,
            cutout: true,
            label_smoothing: 0.1,
            ..Recipe::default()
        },
        weights: Weights::default(),
        folder: None,
        resume: false,
        checkpoint_every: Duration::from_secs(3600),
    }
}

/// The same with a folder for it.
pub fn job_in(path: &Path) -> Job {
    let job = job();
    let folder = created(path, &job.architecture, &job.recipe).unwrap();
    Job { folder: Some(folder), ..job }
}

pub fn created(
    path: &Path,
    architecture: &Architecture,
    recipe: &Recipe,
) -> Result<RunFolder, TrainError> {
    let data = DataChoice { source: "shapes".to_owned(), seed: 0, limit: None, held_out: None };
    RunFolder::create(path, &Description::new(architecture, data, recipe.clone()))
}

pub fn trainer() -> Trainer {
    Trainer::new(DeviceChoice::Cpu).unwrap()
}

/// To the end.
pub fn train(job: &Job) -> Result<Outcome, TrainError> {
    trainer().train(job, &mut |_| ControlFlow::Continue(()))
}

/// Up to a step; with a folder, a checkpoint is written there.
pub fn train_until(job: &Job, step: u64) {
    let stop = |progress: &Progress<'_>| match progress.step >= step {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    let error = trainer().train(job, &mut { stop }).unwrap_err();
    assert!(matches!(error, TrainError::Stopped), "{error}");
}

pub fn checkpoint(folder: &Path) -> PathBuf {
    folder.join("checkpoint.safetensors")
}
