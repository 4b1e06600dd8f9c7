//! Lowering: an [`Architecture`](crate::arch::Architecture) becomes ordered layers with shapes.
//!
//! The only place that knows how a NASNet is put together. Costs, the running network and the
//! exports are all computed from the [`Plan`], so they cannot disagree about what the network is.

mod auxiliary;
mod builder;
mod cell;
mod construction;
mod layer;
mod operation;
mod padding;
mod parameter;
mod stem;
mod wiring;

pub use builder::{lower, lower_for_training, lower_with_auxiliary};
pub use layer::{Border, Convolution, Kind, Layer, Pool, PoolKind, Shape, ValueId};
pub use padding::{Padding, same_size};
pub use parameter::{Parameter, Role};

use std::collections::BTreeMap;
use std::ops::Range;

use crate::arch::CellKind;

/// What a unit of the network is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// The convolution that the picture enters.
    Stem,
    /// A cell.
    Cell(CellKind),
    /// A second classifier two thirds down, in training only.
    AuxiliaryHead,
    /// ReLU, global average pool and dense layer.
    Head,
}

/// A stretch of the network that people name: the stem, a cell, the head.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// `stem`, `cell_stem_0`, `cell_7`, `reduction_cell_0`, `head`, as in TF-slim.
    pub path: String,
    /// What it is.
    pub kind: UnitKind,
    /// 0 for the stem and its cells, 1 to 3 for the stages, each begun by its reduction, 4 for
    /// the head.
    pub stage: u8,
    /// The layers that belong to it.
    pub layers: Range<usize>,
    /// What it gives to later units, `[C, H, W]` each and all of one size: one value, or the four
    /// of a cell that does not concatenate its output states.
    pub outputs: Vec<ValueId>,
}

/// A block of a cell: where the results of its two operations meet.
#[derive(Clone, Debug, PartialEq)]
pub struct CombinedBlock {
    /// The layer that adds or joins the two; its path is the block's. A norm may follow it.
    pub layer: usize,
    /// Which cell of the network it is in, counted from 0 with stem and reduction cells.
    pub cell: usize,
    /// Whether left and right are an operation other than identity: paths that training may drop.
    pub droppable: [bool; 2],
}

/// A network as ordered layers: each reads only values made before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The layers; layer `i` makes value `i`. The first is the input.
    pub layers: Vec<Layer>,
    /// The units, in order; their layer ranges cover all layers after the input.
    pub units: Vec<Unit>,
    /// The blocks of all cells, in order.
    pub blocks: Vec<CombinedBlock>,
    /// For every group of layers with parameters (`cell_7/b3/left`, `cell_7/h`, ...) what it
    /// computes on what. Equal signatures under equal paths mean that weights learned in one
    /// network still mean the same in the other.
    pub signatures: BTreeMap<String, String>,
}

impl Plan {
    /// The shape of the value that a layer makes, `[C, H, W]`.
    pub fn shape(&self, value: ValueId) -> Shape {
        self.layers[value].shape
    }

    /// How many cells there are, stem and reduction cells among them.
    pub fn cells(&self) -> usize {
        self.units.iter().filter(|unit| matches!(unit.kind, UnitKind::Cell(_))).count()
    }

    /// The auxiliary head's logits, if it has one.
    pub fn auxiliary_output(&self) -> Option<ValueId> {
        let head = self.units.iter().find(|unit| unit.kind == UnitKind::AuxiliaryHead);
        head.and_then(|unit| unit.outputs.first().copied())
    }

    /// The logits.
    pub fn output(&self) -> ValueId {
        self.layers.len() - 1
    }

    /// Channels of the last cell, the number in names such as `6 @ 4032`.
    pub fn penultimate(&self) -> u32 {
        let cells = self.units.iter().rev().find(|unit| matches!(unit.kind, UnitKind::Cell(_)));
        cells.map_or(0, |unit| self.output_shape(unit).channels)
    }

    /// The shape of all that a unit gives to later ones, concatenated, `[C, H, W]`.
    pub fn output_shape(&self, unit: &Unit) -> Shape {
        let channels = unit.outputs.iter().map(|value| self.shape(*value).channels).sum();
        Shape { channels, ..self.shape(unit.outputs[0]) }
    }

    /// Every tensor that the network learns or gathers, in the order of the layers.
    pub fn parameters(&self) -> Vec<Parameter> {
        parameter::parameters(self)
    }

    /// For each value the last layer that reads it; its own index where none does. What a unit gives
    /// to later ones counts as read by the layer after the unit, so that it outlives the unit.
    pub fn last_uses(&self) -> Vec<usize> {
        let mut last: Vec<_> = (0..self.layers.len()).collect();
        for unit in &self.units {
            for output in &unit.outputs {
                last[*output] = unit.layers.end;
            }
        }
        for (index, layer) in self.layers.iter().enumerate() {
            for input in &layer.inputs {
                last[*input] = last[*input].max(index);
            }
        }
        last
    }
}
