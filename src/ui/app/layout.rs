//! Where things are in the window.

use eframe::egui::{self, Align2, CentralPanel, Context, Frame, Id, Margin, Panel, ScrollArea, Ui};

use super::App;
use crate::arch::CellKind;
use crate::ui::canvas::CanvasInput;
use crate::ui::panes::{
    Action, help, menu, notice_strip, predictions, questions, status, table, totals, weights,
};
use crate::ui::theme;

/// Narrower than this, the cells are shown one above the other.
const SIDE_BY_SIDE: f32 = 900.0;

impl App {
    /// Draws everything.
    pub(super) fn layout(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let ctx = ui.ctx().clone();
        Panel::top("menu").show(ui, |ui| {
            let chosen = |command| self.is_in_force(&ctx, command);
            menu::show(ui, &self.entries(), chosen, actions);
        });
        if !self.notices.list().is_empty() {
            Panel::top("notices").show(ui, |ui| notice_strip::show(ui, &self.notices, actions));
        }
        Panel::bottom("status").exact_size(28.0).show(ui, |ui| {
            status::show(ui, &self.work, self.opener.is_busy(), actions);
        });
        if self.panels.settings {
            Panel::left("settings").default_size(292.0).size_range(260.0..=420.0).show(ui, |ui| {
                ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
                    self.settings.show(ui, &self.workspace, actions);
                    ui.add_space(theme::GAP);
                    totals::show(ui, &self.workspace);
                });
            });
        }
        if self.panels.results {
            // A wide window has room for larger activations.
            let results = (ctx.content_rect().width() * 0.22).clamp(316.0, 480.0);
            Panel::right("results").default_size(results).size_range(280.0..=720.0).show(
                ui,
                |ui| {
                    ScrollArea::vertical()
                        .auto_shrink([false, false])
                        .show(ui, |ui| self.results_ui(ui, actions));
                },
            );
        }
        if self.panels.table {
            Panel::bottom("table").resizable(true).default_size(180.0).min_size(90.0).show(
                ui,
                |ui| {
                    let analysis = self.workspace.analysis().clone();
                    ScrollArea::horizontal().auto_shrink([false, false]).show(ui, |ui| {
                        ui.set_min_width(ui.available_width().max(table::LEAST_WIDTH));
                        let unit = self.activations.unit();
                        let reveal = self.revealed != unit;
                        table::show(ui, &analysis, unit, reveal, actions);
                        if reveal {
                            self.revealed = unit.to_owned();
                        }
                    });
                },
            );
        }
        CentralPanel::default()
            .frame(Frame::central_panel(ui.style()).inner_margin(Margin::ZERO))
            .show(ui, |ui| self.cells_ui(ui, actions));
        self.windows_ui(&ctx, actions);
    }

    fn results_ui(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let result = self.work.result().cloned();
        let current = self.work.is_current();
        self.picture.show(ui, result.as_ref(), current, actions);
        ui.add_space(theme::GAP);
        let input = predictions::PredictionsInput {
            result: result.as_deref(),
            current,
            busy: self.work.is_busy(),
            device: self.work.device().map(|device| device.name.as_str()),
            groups: self.workspace.analysis().plan.signatures.len(),
        };
        predictions::show(ui, &input);
        ui.add_space(theme::GAP);
        self.activations.show(ui, result.as_ref(), current, actions);
    }

    fn cells_ui(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let size = ui.available_size();
        // Above each other, the normal cell has more rows to show.
        let normal = if size.x >= SIDE_BY_SIDE {
            Panel::left("normal cell").default_size(size.x / 2.0).min_size(240.0)
        } else {
            Panel::top("normal cell, above").default_size(size.y * 0.56).min_size(110.0)
        };
        let frame = Frame::central_panel(ui.style()).inner_margin(Margin::same(4));
        normal
            .resizable(true)
            .frame(frame)
            .show(ui, |ui| self.cell_ui(ui, CellKind::Normal, actions));
        CentralPanel::default()
            .frame(frame)
            .show(ui, |ui| self.cell_ui(ui, CellKind::Reduction, actions));
    }

    fn cell_ui(&mut self, ui: &mut Ui, kind: CellKind, actions: &mut Vec<Action>) {
        let (title, tooltip) = match kind {
            CellKind::Normal => ("Normal cell", "Keeps height and width; repeated N times a stage"),
            CellKind::Reduction => {
                ("Reduction cell", "Halves height and width; between the stages and in the stem")
            }
        };
        ui.horizontal(|ui| {
            ui.strong(title).on_hover_text(tooltip);
            let cell = self.workspace.architecture().cell(kind);
            ui.weak(format!("{} blocks", cell.blocks().len()));
        });
        let index = usize::from(kind == CellKind::Reduction);
        let architecture = self.workspace.architecture().clone();
        let input = CanvasInput {
            kind,
            cell: architecture.cell(kind),
            positions: self.workspace.view().positions(kind),
            untrained: &self.untrained[index],
        };
        let done = self.canvases[index].show(ui, &input);
        actions.extend(done.into_iter().map(|action| Action::Canvas(kind, action)));
    }

    fn windows_ui(&mut self, ctx: &Context, actions: &mut Vec<Action>) {
        if self.compare.open {
            let architecture = self.workspace.architecture().clone();
            self.compare.show(ctx, &architecture);
        }
        if self.help_open {
            help::show(ctx, &mut self.help_open);
        }
        if let Some(report) = self.work.weights().filter(|_| self.weights_open).cloned() {
            let settings = *self.workspace.architecture().settings();
            weights::show(ctx, &mut self.weights_open, &report, &settings, actions);
        }
        let entries = if self.palette.is_open() { self.entries() } else { Vec::new() };
        actions.extend(self.palette.show(ctx, entries).map(Action::Do));
        if self.leaving.is_some() {
            questions::unsaved(ctx, self.workspace.architecture().name(), actions);
        }
        drop_hint(ctx);
    }
}

/// Says what dropping would do while files hover over the window.
fn drop_hint(ctx: &Context) {
    let hovering = ctx.input(|input| input.raw.hovered_files.len());
    if hovering == 0 {
        return;
    }
    egui::Area::new(Id::new("drop hint"))
        .order(egui::Order::Tooltip)
        .anchor(Align2::CENTER_CENTER, egui::Vec2::ZERO)
        .interactable(false)
        .show(ctx, |ui| {
            let colors = theme::of(ui);
            Frame::popup(ui.style())
                .stroke(egui::Stroke::new(2.0, colors.accent))
                .inner_margin(24)
                .show(ui, |ui| {
                    ui.heading("Drop a picture, an architecture or a weight file");
                    if hovering > 1 {
                        ui.weak(format!("{hovering} files"));
                    }
                });
        });
}
