//! Naming a file by hand, where the desktop shows no file dialogs.

use std::path::{Path, PathBuf};

use eframe::egui::{self, Context, Id, Key, Label, Modal, RichText, Sides, TextEdit, Ui};

use crate::ui::dialogs::{Answer, DRAWING, FolderUse, Question, TRAINED, TRIALS};
use crate::ui::notices::sentence;
use crate::ui::theme;

/// The question, and what was typed so far.
pub struct TypedPath {
    question: Question,
    /// Why it is not asked in a dialog of the desktop.
    reason: String,
    text: String,
    /// What came of the last try.
    refusal: Option<String>,
    is_new: bool,
}

impl TypedPath {
    /// Asks `question`; `folder` is where files are likely to be.
    pub fn new(question: Question, reason: String, folder: &Path) -> Self {
        let text = match &question {
            Question::Open | Question::Folder(_) => folder.join("").display().to_string(),
            Question::SaveTrained => folder.join(TRAINED).display().to_string(),
            Question::SaveTrials => folder.join(TRIALS).display().to_string(),
            Question::SaveAs { name } => folder.join(name).display().to_string(),
            Question::SaveDrawing => folder.join(DRAWING).display().to_string(),
        };
        TypedPath { question, reason, text, refusal: None, is_new: true }
    }

    /// Asks again, after what was typed could not be used.
    pub fn refuse(&mut self, reason: String) {
        self.refusal = Some(sentence(&reason));
        self.is_new = true;
    }

    /// Draws the question. Returns the answer, once there is one.
    pub fn show(&mut self, ctx: &Context) -> Option<Answer> {
        let modal = Modal::new(Id::new("typed path")).show(ctx, |ui| {
            ui.set_width(520.0);
            let title = match self.question {
                Question::Open => "Open a file",
                Question::SaveAs { .. } => "Save as",
                Question::SaveDrawing => "Save drawing",
                Question::Folder(used) => used.title(),
                Question::SaveTrained => "Save trained weights",
                Question::SaveTrials => "Export trials",
            };
            ui.heading(title);
            ui.add(Label::new(RichText::new(self.reason.as_str()).weak()).wrap());
            ui.add_space(theme::GAP);
            let entered = self.field_ui(ui);
            if let Some(note) = self.note() {
                let text = RichText::new(format!("⚠ {note}")).color(theme::of(ui).warning);
                ui.add(Label::new(text).wrap());
            }
            ui.add_space(theme::GAP);
            self.buttons_ui(ui, entered)
        });
        let closed = modal.should_close().then_some(Answer::Nothing);
        modal.inner.or(closed)
    }

    /// Draws the field. Returns whether Enter was pressed in it.
    fn field_ui(&mut self, ui: &mut Ui) -> bool {
        let name = match self.question {
            Question::Open => "Path of an architecture, a picture or a weight file",
            Question::SaveAs { .. } | Question::SaveTrained | Question::SaveTrials => {
                "Path of the file to write"
            }
            Question::Folder(FolderUse::Run) => "Path of the folder, which is made if need be",
            Question::Folder(_) => "Path of the folder",
            Question::SaveDrawing => "Path of the PNG file to write",
        };
        let label = ui.label(name);
        let field = TextEdit::singleline(&mut self.text).desired_width(f32::INFINITY);
        let output = field.show(ui);
        let response = output.response.response.clone().labelled_by(label.id);
        if std::mem::take(&mut self.is_new) {
            response.request_focus();
            let mut state = output.state;
            let end = egui::text::CCursor::new(self.text.chars().count());
            state.cursor.set_char_range(Some(egui::text::CCursorRange::one(end)));
            state.store(ui.ctx(), response.id);
        }
        if response.changed() {
            self.refusal = None;
        }
        response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
    }

    /// What to know before saying yes.
    fn note(&self) -> Option<String> {
        self.refusal.clone().or_else(|| self.replaces().then(|| "This file exists already".into()))
    }

    fn replaces(&self) -> bool {
        let reads = matches!(self.question, Question::Open | Question::Folder(_));
        !reads && self.path().is_file()
    }

    fn buttons_ui(&self, ui: &mut Ui, entered: bool) -> Option<Answer> {
        let replaces = self.replaces();
        let text = match self.question {
            Question::Open => "Open",
            Question::Folder(_) => "Choose",
            _ if replaces => "Replace",
            _ => "Save",
        };
        let empty = self.text.trim().is_empty();
        let (_, answer) = Sides::new().show(
            ui,
            |_| {},
            |ui| {
                let done = ui.add_enabled(!empty, egui::Button::new(text));
                let done = done.on_disabled_hover_text("Type a path first");
                let cancel = ui.button("Cancel").on_hover_text("Go back to the document");
                // Enter replaces nothing: that is clicked, or reached by Tab.
                match (done.clicked() || (entered && !empty && !replaces), cancel.clicked()) {
                    (true, _) => Some(self.answer()),
                    (false, true) => Some(Answer::Nothing),
                    (false, false) => None,
                }
            },
        );
        answer
    }

    fn answer(&self) -> Answer {
        match self.question {
            Question::Open => Answer::Open(vec![self.path()]),
            Question::SaveAs { .. } => Answer::SaveAs(self.path()),
            Question::SaveDrawing => Answer::SaveDrawing(self.path()),
            Question::Folder(used) => Answer::Folder(used, self.path()),
            Question::SaveTrained => Answer::SaveTrained(self.path()),
            Question::SaveTrials => Answer::SaveTrials(self.path()),
        }
    }

    fn path(&self) -> PathBuf {
        let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
        expanded(self.text.trim(), home.map(PathBuf::from).as_deref())
    }
}

/// A typed path as shells read it: `~` is the user's folder, quotes around it are not part of it.
fn expanded(text: &str, home: Option<&Path>) -> PathBuf {
    let quoted = ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote)));
    let text = quoted.unwrap_or(text);
    match (text.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_shells_read_them() {
        let home = Some(Path::new("/home/me"));
        assert_eq!(expanded("~/a.json", home), Path::new("/home/me/a.json"));
        assert_eq!(expanded("'/tmp/a b.json'", home), Path::new("/tmp/a b.json"));
        assert_eq!(expanded("a~/b", home), Path::new("a~/b"));
        assert_eq!(expanded("~/a", None), Path::new("~/a"));
    }
}
