//! The state of the window, and the order of things in a frame.

mod actions;
mod availability;
mod escape;
mod files;
mod layout;
mod text;
mod training;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{self, Context, Id, Ui};

use crate::arch::{CellKind, Document, Side, StateName};
use crate::data::drawing::Drawing;
use crate::data::samples::Sample;
use crate::engine::{Engine, TrainingResult, start_training};
use crate::ui::canvas::CellCanvas;
use crate::ui::command::Command;
use crate::ui::dialogs::Dialogs;
use crate::ui::downloads::Downloads;
use crate::ui::hashing::Hashing;
use crate::ui::notices::{Notices, Severity};
use crate::ui::opening::Opener;
use crate::ui::panes::Action;
use crate::ui::panes::activations::ActivationsPane;
use crate::ui::panes::compare::ComparePane;
use crate::ui::panes::gallery::GalleryPane;
use crate::ui::panes::menu::View;
use crate::ui::panes::palette::CommandPalette;
use crate::ui::panes::paste::PastePane;
use crate::ui::panes::picture::PicturePane;
use crate::ui::panes::settings::SettingsPane;
use crate::ui::panes::training::TrainingPane;
use crate::ui::panes::typed_path::TypedPath;
use crate::ui::theme;
use crate::ui::training::{TrainingWork, Trials};
use crate::ui::work::{Outcome, Work};
use crate::ui::workspace::Workspace;
use crate::weights::published::Source;

/// What the window opens with.
pub struct Start {
    /// The document.
    pub document: Document,
    /// The document's file, if it came from one.
    pub path: Option<PathBuf>,
    /// Weights, pictures and architectures to open.
    pub files: Vec<PathBuf>,
    /// Pictures that come with the program; the first is shown where `files` has none.
    pub samples: Vec<Sample>,
}

/// Which panels are shown.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Panels {
    /// Settings and totals.
    pub settings: bool,
    /// Picture, prediction, activations.
    pub results: bool,
    /// Cost of each cell.
    pub table: bool,
    /// The networks to start from, when the program is started without files.
    pub gallery: bool,
    /// The normal cell's share of the place for cells: above the reduction cell, and beside it.
    pub shares: [f32; 2],
}

impl Default for Panels {
    fn default() -> Self {
        // Above each other, the normal cell has more rows to show.
        Panels { settings: true, results: true, table: true, gallery: true, shares: [0.54, 0.5] }
    }
}

/// What waits for the answer to "save changes?".
enum Leaving {
    New(&'static str),
    /// A document, with the file that it came from.
    Open(Option<PathBuf>, Box<Document>),
    Quit,
}

/// The window.
pub struct App {
    workspace: Workspace,
    work: Work,
    notices: Notices,
    dialogs: Dialogs,
    opener: Opener,
    canvases: [CellCanvas; 2],
    settings: SettingsPane,
    picture: PicturePane,
    activations: ActivationsPane,
    compare: ComparePane,
    training: TrainingWork,
    trials: Trials,
    train_pane: TrainingPane,
    /// The trained network in use, whose file may last only as long as this.
    used_network: Option<Arc<TrainingResult>>,
    view: View,
    gallery: GalleryPane,
    downloads: Downloads,
    hashing: Hashing,
    /// Whether the published weight files are shown.
    published_open: bool,
    /// The text that is being checked.
    paste: Option<PastePane>,
    /// Whether the question is open what becomes of the training when the window closes.
    asks_about_training: bool,
    /// Whether the window closes when the training has ended.
    quits_after_training: bool,
    palette: CommandPalette,
    panels: Panels,
    help_open: bool,
    weights_open: bool,
    /// The sides of blocks that are untrained in the last result, by kind of cell.
    untrained: [BTreeSet<(StateName, Side)>; 2],
    /// The question that is open, and one whose "save" asks for a file.
    leaving: Option<Leaving>,
    after_save: Option<Leaving>,
    closing: bool,
    /// Where the desktop shows no file dialogs.
    typed_path: Option<TypedPath>,
    /// What was done last and shows nowhere else; a later action replaces it.
    said: Option<String>,
    /// The canvas that commands for a cell go to: the one that was used last.
    cell: CellKind,
    /// The widget that had the keyboard last.
    focused: Option<Id>,
    /// Edits between two numbers belong to one drag.
    gesture: u64,
    title: String,
    /// The unit whose row of the cost table was last scrolled into view.
    revealed: String,
    /// What to do in the first frame, which brings the context.
    start: Option<Vec<PathBuf>>,
}

impl App {
    /// A window on a document, with an engine to compute for it.
    pub fn new(engine: Engine, start: Start) -> Self {
        App {
            workspace: Workspace::new(start.document, start.path),
            work: Work::new(engine),
            notices: Notices::default(),
            dialogs: Dialogs::of_system(),
            opener: Opener::default(),
            canvases: CellKind::BOTH.map(CellCanvas::new),
            settings: SettingsPane::default(),
            picture: PicturePane::new(&start.samples),
            activations: ActivationsPane::default(),
            compare: ComparePane::default(),
            training: TrainingWork::new(Box::new(start_training)),
            trials: Trials::default(),
            train_pane: TrainingPane::default(),
            used_network: None,
            view: View::default(),
            gallery: GalleryPane::default(),
            downloads: Downloads::new(Source::default()),
            hashing: Hashing::default(),
            published_open: false,
            paste: None,
            asks_about_training: false,
            quits_after_training: false,
            palette: CommandPalette::default(),
            panels: Panels::default(),
            help_open: false,
            weights_open: false,
            untrained: Default::default(),
            leaving: None,
            after_save: None,
            closing: false,
            typed_path: None,
            said: None,
            cell: CellKind::Normal,
            focused: None,
            gesture: 0,
            title: String::new(),
            revealed: String::new(),
            start: Some(start.files),
        }
    }

    /// Asks for files in another way.
    pub fn with_dialogs(self, dialogs: Dialogs) -> Self {
        App { dialogs, ..self }
    }

    /// Fetches published weights from and to elsewhere.
    pub fn with_source(self, source: Source) -> Self {
        App { downloads: Downloads::new(source), ..self }
    }

    /// Which panels are shown, to keep until the next start.
    pub fn panels(&self) -> Panels {
        self.panels
    }

    /// Shows other panels.
    pub fn set_panels(&mut self, panels: Panels) {
        self.panels = panels;
    }

    /// Shows the networks to start from in place of the cells.
    pub fn show_gallery(&mut self) {
        self.view = View::Gallery;
    }

    /// The open document.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The conversation with the engine.
    pub fn work(&self) -> &Work {
        &self.work
    }

    /// What went wrong and was not dismissed.
    pub fn notices(&self) -> &Notices {
        &self.notices
    }

    /// The unit whose activations are shown, and the channel that is enlarged.
    pub fn activation(&self) -> (&str, Option<usize>) {
        (self.activations.unit(), self.activations.channel())
    }

    /// What is drawn on the pad, and whether the pad is shown.
    pub fn drawing(&self) -> (&Drawing, bool) {
        (self.picture.pad().drawing(), self.picture.is_drawing())
    }

    /// Whether a file is being read.
    pub fn is_reading(&self) -> bool {
        self.opener.is_busy()
    }

    /// Whether nothing is being read or computed.
    pub fn is_settled(&self) -> bool {
        self.start.is_none() && !self.work.is_busy() && !self.opener.is_busy()
    }

    /// Shows the window and does what the user wants.
    pub fn ui(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        if let Some(files) = self.start.take() {
            self.begin(&ctx, files);
        }
        self.gesture += u64::from(ctx.input(|input| input.pointer.any_pressed()));
        self.listen(&ctx);
        self.receive_dropped(&ctx);
        self.guard_closing(&ctx);
        let mut actions = Vec::new();
        let question_open = self.leaving.is_some()
            || self.typed_path.is_some()
            || self.paste.is_some()
            || self.asks_about_training;
        self.keep_place(&ctx);
        if !question_open {
            self.escape(&ctx);
            self.receive_pasted(&ctx);
        }
        // A question keeps its own keys.
        let pressed = (!question_open).then(|| Command::pressed(&ctx));
        if let Some(command) = pressed.flatten() {
            let on_pad = self.panels.results && self.picture.has_keyboard(&ctx);
            actions.push(Action::Do(if on_pad { command.on_pad() } else { command }));
        }
        self.request_run(&ctx);
        self.layout(ui, &mut actions);
        self.focused = ctx.memory(|memory| memory.focused()).or(self.focused);
        let acted = !actions.is_empty();
        if acted {
            self.said = None;
        }
        for action in actions {
            self.act(&ctx, action);
        }
        if acted {
            // What was drawn is from before.
            ctx.request_repaint();
        }
        self.update_title(&ctx);
    }

    fn begin(&mut self, ctx: &Context, files: Vec<PathBuf>) {
        theme::install(ctx);
        let samples: Vec<_> = self.picture.samples().collect();
        for (index, sample) in samples.into_iter().enumerate() {
            self.opener.decode(ctx, index, sample);
        }
        self.opener.open(ctx, files);
    }

    fn listen(&mut self, ctx: &Context) {
        let now = ctx.input(|input| input.time);
        for outcome in self.work.poll(now) {
            match outcome {
                Outcome::Weights { report, take_network } => {
                    self.weights_open = true;
                    let wake = ctx.clone();
                    self.hashing.begin(&report.path, Arc::new(move || wake.request_repaint()));
                    if take_network {
                        self.take_network(ctx, &report);
                    }
                }
                Outcome::Failed(message) => self.notices.add(Severity::Error, message),
                Outcome::Result => self.update_untrained(),
            }
        }
        self.hashing.poll();
        let arrived = self.downloads.poll();
        if !arrived.is_empty() {
            // The report on the file takes its place, unless others are still to come.
            self.published_open &= self.downloads.is_busy();
            self.opener.open(ctx, arrived);
        }
        self.listen_to_training(ctx);
        self.receive_opened(ctx);
        self.receive_answers(ctx);
    }

    fn update_untrained(&mut self) {
        let Some(result) = self.work.result() else { return };
        let of = |kind| self.workspace.untrained(kind, &result.training);
        self.untrained = CellKind::BOTH.map(of);
    }

    /// Asks the engine for the run that is due, or wakes up when it is.
    fn request_run(&mut self, ctx: &Context) {
        // The first run should already have the picture that is being read.
        if self.work.result().is_none() && self.opener.is_busy() && !self.work.can_cancel() {
            return;
        }
        let now = ctx.input(|input| input.time);
        let picture = self.picture.open().map(|open| open.picture.clone());
        let architecture = self.workspace.architecture().clone();
        // A drawing is as square as the input: there is nothing to choose.
        let chosen = self.picture.preprocessing().filter(|_| !self.picture.is_drawing());
        let wait = self.work.run_if_due(now, &architecture, picture.as_ref(), chosen);
        if let Some(wait) = wait {
            ctx.request_repaint_after_secs(wait as f32);
        }
    }

    fn update_title(&mut self, ctx: &Context) {
        let title = self.workspace.title();
        if title != self.title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }
}
