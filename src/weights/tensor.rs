//! Numbers by name, before they become tensors of a device.

use std::collections::BTreeMap;

/// A tensor in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Sizes, outermost first.
    pub shape: Vec<usize>,
    /// Numbers, the last axis fastest.
    pub data: Vec<f32>,
}

/// Tensors by the path of the parameter they are for, in PyTorch's layouts.
pub type WeightTable = BTreeMap<String, Tensor>;
