//! What a file holds, for someone who asks.

use super::KerasFile;
use crate::weights::inspection::FIRST;
use crate::weights::{Inspection, LayerSummary};

/// `reduction_1` for the first block of a reduction, where others have a side in the name.
pub(super) fn has_old_names(file: &KerasFile) -> bool {
    file.weighted().any(|(_, layer)| {
        let name = layer.name.as_deref().unwrap_or_default();
        name.starts_with("separable_conv_") && name.contains("_reduction_1_")
    })
}

/// Sums a file up.
#[must_use]
pub fn inspect_keras(file: &KerasFile) -> Inspection {
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
        averages: 0,
        set_aside: 0,
        parameters: tensors().map(|(_, tensor)| tensor.data.len()).sum(),
        not_finite: tensors().map(|(_, tensor)| tensor.count_not_finite()).sum(),
        network,
        opens_as: None,
        own: None,
        old_keras_names: has_old_names(file),
        problem,
        first_layers: first_layers.collect(),
    }
}
