//! The picture that the network is shown, and those that could be.

use std::sync::Arc;

use eframe::egui::{self, ColorImage, Context, Sense, TextureHandle, TextureOptions, Ui, vec2};

use super::{Action, heading};
use crate::data::samples::Sample;
use crate::engine::RunResult;
use crate::ui::command::Command;
use crate::ui::opening::{OpenPicture, preview};
use crate::ui::theme;

const SAMPLE: f32 = 36.0;
const PICTURE: f32 = 104.0;

/// A sample picture, once decoded.
struct SampleEntry {
    sample: Sample,
    decoded: Option<(OpenPicture, TextureHandle)>,
}

/// The picture in use, the samples, and their textures.
pub struct PicturePane {
    samples: Vec<SampleEntry>,
    open: Option<(OpenPicture, TextureHandle)>,
    /// What the network saw, and in which result.
    seen: Option<(Arc<RunResult>, TextureHandle)>,
}

impl PicturePane {
    /// A pane without a picture in use.
    pub fn new(samples: &[Sample]) -> Self {
        let entry = |sample: &Sample| SampleEntry { sample: *sample, decoded: None };
        PicturePane { samples: samples.iter().map(entry).collect(), open: None, seen: None }
    }

    /// The picture in use.
    pub fn open(&self) -> Option<&OpenPicture> {
        self.open.as_ref().map(|(picture, _)| picture)
    }

    /// Uses a picture.
    pub fn set_open(&mut self, ctx: &Context, picture: OpenPicture) {
        let texture = texture(ctx, "picture", &picture.preview);
        self.open = Some((picture, texture));
    }

    /// The samples, in order.
    pub fn samples(&self) -> impl Iterator<Item = Sample> {
        self.samples.iter().map(|entry| entry.sample)
    }

    /// A sample was decoded.
    pub fn set_sample(&mut self, ctx: &Context, index: usize, picture: OpenPicture) {
        if let Some(entry) = self.samples.get_mut(index) {
            let texture = texture(ctx, entry.sample.name, &picture.preview);
            entry.decoded = Some((picture, texture));
        }
    }

    /// A sample's picture, once decoded.
    pub fn sample(&self, index: usize) -> Option<&OpenPicture> {
        self.samples.get(index)?.decoded.as_ref().map(|(picture, _)| picture)
    }

    /// Draws the pane.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        result: Option<&Arc<RunResult>>,
        current: bool,
        actions: &mut Vec<Action>,
    ) {
        ui.horizontal(|ui| {
            heading(ui, "Picture");
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let open = ui.button("Open…").on_hover_text(Command::Open.tooltip());
                if open.clicked() {
                    actions.push(Action::Do(Command::Open));
                }
            });
        });
        match &self.open {
            Some((picture, texture)) => {
                let (name, texture) = (picture.name.clone(), texture.clone());
                let size = (picture.picture.width, picture.picture.height);
                ui.horizontal_top(|ui| {
                    let caption = format!("{name}, {} × {}", size.0, size.1);
                    captioned(ui, &texture, &caption, "The picture as it was opened", 1.0);
                    self.seen_ui(ui, result, current);
                });
            }
            None => hint_ui(ui),
        }
        self.samples_ui(ui, actions);
    }

    fn seen_ui(&mut self, ui: &mut Ui, result: Option<&Arc<RunResult>>, current: bool) {
        let Some(result) = result else { return };
        let Some(run) = &result.run else { return };
        let cached = self.seen.take().filter(|(of, _)| Arc::ptr_eq(of, result));
        let (_, texture) =
            self.seen.insert(cached.unwrap_or_else(|| {
                (result.clone(), texture(ui.ctx(), "seen", &preview(&run.seen)))
            }));
        let side = format!("Seen by the network, {} × {}", run.seen.width, run.seen.height);
        let opacity = if current { 1.0 } else { theme::OUTDATED };
        let tooltip = "The picture cropped and scaled to the input size of the network";
        captioned(ui, texture, &side, tooltip, opacity);
    }

    fn samples_ui(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        if self.samples.is_empty() {
            return;
        }
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
            for (index, entry) in self.samples.iter().enumerate() {
                if sample_ui(ui, entry).clicked() {
                    actions.push(Action::ShowSample(index));
                }
            }
        });
    }
}

fn sample_ui(ui: &mut Ui, entry: &SampleEntry) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(vec2(SAMPLE, SAMPLE), Sense::click());
    let colors = theme::of(ui);
    let name = entry.sample.name;
    match &entry.decoded {
        Some((_, texture)) => {
            let size = texture.size_vec2();
            let fit = size * (SAMPLE / size.max_elem());
            let inside = egui::Rect::from_center_size(rect.center(), fit);
            egui::Image::new(texture).corner_radius(3).paint_at(ui, inside);
        }
        None => {
            ui.painter().rect_filled(rect, 3.0, colors.track);
        }
    }
    if response.hovered() || response.has_focus() {
        let stroke = egui::Stroke::new(2.0, colors.accent);
        ui.painter().rect_stroke(rect, 3.0, stroke, egui::StrokeKind::Inside);
    }
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::WidgetType::Button, true, format!("Sample picture {name}"))
    });
    response.on_hover_text(format!("{name}: show it to the network"))
}

/// Says how to get a picture, where there is none.
fn hint_ui(ui: &mut Ui) {
    let colors = theme::of(ui);
    egui::Frame::new()
        .stroke(egui::Stroke::new(1.0, colors.line))
        .corner_radius(4)
        .inner_margin(12)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.vertical_centered(|ui| {
                ui.label("Drop a picture on the window");
                ui.weak("PNG, JPEG, WebP, BMP or GIF, or choose a sample below");
            });
        });
}

fn captioned(ui: &mut Ui, texture: &TextureHandle, caption: &str, tooltip: &str, opacity: f32) {
    let width = PICTURE.max((ui.available_width() - theme::GAP) / 2.0).min(ui.available_width());
    ui.allocate_ui_with_layout(
        vec2(width, PICTURE),
        egui::Layout::top_down(egui::Align::Min),
        |ui| {
            ui.set_width(width);
            ui.set_opacity(opacity);
            let image = egui::Image::new(texture)
                .max_size(vec2(width, PICTURE))
                .fit_to_original_size(1.0e3)
                .corner_radius(3)
                .alt_text(caption);
            ui.add(image).on_hover_text(tooltip);
            ui.add(egui::Label::new(egui::RichText::new(caption).small().weak()).wrap());
        },
    );
}

fn texture(ctx: &Context, name: &str, image: &ColorImage) -> TextureHandle {
    ctx.load_texture(name, image.clone(), TextureOptions::LINEAR)
}
