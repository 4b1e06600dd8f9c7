//! The weights that come with the program: those of one preset, trained on generated shapes.
//!
//! `assets/networks/shapes.md` is their card: the command, the time it took, what they get right.

use std::path::Path;
use std::sync::LazyLock;

use super::{Loaded, load_bytes};
use crate::arch::zoo;
use crate::plan::Plan;

/// The preset that they belong to.
pub const PRESET: &str = "nasnet-a-shapes";

const FILE: &[u8] = include_bytes!("../../assets/networks/shapes.safetensors");

/// The weights.
///
/// # Panics
///
/// If the file in the program is broken; a test loads it.
#[must_use]
pub fn weights() -> &'static Loaded {
    static LOADED: LazyLock<Loaded> = LazyLock::new(|| {
        let network = zoo::architecture(PRESET).expect("a test finds every preset");
        let name = Path::new("the program's own weights");
        load_bytes(FILE, name, &network).expect("a test loads it")
    });
    &LOADED
}

/// The weights if a network can use any of them: the preset's, or an edited one.
#[must_use]
pub fn weights_for(plan: &Plan) -> Option<&'static Loaded> {
    let loaded = weights();
    (!loaded.weights.fit(plan).is_untrained()).then_some(loaded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{CellKind, Edit, Op, Side, StateName};
    use crate::plan::lower;

    #[test]
    fn they_are_whole_and_belong_to_their_preset() {
        let loaded = weights();
        let preset = zoo::architecture(PRESET).unwrap();
        assert_eq!(loaded.architecture.as_ref(), Some(&preset));
        assert!(loaded.report.is_complete(), "{}", loaded.report);
        assert_eq!(loaded.labels.as_ref().map(Vec::len), Some(20));
        assert!(weights_for(&lower(&preset)).is_some());
    }

    #[test]
    fn an_edited_cell_keeps_them_and_another_network_has_none() {
        let preset = zoo::architecture(PRESET).unwrap();
        let edit = Edit::SetOp {
            cell: CellKind::Normal,
            block: StateName::Block(0),
            side: Side::Left,
            op: Op::SeparableConv3x3,
        };
        assert!(weights_for(&lower(&preset.edited(&edit).unwrap())).is_some());
        for name in ["nasnet-a-small", "nasnet-a-cifar-6-768"] {
            assert!(weights_for(&lower(&zoo::architecture(name).unwrap())).is_none(), "{name}");
        }
    }
}
