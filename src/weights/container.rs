//! The formats of weight files.

use std::fmt;

use serde::Serialize;

/// Which format a weight file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// Keras: HDF5 with one group per layer.
    LegacyWeights,
    /// Keras: the same under `/model_weights`, beside the model's configuration.
    LegacyModel,
    /// Keras: HDF5 with `/layers/<class>[_k]/vars/<i>`.
    WeightsH5,
    /// Keras: several of these and a list of them, `.weights.json`.
    KerasShards,
    /// Keras: a zip of `config.json`, `metadata.json` and `model.weights.h5`.
    KerasArchive,
    /// PyTorch since 1.6: a zip of a pickle, `data.pkl`, and one entry per storage.
    TorchZip,
    /// PyTorch before 1.6: pickles, then the storages.
    TorchLegacy,
    /// A JSON header, then the numbers, named as in PyTorch.
    Safetensors,
    /// TensorFlow: an index, and data files beside it.
    #[serde(rename = "tensorflow")]
    TensorFlow,
    /// TensorFlow: the same in a tar archive, as published.
    #[serde(rename = "tensorflow_archive")]
    TensorFlowArchive,
    /// This program's own: the same, with the network itself and names that are its paths.
    Canonical,
}

impl fmt::Display for Container {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::LegacyWeights => "Keras .h5 weights",
            Self::LegacyModel => "Keras .h5 model",
            Self::WeightsH5 => "Keras .weights.h5",
            Self::KerasShards => "Keras .weights.json",
            Self::KerasArchive => ".keras archive",
            Self::TorchZip => "PyTorch .pth",
            Self::TorchLegacy => "PyTorch .pth of before version 1.6",
            Self::Safetensors => ".safetensors",
            Self::TensorFlow => "TensorFlow checkpoint",
            Self::TensorFlowArchive => "TensorFlow checkpoint in an archive",
            Self::Canonical => "NASNet Explorer .safetensors",
        })
    }
}
