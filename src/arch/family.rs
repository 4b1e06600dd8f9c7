//! Relatives of NASNet: networks of the same cell language, put together in their own way.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whose way of putting cells together is followed: how a cell's inputs are brought to size, where
/// the picture shrinks, and what exactly an operation computes. The cells themselves are free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// NASNet (TF-slim): reduction cells stand between stages of N normal cells.
    #[default]
    Nasnet,
    /// PNASNet (TF-slim): the first of the N cells of the second and third stage reduces.
    Pnasnet,
    /// AmoebaNet (the TPU code): as NASNet, but full convolutions work in a bottleneck.
    Amoebanet,
    /// ENAS's fixed micro cells: `h` is projected twice, a reducing identity halves without loss.
    Enas,
    /// DARTS and its successors: inputs are always projected, padding is symmetric as in PyTorch.
    Darts,
}

impl Family {
    /// Every family.
    pub const ALL: [Family; 5] =
        [Family::Nasnet, Family::Pnasnet, Family::Amoebanet, Family::Enas, Family::Darts];

    /// The word in files and on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Family::Nasnet => "nasnet",
            Family::Pnasnet => "pnasnet",
            Family::Amoebanet => "amoebanet",
            Family::Enas => "enas",
            Family::Darts => "darts",
        }
    }

    /// What its published networks are called: the cells that weight files of other programs hold.
    pub fn title(self) -> &'static str {
        match self {
            Family::Nasnet => "NASNet-A",
            Family::Pnasnet => "PNASNet-5",
            Family::Amoebanet => "AmoebaNet",
            Family::Enas => "ENAS",
            Family::Darts => "DARTS",
        }
    }

    /// The family called `code`, if there is one.
    pub fn from_code(code: &str) -> Option<Family> {
        Family::ALL.into_iter().find(|family| family.code() == code)
    }

    /// Whether it is NASNet, which files do not mention.
    pub(super) fn is_nasnet(&self) -> bool {
        *self == Family::Nasnet
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_the_name_in_files() {
        for family in Family::ALL {
            assert_eq!(serde_json::to_value(family).unwrap(), family.code());
            assert_eq!(Family::from_code(family.code()), Some(family));
        }
    }
}
