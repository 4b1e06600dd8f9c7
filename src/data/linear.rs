//! The simplest classifier there is, to show what a picture set asks for: softmax regression on
//! the pixels.

use std::ops::ControlFlow;

use rayon::prelude::*;

use super::augment::{batch, epoch_order};
use super::dataset::{Dataset, DatasetError, GoOn};

/// Goes through the pictures.
const EPOCHS: u64 = 5;
const BATCH: usize = 128;
/// The rate of the first step; it falls in a straight line to zero. On `shapes` a tenth of it gives
/// 11.7 % right, a third 12.2 %, this 12.6 %.
const RATE: f32 = 0.003;
const MOMENTUM: f32 = 0.9;

/// A linear classifier: a logit per class, each a weighted sum of the pixels and a bias.
struct Linear {
    /// `[classes, pixels + 1]`, the bias last.
    weights: Vec<f32>,
    velocity: Vec<f32>,
    inputs: usize,
}

impl Linear {
    fn new(classes: usize, pixels: usize) -> Self {
        let inputs = pixels + 1;
        Self { weights: vec![0.0; classes * inputs], velocity: vec![0.0; classes * inputs], inputs }
    }

    /// `[classes]` for `[pixels]`.
    fn logits(&self, picture: &[f32]) -> Vec<f32> {
        let rows = self.weights.chunks_exact(self.inputs);
        rows.map(|row| dot(row, picture) + row[self.inputs - 1]).collect()
    }

    /// One step of stochastic gradient descent on the cross-entropy of a batch.
    fn step(&mut self, pictures: &[f32], labels: &[u32], rate: f32) {
        let pixels = self.inputs - 1;
        let errors: Vec<Vec<f32>> = pictures
            .par_chunks_exact(pixels)
            .zip(labels)
            .map(|(picture, label)| {
                let mut error = softmax(&self.logits(picture));
                error[*label as usize] -= 1.0;
                error
            })
            .collect();
        let scale = 1.0 / labels.len() as f32;
        let rows = self.weights.par_chunks_exact_mut(self.inputs);
        let rows = rows.zip(self.velocity.par_chunks_exact_mut(self.inputs)).enumerate();
        rows.for_each(|(class, (weights, velocity))| {
            velocity.iter_mut().for_each(|value| *value *= MOMENTUM);
            for (picture, error) in pictures.chunks_exact(pixels).zip(&errors) {
                let part = error[class] * scale;
                for (value, pixel) in velocity.iter_mut().zip(picture) {
                    *value += part * pixel;
                }
                velocity[pixels] += part;
            }
            for (weight, value) in weights.iter_mut().zip(velocity) {
                *weight -= rate * *value;
            }
        });
    }
}

/// In eight sums, so that the compiler can use vector instructions.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let ((a, a_rest), (b, b_rest)) = (a[..b.len()].as_chunks::<8>(), b.as_chunks::<8>());
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

fn softmax(logits: &[f32]) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<_> = logits.iter().map(|logit| (logit - most).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

/// Trains a linear classifier on the pixels of `train`, scaled to -1..=1, and gives the part of
/// `test` that it gets right, 0 to 1 (0 if there is no picture).
///
/// # Errors
///
/// [`DatasetError::Stopped`] if `go_on` says so.
pub fn linear_accuracy(
    train: &Dataset,
    test: &Dataset,
    seed: u64,
    go_on: GoOn<'_>,
) -> Result<f64, DatasetError> {
    let pixels = train.size as usize * train.size as usize * 3;
    let mut linear = Linear::new(train.classes.len(), pixels);
    let steps = (train.len().div_ceil(BATCH) as u64 * EPOCHS).max(1);
    // Larger pictures have more inputs, whose gradients add up.
    let rate = RATE * 3072.0 / pixels as f32;
    let mut step = 0;
    for epoch in 0..EPOCHS {
        for indices in epoch_order(train.len(), seed, epoch).chunks(BATCH) {
            let what = "Training the linear classifier";
            if go_on(what, step as usize, steps as usize) == ControlFlow::Break(()) {
                return Err(DatasetError::Stopped);
            }
            let labels: Vec<_> = indices.iter().map(|&index| train.label(index)).collect();
            let rate = rate * (1.0 - step as f32 / steps as f32);
            linear.step(&batch(train, indices, None, seed, epoch), &labels, rate);
            step += 1;
        }
    }
    Ok(part_right(&linear, test))
}

fn part_right(linear: &Linear, test: &Dataset) -> f64 {
    let right = |index: &usize| {
        let logits = linear.logits(&batch(test, &[*index], None, 0, 0));
        let best = (0..logits.len()).max_by(|a, b| logits[*a].total_cmp(&logits[*b]));
        best == Some(test.label(*index) as usize)
    };
    let count = (0..test.len()).into_par_iter().filter(right).count();
    count as f64 / test.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::shapes;
    use crate::data::{DataSource, OpenOptions, open};

    fn go_on(_: &str, _: usize, _: usize) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// Pictures that are lighter above or below, which one weight per pixel can tell.
    fn halves(count: usize) -> Dataset {
        let classes: Arc<[String]> = ["above", "below"].map(str::to_owned).into();
        let value = |index: usize, y: usize| {
            let noise = (index * 37 % 101) as u8;
            if (y < 4) == index.is_multiple_of(2) { 120 + noise } else { noise }
        };
        let picture =
            |index: usize| (0..8).flat_map(move |y| std::iter::repeat_n(value(index, y), 24));
        let labels = (0..count).map(|index| (index % 2) as u32).collect();
        Dataset::new(classes, 8, (0..count).flat_map(picture).collect(), labels).unwrap()
    }

    #[test]
    fn it_learns_what_is_linear() {
        let accuracy = linear_accuracy(&halves(1000), &halves(300), 0, &mut go_on).unwrap();
        assert!(accuracy > 0.97, "{accuracy}");
        let none = halves(10).first(0);
        assert_eq!(linear_accuracy(&none, &none, 0, &mut go_on).unwrap(), 0.0);
    }

    /// The shapes cannot be told by single pixels.
    #[test]
    fn shapes_are_not_linear() {
        let options = OpenOptions { size: 16, limit: Some(4000), held_out: Some(1000), seed: 0 };
        let splits = open(&DataSource::Shapes, &options, &mut go_on).unwrap();
        let accuracy = linear_accuracy(&splits.train, &splits.test, 0, &mut go_on).unwrap();
        let chance = 1.0 / shapes::class_names().len() as f64;
        assert!(accuracy > chance && accuracy < 0.4, "{accuracy}");
    }

    #[test]
    fn it_stops_when_told_to() {
        let set = halves(10);
        let stopped = linear_accuracy(&set, &set, 0, &mut |_, _, _| ControlFlow::Break(()));
        assert!(matches!(stopped, Err(DatasetError::Stopped)));
    }
}
