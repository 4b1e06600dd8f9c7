//! What a cell is worth: a few short trainings of a small network made of it.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{DataChoice, Job, Outcome, Recipe, TrainError};
use crate::arch::{Architecture, CellKind, Edit, EditError, Settings, StemKind};
use crate::cost::analyse;
use crate::data::{Splits, shapes};
use crate::plan::lower;
use crate::weights::Weights;

/// Normal cells a stage. The search of the paper ranked cells in networks of 2; one a stage ranks
/// the same extremes in half the time.
const N: u32 = 1;
/// Filters of the first stage, as few as leave every operation something to do.
const F: u32 = 8;
/// Channels of the stem: three times F, as in the paper's CIFAR networks.
const STEM_CHANNELS: u32 = 24;
/// Pixels a side, that of the generated pictures.
const INPUT: u32 = 32;
/// Pictures to train on: with [`EPOCHS`], what three seeds can see in a minute or two on a CPU.
const PICTURES: usize = 4_000;
/// Pictures each to validate and to test with: the standard error of an accuracy is then below
/// 1.6 percent points.
const HELD_OUT: usize = 1_000;
/// Times that each picture is seen.
const EPOCHS: u32 = 3;
/// Pictures of a step.
const BATCH: u32 = 64;
/// Trainings that differ in their seed alone; fewer would give no spread.
const SEEDS: u64 = 3;

/// The small network of the same cells that is trained to judge them.
///
/// # Errors
///
/// If there is none.
pub fn trial_network(architecture: &Architecture) -> Result<Architecture, EditError> {
    let settings = Settings {
        n: N,
        f: F,
        stem: StemKind::Cifar,
        stem_channels: STEM_CHANNELS,
        input: INPUT,
        classes: shapes::class_names().len() as u32,
        ..*architecture.settings()
    };
    architecture.edited(&Edit::SetSettings(settings))
}

/// The pictures that it learns, always the same.
pub fn trial_data() -> DataChoice {
    DataChoice {
        source: "shapes".to_owned(),
        seed: 0,
        limit: Some(PICTURES),
        held_out: Some(HELD_OUT),
    }
}

/// How it is trained.
pub fn trial_recipe(seed: u64) -> Recipe {
    Recipe { epochs: EPOCHS, batch: BATCH, seed, ..Recipe::default() }
}

/// The seeds of a cell's first trial.
pub fn first_seeds() -> Range<u64> {
    0..SEEDS
}

/// What one seed came to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeedResult {
    /// The recipe's seed.
    pub seed: u64,
    /// Part of the test pictures that are right, 0 to 1.
    pub accuracy: f64,
    /// Seconds of training.
    pub seconds: f64,
}

/// How large a network is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Trainable parameters.
    pub parameters: u64,
    /// Multiply-adds for one picture.
    pub macs: u64,
}

impl Size {
    fn of(architecture: &Architecture) -> Self {
        let cost = analyse(&lower(architecture));
        Size { parameters: cost.parameters().trainable, macs: cost.total.macs }
    }
}

/// A cell with what its trainings came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The document whose cells were tried, with its own settings.
    pub network: Architecture,
    /// How large the document is.
    pub size: Size,
    /// How large the network is that was trained.
    pub trained_size: Size,
    /// What the seeds came to, by seed.
    pub results: Vec<SeedResult>,
}

impl Trial {
    /// A trial that has not begun.
    ///
    /// # Errors
    ///
    /// If the cells make no small network.
    pub fn new(network: Architecture) -> Result<Self, EditError> {
        let trained_size = Size::of(&trial_network(&network)?);
        Ok(Trial { size: Size::of(&network), network, trained_size, results: Vec::new() })
    }

    /// Whether `network` has the same cells, wired in the same way: its trial would be this one.
    pub fn is_of(&self, network: &Architecture) -> bool {
        let (own, other) = (self.network.settings(), network.settings());
        let wiring = |settings: &Settings| (settings.skip_reduction, settings.flavour);
        let cells = CellKind::BOTH.iter();
        wiring(own) == wiring(other)
            && cells.into_iter().all(|kind| self.network.cell(*kind) == network.cell(*kind))
    }

    /// The seeds of the next training: those that come after all that were tried.
    pub fn next_seeds(&self) -> Range<u64> {
        let next = self.results.iter().map(|result| result.seed.saturating_add(1)).max();
        next.map_or(first_seeds(), |next| next..next.saturating_add(SEEDS))
    }

    /// Mean test accuracy over the seeds, 0 to 1; `None` before the first.
    pub fn mean(&self) -> Option<f64> {
        let count = self.results.len();
        let sum: f64 = self.results.iter().map(|result| result.accuracy).sum();
        (count > 0).then(|| sum / count as f64)
    }

    /// Standard deviation over the seeds, of a sample (n - 1); `None` for fewer than two.
    pub fn deviation(&self) -> Option<f64> {
        let mean = self.mean()?;
        let freedom = self.results.len() as f64 - 1.0;
        let squares = self.results.iter().map(|result| (result.accuracy - mean).powi(2));
        (freedom > 0.0).then(|| (squares.sum::<f64>() / freedom).sqrt())
    }

    /// Seconds of training, all seeds together.
    pub fn seconds(&self) -> f64 {
        self.results.iter().map(|result| result.seconds).sum()
    }
}

/// Trains the small network of some cells once for each seed, one after the other; `train` trains,
/// `done` is told what each came to.
///
/// # Errors
///
/// Those of `train`; the seeds before have been told.
pub fn run_trial(
    architecture: &Architecture,
    data: &Arc<Splits>,
    seeds: Range<u64>,
    train: &mut dyn FnMut(&Job) -> Result<Outcome, TrainError>,
    done: &mut dyn FnMut(SeedResult),
) -> Result<(), TrainError> {
    let network = trial_network(architecture)?;
    for seed in seeds {
        let outcome = train(&Job {
            architecture: network.clone(),
            data: data.clone(),
            recipe: trial_recipe(seed),
            weights: Weights::default(),
            folder: None,
            resume: false,
            checkpoint_every: Duration::MAX,
        })?;
        let seconds = outcome.points.last().map_or(0.0, |point| point.seconds);
        done(SeedResult { seed, accuracy: outcome.test.accuracy, seconds });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{Op, Setting, Side, StateName, zoo};

    fn trial(accuracies: &[f64]) -> Trial {
        let mut trial = Trial::new(zoo::architecture(zoo::DEFAULT).unwrap()).unwrap();
        let seeds = accuracies.iter().zip(0..);
        trial.results = seeds
            .map(|(accuracy, seed)| SeedResult { seed, accuracy: *accuracy, seconds: 2.5 })
            .collect();
        trial
    }

    #[test]
    fn spread_is_that_of_a_sample() {
        let three = trial(&[0.5, 0.6, 0.7]);
        assert!((three.mean().unwrap() - 0.6).abs() < 1e-12);
        assert!((three.deviation().unwrap() - 0.1).abs() < 1e-12);
        assert_eq!((three.seconds(), three.next_seeds()), (7.5, 3..6));
        assert_eq!((trial(&[]).mean(), trial(&[]).next_seeds()), (None, 0..3));
        assert_eq!((trial(&[0.5]).mean(), trial(&[0.5]).deviation()), (Some(0.5), None));
    }

    #[test]
    fn the_same_cells_are_the_same_trial_whatever_is_around_them() {
        let trial = trial(&[]);
        let edited = |edit| trial.network.edited(&edit).unwrap();
        assert!(trial.is_of(&edited(Edit::Set(Setting::N, 7))));
        assert!(trial.is_of(&edited(Edit::Rename("another".to_owned()))));
        assert!(
            !trial.is_of(&edited(Edit::SetSkipReduction(!trial.network.settings().skip_reduction)))
        );
        let (cell, block, side) = (CellKind::Reduction, StateName::Block(0), Side::Left);
        let old = trial.network.cell(cell).block(block).unwrap().operand(side).op;
        let op = if old == Op::MaxPool3x3 { Op::Identity } else { Op::MaxPool3x3 };
        assert!(!trial.is_of(&edited(Edit::SetOp { cell, block, side, op })));
    }

    #[test]
    fn every_preset_has_a_small_network_of_its_cells() {
        for preset in zoo::PRESETS {
            let architecture = preset.architecture();
            let small = trial_network(&architecture).unwrap();
            assert_eq!(small.cell(CellKind::Normal), architecture.cell(CellKind::Normal));
            assert_eq!((small.settings().f, small.settings().input), (F, INPUT));
        }
        assert_eq!(trial_recipe(2).check(), Ok(()));
    }

    #[test]
    fn a_trial_survives_its_file() {
        let trial = trial(&[0.25, 0.5]);
        let text = serde_json::to_string(&trial).unwrap();
        assert_eq!(serde_json::from_str::<Trial>(&text).unwrap(), trial);
    }
}
