//! Keras' weight files of every generation.
//!
//! | container | written by | layers found by |
//! |---|---|---|
//! | legacy `.h5`, weights only | Keras 1 and 2, and 3 for `.h5` | name, in the order of `layer_names` |
//! | legacy `.h5`, whole model | the same, under `/model_weights` with a `model_config` | the same |
//! | `.weights.h5` | Keras 3, TensorFlow 2.13 and newer | class counters; name since Keras 3.6 |
//! | `.weights.json` | Keras 3 told of a `max_shard_size` | as in `.weights.h5`, of which it lists several |
//! | `.keras` | Keras 3 | a zip of a configuration and a `.weights.h5` |
//!
//! What a file is, its content decides, not its extension.

mod archive;
mod config;
mod container;
mod graph;
mod hdf5;
mod inspect;
mod legacy;
mod matching;
mod modern;
mod names;
mod naming;
mod network;
pub(super) mod shards;
pub(super) mod written;

use std::path::PathBuf;

use serde::Serialize;

pub use container::read_keras;
pub(super) use container::read_opened;
pub use inspect::inspect_keras;
pub use matching::match_keras;

use super::{Container, NetworkShape, Tensor};

/// The classes of layers with weights that a NASNet has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum LayerKind {
    /// A convolution: kernel `[height, width, in, out]`.
    Conv2D,
    /// A depthwise kernel `[height, width, in, 1]` and a pointwise one `[1, 1, in, out]`.
    SeparableConv2D,
    /// Gamma, beta, moving mean and moving variance, `[channels]` each.
    BatchNormalization,
    /// The classifier: kernel `[features, classes]` and bias `[classes]`.
    Dense,
}

impl LayerKind {
    pub(crate) const ALL: [Self; 4] =
        [Self::Conv2D, Self::SeparableConv2D, Self::BatchNormalization, Self::Dense];

    /// The name of its class, the snake case form that `.weights.h5` derives from it, and the names
    /// of its weights in Keras' order.
    fn names(self) -> (&'static str, &'static str, &'static [&'static str]) {
        match self {
            Self::Conv2D => ("Conv2D", "conv2d", &["kernel"]),
            Self::SeparableConv2D => {
                ("SeparableConv2D", "separable_conv2d", &["depthwise_kernel", "pointwise_kernel"])
            }
            Self::BatchNormalization => (
                "BatchNormalization",
                "batch_normalization",
                &["gamma", "beta", "moving_mean", "moving_variance"],
            ),
            Self::Dense => ("Dense", "dense", &["kernel", "bias"]),
        }
    }

    /// From a class name or its snake case form.
    fn from_class(class: &str) -> Option<Self> {
        let called = |kind: &Self| class == kind.names().0 || class == kind.names().1;
        Self::ALL.into_iter().find(called)
    }

    /// From the ranks of a layer's weights, for files that do not state classes.
    fn from_ranks(ranks: &[usize]) -> Option<Self> {
        match ranks {
            [4] => Some(Self::Conv2D),
            [4, 4] => Some(Self::SeparableConv2D),
            [1, 1, 1, 1] => Some(Self::BatchNormalization),
            [2, 1] => Some(Self::Dense),
            _ => None,
        }
    }
}

/// One layer of a file, with or without weights.
#[derive(Debug, Clone, PartialEq)]
pub struct KerasLayer {
    /// Its name in the network; `.weights.h5` files before Keras 3.6 do not have it.
    pub name: Option<String>,
    /// Its Keras class as the file or the configuration writes it, if one of them does.
    pub class: Option<String>,
    /// In `.weights.h5` files, how many layers of the class come before it in the network.
    pub number: Option<usize>,
    /// Names within the layer and tensors in Keras' layout, in Keras' order.
    pub weights: Vec<(String, Tensor)>,
}

impl KerasLayer {
    /// What the layer is, by its class or else by the ranks of its weights.
    #[must_use]
    pub fn kind(&self) -> Option<LayerKind> {
        if let Some(class) = &self.class {
            return LayerKind::from_class(class);
        }
        let ranks: Vec<usize> = self.weights.iter().map(|(_, tensor)| tensor.shape.len()).collect();
        LayerKind::from_ranks(&ranks)
    }

    /// Its name, or what stands for a name in its file: `conv2d_3`.
    #[must_use]
    pub fn label(&self) -> String {
        match (&self.name, &self.class, self.number) {
            (Some(name), _, _) => name.clone(),
            (None, Some(class), Some(number)) if number > 0 => format!("{class}_{number}"),
            (None, Some(class), _) => class.clone(),
            (None, None, _) => "unnamed layer".into(),
        }
    }
}

/// A Keras weight file, read whole.
#[derive(Debug, Clone, PartialEq)]
pub struct KerasFile {
    /// Where it was read from.
    pub path: PathBuf,
    /// Its format.
    pub container: Container,
    /// The version that wrote it, where it says so.
    pub keras_version: Option<String>,
    /// In the file's order, which is the network's order in legacy files and the order of the
    /// class counters in `.weights.h5` files.
    pub layers: Vec<KerasLayer>,
    /// The configuration of the network, where the file has one.
    pub(crate) config: Option<config::Config>,
}

impl KerasFile {
    /// Infers which NASNet-A the weights belong to.
    ///
    /// # Errors
    ///
    /// [`WeightsError::Foreign`](super::WeightsError::Foreign) if they are another network's,
    /// [`WeightsError::Inconsistent`](super::WeightsError::Inconsistent) if their sizes contradict
    /// each other.
    pub fn network(&self) -> Result<NetworkShape, super::WeightsError> {
        network::infer(self)
    }

    /// The layers that have weights, in the file's order.
    pub(crate) fn weighted(&self) -> impl Iterator<Item = (usize, &KerasLayer)> {
        self.layers.iter().enumerate().filter(|(_, layer)| !layer.weights.is_empty())
    }
}
