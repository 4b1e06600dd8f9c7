//! The edits that gestures, keys and menus ask for. What is legal is the cell's to say; a refusal
//! is its own text.

use super::CanvasAction;
use crate::arch::{Cell, CellError, CellKind, Combine, Edit, Op, Operand, Side, StateName};

/// What a gesture comes to: an action, or nothing to do.
pub(super) type Outcome = Option<CanvasAction>;

/// A cell and which one it is.
#[derive(Clone, Copy)]
pub(super) struct Edited<'a> {
    pub(super) kind: CellKind,
    pub(super) cell: &'a Cell,
}

impl Edited<'_> {
    /// Why a side of a block may not read `from`, if it may not.
    pub(super) fn source_refusal(
        self,
        block: StateName,
        side: Side,
        from: StateName,
    ) -> Option<CellError> {
        let legal = self.cell.legal_sources(block);
        (!legal.contains(&from)).then_some(CellError::IllegalSource { block, side, from, legal })
    }

    /// Plugs a side of a block into `from`.
    pub(super) fn replug(self, block: StateName, side: Side, from: StateName) -> Outcome {
        if let Some(refusal) = self.source_refusal(block, side, from) {
            return refused(&refusal);
        }
        let current = self.cell.block(block).ok()?.operand(side).from;
        let edit = Edit::Replug { cell: self.kind, block, side, from };
        (current != from).then_some(CanvasAction::Edit(edit))
    }

    /// Sets the operation on a side of a block.
    pub(super) fn set_op(self, block: StateName, side: Side, op: Op) -> Outcome {
        let current = self.cell.block(block).ok()?.operand(side).op;
        let edit = Edit::SetOp { cell: self.kind, block, side, op };
        (current != op).then_some(CanvasAction::Edit(edit))
    }

    /// Puts a state on the output list, at its place in the order of states, or takes it off.
    /// What was there keeps its order.
    pub(super) fn toggle_output(self, state: StateName) -> Outcome {
        if !self.cell.concatenates() {
            return refused(&format!(
                "A cell of four inputs has four outputs: choose in the menu of {state} which of them it is"
            ));
        }
        let mut output = self.cell.output().to_vec();
        if let Some(index) = output.iter().position(|name| *name == state) {
            output.remove(index);
        } else {
            let place = output.iter().position(|name| *name > state).unwrap_or(output.len());
            output.insert(place, state);
        }
        self.set_output(output)
    }

    /// Makes a state the output of this number of a cell that does not concatenate. If it was
    /// another output, the two change places.
    pub(super) fn make_output(self, state: StateName, number: usize) -> Outcome {
        let mut output = self.cell.output().to_vec();
        match output.iter().position(|name| *name == state) {
            Some(before) => output.swap(before, number),
            None => output[number] = state,
        }
        self.set_output(output)
    }

    /// Concatenates exactly the states that no block reads, as the paper's text says.
    pub(super) fn use_unused(self) -> Outcome {
        self.set_output(self.cell.unused_states())
    }

    /// Moves a state in the output list by one place: up with -1, down with 1.
    pub(super) fn shift_output(self, state: StateName, by: isize) -> Outcome {
        let mut output = self.cell.output().to_vec();
        let index = output.iter().position(|name| *name == state)?;
        let other = index.checked_add_signed(by).filter(|other| *other < output.len())?;
        output.swap(index, other);
        self.set_output(output)
    }

    fn set_output(self, output: Vec<StateName>) -> Outcome {
        if output.is_empty() {
            return refused(&CellError::NoOutput { legal: self.cell.states() });
        }
        let edit = Edit::SetOutput { cell: self.kind, output };
        (edit != self.current_output()).then_some(CanvasAction::Edit(edit))
    }

    fn current_output(self) -> Edit {
        Edit::SetOutput { cell: self.kind, output: self.cell.output().to_vec() }
    }

    /// Adds a block like those of NASNet-A: a separable convolution of the newest state, and the
    /// cell's input passed on.
    pub(super) fn add_block(self) -> Outcome {
        let count = self.cell.blocks().len() + 1;
        if count > Cell::MAX_BLOCKS {
            return refused(&CellError::BlockCount(count));
        }
        let newest = self.cell.states().last().copied().unwrap_or(StateName::H);
        Some(CanvasAction::Edit(Edit::AddBlock {
            cell: self.kind,
            left: Operand { op: Op::SeparableConv3x3, from: newest },
            right: Operand { op: Op::Identity, from: StateName::H },
            combine: Combine::Add,
        }))
    }

    /// Removes a block.
    pub(super) fn remove(self, block: StateName) -> Outcome {
        match self.cell.can_remove(block) {
            Ok(()) => Some(CanvasAction::Edit(Edit::RemoveBlock { cell: self.kind, block })),
            Err(refusal) => refused(&refusal),
        }
    }

    /// Switches a block between sum and concatenation; one that is normalised becomes a sum.
    pub(super) fn toggle_combine(self, block: StateName) -> Outcome {
        match self.cell.block(block) {
            Ok(data) => self.set_combine(block, toggled(data.combine)),
            Err(refusal) => refused(&refusal),
        }
    }

    /// Sets how a block joins its sides.
    pub(super) fn set_combine(self, block: StateName, combine: Combine) -> Outcome {
        Some(CanvasAction::Edit(Edit::SetCombine { cell: self.kind, block, combine }))
    }
}

/// What the key for it makes of a combination.
pub(super) fn toggled(combine: Combine) -> Combine {
    if combine == Combine::Add { Combine::Concat } else { Combine::Add }
}

/// A refusal, for the application to show.
pub(super) fn refused(reason: &impl ToString) -> Outcome {
    Some(CanvasAction::Refused(reason.to_string()))
}
