//! Which NASNet-A a checkpoint belongs to.

use std::collections::BTreeSet;

use super::{TensorFlowFile, names};
use crate::arch::Flavour;
use crate::weights::torch::value::shown;
use crate::weights::{NetworkShape, WeightsError};

/// Also bounds what a hostile file can make us build; NASNet-Large has 6.
const MOST_CELLS: usize = 100;

pub(super) fn infer(file: &TensorFlowFile) -> Result<NetworkShape, WeightsError> {
    let foreign = || WeightsError::Foreign { path: file.path.clone(), layers: first_names(file) };
    let inconsistent =
        |detail: String| WeightsError::Inconsistent { path: file.path.clone(), detail };
    let shape = |name: &str| file.tensor(name).map(|tensor| tensor.shape.as_slice());
    // The second tells a NASNet from its relatives in TF-slim, which begin alike.
    let known = ["cell_0/1x1/weights", "reduction_cell_0/1x1/weights"].map(shape);
    let (Some(stem), [Some(squeeze), Some(_)]) = (shape(names::STEM), known) else {
        return Err(foreign());
    };
    let n = cells(file).map_err(inconsistent)?;
    let &[3, 3, 3, stem_channels] = stem else {
        return Err(inconsistent(format!(
            "the stem's weight is {stem:?}, not [3, 3, 3, channels]"
        )));
    };
    let &[1, 1, _, f] = squeeze else {
        return Err(inconsistent(format!(
            "the first cell's weight is {squeeze:?}, not [1, 1, channels, F]"
        )));
    };
    if f == 0 || !f.is_multiple_of(4) || stem_channels == 0 {
        return Err(inconsistent(format!(
            "F = {f} must be a multiple of 4, and the stem's {stem_channels} channels more than none"
        )));
    }
    let classes = match shape("final_layer/FC/weights") {
        None => None,
        Some(&[features, classes]) if Some(features) == f.checked_mul(24) => Some(classes),
        Some(other) => {
            return Err(inconsistent(format!(
                "the classifier is {other:?} where F = {f} wants [24 F, classes]"
            )));
        }
    };
    Ok(NetworkShape {
        n,
        f,
        stem_channels,
        classes,
        skip_reduction: skip_reduction(file, n, f),
        input: None,
        flavour: Flavour::Slim,
    })
}

/// How many normal cells a stage has.
fn cells(file: &TensorFlowFile) -> Result<usize, String> {
    let cell = |name: &str| names::number(name.split_once('/')?.0);
    let numbers: BTreeSet<usize> = file.tensors.iter().filter_map(|(name, _)| cell(name)).collect();
    let count = numbers.len();
    let whole = count.is_multiple_of(3) && (1..=MOST_CELLS).contains(&(count / 3));
    match whole && numbers.into_iter().eq(0..count) {
        true => Ok(count / 3),
        false => Err(format!("its {count} normal cells are not numbered 0 to 3 N - 1")),
    }
}

/// What the first cell after a reduction reads. Only where N is 1 do the reduction's two inputs
/// differ in their channels; else no weight depends on it.
fn skip_reduction(file: &TensorFlowFile, n: usize, f: usize) -> Option<bool> {
    let path = file.tensor("cell_1/path1_conv/weights").filter(|_| n == 1)?;
    let &[_, _, channels, _] = path.shape.as_slice() else { return None };
    Some(Some(channels) != f.checked_mul(6))
}

/// "the tensors a/weights, a/biases, b/weights and 12 more"
fn first_names(file: &TensorFlowFile) -> String {
    const SHOWN: usize = 4;
    let names: Vec<String> = file.tensors.iter().take(SHOWN).map(|(name, _)| shown(name)).collect();
    match file.tensors.len() {
        0 => "no tensors".into(),
        1 => format!("the tensor {}", names[0]),
        count if count <= SHOWN => format!("the tensors {}", names.join(", ")),
        count => format!("the tensors {} and {} more", names.join(", "), count - SHOWN),
    }
}
