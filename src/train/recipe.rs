//! How a network is trained.

use serde::{Deserialize, Serialize};

/// Which parts of a network's depth and of the training's length the dropping of paths grows with
/// (TF-slim's `drop_connect_version`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropPathVersion {
    /// With the step alone.
    V1,
    /// With the depth alone.
    V2,
    /// With both: ScheduledDropPath as published.
    V3,
}

/// Everything that decides how a training goes, beside the network and the pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Times that each picture is seen.
    pub epochs: u32,
    /// Pictures of one step.
    pub batch: u32,
    /// The highest rate, which falls to zero along half a cosine.
    pub learning_rate: f64,
    /// Epochs in which the rate rises to its highest first.
    pub warm_up: f64,
    /// How much of a step the next one keeps.
    pub momentum: f64,
    /// Pull of the convolutions' and the dense layers' weights towards zero.
    pub weight_decay: f64,
    /// Longest gradient, as the norm over all weights; longer ones are scaled down to it.
    pub clip: f64,
    /// Part of the target that all classes share.
    pub label_smoothing: f64,
    /// How much of the weights' moving average each step keeps at most; early steps keep less.
    pub average: f64,
    /// Weight of the auxiliary head's loss; 0 leaves the head out.
    pub auxiliary: f64,
    /// Probability that a path of the last cell is kept at the end; 1 drops none.
    pub keep_path: f64,
    /// What that probability grows with.
    pub drop_path: DropPathVersion,
    /// How much of the batch norms' moving statistics each step keeps. The published 0.9997 would
    /// leave a short training with the statistics it began with.
    pub batch_norm_momentum: f64,
    /// Whether training pictures are shifted and, where that keeps their class, mirrored.
    pub augment: bool,
    /// Whether a square is cut out of training pictures.
    pub cutout: bool,
    /// Stages whose weights stay as they are: 0 none, 1 the stem, 2 the first stage too, ...
    pub frozen_stages: u8,
    /// Decides everything random: weights to begin with, order, augmentation, dropped paths.
    pub seed: u64,
}

impl Default for Recipe {
    /// The CIFAR-10 training of TF-slim's notes (momentum 0.9, weight decay 5e-4, clipping at 5,
    /// cosine), with fewer epochs, larger batches at a rate to match, and what only pays in long
    /// trainings turned off.
    fn default() -> Self {
        Recipe {
            epochs: 12,
            batch: 64,
            learning_rate: 0.1,
            warm_up: 0.5,
            momentum: 0.9,
            weight_decay: 5e-4,
            clip: 5.0,
            label_smoothing: 0.0,
            average: 0.999,
            auxiliary: 0.0,
            keep_path: 1.0,
            drop_path: DropPathVersion::V3,
            batch_norm_momentum: 0.9,
            augment: true,
            cutout: false,
            frozen_stages: 0,
            seed: 0,
        }
    }
}

/// Why a recipe makes no sense.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{name} cannot be {value}: it may be {least} to {most}")]
pub struct RecipeError {
    /// The setting, as on the command line.
    pub name: &'static str,
    /// What was asked for.
    pub value: f64,
    /// The smallest legal value.
    pub least: f64,
    /// The largest legal value.
    pub most: f64,
}

impl Recipe {
    /// Whether every number is legal.
    pub fn check(&self) -> Result<(), RecipeError> {
        let numbers = [
            ("epochs", f64::from(self.epochs), 1.0, 100_000.0),
            // The batch's statistics need more than one picture.
            ("batch", f64::from(self.batch), 2.0, 4096.0),
            ("learning rate", self.learning_rate, 1e-9, 100.0),
            ("warm-up", self.warm_up, 0.0, f64::from(self.epochs)),
            ("momentum", self.momentum, 0.0, 0.9999),
            ("weight decay", self.weight_decay, 0.0, 1.0),
            ("clip", self.clip, 1e-6, 1e6),
            ("label smoothing", self.label_smoothing, 0.0, 0.9),
            ("average", self.average, 0.0, 0.999_999),
            ("auxiliary weight", self.auxiliary, 0.0, 10.0),
            ("keep-path probability", self.keep_path, 0.05, 1.0),
            ("batch norm momentum", self.batch_norm_momentum, 0.0, 0.999_999),
            ("frozen stages", f64::from(self.frozen_stages), 0.0, 4.0),
        ];
        for (name, value, least, most) in numbers {
            // NaN is in no range.
            if !(least..=most).contains(&value) {
                return Err(RecipeError { name, value, least, most });
            }
        }
        Ok(())
    }

    /// The learning rate of a step, counted from 0, of `steps` in all.
    pub fn rate(&self, step: u64, steps: u64) -> f64 {
        let steps_an_epoch = steps as f64 / f64::from(self.epochs);
        let warm = (self.warm_up * steps_an_epoch).round();
        let step = step as f64;
        if step < warm {
            return self.learning_rate * (step + 1.0) / (warm + 1.0);
        }
        let progress = (step - warm) / (steps as f64 - warm).max(1.0);
        self.learning_rate * 0.5 * (1.0 + (std::f64::consts::PI * progress.min(1.0)).cos())
    }

    /// The probability that a path of cell `cell` of `cells` is kept when `progress` (0 to 1) of
    /// the training is done; TF-slim's `NasNetABaseCell._apply_drop_path`, where cells count from
    /// 0 and stem cells and reductions count too.
    pub fn keep_probability(&self, cell: usize, cells: usize, progress: f64) -> f64 {
        let depth = (cell + 1) as f64 / cells.max(1) as f64;
        let part = match self.drop_path {
            DropPathVersion::V1 => progress.min(1.0),
            DropPathVersion::V2 => depth,
            DropPathVersion::V3 => depth * progress.min(1.0),
        };
        1.0 - part * (1.0 - self.keep_path)
    }

    /// How much of the average of the weights the step with this number, counted from 1, keeps:
    /// little at first, so that the weights to begin with are soon forgotten (TensorFlow's
    /// `ExponentialMovingAverage`).
    pub fn average_kept(&self, step: u64) -> f64 {
        let step = step as f64;
        self.average.min((1.0 + step) / (10.0 + step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, wanted: f64) {
        assert!((value - wanted).abs() < 5e-7, "{value} is not {wanted}");
    }

    /// The figures of TF-slim's code: Large (20 cells and two stem cells) at half its training,
    /// CIFAR (6 cells a stage) at its end.
    #[test]
    fn paths_are_dropped_on_the_published_schedule() {
        let large = Recipe { keep_path: 0.7, ..Recipe::default() };
        for (cell, kept) in
            [(0, 0.993_182), (1, 0.986_364), (2, 0.979_545), (10, 0.925), (21, 0.85)]
        {
            near(large.keep_probability(cell, 22, 0.5), kept);
        }
        let cifar = Recipe { keep_path: 0.6, ..Recipe::default() };
        for (cell, kept) in [(0, 0.98), (9, 0.8), (19, 0.6)] {
            near(cifar.keep_probability(cell, 20, 1.0), kept);
            near(cifar.keep_probability(cell, 20, 1.5), kept);
        }
        let by_step = Recipe { drop_path: DropPathVersion::V1, ..cifar.clone() };
        near(by_step.keep_probability(0, 20, 0.25), 0.9);
        near(by_step.keep_probability(19, 20, 0.25), 0.9);
        let by_depth = Recipe { drop_path: DropPathVersion::V2, ..cifar };
        near(by_depth.keep_probability(9, 20, 0.0), 0.8);
        near(Recipe::default().keep_probability(19, 20, 1.0), 1.0);
    }

    #[test]
    fn the_rate_rises_and_then_falls_along_a_cosine() {
        let recipe = Recipe { epochs: 10, learning_rate: 0.4, warm_up: 1.0, ..Recipe::default() };
        near(recipe.rate(0, 100), 0.4 / 11.0);
        near(recipe.rate(9, 100), 0.4 * 10.0 / 11.0);
        near(recipe.rate(10, 100), 0.4);
        near(recipe.rate(55, 100), 0.2);
        assert!(recipe.rate(99, 100) < 0.001);
        near(Recipe { warm_up: 0.0, ..recipe }.rate(0, 100), 0.4);
    }

    #[test]
    fn early_averages_forget() {
        let recipe = Recipe::default();
        near(recipe.average_kept(1), 2.0 / 11.0);
        near(recipe.average_kept(1_000_000), 0.999);
    }

    #[test]
    fn nonsense_is_refused_with_what_would_be_legal() {
        assert_eq!(Recipe::default().check(), Ok(()));
        let refused = |recipe: Recipe| recipe.check().unwrap_err().to_string();
        let recipe = Recipe::default();
        assert_eq!(
            refused(Recipe { batch: 1, ..recipe.clone() }),
            "batch cannot be 1: it may be 2 to 4096"
        );
        assert_eq!(
            refused(Recipe { learning_rate: f64::NAN, ..recipe.clone() }),
            "learning rate cannot be NaN: it may be 0.000000001 to 100"
        );
        refused(Recipe { warm_up: 13.0, ..recipe.clone() });
        refused(Recipe { keep_path: 0.0, ..recipe });
    }
}
