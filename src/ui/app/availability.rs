//! What can be done now, and why not.

use eframe::egui::{Context, ThemePreference};

use super::App;
use crate::ui::command::Command;
use crate::ui::panes::menu::View;
use crate::ui::panes::palette::PaletteEntry;

impl App {
    /// Every command as menus and palette show it at this moment.
    pub(super) fn entries(&self) -> Vec<PaletteEntry> {
        let entry = |command| PaletteEntry {
            command,
            text: self.text(command),
            unavailable: self.unavailable(command),
        };
        Command::all().into_iter().map(entry).collect()
    }

    fn text(&self, command: Command) -> String {
        let labelled = |label: Option<&str>| match label {
            Some(label) => format!("{} “{label}”", command.text()),
            None => command.text(),
        };
        match command {
            Command::Undo => labelled(self.workspace.undo_label()),
            Command::Redo => labelled(self.workspace.redo_label()),
            Command::Cell(_) => format!("{} – {} cell", command.text(), self.cell),
            _ => command.text(),
        }
    }

    /// Why a command cannot be done now, if so.
    pub(super) fn unavailable(&self, command: Command) -> Option<String> {
        let unless = |possible: bool, reason: &str| (!possible).then(|| reason.to_owned());
        match command {
            Command::Open | Command::SaveAs => {
                let open = self.dialogs.is_open() || self.typed_path.is_some();
                unless(!open, "A file dialog is open already")
            }
            Command::Save => {
                let possible = self.workspace.is_unsaved() || self.workspace.path().is_none();
                unless(possible, "Everything is saved")
            }
            Command::Undo => {
                unless(self.workspace.undo_label().is_some(), "There is nothing to undo")
            }
            Command::Redo => {
                unless(self.workspace.redo_label().is_some(), "There is nothing to redo")
            }
            Command::Reset => match self.workspace.preset() {
                None => Some(format!(
                    "The network started from {:?}, which is no preset of this program",
                    self.workspace.architecture().preset()
                )),
                Some(preset) => unless(
                    preset.architecture != *self.workspace.architecture(),
                    "The network is as in its preset",
                ),
            },
            Command::Cell(command) => {
                let cell = self.workspace.architecture().cell(self.cell);
                self.canvases[self.cell as usize].unavailable(cell, command)
            }
            Command::Cancel => unless(self.work.can_cancel(), "Nothing is being computed"),
            Command::ForgetWeights | Command::WeightsReport => {
                unless(self.work.weights().is_some(), "No weight file is loaded")
            }
            Command::UndoStroke
            | Command::RedoStroke
            | Command::ClearPad
            | Command::SaveDrawing => {
                let open = self.dialogs.is_open() || self.typed_path.is_some();
                match self.picture.unavailable(command) {
                    None if open && command == Command::SaveDrawing => {
                        Some("A file dialog is open already".to_owned())
                    }
                    reason => reason.map(str::to_owned),
                }
            }
            Command::ToggleSettings | Command::ToggleTable if self.view == View::Gallery => {
                Some("The gallery is shown; go back to the cells first".to_owned())
            }
            Command::ToggleSettings | Command::ToggleResults | Command::ToggleTable => {
                let hidden = self.view == View::Training;
                unless(!hidden, "The training is shown; go back to the cells first")
            }
            Command::Copy(form) => self.cannot_write(form),
            Command::PreviousUnit | Command::NextUnit => {
                let run = self.work.result().and_then(|result| result.run.as_ref());
                unless(run.is_some(), "There are no activations: open a picture")
            }
            _ => self.training_unavailable(command),
        }
    }

    /// Whether a command names a choice that is in force.
    pub(super) fn is_in_force(&self, ctx: &Context, command: Command) -> bool {
        match command {
            Command::Device(choice) => choice == self.work.choice(),
            Command::Theme(theme) => theme == theme_preference(ctx),
            Command::ToggleSettings => self.panels.settings,
            Command::ToggleResults => self.panels.results,
            Command::ToggleTable => self.panels.table,
            Command::Compare => self.compare.open,
            Command::Train => self.view == View::Training,
            Command::Draw => self.picture.is_drawing(),
            _ => false,
        }
    }
}

fn theme_preference(ctx: &Context) -> ThemePreference {
    ctx.options(|options| options.theme_preference)
}
