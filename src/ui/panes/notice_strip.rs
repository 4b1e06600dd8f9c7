//! Notices, until they are dismissed.

use eframe::egui::{Align, Frame, Label, Layout, RichText, ScrollArea, Ui};

use super::Action;
use crate::ui::notices::{Notice, Notices, Severity};
use crate::ui::theme;

/// Draws the notices, newest first.
pub fn show(ui: &mut Ui, notices: &Notices, actions: &mut Vec<Action>) {
    let list = notices.list();
    if list.len() > 1 {
        ui.horizontal(|ui| {
            ui.label(RichText::new(format!("{} notices", list.len())).strong());
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if ui.button("Dismiss all").clicked() {
                    actions.push(Action::DismissAll);
                }
            });
        });
    }
    let height = 132.0;
    // The panel grows with its contents, which a scroll area alone would not ask of it.
    let area = ScrollArea::vertical().id_salt("notices").max_height(height);
    area.min_scrolled_height(height).show(ui, |ui| {
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
    Frame::new().fill(colors.raised).corner_radius(3).inner_margin(6).show(ui, |ui| {
        ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
            let dismiss = ui.button("Dismiss").on_hover_text("Remove this notice");
            if dismiss.clicked() {
                actions.push(Action::Dismiss(index));
            }
            ui.with_layout(Layout::left_to_right(Align::TOP).with_main_wrap(false), |ui| {
                let label = format!("{sign} {}", notice.severity.label());
                ui.label(RichText::new(label).color(color).strong());
                if notice.count > 1 {
                    ui.label(format!("{} times", notice.count));
                }
                ui.add(Label::new(notice.text.as_str()).wrap());
            });
        });
    });
}
