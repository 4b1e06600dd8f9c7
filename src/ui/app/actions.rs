//! Doing what the user wants.

use std::sync::Arc;

use eframe::egui::{self, Context, ViewportCommand};

use super::{App, Leaving};
use crate::arch::{CellKind, Edit, EditError, Settings, zoo};
use crate::ui::canvas::CanvasAction;
use crate::ui::command::Command;
use crate::ui::dialogs::Question;
use crate::ui::notices::Severity;
use crate::ui::panes::Action;
use crate::ui::panes::menu::View;
use crate::ui::panes::questions::Choice;

impl App {
    pub(super) fn act(&mut self, ctx: &Context, action: Action) {
        match action {
            Action::Do(command) => self.run_command(ctx, command),
            Action::ShowCells => self.view = View::Cells,
            Action::Edit(edit) => self.edit(ctx, &edit, None),
            Action::Drag(edit) => self.edit(ctx, &edit, Some(self.gesture)),
            Action::Canvas(kind, action) => self.act_on_canvas(ctx, kind, action),
            Action::ShowSample(index) => {
                if let Some(picture) = self.picture.sample(index).cloned() {
                    self.show_picture(ctx, picture);
                }
            }
            Action::Preprocess(preprocessing) => {
                self.picture.set_preprocessing(preprocessing);
                self.work.changed(now(ctx), false);
            }
            Action::Drawn => {
                if self.picture.use_drawing(ctx) {
                    self.work.changed(now(ctx), false);
                }
            }
            Action::ShowUnit(unit) => self.activations.select(unit),
            Action::Dismiss(index) => self.notices.dismiss(index),
            Action::DismissAll => self.notices.dismiss_all(),
            Action::SwitchSettings(settings) => self.switch_settings(ctx, settings),
            Action::AskFolder(used) => self.ask_folder(ctx, used),
            Action::OpenTrial(place) => self.open_trial(ctx, place),
            Action::RemoveTrial(place) => self.trials.remove(place),
            Action::Fetch(file) => {
                let wake = ctx.clone();
                self.downloads.begin(file, Arc::new(move || wake.request_repaint()));
            }
            Action::StopFetching(file) => self.downloads.stop(file),
            Action::StopAndQuit(stops) => self.stop_and_quit(stops),
            Action::Unsaved(choice) => self.answer_unsaved(ctx, choice),
        }
    }

    fn run_command(&mut self, ctx: &Context, command: Command) {
        // Menus and palette offer nothing unavailable; a shortcut may ask for it.
        if self.unavailable(command).is_some() {
            return;
        }
        if needs_cells(command) {
            self.view = View::Cells;
        }
        match command {
            Command::Gallery => self.search_gallery(),
            Command::New(preset) => self.leave(ctx, Leaving::New(preset)),
            Command::Open => self.dialogs.ask(ctx, Question::Open),
            Command::Save => self.save(ctx),
            Command::SaveAs => self.ask_where_to_save(ctx),
            Command::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
            Command::Undo => self.travel(ctx, |app| app.workspace.undo()),
            Command::Redo => self.travel(ctx, |app| app.workspace.redo()),
            Command::Reset => self.edit(ctx, &Edit::Reset, None),
            Command::Copy(form) => self.copy(ctx, form),
            Command::Paste => self.ask_for_text(ctx),
            Command::Cell(command) => {
                self.canvases[self.cell as usize].command(command);
                ctx.request_repaint();
            }
            Command::FocusCell(kind) => {
                self.cell = kind;
                self.canvases[kind as usize].focus();
                ctx.request_repaint();
            }
            Command::Run => self.work.changed(now(ctx), false),
            Command::Cancel => self.work.cancel(),
            Command::ForgetWeights => self.work.forget_weights(),
            Command::GetWeights => {
                self.published_open = true;
                self.downloads.refresh();
            }
            Command::WeightsReport => self.weights_open = true,
            Command::Device(choice) => self.work.use_device(choice),
            Command::PreviousUnit => self.step_unit(-1),
            Command::NextUnit => self.step_unit(1),
            Command::Draw => self.toggle_pad(ctx),
            Command::UndoStroke => self.picture.pad_mut().undo(),
            Command::RedoStroke => self.picture.pad_mut().redo(),
            Command::ClearPad => self.picture.pad_mut().clear(),
            Command::SaveDrawing => self.dialogs.ask(ctx, Question::SaveDrawing),
            Command::Compare => self.compare.open = !self.compare.open,
            Command::Fit => self.canvases.iter_mut().for_each(|canvas| canvas.fit()),
            Command::ToggleSettings => self.panels.settings = !self.panels.settings,
            Command::ToggleResults => self.panels.results = !self.panels.results,
            Command::ToggleTable => self.panels.table = !self.panels.table,
            Command::Theme(theme) => ctx.set_theme(theme),
            Command::ZoomIn => egui::gui_zoom::zoom_in(ctx),
            Command::ZoomOut => egui::gui_zoom::zoom_out(ctx),
            Command::ZoomReset => ctx.set_zoom_factor(1.0),
            Command::Palette => {
                self.help_open = false;
                self.palette.toggle();
            }
            Command::Help => self.help_open = !self.help_open,
            other => self.run_training_command(ctx, other),
        }
    }

    /// Shows the gallery, ready to search in. Who asks for it while it is shown wants that too: were
    /// it to go, what is typed next would edit the cells.
    fn search_gallery(&mut self) {
        self.view = View::Gallery;
        self.gallery.open();
        // They would cover the cards; both are in the Weights menu.
        self.weights_open = false;
        self.published_open = false;
    }

    /// Shows the pad, with what was drawn before, or goes back to the last picture.
    fn toggle_pad(&mut self, ctx: &Context) {
        if self.picture.is_drawing() && self.panels.results {
            self.picture.leave_pad();
        } else {
            self.panels.results = true;
            self.picture.show_pad();
        }
        ctx.request_repaint();
    }

    pub(super) fn edit(&mut self, ctx: &Context, edit: &Edit, gesture: Option<u64>) {
        match self.workspace.apply(edit, gesture) {
            Ok(true) => self.work.changed(now(ctx), gesture.is_some()),
            Ok(false) => {}
            Err(error) => self.refuse(edit, &error),
        }
    }

    fn refuse(&mut self, edit: &Edit, error: &EditError) {
        if let Edit::Set(setting, _) = edit {
            self.settings.refuse(*setting, error.to_string());
            return;
        }
        self.notices.add(Severity::Warning, error.to_string());
    }

    fn travel(&mut self, ctx: &Context, step: impl FnOnce(&mut App) -> bool) {
        if step(self) {
            self.work.changed(now(ctx), false);
        }
    }

    fn act_on_canvas(&mut self, ctx: &Context, kind: CellKind, action: CanvasAction) {
        match action {
            CanvasAction::Edit(edit) => self.edit(ctx, &edit, None),
            CanvasAction::Moved { state, to } => {
                self.workspace.view_mut().positions_mut(kind).insert(state, to);
            }
            CanvasAction::Train => self.run_command(ctx, Command::TrainCell),
            CanvasAction::ResetLayout => self.workspace.view_mut().positions_mut(kind).clear(),
            // While something is dragged, the label at the pointer has said it.
            CanvasAction::Refused(_) if is_dropped(ctx) => {}
            CanvasAction::Refused(text) => self.notices.add(Severity::Warning, text),
        }
    }

    fn step_unit(&mut self, by: isize) {
        if let Some(result) = self.work.result() {
            self.activations.step(result, by);
        }
    }

    /// Takes the settings that a weight file fits and reads the file again.
    fn switch_settings(&mut self, ctx: &Context, settings: Settings) {
        self.edit(ctx, &Edit::SetSettings(settings), None);
        if *self.workspace.architecture().settings() != settings {
            return;
        }
        if let Some(weights) = self.work.weights() {
            let path = weights.path.clone();
            self.work.load_weights(path, self.workspace.architecture().clone(), false);
        }
    }

    /// Leaves the document, after asking where that would lose something.
    pub(super) fn leave(&mut self, ctx: &Context, leaving: Leaving) {
        if self.workspace.is_unsaved() {
            self.leaving = Some(leaving);
        } else {
            self.go(ctx, leaving);
        }
    }

    fn answer_unsaved(&mut self, ctx: &Context, choice: Choice) {
        let Some(leaving) = self.leaving.take() else { return };
        match choice {
            Choice::Cancel => {}
            Choice::Discard => self.go(ctx, leaving),
            Choice::Save => {
                self.after_save = Some(leaving);
                self.save(ctx);
            }
        }
    }

    pub(super) fn go(&mut self, ctx: &Context, leaving: Leaving) {
        match leaving {
            Leaving::New(preset) => {
                if let Some(network) = zoo::architecture(preset) {
                    self.replace(ctx, crate::arch::Document::new(network), None);
                }
            }
            Leaving::Open(path, document) => self.replace(ctx, *document, path),
            Leaving::Quit if self.training.is_running() => self.asks_about_training = true,
            Leaving::Quit => {
                self.closing = true;
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
        }
    }
}

/// Whether what a command does shows among the cells only.
fn needs_cells(command: Command) -> bool {
    matches!(
        command,
        Command::Cell(_)
            | Command::FocusCell(_)
            | Command::Fit
            | Command::Draw
            | Command::PreviousUnit
            | Command::NextUnit
            | Command::Undo
            | Command::Redo
            | Command::Reset
    )
}

/// Whether a drag ended in this frame.
fn is_dropped(ctx: &Context) -> bool {
    ctx.input(|input| input.pointer.any_released() && !input.pointer.any_click())
}

/// The window's clock, in seconds.
pub(super) fn now(ctx: &Context) -> f64 {
    ctx.input(|input| input.time)
}
