//! A weight file of any framework.

use std::path::Path;

use super::keras::{self, KerasFile, inspect_keras, match_keras};
use super::recognise::{self, Kind};
use super::torch::{self, TorchFile};
use super::{Expected, Inspection, LoadReport, NetworkShape, WeightTable, WeightsError};

/// A weight file, read whole.
#[derive(Debug, Clone, PartialEq)]
pub enum WeightFile {
    /// Keras', of any age.
    Keras(KerasFile),
    /// PyTorch's, or safetensors with PyTorch's names.
    Torch(TorchFile),
}

/// Reads a weight file of any framework; its content decides which, not its extension.
///
/// # Errors
///
/// Any [`WeightsError`] but `Foreign` and `Inconsistent`: reading does not judge whose weights
/// they are.
pub fn read(path: &Path) -> Result<WeightFile, WeightsError> {
    let opened = recognise::open(path)?;
    match opened.kind {
        Kind::TorchZip | Kind::TorchLegacy(_) | Kind::Safetensors => {
            torch::read_opened(path, opened).map(WeightFile::Torch)
        }
        Kind::Hdf5 | Kind::Zip | Kind::Other(_) => {
            keras::read_opened(path, opened).map(WeightFile::Keras)
        }
    }
}

impl WeightFile {
    /// Where it was read from.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Keras(file) => &file.path,
            Self::Torch(file) => &file.path,
        }
    }

    /// Infers which NASNet-A the weights belong to.
    ///
    /// # Errors
    ///
    /// [`WeightsError::Foreign`] if they are another network's, [`WeightsError::Inconsistent`] if
    /// their sizes contradict each other.
    pub fn network(&self) -> Result<NetworkShape, WeightsError> {
        match self {
            Self::Keras(file) => file.network(),
            Self::Torch(file) => file.network(),
        }
    }

    /// Sums the file up.
    #[must_use]
    pub fn inspect(&self) -> Inspection {
        match self {
            Self::Keras(file) => inspect_keras(file),
            Self::Torch(file) => file.inspect(),
        }
    }

    /// Removes the background class of TF-slim's checkpoints, if the file has it; whether it did.
    pub fn drop_background(&mut self) -> bool {
        match self {
            // Keras' conversion left it out.
            Self::Keras(_) => false,
            Self::Torch(file) => file.drop_background(),
        }
    }

    /// Gives every expected parameter its tensor, and says what became of all others. `n` is the
    /// network's number of normal cells per stage.
    #[must_use]
    pub fn matched(self, n: usize, expected: &[Expected<'_>]) -> (WeightTable, LoadReport) {
        match self {
            Self::Keras(file) => match_keras(&file, n, expected),
            Self::Torch(file) => file.matched(expected),
        }
    }
}
