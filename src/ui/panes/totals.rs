//! What the whole network costs, and how that differs from its preset.

use eframe::egui::{self, Align, Label, Layout, RichText, Ui};

use super::heading;
use crate::format::{bytes, difference, grouped, short};
use crate::ui::workspace::{Analysis, Workspace};

struct Total {
    name: &'static str,
    convention: &'static str,
    number: fn(&Analysis) -> u64,
    text: fn(u64) -> String,
}

const TOTALS: [Total; 9] = [
    Total {
        name: "Parameters",
        convention: "What training changes: weights of convolutions and of the dense layer, \
                     scales and offsets of batch norms",
        number: |analysis| analysis.cost.parameters().trainable,
        text: grouped,
    },
    Total {
        name: "With statistics",
        convention: "Parameters and the moving means and variances of the batch norms, \
                     as Keras counts in total",
        number: |analysis| analysis.cost.parameters().total,
        text: grouped,
    },
    Total {
        name: "Multiply-adds",
        convention: "One per multiplication of a convolution or of the dense layer, for one \
                     picture; batch norms, pools, sums and ReLUs count none",
        number: |analysis| analysis.cost.total.macs,
        text: short,
    },
    Total {
        name: "FLOPs",
        convention: "Floating point operations for one picture: two per multiply-add",
        number: |analysis| analysis.cost.flops(),
        text: short,
    },
    Total {
        name: "Activations",
        convention: "Memory of every tensor that one picture makes, float32, as training keeps \
                     them; batch norms work in place",
        number: |analysis| analysis.cost.activation_bytes.sum,
        text: bytes,
    },
    Total {
        name: "Peak memory",
        convention: "The most activation memory alive at once for one picture, float32, when \
                     each tensor is dropped after its last use",
        number: |analysis| analysis.cost.activation_bytes.peak,
        text: bytes,
    },
    Total {
        name: "Weights",
        convention: "Parameters and statistics as float32",
        number: |analysis| analysis.cost.weight_bytes(),
        text: bytes,
    },
    Total {
        name: "Receptive field",
        convention: "Side of the square of input pixels that one output of the last cell sees; \
                     the edges of the picture are ignored",
        number: |analysis| analysis.cost.receptive_field(),
        text: |pixels| format!("{} px", grouped(pixels)),
    },
    Total {
        name: "Last filters",
        convention: "Channels of the last cell, the number in names such as 6 @ 4032",
        number: |analysis| u64::from(analysis.plan.penultimate()),
        text: grouped,
    },
];

/// What every number follows; the tooltips say the rest.
const CONVENTIONS: [&str; 2] = [
    "Multiply-adds of convolutions and dense layer",
    "All for one picture (batch 1), memory as float32",
];

/// Draws the pane.
pub fn show(ui: &mut Ui, workspace: &Workspace) {
    ui.horizontal(|ui| {
        heading(ui, "Cost");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.weak("against preset").on_hover_text(
                "How each number differs from that of the preset the network started from",
            );
        });
    });
    ui.spacing_mut().item_spacing.y = 1.0;
    for total in &TOTALS {
        total_ui(ui, workspace, total);
    }
    ui.add_space(3.0);
    for convention in CONVENTIONS {
        ui.add(Label::new(RichText::new(convention).small().weak()).wrap());
    }
}

fn total_ui(ui: &mut Ui, workspace: &Workspace, total: &Total) {
    let now = (total.number)(workspace.analysis());
    let before = workspace.preset().map(|preset| (total.number)(preset));
    let row = ui.horizontal(|ui| {
        ui.label(total.name);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let against = before.map_or_else(|| "–".to_owned(), |before| difference(now, before));
            let text = RichText::new(against);
            let same = before == Some(now);
            ui.allocate_ui_with_layout(
                egui::vec2(58.0, ui.available_height()),
                Layout::right_to_left(Align::Center),
                |ui| {
                    ui.set_min_width(58.0);
                    ui.label(if same { text.weak() } else { text });
                },
            );
            ui.label(RichText::new((total.text)(now)).strong());
        });
    });
    let exact = format!("{} – exactly {}", total.convention, grouped(now));
    row.response.on_hover_text(match before {
        Some(before) => format!("{exact}; the preset has {}", grouped(before)),
        None => exact,
    });
}
