//! From a weight file to weights that a document can use.

use std::path::Path;

use serde_json::Value;

use super::{
    CanonicalFile, Expected, LoadReport, Metadata, NetworkShape, WeightFile, Weights, WeightsError,
    read, read_bytes,
};
use crate::arch::{Architecture, Edit, EditError, Family, Settings, StemKind, zoo};
use crate::plan::{Parameter, lower};

/// A weight file, read and laid out for the network it was made for.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The tensors, with what they mean in their own network.
    pub weights: Weights,
    /// What was matched, missing, unused, for the file's own network.
    pub report: LoadReport,
    /// The settings of the file's network, where the document's differ; `None` where the file
    /// brings its `architecture`, which says more.
    pub fits: Option<Settings>,
    /// The file's network, where it brings it.
    pub architecture: Option<Architecture>,
    /// What the classes are called, where the file says so.
    pub labels: Option<Vec<String>>,
    /// How the weights came about, where the file says so.
    pub training: Option<Value>,
}

/// Reads a weight file meant for `architecture`.
///
/// The file is matched to the network that it was made for: the one that it brings, or a NASNet-A
/// with the sizes that its tensors have. [`Weights::fit`] then finds what of that a (perhaps
/// edited) document can use.
///
/// # Errors
///
/// Any [`WeightsError`].
pub fn load(path: &Path, architecture: &Architecture) -> Result<Loaded, WeightsError> {
    lay_out(read(path)?, architecture)
}

/// The same for a `.safetensors` in memory; `name` stands for its path in messages.
///
/// # Errors
///
/// Any [`WeightsError`].
pub fn load_bytes(
    bytes: &[u8],
    name: &Path,
    architecture: &Architecture,
) -> Result<Loaded, WeightsError> {
    lay_out(read_bytes(bytes, name)?, architecture)
}

fn lay_out(file: WeightFile, architecture: &Architecture) -> Result<Loaded, WeightsError> {
    match file {
        WeightFile::Canonical(file) => Ok(lay_out_canonical(*file, architecture)),
        other => lay_out_published(other, architecture),
    }
}

/// Our own file knows its network; one with our names alone is taken for the open one's.
fn lay_out_canonical(mut file: CanonicalFile, open: &Architecture) -> Loaded {
    let Metadata { architecture, labels, training } = std::mem::take(&mut file.metadata);
    let plan = lower(architecture.as_ref().unwrap_or(open));
    let parameters = plan.parameters();
    let (table, report) = file.matched(&expected(&parameters));
    let weights = Weights::new(table, &plan);
    Loaded { weights, report, fits: None, architecture, labels, training }
}

fn lay_out_published(
    mut file: WeightFile,
    architecture: &Architecture,
) -> Result<Loaded, WeightsError> {
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
    let (table, report) = file.matched(shape.n, &expected(&parameters));
    let report = LoadReport { dropped_background, ..report };
    let fits = (settings != Settings { flavour: settings.flavour, ..*open }).then_some(settings);
    let weights = Weights::new(table, &plan);
    let (architecture, labels, training) = (None, None, None);
    Ok(Loaded { weights, report, fits, architecture, labels, training })
}

fn expected(parameters: &[Parameter]) -> Vec<Expected<'_>> {
    parameters
        .iter()
        .map(|parameter| Expected { path: &parameter.path, shape: &parameter.shape })
        .collect()
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
        family: Family::Nasnet,
    })
}

fn own_network(settings: Settings) -> Result<Architecture, EditError> {
    let mobile = zoo::architecture("nasnet-a-mobile").expect("a test finds every preset");
    mobile.edited(&Edit::SetSettings(settings))
}
