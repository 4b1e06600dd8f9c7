//! The drawing as widgets: every node, wire and port has a name for screen readers, and what can
//! be selected can be focused. They sense no clicks, so that gestures reach the canvas.

use eframe::egui::accesskit::{Action, Node, Role};
use eframe::egui::{EventFilter, Id, Pos2, Rect, Sense, Ui, Vec2, WidgetInfo, WidgetType};

use super::names::{NodeName, WireName};
use super::{CellCanvas, Frame, Selection, item_id, words};
use crate::arch::{Side, StateName};

/// The arrows walk along the graph and Escape deselects; Tab goes on to the next widget.
const KEPT_KEYS: EventFilter =
    EventFilter { tab: false, horizontal_arrows: true, vertical_arrows: true, escape: true };

impl CellCanvas {
    /// Tells egui about every item, and follows the focus that it moves.
    pub(super) fn offer_items(&mut self, ui: &mut Ui, frame: &Frame) {
        let name = words::canvas_name(frame.input);
        frame.response.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, &name));
        let canvas = frame.response.id;
        ui.ctx().accesskit_node_builder(canvas, |node| node.set_role(Role::Group));
        keep_keys(ui, canvas);
        for selection in walk(frame) {
            self.offer(ui, frame, selection);
        }
        self.offer_ports(ui, frame);
    }

    fn offer(&mut self, ui: &mut Ui, frame: &Frame, selection: Selection) {
        let rect = self.camera.rect_to_screen(frame.scene.rect_of(selection));
        let id = item_id(frame, selection);
        let response = ui.interact(rect, id, Sense::focusable_noninteractive());
        let selected = self.selection == Some(selection);
        response.widget_info(|| {
            let name = words::name_of(frame.input, selection);
            WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, name)
        });
        keep_keys(ui, id);
        if response.gained_focus() {
            self.selection = Some(selection);
            self.camera.reveal(frame.scene.rect_of(selection), frame.pane);
        }
        ui.ctx().accesskit_node_builder(id, |node| node.add_action(Action::Click));
        if ui.input(|input| input.has_accesskit_action_request(id, Action::Click)) {
            self.select_and_focus(frame, Some(selection));
            self.open(frame, rect.center());
        }
    }

    /// The ports and the wires into the output: named, but not to be tabbed through, because the
    /// items above offer all that they do.
    fn offer_ports(&self, ui: &mut Ui, frame: &Frame) {
        let name = |key: (&str, StateName, Option<Side>), rect: Rect, text: String| {
            let rect = self.camera.rect_to_screen(rect);
            let response = ui.interact(rect, frame.response.id.with(key), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, &text));
            let symbol = |node: &mut Node| node.set_role(Role::GraphicsSymbol);
            ui.ctx().accesskit_node_builder(response.id, symbol);
        };
        let port = |at| Rect::from_center_size(at, Vec2::splat(10.0));
        for state in frame.input.cell.states() {
            let rect = port(frame.scene.out_port(state));
            name(("out-port", state, None), rect, words::out_port_name(state));
        }
        for (wire, data) in &frame.scene.wires {
            match *wire {
                WireName::Operand { block, side } => {
                    let rect = port(frame.scene.in_port(block, side));
                    name(("in-port", block, Some(side)), rect, words::in_port_name(block, side));
                }
                WireName::Output(state) => {
                    let rect = port(data.path.middle());
                    let text = words::output_wire_name(frame.input.cell, state);
                    name(("output wire", state, None), rect, text);
                }
            }
        }
    }

    /// Opens the picker of a selected wire, or the menu of anything else that is selected.
    pub(super) fn open(&mut self, frame: &Frame, at: Pos2) {
        match self.selection {
            Some(Selection::Wire { block, side }) => self.open_picker(frame, block, side, at),
            selection => self.open_menu(selection, at),
        }
    }
}

/// What can be selected, in the order of reading: inputs, each block with its sides, the output.
pub(super) fn walk(frame: &Frame) -> Vec<Selection> {
    let mut items = Vec::new();
    for node in frame.scene.nodes.keys() {
        let NodeName::State(state) = *node else { continue };
        items.push(Selection::State(state));
        if !state.is_input() {
            items.extend(Side::BOTH.map(|side| Selection::Wire { block: state, side }));
        }
    }
    items.push(Selection::Output);
    items
}

fn keep_keys(ui: &Ui, id: Id) {
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, KEPT_KEYS));
}
