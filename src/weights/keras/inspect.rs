//! What a file holds, for someone who asks.

use serde::Serialize;

use super::{Container, KerasFile, NetworkShape};

/// What a Keras weight file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// The file's format.
    pub container: Container,
    /// The version that wrote it, where it says so.
    pub keras_version: Option<String>,
    /// Layers with and without weights, as far as the file lists the latter.
    pub layers: usize,
    /// Layers with weights.
    pub layers_with_weights: usize,
    /// Tensors in all layers.
    pub tensors: usize,
    /// Numbers in all tensors, batch norm statistics included.
    pub parameters: usize,
    /// How many of them are NaN or infinite.
    pub not_finite: usize,
    /// The NASNet they belong to; `None` if there is a `problem`.
    pub network: Option<NetworkShape>,
    /// Why they belong to no NASNet.
    pub problem: Option<String>,
    /// The first few layers with weights.
    pub first_layers: Vec<LayerSummary>,
}

/// One layer with weights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LayerSummary {
    /// Its name, or its class and number where the file has no names.
    pub name: String,
    /// Shapes in Keras' layout, in Keras' order.
    pub shapes: Vec<Vec<usize>>,
}

/// Sums a file up.
#[must_use]
pub fn inspect_keras(file: &KerasFile) -> Inspection {
    const FIRST: usize = 8;
    let (network, problem) = match file.network() {
        Ok(network) => (Some(network), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let tensors = || file.layers.iter().flat_map(|layer| &layer.weights);
    let first_layers = file.weighted().take(FIRST).map(|(_, layer)| LayerSummary {
        name: layer.label(),
        shapes: layer.weights.iter().map(|(_, tensor)| tensor.shape.clone()).collect(),
    });
    Inspection {
        container: file.container,
        keras_version: file.keras_version.clone(),
        layers: file.layers.len(),
        layers_with_weights: file.weighted().count(),
        tensors: tensors().count(),
        parameters: tensors().map(|(_, tensor)| tensor.data.len()).sum(),
        not_finite: tensors().map(|(_, tensor)| tensor.count_not_finite()).sum(),
        network,
        problem,
        first_layers: first_layers.collect(),
    }
}
