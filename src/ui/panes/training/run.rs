//! The course of a training.

use eframe::egui::{Align, Label, Layout, ProgressBar, RichText, ScrollArea, Ui};

use super::samples::Samples;
use super::{TrainingInput, command_button, confusion, curves, duration};
use crate::engine::TrainingStart;
use crate::format::grouped;
use crate::ui::command::Command;
use crate::ui::notices::sentence;
use crate::ui::panes::{Action, heading};
use crate::ui::theme;
use crate::ui::training::Stage;

/// Wider than this, samples and confusion stand beside each other.
const BESIDE: f32 = 760.0;

/// Draws the course.
pub fn show(
    ui: &mut Ui,
    samples: &mut Samples,
    input: &TrainingInput<'_>,
    actions: &mut Vec<Action>,
) {
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        state_ui(ui, input, actions);
        let work = input.work;
        let Some(start) = work.start() else { return };
        ui.add_space(theme::GAP);
        curves::show(ui, work.points(), start);
        ui.add_space(theme::GAP);
        if ui.available_width() >= BESIDE {
            ui.columns(2, |columns| {
                samples.show(&mut columns[0], start, work.answers());
                confusion::show(&mut columns[1], input, start);
            });
        } else {
            samples.show(ui, start, work.answers());
            ui.add_space(theme::GAP);
            confusion::show(ui, input, start);
        }
    });
}

/// What is going on, and what can be done about it.
pub fn state_ui(ui: &mut Ui, input: &TrainingInput<'_>, actions: &mut Vec<Action>) {
    let work = input.work;
    match work.stage() {
        Stage::Idle => {
            empty_ui(ui);
            return;
        }
        Stage::Preparing { what, .. } => {
            heading(ui, &title(input));
            ui.weak(what);
        }
        Stage::Running => {
            let state = match (work.is_stopping(), work.is_paused()) {
                (true, _) => " – stopping",
                (_, true) => " – paused",
                _ => "",
            };
            heading(ui, &format!("{}{state}", title(input)));
        }
        Stage::Finished(result) => {
            let test = &result.outcome.test;
            heading(ui, &format!("{:.2}% of the test pictures right", 100.0 * test.accuracy));
            let text = format!(
                "{} pictures that it never saw; loss {:.3}; {} of training",
                grouped(test.pictures as u64),
                test.loss,
                duration(work.points().last().map_or(0.0, |point| point.seconds)),
            );
            ui.weak(text);
        }
        Stage::TrialFinished => {
            heading(ui, "The trial is done: Cells tried has what it came to");
        }
        Stage::Stopped => {
            heading(ui, "Stopped");
            ui.weak(stopped_text(input));
        }
        Stage::Failed(text) => {
            heading(ui, "The training ended early");
            let text = RichText::new(format!("⚠ {}", sentence(text)));
            ui.add(Label::new(text.color(theme::of(ui).error)).wrap());
        }
    }
    if let Some(start) = work.start() {
        ui.add(Label::new(RichText::new(described(start)).weak()).wrap());
    }
    if work.is_running() {
        progress_ui(ui, input);
    }
    buttons_ui(ui, input, actions);
}

fn title(input: &TrainingInput<'_>) -> String {
    match (input.work.trial(), input.work.start()) {
        (Some(trial), _) => {
            let count = trial.count();
            let name = trial.architecture.name();
            format!("Trying the cells of {name}, seed {} of {count}", (trial.done + 1).min(count))
        }
        (None, Some(start)) => format!("Training {}", start.architecture.name()),
        (None, None) => "Preparing the training".to_owned(),
    }
}

fn stopped_text(input: &TrainingInput<'_>) -> String {
    match input.work.start().map(|start| &start.folder) {
        Some(Some(folder)) => {
            format!(
                "Resume run folder… goes on from the checkpoint in {}, where its network so far is too",
                folder.display()
            )
        }
        _ if input.work.trial().is_some() => "Seeds that were done are in the table".to_owned(),
        _ => "It had no run folder, so that nothing is left of it".to_owned(),
    }
}

fn described(start: &TrainingStart) -> String {
    let [train, validation, test] = start.pictures.map(|count| grouped(count as u64));
    let skipped = match start.skipped {
        0 => String::new(),
        count => format!(" ({} files skipped)", grouped(count as u64)),
    };
    format!(
        "{} parameters learn {} classes of {}: {train} pictures{skipped}, {validation} to validate, {test} to test; {}",
        grouped(start.parameters),
        start.classes.len(),
        start.source,
        start.device,
    )
}

fn empty_ui(ui: &mut Ui) {
    ui.with_layout(Layout::top_down(Align::Center), |ui| {
        ui.add_space((ui.available_height() * 0.3).min(160.0));
        heading(ui, "No training yet");
        ui.weak("Start training teaches the open network the pictures chosen on the left");
        ui.weak("Its course, what it answers and what it confuses then show here");
    });
}

fn progress_ui(ui: &mut Ui, input: &TrainingInput<'_>) {
    let work = input.work;
    let text = match (work.stage(), work.start(), work.points().last()) {
        (Stage::Running, Some(start), Some(point)) => {
            let left = work.left().map(|left| duration(left.as_secs_f64()));
            let left = left.map_or(String::new(), |left| format!(" · {left} left"));
            format!(
                "Epoch {:.1} of {} · {:.0} pictures/s{left}",
                point.epoch, start.recipe.epochs, point.pictures_per_second
            )
        }
        (Stage::Running, ..) => "The first steps are being done".to_owned(),
        _ => String::new(),
    };
    ui.add(ProgressBar::new(work.share()).desired_height(18.0).text(text));
}

fn buttons_ui(ui: &mut Ui, input: &TrainingInput<'_>, actions: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        if input.work.is_running() {
            let text = if input.work.is_paused() { "Go on" } else { "Pause" };
            command_button(ui, input, Command::PauseTraining, text, actions);
            command_button(ui, input, Command::StopTraining, "Stop", actions);
        } else if input.work.result().is_some() {
            command_button(ui, input, Command::UseTrained, "Use this network", actions);
            command_button(ui, input, Command::SaveTrained, "Save weights…", actions);
        }
    });
}
