//! The menu bar.

use eframe::egui::{
    Align, AtomExt as _, Button, Layout, MenuBar, RectAlign, Response, ScrollArea, TextStyle,
    Tooltip, Ui, WidgetInfo, WidgetType, vec2,
};

use super::Action;
use super::palette::PaletteEntry;
use crate::ui::canvas::CellCommand;
use crate::ui::command::{Command, Menu};

/// Width of the sign before an entry in force.
const MARK: f32 = 12.0;

/// What the middle of the window shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Networks to start from.
    Gallery,
    /// The cells of the open network.
    #[default]
    Cells,
    /// How it learns.
    Training,
}

/// Draws the menus from `entries`; `chosen` says which commands are in force, `view` what the
/// window shows, `training` what the training's tab is called.
pub fn show(
    ui: &mut Ui,
    entries: &[PaletteEntry],
    chosen: impl Fn(Command) -> bool,
    view: View,
    training: &str,
    actions: &mut Vec<Action>,
) {
    MenuBar::new().ui(ui, |ui| {
        for menu in Menu::ALL {
            ui.menu_button(menu.label(), |ui| {
                ui.set_min_width(220.0);
                // Where one entry can be in force, all leave room for its sign.
                let marks = entries
                    .iter()
                    .any(|entry| entry.command.menu() == menu && chosen(entry.command));
                let height = ui.ctx().content_rect().height() - 80.0;
                let area = ScrollArea::vertical().max_height(height);
                // A menu would otherwise be scrolled from a height that egui gives to every popup.
                area.min_scrolled_height(height).show(ui, |ui| {
                    let mut last = None;
                    let own = |entry: &&PaletteEntry| {
                        entry.command.menu() == menu && entry.command.is_listed()
                    };
                    for entry in entries.iter().filter(own) {
                        let group = group(entry.command);
                        if last.is_some_and(|last| last != group) {
                            ui.separator();
                        }
                        last = Some(group);
                        let mark = marks.then(|| chosen(entry.command));
                        entry_ui(ui, entry, mark, actions);
                    }
                });
            });
        }
        views_ui(ui, view, training, actions);
    });
}

/// The choice between gallery, cells and training, at the right end of the bar.
fn views_ui(ui: &mut Ui, view: View, training: &str, actions: &mut Vec<Action>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let views = [
            (View::Training, training, "How a network learns, and which cells learn best"),
            (View::Cells, "Cells", "The cells of the network, and what it makes of a picture"),
            (View::Gallery, "Gallery", "Published networks to start from"),
        ];
        for (shown, name, tooltip) in views {
            // The cells are behind whichever of the other two is shown.
            let keys = |command: Command| ui.ctx().format_shortcut(&command.shortcuts()[0]);
            let (action, keys) = match (shown, view) {
                (View::Gallery, _) => (Action::Do(Command::Gallery), keys(Command::Gallery)),
                (View::Cells, View::Gallery) => (Action::ShowCells, "Escape".to_owned()),
                _ => (Action::Do(Command::Train), keys(Command::Train)),
            };
            let tab = ui.selectable_label(shown == view, name);
            if tab.on_hover_text(format!("{tooltip} ({keys})")).clicked() && shown != view {
                actions.push(action);
            }
        }
    });
}

/// Commands of different groups have a line between them.
fn group(command: Command) -> u8 {
    match command {
        Command::FocusCell(_) => 0,
        Command::Cell(CellCommand::ResetLayout) => 2,
        Command::Cell(_) => 1,
        Command::Gallery | Command::New(_) => 0,
        Command::Undo | Command::Redo | Command::Run | Command::Cancel => 0,
        Command::GetWeights => 0,
        Command::Open | Command::Reset | Command::WeightsReport | Command::ForgetWeights => 1,
        Command::Save | Command::SaveAs | Command::Device(_) => 2,
        Command::Copy(_) | Command::Paste => 2,
        Command::UndoStroke | Command::RedoStroke | Command::ClearPad => 3,
        Command::SaveDrawing | Command::Draw => 3,
        Command::PreviousUnit | Command::NextUnit => 3,
        Command::Train => 0,
        Command::StartTraining | Command::ResumeTraining => 1,
        Command::PauseTraining | Command::StopTraining => 1,
        Command::UseTrained | Command::SaveTrained => 2,
        Command::TrainCell | Command::ExportTrials => 3,
        Command::Compare | Command::Fit => 4,
        Command::ToggleSettings | Command::ToggleResults | Command::ToggleTable => 5,
        Command::Theme(_) => 6,
        Command::ZoomIn | Command::ZoomOut | Command::ZoomReset => 7,
        Command::Quit | Command::Palette | Command::Help => 8,
    }
}

/// Draws an entry; `mark` says whether it is in force, in a menu with such entries.
fn entry_ui(ui: &mut Ui, entry: &PaletteEntry, mark: Option<bool>, actions: &mut Vec<Action>) {
    // A sign, since colour alone would not be seen by everyone.
    let mut button = match mark {
        None => Button::new(entry.text.as_str()),
        Some(chosen) => {
            let sign = if chosen { "✔" } else { " " };
            Button::new((
                sign.atom_size(vec2(MARK, ui.text_style_height(&TextStyle::Button))),
                entry.text.as_str(),
            ))
        }
    };
    if let Some(keys) = entry.command.shortcuts().first() {
        button = button.shortcut_text(ui.ctx().format_shortcut(keys));
    } else if let Some(key) = entry.command.key_on_cell() {
        button = button.shortcut_text(key);
    }
    let item = ui.add_enabled(entry.unavailable.is_none(), button);
    item.widget_info(|| {
        let (kind, enabled) = (WidgetType::Button, entry.unavailable.is_none());
        match mark {
            Some(true) => WidgetInfo::selected(kind, enabled, true, &entry.text),
            _ => WidgetInfo::labeled(kind, enabled, &entry.text),
        }
    });
    tooltip_ui(&item, entry.unavailable.as_deref().unwrap_or(entry.command.tooltip()));
    if item.clicked() {
        actions.push(Action::Do(entry.command));
        ui.close();
    }
}

/// Beside the entry: below it, the tooltip would cover the next one.
fn tooltip_ui(item: &Response, text: &str) {
    let mut tooltip =
        if item.enabled() { Tooltip::for_enabled(item) } else { Tooltip::for_disabled(item) };
    tooltip.popup = tooltip.popup.align(RectAlign::RIGHT_START).align_alternatives(&[]);
    tooltip.show(|ui| {
        ui.label(text);
    });
}
