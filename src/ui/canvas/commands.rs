//! Commands by name, from menus and the palette, for what is selected.

use super::edits::Outcome;
use super::{CanvasAction, CellCanvas, Frame, Selection};
use crate::arch::{Cell, Side, StateName};

/// Something to do with a cell, or with what is selected in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellCommand {
    /// Add a block.
    AddBlock,
    /// Remove the selected block.
    RemoveBlock,
    /// Put the selected state on the output, or take it off.
    ToggleOutput,
    /// Change how the selected block joins its sides.
    ToggleCombine,
    /// Choose the operation of one side of the selected block, and the state that it reads.
    Plug(Side),
    /// Concatenate exactly the states that no block reads.
    UseUnused,
    /// Forget where nodes were put.
    ResetLayout,
}

impl CellCommand {
    /// Every command.
    pub const ALL: [CellCommand; 8] = [
        CellCommand::AddBlock,
        CellCommand::RemoveBlock,
        CellCommand::ToggleOutput,
        CellCommand::ToggleCombine,
        CellCommand::Plug(Side::Left),
        CellCommand::Plug(Side::Right),
        CellCommand::UseUnused,
        CellCommand::ResetLayout,
    ];
}

/// What a canvas was asked for by name since its last frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    Focus,
    Do(CellCommand),
}

impl CellCanvas {
    /// Gives the keyboard to the canvas in its next frame.
    pub fn focus(&mut self) {
        self.request = Some(Request::Focus);
    }

    /// Does something in the next frame, with what is selected then.
    pub fn command(&mut self, command: CellCommand) {
        self.request = Some(Request::Do(command));
    }

    /// Whether a menu or a picker is open over the canvas.
    pub fn has_popover(&self) -> bool {
        self.popover.is_some()
    }

    /// Why a command does nothing with what is selected, if so.
    pub fn unavailable(&self, cell: &Cell, command: CellCommand) -> Option<String> {
        let unless = |possible: bool, reason: &str| (!possible).then(|| reason.to_owned());
        match command {
            CellCommand::AddBlock => unless(
                cell.blocks().len() < Cell::MAX_BLOCKS,
                "The cell has as many blocks as a cell may have",
            ),
            CellCommand::RemoveBlock => match self.block() {
                None => Some("Select a block first".to_owned()),
                Some(block) => cell.can_remove(block).err().map(|reason| reason.to_string()),
            },
            CellCommand::ToggleOutput | CellCommand::UseUnused if !cell.concatenates() => Some(
                "A cell of four inputs has four outputs: choose one in the menu of a state"
                    .to_owned(),
            ),
            CellCommand::ToggleOutput => {
                unless(self.state().is_some(), "Select a block or an input first")
            }
            CellCommand::ToggleCombine | CellCommand::Plug(_) => {
                unless(self.block().is_some(), "Select a block first")
            }
            CellCommand::UseUnused => unless(
                cell.output() != cell.unused_states(),
                "The output concatenates exactly these already",
            ),
            CellCommand::ResetLayout => {
                unless(self.had_positions, "Every node is where the layout puts it")
            }
        }
    }

    /// The state that is selected, or whose operation is.
    fn state(&self) -> Option<StateName> {
        match self.selection? {
            Selection::State(state) | Selection::Wire { block: state, .. } => Some(state),
            Selection::Output => None,
        }
    }

    fn block(&self) -> Option<StateName> {
        self.state().filter(|state| !state.is_input())
    }

    /// Does what was asked for by name since the last frame.
    pub(super) fn follow_request(&mut self, frame: &Frame, actions: &mut Vec<CanvasAction>) {
        match self.request.take() {
            None => {}
            Some(Request::Focus) => {
                let first = frame.input.cell.blocks().first().map(|block| block.name);
                let selection = self.selection.or(first.map(Selection::State));
                self.select_and_focus(frame, selection);
            }
            Some(Request::Do(CellCommand::AddBlock)) => self.ask_for_block(frame, actions),
            Some(Request::Do(CellCommand::Plug(side))) => {
                if let Some(block) = self.block() {
                    let wire = frame.scene.rect_of(Selection::Wire { block, side });
                    let at = self.camera.rect_to_screen(wire).left_bottom();
                    self.open_picker(frame, block, side, at);
                }
            }
            Some(Request::Do(command)) => actions.extend(self.outcome(frame, command)),
        }
    }

    fn outcome(&self, frame: &Frame, command: CellCommand) -> Outcome {
        match command {
            CellCommand::RemoveBlock => frame.edited.remove(self.block()?),
            CellCommand::ToggleOutput => frame.edited.toggle_output(self.state()?),
            CellCommand::ToggleCombine => frame.edited.toggle_combine(self.block()?),
            CellCommand::UseUnused => frame.edited.use_unused(),
            CellCommand::ResetLayout => Some(CanvasAction::ResetLayout),
            CellCommand::AddBlock | CellCommand::Plug(_) => None,
        }
    }
}
