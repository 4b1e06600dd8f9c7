//! What a plan costs: parameters, multiply-adds, activation memory, receptive field.
//!
//! Conventions, the same everywhere in the program:
//! - one multiply-add (MAC) per multiplication of a convolution or of the dense layer, batch 1;
//!   norms, pools, sums and ReLU count none; FLOPs are two per multiply-add;
//! - activation memory is float32 at batch 1; every layer makes one tensor, except that batch
//!   norm works in place; the peak is taken over the layers in order, each tensor being dropped
//!   after its last use;
//! - the receptive field ignores the edges of the picture, and that layer norm and instance norm
//!   see all of it.

mod compare;
mod layer;
mod memory;
mod receptive;

pub use compare::{
    BlockPair, CellDifference, Comparison, SettingPair, StageCost, Summary, compare,
};
pub use layer::LayerCost;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::plan::{Plan, Shape, UnitKind};

/// Bytes of one float32.
const FLOAT: u64 = 4;

/// Trainable parameters, and those with the moving statistics of the batch norms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ParameterCount {
    /// What training changes.
    pub trainable: u64,
    /// With moving means and variances.
    pub total: u64,
}

/// Memory of activations, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ActivationBytes {
    /// Of all tensors together, as training keeps them.
    pub sum: u64,
    /// The most that is alive at once when each tensor is dropped after its last use.
    pub peak: u64,
}

/// What one unit of the network costs.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitCost {
    /// The unit's name.
    pub path: String,
    /// What it is.
    pub kind: UnitKind,
    /// The stage it belongs to.
    pub stage: u8,
    /// The shape it gives on, several outputs concatenated.
    pub output: Shape,
    /// What its layers cost together.
    pub cost: LayerCost,
    /// Side of the square of input pixels that one of its outputs sees.
    pub receptive_field: u64,
}

/// What a network costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// All layers together.
    pub total: LayerCost,
    /// Memory of the activations.
    pub activation_bytes: ActivationBytes,
    /// The units, in order.
    pub units: Vec<UnitCost>,
}

impl Cost {
    /// The parameters of the network.
    pub fn parameters(&self) -> ParameterCount {
        self.total.parameter_count()
    }

    /// Floating point operations of one forward pass: two per multiply-add.
    pub fn flops(&self) -> u64 {
        2 * self.total.macs
    }

    /// Side of the square of input pixels that one output of the last cell sees.
    pub fn receptive_field(&self) -> u64 {
        let cells = self.units.iter().rev().find(|unit| matches!(unit.kind, UnitKind::Cell(_)));
        cells.map_or(1, |unit| unit.receptive_field)
    }

    /// Bytes of all parameters and statistics as float32.
    pub fn weight_bytes(&self) -> u64 {
        self.parameters().total * FLOAT
    }
}

/// What a plan costs, in one pass over its layers.
pub fn analyse(plan: &Plan) -> Cost {
    let layers: Vec<_> =
        (0..plan.layers.len()).map(|index| layer::layer_cost(plan, index)).collect();
    let fields = receptive::fields(plan);
    let units = plan.units.iter().map(|unit| UnitCost {
        path: unit.path.clone(),
        kind: unit.kind,
        stage: unit.stage,
        output: plan.output_shape(unit),
        cost: layers[unit.layers.clone()].iter().sum(),
        receptive_field: unit.outputs.iter().map(|value| fields[*value]).max().unwrap_or(1),
    });
    Cost {
        total: layers.iter().sum(),
        activation_bytes: memory::activation_bytes(plan),
        units: units.collect(),
    }
}

/// What each group of layers costs: `cell_7/b3/left`, `cell_7/h`, and so on.
pub fn by_group(plan: &Plan) -> BTreeMap<&str, LayerCost> {
    let mut groups = BTreeMap::new();
    for (index, layer) in plan.layers.iter().enumerate() {
        let group: &mut LayerCost = groups.entry(layer.group()).or_default();
        *group += layer::layer_cost(plan, index);
    }
    groups
}
