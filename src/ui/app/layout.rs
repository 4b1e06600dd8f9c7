//! Where things are in the window.

use std::cell::RefCell;

use eframe::egui::{
    self, Align2, CentralPanel, Context, Frame, Id, Margin, Panel, ScrollArea, Ui, UiBuilder,
};

use super::App;
use crate::arch::CellKind;
use crate::ui::canvas::CanvasInput;
use crate::ui::panes::menu::View;
use crate::ui::panes::picture::PictureInput;
use crate::ui::panes::split::Split;
use crate::ui::panes::training::TrainingInput;
use crate::ui::panes::{
    Action, help, menu, notice_strip, predictions, published, questions, status, table, totals,
    training, weights,
};
use crate::ui::theme;

/// Narrower than this, the cells are shown one above the other.
const SIDE_BY_SIDE: f32 = 900.0;
/// The height or width that each cell has at least.
const LEAST_CELL: f32 = 150.0;
/// The height that the cost table leaves to each cell, where they are above each other.
const GOOD_CELL: f32 = 215.0;
/// The height that the cost table has at least.
const LEAST_TABLE: f32 = 90.0;

impl App {
    /// Draws everything.
    pub(super) fn layout(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let ctx = ui.ctx().clone();
        Panel::top("menu").show(ui, |ui| {
            let chosen = |command| self.is_in_force(&ctx, command);
            let title = self.training_title();
            menu::show(ui, &self.entries(), chosen, self.view, &title, actions);
        });
        Panel::bottom("status").exact_size(28.0).show(ui, |ui| {
            let fetching = self.downloads.activity();
            let idle = fetching.as_deref().or(self.said.as_deref());
            status::show(ui, &self.work, self.opener.is_busy(), idle, actions);
        });
        if self.view == View::Training {
            let middle = ui.available_rect_before_wrap();
            self.training_ui(ui, actions);
            notice_strip::show(&ctx, middle, &self.notices, actions);
            self.windows_ui(&ctx, actions);
            return;
        }
        let gallery = self.view == View::Gallery;
        if self.panels.settings && !gallery {
            Panel::left("settings").default_size(292.0).size_range(260.0..=420.0).show(ui, |ui| {
                scrolled(ui, |ui| {
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
                    scrolled(ui, |ui| self.results_ui(ui, actions));
                },
            );
        }
        let middle = ui.available_rect_before_wrap();
        if gallery {
            CentralPanel::default().show(ui, |ui| self.gallery_ui(ui, actions));
            notice_strip::show(&ctx, middle, &self.notices, actions);
            self.windows_ui(&ctx, actions);
            return;
        }
        if self.panels.table {
            self.table_ui(ui, actions);
        }
        CentralPanel::default()
            .frame(Frame::central_panel(ui.style()).inner_margin(Margin::ZERO))
            .show(ui, |ui| self.cells_ui(ui, actions));
        notice_strip::show(&ctx, middle, &self.notices, actions);
        self.windows_ui(&ctx, actions);
    }

    fn table_ui(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        // Where there is little room, the cells come first.
        let most = (ui.available_height() - 2.0 * GOOD_CELL).max(LEAST_TABLE);
        let panel = Panel::bottom("table").resizable(true).default_size(180.0);
        panel.size_range(LEAST_TABLE..=most).show(ui, |ui| {
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
        });
    }

    fn training_ui(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let commands = training::COMMANDS;
        let unavailable = commands.map(|command| (command, self.unavailable(command)));
        let input = TrainingInput {
            work: &self.training,
            analysis: self.workspace.analysis(),
            weights: self.work.weights().map(|weights| weights.path.as_path()),
            unavailable: &unavailable,
        };
        Panel::left("training form").default_size(310.0).size_range(280.0..=460.0).show(ui, |ui| {
            scrolled(ui, |ui| self.train_pane.form_ui(ui, &input, actions));
        });
        CentralPanel::default().show(ui, |ui| {
            self.train_pane.show(ui, &input, &mut self.trials, actions);
        });
    }

    fn gallery_ui(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let analysis = self.workspace.analysis();
        let unchanged = self
            .workspace
            .preset()
            .is_some_and(|preset| preset.architecture == analysis.architecture);
        let open = unchanged.then(|| analysis.architecture.preset());
        self.gallery.show(ui, open, &mut self.panels.gallery, actions);
    }

    fn results_ui(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let result = self.work.result().cloned();
        let current = self.work.is_current();
        let input = PictureInput { result: result.as_ref(), current, busy: self.work.is_busy() };
        self.picture.show(ui, &input, actions);
        ui.add_space(theme::GAP);
        let input = predictions::PredictionsInput {
            result: result.as_deref(),
            current,
            busy: self.work.is_busy(),
            groups: self.workspace.analysis().plan.signatures.len(),
            is_published: published::is_published(self.workspace.architecture().preset()),
        };
        ui.scope(|ui| {
            // What was recognised is no longer, or not yet, on the pad.
            if self.picture.is_blank() {
                ui.set_opacity(theme::OUTDATED);
            }
            predictions::show(ui, &input, actions);
            ui.add_space(theme::GAP);
            self.activations.show(ui, result.as_ref(), current, actions);
        });
    }

    fn cells_ui(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let beside = ui.available_width() >= SIDE_BY_SIDE;
        let index = usize::from(beside);
        let split = Split { beside, share: self.panels.shares[index], least: LEAST_CELL };
        let this = RefCell::new((self, actions));
        let draw = |ui: &mut Ui, kind| {
            let (app, actions) = &mut *this.borrow_mut();
            app.cell_ui(ui, kind, actions);
        };
        let dragged = split.show(
            ui,
            [&mut |ui| draw(ui, CellKind::Normal), &mut |ui| draw(ui, CellKind::Reduction)],
        );
        if let Some(share) = dragged {
            this.into_inner().0.panels.shares[index] = share;
        }
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
        let index = kind as usize;
        let before = self.canvases[index].selection();
        let architecture = self.workspace.architecture().clone();
        let input = CanvasInput {
            kind,
            cell: architecture.cell(kind),
            positions: self.workspace.view().positions(kind),
            untrained: &self.untrained[index],
        };
        let place = ui.available_rect_before_wrap();
        let done = self.canvases[index].show(ui, &input);
        let selected = self.canvases[index].selection();
        let pressed =
            ui.input(|input| input.pointer.any_pressed()) && ui.rect_contains_pointer(place);
        if pressed || (selected.is_some() && selected != before) || !done.is_empty() {
            self.cell = kind;
        }
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
        if self.published_open {
            let preset = self.workspace.architecture().preset();
            published::show(ctx, &mut self.published_open, &self.downloads, preset, actions);
        }
        if let Some(report) = self.work.weights().filter(|_| self.weights_open).cloned() {
            let network = self.workspace.architecture();
            let identity = self.hashing.of(&report.path);
            weights::show(ctx, &mut self.weights_open, &report, identity, network, actions);
        }
        let entries = if self.palette.is_open() { self.entries() } else { Vec::new() };
        actions.extend(self.palette.show(ctx, entries).map(Action::Do));
        if self.asks_about_training {
            let start = self.training.start();
            let saved = start.is_some_and(|start| start.folder.is_some());
            questions::training(ctx, saved, actions);
        }
        if self.leaving.is_some() {
            questions::unsaved(ctx, self.workspace.architecture().name(), actions);
        }
        self.paste_ui(ctx);
        let answer = self.typed_path.as_mut().and_then(|question| question.show(ctx));
        if let Some(answer) = answer {
            self.receive_answer(ctx, answer);
            ctx.request_repaint();
        }
        drop_hint(ctx);
    }
}

/// Scrolls the contents of a panel, which keeps its width whatever is in it.
fn scrolled(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let place = ui.available_rect_before_wrap();
    let mut inside = ui.new_child(UiBuilder::new().max_rect(place));
    ScrollArea::vertical().auto_shrink([false, false]).show(&mut inside, contents);
    ui.advance_cursor_after_rect(place);
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
