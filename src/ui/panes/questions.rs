//! Questions that must be answered before anything else.

use eframe::egui::{Context, Id, Modal, Sides};

use super::Action;

/// What to do with unsaved changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Save them, then go on.
    Save,
    /// Go on without them.
    Discard,
    /// Do not go on.
    Cancel,
}

/// Asks whether to close the window while a training is going on; `folder` says whether it is saved.
pub fn training(ctx: &Context, folder: bool, actions: &mut Vec<Action>) {
    let modal = Modal::new(Id::new("training")).show(ctx, |ui| {
        ui.set_width(380.0);
        ui.heading("Stop training?");
        ui.add_space(6.0);
        ui.label(match folder {
            true => "A training is going on. A checkpoint is written to its run folder first",
            false => "A training is going on, without a run folder: what it has learned is lost",
        });
        ui.add_space(10.0);
        Sides::new().show(
            ui,
            |_| {},
            |ui| {
                let stop = ui.button("Stop and quit").on_hover_text("End training and program");
                let stay = ui.button("Keep training").on_hover_text("Go back to the window");
                if ui.memory(|memory| memory.focused().is_none()) {
                    stay.request_focus();
                }
                if stop.clicked() || stay.clicked() {
                    actions.push(Action::StopAndQuit(stop.clicked()));
                }
            },
        );
    });
    if modal.should_close() {
        actions.push(Action::StopAndQuit(false));
    }
}

/// Asks what to do with the unsaved changes of the document `name`.
pub fn unsaved(ctx: &Context, name: &str, actions: &mut Vec<Action>) {
    let modal = Modal::new(Id::new("unsaved")).show(ctx, |ui| {
        ui.set_width(380.0);
        ui.heading("Save changes?");
        ui.add_space(6.0);
        ui.label(format!("{name} has changes that are not saved"));
        ui.add_space(10.0);
        let choose = |chosen: bool, choice| chosen.then_some(choice);
        let (discard, other) = Sides::new().show(
            ui,
            |ui| {
                let discard = ui.button("Discard").on_hover_text("Lose the changes");
                choose(discard.clicked(), Choice::Discard)
            },
            |ui| {
                let save = ui.button("Save").on_hover_text("Save the changes, then go on");
                let cancel = ui.button("Cancel").on_hover_text("Go back to the document");
                // Enter saves, as nothing is lost by it.
                if ui.memory(|memory| memory.focused().is_none()) {
                    save.request_focus();
                }
                choose(save.clicked(), Choice::Save).or(choose(cancel.clicked(), Choice::Cancel))
            },
        );
        actions.extend(discard.or(other).map(Action::Unsaved));
    });
    if modal.should_close() {
        actions.push(Action::Unsaved(Choice::Cancel));
    }
}
