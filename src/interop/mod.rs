//! Networks as text that people write in papers, code and messages.
//!
//! Five forms: our own line, the genotypes of DARTS, the `fixed_arc` of ENAS, the lists of TF-slim,
//! and the decisions of NASNet's controller. All but the first hold cells only; settings are then
//! those of a published network of the same kind. `docs/family.md` describes each.

mod controller;
mod darts;
mod enas;
mod line;
mod names;
mod scan;
mod slim;

pub use scan::TextError;

use std::fmt;
use std::path::Path;

use crate::arch::{Architecture, Block, Cell, CellKind, Combine, Op, Operand, StateName, zoo};
use crate::files;
use scan::Scanner;

/// The longest text that is read, in bytes. The longest line of a network with every block that
/// cells may have is about 3 kB.
pub const LENGTH_LIMIT: usize = 64 << 10;

/// A way to write a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Our own: everything in one line.
    Line,
    /// `Genotype(normal=[...], ...)` of DARTS.
    Genotype,
    /// The whole numbers of ENAS.
    Enas,
    /// The three lists of each cell of TF-slim.
    Slim,
    /// The decisions of NASNet's controller, as whole numbers.
    Controller,
}

impl Form {
    /// Every form.
    pub const ALL: [Form; 5] =
        [Form::Line, Form::Genotype, Form::Enas, Form::Slim, Form::Controller];

    /// The word on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Form::Line => "line",
            Form::Genotype => "genotype",
            Form::Enas => "enas",
            Form::Slim => "slim",
            Form::Controller => "controller",
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why a network cannot be written in a form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The form has no name for an operation.
    #[error(
        "the {cell} cell has {op} in {block}, which the form {form} has no name for; write a line instead"
    )]
    Operation {
        /// The cell.
        cell: CellKind,
        /// The block.
        block: StateName,
        /// The operation.
        op: Op,
        /// The form.
        form: Form,
    },
    /// The form does not know a combination; most only know sums.
    #[error(
        "{block} of the {cell} cell is joined by {combine}, which the form {form} cannot say; write a line instead"
    )]
    Combination {
        /// The cell.
        cell: CellKind,
        /// The block.
        block: StateName,
        /// How the block joins its sides.
        combine: Combine,
        /// The form.
        form: Form,
    },
    /// The form only knows cells of two inputs.
    #[error("the cells have 4 inputs, which the form {form} cannot say; write a line instead")]
    FourInputs {
        /// The form.
        form: Form,
    },
    /// The form gives the unused states, or lists the output in ascending order.
    #[error(
        "the output of the {cell} cell is not {expected}, which the form {form} takes for granted; write a line instead"
    )]
    Output {
        /// The cell.
        cell: CellKind,
        /// What the form can say.
        expected: &'static str,
        /// The form.
        form: Form,
    },
    /// Both cells must have as many blocks.
    #[error(
        "the cells have {normal} and {reduction} blocks, the form {form} needs as many in both; write a line instead"
    )]
    Lengths {
        /// Blocks of the normal cell.
        normal: usize,
        /// Blocks of the reduction cell.
        reduction: usize,
        /// The form.
        form: Form,
    },
}

/// The form that a text seems to have, by how it begins; whether it is right is for [`read`].
pub fn recognise(text: &str) -> Option<Form> {
    let mut scanner = Scanner::new(text.get(..LENGTH_LIMIT.min(text.len())).unwrap_or(text));
    let first = scanner.word().to_owned();
    let next = scanner.peek();
    match first.as_str() {
        "Genotype" if next == Some('(') => Some(Form::Genotype),
        "fixed_arc" => Some(Form::Enas),
        "controller" => Some(Form::Controller),
        word if slim::is_list(word) => Some(Form::Slim),
        word if line::is_head(word) && text.contains('|') => Some(Form::Line),
        _ if next == Some('=') && text.contains("Genotype(") => Some(Form::Genotype),
        word if word.parse::<u32>().is_ok() && next.is_some_and(|sign| sign.is_ascii_digit()) => {
            Some(Form::Enas)
        }
        _ => None,
    }
}

/// The text of a file that begins as a network written as text does. What cannot be read is told by
/// who opens it.
pub fn text_in(path: &Path) -> Option<String> {
    let bytes = files::read(path, LENGTH_LIMIT as u64).ok()?;
    String::from_utf8(bytes).ok().filter(|text| recognise(text).is_some())
}

/// Reads a network in any form.
///
/// # Errors
/// Says what is wrong and points at the character.
pub fn read(text: &str) -> Result<Architecture, TextError> {
    let mut scanner = Scanner::new(text);
    if text.len() > LENGTH_LIMIT {
        let what = format!("the text has {} bytes, at most {LENGTH_LIMIT} are read", text.len());
        return Err(scanner.error(what));
    }
    let Some(form) = recognise(text) else {
        let what = "this is no network as text: expected a line such as \"nasnet N=4 F=44 | ... | ...\", \
                    Genotype(...), fixed_arc, TF-slim's lists or a controller's decisions";
        return Err(scanner.error(what));
    };
    let (preset, cells) = match form {
        Form::Line => return line::read(&mut scanner),
        Form::Genotype => ("darts-v2-cifar", darts::read(&mut scanner)?),
        Form::Enas => ("enas-cifar", enas::read(&mut scanner)?),
        Form::Slim => slim::read(&mut scanner)?,
        Form::Controller => ("nasnet-a-cifar-6-768", controller::read(&mut scanner)?),
    };
    let settings = *zoo::architecture(preset).expect("a test finds every preset").settings();
    let name = format!("From {form} text");
    Architecture::new(&name, preset, settings, cells).map_err(|error| scanner.error(error))
}

/// Writes a network in one of the forms, without a line end.
///
/// # Errors
/// When the form cannot say something that the network has.
pub fn write(architecture: &Architecture, form: Form) -> Result<String, WriteError> {
    match form {
        Form::Line => Ok(line::write(architecture)),
        Form::Genotype => darts::write(architecture),
        Form::Enas => enas::write(architecture),
        Form::Slim => slim::write(architecture),
        Form::Controller => controller::write(architecture),
    }
}

/// A block to be numbered by its place.
pub(crate) type Sides = ([(Op, StateName); 2], Combine);

/// Blocks in order, and the output; errors of the whole cell point at `at`.
fn cell(
    scanner: &Scanner,
    at: usize,
    blocks: &[Sides],
    output: Vec<StateName>,
) -> Result<Cell, TextError> {
    let operand = |(op, from)| Operand { op, from };
    let blocks: Vec<_> = (0..)
        .zip(blocks)
        .map(|(number, ([left, right], combine))| Block {
            name: StateName::Block(number),
            left: operand(*left),
            right: operand(*right),
            combine: *combine,
        })
        .collect();
    Cell::new(&blocks, output).map_err(|error| scanner.error_at(at, error))
}

/// The same with all block states that no block reads as the output.
fn cell_of_unused(scanner: &Scanner, at: usize, blocks: &[Sides]) -> Result<Cell, TextError> {
    let used = |name: StateName| {
        blocks.iter().any(|(sides, _)| sides.iter().any(|(_, from)| *from == name))
    };
    let names = (0..u16::try_from(blocks.len()).unwrap_or(u16::MAX)).map(StateName::Block);
    cell(scanner, at, blocks, names.filter(|name| !used(*name)).collect())
}

/// A cell with blocks numbered without gaps, as forms that count need it.
fn renumbered(original: &Cell) -> Cell {
    let old: Vec<_> = original.blocks().iter().map(|block| block.name).collect();
    let new = |name: StateName| match old.iter().position(|known| *known == name) {
        Some(place) => StateName::Block(place as u16),
        None => name,
    };
    let operand = |operand: Operand| Operand { from: new(operand.from), ..operand };
    let blocks: Vec<_> = original
        .blocks()
        .into_iter()
        .map(|block| Block {
            name: new(block.name),
            left: operand(block.left),
            right: operand(block.right),
            ..block
        })
        .collect();
    let output = original.output().iter().map(|name| new(*name)).collect();
    let inputs = original.inputs().len();
    Cell::with_inputs(inputs, &blocks, output).expect("other names make no other cell")
}

/// A cell of sums alone, renumbered.
fn sums(architecture: &Architecture, kind: CellKind, form: Form) -> Result<Cell, WriteError> {
    two_inputs(architecture, form)?;
    let original = architecture.cell(kind);
    match original.blocks().iter().find(|block| block.combine != Combine::Add) {
        Some(Block { name, combine, .. }) => {
            Err(WriteError::Combination { cell: kind, block: *name, combine: *combine, form })
        }
        None => Ok(renumbered(original)),
    }
}

/// Whether the cells have two inputs, as all forms but our line take for granted.
fn two_inputs(architecture: &Architecture, form: Form) -> Result<(), WriteError> {
    match architecture.cell(CellKind::Normal).concatenates() {
        true => Ok(()),
        false => Err(WriteError::FourInputs { form }),
    }
}
