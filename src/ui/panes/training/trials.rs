//! The table of cells that were tried.

use std::collections::HashMap;

use eframe::egui::{
    Align, Button, Id, Label, Layout, RichText, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, vec2,
};
use egui_extras::{Column as Width, TableBuilder, TableRow};

use super::{TrainingInput, command_button, duration, run};
use crate::arch::CellKind;
use crate::format::{grouped, short};
use crate::train::Trial;
use crate::ui::canvas::Sketch;
use crate::ui::command::Command;
use crate::ui::panes::{Action, heading};
use crate::ui::theme;
use crate::ui::training::{Column, Trials};

const ROW: f32 = 46.0;
const HEADER: f32 = 24.0;
/// Width of the two small drawings of a row.
const DRAWINGS: f32 = 156.0;
/// Narrower than this, the table is scrolled sideways.
const LEAST_WIDTH: f32 = 940.0;

/// The drawings of the cells, by fingerprint of the document.
pub type Sketches = HashMap<u64, [Sketch; 2]>;

/// A column: what it is sorted by, its heading, what it says.
const COLUMNS: [(Column, &str, &str); 8] = [
    (Column::Order, "Cells", "Normal and reduction cell; sorts by when they were first tried"),
    (Column::Name, "Name", "The document that they were tried in"),
    (Column::Accuracy, "Accuracy", "Mean over the seeds on test pictures ± standard deviation"),
    (Column::Parameters, "Trained", "Parameters of the small network that was trained"),
    (Column::Macs, "Its mult-adds", "Multiply-adds of the small network for one picture"),
    (Column::DocumentParameters, "Parameters", "Of the whole document"),
    (Column::DocumentMacs, "Mult-adds", "Multiply-adds of the whole document for one picture"),
    (Column::Seconds, "Time", "Training of all seeds together"),
];

/// The buttons of a row stand before this column, so that a narrow window shows them.
const AFTER_BUTTONS: Column = Column::Parameters;

/// Draws the trial that is going on, and the table.
pub fn show(
    ui: &mut Ui,
    sketches: &mut Sketches,
    input: &TrainingInput<'_>,
    trials: &mut Trials,
    actions: &mut Vec<Action>,
) {
    if input.work.trial().is_some() && input.work.is_running() {
        run::state_ui(ui, input, actions);
        ui.add_space(theme::GAP);
    }
    if trials.list().is_empty() {
        empty_ui(ui, input);
        return;
    }
    ui.horizontal(|ui| {
        heading(ui, "Which cells learn best");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            command_button(ui, input, Command::ExportTrials, "Export CSV…", actions);
        });
    });
    let note = "Each in the same small network (N 1, F 8, 32 px) on 4,000 shapes, 3 epochs a seed. \
                Differences below the spread may be luck: train a cell again for more seeds";
    ui.add(Label::new(RichText::new(note).weak()).wrap());
    ScrollArea::horizontal().auto_shrink([false, false]).show(ui, |ui| {
        ui.set_min_width(ui.available_width().max(LEAST_WIDTH));
        table_ui(ui, sketches, trials, actions);
    });
}

fn empty_ui(ui: &mut Ui, input: &TrainingInput<'_>) {
    if input.work.is_running() {
        ui.weak("The first result comes when its first seed is done");
        return;
    }
    ui.with_layout(Layout::top_down(Align::Center), |ui| {
        ui.add_space((ui.available_height() * 0.3).min(160.0));
        heading(ui, "No cell was tried yet");
        ui.weak("Train this cell tells in a minute or two how well the open cells learn");
        ui.weak("Edit a cell, try it again, and the two stand here side by side");
    });
}

fn table_ui(ui: &mut Ui, sketches: &mut Sketches, trials: &mut Trials, actions: &mut Vec<Action>) {
    ui.spacing_mut().item_spacing.x = 12.0;
    let order = trials.sorted();
    let (sorted_by, descending) = trials.order();
    let mut clicked = None;
    let sized = |width| Width::initial(width).at_least(60.0).clip(true);
    let mut table = TableBuilder::new(ui)
        .id_salt("trials")
        .striped(true)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Width::exact(DRAWINGS))
        .column(Width::remainder().at_least(110.0).clip(true))
        .column(sized(104.0))
        .column(Width::exact(118.0));
    for width in [72.0, 88.0, 84.0, 76.0, 62.0] {
        table = table.column(sized(width));
    }
    let table = table.header(HEADER, |mut header| {
        for (column, name, tooltip) in COLUMNS {
            if column == AFTER_BUTTONS {
                header.col(|_| {});
            }
            let arrow = match (sorted_by == column, descending) {
                (true, true) => " ⏷",
                (true, false) => " ⏶",
                _ => "",
            };
            header.col(|ui| {
                let text = RichText::new(format!("{name}{arrow}")).strong();
                let button = ui.add(Button::new(text).frame(false));
                let words = format!("Sort by {}", name.to_lowercase());
                button.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &words));
                if button.on_hover_text(format!("{tooltip}. Click to sort")).clicked() {
                    clicked = Some(column);
                }
            });
        }
    });
    table.body(|body| {
        body.rows(ROW, order.len(), |mut row| {
            let place = order[row.index()];
            row_ui(&mut row, sketches, &trials.list()[place], place, actions);
        });
    });
    if let Some(column) = clicked {
        trials.sort_by(column);
    }
}

fn row_ui(
    row: &mut TableRow<'_, '_>,
    sketches: &mut Sketches,
    trial: &Trial,
    place: usize,
    actions: &mut Vec<Action>,
) {
    let network = &trial.network;
    let drawn = sketches
        .entry(network.fingerprint())
        .or_insert_with(|| CellKind::BOTH.map(|kind| Sketch::new(network.cell(kind))));
    row.col(|ui| drawings_ui(ui, drawn, place));
    row.col(|ui| {
        let tooltip = format!("{}; fingerprint {:016x}", network.name(), network.fingerprint());
        ui.add(Label::new(network.name()).truncate()).on_hover_text(tooltip);
    });
    row.col(|ui| accuracy_ui(ui, trial));
    row.col(|ui| buttons_ui(ui, network.name(), place, actions));
    for number in [
        trial.trained_size.parameters,
        trial.trained_size.macs,
        trial.size.parameters,
        trial.size.macs,
    ] {
        row.col(|ui| {
            ui.label(short(number)).on_hover_text(grouped(number));
        });
    }
    row.col(|ui| {
        ui.label(duration(trial.seconds()));
    });
}

fn buttons_ui(ui: &mut Ui, name: &str, place: usize, actions: &mut Vec<Action>) {
    let named = |ui: &mut Ui, text: &str, tooltip: &str| {
        let button = ui.button(text).on_hover_text(tooltip);
        let words = format!("{text} {name}");
        button.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &words));
        button.clicked()
    };
    if named(ui, "Open", "Put these cells into the editor; can be undone") {
        actions.push(Action::OpenTrial(place));
    }
    if named(ui, "Delete", "Take this row off the table") {
        actions.push(Action::RemoveTrial(place));
    }
}

fn drawings_ui(ui: &mut Ui, sketches: &[Sketch; 2], place: usize) {
    let size = vec2((DRAWINGS - 4.0) / 2.0, ROW - 4.0);
    ui.spacing_mut().item_spacing.x = 4.0;
    for (sketch, kind) in sketches.iter().zip(CellKind::BOTH) {
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        sketch.paint(ui, rect);
        let response = ui.interact(rect, Id::new(("sketch", place, kind as u8)), Sense::hover());
        let words = format!("Drawing of the {kind} cell");
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &words));
        response.on_hover_text(format!("The {kind} cell; Open shows it large"));
    }
}

fn accuracy_ui(ui: &mut Ui, trial: &Trial) {
    let Some(mean) = trial.mean() else { return };
    let spread = match trial.deviation() {
        Some(deviation) => format!(" ± {:.1}", 100.0 * deviation),
        None => String::new(),
    };
    let each = trial.results.iter().map(|result| {
        format!(
            "seed {}: {:.1}%, {}",
            result.seed,
            100.0 * result.accuracy,
            duration(result.seconds)
        )
    });
    let each = each.collect::<Vec<_>>().join("\n");
    let tooltip = format!("Test accuracy over {} seeds\n{each}", trial.results.len());
    ui.label(RichText::new(format!("{:.1}{spread}%", 100.0 * mean)).strong())
        .on_hover_text(tooltip);
}
