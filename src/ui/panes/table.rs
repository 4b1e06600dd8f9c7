//! What each cell costs.

use eframe::egui::{self, Align, Layout, Sense, Ui};
use egui_extras::{Column, TableBuilder, TableRow};

use super::{Action, bar};
use crate::arch::CellKind;
use crate::cost::UnitCost;
use crate::format::{grouped, short};
use crate::plan::UnitKind;
use crate::ui::theme;
use crate::ui::workspace::Analysis;

const ROW: f32 = 22.0;
/// Narrower than this, the table is scrolled sideways.
pub const LEAST_WIDTH: f32 = 580.0;

/// A column: its heading, what it says, and whether it holds numbers.
struct Heading(&'static str, &'static str, bool);

/// What matters most comes first: the rest is scrolled to in a narrow window.
const HEADINGS: [Heading; 6] = [
    Heading("Unit", "The name in weight files and exports", false),
    Heading("Parameters", "What training changes in it", true),
    Heading("Multiply-adds", "For one picture; the bar is its share of the largest", false),
    Heading("Output", "Channels × height × width that it gives on", true),
    Heading("Sees", "Side of the square of input pixels that one output sees", true),
    Heading("Kind", "Stem, normal cell, reduction cell or head", false),
];

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
    ui.spacing_mut().item_spacing.x = 12.0;
    let mut table = TableBuilder::new(ui);
    let row = units.iter().position(|unit| unit.path == chosen);
    if let Some(row) = row.filter(|_| reveal) {
        table = table.scroll_to_row(row, Some(Align::Center));
    }
    let sized = |width, least| Column::initial(width).at_least(least).clip(true);
    table
        .id_salt("cost table")
        .min_scrolled_height(0.0)
        .striped(true)
        .sense(Sense::click())
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(sized(124.0, 90.0))
        .column(sized(84.0, 60.0))
        .column(Column::remainder().at_least(96.0).clip(true))
        .column(sized(106.0, 70.0))
        .column(sized(72.0, 60.0))
        .column(sized(70.0, 60.0))
        .header(ROW, |mut header| {
            for heading in &HEADINGS {
                header.col(|ui| heading_ui(ui, heading));
            }
        })
        .body(|body| {
            body.rows(ROW, units.len(), |mut row| {
                let unit = &units[row.index()];
                if row_ui(&mut row, unit, unit.path == chosen, most) {
                    actions.push(Action::ShowUnit(unit.path.clone()));
                }
            });
        });
}

fn heading_ui(ui: &mut Ui, Heading(name, tooltip, is_number): &Heading) {
    let text = egui::RichText::new(*name).strong();
    if *is_number {
        number_ui(ui, text).on_hover_text(*tooltip);
        return;
    }
    if *name == "Unit" {
        // The names below are buttons with a margin.
        ui.add_space(ui.spacing().button_padding.x);
    }
    ui.label(text).on_hover_text(*tooltip);
}

/// Draws a row. Returns whether it was clicked.
fn row_ui(row: &mut TableRow<'_, '_>, unit: &UnitCost, chosen: bool, most: u64) -> bool {
    row.set_selected(chosen);
    let mut clicked = false;
    row.col(|ui| clicked = name_ui(ui, unit, chosen));
    let number = |row: &mut TableRow<'_, '_>, text: String| {
        row.col(|ui| {
            number_ui(ui, text);
        });
    };
    number(row, grouped(unit.cost.parameters));
    row.col(|ui| macs_ui(ui, unit.cost.macs, most));
    let [channels, height, width] = unit.output.to_array();
    number(row, format!("{} × {height} × {width}", grouped(channels.into())));
    number(row, format!("{} px", grouped(unit.receptive_field)));
    row.col(|ui| {
        ui.label(kind_name(unit.kind));
    });
    clicked || row.response().clicked()
}

fn number_ui(ui: &mut Ui, text: impl Into<egui::WidgetText>) -> egui::Response {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(text)).inner
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
        UnitKind::AuxiliaryHead | UnitKind::Head => "head",
    }
}
