//! Names of hidden states and of the places where operations are applied to them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Names one hidden state of a cell: an input, or what a block makes.
///
/// Written `h` (output of the previous cell), `p` (output of the cell before it), in cells of four
/// inputs `input2` and `input3` (the two cells before that), then `b0`, `b1`, ...
/// A block keeps its number while it lives, so that a name stays the same when an earlier block
/// is removed. Inputs order before blocks, blocks by number; a block reads only states that order
/// before its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StateName {
    /// A cell input: 0 is `h`, 1 is `p`; input k comes from the cell k + 1 before.
    Input(u8),
    /// The result of the block with this number.
    Block(u16),
}

impl StateName {
    /// The output of the previous cell, brought to the cell's filters.
    pub const H: StateName = StateName::Input(0);
    /// The output of the cell before the previous one, adjusted in size and width.
    pub const P: StateName = StateName::Input(1);
    /// The inputs of a cell of two, in index order of the TF-slim convention.
    pub const INPUTS: [StateName; 2] = [StateName::H, StateName::P];
    /// The inputs of a cell of four, the nearest cell's first.
    pub const FOUR_INPUTS: [StateName; 4] =
        [StateName::H, StateName::P, StateName::Input(2), StateName::Input(3)];

    /// Whether this is a cell input.
    pub fn is_input(self) -> bool {
        matches!(self, StateName::Input(_))
    }
}

impl fmt::Display for StateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StateName::Input(0) => f.write_str("h"),
            StateName::Input(1) => f.write_str("p"),
            StateName::Input(number) => write!(f, "input{number}"),
            StateName::Block(number) => write!(f, "b{number}"),
        }
    }
}

impl FromStr for StateName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let block = || text.strip_prefix('b')?.parse().ok().map(StateName::Block);
        match text {
            "h" => Ok(StateName::H),
            "p" => Ok(StateName::P),
            "input2" => Ok(StateName::Input(2)),
            "input3" => Ok(StateName::Input(3)),
            _ => block().filter(|state| state.to_string() == text).ok_or_else(|| {
                format!("{text:?} names no hidden state: expected h, p, b0, b1, ... or, in cells of four inputs, input2, input3")
            }),
        }
    }
}

impl Serialize for StateName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StateName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// One of the two sides of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The first operand.
    Left,
    /// The second operand.
    Right,
}

impl Side {
    /// Both sides, in order.
    pub const BOTH: [Side; 2] = [Side::Left, Side::Right];
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Side::Left => "left",
            Side::Right => "right",
        })
    }
}

/// Which of the architecture's two cells is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellKind {
    /// Keeps height and width.
    Normal,
    /// Halves height and width.
    Reduction,
}

impl CellKind {
    /// Both kinds, normal first.
    pub const BOTH: [CellKind; 2] = [CellKind::Normal, CellKind::Reduction];
}

impl fmt::Display for CellKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CellKind::Normal => "normal",
            CellKind::Reduction => "reduction",
        })
    }
}
