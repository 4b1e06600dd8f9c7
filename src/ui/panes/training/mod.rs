//! The training: its settings, its course, what it came to, and the table of cells that were tried.

mod confusion;
mod curves;
mod form;
mod run;
mod samples;
mod trials;

use std::path::Path;

use eframe::egui::{Button, Response, Ui};

use super::Action;
use crate::ui::command::Command;
use crate::ui::training::{Form, TrainingWork, Trials};
use crate::ui::workspace::Analysis;

/// The commands that the pane has buttons for.
pub const COMMANDS: [Command; 8] = [
    Command::StartTraining,
    Command::PauseTraining,
    Command::StopTraining,
    Command::ResumeTraining,
    Command::TrainCell,
    Command::UseTrained,
    Command::SaveTrained,
    Command::ExportTrials,
];

/// What the pane shows.
pub struct TrainingInput<'a> {
    /// The training asked for last.
    pub work: &'a TrainingWork,
    /// The open document.
    pub analysis: &'a Analysis,
    /// The weight file in use.
    pub weights: Option<&'a Path>,
    /// Why each of [`COMMANDS`] cannot be done now, if so.
    pub unavailable: &'a [(Command, Option<String>)],
}

/// What is shown beside the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    #[default]
    Run,
    Trials,
}

/// The pane.
#[derive(Default)]
pub struct TrainingPane {
    /// What the user has set.
    pub form: Form,
    tab: Tab,
    samples: samples::Samples,
    sketches: trials::Sketches,
}

impl TrainingPane {
    /// Shows the course of the run.
    pub fn show_run(&mut self) {
        self.tab = Tab::Run;
    }

    /// Shows the table of trials.
    pub fn show_trials(&mut self) {
        self.tab = Tab::Trials;
    }

    /// Draws the settings.
    pub fn form_ui(&mut self, ui: &mut Ui, input: &TrainingInput<'_>, actions: &mut Vec<Action>) {
        form::show(ui, &mut self.form, input, actions);
    }

    /// Draws what is beside them.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        input: &TrainingInput<'_>,
        trials: &mut Trials,
        actions: &mut Vec<Action>,
    ) {
        ui.horizontal(|ui| {
            let count = trials.list().len();
            let names =
                [(Tab::Run, "Course".to_owned()), (Tab::Trials, format!("Cells tried ({count})"))];
            for (tab, name) in names {
                let tooltip = match tab {
                    Tab::Run => "How the training goes, and what came of it",
                    Tab::Trials => "What short trainings of each cell came to",
                };
                if ui.selectable_label(self.tab == tab, name).on_hover_text(tooltip).clicked() {
                    self.tab = tab;
                }
            }
        });
        ui.separator();
        match self.tab {
            Tab::Run => run::show(ui, &mut self.samples, input, actions),
            Tab::Trials => trials::show(ui, &mut self.sketches, input, trials, actions),
        }
    }
}

/// A button for a command, disabled with its reason where it cannot be done.
fn command_button(
    ui: &mut Ui,
    input: &TrainingInput<'_>,
    command: Command,
    text: &str,
    actions: &mut Vec<Action>,
) -> Response {
    let entry = input.unavailable.iter().find(|(known, _)| *known == command);
    let reason = entry.and_then(|(_, reason)| reason.as_deref());
    let button = ui.add_enabled(reason.is_none(), Button::new(text));
    let button =
        button.on_hover_text(command.tooltip()).on_disabled_hover_text(reason.unwrap_or_default());
    if button.clicked() {
        actions.push(Action::Do(command));
    }
    button
}

/// A time as people say it.
pub fn duration(seconds: f64) -> String {
    match seconds {
        ..99.5 => format!("{seconds:.0} s"),
        ..5970.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        let texts = [0.2, 99.0, 100.0, 5400.0, 6000.0, 90_000.0].map(duration);
        assert_eq!(texts, ["0 s", "99 s", "2 min", "90 min", "1.7 h", "25.0 h"]);
    }
}
