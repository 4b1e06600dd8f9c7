//! What the network takes the picture for.

use eframe::egui::{self, Align, Label, Layout, RichText, Ui};

use super::{Action, bar, heading};
use crate::engine::{PictureRun, Prediction, RunResult, Training};
use crate::format::{grouped, milliseconds, percent};
use crate::ui::command::Command;
use crate::ui::theme;

const SHOWN: usize = 5;

/// What the pane shows.
pub struct PredictionsInput<'a> {
    /// The last result.
    pub result: Option<&'a RunResult>,
    /// Whether it is that of the document as it is.
    pub current: bool,
    /// Whether a newer one is being computed.
    pub busy: bool,
    /// Groups of layers with weights in the network.
    pub groups: usize,
    /// Whether weights were published for the preset that it started from.
    pub is_published: bool,
}

/// Draws the pane.
pub fn show(ui: &mut Ui, input: &PredictionsInput<'_>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        heading(ui, "Prediction");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| freshness_ui(ui, input, actions));
    });
    let Some(result) = input.result else {
        let text =
            if input.busy { "The network is being built" } else { "Nothing was computed yet" };
        ui.weak(text);
        return;
    };
    training_ui(ui, &result.training, input, actions);
    let Some(run) = &result.run else {
        ui.weak("Open a picture to see what the network takes it for");
        return;
    };
    ui.scope(|ui| {
        if !input.current {
            ui.set_opacity(theme::OUTDATED);
        }
        ui.spacing_mut().item_spacing.y = 3.0;
        for prediction in run.predictions.iter().take(SHOWN) {
            prediction_ui(ui, prediction);
        }
        timing_ui(ui, run, result);
    });
    if result.training != Training::Untrained && !result.classes.is_empty() {
        knows_ui(ui, &result.classes);
    }
}

/// What a network that learned named classes can say, and what it cannot.
fn knows_ui(ui: &mut Ui, classes: &[String]) {
    let text = format!(
        "It knows {} things and takes everything else for one of them",
        grouped(classes.len() as u64)
    );
    ui.add(Label::new(RichText::new(text).small().weak()).wrap()).on_hover_text(format!(
        "It knows: {}\n\nFor photographs, fetch the ImageNet weights of NASNet-A Mobile or Large \
         (Weights > Get published weights), which brings the network too, or drop a file with them \
         on the window: those of Keras, timm, TF-slim or Cadene's collection",
        listed(classes)
    ));
}

fn freshness_ui(ui: &mut Ui, input: &PredictionsInput<'_>, actions: &mut Vec<Action>) {
    if input.result.is_none() || input.current {
        return;
    }
    if !input.busy {
        let again = ui.button(Command::Run.text()).on_hover_text(Command::Run.tooltip());
        if again.clicked() {
            actions.push(Action::Do(Command::Run));
        }
    }
    let (text, tooltip) = if input.busy {
        ("Updating…", "Below is the last result, until the new one is there")
    } else {
        ("Out of date", "Below is an earlier result; Run again computes a new one")
    };
    ui.label(RichText::new(text).color(theme::of(ui).warning)).on_hover_text(tooltip);
}

fn training_ui(
    ui: &mut Ui,
    training: &Training,
    input: &PredictionsInput<'_>,
    actions: &mut Vec<Action>,
) {
    let groups = input.groups;
    let text = match training {
        Training::Loaded => return,
        Training::Untrained => "Untrained: random weights, predictions mean nothing".to_owned(),
        Training::Partly { untrained } => {
            format!("{} of {groups} operations untrained after edits", untrained.len())
        }
    };
    let tooltip = match training {
        Training::Partly { untrained } => {
            format!("Random weights in {}", listed(untrained))
        }
        _ => "Drop a weight file (.h5, .keras, .pth, .safetensors) on the window to load trained weights, or \
              fetch a published one: Weights > Get published weights"
            .into(),
    };
    let colors = theme::of(ui);
    egui::Frame::new().fill(colors.raised).corner_radius(3).inner_margin(6).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let text = RichText::new(format!("⚠ {text}")).color(colors.warning);
        ui.add(Label::new(text).wrap()).on_hover_text(tooltip);
        if *training == Training::Untrained && input.is_published {
            let get = ui.button(Command::GetWeights.text());
            if get.on_hover_text(Command::GetWeights.tooltip()).clicked() {
                actions.push(Action::Do(Command::GetWeights));
            }
        }
    });
}

/// The first of many names.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 24;
    let first = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// A row whose ground is the bar, which leaves more room for what is below.
fn prediction_ui(ui: &mut Ui, prediction: &Prediction) {
    let size = egui::vec2(ui.available_width(), 22.0);
    let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    let colors = theme::of(ui);
    bar::paint_on(ui, rect, prediction.score, colors.chosen, colors.raised);
    let inside = egui::UiBuilder::new().max_rect(rect.shrink2(egui::vec2(6.0, 0.0)));
    let mut row = ui.new_child(inside.layout(Layout::right_to_left(Align::Center)));
    row.label(RichText::new(percent(prediction.score)).strong());
    row.with_layout(Layout::left_to_right(Align::Center), |ui| {
        ui.add(Label::new(prediction.label.as_str()).truncate())
            .on_hover_text(format!("Class {}: {}", prediction.class, prediction.label));
    });
}

fn timing_ui(ui: &mut Ui, run: &PictureRun, result: &RunResult) {
    let text = format!("{} on {}", milliseconds(run.forward_ms), result.device.name);
    ui.add(Label::new(RichText::new(text).small().weak()).wrap()).on_hover_text(format!(
        "Forward pass {}; building the network took {}",
        milliseconds(run.forward_ms),
        milliseconds(result.build_ms)
    ));
}
