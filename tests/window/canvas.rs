//! Every gesture and key of the cell canvas, and the edit it makes.

use std::collections::BTreeSet;

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Event, Key, Modifiers, MouseWheelUnit, PointerButton, Pos2, Rect, Shape, TouchPhase, Ui, Vec2,
    pos2, vec2,
};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use nasnet_explorer::arch::{
    Architecture, Block, Cell, CellKind, Combine, Edit, Op, Operand, Positions, Side, StateName,
    zoo,
};
use nasnet_explorer::ui::canvas::{CanvasAction, CanvasInput, CellCanvas, Selection};

const H: StateName = StateName::H;
const P: StateName = StateName::P;

fn b(number: u16) -> StateName {
    StateName::Block(number)
}

/// A canvas in an application that carries out what it is asked for.
struct App {
    canvas: CellCanvas,
    kind: CellKind,
    network: Architecture,
    positions: Positions,
    untrained: BTreeSet<(StateName, Side)>,
    actions: Vec<CanvasAction>,
}

impl App {
    fn new(kind: CellKind) -> App {
        App {
            canvas: CellCanvas::new(kind),
            kind,
            network: zoo::architecture(zoo::DEFAULT).unwrap(),
            positions: Positions::new(),
            untrained: BTreeSet::new(),
            actions: Vec::new(),
        }
    }

    fn ui(ui: &mut Ui, app: &mut App) {
        let input = CanvasInput {
            kind: app.kind,
            cell: app.network.cell(app.kind),
            positions: &app.positions,
            untrained: &app.untrained,
        };
        let actions = app.canvas.show(ui, &input);
        for action in &actions {
            match action {
                CanvasAction::Edit(edit) => {
                    // The canvas asks only for what the document allows.
                    app.network = app.network.edited(edit).unwrap();
                }
                CanvasAction::Moved { state, to } => {
                    app.positions.insert(*state, *to);
                }
                CanvasAction::ResetLayout => app.positions.clear(),
                CanvasAction::Train | CanvasAction::Refused(_) => {}
            }
        }
        app.actions.extend(actions);
    }
}

/// The window of a test, with words for what hands do.
struct Window<'a>(Harness<'a, App>);

impl Window<'_> {
    fn open(kind: CellKind) -> Self {
        Self::with(App::new(kind), vec2(700.0, 500.0))
    }

    fn normal() -> Self {
        Self::open(CellKind::Normal)
    }

    fn with(app: App, size: Vec2) -> Self {
        let builder = Harness::builder().with_size(size).with_step_dt(0.02).with_max_steps(20);
        let mut window = Window(builder.build_ui_state(App::ui, app));
        window.0.run();
        window
    }

    fn cell(&self) -> &Cell {
        let app = self.0.state();
        app.network.cell(app.kind)
    }

    fn selection(&self) -> Option<Selection> {
        self.0.state().canvas.selection()
    }

    fn actions(&mut self) -> Vec<CanvasAction> {
        std::mem::take(&mut self.0.state_mut().actions)
    }

    /// The one edit that was asked for.
    fn edit(&mut self) -> Edit {
        let actions = self.actions();
        match actions.as_slice() {
            [CanvasAction::Edit(edit)] => edit.clone(),
            other => panic!("one edit expected, got {other:?}"),
        }
    }

    /// The one refusal that was shown.
    fn refusal(&mut self) -> String {
        let actions = self.actions();
        match actions.as_slice() {
            [CanvasAction::Refused(reason)] => reason.clone(),
            other => panic!("one refusal expected, got {other:?}"),
        }
    }

    /// Where the item is whose accessible name begins with `name`.
    fn rect(&self, name: &str) -> Rect {
        let mut items = self.0.query_all_by_label_contains(name);
        let begins = |node: &egui_kittest::Node| {
            node.accesskit_node().label().is_some_and(|label| label.starts_with(name))
        };
        items.find(begins).unwrap_or_else(|| panic!("no {name:?}")).rect()
    }

    fn at(&self, name: &str) -> Pos2 {
        self.rect(name).center()
    }

    /// A place of the canvas where nothing is drawn.
    fn empty(&self) -> Pos2 {
        let pane = self.rect("Normal cell");
        pane.left_bottom() + vec2(20.0, -20.0)
    }

    fn press(&mut self, at: Pos2, button: PointerButton, pressed: bool) {
        let modifiers = Modifiers::NONE;
        self.0.event(Event::PointerButton { pos: at, button, pressed, modifiers });
        self.0.run_steps(1);
    }

    fn point(&mut self, at: Pos2) {
        self.0.event(Event::PointerMoved(at));
        self.0.run_steps(2);
    }

    fn click(&mut self, at: Pos2, button: PointerButton) {
        self.point(at);
        self.press(at, button, true);
        self.press(at, button, false);
        self.0.run_steps(1);
    }

    fn double_click(&mut self, at: Pos2) {
        for _ in 0..2 {
            self.press(at, PointerButton::Primary, true);
            self.press(at, PointerButton::Primary, false);
        }
        self.0.run_steps(3);
    }

    /// Takes hold at `from` and goes to `to`, without letting go.
    fn hold(&mut self, from: Pos2, to: Pos2) {
        self.point(from);
        self.press(from, PointerButton::Primary, true);
        for share in [0.3, 0.7, 1.0] {
            self.point(from + (to - from) * share);
        }
    }

    fn drag(&mut self, from: Pos2, to: Pos2) {
        self.hold(from, to);
        self.press(to, PointerButton::Primary, false);
        self.0.run_steps(1);
    }

    fn key(&mut self, key: Key) {
        self.0.key_press(key);
        self.0.run_steps(2);
    }

    fn choose(&mut self, entry: &str) {
        // The first frames of a popup measure it.
        self.0.run_steps(2);
        let at = self.0.get_by_label(entry).rect().center();
        self.click(at, PointerButton::Primary);
        self.0.run_steps(1);
    }

    fn shows(&self, text: &str) -> bool {
        self.0.query_all_by_label_contains(text).next().is_some()
    }
}

mod four_inputs;
mod gestures;
mod keyboard;
mod quiet;
mod reading;
