//! Notices, until they are dismissed.

use eframe::egui::{
    Align, Align2, Area, Context, Frame, Id, Label, Layout, Order, Rect, RichText, ScrollArea, Ui,
    vec2,
};

use super::Action;
use crate::ui::notices::{Notice, Notices, Severity};
use crate::ui::theme;

/// Wider than this, lines are hard to read.
const WIDEST: f32 = 640.0;
/// The height beyond which notices are scrolled.
const HIGHEST: f32 = 132.0;

/// Draws the notices, newest first, over the lower edge of `place`: what is there already keeps
/// its place, so that a click goes where it was meant to.
pub fn show(ctx: &Context, place: Rect, notices: &Notices, actions: &mut Vec<Action>) {
    if notices.list().is_empty() {
        return;
    }
    Area::new(Id::new("notices"))
        .order(Order::Middle)
        .pivot(Align2::CENTER_BOTTOM)
        .fixed_pos(place.center_bottom() - vec2(0.0, theme::GAP))
        .constrain(false)
        .show(ctx, |ui| {
            let width = (place.width() - 4.0 * theme::GAP).min(WIDEST);
            Frame::popup(ui.style()).show(ui, |ui| {
                ui.set_width(width - 2.0 * theme::GAP);
                notices_ui(ui, notices, actions);
            });
        });
}

fn notices_ui(ui: &mut Ui, notices: &Notices, actions: &mut Vec<Action>) {
    // What went wrong is copied into searches and questions.
    ui.style_mut().interaction.selectable_labels = true;
    let list = notices.list();
    if list.len() > 1 {
        ui.horizontal(|ui| {
            ui.label(RichText::new(format!("{} notices", list.len())).strong());
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let dismiss = ui.button("Dismiss all").on_hover_text("Remove every notice");
                if dismiss.clicked() {
                    actions.push(Action::DismissAll);
                }
            });
        });
    }
    let area = ScrollArea::vertical().id_salt("notices").max_height(HIGHEST);
    // The area grows with its contents, which a scrolled part alone would not ask of it.
    area.min_scrolled_height(HIGHEST).show(ui, |ui| {
        for (index, notice) in list.iter().enumerate() {
            notice_ui(ui, index, notice, actions);
        }
    });
}

fn notice_ui(ui: &mut Ui, index: usize, notice: &Notice, actions: &mut Vec<Action>) {
    let colors = theme::of(ui);
    let (sign, color) = match notice.severity {
        Severity::Error => ("⛔", colors.error),
        Severity::Warning => ("⚠", colors.warning),
        Severity::Information => ("ℹ", colors.accent),
    };
    let count = match notice.count {
        1 => String::new(),
        count => format!(", {count} times"),
    };
    ui.horizontal(|ui| {
        let label = format!("{sign} {}{count}", notice.severity.label());
        ui.label(RichText::new(label).color(color).strong());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let hint =
                if index == 0 { "Remove this notice (Escape)" } else { "Remove this notice" };
            if ui.button("Dismiss").on_hover_text(hint).clicked() {
                actions.push(Action::Dismiss(index));
            }
        });
    });
    ui.add(Label::new(notice.text.as_str()).wrap());
}
