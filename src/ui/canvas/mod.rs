//! A temporary stand-in for the cell canvas: lists the cell as text.
use std::collections::BTreeSet;

use eframe::egui::Ui;

use crate::arch::{Cell, CellKind, Edit, Positions, Side, StateName, cell_as_text};

/// What is selected on a canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// A hidden state.
    State(StateName),
    /// One side of a block.
    Wire {
        /// The block.
        block: StateName,
        /// The side.
        side: Side,
    },
    /// The cell's output.
    Output,
}

/// What a canvas shows.
pub struct CanvasInput<'a> {
    /// The kind of cell.
    pub kind: CellKind,
    /// The cell.
    pub cell: &'a Cell,
    /// Moved nodes.
    pub positions: &'a Positions,
    /// Sides whose weights are random numbers since an edit.
    pub untrained: &'a BTreeSet<(StateName, Side)>,
}

/// What the user did on a canvas.
#[derive(Clone, Debug, PartialEq)]
pub enum CanvasAction {
    /// Changed the cell.
    Edit(Edit),
    /// Moved a node.
    Moved {
        /// The state; none for the output.
        state: Option<StateName>,
        /// Where to.
        to: [f32; 2],
    },
    /// Asked for the automatic layout.
    ResetLayout,
    /// Tried what is not legal; one sentence.
    Refused(String),
}

/// The graph of one cell.
pub struct CellCanvas {
    kind: CellKind,
    selection: Option<Selection>,
}

impl CellCanvas {
    /// A canvas for one kind of cell.
    pub fn new(kind: CellKind) -> Self {
        CellCanvas { kind, selection: None }
    }

    /// What is selected.
    pub fn selection(&self) -> Option<Selection> {
        self.selection
    }

    /// Selects something.
    pub fn select(&mut self, selection: Option<Selection>) {
        self.selection = selection;
    }

    /// Shows the cell whole.
    pub fn fit(&mut self) {}

    /// Draws the canvas.
    pub fn show(&mut self, ui: &mut Ui, input: &CanvasInput<'_>) -> Vec<CanvasAction> {
        let mut actions = Vec::new();
        ui.monospace(cell_as_text(input.cell));
        ui.label(format!("{} moved, {} untrained", input.positions.len(), input.untrained.len()));
        if ui.button(format!("Forbidden thing in {}", self.kind)).clicked() {
            actions.push(CanvasAction::Refused("That is not legal".to_owned()));
        }
        ui.take_available_space();
        actions
    }
}
