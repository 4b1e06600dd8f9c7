//! Names of the things on a canvas.

use crate::arch::{Side, StateName};

/// What is selected on a canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Selection {
    /// A hidden state: an input or a block.
    State(StateName),
    /// An operation: the wire into one side of a block.
    Wire {
        /// The block that reads.
        block: StateName,
        /// The side of it.
        side: Side,
    },
    /// The node that concatenates, or gives on the four outputs.
    Output,
}

/// A node of the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum NodeName {
    State(StateName),
    Output,
}

impl NodeName {
    pub(super) fn selection(self) -> Selection {
        match self {
            NodeName::State(name) => Selection::State(name),
            NodeName::Output => Selection::Output,
        }
    }
}

/// A wire of the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum WireName {
    /// Into one side of a block, through an operation.
    Operand { block: StateName, side: Side },
    /// From a state into the output.
    Output(StateName),
}

impl WireName {
    pub(super) fn selection(self) -> Selection {
        match self {
            WireName::Operand { block, side } => Selection::Wire { block, side },
            WireName::Output(_) => Selection::Output,
        }
    }

    /// The node that the wire leads to.
    pub(super) fn target(self) -> NodeName {
        match self {
            WireName::Operand { block, .. } => NodeName::State(block),
            WireName::Output(_) => NodeName::Output,
        }
    }
}
