//! `Genotype(normal=[('sep_conv_3x3', 0), ...], normal_concat=range(2, 6), reduce=[...],
//! reduce_concat=[2, 3, 4, 5])`, as DARTS and its successors print it.

use super::names::{self, DARTS};
use super::scan::{Scanner, TextError};
use super::{Form, Sides, WriteError, cell, sums};
use crate::arch::zoo::Numbering::PFirst;
use crate::arch::{Architecture, Cell, CellKind, Combine, Op, Side, StateName};

const STATES: usize = Cell::MAX_BLOCKS + 2;

/// Reads both cells; a name and `=` may stand before.
pub(super) fn read(scanner: &mut Scanner) -> Result<[Cell; 2], TextError> {
    let at = scanner.at;
    if scanner.word() == "Genotype" && scanner.peek() == Some('(') {
        scanner.at = at;
    } else {
        scanner.expect('=')?;
    }
    scanner.expect_word("Genotype")?;
    scanner.expect('(')?;
    let normal = one(scanner, "normal", "normal_concat")?;
    scanner.expect(',')?;
    let reduction = one(scanner, "reduce", "reduce_concat")?;
    scanner.eat(',');
    scanner.expect(')')?;
    scanner.end()?;
    Ok([normal, reduction])
}

fn one(scanner: &mut Scanner, edges: &str, concat: &str) -> Result<Cell, TextError> {
    scanner.expect_word(edges)?;
    scanner.expect('=')?;
    let at = scanner.at;
    let mut states = 2;
    let mut half: Option<(Op, StateName)> = None;
    let mut blocks: Vec<Sides> = Vec::new();
    scanner.list(2 * Cell::MAX_BLOCKS, |scanner| {
        let operand = edge(scanner, states)?;
        match half.take() {
            None => half = Some(operand),
            Some(first) => {
                blocks.push(([first, operand], Combine::Add));
                states += 1;
            }
        }
        Ok(())
    })?;
    if half.is_some() {
        return Err(scanner.error_at(at, "a block has two operations, but their number is odd"));
    }
    scanner.expect(',')?;
    scanner.expect_word(concat)?;
    scanner.expect('=')?;
    let output = indices(scanner, states)?;
    cell(scanner, at, &blocks, output)
}

/// `('sep_conv_3x3', 0)`
fn edge(scanner: &mut Scanner, states: u32) -> Result<(Op, StateName), TextError> {
    scanner.expect('(')?;
    let at = scanner.at;
    let name = scanner.quoted()?;
    let op = names::find(DARTS, name).ok_or_else(|| {
        let known = names::known(DARTS);
        scanner
            .error_at(at, format!("{name:?} is no operation that can be built; known are {known}"))
    })?;
    scanner.expect(',')?;
    let from = scanner.number(states - 1)?;
    scanner.expect(')')?;
    Ok((op, PFirst.state(from as u16)))
}

/// `[2, 3, 4, 5]` or `range(2, 6)`.
fn indices(scanner: &mut Scanner, states: u32) -> Result<Vec<StateName>, TextError> {
    let state = |index: u32| PFirst.state(index as u16);
    if scanner.peek() != Some('r') {
        let numbers = scanner.list(STATES, |scanner| scanner.number(states - 1))?;
        return Ok(numbers.into_iter().map(state).collect());
    }
    scanner.expect_word("range")?;
    scanner.expect('(')?;
    let first = scanner.number(states)?;
    scanner.expect(',')?;
    let end = scanner.number(states)?;
    scanner.expect(')')?;
    Ok((first..end).map(state).collect())
}

/// Writes both cells.
pub(super) fn write(architecture: &Architecture) -> Result<String, WriteError> {
    let one = |kind, edges: &str| -> Result<String, WriteError> {
        let cell = sums(architecture, kind, Form::Genotype)?;
        let mut written = Vec::new();
        for block in cell.blocks() {
            for side in Side::BOTH {
                let operand = block.operand(side);
                let name = names::name(DARTS, operand.op).ok_or(WriteError::Operation {
                    cell: kind,
                    block: block.name,
                    op: operand.op,
                    form: Form::Genotype,
                })?;
                written.push(format!("('{name}', {})", PFirst.index(operand.from)));
            }
        }
        let output: Vec<_> =
            cell.output().iter().map(|name| PFirst.index(*name).to_string()).collect();
        Ok(format!("{edges}=[{}], {edges}_concat=[{}]", written.join(", "), output.join(", ")))
    };
    let normal = one(CellKind::Normal, "normal")?;
    let reduction = one(CellKind::Reduction, "reduce")?;
    Ok(format!("Genotype({normal}, {reduction})"))
}
