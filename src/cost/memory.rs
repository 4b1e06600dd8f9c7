//! Memory of activations: all of them, and the most alive at once.

use super::{ActivationBytes, FLOAT};
use crate::plan::{Kind, Plan};

pub(super) fn activation_bytes(plan: &Plan) -> ActivationBytes {
    // A batch norm works in the tensor of the convolution before it: reading one is reading the
    // other.
    let mut tensor: Vec<usize> = (0..plan.layers.len()).collect();
    let mut last_use: Vec<usize> = tensor.clone();
    for (index, layer) in plan.layers.iter().enumerate() {
        if matches!(layer.kind, Kind::BatchNorm { .. }) {
            tensor[index] = tensor[layer.inputs[0]];
        }
        for input in &layer.inputs {
            last_use[tensor[*input]] = index;
        }
        last_use[tensor[index]] = index;
    }
    let mut dropped_after = vec![0; plan.layers.len()];
    for (index, layer) in plan.layers.iter().enumerate() {
        if tensor[index] == index {
            dropped_after[last_use[index]] += layer.shape.elements();
        }
    }
    let (mut alive, mut peak, mut sum) = (0, 0, 0);
    for (index, layer) in plan.layers.iter().enumerate() {
        if tensor[index] == index {
            alive += layer.shape.elements();
            sum += layer.shape.elements();
        }
        peak = peak.max(alive);
        alive -= dropped_after[index];
    }
    ActivationBytes { sum: sum * FLOAT, peak: peak * FLOAT }
}
