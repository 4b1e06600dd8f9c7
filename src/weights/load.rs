//! From a weight file to weights that a document can use.

use std::path::Path;

use serde_json::Value;

use super::{
    CanonicalFile, Expected, LoadReport, Metadata, WeightFile, Weights, WeightsError, inferred,
    read, read_bytes,
};
use crate::arch::{Architecture, Settings};
use crate::plan::{Parameter, lower};

/// A weight file, read and laid out for the network it was made for.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The tensors, with what they mean in their own network.
    pub weights: Weights,
    /// What was matched, missing, unused, for the file's own network.
    pub report: LoadReport,
    /// The settings of the file's network, where the document's differ but are of the same family;
    /// `None` where the file brings its network, which says more.
    pub fits: Option<Settings>,
    /// The network that the file brings, or that its tensors tell where the document's settings
    /// are others.
    pub architecture: Option<Architecture>,
    /// What the classes are called, where the file says so.
    pub labels: Option<Vec<String>>,
    /// How the weights came about, where the file says so.
    pub training: Option<Value>,
}

/// Reads a weight file meant for `architecture`.
///
/// The file is matched to the network that it was made for: the one that it brings, or a NASNet-A
/// or PNASNet-5 with the sizes that its tensors have. [`Weights::fit`] then finds what of that a (perhaps
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
    let told = file.network()?;
    let mut shape = told;
    let open = architecture.settings();
    // PyTorch's ports of TF-slim's checkpoints keep its background class, which no one asks for
    // but a document that has as many classes.
    let dropped_background =
        shape.classes == Some(1001) && open.classes != 1001 && file.drop_background();
    if dropped_background {
        shape.classes = Some(1000);
    }
    let network = inferred::network(&shape, open)
        .map_err(|detail| WeightsError::Inconsistent { path: file.path().into(), detail })?;
    let settings = *network.settings();
    let plan = lower(&network);
    let parameters = plan.parameters();
    let (table, report) = file.matched(shape.n, &expected(&parameters));
    let report = LoadReport { dropped_background, network: Some(told), ..report };
    let like_open = Settings { flavour: settings.flavour, ..*open };
    let fits = (settings != like_open && settings.family == open.family).then_some(settings);
    // Weights fit every input size: that alone makes no other network.
    let is_other = settings != Settings { input: settings.input, ..like_open };
    let weights = Weights::new(table, &plan);
    let architecture = is_other.then_some(network);
    let (labels, training) = (None, None);
    Ok(Loaded { weights, report, fits, architecture, labels, training })
}

fn expected(parameters: &[Parameter]) -> Vec<Expected<'_>> {
    parameters
        .iter()
        .map(|parameter| Expected { path: &parameter.path, shape: &parameter.shape })
        .collect()
}
