//! How each node and wire is to be drawn this frame, as plain data.
//!
//! Comparing the looks of two frames tells whether anything has to be drawn again.

use std::sync::Arc;

use eframe::egui::{Pos2, Rect};

use super::camera::Camera;
use super::colors::{BoxColors, CanvasColors};
use super::names::{NodeName, WireName};
use super::path::WirePath;
use super::scene::{Scene, Wire};
use super::{CanvasInput, Selection};
use crate::arch::{Cell, Combine, Side, StateName};

/// How much something stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Emphasis {
    /// As usual.
    #[default]
    Plain,
    /// Receding: it is not needed, or a wire in hand cannot go there.
    Dimmed,
    /// A wire in hand may go there.
    Target,
}

/// What the looks depend on beside the cell.
pub(super) struct Situation<'a> {
    pub(super) camera: Camera,
    pub(super) colors: CanvasColors,
    pub(super) selection: Option<Selection>,
    pub(super) hovered: Option<Selection>,
    /// The wire whose source end is in hand.
    pub(super) lifted: Option<WireName>,
    /// How a node stands out while a wire is in hand.
    pub(super) nodes: &'a dyn Fn(NodeName) -> Emphasis,
    /// How a side of a block stands out while a wire is in hand.
    pub(super) sides: &'a dyn Fn(StateName, Side) -> Emphasis,
}

/// How a node is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NodeLook {
    pub(super) name: NodeName,
    pub(super) camera: Camera,
    pub(super) rect: Rect,
    pub(super) colors: BoxColors,
    pub(super) accent: Color,
    pub(super) title: String,
    pub(super) caption: &'static str,
    /// Whether it is not built: nothing on the output needs it.
    pub(super) unused: bool,
    /// What an output node concatenates or gives on, with the place of each line.
    pub(super) lines: Vec<(Rect, String)>,
    /// The operations before a block. They belong to the node so that no wire runs over them.
    pub(super) ops: Vec<OpLook>,
    pub(super) emphasis: Emphasis,
    pub(super) selected: bool,
    pub(super) hovered: bool,
}

/// A colour, short for the long signatures here.
pub(super) type Color = eframe::egui::Color32;

/// The operation on a wire.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct OpLook {
    pub(super) rect: Rect,
    pub(super) label: &'static str,
    pub(super) colors: BoxColors,
    /// The colour of the arrow to the block.
    pub(super) wire: Color,
    /// Where the arrow ends.
    pub(super) port: Pos2,
    /// The colour of the mark of an operation that has not been trained.
    pub(super) untrained: Option<Color>,
    pub(super) emphasis: Emphasis,
    pub(super) selected: bool,
    pub(super) hovered: bool,
}

/// How a wire is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WireLook {
    pub(super) camera: Camera,
    pub(super) path: Arc<WirePath>,
    pub(super) color: Color,
    /// In points of the screen at zoom 1.
    pub(super) width: f32,
}

/// A frame's drawing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Looks {
    pub(super) nodes: Vec<NodeLook>,
    /// Each wire with its ends.
    pub(super) wires: Vec<(NodeName, NodeName, WireLook)>,
}

/// How a wire stands out.
struct Standing {
    emphasis: Emphasis,
    selected: bool,
    hovered: bool,
}

impl Standing {
    const RECEDING: Standing =
        Standing { emphasis: Emphasis::Dimmed, selected: false, hovered: false };
}

impl Looks {
    /// How everything looks in a situation.
    pub(super) fn new(input: &CanvasInput, scene: &Scene, situation: &Situation) -> Looks {
        let needed = input.cell.needed_states();
        let unused = |state: StateName| !state.is_input() && !needed.contains(&state);
        let nodes = scene.nodes.iter().map(|(name, rect)| {
            let unused = matches!(name, NodeName::State(state) if unused(*state));
            node_look(input, scene, situation, *name, *rect, unused)
        });
        let mut wires: Vec<_> = scene
            .wires
            .iter()
            .map(|(name, wire)| {
                let to = name.target();
                let unused = matches!(to, NodeName::State(state) if unused(state));
                let standing = match situation.lifted == Some(*name) {
                    // What is seen of it is the end in hand.
                    true => Standing::RECEDING,
                    false => standing(situation, *name, unused),
                };
                let raised = standing.selected || standing.hovered;
                let look = wire_look(situation, wire, standing);
                (raised, (NodeName::State(wire.from), to, look))
            })
            .collect();
        // Drawn in this order: what is selected or pointed at runs over the others.
        wires.sort_by_key(|(raised, _)| *raised);
        Looks { nodes: nodes.collect(), wires: wires.into_iter().map(|(_, wire)| wire).collect() }
    }
}

fn standing(situation: &Situation, name: WireName, unused: bool) -> Standing {
    let emphasis = match name {
        WireName::Operand { block, side } => (situation.sides)(block, side),
        WireName::Output(_) => (situation.nodes)(NodeName::Output),
    };
    let is_operand = matches!(name, WireName::Operand { .. });
    Standing {
        emphasis: if unused && emphasis == Emphasis::Plain { Emphasis::Dimmed } else { emphasis },
        // The output node shows its own selection; its wires follow only the pointer.
        selected: is_operand && situation.selection == Some(name.selection()),
        hovered: situation.hovered == Some(name.selection()),
    }
}

fn node_look(
    input: &CanvasInput,
    scene: &Scene,
    situation: &Situation,
    name: NodeName,
    rect: Rect,
    unused: bool,
) -> NodeLook {
    let palette = &situation.colors;
    let emphasis = match (situation.nodes)(name) {
        Emphasis::Plain if unused => Emphasis::Dimmed,
        emphasis => emphasis,
    };
    let colors = match name {
        NodeName::State(StateName::Input(_)) => palette.input,
        NodeName::State(StateName::Block(_)) => palette.block,
        NodeName::Output => palette.output,
    };
    NodeLook {
        name,
        camera: situation.camera,
        rect,
        colors: match emphasis {
            Emphasis::Dimmed => colors.dimmed(palette.background),
            Emphasis::Plain | Emphasis::Target => colors,
        },
        accent: palette.accent,
        title: match name {
            NodeName::State(state) => state.to_string(),
            NodeName::Output if input.cell.concatenates() => "concat".to_owned(),
            NodeName::Output => "outputs".to_owned(),
        },
        caption: if unused { "unused" } else { caption(input.cell, name) },
        unused,
        lines: lines(input.cell, scene, name),
        ops: op_looks(input, scene, situation, name, unused),
        emphasis,
        selected: situation.selection == Some(name.selection()),
        hovered: situation.hovered == Some(name.selection()),
    }
}

fn caption(cell: &Cell, name: NodeName) -> &'static str {
    match name {
        NodeName::State(StateName::H) => "previous cell",
        NodeName::State(StateName::P) => "cell before it",
        NodeName::State(StateName::Input(2)) => "3 cells before",
        NodeName::State(StateName::Input(_)) => "4 cells before",
        NodeName::State(state) => cell.block(state).map_or("", |block| match block.combine {
            Combine::Add | Combine::Concat => block.combine.label(),
            Combine::AddLayerNorm => "add, LN",
            Combine::AddInstanceNorm => "add, IN",
        }),
        NodeName::Output => "",
    }
}

fn lines(cell: &Cell, scene: &Scene, name: NodeName) -> Vec<(Rect, String)> {
    let count = cell.output().len();
    let states = match name {
        NodeName::State(_) => &[][..],
        NodeName::Output => cell.output(),
    };
    let place = |(index, state): (usize, &StateName)| {
        let text =
            if cell.concatenates() { state.to_string() } else { format!("{index}: {state}") };
        (scene.output_line(index, count), text)
    };
    states.iter().enumerate().map(place).collect()
}

fn op_looks(
    input: &CanvasInput,
    scene: &Scene,
    situation: &Situation,
    name: NodeName,
    unused: bool,
) -> Vec<OpLook> {
    let NodeName::State(state) = name else { return Vec::new() };
    let Ok(block) = input.cell.block(state) else { return Vec::new() };
    let palette = &situation.colors;
    let look = |side: Side| {
        let wire = WireName::Operand { block: state, side };
        let standing = standing(situation, wire, unused);
        let dimmed = standing.emphasis == Emphasis::Dimmed;
        OpLook {
            rect: scene.rect_of(wire.selection()),
            label: block.operand(side).op.label(),
            colors: if dimmed { palette.op.dimmed(palette.background) } else { palette.op },
            wire: wire_color(situation, &standing, palette.wire),
            port: scene.in_port(state, side),
            untrained: input.untrained.contains(&(state, side)).then_some(palette.warning),
            emphasis: standing.emphasis,
            selected: standing.selected,
            hovered: standing.hovered,
        }
    };
    Side::BOTH.map(look).to_vec()
}

fn wire_look(situation: &Situation, wire: &Wire, standing: Standing) -> WireLook {
    let palette = &situation.colors;
    let (color, width) = match wire.op {
        Some(_) => (palette.wire, 1.6),
        None => (palette.thin_wire, 1.0),
    };
    let raised = standing.selected || standing.hovered;
    WireLook {
        camera: situation.camera,
        path: wire.path.clone(),
        color: wire_color(situation, &standing, color),
        width: if raised { width + 0.9 } else { width },
    }
}

fn wire_color(situation: &Situation, standing: &Standing, color: Color) -> Color {
    let palette = &situation.colors;
    match standing.emphasis {
        _ if standing.selected || standing.hovered => palette.accent,
        Emphasis::Dimmed => color.lerp_to_gamma(palette.background, 0.6),
        Emphasis::Plain | Emphasis::Target => color,
    }
}
