//! Files: opened, dropped, saved; and the question about unsaved changes.

use std::path::{Path, PathBuf};

use eframe::egui::{Context, ViewportCommand};

use super::actions::now;
use super::{App, Leaving};
use crate::arch::Document;
use crate::engine::WeightsReport;
use crate::files;
use crate::ui::dialogs::{Answer, Question};
use crate::ui::notices::Severity;
use crate::ui::opening::{OpenPicture, Opened, file_name};
use crate::ui::panes::menu::View;
use crate::ui::panes::typed_path::TypedPath;
use crate::ui::workspace::Workspace;

impl App {
    /// Takes in the files that have been read.
    pub(super) fn receive_opened(&mut self, ctx: &Context) {
        while let Some(opened) = self.opener.poll() {
            match opened {
                Opened::Document(path, document) => self.leave(ctx, Leaving::Open(path, document)),
                Opened::Weights { path, with_document } => {
                    let architecture = self.workspace.architecture().clone();
                    self.work.load_weights(path, architecture, !with_document);
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
        if index == 0 && self.picture.open().is_none() && !self.picture.is_drawing() {
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
        self.opener.open(ctx, dropped);
    }

    /// Takes in what the user said in a file dialog.
    pub(super) fn receive_answers(&mut self, ctx: &Context) {
        while let Some(answer) = self.dialogs.poll() {
            self.receive_answer(ctx, answer);
        }
    }

    /// Does what was answered. A typed path that cannot be used is asked for again.
    pub(super) fn receive_answer(&mut self, ctx: &Context, answer: Answer) {
        let mut typed = self.typed_path.take();
        match answer {
            Answer::Open(paths) => {
                if let (Some(question), Some(missing)) =
                    (&mut typed, paths.iter().find(|path| !path.exists()))
                {
                    question.refuse(format!("{} does not exist", missing.display()));
                    self.typed_path = typed;
                    return;
                }
                self.opener.open(ctx, paths);
            }
            Answer::SaveAs(path) => {
                let after = self.after_save.take();
                match (self.save_to(&with_extension(path, "json")), typed) {
                    (Ok(()), _) => self.finish_saving(ctx, after),
                    (Err(error), Some(mut question)) => {
                        question.refuse(error);
                        self.typed_path = Some(question);
                        self.after_save = after;
                    }
                    (Err(error), None) => self.notices.add(Severity::Error, error),
                }
            }
            Answer::SaveDrawing(path) => {
                let saved = self.save_drawing(&with_extension(path, "png"));
                self.accept(saved, typed);
            }
            Answer::Folder(used, path) => {
                let used = self.receive_folder(ctx, used, &path);
                self.accept(used, typed);
            }
            Answer::SaveTrained(path) => {
                let saved = self.save_trained(&with_extension(path, "safetensors"));
                self.accept(saved, typed);
            }
            Answer::SaveTrials(path) => {
                let saved = self.save_trials(&with_extension(path, "csv"));
                self.accept(saved, typed);
            }
            Answer::Nothing => self.after_save = None,
            Answer::NoDialog { question, reason } => {
                self.typed_path = Some(TypedPath::new(question, reason, &self.folder()));
            }
        }
    }

    /// Tells what could not be done: in the question, where the path was typed.
    fn accept(&mut self, done: Result<(), String>, typed: Option<TypedPath>) {
        match (done, typed) {
            (Ok(()), _) => {}
            (Err(error), Some(mut question)) => {
                question.refuse(error);
                self.typed_path = Some(question);
            }
            (Err(error), None) => self.notices.add(Severity::Error, error),
        }
    }

    /// Where the user's files are likely to be: beside the document, or where we were started.
    fn folder(&self) -> PathBuf {
        let beside = self.workspace.path().and_then(Path::parent).map(Path::to_owned);
        let here = || std::env::current_dir().unwrap_or_default();
        beside.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(here)
    }

    pub(super) fn save(&mut self, ctx: &Context) {
        match self.workspace.path().map(Path::to_owned) {
            Some(path) => {
                let after = self.after_save.take();
                match self.save_to(&path) {
                    Ok(()) => self.finish_saving(ctx, after),
                    Err(error) => self.notices.add(Severity::Error, error),
                }
            }
            None => self.ask_where_to_save(ctx),
        }
    }

    pub(super) fn ask_where_to_save(&mut self, ctx: &Context) {
        let name = self.workspace.suggested_name();
        self.dialogs.ask(ctx, Question::SaveAs { name });
    }

    fn save_to(&mut self, path: &Path) -> Result<(), String> {
        self.workspace.save(path).map_err(|error| format!("not saved: {error}"))?;
        self.said = Some(format!("Saved {}", file_name(path)));
        Ok(())
    }

    fn save_drawing(&mut self, path: &Path) -> Result<(), String> {
        let png = self.picture.pad().picture().to_png()?;
        let written = files::write_atomic(path, &png);
        written.map_err(|error| format!("the drawing is not saved: {error}"))?;
        self.said = Some(format!("Saved {}", file_name(path)));
        Ok(())
    }

    fn finish_saving(&mut self, ctx: &Context, after: Option<Leaving>) {
        if let Some(leaving) = after {
            self.go(ctx, leaving);
        }
    }

    /// Opens the network that a weight file brings, unless that would lose something: then the
    /// report on the file offers it.
    pub(super) fn take_network(&mut self, ctx: &Context, report: &WeightsReport) {
        let Some(network) = &report.architecture else { return };
        if network != self.workspace.architecture() && !self.workspace.is_unsaved() {
            self.replace(ctx, Document::new((**network).clone()), None);
            self.work.took_network();
            self.said = Some(format!("Opened the network of {}", file_name(&report.path)));
        }
    }

    /// Opens another document in place of this one.
    pub(super) fn replace(&mut self, ctx: &Context, document: Document, path: Option<PathBuf>) {
        self.workspace = Workspace::new(document, path);
        if self.view == View::Gallery {
            self.view = View::Cells;
        }
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
        } else if self.training.is_running() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.asks_about_training = !self.quits_after_training;
        }
    }
}

/// A document without an extension would not be found again by the dialogs.
fn with_extension(path: PathBuf, extension: &str) -> PathBuf {
    if path.extension().is_some() { path } else { path.with_extension(extension) }
}
