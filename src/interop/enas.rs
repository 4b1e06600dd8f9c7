//! ENAS's `fixed_arc`: for each block of the normal, then of the reduction cell, the state and the
//! operation of either side. What no block reads is concatenated.

use super::names::ENAS;
use super::scan::{Scanner, TextError};
use super::{Form, Sides, WriteError, cell_of_unused, sums};
use crate::arch::zoo::Numbering::PFirst;
use crate::arch::{Architecture, Cell, CellKind, Combine, Side};

/// Reads both cells; `fixed_arc =`, quotes, brackets and commas may stand around the numbers, and
/// more of them may follow in lines `fixed_arc="$fixed_arc 1 0 ..."`, as in the released scripts.
pub(super) fn read(scanner: &mut Scanner) -> Result<[Cell; 2], TextError> {
    let mut numbers = Vec::new();
    loop {
        if scanner.peek() == Some('f') {
            scanner.expect_word("fixed_arc")?;
            scanner.expect('=')?;
        }
        numbers.extend(scanner.numbers(8 * Cell::MAX_BLOCKS - numbers.len())?);
        if scanner.peek() != Some('f') {
            break;
        }
    }
    scanner.end()?;
    if numbers.is_empty() || !numbers.len().is_multiple_of(8) {
        let count = numbers.len();
        let what =
            format!("two cells of as many blocks have a multiple of 8 numbers, here are {count}");
        return Err(scanner.error(what));
    }
    let (normal, reduction) = numbers.split_at(numbers.len() / 2);
    Ok([one(scanner, normal)?, one(scanner, reduction)?])
}

fn one(scanner: &Scanner, numbers: &[(usize, u32)]) -> Result<Cell, TextError> {
    let mut blocks: Vec<Sides> = Vec::new();
    for (states, block) in (2..).zip(numbers.chunks(4)) {
        let side = |[(at, state), (op_at, op)]: [(usize, u32); 2]| {
            if state >= states {
                let what = format!(
                    "state {state} does not exist yet: this block reads 0 to {}",
                    states - 1
                );
                return Err(scanner.error_at(at, what));
            }
            let op = ENAS.get(op as usize).ok_or_else(|| {
                scanner
                    .error_at(op_at, format!("{op} is no operation: ENAS numbers them from 0 to 4"))
            })?;
            Ok((*op, PFirst.state(state as u16)))
        };
        let sides = [side([block[0], block[1]])?, side([block[2], block[3]])?];
        blocks.push((sides, Combine::Add));
    }
    cell_of_unused(scanner, numbers[0].0, &blocks)
}

/// Writes both cells.
pub(super) fn write(architecture: &Architecture) -> Result<String, WriteError> {
    let form = Form::Enas;
    let mut numbers = Vec::new();
    let cells = CellKind::BOTH.map(|kind| (kind, sums(architecture, kind, form)));
    let mut lengths = Vec::new();
    for (kind, cell) in cells {
        let cell = cell?;
        if cell.output() != cell.unused_states() {
            return Err(WriteError::Output { cell: kind, expected: "the unused states", form });
        }
        lengths.push(cell.blocks().len());
        for block in cell.blocks() {
            for side in Side::BOTH {
                let operand = block.operand(side);
                let op =
                    ENAS.iter().position(|op| *op == operand.op).ok_or(WriteError::Operation {
                        cell: kind,
                        block: block.name,
                        op: operand.op,
                        form,
                    })?;
                numbers.push(format!("{} {op}", PFirst.index(operand.from)));
            }
        }
    }
    match lengths[..] {
        [normal, reduction] if normal != reduction => {
            Err(WriteError::Lengths { normal, reduction, form })
        }
        _ => Ok(format!("fixed_arc = \"{}\"", numbers.join(" "))),
    }
}
