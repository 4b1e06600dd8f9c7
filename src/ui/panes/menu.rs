//! The menu bar.

use eframe::egui::{Button, MenuBar, Ui};

use super::Action;
use super::palette::PaletteEntry;
use crate::ui::canvas::CellCommand;
use crate::ui::command::{Command, Menu};

/// Draws the menus from `entries`; `chosen` says which commands are in force.
pub fn show(
    ui: &mut Ui,
    entries: &[PaletteEntry],
    chosen: impl Fn(Command) -> bool,
    actions: &mut Vec<Action>,
) {
    MenuBar::new().ui(ui, |ui| {
        for menu in Menu::ALL {
            ui.menu_button(menu.label(), |ui| {
                ui.set_min_width(220.0);
                let mut last = None;
                for entry in entries.iter().filter(|entry| entry.command.menu() == menu) {
                    let group = group(entry.command);
                    if last.is_some_and(|last| last != group) {
                        ui.separator();
                    }
                    last = Some(group);
                    entry_ui(ui, entry, chosen(entry.command), actions);
                }
            });
        }
    });
}

/// Commands of different groups have a line between them.
fn group(command: Command) -> u8 {
    match command {
        Command::FocusCell(_) => 0,
        Command::Cell(CellCommand::ResetLayout) => 2,
        Command::Cell(_) => 1,
        Command::New(_) | Command::Undo | Command::Redo | Command::Run | Command::Cancel => 0,
        Command::Open | Command::Reset | Command::WeightsReport | Command::ForgetWeights => 1,
        Command::Save | Command::SaveAs | Command::Device(_) => 2,
        Command::PreviousUnit | Command::NextUnit => 3,
        Command::Compare | Command::Fit => 4,
        Command::ToggleSettings | Command::ToggleResults | Command::ToggleTable => 5,
        Command::Theme(_) => 6,
        Command::ZoomIn | Command::ZoomOut | Command::ZoomReset => 7,
        Command::Quit | Command::Palette | Command::Help => 8,
    }
}

fn entry_ui(ui: &mut Ui, entry: &PaletteEntry, chosen: bool, actions: &mut Vec<Action>) {
    // A sign, since colour alone would not be seen by everyone.
    let text = if chosen { format!("✔ {}", entry.text) } else { entry.text.clone() };
    let mut button = Button::new(text);
    if let Some(keys) = entry.command.shortcuts().first() {
        button = button.shortcut_text(ui.ctx().format_shortcut(keys));
    } else if let Some(key) = entry.command.key_on_cell() {
        button = button.shortcut_text(key);
    }
    let item = ui.add_enabled(entry.unavailable.is_none(), button);
    let item = match &entry.unavailable {
        Some(reason) => item.on_disabled_hover_text(reason),
        None => item.on_hover_text(entry.command.tooltip()),
    };
    if item.clicked() {
        actions.push(Action::Do(entry.command));
        ui.close();
    }
}
