//! Why something would not be a cell.

use super::{Cell, Side, StateName};

/// Why something would not be a cell, and what would be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellError {
    /// The cell has no such block.
    #[error("there is no block {name}; the blocks are {}", list(.known))]
    NoSuchBlock {
        /// The block asked for.
        name: StateName,
        /// The blocks there are.
        known: Vec<StateName>,
    },
    /// An operand reads a state that does not exist or is not made before its block.
    #[error("{block} {side} cannot read {from}: it may read {}", list(.legal))]
    IllegalSource {
        /// The block.
        block: StateName,
        /// The side of it.
        side: Side,
        /// The state it would read.
        from: StateName,
        /// The states made before the block.
        legal: Vec<StateName>,
    },
    /// The output list names a state that does not exist.
    #[error("{name} cannot be an output: the states are {}", list(.legal))]
    NoSuchOutput {
        /// The state asked for.
        name: StateName,
        /// The states there are.
        legal: Vec<StateName>,
    },
    /// The output list names a state twice.
    #[error("{0} is in the output list twice; each state may be there once")]
    RepeatedOutput(StateName),
    /// The output list is empty.
    #[error("a cell needs at least one output; any of {} can be one", list(.legal))]
    NoOutput {
        /// The states there are.
        legal: Vec<StateName>,
    },
    /// The block to remove is read by other blocks.
    #[error("{block} is read by {}; re-plug {} first", list(.users), if .users.len() == 1 { "it" } else { "them" })]
    BlockInUse {
        /// The block to remove.
        block: StateName,
        /// The blocks that read it.
        users: Vec<StateName>,
    },
    /// The block to remove is one of the four outputs of a cell that does not concatenate.
    #[error("{block} is output {number} of the cell; make another state output {number} first")]
    BlockIsOutput {
        /// The block to remove.
        block: StateName,
        /// Its place among the outputs.
        number: usize,
    },
    /// A cell has two inputs, or four.
    #[error("a cell has 2 or 4 inputs, this would have {0}")]
    InputCount(usize),
    /// A cell of four inputs has another number of outputs.
    #[error(
        "a cell of 4 inputs has 4 outputs, one for each of the next four cells, this would have {0}"
    )]
    OutputCount(usize),
    /// The number of blocks is outside what a cell may have.
    #[error("a cell has 1 to {} blocks, this would have {}", Cell::MAX_BLOCKS, .0)]
    BlockCount(usize),
    /// Two blocks have the same name, or a block has the name of an input.
    #[error("{} cannot name a new block: blocks have distinct names b0 to b{}", .0, Cell::MAX_NUMBER)]
    BadBlockName(StateName),
}

fn list(names: &[StateName]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
