//! The picture that the network is shown, and those that could be.

use std::sync::Arc;

use eframe::egui::{
    self, ColorImage, Context, Sense, TextureHandle, TextureOptions, Ui, WidgetInfo, WidgetType,
    vec2,
};

use super::pad::Pad;
use super::{Action, heading};
use crate::data::Preprocessing;
use crate::data::samples::Sample;
use crate::engine::RunResult;
use crate::ui::command::Command;
use crate::ui::opening::{OpenPicture, preview};
use crate::ui::theme;

const SAMPLE: f32 = 36.0;
/// The side of a sample where there are many, which wrap to several rows.
const SMALL_SAMPLE: f32 = 31.0;
/// From this number on there are many.
const MANY: usize = 10;
const PICTURE: f32 = 104.0;

/// A sample picture, once decoded.
struct SampleEntry {
    sample: Sample,
    decoded: Option<(OpenPicture, TextureHandle)>,
}

/// What the pane shows beside the picture.
pub struct PictureInput<'a> {
    /// The last result.
    pub result: Option<&'a Arc<RunResult>>,
    /// Whether it is that of the document as it is.
    pub current: bool,
    /// Whether a newer one is being computed.
    pub busy: bool,
}

/// The picture in use, the samples, and their textures.
pub struct PicturePane {
    samples: Vec<SampleEntry>,
    open: Option<(OpenPicture, TextureHandle)>,
    /// What the network saw, and in which result.
    seen: Option<(Arc<RunResult>, TextureHandle)>,
    pad: Pad,
    /// Whether the pad is shown in place of the picture.
    drawing: bool,
    /// How pictures are brought to the input, if not in the network's usual way.
    preprocessing: Option<Preprocessing>,
}

impl PicturePane {
    /// A pane without a picture in use.
    pub fn new(samples: &[Sample]) -> Self {
        let entry = |sample: &Sample| SampleEntry { sample: *sample, decoded: None };
        PicturePane {
            samples: samples.iter().map(entry).collect(),
            open: None,
            seen: None,
            pad: Pad::default(),
            drawing: false,
            preprocessing: None,
        }
    }

    /// The picture in use.
    pub fn open(&self) -> Option<&OpenPicture> {
        self.open.as_ref().map(|(picture, _)| picture)
    }

    /// How pictures are brought to the input; `None` for the network's usual way.
    pub fn preprocessing(&self) -> Option<Preprocessing> {
        self.preprocessing
    }

    /// Brings pictures to the input in another way.
    pub fn set_preprocessing(&mut self, preprocessing: Option<Preprocessing>) {
        self.preprocessing = preprocessing;
    }

    /// Uses a picture, in place of the pad if that is shown.
    pub fn set_open(&mut self, ctx: &Context, picture: OpenPicture) {
        self.leave_pad();
        let texture = texture(ctx, "picture", &picture.preview);
        self.open = Some((picture, texture));
    }

    /// The pad, shown or not.
    pub fn pad(&self) -> &Pad {
        &self.pad
    }

    /// The pad, shown or not.
    pub fn pad_mut(&mut self) -> &mut Pad {
        &mut self.pad
    }

    /// Whether the pad is shown in place of the picture.
    pub fn is_drawing(&self) -> bool {
        self.drawing
    }

    /// Whether the pad is shown and nothing is drawn on it.
    pub fn is_blank(&self) -> bool {
        self.drawing && self.pad.drawing().is_empty()
    }

    /// Whether what is typed is for the pad.
    pub fn has_keyboard(&self, ctx: &Context) -> bool {
        self.drawing && self.pad.has_keyboard(ctx)
    }

    /// Why a command of the pad cannot be done, if so.
    pub fn unavailable(&self, command: Command) -> Option<&'static str> {
        if self.drawing {
            self.pad.unavailable(command)
        } else {
            Some("The drawing pad is not shown: choose Draw a picture")
        }
    }

    /// Shows the pad; what is drawn on it becomes the picture in use.
    pub fn show_pad(&mut self) {
        self.drawing = true;
        self.pad.show_again();
    }

    /// Shows the picture in use in place of the pad.
    pub fn leave_pad(&mut self) {
        self.drawing = false;
        self.pad.lift();
    }

    /// Uses what is drawn on the pad. Returns whether there is something; an empty pad is no
    /// picture.
    pub fn use_drawing(&mut self, ctx: &Context) -> bool {
        let empty = self.pad.drawing().is_empty();
        self.open = (!empty).then(|| {
            let picture = OpenPicture::new("Drawing".to_owned(), self.pad.picture());
            let texture = texture(ctx, "picture", &picture.preview);
            (picture, texture)
        });
        !empty
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
    pub fn show(&mut self, ui: &mut Ui, input: &PictureInput<'_>, actions: &mut Vec<Action>) {
        ui.horizontal(|ui| {
            heading(ui, "Picture");
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let open = ui.button("Open…").on_hover_text(Command::Open.tooltip());
                if open.clicked() {
                    actions.push(Action::Do(Command::Open));
                }
                let text = if self.drawing { "✔ Draw" } else { "Draw" };
                let draw = ui.add(egui::Button::new(text).selected(self.drawing));
                draw.widget_info(|| {
                    WidgetInfo::selected(WidgetType::Button, true, self.drawing, "Draw")
                });
                if draw.on_hover_text(Command::Draw.tooltip()).clicked() {
                    actions.push(Action::Do(Command::Draw));
                }
            });
        });
        if self.drawing {
            self.pad.show(ui, input.busy, actions);
        } else {
            self.picture_ui(ui, input);
            self.preprocessing_ui(ui, input, actions);
        }
        self.samples_ui(ui, actions);
    }

    fn picture_ui(&mut self, ui: &mut Ui, input: &PictureInput<'_>) {
        let Some((picture, texture)) = &self.open else { return hint_ui(ui) };
        let (name, texture) = (picture.name.clone(), texture.clone());
        let size = (picture.picture.width, picture.picture.height);
        ui.horizontal_top(|ui| {
            let caption = format!("{name}, {} × {}", size.0, size.1);
            captioned(ui, &texture, &caption, "The picture as it was opened", 1.0);
            self.seen_ui(ui, input.result, input.current);
        });
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

    fn preprocessing_ui(&self, ui: &mut Ui, input: &PictureInput<'_>, actions: &mut Vec<Action>) {
        let run = input.result.and_then(|result| result.run.as_ref());
        let (Some(run), Some(_)) = (run, &self.open) else { return };
        let text = match self.preprocessing {
            Some(way) => way.title().to_owned(),
            None => format!("Usual: {}", run.preprocessing.title()),
        };
        let mut chosen = self.preprocessing;
        ui.horizontal(|ui| {
            let label = ui.weak("Preprocessing");
            let combo = egui::ComboBox::from_id_salt("preprocessing").selected_text(text);
            let shown = combo.show_ui(ui, |ui| {
                let usual = ui.selectable_value(&mut chosen, None, "Usual for the network");
                usual.on_hover_text("As the makers of its weights evaluate it");
                for way in Preprocessing::ALL {
                    let entry = ui.selectable_value(&mut chosen, Some(way), way.title());
                    entry.on_hover_text(way.description());
                }
            });
            let tooltip = self.preprocessing.unwrap_or(run.preprocessing).description();
            shown.response.labelled_by(label.id).on_hover_text(tooltip);
        });
        if chosen != self.preprocessing {
            actions.push(Action::Preprocess(chosen));
        }
    }

    fn samples_ui(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        if self.samples.is_empty() {
            return;
        }
        let side = if self.samples.len() >= MANY { SMALL_SAMPLE } else { SAMPLE };
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
            for (index, entry) in self.samples.iter().enumerate() {
                if sample_ui(ui, entry, side).clicked() {
                    actions.push(Action::ShowSample(index));
                }
            }
        });
    }
}

fn sample_ui(ui: &mut Ui, entry: &SampleEntry, side: f32) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click());
    let colors = theme::of(ui);
    let name = entry.sample.name;
    match &entry.decoded {
        Some((_, texture)) => {
            let size = texture.size_vec2();
            let fit = size * (side / size.max_elem());
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
                ui.weak("PNG, JPEG, WebP, BMP or GIF, draw one, or choose a sample below");
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
