//! A cell drawn small: its shape in the colours of the canvas, without names.

use eframe::egui::epaint::CubicBezierShape;
use eframe::egui::{Color32, Pos2, Rect, Stroke, StrokeKind, Ui, Vec2};

use super::colors::{BoxColors, CanvasColors};
use super::layout::{Room, layout};
use super::names::NodeName;
use super::scene::Scene;
use crate::arch::{Cell, Positions};
use crate::ui::theme;

/// What a box stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Input,
    Block,
    Output,
    Operation,
}

/// The drawing of one cell, in canvas units.
pub struct Sketch {
    boxes: Vec<(Rect, Part)>,
    wires: Vec<[Pos2; 4]>,
    /// From an operation to its block.
    arrows: Vec<[Pos2; 2]>,
    bounds: Rect,
}

impl Sketch {
    /// Lays a cell out as its canvas would.
    pub fn new(cell: &Cell) -> Self {
        let scene = Scene::new(cell, &layout(cell), &Positions::new(), Room::LEAST);
        let part = |node: &NodeName| match node {
            NodeName::State(state) if state.is_input() => Part::Input,
            NodeName::State(_) => Part::Block,
            NodeName::Output => Part::Output,
        };
        let nodes = scene.nodes.iter().map(|(node, rect)| (*rect, part(node)));
        let operations: Vec<_> = scene.wires.values().filter_map(|wire| wire.op).collect();
        let wires = scene.wires.values().flat_map(|wire| wire.path.pieces.iter().copied());
        let arrow = |place: &Rect| {
            let from = place.right_center();
            [from, from + Vec2::RIGHT * super::layout::OP_GAP]
        };
        Sketch {
            wires: wires.collect(),
            arrows: operations.iter().map(arrow).collect(),
            boxes: nodes.chain(operations.iter().map(|place| (*place, Part::Operation))).collect(),
            bounds: scene.bounds,
        }
    }

    /// Paints it as large as `place` allows.
    pub fn paint(&self, ui: &Ui, place: Rect) {
        let colors = CanvasColors::new(ui.visuals());
        let painter = ui.painter().with_clip_rect(place.intersect(ui.clip_rect()));
        painter.rect_filled(place, 3.0, theme::of(ui).sunken);
        let inside = place.shrink(3.0);
        let size = self.bounds.size().max(Vec2::splat(1.0));
        let zoom = (inside.size() / size).min_elem();
        let at = |point: Pos2| inside.center() + (point - self.bounds.center()) * zoom;
        let stroke = Stroke::new(0.8, colors.wire);
        for wire in &self.wires {
            let curve = wire.map(at);
            let shape =
                CubicBezierShape::from_points_stroke(curve, false, Color32::TRANSPARENT, stroke);
            painter.add(shape);
        }
        for arrow in &self.arrows {
            painter.line_segment(arrow.map(at), stroke);
        }
        for (rect, part) in &self.boxes {
            let BoxColors { fill, edge, .. } = match part {
                Part::Input => colors.input,
                Part::Block => colors.block,
                Part::Output => colors.output,
                Part::Operation => colors.op,
            };
            let rect = Rect::from_min_max(at(rect.min), at(rect.max));
            painter.rect(rect, 1.5, fill, Stroke::new(0.8, edge), StrokeKind::Inside);
        }
    }
}
