//! What every unit of the network computes of the picture.

use std::sync::Arc;

use eframe::egui::{
    self, ComboBox, EventFilter, Key, Modifiers, RichText, Sense, Stroke, StrokeKind, Ui,
};

use super::channel::{self, Enlarged};
use super::montage::{Atlas, Grid};
use super::{Action, heading};
use crate::engine::{Activation, RunResult};
use crate::format::percent;
use crate::ui::command::Command;
use crate::ui::theme;

/// The height that the montage keeps to where it can.
const HEIGHT: f32 = 300.0;

/// The unit and channel that are shown, and their textures.
pub struct ActivationsPane {
    unit: String,
    channel: Option<usize>,
    atlas: Option<(Arc<RunResult>, String, Atlas)>,
    enlarged: Option<Enlarged>,
}

impl Default for ActivationsPane {
    fn default() -> Self {
        ActivationsPane { unit: "stem".into(), channel: None, atlas: None, enlarged: None }
    }
}

/// The activations of a result; none if it had no picture.
fn activations(result: &RunResult) -> &[Activation] {
    result.run.as_ref().map_or(&[], |run| run.activations.as_slice())
}

impl ActivationsPane {
    /// The unit that is shown.
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// The channel that is enlarged.
    pub fn channel(&self) -> Option<usize> {
        self.channel
    }

    /// Shows another unit.
    pub fn select(&mut self, unit: String) {
        if unit != self.unit {
            self.unit = unit;
            self.channel = None;
        }
    }

    /// Shows the unit that comes `by` after this one, around the ends.
    pub fn step(&mut self, result: &RunResult, by: isize) {
        let list = activations(result);
        if list.is_empty() {
            return;
        }
        let index = list.iter().position(|activation| activation.path == self.unit);
        let next = match index {
            Some(index) => index.wrapping_add_signed(by).wrapping_add(list.len()) % list.len(),
            None => 0,
        };
        self.select(list[next].path.clone());
    }

    /// Draws the pane.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        result: Option<&Arc<RunResult>>,
        current: bool,
        actions: &mut Vec<Action>,
    ) {
        heading(ui, "Activations");
        let Some(result) = result.filter(|result| !activations(result).is_empty()) else {
            ui.weak("Open a picture to see what each cell computes of it");
            return;
        };
        self.picker_ui(ui, result, actions);
        let list = activations(result);
        let Some(activation) = list.iter().find(|activation| activation.path == self.unit) else {
            ui.weak(match self.unit.as_str() {
                "head" => "The head computes the prediction above",
                _ => "The last result has no such unit",
            });
            return;
        };
        ui.scope(|ui| {
            if !current {
                ui.set_opacity(theme::OUTDATED);
            }
            statistics_ui(ui, activation);
            let channels = activation.shape[0];
            self.channel = self.channel.filter(|channel| *channel < channels);
            if let Some(channel) = self.channel {
                self.channel = channel::show(ui, &mut self.enlarged, result, activation, channel);
            }
            self.montage_ui(ui, result, activation);
        });
    }

    fn picker_ui(&self, ui: &mut Ui, result: &RunResult, actions: &mut Vec<Action>) {
        ui.horizontal(|ui| {
            for (text, command) in [("◀", Command::PreviousUnit), ("▶", Command::NextUnit)] {
                let button = ui.button(text).on_hover_text(format!(
                    "{} ({})",
                    command.tooltip(),
                    ui.ctx().format_shortcut(&command.shortcuts()[0])
                ));
                button.widget_info(|| {
                    egui::WidgetInfo::labeled(egui::WidgetType::Button, true, command.text())
                });
                if button.clicked() {
                    actions.push(Action::Do(command));
                }
            }
            let combo = ComboBox::from_id_salt("unit")
                .width(ui.available_width())
                .selected_text(self.unit.as_str())
                .height(320.0)
                .show_ui(ui, |ui| {
                    for activation in activations(result) {
                        let chosen = activation.path == self.unit;
                        if ui.selectable_label(chosen, activation.path.as_str()).clicked() {
                            actions.push(Action::ShowUnit(activation.path.clone()));
                        }
                    }
                });
            combo.response.widget_info(|| {
                let mut info = egui::WidgetInfo::labeled(
                    egui::WidgetType::ComboBox,
                    true,
                    "Unit whose activations are shown",
                );
                info.current_text_value = Some(self.unit.clone());
                info
            });
        });
    }

    fn montage_ui(&mut self, ui: &mut Ui, result: &Arc<RunResult>, activation: &Activation) {
        let path = &activation.path;
        let kept =
            self.atlas.take().filter(|(of, unit, _)| Arc::ptr_eq(of, result) && unit == path);
        let (_, _, atlas) =
            self.atlas.insert(kept.unwrap_or_else(|| {
                (result.clone(), path.clone(), Atlas::new(ui.ctx(), activation))
            }));
        let channels = activation.shape[0];
        let grid = Grid::new(channels, ui.available_width(), HEIGHT);
        let (_, rect) = ui.allocate_space(grid.size());
        // Its own name: what is enlarged above it must not cost it the focus.
        let response = ui.interact(rect, ui.id().with("montage"), Sense::click());
        atlas.paint(ui, &grid, rect.min);
        response.widget_info(|| {
            let text = match self.channel {
                Some(channel) => format!("{channels} channels of {path}, {channel} enlarged"),
                None => format!("{channels} channels of {path}"),
            };
            egui::WidgetInfo::labeled(egui::WidgetType::Image, true, text)
        });
        let pointed = response.hover_pos().and_then(|place| grid.channel_at(place - rect.min));
        let frame = |channel: usize, width: f32| {
            let around = grid.rect(channel).translate(rect.min.to_vec2()).expand(1.0);
            let stroke = Stroke::new(width, theme::of(ui).accent);
            ui.painter().rect_stroke(around, 1.0, stroke, StrokeKind::Outside);
        };
        if let Some(channel) = self.channel {
            frame(channel, 2.0);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(rect, 0.0, ui.visuals().selection.stroke, StrokeKind::Outside);
        }
        if response.clicked() {
            response.request_focus();
            if let Some(channel) = pointed {
                self.channel = Some(channel).filter(|_| self.channel != pointed);
            }
        }
        self.keys(ui, &response, &grid, channels);
        if let Some(channel) = pointed {
            frame(channel, 1.0);
            response.on_hover_text_at_pointer(format!("Channel {channel}: click to enlarge"));
        }
    }

    /// Arrow keys walk through the channels, Escape closes the enlarged one.
    fn keys(&mut self, ui: &Ui, response: &egui::Response, grid: &Grid, channels: usize) {
        if !response.has_focus() {
            return;
        }
        let filter = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            escape: true,
            ..Default::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let moves = [
            (Key::ArrowLeft, -1),
            (Key::ArrowRight, 1),
            (Key::ArrowUp, -grid.columns.cast_signed()),
            (Key::ArrowDown, grid.columns.cast_signed()),
        ];
        for (key, by) in moves {
            if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
                let next = self.channel.map_or(Some(0), |channel| channel.checked_add_signed(by));
                if let Some(next) = next.filter(|next| *next < channels) {
                    self.channel = Some(next);
                }
            }
        }
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
            && self.channel.take().is_none()
        {
            response.surrender_focus();
        }
    }
}

fn statistics_ui(ui: &mut Ui, activation: &Activation) {
    let [channels, height, width] = activation.shape;
    let [least, most] = activation.range;
    let parts = [
        (
            "Shape",
            format!("{channels} × {height} × {width}"),
            "Channels × height × width of what the unit gives on".to_owned(),
        ),
        (
            "Mean",
            format!("{:.3}", activation.mean),
            format!("Of all numbers; they go from {least:.3} to {most:.3}"),
        ),
        ("Deviation", format!("{:.3}", activation.deviation), "Standard deviation".to_owned()),
        (
            "Zeros",
            percent(activation.zeros),
            "Share of numbers that are at most zero: what the next ReLU silences".to_owned(),
        ),
    ];
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 16.0;
        for (name, value, tooltip) in parts {
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                ui.spacing_mut().interact_size.y = 0.0;
                ui.label(RichText::new(name).small().weak()).on_hover_text(tooltip.as_str());
                ui.label(value).on_hover_text(tooltip);
            });
        }
    });
}
