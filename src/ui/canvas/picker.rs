//! The picker: which operation a side of a block applies, and to which state.

use eframe::egui::{
    Align, Button, Id, Key, Layout, Modifiers, Popup, PopupAnchor, PopupCloseBehavior, Pos2,
    RichText, TextEdit, Ui, WidgetInfo, WidgetType,
};

use super::stops::Stops;
use super::{CanvasAction, CellCanvas, Frame, Popover, Selection};
use crate::arch::{Block, Op, Side, StateName};

/// An open picker.
pub(super) struct Picker {
    block: StateName,
    side: Side,
    at: Pos2,
    filter: String,
    /// Which of the operations shown Enter chooses.
    cursor: usize,
    /// The first frame gives the keyboard to the filter.
    is_new: bool,
}

impl CellCanvas {
    /// Opens the picker of one side of a block.
    pub(super) fn open_picker(&mut self, frame: &Frame, block: StateName, side: Side, at: Pos2) {
        self.selection = Some(Selection::Wire { block, side });
        let current = frame.input.cell.block(block).map(|data| data.operand(side).op);
        let cursor = Op::ALL.into_iter().position(|op| Ok(op) == current).unwrap_or(0);
        let filter = String::new();
        let picker = Picker { block, side, at, filter, cursor, is_new: true };
        self.popover = Some(Popover::Picker(picker));
    }
}

impl Picker {
    /// Shows the picker; gives it back if it stays open.
    pub(super) fn show(
        mut self,
        ui: &mut Ui,
        frame: &Frame,
        stops: &mut Stops,
        actions: &mut Vec<CanvasAction>,
    ) -> Option<Popover> {
        let block = frame.input.cell.block(self.block).ok()?;
        let mut is_open = true;
        let anchor = PopupAnchor::Position(self.at);
        let mut action = None;
        Popup::new(frame.response.id.with("picker"), ui.ctx().clone(), anchor, ui.layer_id())
            .open_bool(&mut is_open)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .layout(Layout::top_down_justified(Align::Min))
            .width(180.0)
            .show(|ui| {
                let filter = ui.id().with("filter");
                let chosen = self.choose_op(ui, &block, filter, stops);
                let plugged = self.choose_source(ui, frame, &block, stops);
                stops.follow_keys(ui, Some(filter));
                if let Some(op) = chosen {
                    action = frame.edited.set_op(self.block, self.side, op);
                    ui.close();
                } else if let Some(from) = plugged {
                    action = frame.edited.replug(self.block, self.side, from);
                    ui.close();
                }
            });
        actions.extend(action);
        self.is_new = false;
        is_open.then_some(Popover::Picker(self))
    }

    fn choose_op(
        &mut self,
        ui: &mut Ui,
        block: &Block,
        filter: Id,
        stops: &mut Stops,
    ) -> Option<Op> {
        ui.label(RichText::new(format!("Operation of {} {}", self.block, self.side)).strong());
        let ops = matching(&self.filter);
        let mut chosen = self.choose_by_keys(ui, filter, &ops);
        let text = TextEdit::singleline(&mut self.filter).id(filter).hint_text("Type to filter");
        let response = ui.add(text.desired_width(f32::INFINITY));
        stops.add(&response);
        response
            .widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, "Filter operations"));
        if self.is_new {
            response.request_focus();
        }
        let ops = if response.changed() {
            self.cursor = 0;
            matching(&self.filter)
        } else {
            ops
        };
        if ops.is_empty() {
            ui.weak("No operation matches");
        }
        let current = block.operand(self.side).op;
        for (index, op) in ops.into_iter().enumerate() {
            // The current one has a tick; the one that Enter takes is lit.
            let tick = if op == current { "✔" } else { "" };
            let button = Button::selectable(index == self.cursor, op.label()).right_text(tick);
            let response = ui.add(button);
            stops.pass(&response);
            response.widget_info(|| {
                let kind = WidgetType::SelectableLabel;
                WidgetInfo::selected(kind, true, op == current, op.label())
            });
            if response.on_hover_text(op.description()).clicked() {
                chosen = Some(op);
            }
        }
        chosen
    }

    /// Moves the cursor and takes Enter, unless another entry has the keyboard.
    fn choose_by_keys(&mut self, ui: &Ui, filter: Id, ops: &[Op]) -> Option<Op> {
        if ui.memory(|memory| memory.focused()).is_some_and(|focused| focused != filter) {
            return None;
        }
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let last = ops.len().saturating_sub(1);
        if pressed(Key::ArrowDown) {
            self.cursor = if self.cursor >= last { 0 } else { self.cursor + 1 };
        }
        if pressed(Key::ArrowUp) {
            self.cursor = if self.cursor == 0 { last } else { self.cursor - 1 };
        }
        if pressed(Key::Enter) { ops.get(self.cursor).copied() } else { None }
    }

    fn choose_source(
        &self,
        ui: &mut Ui,
        frame: &Frame,
        block: &Block,
        stops: &mut Stops,
    ) -> Option<StateName> {
        ui.separator();
        ui.label("Plug into");
        let current = block.operand(self.side).from;
        let mut chosen = None;
        ui.horizontal_wrapped(|ui| {
            for state in frame.input.cell.states() {
                let refusal = frame.edited.source_refusal(self.block, self.side, state);
                let button = Button::selectable(state == current, state.to_string());
                let response = ui.add_enabled(refusal.is_none(), button);
                stops.add(&response);
                let hint = match state == current {
                    true => format!("{} {} reads {state} now", self.block, self.side),
                    false => format!("Let {} {} read {state}", self.block, self.side),
                };
                let reason = refusal.map(|refusal| refusal.to_string()).unwrap_or_default();
                if response.on_hover_text(hint).on_disabled_hover_text(reason).clicked() {
                    chosen = Some(state);
                }
            }
        });
        chosen
    }
}

/// The operations whose label or file name holds the typed letters, in the paper's order. `x`
/// finds `×`, and spaces do not matter.
fn matching(filter: &str) -> Vec<Op> {
    let plain =
        |text: &str| text.to_lowercase().replace('×', "x").replace([' ', '_', ',', '-'], "");
    let wanted = plain(filter);
    let found = |op: &Op| plain(op.label()).contains(&wanted) || plain(op.code()).contains(&wanted);
    Op::ALL.into_iter().filter(found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_narrows_the_operations_down() {
        assert_eq!(matching(""), Op::ALL);
        assert_eq!(
            matching("max"),
            [Op::MaxPool3x3, Op::MaxPool5x5, Op::MaxPool7x7, Op::MaxPool2x2,]
        );
        assert_eq!(matching("Sep 5x5"), [Op::SeparableConv5x5]);
        assert_eq!(matching("1×7"), [Op::Conv1x7Then7x1]);
        assert_eq!(matching("pool_7"), [Op::MaxPool7x7]);
        assert!(matching("lstm").is_empty());
    }
}
