//! PyTorch's state dicts, read as data.
//!
//! | container | written by | numbers found by |
//! |---|---|---|
//! | zip `.pth` | PyTorch 1.6 and newer | entries `data/<key>` beside the pickle `data.pkl` |
//! | legacy `.pth` | PyTorch before 1.6 | storages behind the pickles, in the order of a list of keys |
//! | `.safetensors` | Hugging Face's libraries | offsets in a JSON header |
//!
//! A pickle is a program. Of its instructions this module knows those that state dicts are written
//! with, and they do nothing but put values together; whatever else a file asks for is refused by
//! name. Names are timm's, which are Cadene's (`names` has the two ways to number cells).

mod legacy;
mod modules;
mod names;
mod network;
pub(super) mod numbers;
mod objects;
mod pickle;
pub(super) mod safetensors;
mod state;
pub(super) mod value;
pub(super) mod written;
mod zipped;

use std::path::{Path, PathBuf};

use self::names::Names;
use super::recognise::{Kind, Opened};
use super::{
    Container, Expected, Inspection, LoadReport, NetworkShape, Tensor, WeightTable, WeightsError,
    matching,
};

/// A PyTorch state dict, read whole.
#[derive(Debug, Clone, PartialEq)]
pub struct TorchFile {
    /// Where it was read from.
    pub path: PathBuf,
    /// Its format.
    pub container: Container,
    /// Tensors by their full names, in the file's order, without the counters
    /// (`num_batches_tracked`) of newer batch norms.
    pub tensors: Vec<(String, Tensor)>,
}

/// Reads a file that was recognised as one of PyTorch's own.
pub(super) fn read_opened(path: &Path, opened: Opened) -> Result<TorchFile, WeightsError> {
    let Opened { file, length, kind } = opened;
    let (container, tensors) = match kind {
        Kind::TorchLegacy(start) => (Container::TorchLegacy, legacy::read(file, length, start)),
        _ => (Container::TorchZip, zipped::read(file, length)),
    };
    let tensors = tensors.map_err(|fault| fault.of(path))?;
    Ok(TorchFile { path: path.to_path_buf(), container, tensors })
}

impl TorchFile {
    /// Gives every expected parameter its tensor, and says what became of all others.
    pub(super) fn matched(self, expected: &[Expected<'_>]) -> (WeightTable, LoadReport) {
        let names = Names::of(self.names());
        let path = |name: &str| names.as_ref()?.path(name);
        matching::matched(self.container, self.tensors, path, expected)
    }

    /// Infers which network the weights belong to.
    ///
    /// # Errors
    ///
    /// [`WeightsError::Foreign`] if they are another network's, [`WeightsError::Inconsistent`] if
    /// their sizes contradict each other.
    pub fn network(&self) -> Result<NetworkShape, WeightsError> {
        network::infer(self)
    }

    /// The tensor of this name, as the network calls it: without what `DataParallel` and others
    /// put before all names.
    fn tensor(&self, name: &str) -> Option<&Tensor> {
        let (prefix, _) = names::prefix(self.names())?;
        let called = |full: &str| full.strip_prefix(prefix) == Some(name);
        self.tensors.iter().find(|(full, _)| called(full)).map(|(_, tensor)| tensor)
    }

    fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.tensors.iter().map(|(name, _)| name.as_str())
    }

    /// Removes the classifier's first row and bias if there are 1001; whether it did.
    pub(super) fn drop_background(&mut self) -> bool {
        let Some(prefix) = names::prefix(self.names()).map(|(prefix, _)| prefix.to_owned()) else {
            return false;
        };
        let mut dropped = false;
        for (name, tensor) in &mut self.tensors {
            let head = name.strip_prefix(prefix.as_str());
            let head = matches!(head, Some("last_linear.weight" | "last_linear.bias"));
            if head && tensor.shape.first() == Some(&1001) {
                let row = tensor.data.len() / 1001;
                tensor.data.drain(..row);
                tensor.shape[0] = 1000;
                dropped = true;
            }
        }
        dropped
    }

    /// Sums the file up.
    pub(super) fn inspect(&self) -> Inspection {
        Inspection::of_tensors(self.container, &self.tensors, '.', self.network())
    }
}
