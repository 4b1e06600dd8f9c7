//! Templates of NASNet-B and NASNet-C. Their blocks exist only as drawings (Zoph et al. 2018,
//! figures 8 and 9); what is here is to be replaced by them, see `docs/nasnet-b-and-c.md`.

use crate::arch::{Block, Cell, Combine, Op, Operand, StateName};

/// A cell of four blocks that do nothing but pass on the inputs, and so are no one's cell.
pub(super) fn cell(inputs: &[StateName]) -> Cell {
    let identity = |from| Operand { op: Op::Identity, from };
    let block = |number: u16| Block {
        name: StateName::Block(number),
        left: identity(StateName::H),
        right: identity(inputs[usize::from(number) % inputs.len()]),
        combine: Combine::Add,
    };
    let blocks: Vec<_> = (0..4).map(block).collect();
    let output = blocks.iter().map(|block| block.name).collect();
    Cell::with_inputs(inputs.len(), &blocks, output).expect("two or four inputs, four blocks")
}
