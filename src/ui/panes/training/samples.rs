//! A few validation pictures and what the network takes them for.

use std::sync::Arc;

use eframe::egui::{
    ColorImage, Id, Image, Label, RichText, Sense, Stroke, StrokeKind, TextureHandle,
    TextureOptions, Ui, WidgetInfo, WidgetType, vec2,
};

use crate::engine::TrainingStart;
use crate::format::percent;
use crate::train::Answer;
use crate::ui::panes::heading;
use crate::ui::theme;

/// Size of a picture with its words.
const WIDTH: f32 = 82.0;
const PICTURE: f32 = 60.0;
const HEIGHT: f32 = 100.0;

/// The pictures as textures.
#[derive(Default)]
pub struct Samples {
    of: Option<Arc<TrainingStart>>,
    textures: Vec<TextureHandle>,
}

impl Samples {
    /// Draws the pictures with what the network said about them last.
    pub fn show(&mut self, ui: &mut Ui, start: &Arc<TrainingStart>, answers: &[Answer]) {
        heading(ui, "Validation pictures");
        if start.samples.is_empty() {
            ui.weak("No pictures are held out to validate with");
            return;
        }
        if answers.is_empty() {
            ui.weak("What the network takes them for shows after the first epoch");
        } else {
            let right = answers.iter().filter(|answer| answer.answer == answer.label).count();
            ui.weak(format!("{right} of these {} are right", answers.len()));
        }
        self.load(ui, start);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
            for (sample, texture) in start.samples.iter().zip(&self.textures) {
                let answer = answers.iter().find(|answer| answer.picture == sample.index);
                let name = |class: u32| {
                    start.classes.get(class as usize).map_or("unknown", String::as_str)
                };
                sample_ui(ui, texture, name(sample.label), answer, &name);
            }
        });
    }

    fn load(&mut self, ui: &Ui, start: &Arc<TrainingStart>) {
        if self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, start)) {
            return;
        }
        let options = TextureOptions {
            magnification: eframe::egui::TextureFilter::Nearest,
            ..TextureOptions::LINEAR
        };
        let texture = |sample: &crate::engine::SampleShown| {
            let picture = &sample.picture;
            let size = [picture.width as usize, picture.height as usize];
            let image = ColorImage::from_rgb(size, &picture.rgb);
            ui.ctx().load_texture("validation picture", image, options)
        };
        self.textures = start.samples.iter().map(texture).collect();
        self.of = Some(start.clone());
    }
}

fn sample_ui<'a>(
    ui: &mut Ui,
    texture: &TextureHandle,
    truth: &str,
    answer: Option<&Answer>,
    name: &dyn Fn(u32) -> &'a str,
) {
    let colors = theme::of(ui);
    let (sign, color, words) = match answer {
        None => ("", colors.line, format!("{truth}, not answered yet")),
        Some(answer) if answer.answer == answer.label => {
            let sure = percent(answer.confidence);
            ("✔", colors.accent, format!("{truth}, right, {sure} sure"))
        }
        Some(answer) => {
            let (taken, sure) = (name(answer.answer), percent(answer.confidence));
            ("✖", colors.error, format!("{truth}, wrong: taken for {taken}, {sure} sure"))
        }
    };
    let inside = ui.allocate_ui(vec2(WIDTH, HEIGHT), |ui| {
        ui.set_min_size(vec2(WIDTH, HEIGHT));
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            let image = Image::new(texture).fit_to_exact_size(vec2(PICTURE, PICTURE));
            let shown = ui.add(image);
            let width = if sign == "✖" { 3.0 } else { 1.5 };
            let stroke = Stroke::new(width, color);
            ui.painter().rect_stroke(shown.rect, 2.0, stroke, StrokeKind::Inside);
            let said = answer.map_or(truth, |answer| name(answer.answer));
            let said = RichText::new(format!("{sign} {said}").trim().to_owned()).small();
            ui.add(
                Label::new(said.color(if sign == "✖" { colors.error } else { colors.text }))
                    .truncate(),
            );
            if sign == "✖" {
                ui.add(Label::new(RichText::new(format!("is {truth}")).small().weak()).truncate());
            }
        });
    });
    let whole = ui.interact(inside.response.rect, Id::new(texture.id()), Sense::hover());
    whole.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &words));
    whole.on_hover_text(&words);
}
