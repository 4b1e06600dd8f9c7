//! Everything that can be done to a document.

use std::fmt;

use super::{
    Architecture, CellError, CellKind, Combine, Flavour, Op, Operand, Setting, SettingError,
    Settings, Side, StateName, zoo,
};

/// One change of an [`Architecture`]; [`Architecture::edited`] carries it out.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Replaces the operation on one side of a block.
    SetOp {
        /// The cell.
        cell: CellKind,
        /// The block.
        block: StateName,
        /// The side of the block.
        side: Side,
        /// The new operation.
        op: Op,
    },
    /// Lets one side of a block read another, earlier state.
    Replug {
        /// The cell.
        cell: CellKind,
        /// The block.
        block: StateName,
        /// The side of the block.
        side: Side,
        /// The state to read.
        from: StateName,
    },
    /// Appends a block, whose state becomes the last output where outputs are concatenated.
    AddBlock {
        /// The cell.
        cell: CellKind,
        /// The new block's first operand.
        left: Operand,
        /// The new block's second operand.
        right: Operand,
        /// How they are joined.
        combine: Combine,
    },
    /// Removes a block that no other block reads and that is none of four outputs.
    RemoveBlock {
        /// The cell.
        cell: CellKind,
        /// The block.
        block: StateName,
    },
    /// Replaces how a block joins its sides.
    SetCombine {
        /// The cell.
        cell: CellKind,
        /// The block.
        block: StateName,
        /// The new way.
        combine: Combine,
    },
    /// Replaces the ordered list of output states.
    SetOutput {
        /// The cell.
        cell: CellKind,
        /// The new list.
        output: Vec<StateName>,
    },
    /// Replaces one number of the macro-architecture.
    Set(Setting, u32),
    /// Follows another implementation's arithmetic.
    SetFlavour(Flavour),
    /// Chooses what the normal cell after a reduction reads as `p`.
    SetSkipReduction(bool),
    /// Replaces all settings at once, as when a weight file brings its own.
    SetSettings(Settings),
    /// Renames the network.
    Rename(String),
    /// Returns to the preset that the network started from.
    Reset,
    /// Replaces everything, as opening another preset does.
    Open(Box<Architecture>),
}

/// Why an edit was refused: names the thing and says what would be legal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// A cell would not be one any more.
    #[error("{cell} cell: {source}")]
    Cell {
        /// The cell.
        cell: CellKind,
        /// The reason.
        source: CellError,
    },
    /// A number is not legal.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The document's preset is not one that this version has.
    #[error("there is no preset {:?} to return to; the presets are {}", .0, zoo::names().join(", "))]
    NoSuchPreset(String),
}

impl fmt::Display for Edit {
    /// What the edit does, for the undo menu: `Set b0 left to sep_conv_3x3 in the normal cell`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Edit::SetOp { cell, block, side, op } => {
                write!(f, "Set {block} {side} to {} in the {cell} cell", op.label())
            }
            Edit::Replug { cell, block, side, from } => {
                write!(f, "Plug {block} {side} into {from} in the {cell} cell")
            }
            Edit::AddBlock { cell, .. } => write!(f, "Add a block to the {cell} cell"),
            Edit::RemoveBlock { cell, block } => write!(f, "Remove {block} from the {cell} cell"),
            Edit::SetCombine { cell, block, combine } => {
                write!(f, "Combine {block} by {combine} in the {cell} cell")
            }
            Edit::SetOutput { cell, .. } => write!(f, "Change the outputs of the {cell} cell"),
            Edit::Set(setting, value) => write!(f, "Set {} to {value}", setting.label()),
            Edit::SetFlavour(flavour) => write!(f, "Follow {flavour}"),
            Edit::SetSkipReduction(true) => f.write_str("Wire p as Large does"),
            Edit::SetSkipReduction(false) => f.write_str("Wire p as Mobile does"),
            Edit::SetSettings(_) => f.write_str("Change the settings"),
            Edit::Rename(name) => write!(f, "Rename to {name}"),
            Edit::Reset => f.write_str("Reset to the preset"),
            Edit::Open(architecture) => write!(f, "Open {}", architecture.name()),
        }
    }
}
