//! The pointer: click, drag, wheel, and what is shown beside it.

use eframe::egui::epaint::CubicBezierShape;
use eframe::egui::{
    Color32, CursorIcon, Key, Modifiers, PointerButton, PopupAnchor, Pos2, Shape, Stroke, Tooltip,
    Ui, Vec2,
};

use super::hand::Hand;
use super::names::{NodeName, WireName};
use super::scene::Hit;
use super::{CanvasAction, CanvasColors, CellCanvas, Frame, words};

/// How near a wire must be pointed at, in points of the screen.
const WIRE_REACH: f32 = 6.0;

impl CellCanvas {
    /// Zooms and pans by wheel, pinch and touchpad.
    pub(super) fn follow_wheel(&mut self, ui: &mut Ui, frame: &Frame) {
        if !frame.response.contains_pointer() {
            return;
        }
        let Some(at) = ui.input(|input| input.pointer.hover_pos()) else { return };
        let zoom = ui.input(|input| input.zoom_delta());
        // Taken, so that nothing around the canvas scrolls too.
        let scroll = ui.input_mut(|input| std::mem::take(&mut input.smooth_scroll_delta));
        if zoom != 1.0 {
            self.camera.zoom_at(zoom, at);
            self.own_view = true;
        } else if scroll != Vec2::ZERO {
            self.pan(frame, scroll);
        }
    }

    fn pan(&mut self, frame: &Frame, delta: Vec2) {
        self.camera.pan_by(delta);
        self.camera.keep_visible(frame.scene.bounds, frame.pane);
        self.own_view = true;
    }

    fn hit(&self, frame: &Frame, at: Pos2) -> Option<Hit> {
        frame.scene.hit(self.camera.to_canvas(at), WIRE_REACH / self.camera.zoom)
    }

    /// Clicks and drags.
    pub(super) fn follow_pointer(
        &mut self,
        ui: &mut Ui,
        frame: &Frame,
        actions: &mut Vec<CanvasAction>,
    ) {
        let response = &frame.response;
        self.hovered = response.hover_pos().and_then(|at| self.hit(frame, at));
        self.follow_drag(ui, frame, actions);
        // Enter on the focused canvas also counts as a click, but has no position.
        let Some(at) = response.interact_pointer_pos() else { return };
        let hit = self.hit(frame, at);
        if response.double_clicked() {
            match hit {
                Some(
                    Hit::Operand { block, side } | Hit::Wire(WireName::Operand { block, side }),
                ) => {
                    self.open_picker(frame, block, side, at);
                }
                None => self.fit(),
                Some(_) => {}
            }
        } else if response.clicked() {
            self.select_and_focus(frame, hit.map(Hit::selection));
        } else if response.secondary_clicked() {
            self.select_and_focus(frame, hit.map(Hit::selection));
            self.open(frame, at);
        }
    }

    fn follow_drag(&mut self, ui: &mut Ui, frame: &Frame, actions: &mut Vec<CanvasAction>) {
        let response = &frame.response;
        if response.drag_started() {
            let origin = ui.input(|input| input.pointer.press_origin()).unwrap_or_default();
            let hit = self.hit(frame, origin);
            self.hand = match response.drag_started_by(PointerButton::Primary) {
                true => Hand::taking(hit, self.camera.to_canvas(origin), &frame.scene),
                false => Hand::Pan,
            };
            if self.hand != Hand::Pan {
                self.select_and_focus(frame, hit.map(Hit::selection));
            }
        }
        if self.hand == Hand::Empty {
            return;
        }
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            self.hand = Hand::Empty;
            ui.ctx().stop_dragging();
            return;
        }
        let pointer = ui.input(|input| input.pointer.latest_pos()).unwrap_or_default();
        let at = self.camera.to_canvas(pointer);
        match &mut self.hand {
            Hand::Pan => self.pan(frame, response.drag_delta()),
            Hand::Move { grip, to, .. } => *to = at - *grip,
            Hand::Empty | Hand::Pull { .. } | Hand::Lift { .. } => {}
        }
        if response.drag_stopped() {
            let hand = std::mem::take(&mut self.hand);
            let hit = self.hit(frame, pointer);
            let outcome = hand.drop_on(frame.edited, &frame.scene, hit, at);
            let told = self.told.take();
            let is_told = |action: &CanvasAction| match action {
                CanvasAction::Refused(reason) => told.as_ref() == Some(reason),
                _ => false,
            };
            actions.extend(outcome.filter(|action| !is_told(action)));
        } else if !response.dragged() {
            // The drag was taken away: the window lost the pointer, or a dialog opened.
            self.hand = Hand::Empty;
        }
    }

    /// The wire in hand, what letting go would do, tooltips, the shape of the pointer.
    pub(super) fn show_hints(&mut self, ui: &mut Ui, frame: &Frame) {
        self.told = None;
        let Some(pointer) = ui.input(|input| input.pointer.latest_pos()) else { return };
        if !self.hand.holds_wire() {
            self.show_tooltip(ui, frame);
            return;
        }
        let hit = self.hit(frame, pointer);
        let at = self.camera.to_canvas(pointer);
        let colors = CanvasColors::new(ui.visuals());
        let outcome = self.hand.drop_on(frame.edited, &frame.scene, hit, at);
        let (color, hint) = match &outcome {
            Some(CanvasAction::Refused(reason)) => (colors.warning, Some(reason.clone())),
            Some(CanvasAction::Edit(edit)) => (colors.accent, Some(edit.to_string())),
            _ => (colors.accent, None),
        };
        let is_refused = matches!(outcome, Some(CanvasAction::Refused(_)));
        let end = match outcome {
            Some(CanvasAction::Edit(_)) => self.hand.free_end(&frame.scene, hit, at),
            _ => at,
        };
        if let Some(wire) = self.hand.wire(&frame.scene, end) {
            let wire = wire.map(|at| self.camera.to_screen(at));
            let stroke = Stroke::new(2.5, color);
            let wire =
                CubicBezierShape::from_points_stroke(wire, false, Color32::TRANSPARENT, stroke);
            let end = Shape::circle_filled(self.camera.to_screen(end), 4.5, color);
            ui.painter_at(frame.pane).extend([wire.into(), end]);
        }
        ui.set_cursor_icon(match is_refused {
            true => CursorIcon::NotAllowed,
            false => CursorIcon::Grabbing,
        });
        if is_refused {
            self.told.clone_from(&hint);
        }
        if let Some(hint) = hint {
            let id = frame.response.id.with("hint");
            let text_color = if is_refused { color } else { ui.visuals().text_color() };
            Tooltip::always_open(ui.ctx().clone(), ui.layer_id(), id, PopupAnchor::Pointer)
                .gap(12.0)
                .show(|ui| ui.colored_label(text_color, hint));
        }
    }

    fn show_tooltip(&self, ui: &mut Ui, frame: &Frame) {
        ui.set_cursor_icon(match (self.hand, self.hovered) {
            (Hand::Move { .. } | Hand::Pan, _) => CursorIcon::Grabbing,
            (_, Some(Hit::OutPort(_))) => CursorIcon::Crosshair,
            (_, Some(Hit::Node(NodeName::State(_)))) => CursorIcon::Grab,
            (_, Some(_)) => CursorIcon::PointingHand,
            (_, None) => return,
        });
        if let Some(hit) = self.hovered
            && self.hand == Hand::Empty
            && self.popover.is_none()
        {
            frame.response.clone().on_hover_text_at_pointer(words::tooltip(frame.input, hit));
        }
    }
}
