//! Brushes, pens, paper and commands below the drawing pad.

use eframe::egui::{
    Button, Color32, Id, Painter, Rect, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    WidgetType, vec2,
};

use super::Action;
use super::pad::{BRUSHES, Pad};
use crate::ui::command::Command;
use crate::ui::theme;

/// The side of a tool, in points.
const TOOL: f32 = 21.0;
/// Between two groups of tools.
const BETWEEN: f32 = 8.0;
/// The commands, with the shorter names that they have beside the pad.
const COMMANDS: [(Command, &str); 3] = [
    (Command::UndoStroke, "Undo stroke"),
    (Command::ClearPad, "Clear"),
    (Command::SaveDrawing, "Save as PNG…"),
];

/// Draws the tools. Returns their ids.
pub fn show(ui: &mut Ui, pad: &mut Pad, actions: &mut Vec<Action>) -> Vec<Id> {
    let mut ids = Vec::new();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(3.0, 4.0);
        brushes_ui(ui, pad, &mut ids);
        ui.add_space(BETWEEN);
        pens_ui(ui, pad, &mut ids);
        ui.add_space(BETWEEN);
        papers_ui(ui, pad, &mut ids);
    });
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(theme::GAP, 4.0);
        for (command, text) in COMMANDS {
            let reason = pad.unavailable(command);
            let button = ui.add_enabled(reason.is_none(), Button::new(text));
            ids.push(button.id);
            let button = button
                .on_hover_text(command.tooltip())
                .on_disabled_hover_text(reason.unwrap_or_default());
            if button.clicked() {
                actions.push(Action::Do(command));
            }
        }
    });
    ids
}

fn brushes_ui(ui: &mut Ui, pad: &mut Pad, ids: &mut Vec<Id>) {
    for (index, (name, width)) in BRUSHES.into_iter().enumerate() {
        let (_, brush) = pad.tools();
        let ink = theme::of(ui).text;
        let radius = (width * 90.0).max(1.5);
        let response = tool(ui, &format!("{name} brush"), brush == index, |painter, rect| {
            painter.circle_filled(rect.center(), radius, ink);
        });
        ids.push(response.id);
        if response.clicked() {
            pad.set_brush(index);
        }
    }
}

fn pens_ui(ui: &mut Ui, pad: &mut Pad, ids: &mut Vec<Id>) {
    for (index, pen) in theme::PENS.into_iter().enumerate() {
        let line = theme::of(ui).line;
        let response = tool(ui, &pen_name(pen), pad.tools().0 == index, |painter, rect| {
            let radius = TOOL / 2.0 - 4.0;
            painter.circle(rect.center(), radius, pen.color, Stroke::new(1.0, line));
        });
        ids.push(response.id);
        if response.clicked() {
            pad.set_pen(index);
        }
    }
}

fn papers_ui(ui: &mut Ui, pad: &mut Pad, ids: &mut Vec<Id>) {
    for paper in theme::PAPERS {
        let line = theme::of(ui).line;
        let [red, green, blue] = pad.drawing().paper();
        let chosen = paper.color == Color32::from_rgb(red, green, blue);
        let name = format!("{} paper", capitalised(paper.name));
        let response = tool(ui, &name, chosen, |painter, rect| {
            let sheet = Rect::from_center_size(rect.center(), vec2(11.0, 14.0));
            let line = Stroke::new(1.0, line);
            painter.rect(sheet, 0.0, paper.color, line, StrokeKind::Outside);
        });
        ids.push(response.id);
        if response.clicked() {
            pad.set_paper(paper);
        }
    }
}

fn pen_name(pen: theme::Named) -> String {
    format!("{} pen", capitalised(pen.name))
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// One of several tools; the chosen one stands on a ground with a border.
fn tool(ui: &mut Ui, name: &str, chosen: bool, paint: impl FnOnce(&Painter, Rect)) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(TOOL, TOOL), Sense::click());
    let colors = theme::of(ui);
    if chosen {
        let border = Stroke::new(1.5, colors.text);
        ui.painter().rect(rect, 3.0, colors.chosen, border, StrokeKind::Inside);
    }
    paint(ui.painter(), rect);
    if response.hovered() || response.has_focus() {
        let border = Stroke::new(if response.has_focus() { 2.0 } else { 1.0 }, colors.accent);
        ui.painter().rect_stroke(rect, 3.0, border, StrokeKind::Inside);
    }
    response.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, true, chosen, name));
    response.on_hover_text(name)
}
