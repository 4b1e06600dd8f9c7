//! The shapes of a node, with the operations before it.

use eframe::egui::epaint::CornerRadiusF32;
use eframe::egui::epaint::tessellator::path::rounded_rectangle;
use eframe::egui::{
    Align2, Color32, Context, FontId, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, vec2,
};

use super::camera::Camera;
use super::layout::OUTPUT_TITLE;
use super::look::{Emphasis, NodeLook, OpLook};
use super::names::NodeName;

const CORNER: f32 = 6.0;
const PORT_RADIUS: f32 = 3.5;
const TITLE: f32 = 16.0;
const OP_TEXT: f32 = 13.0;
const CAPTION: f32 = 12.5;
/// How far the outline of what is selected is from it, in points of the screen.
const RING: f32 = 2.5;
/// Text that would be smaller than this on the screen is left out: it could not be read.
const SMALLEST_TEXT: f32 = 5.0;

/// The shapes of a node.
pub(super) fn node_shapes(look: &NodeLook, context: &Context) -> Vec<Shape> {
    let mut pen = Pen { camera: look.camera, context, shapes: Vec::new() };
    if look.selected {
        pen.ring(look.rect, CORNER, look.accent);
    }
    for op in &look.ops {
        pen.op(op, look.accent);
    }
    let edge = match look.emphasis {
        Emphasis::Target => Stroke::new(2.0, look.accent),
        _ if look.hovered => Stroke::new(1.6, look.accent),
        _ => Stroke::new(1.0, look.colors.edge),
    };
    match look.unused {
        true => pen.dashed(look.rect, CORNER, look.colors.fill, edge),
        false => pen.filled(look.rect, CORNER, look.colors.fill, edge),
    }
    match look.name {
        NodeName::State(_) => pen.state(look),
        NodeName::Output => pen.output(look),
    }
    pen.shapes
}

struct Pen<'a> {
    camera: Camera,
    context: &'a Context,
    shapes: Vec<Shape>,
}

impl Pen<'_> {
    fn state(&mut self, look: &NodeLook) {
        let centre = look.rect.center();
        let text = look.colors.text;
        self.text(centre - vec2(0.0, 8.5), Align2::CENTER_CENTER, &look.title, TITLE, text);
        self.text(centre + vec2(0.0, 10.5), Align2::CENTER_CENTER, look.caption, CAPTION, text);
        let port = self.camera.to_screen(look.rect.right_center());
        self.port(port, look.colors.edge);
    }

    fn output(&mut self, look: &NodeLook) {
        let title = look.rect.center_top() + vec2(0.0, OUTPUT_TITLE / 2.0);
        self.text(title, Align2::CENTER_CENTER, &look.title, TITLE - 2.0, look.colors.text);
        for (rect, state) in &look.lines {
            self.text(rect.center(), Align2::CENTER_CENTER, state, OP_TEXT, look.colors.text);
            let port = self.camera.to_screen(rect.left_center());
            self.port(port, look.colors.edge);
        }
    }

    fn op(&mut self, op: &OpLook, accent: Color32) {
        let edge = match op.emphasis {
            Emphasis::Target => Stroke::new(2.0, accent),
            _ if op.hovered || op.selected => Stroke::new(1.6, accent),
            _ => Stroke::new(1.0, op.colors.edge),
        };
        if op.selected {
            self.ring(op.rect, op.rect.height() / 2.0, accent);
        }
        self.arrow(op.rect.right_center(), op.port, op.wire);
        self.filled(op.rect, op.rect.height() / 2.0, op.colors.fill, edge);
        let centre = op.rect.center();
        self.text(centre, Align2::CENTER_CENTER, op.label, OP_TEXT, op.colors.text);
        if let Some(color) = op.untrained {
            self.untrained(op.rect.left_center(), color, op.colors.fill);
        }
    }

    /// A badge with an exclamation mark, so that its colour is not all that tells.
    fn untrained(&mut self, at: Pos2, color: Color32, mark: Color32) {
        let radius = 5.5;
        let centre = self.camera.to_screen(at);
        self.shapes.push(Shape::circle_filled(centre, radius * self.camera.zoom, color));
        self.text(at, Align2::CENTER_CENTER, "!", 9.5, mark);
    }

    fn arrow(&mut self, from: Pos2, to: Pos2, color: Color32) {
        let zoom = self.camera.zoom;
        let [from, to] = [from, to].map(|at| self.camera.to_screen(at));
        self.shapes.push(Shape::line_segment([from, to], Stroke::new(1.6 * zoom.min(1.6), color)));
        let wing = vec2(-6.0, 3.5) * zoom;
        let tip = vec![to, to + wing, to + vec2(wing.x, -wing.y)];
        self.shapes.push(Shape::convex_polygon(tip, color, Stroke::NONE));
    }

    fn port(&mut self, at: Pos2, color: Color32) {
        self.shapes.push(Shape::circle_filled(at, PORT_RADIUS * self.camera.zoom, color));
    }

    fn filled(&mut self, rect: Rect, corner: f32, fill: Color32, edge: Stroke) {
        let rect = self.camera.rect_to_screen(rect);
        let corner = corner * self.camera.zoom;
        self.shapes.push(Shape::rect_filled(rect, corner, fill));
        self.shapes.push(Shape::rect_stroke(rect, corner, edge, StrokeKind::Middle));
    }

    /// Like [`Pen::filled`], with a broken outline: of a block that is not built.
    fn dashed(&mut self, rect: Rect, corner: f32, fill: Color32, edge: Stroke) {
        let rect = self.camera.rect_to_screen(rect);
        let corner = corner * self.camera.zoom;
        self.shapes.push(Shape::rect_filled(rect, corner, fill));
        let mut outline = Vec::new();
        rounded_rectangle(&mut outline, rect, CornerRadiusF32::same(corner));
        outline.extend(outline.first().copied());
        self.shapes.extend(Shape::dashed_line(&outline, edge, 5.0, 3.0));
    }

    /// Around what is selected: a second outline, seen without its colour too.
    fn ring(&mut self, rect: Rect, corner: f32, color: Color32) {
        let rect = self.camera.rect_to_screen(rect).expand(RING);
        let corner = corner * self.camera.zoom + RING;
        let stroke = Stroke::new(2.0, color);
        self.shapes.push(Shape::rect_stroke(rect, corner, stroke, StrokeKind::Middle));
    }

    fn text(&mut self, at: Pos2, anchor: Align2, text: &str, size: f32, color: Color32) {
        // Half points: a free zoom would fill the font atlas with sizes nobody can tell apart.
        let size = (size * self.camera.zoom * 2.0).round() / 2.0;
        if text.is_empty() || size < SMALLEST_TEXT {
            return;
        }
        let font = FontId::proportional(size);
        let galley =
            self.context.fonts_mut(|fonts| fonts.layout_no_wrap(text.to_owned(), font, color));
        let rect = anchor.anchor_size(self.camera.to_screen(at), galley.size());
        self.shapes.push(Shape::galley(rect.min + Vec2::ZERO, galley, color));
    }
}
