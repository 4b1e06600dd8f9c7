//! The report on a weight file.

use eframe::egui::{self, Context, Label, RichText, ScrollArea, Window};

use super::Action;
use crate::arch::{Setting, Settings};
use crate::engine::WeightsReport;
use crate::ui::theme;

/// Draws the report; closing it sets `open` to false.
pub fn show(
    ctx: &Context,
    open: &mut bool,
    report: &WeightsReport,
    settings: &Settings,
    actions: &mut Vec<Action>,
) {
    let rect = ctx.content_rect();
    Window::new("Weight file")
        .open(open)
        .default_width(460.0)
        .max_height(rect.height() - 80.0)
        .default_pos(rect.center() - egui::vec2(230.0, 160.0))
        .collapsible(false)
        .show(ctx, |ui| {
            let path = report.path.display().to_string();
            ui.add(Label::new(RichText::new(path).monospace()).wrap());
            ui.add_space(4.0);
            ScrollArea::vertical().max_height(320.0).auto_shrink([false, true]).show(ui, |ui| {
                ui.add(Label::new(report.load.to_string()).wrap());
            });
            if let Some(fits) = report.fits.filter(|fits| fits != settings) {
                ui.add_space(6.0);
                let text = "The file fits other settings than those of the open network";
                let text = RichText::new(format!("⚠ {text}")).color(theme::of(ui).warning);
                ui.add(Label::new(text).wrap());
                let button = ui.button(format!("Switch to {}", differences(settings, &fits)));
                let button = button
                    .on_hover_text("Set these and read the file again; the settings can be undone");
                if button.clicked() {
                    actions.push(Action::SwitchSettings(fits));
                }
            }
        });
}

/// The settings of `to` that `from` does not have, `N = 4, F = 44`.
fn differences(from: &Settings, to: &Settings) -> String {
    let mut parts: Vec<String> = Setting::ALL
        .iter()
        .filter(|setting| from.get(**setting) != to.get(**setting))
        .map(|setting| format!("{} = {}", setting.label(), to.get(*setting)))
        .collect();
    if from.stem != to.stem {
        parts.push(to.stem.to_string());
    }
    if from.skip_reduction != to.skip_reduction {
        let wiring = if to.skip_reduction { "p as Large" } else { "p as Mobile" };
        parts.push(wiring.to_owned());
    }
    if from.flavour != to.flavour {
        parts.push(format!("flavour {}", to.flavour));
    }
    parts.join(", ")
}
