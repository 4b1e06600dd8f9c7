//! The network that a file's weights tell, where the file does not bring it.

use serde::Serialize;

use super::NetworkShape;
use super::shape::widening;
use crate::arch::{Architecture, Edit, Family, Settings, StemKind, zoo};
use crate::plan::lower;

/// The network that opens where a weight file is opened alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpensAs {
    /// What it is called.
    pub name: String,
    /// Channels of its last cell.
    pub penultimate: u32,
    /// All its settings.
    pub settings: Settings,
}

impl From<&Architecture> for OpensAs {
    fn from(network: &Architecture) -> Self {
        OpensAs {
            name: network.name().to_owned(),
            penultimate: lower(network).penultimate(),
            settings: *network.settings(),
        }
    }
}

/// The network of a file that is opened alone. Where the first of TF-slim's 1001 classes, the
/// background, can be left out, it is.
///
/// # Errors
///
/// What is wrong with the sizes.
pub(super) fn network_alone(
    shape: &NetworkShape,
    can_drop_background: bool,
) -> Result<Architecture, String> {
    let fold = |classes| if classes == 1001 && can_drop_background { 1000 } else { classes };
    let classes = shape.classes.map(fold);
    network(&NetworkShape { classes, ..*shape }, preset(shape).settings())
}

/// The network that the weights belong to. What they do not tell is taken from the `open` one, if
/// it is alike, or from the published one that is.
///
/// # Errors
///
/// What is wrong with the sizes.
pub(super) fn network(shape: &NetworkShape, open: &Settings) -> Result<Architecture, String> {
    let settings = settings(shape, open).ok_or("its sizes do not fit 32-bit numbers")?;
    let start = preset(shape);
    let mine = |settings: &Settings| Settings { flavour: open.flavour, ..*settings };
    let name = if mine(start.settings()) == mine(&settings) {
        start.name().to_owned()
    } else {
        let penultimate = shape.f.saturating_mul(widening(shape.family));
        format!("{} {} @ {penultimate}", shape.family.title(), shape.n)
    };
    let edited = start.edited(&Edit::SetSettings(settings));
    let renamed = edited.and_then(|network| network.edited(&Edit::Rename(name)));
    renamed.map_err(|error| error.to_string())
}

/// The published network of these sizes, or the smallest of the family and stem.
fn preset(shape: &NetworkShape) -> Architecture {
    let presets = zoo::PRESETS.iter().filter(|preset| !preset.is_template());
    let mut presets = presets.map(zoo::Preset::architecture);
    let published = presets.find(|preset| is_like(preset.settings(), shape));
    published.unwrap_or_else(|| {
        let name = match (shape.family, shape.stem) {
            (Family::Pnasnet, _) => "pnasnet-5-mobile",
            (_, StemKind::Cifar) => "nasnet-a-cifar-6-768",
            _ => "nasnet-a-mobile",
        };
        zoo::architecture(name).expect("a test finds every preset")
    })
}

/// Whether settings have the sizes that weights tell.
fn is_like(settings: &Settings, shape: &NetworkShape) -> bool {
    let sizes = [settings.n, settings.f, settings.stem_channels].map(|size| size as usize);
    (settings.family, settings.stem) == (shape.family, shape.stem)
        && sizes == [shape.n, shape.f, shape.stem_channels]
}

/// The file's settings. What no tensor tells, the configuration does; where there is none, the
/// open document, or else the published network that has these sizes.
fn settings(shape: &NetworkShape, open: &Settings) -> Option<Settings> {
    let number = |value: usize| u32::try_from(value).ok();
    let preset = preset(shape);
    let published = preset.settings();
    let same_kind = (open.family, open.stem) == (shape.family, shape.stem);
    let like = match same_kind && !is_like(published, shape) || is_like(open, shape) {
        true => open,
        false => published,
    };
    Some(Settings {
        n: number(shape.n)?,
        f: number(shape.f)?,
        stem: shape.stem,
        stem_channels: number(shape.stem_channels)?,
        input: shape.input.map_or(Some(like.input), number)?,
        classes: shape.classes.map_or(Some(open.classes), number)?,
        skip_reduction: shape.skip_reduction.unwrap_or(like.skip_reduction),
        flavour: shape.flavour,
        family: shape.family,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{CellKind, Flavour};

    /// N, F and the stem of the templates of NASNet-B and C, whose cells are nobody's.
    #[test]
    fn a_weight_file_never_opens_a_template() {
        let cells = zoo::architecture("nasnet-a-mobile").unwrap();
        for f in [72, 40] {
            let shape = NetworkShape {
                family: Family::Nasnet,
                stem: StemKind::Cifar,
                n: 4,
                f,
                stem_channels: 3 * f,
                classes: Some(10),
                skip_reduction: None,
                input: None,
                flavour: Flavour::Slim,
            };
            let network = network_alone(&shape, true).unwrap();
            for kind in CellKind::BOTH {
                assert_eq!(network.cell(kind), cells.cell(kind));
            }
        }
    }
}
