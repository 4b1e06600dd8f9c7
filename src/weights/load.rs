//! From a weight file to weights that a document can use.

use std::path::Path;

use super::{Expected, LoadReport, NetworkShape, WeightFile, Weights, WeightsError, read};
use crate::arch::{Architecture, Edit, EditError, Settings, StemKind, zoo};
use crate::plan::lower;

/// A weight file, read and laid out for the network it was made for.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The tensors, with what they mean in their own network.
    pub weights: Weights,
    /// What was matched, missing, unused, for the file's own network.
    pub report: LoadReport,
    /// The settings of the file's network, where the document's differ.
    pub fits: Option<Settings>,
}

/// Reads a weight file meant for `architecture`.
///
/// The file is matched to the network that it was made for, a NASNet-A with the sizes that its
/// tensors have; [`Weights::fit`] then finds what of that a (perhaps edited) document can use.
pub fn load(path: &Path, architecture: &Architecture) -> Result<Loaded, WeightsError> {
    let mut file = read(path)?;
    let mut shape = file.network()?;
    let open = architecture.settings();
    // PyTorch's ports of TF-slim's checkpoints keep its background class, which no one asks for
    // but a document that has as many classes.
    let dropped_background =
        shape.classes == Some(1001) && open.classes != 1001 && file.drop_background();
    if dropped_background {
        shape.classes = Some(1000);
    }
    let settings = settings(&shape, open)
        .ok_or_else(|| inconsistent(&file, "its sizes do not fit 32-bit numbers".to_owned()))?;
    let network = own_network(settings).map_err(|error| inconsistent(&file, error.to_string()))?;
    let plan = lower(&network);
    let parameters = plan.parameters();
    let expected: Vec<_> = parameters
        .iter()
        .map(|parameter| Expected { path: &parameter.path, shape: &parameter.shape })
        .collect();
    let (table, report) = file.matched(shape.n, &expected);
    let report = LoadReport { dropped_background, ..report };
    let fits = (settings != Settings { flavour: settings.flavour, ..*open }).then_some(settings);
    Ok(Loaded { weights: Weights::new(table, &plan), report, fits })
}

fn inconsistent(file: &WeightFile, detail: String) -> WeightsError {
    WeightsError::Inconsistent { path: file.path().to_path_buf(), detail }
}

/// The file's settings. What no tensor tells, the configuration does; where there is none, the
/// open document, or else the published network that has these sizes.
fn settings(shape: &NetworkShape, open: &Settings) -> Option<Settings> {
    let number = |value: usize| u32::try_from(value).ok();
    let (n, f) = (number(shape.n)?, number(shape.f)?);
    let stem_channels = number(shape.stem_channels)?;
    let classes = shape.classes.map_or(Some(open.classes), number)?;
    let sizes = |other: &Settings| (other.stem, other.n, other.f, other.stem_channels);
    let mine = (StemKind::Imagenet, n, f, stem_channels);
    let published = zoo::PRESETS.iter().map(|preset| *preset.architecture().settings());
    let like = std::iter::once(*open).chain(published).find(|other| sizes(other) == mine);
    let like = like.or_else(|| (open.stem == StemKind::Imagenet).then_some(*open));
    Some(Settings {
        n,
        f,
        stem: StemKind::Imagenet,
        stem_channels,
        input: match shape.input {
            Some(input) => number(input)?,
            None => like.map_or(224, |other| other.input),
        },
        classes,
        skip_reduction: shape
            .skip_reduction
            .unwrap_or_else(|| like.is_some_and(|other| other.skip_reduction)),
        flavour: shape.flavour,
    })
}

fn own_network(settings: Settings) -> Result<Architecture, EditError> {
    let mobile = zoo::architecture("nasnet-a-mobile").expect("a test finds every preset");
    mobile.edited(&Edit::SetSettings(settings))
}
