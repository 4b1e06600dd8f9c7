//! A cell drawn small: its shape, without names.

use eframe::egui::epaint::CubicBezierShape;
use eframe::egui::{Color32, Pos2, Rect, Stroke, Ui};

use super::layout::{Room, layout};
use super::names::NodeName;
use super::scene::Scene;
use crate::arch::{Cell, Positions};
use crate::ui::theme;

/// The drawing of one cell, in canvas units.
pub struct Sketch {
    nodes: Vec<(Rect, bool)>,
    wires: Vec<[Pos2; 4]>,
    bounds: Rect,
}

impl Sketch {
    /// Lays a cell out as its canvas would.
    pub fn new(cell: &Cell) -> Self {
        let scene = Scene::new(cell, &layout(cell), &Positions::new(), Room::LEAST);
        let is_block = |node: &NodeName| match node {
            NodeName::State(state) => !state.is_input(),
            NodeName::Output => false,
        };
        let nodes = scene.nodes.iter().map(|(node, rect)| (*rect, is_block(node)));
        let wires = scene.wires.values().flat_map(|wire| wire.path.pieces.iter().copied());
        Sketch { nodes: nodes.collect(), wires: wires.collect(), bounds: scene.bounds }
    }

    /// Paints it as large as `place` allows.
    pub fn paint(&self, ui: &Ui, place: Rect) {
        let colors = theme::of(ui);
        let painter = ui.painter().with_clip_rect(place.intersect(ui.clip_rect()));
        painter.rect_filled(place, 3.0, colors.sunken);
        let inside = place.shrink(3.0);
        let size = self.bounds.size().max(eframe::egui::Vec2::splat(1.0));
        let zoom = (inside.size() / size).min_elem();
        let at = |point: Pos2| inside.center() + (point - self.bounds.center()) * zoom;
        for wire in &self.wires {
            let stroke = Stroke::new(0.8, colors.weak);
            let curve = wire.map(at);
            painter.add(CubicBezierShape::from_points_stroke(
                curve,
                false,
                Color32::TRANSPARENT,
                stroke,
            ));
        }
        for (rect, is_block) in &self.nodes {
            let rect = Rect::from_min_max(at(rect.min), at(rect.max));
            painter.rect_filled(rect, 1.5, if *is_block { colors.accent } else { colors.second });
        }
    }
}
