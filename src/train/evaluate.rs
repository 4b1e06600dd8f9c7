//! What a trained network gets right.

use std::ops::ControlFlow;

use burn::tensor::{Device, Tensor, TensorData};
use serde::Serialize;

use super::TrainError;
use super::state::host;
use crate::data::{Dataset, batch};
use crate::net::Network;

/// How a network did on a set of pictures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Pictures shown.
    pub pictures: usize,
    /// Part of them whose class came first, 0 to 1.
    pub accuracy: f64,
    /// Mean cross entropy, in nats.
    pub loss: f64,
    /// How often a picture of the row's class was taken for the column's, `[classes, classes]`.
    pub confusion: Vec<Vec<u32>>,
}

/// Pictures shown at once.
const BATCH: usize = 64;

/// Shows a network every picture of a set, as it is used: without augmentation, with the batch norms'
/// moving statistics.
///
/// # Errors
///
/// `Stopped` if `go_on` says so, `Device` if the device fails.
pub fn evaluate(
    network: &Network,
    dataset: &Dataset,
    device: &Device,
    go_on: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Evaluation, TrainError> {
    let classes = dataset.classes.len();
    let mut confusion = vec![vec![0_u32; classes]; classes];
    let (mut loss, mut right) = (0.0, 0_usize);
    let size = dataset.size as usize;
    let indices: Vec<usize> = (0..dataset.len()).collect();
    for indices in indices.chunks(BATCH) {
        let input = batch(dataset, indices, None, 0, 0);
        let data = TensorData::new(input, [indices.len(), 3, size, size]);
        let logits = network.run(Tensor::from_data(data, device), |_, _| ControlFlow::Continue(()));
        let logits = logits.ok_or(TrainError::Stopped)?;
        let logits = host(logits).map_err(TrainError::Device)?;
        for (row, index) in logits.chunks_exact(classes).zip(indices) {
            let label = dataset.label(*index) as usize;
            let answer = first_largest(row);
            confusion[label][answer] += 1;
            right += usize::from(answer == label);
            loss += f64::from(log_sum_exp(row) - row[label]);
        }
        if go_on(indices.len()).is_break() {
            return Err(TrainError::Stopped);
        }
    }
    let pictures = dataset.len();
    let count = pictures.max(1) as f64;
    Ok(Evaluation { pictures, accuracy: right as f64 / count, loss: loss / count, confusion })
}

/// What a network said about one picture of a set.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// The picture's place in the set.
    pub picture: usize,
    /// What it shows.
    pub label: u32,
    /// What the network took it for.
    pub answer: u32,
    /// The softmax of that class, 0 to 1.
    pub confidence: f32,
}

/// As many pictures of a set are looked at one by one: four rows of six.
const SAMPLES: usize = 24;

/// The pictures of a set of `len` that are looked at one by one, spread over all of it, as folders
/// are ordered by class.
pub fn sample_indices(len: usize) -> Vec<usize> {
    let count = len.min(SAMPLES);
    (0..count).map(|place| place * len / count).collect()
}

/// What a network says about some pictures of a set.
///
/// # Errors
///
/// `Device` if the device fails.
pub(super) fn answers(
    network: &Network,
    dataset: &Dataset,
    indices: &[usize],
    device: &Device,
) -> Result<Vec<Answer>, TrainError> {
    let (classes, size) = (dataset.classes.len(), dataset.size as usize);
    let input = batch(dataset, indices, None, 0, 0);
    let data = TensorData::new(input, [indices.len(), 3, size, size]);
    let logits = network.run(Tensor::from_data(data, device), |_, _| ControlFlow::Continue(()));
    let logits = host(logits.ok_or(TrainError::Stopped)?).map_err(TrainError::Device)?;
    let answer = |(row, picture): (&[f32], &usize)| {
        let answer = first_largest(row);
        Answer {
            picture: *picture,
            label: dataset.label(*picture),
            answer: answer as u32,
            confidence: (row[answer] - log_sum_exp(row)).exp(),
        }
    };
    Ok(logits.chunks_exact(classes).zip(indices).map(answer).collect())
}

/// The place of the largest number.
pub(super) fn first_largest(row: &[f32]) -> usize {
    let mut best = 0;
    for (place, value) in row.iter().enumerate() {
        if *value > row[best] {
            best = place;
        }
    }
    best
}

fn log_sum_exp(row: &[f32]) -> f32 {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    largest + row.iter().map(|value| (value - largest).exp()).sum::<f32>().ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_spread_over_the_set() {
        assert_eq!(sample_indices(0), Vec::<usize>::new());
        assert_eq!(sample_indices(3), [0, 1, 2]);
        let many = sample_indices(240);
        assert_eq!((many.len(), many[0], many[1], many[23]), (24, 0, 10, 230));
    }
}
