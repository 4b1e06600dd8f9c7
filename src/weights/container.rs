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

impl Container {
    /// Whose format it is.
    #[must_use]
    pub fn framework(self) -> &'static str {
        match self {
            Self::LegacyWeights
            | Self::LegacyModel
            | Self::WeightsH5
            | Self::KerasShards
            | Self::KerasArchive => "Keras",
            Self::TorchZip | Self::TorchLegacy | Self::Safetensors => "PyTorch",
            Self::TensorFlow | Self::TensorFlowArchive => "TensorFlow",
            Self::Canonical => "NASNet Explorer",
        }
    }

    /// Since when or until when the framework has written it, as far as the format tells.
    #[must_use]
    pub fn age(self) -> Option<&'static str> {
        match self {
            Self::LegacyWeights | Self::LegacyModel => Some("the format of Keras 1 and 2"),
            Self::WeightsH5 => Some("the format of Keras 3 and TensorFlow 2.13"),
            Self::KerasShards | Self::KerasArchive => Some("the format of Keras 3"),
            Self::TorchZip => Some("as written since 2020"),
            Self::TorchLegacy => Some("as written until 2020"),
            Self::Safetensors => Some("with the names of PyTorch"),
            Self::TensorFlow | Self::TensorFlowArchive => Some("with the names of TF-slim"),
            Self::Canonical => None,
        }
    }
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
