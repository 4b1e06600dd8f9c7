//! Two networks side by side.

use eframe::egui::{
    self, Align, Color32, ComboBox, Context, Grid, Label, Layout, RichText, ScrollArea, Ui, Window,
};

use super::{bar, heading};
use crate::arch::{Architecture, Block, StateName, zoo};
use crate::cost::{BlockPair, CellDifference, Comparison, StageCost, Summary, compare};
use crate::format::{bytes, difference, grouped, short};
use crate::ui::theme;

/// One of the two networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// The preset of this name.
    Preset(&'static str),
    /// The open document.
    Open,
}

/// What is compared.
pub struct ComparePane {
    /// Whether the window is open.
    pub open: bool,
    sides: [Network; 2],
    cached: Option<([u64; 2], Comparison)>,
}

impl Default for ComparePane {
    fn default() -> Self {
        let sides = ["nasnet-a-mobile", "nasnet-a-large"].map(Network::Preset);
        ComparePane { open: false, sides, cached: None }
    }
}

impl ComparePane {
    /// Draws the window.
    pub fn show(&mut self, ctx: &Context, document: &Architecture) {
        let mut open = self.open;
        let rect = ctx.content_rect();
        Window::new("Compare networks")
            .open(&mut open)
            .default_width(640.0)
            .default_height(rect.height() - 140.0)
            .default_pos(rect.center_top() + egui::vec2(-320.0, 60.0))
            .collapsible(false)
            .show(ctx, |ui| {
                self.sides_ui(ui, document);
                let colors = theme::of(ui);
                let names = self.sides.map(|side| title(side, document));
                let comparison = self.comparison(document);
                ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
                    cost_ui(ui, comparison, &names);
                    settings_ui(ui, comparison);
                    let of: fn(&StageCost) -> u64 = |stage| stage.params;
                    stages_ui(ui, comparison, "Parameters by stage", of, colors);
                    stages_ui(ui, comparison, "Multiply-adds by stage", |stage| stage.macs, colors);
                    for cell in &comparison.cells {
                        cell_ui(ui, cell);
                    }
                });
            });
        self.open = open;
    }

    fn sides_ui(&mut self, ui: &mut Ui, document: &Architecture) {
        ui.columns(2, |columns| {
            let names = ["First network", "Second network"];
            for ((ui, side), name) in columns.iter_mut().zip(&mut self.sides).zip(names) {
                let combo = ComboBox::from_id_salt(name)
                    .width(ui.available_width())
                    .selected_text(title(*side, document))
                    .truncate()
                    .show_ui(ui, |ui| {
                        let presets = zoo::names().into_iter().map(Network::Preset);
                        for choice in std::iter::once(Network::Open).chain(presets) {
                            ui.selectable_value(side, choice, title(choice, document));
                        }
                    });
                combo.response.widget_info(|| {
                    let mut info =
                        egui::WidgetInfo::labeled(egui::WidgetType::ComboBox, true, name);
                    info.current_text_value = Some(title(*side, document));
                    info
                });
            }
        });
    }

    fn comparison(&mut self, document: &Architecture) -> &Comparison {
        let networks = self.sides.map(|side| network(side, document));
        let key = [networks[0].fingerprint(), networks[1].fingerprint()];
        let kept = self.cached.take().filter(|(of, _)| *of == key);
        let fresh = || (key, compare(&networks[0], &networks[1]));
        &self.cached.insert(kept.unwrap_or_else(fresh)).1
    }
}

fn network(side: Network, document: &Architecture) -> Architecture {
    match side {
        Network::Open => document.clone(),
        Network::Preset(name) => zoo::architecture(name).unwrap_or_else(|| document.clone()),
    }
}

fn title(side: Network, document: &Architecture) -> String {
    match side {
        Network::Open => format!("Open: {}", document.name()),
        Network::Preset(name) => {
            let known = zoo::PRESETS.iter().find(|preset| preset.name == name);
            known.map_or(name, |preset| preset.title).to_owned()
        }
    }
}

fn cost_ui(ui: &mut Ui, comparison: &Comparison, names: &[String; 2]) {
    heading(ui, "Cost");
    type Row = (&'static str, fn(&Summary) -> u64, fn(u64) -> String);
    let rows: [Row; 9] = [
        ("Parameters", |side| side.params.trainable, grouped),
        ("With statistics", |side| side.params.total, grouped),
        ("Multiply-adds", |side| side.macs, grouped),
        ("FLOPs", |side| side.flops, grouped),
        ("Activations", |side| side.activation_bytes.sum, bytes),
        ("Peak memory", |side| side.activation_bytes.peak, bytes),
        ("Weights", |side| side.weight_bytes, bytes),
        ("Last filters", |side| u64::from(side.penultimate), grouped),
        (
            "Receptive field",
            |side| side.receptive_field,
            |pixels| format!("{} px", grouped(pixels)),
        ),
    ];
    let width = column(ui);
    Grid::new("cost").num_columns(4).striped(true).min_col_width(width).max_col_width(width).show(
        ui,
        |ui| {
            ui.label("");
            for text in [names[0].as_str(), &names[1], "Second against first"] {
                number_ui(ui, RichText::new(text).strong());
            }
            ui.end_row();
            for (name, of, text) in rows {
                let [a, b] = [of(&comparison.a), of(&comparison.b)];
                ui.label(name);
                for text in [text(a), text(b), difference(b, a)] {
                    number_ui(ui, text.into());
                }
                ui.end_row();
            }
        },
    );
}

/// The width of each of four equal columns.
fn column(ui: &Ui) -> f32 {
    (ui.available_width() - 3.0 * ui.spacing().item_spacing.x) / 4.0
}

/// Numbers of one column end below each other.
fn number_ui(ui: &mut Ui, text: RichText) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.add(Label::new(text).truncate()));
}

fn stages_ui(
    ui: &mut Ui,
    comparison: &Comparison,
    title: &str,
    of: fn(&StageCost) -> u64,
    colors: theme::Palette,
) {
    heading(ui, title);
    let sides = [&comparison.a.stages, &comparison.b.stages];
    let most = sides.iter().flat_map(|stages| stages.iter().map(of)).max().unwrap_or(0).max(1);
    for (first, second) in sides[0].iter().zip(sides[1]) {
        ui.horizontal(|ui| {
            let (_, place) = ui.allocate_space(egui::vec2(64.0, 34.0));
            ui.put(place, egui::Label::new(first.label()));
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                bar_ui(ui, "first", of(first), first.cells, most, colors.accent);
                bar_ui(ui, "second", of(second), second.cells, most, colors.second);
            });
        });
    }
}

fn bar_ui(ui: &mut Ui, side: &str, number: u64, cells: usize, most: u64, color: Color32) {
    let row = ui.horizontal(|ui| {
        let numbers = 150.0;
        let width = (ui.available_width() - numbers).max(40.0);
        let (rect, _) = ui.allocate_exact_size(egui::vec2(width, 16.0), egui::Sense::hover());
        let strip = egui::Rect::from_center_size(rect.center(), egui::vec2(width, 8.0));
        bar::paint(ui, strip, (number as f64 / most as f64) as f32, color);
        ui.label(RichText::new(format!("{side} {}", short(number))).small());
    });
    row.response.on_hover_text(format!("{side}: {} in {cells} cells", grouped(number)));
}

fn settings_ui(ui: &mut Ui, comparison: &Comparison) {
    heading(ui, "Settings");
    let width = column(ui);
    Grid::new("settings")
        .num_columns(4)
        .striped(true)
        .min_col_width(width)
        .max_col_width(width)
        .show(ui, |ui| {
            for pair in &comparison.settings {
                let shown = |text: &str| {
                    let text = RichText::new(text);
                    if pair.differs() { text.strong() } else { text.weak() }
                };
                ui.label(pair.setting);
                for text in
                    [pair.a.as_str(), &pair.b, if pair.differs() { "differs" } else { "same" }]
                {
                    number_ui(ui, shown(text));
                }
                ui.end_row();
            }
        });
}

fn cell_ui(ui: &mut Ui, cell: &CellDifference) {
    heading(
        ui,
        if cell.cell == crate::arch::CellKind::Normal { "Normal cell" } else { "Reduction cell" },
    );
    if cell.is_none() {
        ui.weak("The cells are the same");
        return;
    }
    Grid::new(cell.cell).num_columns(3).striped(true).spacing([16.0, 4.0]).show(ui, |ui| {
        for BlockPair { block, a, b } in &cell.blocks {
            ui.label(RichText::new(block.to_string()).strong());
            ui.label(described(a.as_ref()));
            ui.label(described(b.as_ref()));
            ui.end_row();
        }
        if let Some([a, b]) = &cell.output {
            ui.label(RichText::new("output").strong());
            ui.label(listed(a));
            ui.label(listed(b));
            ui.end_row();
        }
    });
}

fn described(block: Option<&Block>) -> String {
    let Some(block) = block else { return "none".to_owned() };
    let [left, right] =
        [block.left, block.right].map(|side| format!("{}({})", side.op.label(), side.from));
    block.combine.expression(&left, &right)
}

fn listed(names: &[StateName]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
