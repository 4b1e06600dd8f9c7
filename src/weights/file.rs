//! A weight file of any framework.

use std::io::{Cursor, Read, Seek};
use std::path::Path;

use serde_json::Value;

use super::canonical::{self, CanonicalFile};
use super::keras::{self, KerasFile, inspect_keras, match_keras};
use super::recognise::{self, Kind};
use super::tensorflow::{self, TensorFlowFile};
use super::torch::{self, TorchFile, safetensors};
use super::{
    Container, Expected, Inspection, LoadReport, NetworkShape, OpensAs, Tensor, WeightTable,
    WeightsError, inferred,
};
use crate::arch::Architecture;

/// A weight file, read whole.
#[derive(Debug, Clone, PartialEq)]
pub enum WeightFile {
    /// Keras', of any age.
    Keras(KerasFile),
    /// PyTorch's, or safetensors with PyTorch's names.
    Torch(TorchFile),
    /// TensorFlow's, with the names of TF-slim.
    TensorFlow(TensorFlowFile),
    /// This program's own.
    Canonical(Box<CanonicalFile>),
}

/// Reads a weight file of any framework; its content decides which, not its extension. Of a
/// TensorFlow checkpoint any of its files may be named, or what their names share.
///
/// # Errors
///
/// Any [`WeightsError`] but `Foreign`, `NoNetwork` and `Inconsistent`: reading does not judge
/// whose weights they are.
pub fn read(path: &Path) -> Result<WeightFile, WeightsError> {
    if let Some(index) = tensorflow::index_beside(path) {
        return read_checkpoint(path, &index);
    }
    let opened = recognise::open(path)?;
    match opened.kind {
        Kind::TensorFlowIndex | Kind::Gzip | Kind::Tar => {
            tensorflow::read_opened(path, opened).map(WeightFile::TensorFlow)
        }
        Kind::TorchZip | Kind::TorchLegacy(_) => {
            torch::read_opened(path, opened).map(WeightFile::Torch)
        }
        Kind::Safetensors => read_safetensors(path, opened.file, opened.length),
        Kind::Hdf5 | Kind::Zip | Kind::KerasShards | Kind::Other(_) => {
            keras::read_opened(path, opened).map(WeightFile::Keras)
        }
    }
}

/// Reads the checkpoint with this index, of which `path` names another part.
fn read_checkpoint(path: &Path, index: &Path) -> Result<WeightFile, WeightsError> {
    let apart = |detail: &str| WeightsError::Apart { path: path.into(), detail: detail.into() };
    let opened = match recognise::open(index) {
        Ok(opened) if opened.kind == Kind::TensorFlowIndex => opened,
        Ok(_) => return Err(apart("the file with the name of its index is none")),
        Err(_) if !index.exists() => return Err(apart("there is no index beside it")),
        Err(error) => return Err(error),
    };
    tensorflow::read_opened(index, opened).map(WeightFile::TensorFlow)
}

/// Reads a `.safetensors` from memory; `name` stands for its path in messages.
///
/// # Errors
///
/// As [`read`], and `NotWeights` for every other format.
pub fn read_bytes(bytes: &[u8], name: &Path) -> Result<WeightFile, WeightsError> {
    if !recognise::is_safetensors(bytes) {
        let looks_like = "no .safetensors".to_owned();
        return Err(WeightsError::NotWeights { path: name.to_path_buf(), looks_like });
    }
    read_safetensors(name, Cursor::new(bytes), bytes.len() as u64)
}

fn read_safetensors(
    path: &Path,
    file: impl Read + Seek,
    length: u64,
) -> Result<WeightFile, WeightsError> {
    let contents = safetensors::read(file, length).map_err(|fault| fault.of(path))?;
    if canonical::is_canonical(&contents) {
        let file = canonical::sort_out(path, contents)?;
        return Ok(WeightFile::Canonical(Box::new(file)));
    }
    let (path, container) = (path.to_path_buf(), Container::Safetensors);
    Ok(WeightFile::Torch(TorchFile { path, container, tensors: contents.tensors }))
}

/// The network that the weights of a file belong to: of this program's files the one that they
/// bring, without reading tensors; of others the one that the tensors tell.
///
/// # Errors
///
/// Any [`WeightsError`].
pub fn network_in(path: &Path) -> Result<Architecture, WeightsError> {
    if tensorflow::index_beside(path).is_none() {
        let opened = recognise::open(path)?;
        if opened.kind == Kind::Safetensors {
            let metadata = safetensors::metadata(opened.file, opened.length);
            let metadata = metadata.map_err(|fault| fault.of(path))?;
            let own = canonical::metadata_of(path, metadata.as_ref())?.architecture;
            if let Some(own) = own {
                return Ok(own);
            }
        }
    }
    read(path)?.architecture()
}

impl WeightFile {
    /// Where it was read from.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Keras(file) => &file.path,
            Self::Torch(file) => &file.path,
            Self::TensorFlow(file) => &file.path,
            Self::Canonical(file) => &file.path,
        }
    }

    /// Infers which network the weights belong to.
    ///
    /// # Errors
    ///
    /// [`WeightsError::Foreign`] if they are another network's, [`WeightsError::Inconsistent`] if
    /// their sizes contradict each other, [`WeightsError::NoNetwork`] if nothing tells.
    pub fn network(&self) -> Result<NetworkShape, WeightsError> {
        match self {
            Self::Keras(file) => file.network(),
            Self::Torch(file) => file.network(),
            Self::TensorFlow(file) => file.network(),
            Self::Canonical(file) => file.network(),
        }
    }

    /// The network that opens where the file is opened alone.
    ///
    /// # Errors
    ///
    /// As [`Self::network`].
    pub fn architecture(&self) -> Result<Architecture, WeightsError> {
        let shape = self.network()?;
        if let Self::Canonical(file) = self
            && let Some(architecture) = &file.metadata.architecture
        {
            return Ok(architecture.clone());
        }
        inferred::network_alone(&shape, self.can_drop_background())
            .map_err(|detail| WeightsError::Inconsistent { path: self.path().into(), detail })
    }

    /// Sums the file up.
    #[must_use]
    pub fn inspect(&self) -> Inspection {
        let inspection = match self {
            Self::Keras(file) => inspect_keras(file),
            Self::Torch(file) => file.inspect(),
            Self::TensorFlow(file) => file.inspect(),
            Self::Canonical(file) => file.inspect(),
        };
        match self.architecture() {
            Ok(network) => Inspection { opens_as: Some(OpensAs::from(&network)), ..inspection },
            Err(error) => {
                let problem = inspection.problem.or_else(|| Some(error.to_string()));
                Inspection { network: None, problem, ..inspection }
            }
        }
    }

    /// Whether a first class of 1001 is the background. Keras' conversion left it out; our own
    /// files have the classes that they say.
    fn can_drop_background(&self) -> bool {
        matches!(self, Self::Torch(_) | Self::TensorFlow(_))
    }

    /// Removes the background class of TF-slim's checkpoints, if the file has it; whether it did.
    pub fn drop_background(&mut self) -> bool {
        match self {
            Self::Keras(_) | Self::Canonical(_) => false,
            Self::Torch(file) => file.drop_background(),
            Self::TensorFlow(file) => file.drop_background(),
        }
    }

    /// Gives every expected parameter its tensor, and says what became of all others. `n` is the
    /// network's number of normal cells per stage.
    #[must_use]
    pub fn matched(self, n: usize, expected: &[Expected<'_>]) -> (WeightTable, LoadReport) {
        match self {
            Self::Keras(file) => match_keras(file, n, expected),
            Self::Torch(file) => file.matched(expected),
            Self::TensorFlow(file) => file.matched(expected),
            Self::Canonical(file) => file.matched(expected),
        }
    }
}

/// Tensors by name, in the order of their file.
pub type NamedTensors = Vec<(String, Tensor)>;

/// The tensors of a `.safetensors` by name, and its metadata, whatever they mean.
///
/// # Errors
///
/// As [`read_bytes`].
pub fn read_tensors(path: &Path) -> Result<(NamedTensors, Option<Value>), WeightsError> {
    let opened = recognise::open(path)?;
    let contents = safetensors::read(opened.file, opened.length).map_err(|fault| fault.of(path))?;
    Ok((contents.tensors, contents.metadata))
}
