//! The context menus of blocks, inputs, the output and the empty canvas.

use eframe::egui::containers::menu::menu_style;
use eframe::egui::{
    Align, Button, Grid, Layout, Popup, PopupAnchor, PopupCloseBehavior, PopupKind, Pos2, Response,
    Ui, UiKind, WidgetInfo, WidgetType,
};

use super::edits::toggled;
use super::stops::Stops;
use super::{CanvasAction, CellCanvas, Frame, Popover, Selection};
use crate::arch::{Cell, Combine, Side, StateName};

/// An open context menu.
pub(super) struct Menu {
    target: Option<Selection>,
    at: Pos2,
    /// The first frame gives the keyboard to the first entry.
    is_new: bool,
}

impl CellCanvas {
    /// Opens the menu of what is selected, or of the canvas.
    pub(super) fn open_menu(&mut self, target: Option<Selection>, at: Pos2) {
        self.popover = Some(Popover::Menu(Menu { target, at, is_new: true }));
    }

    /// Shows a menu; gives it back if it stays open.
    pub(super) fn show_menu(
        &mut self,
        ui: &mut Ui,
        frame: &Frame,
        mut menu: Menu,
        stops: &mut Stops,
        actions: &mut Vec<CanvasAction>,
    ) -> Option<Popover> {
        let mut is_open = true;
        let anchor = PopupAnchor::Position(menu.at);
        Popup::new(frame.response.id.with("menu"), ui.ctx().clone(), anchor, ui.layer_id())
            .kind(PopupKind::Menu)
            .open_bool(&mut is_open)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .style(menu_style)
            .layout(Layout::top_down_justified(Align::Min))
            .show(|ui| {
                ui.set_min_width(190.0);
                let mut entries = Entries { ui, stops };
                match menu.target {
                    Some(Selection::State(state)) => {
                        self.state_entries(&mut entries, frame, state, menu.at, actions);
                    }
                    Some(Selection::Output) => output_entries(&mut entries, frame, actions),
                    Some(Selection::Wire { .. }) | None => {
                        self.canvas_entries(&mut entries, frame, actions);
                    }
                }
                match menu.is_new {
                    true => stops.focus_first(ui),
                    false => stops.follow_keys(ui, None),
                }
            });
        // A popup's first frame measures it, with every entry disabled.
        menu.is_new &= stops.is_empty();
        is_open.then_some(Popover::Menu(menu))
    }

    fn state_entries(
        &mut self,
        entries: &mut Entries,
        frame: &Frame,
        state: StateName,
        at: Pos2,
        actions: &mut Vec<CanvasAction>,
    ) {
        if let Ok(block) = frame.input.cell.block(state) {
            for side in Side::BOTH {
                let text = format!("Change {side} operation…");
                let hint = "Pick another operation, or another state to read";
                if entries.show(&text, "", hint) {
                    self.open_picker(frame, state, side, at);
                }
            }
            entries.ui.separator();
            for combine in Combine::ALL.into_iter().filter(|combine| *combine != block.combine) {
                let shortcut = if combine == toggled(block.combine) { "C" } else { "" };
                if entries.show(combine_entry(combine), shortcut, combine.description()) {
                    actions.extend(frame.edited.set_combine(state, combine));
                }
            }
            if !frame.input.cell.concatenates() {
                entries.ui.separator();
            }
        }
        output_entries_of(entries, frame, state, actions);
        if !state.is_input() {
            entries.ui.separator();
            let hint = frame.input.cell.can_remove(state).err().map(|reason| reason.to_string());
            let hint = hint.unwrap_or_else(|| "Take this block out of the cell".to_owned());
            if entries.show("Remove block", "Delete", &hint) {
                actions.extend(frame.edited.remove(state));
            }
        }
    }

    fn canvas_entries(
        &mut self,
        entries: &mut Entries,
        frame: &Frame,
        actions: &mut Vec<CanvasAction>,
    ) {
        let newest = frame.input.cell.states().last().copied().unwrap_or(StateName::H);
        let end = if frame.input.cell.concatenates() { ", and puts it on the output" } else { "" };
        let hint = format!("Adds sep 3×3 of {newest} and identity of h{end}");
        if entries.show("Add block", "A", &hint) {
            self.ask_for_block(frame, actions);
        }
        entries.ui.separator();
        if entries.show("Fit to view", "F", "Show the whole cell") {
            self.fit();
        }
        let hint = "Train a small network of both cells with three seeds: a minute or two on a CPU";
        if entries.show("Train this cell", "", hint) {
            actions.push(CanvasAction::Train);
        }
        if entries.show("Reset layout", "", "Put every node back where the layout would have it") {
            actions.push(CanvasAction::ResetLayout);
        }
    }
}

/// What a combination is called in the menu of a block.
fn combine_entry(combine: Combine) -> &'static str {
    match combine {
        Combine::Add => "Add the sides",
        Combine::Concat => "Concatenate the sides",
        Combine::AddLayerNorm => "Add the sides, then layer norm",
        Combine::AddInstanceNorm => "Add the sides, then instance norm",
    }
}

/// Whether a state is an output, or which of four.
fn output_entries_of(
    entries: &mut Entries,
    frame: &Frame,
    state: StateName,
    actions: &mut Vec<CanvasAction>,
) {
    let output = frame.input.cell.output();
    if frame.input.cell.concatenates() {
        let (text, hint) = match output.contains(&state) {
            true => ("Take off the output", "The cell no longer concatenates this state"),
            false => ("Put on the output", "The cell concatenates this state too"),
        };
        if entries.show(text, "O", hint) {
            actions.extend(frame.edited.toggle_output(state));
        }
        return;
    }
    for (number, reader) in Cell::OUTPUT_READERS.iter().enumerate() {
        if output[number] != state {
            let hint = format!("{reader} reads {state} instead of {}", output[number]);
            if entries.show(&format!("Make it output {number}"), "", &hint) {
                actions.extend(frame.edited.make_output(state, number));
            }
        }
    }
}

fn output_entries(entries: &mut Entries, frame: &Frame, actions: &mut Vec<CanvasAction>) {
    let cell = frame.input.cell;
    if cell.concatenates() {
        let hint = "Concatenate exactly the blocks that no block reads, as the paper's text says";
        if entries.show("Use all unused states", "", hint) {
            actions.extend(frame.edited.use_unused());
        }
        entries.ui.separator();
    }
    let last = cell.output().len() - 1;
    let Entries { ui, stops } = entries;
    Grid::new("output order").num_columns(4).show(ui, |ui| {
        let mut small = |ui: &mut Ui, sign, name, enabled, reason| {
            let button = small(ui, sign, name, enabled, reason);
            stops.add(&button);
            button.clicked()
        };
        for (index, state) in cell.output().iter().enumerate() {
            ui.label(match cell.concatenates() {
                true => state.to_string(),
                false => format!("{index}: {state}, to {}", Cell::OUTPUT_READERS[index]),
            });
            let text = format!("Move {state} up");
            if small(ui, "⬆", text, index > 0, "It is the first already") {
                actions.extend(frame.edited.shift_output(*state, -1));
            }
            let text = format!("Move {state} down");
            if small(ui, "⬇", text, index < last, "It is the last already") {
                actions.extend(frame.edited.shift_output(*state, 1));
            }
            if cell.concatenates()
                && small(ui, "×", format!("Take {state} off the output"), true, "")
            {
                actions.extend(frame.edited.toggle_output(*state));
            }
            ui.end_row();
        }
    });
    if !cell.concatenates() {
        return;
    }
    let mut absent = cell.states();
    absent.retain(|state| !cell.output().contains(state));
    if !absent.is_empty() {
        entries.ui.separator();
    }
    for state in absent {
        let hint = format!("The cell concatenates {state} too");
        if entries.show(&format!("Put {state} on the output"), "", &hint) {
            actions.extend(frame.edited.toggle_output(state));
        }
    }
}

/// A button with a sign on it and words for it. These leave the menu open: an order is seldom
/// right after one step.
fn small(ui: &mut Ui, sign: &str, name: String, enabled: bool, reason: &str) -> Response {
    let button = ui.add_enabled(enabled, Button::new(sign).small());
    button.widget_info(|| WidgetInfo::labeled(WidgetType::Button, enabled, &name));
    button.on_hover_text(&name).on_disabled_hover_text(reason)
}

/// The entries of an open menu.
struct Entries<'a> {
    ui: &'a mut Ui,
    stops: &'a mut Stops,
}

impl Entries<'_> {
    /// Shows an entry; says whether it was chosen, which closes the menu.
    fn show(&mut self, text: &str, shortcut: &str, hint: &str) -> bool {
        let response = self.ui.add(Button::new(text).shortcut_text(shortcut)).on_hover_text(hint);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, text));
        self.stops.add(&response);
        if response.clicked() {
            self.ui.close_kind(UiKind::Menu);
        }
        response.clicked()
    }
}
