//! TF-slim's three lists of a cell: `operations` and `hiddenstate_indices`, two for each block, and
//! `used_hiddenstates`, whose zeros are concatenated. Before each may stand `normal_cell_` or
//! `reduction_cell_`; without, the first three are the normal cell's. A network of one cell, such as
//! PNASNet, has it in both places.

use super::names::{self, SLIM};
use super::scan::{Scanner, TextError};
use super::{Form, Sides, WriteError, cell, sums};
use crate::arch::zoo::Numbering::HFirst;
use crate::arch::{Architecture, Cell, CellKind, Combine, Op, Side, StateName};

const LISTS: [&str; 3] = ["operations", "hiddenstate_indices", "used_hiddenstates"];
const PREFIXES: [&str; 2] = ["normal_cell_", "reduction_cell_"];

/// The lists of one cell, each with where it began; items with where they stand.
#[derive(Default)]
struct Lists {
    operations: Option<(usize, Vec<Op>)>,
    indices: Option<(usize, Vec<(usize, u32)>)>,
    used: Option<(usize, Vec<u32>)>,
}

/// Whether `word` names a list.
pub(super) fn is_list(word: &str) -> bool {
    LISTS.contains(&without_prefix(word).1)
}

/// The cell that the prefix names, and the list.
fn without_prefix(word: &str) -> (Option<usize>, &str) {
    let known = (0..2).find_map(|cell| Some((cell, word.strip_prefix(PREFIXES[cell])?)));
    known.map_or((None, word), |(cell, list)| (Some(cell), list))
}

/// Reads one or both cells, and says which published network is of that kind.
pub(super) fn read(scanner: &mut Scanner) -> Result<(&'static str, [Cell; 2]), TextError> {
    let mut cells = [Lists::default(), Lists::default()];
    while scanner.peek().is_some() {
        let at = scanner.at;
        let word = scanner.word();
        let (cell, list) = without_prefix(word);
        let Some(list) = LISTS.iter().position(|known| *known == list) else {
            let what = format!("{word:?} is none of the lists {}", LISTS.join(", "));
            return Err(scanner.error_at(at, what));
        };
        let free = |lists: &Lists| match list {
            0 => lists.operations.is_none(),
            1 => lists.indices.is_none(),
            _ => lists.used.is_none(),
        };
        let place = cell.or_else(|| cells.iter().position(free)).filter(|cell| free(&cells[*cell]));
        let Some(place) = place else {
            return Err(scanner.error_at(at, format!("{word} is given more than once for a cell")));
        };
        scanner.expect('=')?;
        cells[place].read(scanner, list)?;
        let _ = scanner.eat(',') || scanner.eat(';');
    }
    let [normal, reduction] = cells;
    let alone =
        reduction.operations.is_none() && reduction.indices.is_none() && reduction.used.is_none();
    let normal = normal.cell(scanner, "normal")?;
    if alone {
        return Ok(("pnasnet-5-mobile", [normal.clone(), normal]));
    }
    Ok(("nasnet-a-mobile", [normal, reduction.cell(scanner, "reduction")?]))
}

impl Lists {
    fn read(&mut self, scanner: &mut Scanner, list: usize) -> Result<(), TextError> {
        let at = scanner.at;
        match list {
            0 => self.operations = Some((at, scanner.list(2 * Cell::MAX_BLOCKS, operation)?)),
            1 => {
                let number = |scanner: &mut Scanner| Ok((scanner.at, scanner.number(u32::MAX)?));
                self.indices = Some((at, scanner.list(2 * Cell::MAX_BLOCKS, number)?));
            }
            _ => {
                let flags = scanner.list(Cell::MAX_BLOCKS + 2, |scanner| scanner.number(1))?;
                self.used = Some((at, flags));
            }
        }
        Ok(())
    }

    fn cell(self, scanner: &Scanner, kind: &str) -> Result<Cell, TextError> {
        let (Some((at, ops)), Some((indices_at, indices)), Some((used_at, used))) =
            (self.operations, self.indices, self.used)
        else {
            let what = format!("the {kind} cell needs all of the lists {}", LISTS.join(", "));
            return Err(scanner.error(what));
        };
        if ops.len() % 2 == 1 {
            return Err(scanner.error_at(at, "a block has two operations, but their number is odd"));
        }
        let wrong = |at, what: &str, found: usize, wanted: usize| {
            Err(scanner
                .error_at(at, format!("{found} {what} do not fit the operations: {wanted} do")))
        };
        if indices.len() != ops.len() {
            return wrong(indices_at, "indices", indices.len(), ops.len());
        }
        if used.len() != ops.len() / 2 + 2 {
            return wrong(used_at, "flags", used.len(), ops.len() / 2 + 2);
        }
        let mut blocks: Vec<Sides> = Vec::new();
        for (states, (ops, from)) in (2..).zip(ops.chunks(2).zip(indices.chunks(2))) {
            let side = |side: usize| {
                let (at, index) = from[side];
                if index < states {
                    return Ok((ops[side], HFirst.state(index as u16)));
                }
                let what = format!(
                    "state {index} does not exist yet: this block reads 0 to {}",
                    states - 1
                );
                Err(scanner.error_at(at, what))
            };
            blocks.push(([side(0)?, side(1)?], Combine::Add));
        }
        let unused = (0..).zip(used).filter(|(_, used)| *used == 0);
        let output: Vec<StateName> = unused.map(|(index, _)| HFirst.state(index)).collect();
        cell(scanner, at, &blocks, output)
    }
}

fn operation(scanner: &mut Scanner) -> Result<Op, TextError> {
    let at = scanner.at;
    let name = scanner.quoted()?;
    names::find(SLIM, name).ok_or_else(|| {
        let known = names::known(SLIM);
        scanner
            .error_at(at, format!("{name:?} is no operation that can be built; known are {known}"))
    })
}

/// Writes both cells, a list a line.
pub(super) fn write(architecture: &Architecture) -> Result<String, WriteError> {
    let form = Form::Slim;
    let mut lines = Vec::new();
    for (kind, prefix) in CellKind::BOTH.into_iter().zip(PREFIXES) {
        let cell = sums(architecture, kind, form)?;
        let output: Vec<_> = cell.output().iter().map(|name| HFirst.index(*name)).collect();
        if !output.is_sorted() {
            return Err(WriteError::Output { cell: kind, expected: "in ascending order", form });
        }
        let (mut operations, mut indices) = (Vec::new(), Vec::new());
        for block in cell.blocks() {
            for side in Side::BOTH {
                let operand = block.operand(side);
                let name = names::name(SLIM, operand.op).ok_or(WriteError::Operation {
                    cell: kind,
                    block: block.name,
                    op: operand.op,
                    form,
                })?;
                operations.push(format!("'{name}'"));
                indices.push(HFirst.index(operand.from).to_string());
            }
        }
        let used = (0..cell.states().len())
            .map(|index| if output.contains(&(index as u16)) { "0" } else { "1" }.to_owned());
        for (list, items) in LISTS.into_iter().zip([operations, indices, used.collect()]) {
            lines.push(format!("{prefix}{list} = [{}]", items.join(", ")));
        }
    }
    Ok(lines.join("\n"))
}
