//! The decisions of NASNet's controller (paper, section 3): for each block of the normal, then of
//! the reduction cell, the two states, the two operations and how they are joined, each by number.
//!
//! States count from 0 as in TF-slim, operations from 0 in the order of the paper's list; joined
//! are 0 by addition, 1 by concatenation. The paper concatenates what no block reads.

use super::scan::{Scanner, TextError};
use super::{Form, Sides, WriteError, cell_of_unused, renumbered, two_inputs};
use crate::arch::zoo::Numbering::HFirst;
use crate::arch::{Architecture, Cell, CellKind, Combine, Op};

/// Decisions for one block.
const DECISIONS: usize = 5;
/// The paper's operations come first.
const OPERATIONS: usize = 13;
/// Those of NASNet-A's search space, in the paper's order.
const COMBINATIONS: [Combine; 2] = [Combine::Add, Combine::Concat];

/// Reads `controller = [...]`.
pub(super) fn read(scanner: &mut Scanner) -> Result<[Cell; 2], TextError> {
    scanner.expect_word("controller")?;
    scanner.expect('=')?;
    let numbers = scanner.numbers(2 * DECISIONS * Cell::MAX_BLOCKS)?;
    scanner.end()?;
    if numbers.is_empty() || !numbers.len().is_multiple_of(2 * DECISIONS) {
        let count = numbers.len();
        let what =
            format!("two cells of as many blocks have a multiple of 10 numbers, here are {count}");
        return Err(scanner.error(what));
    }
    let (normal, reduction) = numbers.split_at(numbers.len() / 2);
    Ok([one(scanner, normal)?, one(scanner, reduction)?])
}

fn one(scanner: &Scanner, numbers: &[(usize, u32)]) -> Result<Cell, TextError> {
    let mut blocks: Vec<Sides> = Vec::new();
    let below = |(at, number): (usize, u32), end: u32, what: &str| {
        if number < end {
            return Ok(number);
        }
        Err(scanner.error_at(at, format!("{number} is no {what} here: 0 to {} are", end - 1)))
    };
    for (states, block) in (2..).zip(numbers.chunks(DECISIONS)) {
        let side = |state: usize| {
            let from = below(block[state], states, "state")?;
            let op = below(block[state + 2], OPERATIONS as u32, "operation")?;
            Ok((Op::ALL[op as usize], HFirst.state(from as u16)))
        };
        let sides = [side(0)?, side(1)?];
        let combine = below(block[4], COMBINATIONS.len() as u32, "combination")?;
        blocks.push((sides, COMBINATIONS[combine as usize]));
    }
    cell_of_unused(scanner, numbers[0].0, &blocks)
}

/// Writes both cells.
pub(super) fn write(architecture: &Architecture) -> Result<String, WriteError> {
    let form = Form::Controller;
    let mut numbers = Vec::new();
    two_inputs(architecture, form)?;
    let cells = CellKind::BOTH.map(|kind| renumbered(architecture.cell(kind)));
    let [normal, reduction] = [0, 1].map(|index: usize| cells[index].blocks().len());
    if normal != reduction {
        return Err(WriteError::Lengths { normal, reduction, form });
    }
    for (kind, cell) in CellKind::BOTH.into_iter().zip(cells) {
        if cell.output() != cell.unused_states() {
            return Err(WriteError::Output { cell: kind, expected: "the unused states", form });
        }
        for block in cell.blocks() {
            let sides = [block.left, block.right];
            numbers.extend(sides.map(|side| usize::from(HFirst.index(side.from))));
            for side in sides {
                let place = Op::ALL[..OPERATIONS].iter().position(|op| *op == side.op);
                numbers.push(place.ok_or(WriteError::Operation {
                    cell: kind,
                    block: block.name,
                    op: side.op,
                    form,
                })?);
            }
            let place = COMBINATIONS.iter().position(|combine| *combine == block.combine);
            numbers.push(place.ok_or(WriteError::Combination {
                cell: kind,
                block: block.name,
                combine: block.combine,
                form,
            })?);
        }
    }
    let numbers: Vec<_> = numbers.iter().map(usize::to_string).collect();
    Ok(format!("controller = [{}]", numbers.join(", ")))
}
