//! Files: opened, dropped, saved; and the question about unsaved changes.

use std::path::{Path, PathBuf};

use eframe::egui::{Context, ViewportCommand};

use super::actions::now;
use super::{App, Leaving};
use crate::arch::Document;
use crate::ui::dialogs::{Answer, Question};
use crate::ui::notices::Severity;
use crate::ui::opening::{OpenPicture, Opened};
use crate::ui::workspace::Workspace;

impl App {
    /// Takes in the files that have been read.
    pub(super) fn receive_opened(&mut self, ctx: &Context) {
        while let Some(opened) = self.opener.poll() {
            match opened {
                Opened::Document(path, document) => self.leave(ctx, Leaving::Open(path, document)),
                Opened::Weights(path) => {
                    self.work.load_weights(path, self.workspace.architecture().clone());
                }
                Opened::Picture(picture) => self.show_picture(ctx, picture),
                Opened::Sample(index, picture) => self.receive_sample(ctx, index, picture),
                Opened::Failed(text) => self.notices.add(Severity::Error, text),
            }
        }
    }

    fn receive_sample(&mut self, ctx: &Context, index: usize, picture: OpenPicture) {
        self.picture.set_sample(ctx, index, picture.clone());
        // So that a newcomer sees at once what the program does.
        if index == 0 && self.picture.open().is_none() {
            self.show_picture(ctx, picture);
        }
    }

    pub(super) fn show_picture(&mut self, ctx: &Context, picture: OpenPicture) {
        self.picture.set_open(ctx, picture);
        self.work.changed(now(ctx), false);
    }

    pub(super) fn receive_dropped(&mut self, ctx: &Context) {
        let dropped: Vec<PathBuf> = ctx.input_mut(|input| {
            let files = std::mem::take(&mut input.raw.dropped_files);
            files.iter().map(|file| file.path().to_owned()).collect()
        });
        for path in dropped {
            self.opener.open(ctx, path);
        }
    }

    /// Takes in what the user said in a file dialog.
    pub(super) fn receive_answers(&mut self, ctx: &Context) {
        while let Some(answer) = self.dialogs.poll() {
            match answer {
                Answer::Open(paths) => {
                    for path in paths {
                        self.opener.open(ctx, path);
                    }
                }
                Answer::SaveAs(path) => self.save_to(ctx, &with_extension(path)),
                Answer::Nothing => self.after_save = None,
                Answer::Failed(text) => {
                    self.after_save = None;
                    self.notices.add(Severity::Error, text);
                }
            }
        }
    }

    pub(super) fn save(&mut self, ctx: &Context) {
        match self.workspace.path().map(Path::to_owned) {
            Some(path) => self.save_to(ctx, &path),
            None => self.ask_where_to_save(ctx),
        }
    }

    pub(super) fn ask_where_to_save(&mut self, ctx: &Context) {
        let name = self.workspace.suggested_name();
        self.dialogs.ask(ctx, Question::SaveAs { name });
    }

    fn save_to(&mut self, ctx: &Context, path: &Path) {
        match self.workspace.save(path) {
            Ok(()) => {
                if let Some(leaving) = self.after_save.take() {
                    self.go(ctx, leaving);
                }
            }
            Err(error) => {
                self.after_save = None;
                self.notices.add(Severity::Error, format!("not saved: {error}"));
            }
        }
    }

    /// Opens another document in place of this one.
    pub(super) fn replace(&mut self, ctx: &Context, document: Document, path: Option<PathBuf>) {
        self.workspace = Workspace::new(document, path);
        for canvas in &mut self.canvases {
            canvas.select(None);
            canvas.fit();
        }
        self.work.changed(now(ctx), false);
    }

    /// Keeps the window open while closing it would lose something.
    pub(super) fn guard_closing(&mut self, ctx: &Context) {
        if !ctx.input(|input| input.viewport().close_requested()) || self.closing {
            return;
        }
        if self.workspace.is_unsaved() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.leaving = Some(Leaving::Quit);
        }
    }
}

/// A document without an extension would not be found again by the dialogs.
fn with_extension(path: PathBuf) -> PathBuf {
    if path.extension().is_some() { path } else { path.with_extension("json") }
}
