//! What the user wants of a training.

use std::path::Path;
use std::sync::Arc;

use eframe::egui::{Context, ViewportCommand};

use super::App;
use crate::arch::Edit;
use crate::engine::{TrainingRequest, TrialRequest};
use crate::files;
use crate::ui::command::Command;
use crate::ui::dialogs::{FolderUse, Question};
use crate::ui::notices::Severity;
use crate::ui::opening::file_name;
use crate::ui::panes::menu::View;
use crate::ui::training::{News, Stage, StartTraining, TrainingWork, Trials};

/// The largest weight file that is copied: far more than any network here has.
const MOST_BYTES: u64 = 4 << 30;

impl App {
    /// Trains in another way.
    pub fn with_training(self, starter: StartTraining) -> Self {
        App { training: TrainingWork::new(starter), ..self }
    }

    /// The training asked for last.
    pub fn training(&self) -> &TrainingWork {
        &self.training
    }

    /// The cells that were tried.
    pub fn trials(&self) -> &Trials {
        &self.trials
    }

    /// Takes over cells that were tried before.
    pub fn set_trials(&mut self, trials: Trials) {
        self.trials = trials;
    }

    /// Why a command of the training cannot be done now, if so.
    pub(super) fn training_unavailable(&self, command: Command) -> Option<String> {
        let running = self.training.is_running();
        let busy = || running.then(|| "A training is going on; stop it first".to_owned());
        let idle = || (!running).then(|| "No training is going on".to_owned());
        let dialog = || {
            let open = self.dialogs.is_open() || self.typed_path.is_some();
            open.then(|| "A file dialog is open already".to_owned())
        };
        match command {
            Command::StartTraining => busy().or_else(|| self.train_pane.form.problem()),
            Command::TrainCell => busy(),
            Command::ResumeTraining => busy().or_else(dialog),
            Command::PauseTraining | Command::StopTraining => {
                let stopping = self.training.is_stopping();
                idle().or_else(|| stopping.then(|| "It is being stopped".to_owned()))
            }
            Command::UseTrained => self.no_result(),
            Command::SaveTrained => self.no_result().or_else(dialog),
            Command::ExportTrials => {
                let empty = self.trials.list().is_empty();
                empty.then(|| "No cell has been trained yet".to_owned()).or_else(dialog)
            }
            _ => None,
        }
    }

    fn no_result(&self) -> Option<String> {
        let none = self.training.result().is_none();
        none.then(|| "There is no trained network: a training has to come to its end".to_owned())
    }

    /// Does a command of the training.
    pub(super) fn run_training_command(&mut self, ctx: &Context, command: Command) {
        match command {
            Command::Train if self.view == View::Training => self.view = View::Cells,
            Command::Train => self.view = View::Training,
            Command::StartTraining => {
                let weights = self.work.weights().map(|weights| weights.path.as_path());
                let architecture = self.workspace.architecture();
                let request = self.train_pane.form.request(architecture, weights);
                self.begin_training(ctx, TrainingRequest::Run(Box::new(request)));
            }
            Command::TrainCell => {
                let architecture = self.workspace.architecture().clone();
                let known = self.trials.of(&architecture);
                let seeds =
                    known.map_or(crate::train::first_seeds(), crate::train::Trial::next_seeds);
                self.train_pane.show_trials();
                let request = TrialRequest { architecture, seeds };
                self.begin_training(ctx, TrainingRequest::Trial(request));
            }
            Command::PauseTraining => self.training.toggle_pause(),
            Command::StopTraining => self.training.stop(),
            Command::ResumeTraining => self.ask_folder(ctx, FolderUse::Resume),
            Command::UseTrained => self.use_trained(),
            Command::SaveTrained => self.dialogs.ask(ctx, Question::SaveTrained),
            Command::ExportTrials => self.dialogs.ask(ctx, Question::SaveTrials),
            _ => {}
        }
        ctx.request_repaint();
    }

    fn begin_training(&mut self, ctx: &Context, request: TrainingRequest) {
        self.view = View::Training;
        if !matches!(request, TrainingRequest::Trial(_)) {
            self.train_pane.show_run();
        }
        let wake = ctx.clone();
        let wake = Arc::new(move || wake.request_repaint());
        self.training.begin(self.work.choice(), request, wake);
    }

    pub(super) fn ask_folder(&mut self, ctx: &Context, used: FolderUse) {
        self.dialogs.ask(ctx, Question::Folder(used));
    }

    /// Uses a folder as it was asked for.
    pub(super) fn receive_folder(
        &mut self,
        ctx: &Context,
        used: FolderUse,
        path: &Path,
    ) -> Result<(), String> {
        if used != FolderUse::Run && !path.is_dir() {
            return Err(format!("{} is no folder", path.display()));
        }
        match used {
            FolderUse::Pictures => {
                self.train_pane.form.pictures_folder = path.display().to_string();
            }
            FolderUse::Run => self.train_pane.form.run_folder = path.display().to_string(),
            FolderUse::Resume => {
                self.begin_training(ctx, TrainingRequest::Resume(path.to_owned()));
            }
        }
        Ok(())
    }

    /// Takes in what the training has said.
    pub(super) fn listen_to_training(&mut self, ctx: &Context) {
        for news in self.training.poll() {
            match news {
                News::Seed(architecture, result) => {
                    if let Err(error) = self.trials.add(&architecture, result) {
                        self.notices.add(Severity::Error, error.to_string());
                    }
                }
                News::Failed(text) => self.notices.add(Severity::Error, text),
            }
        }
        if self.quits_after_training && !self.training.is_running() {
            self.quits_after_training = false;
            if let Stage::Failed(_) = self.training.stage() {
                // What went wrong is to be read before the window goes.
                return;
            }
            self.closing = true;
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
    }

    /// Opens the trained network, which can be undone, and loads its weights.
    fn use_trained(&mut self) {
        let Some(result) = self.training.result().cloned() else { return };
        if *result.architecture != **self.workspace.architecture() {
            let network = Box::new((*result.architecture).clone());
            if let Err(error) = self.workspace.apply(&Edit::Open(network), None) {
                self.notices.add(Severity::Error, error.to_string());
                return;
            }
        }
        let architecture = self.workspace.architecture().clone();
        self.work.load_weights(result.file.clone(), architecture, false);
        self.used_network = Some(result);
        self.view = View::Cells;
    }

    pub(super) fn save_trained(&mut self, path: &Path) -> Result<(), String> {
        let Some(result) = self.training.result() else {
            return Err("there is no trained network".to_owned());
        };
        let written = files::read(&result.file, MOST_BYTES)
            .and_then(|bytes| files::write_atomic(path, &bytes));
        written.map_err(|error| format!("the trained network is not saved: {error}"))?;
        self.said = Some(format!("Saved {}", file_name(path)));
        Ok(())
    }

    pub(super) fn save_trials(&mut self, path: &Path) -> Result<(), String> {
        let written = files::write_atomic(path, self.trials.to_csv().as_bytes());
        written.map_err(|error| format!("the table is not saved: {error}"))?;
        self.said = Some(format!("Saved {}", file_name(path)));
        Ok(())
    }

    /// Puts the cells of a trial into the editor.
    pub(super) fn open_trial(&mut self, ctx: &Context, place: usize) {
        let Some(trial) = self.trials.list().get(place) else { return };
        let network = Box::new(trial.network.clone());
        self.edit(ctx, &Edit::Open(network), None);
        self.view = View::Cells;
    }

    /// Stops the training and then closes the window, or does neither.
    pub(super) fn stop_and_quit(&mut self, stops: bool) {
        self.asks_about_training = false;
        if stops {
            self.training.stop();
            self.quits_after_training = true;
        }
    }

    /// What the training's tab is called.
    pub(super) fn training_title(&self) -> String {
        let percent = (self.training.share() * 100.0).floor();
        match self.training.stage() {
            Stage::Running if self.training.is_paused() => "Training, paused".to_owned(),
            Stage::Running => format!("Training {percent:.0}%"),
            Stage::Preparing { .. } => "Training, preparing".to_owned(),
            _ => "Training".to_owned(),
        }
    }
}
