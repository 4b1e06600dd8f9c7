//! Reading a Keras file, guarded.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::{KerasFile, archive, hdf5, shards};
use crate::weights::WeightsError;
use crate::weights::recognise::{self, Kind, Opened};

/// Reads a Keras weight file of any generation, all of it.
///
/// The content decides what the file is, not its extension. Tensors come as Keras stores them,
/// converted to `f32` from `f16`, `bf16` and `f64`. Peak memory is the tensors' size, and twice
/// that for a `.keras` archive that is compressed, which Keras' are not.
///
/// # Errors
///
/// Any [`WeightsError`] but `Foreign` and `Inconsistent`: reading does not judge whose weights
/// they are.
pub fn read_keras(path: &Path) -> Result<KerasFile, WeightsError> {
    let opened = recognise::open(path)?;
    read_opened(path, opened)
}

pub(in crate::weights) fn read_opened(
    path: &Path,
    opened: Opened,
) -> Result<KerasFile, WeightsError> {
    let Opened { file, length, kind } = opened;
    let not_keras = |looks_like: &str| {
        Err(WeightsError::NotWeights { path: path.to_path_buf(), looks_like: looks_like.into() })
    };
    let read = || match kind {
        Kind::Hdf5 => hdf5::read_file(path, length),
        Kind::KerasShards => shards::read_file(path, file),
        Kind::Zip => archive::read_file(path, file, length),
        Kind::TorchZip | Kind::TorchLegacy(_) => not_keras("a PyTorch file"),
        Kind::TensorFlowIndex | Kind::Gzip | Kind::Tar => {
            not_keras("a TensorFlow checkpoint or an archive")
        }
        Kind::Safetensors => not_keras("a safetensors file"),
        Kind::Other(looks_like) => not_keras(looks_like),
    };
    // The HDF5 reader is young and a weight file is often a stranger's. Should a damaged one make
    // it panic (turning bytes in thousands of files found no case), that must end as a sentence
    // about the file. Nothing outlives the closure but its answer, so nothing can be seen half
    // changed.
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(WeightsError::Damaged {
            path: path.to_path_buf(),
            detail: "its inner structure makes no sense".into(),
        })
    })
}
