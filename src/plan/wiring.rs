//! What every repetition of a cell needs to know of it, worked out once: a network has few kinds
//! of cells and many repetitions, and it is lowered on every edit.

use crate::arch::{Block, Cell, Side, StateName};

/// A cell without what its output does not need.
pub(super) struct Wiring {
    /// The inputs that are read, with the number of each, the nearest cell's first.
    pub inputs: Vec<(usize, StateName)>,
    pub blocks: Vec<WiredBlock>,
    /// The output states, in order.
    pub output: Vec<StateName>,
    /// Whether they are concatenated.
    pub concatenates: bool,
    /// The same as text: `[p,b0,b1]`.
    pub output_signature: String,
}

/// A block and the parts of paths and signatures that are the same in every repetition.
pub(super) struct WiredBlock {
    pub block: Block,
    /// Ends the block's path: `/b3`.
    pub path: String,
    /// End the paths of its sides: `/b3/left`.
    pub side_paths: [String; 2],
    /// What its sides compute on what: `sep_conv_3x3(h)`.
    pub side_signatures: [String; 2],
    /// What the block computes: `layer_norm(sep_conv_3x3(h) + identity(p))`.
    pub signature: String,
}

impl Wiring {
    pub fn new(cell: &Cell) -> Self {
        let needed = cell.needed_states();
        let blocks = cell.blocks().into_iter().filter(|block| needed.contains(&block.name));
        let output: Vec<_> = cell.output().iter().map(StateName::to_string).collect();
        let inputs = cell.inputs().iter().copied().enumerate();
        Wiring {
            inputs: inputs.filter(|(_, name)| needed.contains(name)).collect(),
            blocks: blocks.map(WiredBlock::new).collect(),
            output: cell.output().to_vec(),
            concatenates: cell.concatenates(),
            output_signature: format!("[{}]", output.join(",")),
        }
    }
}

impl WiredBlock {
    fn new(block: Block) -> Self {
        let name = block.name;
        let side_signatures = Side::BOTH.map(|side| {
            let operand = block.operand(side);
            format!("{}({})", operand.op, operand.from)
        });
        let [left, right] = &side_signatures;
        WiredBlock {
            block,
            path: format!("/{name}"),
            side_paths: Side::BOTH.map(|side| format!("/{name}/{side}")),
            signature: block.combine.expression(left, right),
            side_signatures,
        }
    }
}
