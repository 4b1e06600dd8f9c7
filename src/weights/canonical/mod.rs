//! This program's own weight file: a `.safetensors` whose tensors are called by the network's
//! parameter paths and whose metadata holds the network itself.
//!
//! | key of `__metadata__` | value |
//! |---|---|
//! | `format` | `nasnet-explorer` |
//! | `document` | the architecture, as the text of its document file |
//! | `labels` | JSON list of the classes' names, one a class; may be absent |
//! | `training` | JSON of how the weights came about, for people; may be absent |
//!
//! The same weights give the same bytes: tensors are sorted by path, their numbers lie in that
//! order without gaps, and the header is padded with spaces to a multiple of 8 bytes.

mod read;

use std::path::PathBuf;

use serde_json::Value;

pub(super) use read::{is_canonical, metadata_of, sort_out};

use super::{
    Container, Expected, Inspection, LoadReport, NetworkShape, OwnNetwork, Tensor, WeightTable,
    WeightsError, matching,
};
use crate::arch::Architecture;

/// What `format` says in a file of this kind.
pub(super) const FORMAT: &str = "nasnet-explorer";

/// What a file of this kind says beside its tensors.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata {
    /// The network that the weights belong to; `None` where only the tensors' names are ours.
    pub architecture: Option<Architecture>,
    /// What the classes are called, one name for each.
    pub labels: Option<Vec<String>>,
    /// How the weights came about.
    pub training: Option<Value>,
}

/// A weight file of this program, read whole.
#[derive(Debug, Clone, PartialEq)]
pub struct CanonicalFile {
    /// Where it was read from.
    pub path: PathBuf,
    /// What it says beside its tensors.
    pub metadata: Metadata,
    /// Tensors by name, in the file's order.
    pub tensors: Vec<(String, Tensor)>,
}

impl CanonicalFile {
    /// The sizes of the network that the file brings.
    ///
    /// # Errors
    ///
    /// [`WeightsError::NoNetwork`] if it brings none.
    pub fn network(&self) -> Result<NetworkShape, WeightsError> {
        let architecture = self.metadata.architecture.as_ref();
        let settings = architecture.map(Architecture::settings);
        let settings =
            settings.ok_or_else(|| WeightsError::NoNetwork { path: self.path.clone() })?;
        Ok(NetworkShape {
            family: settings.family,
            stem: settings.stem,
            n: settings.n as usize,
            f: settings.f as usize,
            stem_channels: settings.stem_channels as usize,
            classes: Some(settings.classes as usize),
            skip_reduction: Some(settings.skip_reduction),
            input: Some(settings.input as usize),
            flavour: settings.flavour,
        })
    }

    /// Gives every expected parameter its tensor, and says what became of all others.
    pub(super) fn matched(self, expected: &[Expected<'_>]) -> (WeightTable, LoadReport) {
        let path = |name: &str| Some(name.to_owned());
        matching::matched(Container::Canonical, self.tensors, path, expected)
    }

    /// Sums the file up.
    pub(super) fn inspect(&self) -> Inspection {
        let Metadata { architecture, labels, training } = &self.metadata;
        let own = architecture
            .is_some()
            .then(|| OwnNetwork { labels: labels.clone(), training: training.clone() });
        let inspection =
            Inspection::of_tensors(Container::Canonical, &self.tensors, '/', self.network());
        Inspection { own, ..inspection }
    }
}
