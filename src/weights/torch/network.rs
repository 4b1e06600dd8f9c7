//! Which network a state dict belongs to.

use super::TorchFile;
use super::names::{self, Names};
use super::value::shown;
use crate::arch::{Family, Flavour, StemKind};
use crate::weights::{NetworkShape, WeightsError, shape};

pub(super) fn infer(file: &TorchFile) -> Result<NetworkShape, WeightsError> {
    let foreign = || WeightsError::Foreign { path: file.path.clone(), layers: first_names(file) };
    let inconsistent =
        |detail: String| WeightsError::Inconsistent { path: file.path.clone(), detail };
    let (prefix, _) = names::prefix(file.names()).ok_or_else(foreign)?;
    let numbers = names::cells(file.names(), prefix);
    if numbers.is_empty() {
        return Err(foreign());
    }
    let names = Names::of(file.names()).ok_or_else(|| {
        inconsistent(format!(
            "its {} normal cells are numbered neither as timm's nor as Cadene's",
            numbers.len()
        ))
    })?;
    let shape = |name: &str| file.tensor(name).map(|tensor| tensor.shape.as_slice());
    let stem = format!("{}.conv.weight", names.stem());
    let (stem, squeeze) = match (shape(&stem), shape("cell_0.conv_1x1.conv.weight")) {
        (Some(stem), Some(squeeze)) => (stem, squeeze),
        _ => return Err(foreign()),
    };
    let &[stem_channels, 3, 3, 3] = stem else {
        return Err(inconsistent(format!(
            "the stem's weight is {stem:?}, not [channels, 3, 3, 3]"
        )));
    };
    let &[f, _, 1, 1] = squeeze else {
        return Err(inconsistent(format!(
            "the first cell's weight is {squeeze:?}, not [F, channels, 1, 1]"
        )));
    };
    let family = names.family;
    shape::check_widths(family, f, stem_channels).map_err(inconsistent)?;
    let classes = shape::classes(family, f, shape("last_linear.weight"), true);
    // Each numbering is that of one class in Python, whose wiring and arithmetic are known.
    let as_large = names.gap == 0;
    Ok(NetworkShape {
        family,
        stem: StemKind::Imagenet,
        n: names.n,
        f,
        stem_channels,
        classes: classes.map_err(inconsistent)?,
        // PNASNet has no reduction cell whose input could be skipped.
        skip_reduction: Some(as_large && family == Family::Nasnet),
        input: None,
        flavour: if as_large { Flavour::Timm } else { Flavour::Slim },
    })
}

/// "the tensors a.weight, a.bias, b.weight and 12 more"
fn first_names(file: &TorchFile) -> String {
    const SHOWN: usize = 4;
    let names: Vec<String> = file.names().take(SHOWN).map(shown).collect();
    match file.tensors.len() {
        0 => "no tensors".into(),
        1 => format!("the tensor {}", names[0]),
        count if count <= SHOWN => format!("the tensors {}", names.join(", ")),
        count => format!("the tensors {} and {} more", names.join(", "), count - SHOWN),
    }
}
