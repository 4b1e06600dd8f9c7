//! The drawing as geometry in canvas units: boxes, ports, curves, and what lies beneath a point.

use std::collections::BTreeMap;
use std::sync::Arc;

use eframe::egui::{Pos2, Rect, Vec2, vec2};

use super::detour::detour;
use super::layout::{
    self, HIGHEST_STRETCH, NARROWEST_GAP, OP_GAP, OP_SIZE, OUTPUT_LINE, Placement, Room, Spread,
    WIDEST_GAP, claimed, node_size, output_port_offset, port_offset,
};
use super::names::{NodeName, WireName};
use super::path::{WirePath, route};
use crate::arch::{Cell, Positions, Side, StateName};

/// How near a port must be pressed, in canvas units.
const PORT_REACH: f32 = 9.0;
/// How far a wire with a moved end runs before it turns past a node.
const BEND: f32 = 20.0;

/// What lies at a point of the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Hit {
    /// The port where wires leave a state.
    OutPort(StateName),
    /// The port of one side of a block, or the operation before it.
    Operand { block: StateName, side: Side },
    /// The curve of a wire.
    Wire(WireName),
    /// The body of a node.
    Node(NodeName),
}

impl Hit {
    /// The node or wire that a click there selects.
    pub(super) fn selection(self) -> super::Selection {
        match self {
            Hit::OutPort(state) => super::Selection::State(state),
            Hit::Operand { block, side } => super::Selection::Wire { block, side },
            Hit::Wire(wire) => wire.selection(),
            Hit::Node(node) => node.selection(),
        }
    }
}

/// One wire: its curve, and the label on it if it carries an operation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wire {
    pub(super) from: StateName,
    pub(super) path: Arc<WirePath>,
    pub(super) op: Option<Rect>,
}

/// What wires are routed by.
struct Plan<'a> {
    cell: &'a Cell,
    placement: &'a Placement,
    moved: &'a Positions,
}

/// The geometry of a cell's drawing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scene {
    pub(super) nodes: BTreeMap<NodeName, Rect>,
    pub(super) wires: BTreeMap<WireName, Wire>,
    /// Everything, with wires and operations.
    pub(super) bounds: Rect,
    /// Between the plan and the drawing.
    pub(super) spread: Spread,
}

impl Scene {
    /// The drawing of `cell` with some `room`, where the nodes in `moved` are not where
    /// `placement` has them.
    pub(super) fn new(cell: &Cell, placement: &Placement, moved: &Positions, room: Room) -> Scene {
        let spread = Spread::new(&placement.columns, room);
        let mut centres = placement.nodes.clone();
        for (state, at) in moved {
            if let Some(centre) = centres.get_mut(&NodeName::State(*state)) {
                *centre = (*at).into();
            }
        }
        centres.values_mut().for_each(|centre| *centre = spread.drawn(*centre));
        let states = centres.iter().filter(|(node, _)| **node != NodeName::Output);
        let right = states.map(|(node, at)| claimed(cell, *node, *at).right());
        let right = right.fold(f32::MIN, f32::max);
        if let Some(output) = centres.get_mut(&NodeName::Output) {
            let half = node_size(cell, NodeName::Output).x / 2.0;
            // It gives way to a block that was moved to the right.
            output.x = output.x.max(right + NARROWEST_GAP + half);
        }
        let claimed = centres.iter().map(|(node, at)| claimed(cell, *node, *at));
        let bounds = claimed.reduce(Rect::union).unwrap_or(Rect::ZERO);
        let nodes = centres
            .iter()
            .map(|(node, at)| (*node, Rect::from_center_size(*at, node_size(cell, *node))))
            .collect();
        let mut scene = Scene { nodes, wires: BTreeMap::new(), bounds, spread };
        scene.add_wires(&Plan { cell, placement, moved });
        let wires = scene.wires.values().map(|wire| wire.path.bounds());
        scene.bounds = wires.fold(scene.bounds, Rect::union);
        scene
    }

    fn add_wires(&mut self, plan: &Plan) {
        let cell = plan.cell;
        for block in cell.blocks() {
            for side in Side::BOTH {
                let name = WireName::Operand { block: block.name, side };
                let from = block.operand(side).from;
                let op = self.op_rect(block.name, side);
                let path = self.path(plan, name, from, op.left_center());
                self.wires.insert(name, Wire { from, path: Arc::new(path), op: Some(op) });
            }
        }
        for from in cell.output() {
            let name = WireName::Output(*from);
            let port = self.output_port(cell, *from);
            let path = self.path(plan, name, *from, port);
            self.wires.insert(name, Wire { from: *from, path: Arc::new(path), op: None });
        }
    }

    /// The curve of a wire: along the lanes that were planned for it, or past the nodes on its way
    /// if one of its ends has been moved.
    fn path(&self, plan: &Plan, wire: WireName, from: StateName, end: Pos2) -> WirePath {
        let start = self.out_port(from);
        let ends = [NodeName::State(from), wire.target()];
        let is_moved = |node: &NodeName| match node {
            NodeName::State(state) => plan.moved.contains_key(state),
            NodeName::Output => false,
        };
        if ends.iter().any(is_moved) {
            let others = self.nodes.iter().filter(|(node, _)| !ends.contains(node));
            let claims: Vec<_> =
                others.map(|(node, rect)| claimed(plan.cell, *node, rect.center())).collect();
            return route(start, &detour(start, end, &claims, BEND), end);
        }
        let lanes = plan.placement.lanes.get(&wire).map_or(&[][..], Vec::as_slice);
        let lanes = lanes.iter().map(|lane| lane.map(|at| self.spread.drawn(at)));
        route(start, &lanes.collect::<Vec<_>>(), end)
    }

    /// The box of a node.
    pub(super) fn node(&self, node: NodeName) -> Rect {
        self.nodes.get(&node).copied().unwrap_or(Rect::NOTHING)
    }

    /// Where wires leave a state.
    pub(super) fn out_port(&self, state: StateName) -> Pos2 {
        self.node(NodeName::State(state)).right_center()
    }

    /// Where one side of a block is fed.
    pub(super) fn in_port(&self, block: StateName, side: Side) -> Pos2 {
        self.node(NodeName::State(block)).left_center() + vec2(0.0, port_offset(side))
    }

    fn op_rect(&self, block: StateName, side: Side) -> Rect {
        let centre = self.in_port(block, side) - vec2(OP_GAP + OP_SIZE.x / 2.0, 0.0);
        Rect::from_center_size(centre, OP_SIZE)
    }

    fn output_port(&self, cell: &Cell, state: StateName) -> Pos2 {
        let count = cell.output().len();
        let index = cell.output().iter().position(|name| *name == state).unwrap_or(0);
        let node = self.node(NodeName::Output);
        node.left_center() + vec2(0.0, output_port_offset(index, count))
    }

    /// What lies at `at`; a wire may be `reach` canvas units away. Ports are over operations,
    /// these over bodies, these over curves.
    pub(super) fn hit(&self, at: Pos2, reach: f32) -> Option<Hit> {
        let states = || {
            self.nodes.keys().rev().filter_map(|node| match node {
                NodeName::State(state) => Some(*state),
                NodeName::Output => None,
            })
        };
        if let Some(state) = states().find(|state| self.out_port(*state).distance(at) <= PORT_REACH)
        {
            return Some(Hit::OutPort(state));
        }
        for (name, wire) in &self.wires {
            let (WireName::Operand { block, side }, Some(op)) = (*name, wire.op) else { continue };
            if op.contains(at) || self.in_port(block, side).distance(at) <= PORT_REACH {
                return Some(Hit::Operand { block, side });
            }
        }
        if let Some((node, _)) = self.nodes.iter().rev().find(|(_, rect)| rect.contains(at)) {
            return Some(Hit::Node(*node));
        }
        let distances = self.wires.iter().map(|(name, wire)| (wire.path.distance(at), *name));
        let near = distances.filter(|(distance, _)| *distance <= reach);
        near.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, name)| Hit::Wire(name))
    }

    /// The line of the output node that names a state.
    pub(super) fn output_line(&self, index: usize, count: usize) -> Rect {
        let node = self.node(NodeName::Output);
        let middle = node.left_center().y + output_port_offset(index, count);
        Rect::from_x_y_ranges(
            node.x_range(),
            middle - OUTPUT_LINE / 2.0..=middle + OUTPUT_LINE / 2.0,
        )
    }

    /// The line of the output node that is nearest to a point.
    pub(super) fn output_number(&self, at: Pos2, count: usize) -> usize {
        let distance = |index: &usize| (self.output_line(*index, count).center().y - at.y).abs();
        let nearest = (0..count).min_by(|one, other| distance(one).total_cmp(&distance(other)));
        nearest.unwrap_or(0)
    }

    /// Where a selectable thing is: what the keyboard focus is drawn around.
    pub(super) fn rect_of(&self, selection: super::Selection) -> Rect {
        match selection {
            super::Selection::State(state) => self.node(NodeName::State(state)),
            super::Selection::Output => self.node(NodeName::Output),
            super::Selection::Wire { block, side } => self.op_rect(block, side),
        }
    }
}

/// The room at which a cell fills `space` best: as large as it can be drawn, and then as wide and
/// as high as the space.
pub(super) fn filling_room(cell: &Cell, placement: &Placement, space: Vec2, max_zoom: f32) -> Room {
    let size = Scene::new(cell, placement, &Positions::new(), Room::LEAST).bounds.size();
    let zoom = (space / size).min_elem().min(max_zoom);
    let gaps = placement.columns.len().saturating_sub(1).max(1);
    let extra = (space.x / zoom - size.x).max(0.0) / gaps as f32;
    Room {
        gap: (NARROWEST_GAP + extra).min(WIDEST_GAP),
        stretch: (space.y / zoom / size.y).clamp(1.0, HIGHEST_STRETCH),
    }
}

/// A placement and the cell it was made for.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    cell: Cell,
    pub(super) placement: Placement,
}

impl Placed {
    pub(super) fn new(cell: &Cell) -> Placed {
        Placed { cell: cell.clone(), placement: layout::layout(cell) }
    }

    /// Whether the placement is that of `cell`; the cost of asking is that of comparing cells.
    pub(super) fn fits(&self, cell: &Cell) -> bool {
        self.cell == *cell
    }
}
