//! Where the nodes of a cell go: ranks from left to right, few crossings, level wires.
//!
//! Pure: a cell gives the same plan in every window, and a pane only chooses how far apart
//! things stand (see [`Spread`]). A wire that passes over ranks gets a lane of its own in each, so
//! that it never runs beneath a node.

mod coordinates;
mod order;
mod ranks;
mod spread;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use eframe::egui::{Pos2, Rect, Vec2, pos2, vec2};

use super::names::{NodeName, WireName};
use crate::arch::{Cell, Side, StateName};
use ranks::{Ranks, Vertex};
pub(super) use spread::{HIGHEST_STRETCH, NARROWEST_GAP, Room, Spread, WIDEST_GAP};

/// Size of an input node.
pub(super) const INPUT_SIZE: Vec2 = vec2(84.0, 44.0);
/// Size of a block, without the operations before it.
pub(super) const BLOCK_SIZE: Vec2 = vec2(66.0, 47.0);
/// Size of the label that carries an operation.
pub(super) const OP_SIZE: Vec2 = vec2(72.0, 21.0);
/// Space between an operation and its block: the arrow is drawn there.
pub(super) const OP_GAP: f32 = 16.0;
/// How far the two in-ports of a block are from its middle.
const PORT_OFFSET: f32 = 12.0;
/// Width of the output node.
const OUTPUT_WIDTH: f32 = 70.0;
/// Height of the title of the output node.
pub(super) const OUTPUT_TITLE: f32 = 24.0;
/// Height of each line of the output node.
pub(super) const OUTPUT_LINE: f32 = 17.0;

/// Where everything goes, in canvas units, with the widest gaps between the columns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placement {
    /// The centre of each node.
    pub(super) nodes: BTreeMap<NodeName, Pos2>,
    /// Where a long wire crosses the ranks between its ends: level from the first point of each
    /// pair to the second.
    pub(super) lanes: BTreeMap<WireName, Vec<[Pos2; 2]>>,
    /// The left and the right edge of each column.
    pub(super) columns: Vec<[f32; 2]>,
}

/// The size of a node.
pub(super) fn node_size(cell: &Cell, node: NodeName) -> Vec2 {
    match node {
        NodeName::State(StateName::Input(_)) => INPUT_SIZE,
        NodeName::State(StateName::Block(_)) => BLOCK_SIZE,
        NodeName::Output => {
            vec2(OUTPUT_WIDTH, OUTPUT_TITLE + OUTPUT_LINE * cell.output().len() as f32 + 4.0)
        }
    }
}

/// Height of an in-port over the middle of its block.
pub(super) fn port_offset(side: Side) -> f32 {
    match side {
        Side::Left => -PORT_OFFSET,
        Side::Right => PORT_OFFSET,
    }
}

/// Height of an in-port over the middle of an output node that concatenates `count` states.
pub(super) fn output_port_offset(index: usize, count: usize) -> f32 {
    OUTPUT_TITLE / 2.0 + OUTPUT_LINE * (index as f32 - (count as f32 - 1.0) / 2.0) - 2.0
}

/// Everything that belongs to a node and must not be covered: for a block, with its operations.
pub(super) fn claimed(cell: &Cell, node: NodeName, centre: Pos2) -> Rect {
    let mut rect = Rect::from_center_size(centre, node_size(cell, node));
    if matches!(node, NodeName::State(StateName::Block(_))) {
        rect.min.x -= OP_GAP + OP_SIZE.x;
    }
    rect
}

/// The layout of a cell.
pub(super) fn layout(cell: &Cell) -> Placement {
    let mut ranks = Ranks::new(cell);
    order::reduce_crossings(&mut ranks);
    let heights = coordinates::heights(cell, &ranks);
    let mut placement =
        Placement { nodes: BTreeMap::new(), lanes: BTreeMap::new(), columns: Vec::new() };
    let mut left = 0.0;
    for column in &ranks.columns {
        let width = column.iter().map(|id| claimed_width(cell, ranks.vertices[*id]));
        let width = width.fold(0.0, f32::max);
        for id in column {
            let y = heights[*id];
            match ranks.vertices[*id] {
                Vertex::Node(node) => {
                    let x = left + width - node_size(cell, node).x / 2.0;
                    placement.nodes.insert(node, pos2(x, y));
                }
                Vertex::Lane(wire) => {
                    let lane = [pos2(left, y), pos2(left + width, y)];
                    placement.lanes.entry(wire).or_default().push(lane);
                }
            }
        }
        placement.columns.push([left, left + width]);
        left += width + WIDEST_GAP;
    }
    placement
}

fn claimed_width(cell: &Cell, vertex: Vertex) -> f32 {
    match vertex {
        Vertex::Node(node) => claimed(cell, node, Pos2::ZERO).width(),
        Vertex::Lane(_) => 0.0,
    }
}
