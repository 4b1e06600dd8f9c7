//! Which network a file's weights belong to.

use std::fmt;

use serde::Serialize;

use crate::arch::{Family, Flavour, StemKind};

/// What a file's weights, and its configuration if it has one, tell about their network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NetworkShape {
    /// Whose cells they are, and whose way of putting them together.
    pub family: Family,
    /// What comes before the first normal cell.
    pub stem: StemKind,
    /// Normal cells per stage; for PNASNet, cells of either kind.
    pub n: usize,
    /// Filters of the first stage's cells.
    pub f: usize,
    /// Channels of the stem convolution.
    pub stem_channels: usize,
    /// Classes told apart; `None` for a network without its top.
    pub classes: Option<usize>,
    /// Whether the cell after a reduction reads the reduction's previous input (true) or its input
    /// (false). Where N is not 1 no weight depends on it: then a Keras configuration tells, or the
    /// names that only one PyTorch class uses.
    pub skip_reduction: Option<bool>,
    /// Side of the square input in pixels, from the configuration.
    pub input: Option<usize>,
    /// Whose arithmetic the framework follows that the file is for.
    pub flavour: Flavour,
}

/// How many times F the last cell has as channels: two doublings, and the states that the published
/// cell concatenates, six in NASNet-A and five in PNASNet-5.
pub(super) fn widening(family: Family) -> usize {
    if family == Family::Pnasnet { 20 } else { 24 }
}

/// Whether F and the channels of the stem can be those of a network.
pub(super) fn check_widths(family: Family, f: usize, stem_channels: usize) -> Result<(), String> {
    // PNASNet rounds the filters of its stem cells down.
    let step = if family == Family::Nasnet { 4 } else { 1 };
    if f == 0 || !f.is_multiple_of(step) || stem_channels == 0 {
        return Err(format!(
            "F = {f} must be a multiple of {step}, and the stem's {stem_channels} channels more than none"
        ));
    }
    Ok(())
}

/// What the first cell after a reduction reads, from the channels that it halves to read it. Only
/// where N is 1 do the reduction's two inputs differ in them: its input has those of a cell of F.
pub(super) fn skip_reduction(n: usize, f: usize, channels: usize) -> Option<bool> {
    (n == 1).then(|| Some(channels) != f.checked_mul(6))
}

/// How many classes a classifier of this shape tells apart, which in PyTorch stand first.
pub(super) fn classes(
    family: Family,
    f: usize,
    classifier: Option<&[usize]>,
    classes_first: bool,
) -> Result<Option<usize>, String> {
    let widening = widening(family);
    let features = f.checked_mul(widening);
    match (classifier, classes_first) {
        (None, _) => Ok(None),
        (Some(&[classes, wide]), true) if Some(wide) == features => Ok(Some(classes)),
        (Some(&[wide, classes]), false) if Some(wide) == features => Ok(Some(classes)),
        (Some(other), true) => {
            Err(format!("the classifier is {other:?} where F = {f} wants [classes, {widening} F]"))
        }
        (Some(other), false) => {
            Err(format!("the classifier is {other:?} where F = {f} wants [{widening} F, classes]"))
        }
    }
}

impl fmt::Display for NetworkShape {
    /// `NASNet-A with N = 6, F = 168 (6 @ 4032), ImageNet stem of 96 channels, 1000 classes, flavour timm`
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NetworkShape { family, stem, n, f, stem_channels, flavour, .. } = self;
        let cells = family.title();
        let penultimate = f.saturating_mul(widening(*family));
        write!(formatter, "{cells} with N = {n}, F = {f} ({n} @ {penultimate}), ")?;
        write!(formatter, "{stem} of {stem_channels} channels, ")?;
        match self.classes {
            Some(classes) => write!(formatter, "{classes} classes")?,
            None => formatter.write_str("no classifier")?,
        }
        write!(formatter, ", flavour {flavour}")
    }
}
