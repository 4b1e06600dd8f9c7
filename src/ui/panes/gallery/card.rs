//! A network of the gallery, as a button.

use std::sync::Arc;

use eframe::egui::{
    Align2, Color32, FontSelection, Galley, Id, Pos2, Rect, Response, RichText, Sense, Stroke,
    StrokeKind, TextStyle, TextWrapMode, Ui, Vec2, WidgetInfo, WidgetText, WidgetType, pos2, vec2,
};

use super::figures::Figures;
use crate::arch::zoo::Preset;
use crate::format::{grouped, short};
use crate::ui::panes::published::is_published;
use crate::ui::theme;

/// The height of a card.
pub const HEIGHT: f32 = 180.0;
/// The height of the drawings.
const DRAWING: f32 = 92.0;
const MARGIN: f32 = 8.0;

/// The name under which the card has the keyboard.
pub fn id(preset: &Preset) -> Id {
    Id::new(("gallery card", preset.name))
}

/// Draws a card; `is_open` marks the network that the window has open.
pub fn show(
    ui: &mut Ui,
    preset: &Preset,
    figures: Option<&Figures>,
    is_open: bool,
    width: f32,
) -> Response {
    let (_, place) = ui.allocate_space(vec2(width, HEIGHT));
    let card = ui.interact(place, id(preset), Sense::click());
    card.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, name(preset, figures)));
    if ui.is_rect_visible(place) {
        paint(ui, preset, figures, is_open, &card);
    }
    card.on_hover_text_at_pointer(tooltip(preset, figures, is_open))
}

fn paint(ui: &Ui, preset: &Preset, figures: Option<&Figures>, is_open: bool, card: &Response) {
    let colors = theme::of(ui);
    let marked = card.hovered() || card.has_focus();
    let edge = if marked { (2.0, colors.accent) } else { (1.0, colors.line) };
    let painter = ui.painter();
    painter.rect_filled(card.rect, 4.0, colors.raised);
    painter.rect_stroke(card.rect, 4.0, Stroke::new(edge.0, edge.1), StrokeKind::Inside);
    let inside = card.rect.shrink(MARGIN);
    let drawings = Rect::from_min_size(inside.min, vec2(inside.width(), DRAWING));
    let half = vec2((drawings.width() - theme::GAP) / 2.0, DRAWING);
    let second = drawings.right_top() - vec2(half.x, 0.0);
    let places = [drawings.min, second].map(|corner| Rect::from_min_size(corner, half));
    for (index, place) in places.into_iter().enumerate() {
        match figures {
            Some(figures) => figures.sketches[index].paint(ui, place),
            None => _ = painter.rect_filled(place, 3.0, colors.sunken),
        }
    }
    texts_ui(ui, preset, figures, is_open, Rect::from_min_max(drawings.left_bottom(), inside.max));
}

fn texts_ui(ui: &Ui, preset: &Preset, figures: Option<&Figures>, is_open: bool, place: Rect) {
    let colors = theme::of(ui);
    let size = if is_open { "✔ open".to_owned() } else { pixels(preset) };
    let size = line(ui, RichText::new(size).small(), place.width());
    let top = place.top() + theme::GAP;
    let title = RichText::new(preset.title).strong();
    let title = line(ui, title, place.width() - size.size().x - theme::GAP);
    let row = title.size().y;
    let corner =
        Align2::RIGHT_CENTER.anchor_size(pos2(place.right(), top + row / 2.0), size.size());
    ui.painter().galley(corner.min, size, if is_open { colors.accent } else { colors.weak });
    ui.painter().galley(pos2(place.left(), top), title, colors.text);
    let numbers = match figures {
        Some(figures) => {
            format!("{} parameters, {} mult-adds", short(figures.parameters), short(figures.macs))
        }
        None => "…".to_owned(),
    };
    let published = preset.published.figures();
    let accuracy = match &published {
        Some(text) => (text.as_str(), colors.text),
        None if preset.is_template() => ("Template, not a published network", colors.warning),
        None => ("No published accuracy", colors.weak),
    };
    let mut at = pos2(place.left(), top + row + 3.0);
    for (text, color) in [(numbers.as_str(), colors.text), accuracy, (preset.note, colors.weak)] {
        at = below(ui, at, RichText::new(text).small(), place.width(), color);
    }
}

/// Paints a line and says where the next begins.
fn below(ui: &Ui, at: Pos2, text: RichText, width: f32, color: Color32) -> Pos2 {
    let galley = line(ui, text, width);
    let height = galley.size().y;
    ui.painter().galley(at, galley, color);
    at + Vec2::DOWN * (height + 2.0)
}

/// A line that ends in an ellipsis where it is too long.
fn line(ui: &Ui, text: RichText, width: f32) -> Arc<Galley> {
    let font = FontSelection::Style(TextStyle::Body);
    WidgetText::from(text).into_galley(ui, Some(TextWrapMode::Truncate), width, font)
}

fn pixels(preset: &Preset) -> String {
    format!("{} px", preset.settings().input)
}

/// What a screen reader says: everything on the card.
fn name(preset: &Preset, figures: Option<&Figures>) -> String {
    let published = preset.published;
    let none = match preset.is_template() {
        true => "template, not published",
        false => "no published accuracy",
    };
    let numbers = figures.map(|figures| {
        format!(
            "{} parameters, {} multiply-adds, ",
            grouped(figures.parameters),
            grouped(figures.macs)
        )
    });
    format!(
        "{}: {}{}, {}; {}",
        preset.title,
        numbers.unwrap_or_default(),
        pixels(preset),
        published.figures().unwrap_or_else(|| none.to_owned()),
        published.paper.short()
    )
}

fn tooltip(preset: &Preset, figures: Option<&Figures>, is_open: bool) -> String {
    let published = preset.published;
    let mut lines = vec![preset.note.to_owned()];
    if let Some(figures) = figures {
        let paper = published.parameters.map(|text| format!(" (the paper: {text})"));
        lines.push(format!(
            "{} trained parameters{}",
            grouped(figures.parameters),
            paper.unwrap_or_default()
        ));
        lines.push(format!("{} multiply-adds for one picture", grouped(figures.macs)));
    }
    lines.extend(published.figures());
    if is_published(preset.name) {
        lines.push("Trained weights are published: Weights > Get published weights".to_owned());
    }
    let click = if is_open { "Open now: a click shows its cells" } else { "A click opens it" };
    lines.push(format!("{click}. Commands call it {}", preset.name));
    lines.join("\n")
}
