//! The cost of one layer.

use std::iter::Sum;
use std::ops::AddAssign;

use super::{FLOAT, ParameterCount};
use crate::plan::{Kind, Plan};

/// What a layer, or several together, costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerCost {
    /// Trainable parameters.
    pub parameters: u64,
    /// Moving means and variances.
    pub statistics: u64,
    /// Multiply-adds of convolutions and the dense layer.
    pub macs: u64,
    /// Numbers that convolutions and the dense layer make, what timm calls activations.
    pub convolved: u64,
    /// Numbers in all tensors made.
    pub elements: u64,
}

impl LayerCost {
    /// Parameters with and without statistics.
    pub fn parameter_count(&self) -> ParameterCount {
        ParameterCount { trainable: self.parameters, total: self.parameters + self.statistics }
    }

    /// Bytes of all tensors made, as float32.
    pub fn activation_bytes(&self) -> u64 {
        self.elements * FLOAT
    }
}

impl AddAssign for LayerCost {
    fn add_assign(&mut self, other: Self) {
        self.parameters += other.parameters;
        self.statistics += other.statistics;
        self.macs += other.macs;
        self.convolved += other.convolved;
        self.elements += other.elements;
    }
}

impl<'a> Sum<&'a LayerCost> for LayerCost {
    fn sum<I: Iterator<Item = &'a LayerCost>>(costs: I) -> Self {
        let mut total = LayerCost::default();
        costs.for_each(|cost| total += *cost);
        total
    }
}

pub(super) fn layer_cost(plan: &Plan, index: usize) -> LayerCost {
    let layer = &plan.layers[index];
    let elements = layer.shape.elements();
    let channels = u64::from(layer.shape.channels);
    match layer.kind {
        Kind::Input => LayerCost::default(),
        Kind::Convolution(convolution) => {
            let read = if convolution.depthwise { 1 } else { u64::from(convolution.input) };
            let [rows, columns] = convolution.kernel.map(u64::from);
            let per_output = read * rows * columns;
            LayerCost {
                parameters: channels * per_output,
                macs: elements * per_output,
                convolved: elements,
                elements,
                ..LayerCost::default()
            }
        }
        // In place: no tensor of its own.
        Kind::BatchNorm { .. } => {
            LayerCost { parameters: 2 * channels, statistics: 2 * channels, ..LayerCost::default() }
        }
        Kind::GroupNorm { .. } => {
            LayerCost { parameters: 2 * channels, elements, ..LayerCost::default() }
        }
        Kind::Dense => {
            let features = u64::from(plan.shape(layer.inputs[0]).channels);
            LayerCost {
                parameters: channels * features + channels,
                macs: channels * features,
                convolved: elements,
                elements,
                ..LayerCost::default()
            }
        }
        Kind::Relu
        | Kind::Pool(_)
        | Kind::Subsample { .. }
        | Kind::Add
        | Kind::Concat
        | Kind::GlobalAveragePool => LayerCost { elements, ..LayerCost::default() },
    }
}
