//! What a file holds, for someone who asks.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use super::torch::value::shown;
use super::{Container, NamedTensors, NetworkShape, OpensAs, WeightsError};

/// What a weight file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// The file's format.
    pub container: Container,
    /// The version of Keras that wrote it, where it says so.
    pub keras_version: Option<String>,
    /// Layers with and without weights, as far as the file lists the latter.
    pub layers: usize,
    /// Layers with weights.
    pub layers_with_weights: usize,
    /// Tensors in all layers.
    pub tensors: usize,
    /// How many of them are moving averages, which only TensorFlow's checkpoints have.
    pub averages: usize,
    /// Tensors beside them that only training needs and that were not read.
    pub set_aside: usize,
    /// Numbers in all tensors, batch norm statistics included.
    pub parameters: usize,
    /// How many of them are NaN or infinite.
    pub not_finite: usize,
    /// The sizes of the network they belong to; `None` if there is a `problem`.
    pub network: Option<NetworkShape>,
    /// What opens where the file is opened alone.
    pub opens_as: Option<OpensAs>,
    /// What a file of this program says of its network.
    pub own: Option<OwnNetwork>,
    /// Whether layers are named as Keras did before 18 May 2018. The files that it offered then hold
    /// tensors in each other's places (keras-team/keras#10209).
    pub old_keras_names: bool,
    /// Why they belong to no NASNet.
    pub problem: Option<String>,
    /// The first few layers with weights.
    pub first_layers: Vec<LayerSummary>,
}

/// How many layers are shown.
pub(super) const FIRST: usize = 8;

impl Inspection {
    /// Of a file of tensors whose names are a layer's, `separator`, and what the tensor is to it.
    pub(super) fn of_tensors(
        container: Container,
        tensors: &NamedTensors,
        separator: char,
        network: Result<NetworkShape, WeightsError>,
    ) -> Self {
        let (network, problem) = match network {
            Ok(network) => (Some(network), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let mut layers: Vec<LayerSummary> = Vec::new();
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        for (name, tensor) in tensors {
            let layer = name.rsplit_once(separator).map_or(name.as_str(), |(layer, _)| layer);
            let number = *numbers.entry(layer).or_insert_with(|| {
                layers.push(LayerSummary { name: shown(layer), shapes: Vec::new() });
                layers.len() - 1
            });
            layers[number].shapes.push(tensor.shape.clone());
        }
        let count = layers.len();
        layers.truncate(FIRST);
        Inspection {
            container,
            keras_version: None,
            layers: count,
            layers_with_weights: count,
            tensors: tensors.len(),
            averages: 0,
            set_aside: 0,
            parameters: tensors.iter().map(|(_, tensor)| tensor.data.len()).sum(),
            not_finite: tensors.iter().map(|(_, tensor)| tensor.count_not_finite()).sum(),
            network,
            opens_as: None,
            own: None,
            old_keras_names: false,
            problem,
            first_layers: layers,
        }
    }
}

/// What a file of this program says of its network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnNetwork {
    /// What the classes are called.
    pub labels: Option<Vec<String>>,
    /// How the weights came about.
    pub training: Option<Value>,
}

/// One layer with weights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LayerSummary {
    /// Its name, or its class and number where the file has no names.
    pub name: String,
    /// Shapes in the framework's layout, in the file's order.
    pub shapes: Vec<Vec<usize>>,
}
