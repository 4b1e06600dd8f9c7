//! Which network a checkpoint belongs to.

use std::collections::BTreeSet;

use super::{TensorFlowFile, names};
use crate::arch::{Family, Flavour};
use crate::weights::torch::value::shown;
use crate::weights::{NetworkShape, WeightsError, shape};

/// Also bounds what a hostile file can make us build; NASNet-Large has 6.
const MOST_CELLS: usize = 100;

pub(super) fn infer(file: &TensorFlowFile) -> Result<NetworkShape, WeightsError> {
    let foreign = || WeightsError::Foreign { path: file.path.clone(), layers: first_names(file) };
    let inconsistent =
        |detail: String| WeightsError::Inconsistent { path: file.path.clone(), detail };
    let weight = |name: &str| file.tensor(name).map(|tensor| tensor.shape.as_slice());
    let stem = names::STEMS
        .into_iter()
        .find_map(|(called, _, stem)| Some((stem, weight(&format!("{called}/weights"))?)));
    let (Some((stem, first)), Some(family), Some(squeeze)) =
        (stem, family(file), weight("cell_0/1x1/weights"))
    else {
        return Err(foreign());
    };
    let n = cells(file).map_err(inconsistent)?;
    let &[3, 3, 3, stem_channels] = first else {
        return Err(inconsistent(format!(
            "the stem's weight is {first:?}, not [3, 3, 3, channels]"
        )));
    };
    let &[1, 1, _, f] = squeeze else {
        return Err(inconsistent(format!(
            "the first cell's weight is {squeeze:?}, not [1, 1, channels, F]"
        )));
    };
    shape::check_widths(family, f, stem_channels).map_err(inconsistent)?;
    let classes = shape::classes(family, f, weight("final_layer/FC/weights"), false);
    Ok(NetworkShape {
        family,
        stem,
        n,
        f,
        stem_channels,
        classes: classes.map_err(inconsistent)?,
        skip_reduction: skip_reduction(file, family, n, f),
        input: None,
        flavour: Flavour::Slim,
    })
}

/// Whose cells they are: TF-slim's networks begin alike. NASNet has cells called reductions, and
/// the second block of PNASNet's cell a kernel of 7x7.
fn family(file: &TensorFlowFile) -> Option<Family> {
    let has = |name: &str| file.tensor(name).is_some();
    if has("reduction_cell_0/1x1/weights") {
        Some(Family::Nasnet)
    } else if has("cell_0/comb_iter_1/left/separable_7x7_1/depthwise_weights") {
        Some(Family::Pnasnet)
    } else {
        None
    }
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

/// What the first cell after a reduction reads.
fn skip_reduction(file: &TensorFlowFile, family: Family, n: usize, f: usize) -> Option<bool> {
    if family == Family::Pnasnet {
        return Some(false);
    }
    let path = file.tensor("cell_1/path1_conv/weights").filter(|_| n == 1)?;
    let &[_, _, channels, _] = path.shape.as_slice() else { return None };
    shape::skip_reduction(n, f, channels)
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
