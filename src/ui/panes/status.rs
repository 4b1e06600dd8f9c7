//! Where, how long, with which weights, and what is being done.

use eframe::egui::{self, Align, Layout, ProgressBar, RichText, Spinner, Ui};

use super::Action;
use crate::engine::Training;
use crate::format::milliseconds;
use crate::ui::command::Command;
use crate::ui::notices::sentence;
use crate::ui::opening::file_name;
use crate::ui::theme;
use crate::ui::work::Work;

/// Draws the bar.
///
/// `idle` is said where nothing is being done.
pub fn show(
    ui: &mut Ui,
    work: &Work,
    reading: bool,
    idle: Option<&str>,
    actions: &mut Vec<Action>,
) {
    ui.horizontal_centered(|ui| {
        device_ui(ui, work);
        ui.separator();
        time_ui(ui, work);
        ui.separator();
        weights_ui(ui, work, actions);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            activity_ui(ui, work, reading, idle, actions);
        });
    });
}

fn device_ui(ui: &mut Ui, work: &Work) {
    match work.device() {
        Some(device) => {
            let text = format!("Device {}", device.name);
            ui.label(text).on_hover_text(format!(
                "{}. Asked for: {}. Compute > Device changes it",
                sentence(&device.why),
                device.choice
            ));
        }
        None => {
            ui.weak("Looking for a device");
        }
    }
}

fn time_ui(ui: &mut Ui, work: &Work) {
    let run = work.result().and_then(|result| Some((result, result.run.as_ref()?)));
    match run {
        Some((result, run)) => {
            // A result stays with the device that it came from.
            let elsewhere = work.device().is_some_and(|device| device.name != result.device.name);
            let device = if elsewhere { format!(" on {}", result.device.name) } else { "".into() };
            let text = format!("Last run {}{device}", milliseconds(run.forward_ms));
            ui.label(text).on_hover_text(format!(
                "Forward pass for one picture on {}; building the network took {}",
                result.device.name,
                milliseconds(result.build_ms)
            ));
        }
        None => {
            ui.weak("No run yet");
        }
    }
}

fn weights_ui(ui: &mut Ui, work: &Work, actions: &mut Vec<Action>) {
    let training = work.result().map(|result| &result.training);
    match work.weights() {
        Some(weights) => {
            let name = file_name(&weights.path);
            let text = match training {
                Some(Training::Partly { .. }) => format!("Weights {name}, partly untrained"),
                Some(Training::Loaded) => format!("Weights {name}"),
                Some(Training::Untrained) | None if work.is_busy() => {
                    format!("Untrained, {name} is being loaded")
                }
                Some(Training::Untrained) | None => format!("Untrained, {name} is not in use"),
            };
            let link = ui.link(text).on_hover_text(Command::WeightsReport.tooltip());
            if link.clicked() {
                actions.push(Action::Do(Command::WeightsReport));
            }
        }
        None => {
            let text = match training {
                Some(Training::Loaded) => "Trained weights",
                Some(Training::Partly { .. }) => "Trained weights, partly untrained",
                Some(Training::Untrained) | None => "Untrained: seeded weights",
            };
            ui.label(text).on_hover_text(
                "Drop a weight file (.h5, .keras, .pth, .safetensors) on the window to load trained weights, or fetch a \
                 published one: Weights > Get published weights",
            );
        }
    }
}

fn activity_ui(
    ui: &mut Ui,
    work: &Work,
    reading: bool,
    idle: Option<&str>,
    actions: &mut Vec<Action>,
) {
    let Some(activity) = work.activity() else {
        if reading {
            ui.label("Reading a file");
        } else if !work.is_busy() && !work.is_current() {
            let text = RichText::new("Not computed").color(theme::of(ui).warning);
            ui.label(text).on_hover_text("The network as it is now has no result: Run again");
        } else {
            ui.weak(idle.unwrap_or("Ready"));
        }
        return;
    };
    let cancel = ui.add_enabled(work.can_cancel(), egui::Button::new("Cancel"));
    cancel.widget_info(|| {
        let name = Command::Cancel.text();
        egui::WidgetInfo::labeled(egui::WidgetType::Button, work.can_cancel(), name)
    });
    let cancel = cancel
        .on_hover_text(Command::Cancel.tooltip())
        .on_disabled_hover_text("Being cancelled already");
    if cancel.clicked() {
        actions.push(Action::Do(Command::Cancel));
    }
    match work.progress().filter(|progress| progress.total > 0) {
        Some(progress) => {
            let share = progress.done as f32 / progress.total as f32;
            let text = RichText::new(format!("{} / {}", progress.done, progress.total)).small();
            let bar = ProgressBar::new(share).desired_width(140.0).text(text);
            ui.add(bar.fill(theme::of(ui).chosen));
        }
        // Turns only while the engine computes: an idle window sleeps.
        None => {
            ui.add(Spinner::new().size(14.0));
        }
    }
    ui.label(activity);
}
