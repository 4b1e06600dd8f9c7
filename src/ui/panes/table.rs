//! What each cell costs.

use eframe::egui::{self, Align, Layout, Sense, Ui};
use egui_extras::{Column, TableBuilder};

use super::{Action, bar};
use crate::arch::CellKind;
use crate::cost::UnitCost;
use crate::plan::UnitKind;
use crate::ui::format::{grouped, short};
use crate::ui::theme;
use crate::ui::workspace::Analysis;

const ROW: f32 = 22.0;
/// Narrower than this, the table is scrolled sideways.
pub const LEAST_WIDTH: f32 = 580.0;

/// Draws the table; the row of `chosen` is marked, and scrolled into view if `reveal`.
pub fn show(
    ui: &mut Ui,
    analysis: &Analysis,
    chosen: &str,
    reveal: bool,
    actions: &mut Vec<Action>,
) {
    let units = &analysis.cost.units;
    let most = units.iter().map(|unit| unit.cost.macs).max().unwrap_or(0).max(1);
    let right = Layout::right_to_left(Align::Center);
    ui.spacing_mut().item_spacing.x = 12.0;
    let mut table = TableBuilder::new(ui);
    let row = units.iter().position(|unit| unit.path == chosen);
    if let Some(row) = row.filter(|_| reveal) {
        table = table.scroll_to_row(row, None);
    }
    table
        .id_salt("cost table")
        .min_scrolled_height(0.0)
        .striped(true)
        .sense(Sense::click())
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::initial(124.0).at_least(90.0).clip(true))
        .column(Column::initial(70.0).at_least(60.0).clip(true))
        .column(Column::initial(106.0).at_least(70.0).clip(true))
        .column(Column::initial(84.0).at_least(60.0).clip(true))
        .column(Column::remainder().at_least(96.0).clip(true))
        .column(Column::initial(72.0).at_least(60.0).clip(true))
        .header(ROW, |mut header| {
            let names = [
                ("Unit", "The name in weight files and exports", false),
                ("Kind", "Stem, normal cell, reduction cell or head", false),
                ("Output", "Channels × height × width that it gives on", true),
                ("Parameters", "What training changes in it", true),
                ("Multiply-adds", "For one picture; the bar is its share of the largest", false),
                ("Sees", "Side of the square of input pixels that one output sees", true),
            ];
            for (name, tooltip, is_number) in names {
                header.col(|ui| {
                    let text = egui::RichText::new(name).strong();
                    if is_number {
                        ui.with_layout(right, |ui| ui.label(text).on_hover_text(tooltip));
                    } else {
                        if name == "Unit" {
                            // The names below are buttons with a margin.
                            ui.add_space(ui.spacing().button_padding.x);
                        }
                        ui.label(text).on_hover_text(tooltip);
                    }
                });
            }
        })
        .body(|body| {
            body.rows(ROW, units.len(), |mut row| {
                let unit = &units[row.index()];
                row.set_selected(unit.path == chosen);
                let mut clicked = false;
                row.col(|ui| clicked |= name_ui(ui, unit, unit.path == chosen));
                row.col(|ui| {
                    ui.label(kind_name(unit.kind));
                });
                let [channels, height, width] = unit.output.to_array();
                let numbers =
                    [format!("{channels} × {height} × {width}"), grouped(unit.cost.parameters)];
                for text in numbers {
                    row.col(|ui| {
                        ui.with_layout(right, |ui| ui.label(text));
                    });
                }
                row.col(|ui| macs_ui(ui, unit.cost.macs, most));
                row.col(|ui| {
                    let text = format!("{} px", grouped(unit.receptive_field));
                    ui.with_layout(right, |ui| ui.label(text));
                });
                if clicked || row.response().clicked() {
                    actions.push(Action::ShowUnit(unit.path.clone()));
                }
            });
        });
}

fn name_ui(ui: &mut Ui, unit: &UnitCost, chosen: bool) -> bool {
    let button = egui::Button::selectable(chosen, unit.path.as_str()).frame_when_inactive(false);
    ui.add(button).on_hover_text("Show what it computes").clicked()
}

fn macs_ui(ui: &mut Ui, macs: u64, most: u64) {
    let available = ui.available_rect_before_wrap();
    let text = 66.0;
    let mut strip = available;
    strip.min.x += text;
    strip.max.x -= theme::GAP;
    let strip = egui::Rect::from_center_size(
        strip.center(),
        egui::vec2(strip.width().max(0.0), theme::BAR),
    );
    ui.label(short(macs)).on_hover_text(format!("{} multiply-adds", grouped(macs)));
    bar::paint(ui, strip, (macs as f64 / most as f64) as f32, theme::of(ui).accent);
}

fn kind_name(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Stem => "stem",
        UnitKind::Cell(CellKind::Normal) => "normal",
        UnitKind::Cell(CellKind::Reduction) => "reduction",
        UnitKind::Head => "head",
    }
}
