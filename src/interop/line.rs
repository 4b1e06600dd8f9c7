//! Our own form, a line short enough for a message:
//!
//! ```text
//! nasnet N=4 F=44 stem=imagenet/32 input=224 classes=1000 flavour=keras
//!     | sep5(h)+sep3(p) ... > p b0 | max3(h)+id(b0) ... > b1
//! ```
//!
//! First the family, the settings in any order, those left out as in the family's best known
//! network; then the normal and the reduction cell: the blocks, joined by `+` (sum) or `&`
//! (concatenation), and behind `>` the output. A block whose number is not the next has it before
//! it: `b7=`. A sum that is normalised stands in `ln(...)` (layer norm) or `in(...)` (instance
//! norm). `inputs=4` says that the cells have four inputs.

use super::names::{self, LINE};
use super::scan::{Scanner, TextError};
use crate::arch::{
    Architecture, Block, Cell, CellKind, Combine, Family, Flavour, Operand, Settings, StateName,
    StemKind, zoo,
};

/// Sums that are normalised, and the word before their brackets.
const NORMS: [(Combine, &str); 2] =
    [(Combine::AddLayerNorm, "ln"), (Combine::AddInstanceNorm, "in")];

/// Whether a line may begin with `word`.
pub(super) fn is_head(word: &str) -> bool {
    Family::from_code(word).is_some()
}

/// The published network that gives what a line leaves out.
fn preset_of(family: Family) -> &'static str {
    match family {
        Family::Nasnet => "nasnet-a-mobile",
        Family::Pnasnet => "pnasnet-5-mobile",
        Family::Amoebanet => "amoebanet-a",
        Family::Enas => "enas-cifar",
        Family::Darts => "darts-v2-cifar",
    }
}

/// Reads a whole line.
pub(super) fn read(scanner: &mut Scanner) -> Result<Architecture, TextError> {
    let start = scanner.at;
    let word = scanner.word();
    let Some(family) = Family::from_code(word) else {
        return Err(scanner.error_at(start, format!("{word:?} is no family of networks")));
    };
    let preset = preset_of(family);
    let base = zoo::architecture(preset).expect("a test finds every preset");
    let mut settings = Settings { skip_reduction: false, ..*base.settings() };
    let mut inputs: &[StateName] = &StateName::INPUTS;
    while scanner.peek() != Some('|') {
        setting(scanner, &mut settings, &mut inputs)?;
    }
    scanner.expect('|')?;
    let normal = cell(scanner, inputs)?;
    scanner.expect('|')?;
    let reduction = cell(scanner, inputs)?;
    scanner.end()?;
    let cells = [normal, reduction];
    let name = format!("From a line of {family}");
    Architecture::new(&name, preset, settings, cells)
        .map_err(|error| scanner.error_at(start, error))
}

fn setting(
    scanner: &mut Scanner,
    settings: &mut Settings,
    inputs: &mut &[StateName],
) -> Result<(), TextError> {
    let at = scanner.at;
    let key = scanner.word();
    if key == "skip" {
        settings.skip_reduction = true;
        return Ok(());
    }
    if !["N", "F", "stem", "input", "classes", "flavour", "inputs"].contains(&key) {
        let what = "expected N=, F=, stem=, input=, classes=, flavour=, inputs=, skip or '|'";
        return Err(scanner.error_at(at, what));
    }
    scanner.expect('=')?;
    let at = scanner.at;
    match key {
        "stem" => {
            let word = scanner.word();
            settings.stem = StemKind::from_code(word).ok_or_else(|| {
                let known = StemKind::ALL.map(StemKind::code).join(", ");
                scanner.error_at(at, format!("{word:?} is no stem; the stems are {known}"))
            })?;
            if scanner.eat('/') {
                settings.stem_channels = scanner.number(u32::MAX)?;
            }
        }
        "flavour" => {
            let word = scanner.word();
            let known = Flavour::ALL.into_iter().find(|flavour| flavour.to_string() == word);
            settings.flavour = known.ok_or_else(|| {
                let known = Flavour::ALL.map(|flavour| flavour.to_string()).join(", ");
                scanner.error_at(at, format!("{word:?} is no flavour; the flavours are {known}"))
            })?;
        }
        "inputs" => {
            *inputs = match scanner.number(u32::MAX)? {
                2 => &StateName::INPUTS,
                4 => &StateName::FOUR_INPUTS,
                _ => return Err(scanner.error_at(at, "a cell has 2 or 4 inputs")),
            }
        }
        _ => {
            let number = scanner.number(u32::MAX)?;
            match key {
                "N" => settings.n = number,
                "F" => settings.f = number,
                "input" => settings.input = number,
                _ => settings.classes = number,
            }
        }
    }
    Ok(())
}

fn cell(scanner: &mut Scanner, inputs: &[StateName]) -> Result<Cell, TextError> {
    let start = scanner.at;
    let mut states = inputs.to_vec();
    let mut blocks: Vec<Block> = Vec::new();
    while scanner.peek() != Some('>') {
        if blocks.len() == Cell::MAX_BLOCKS {
            let most = Cell::MAX_BLOCKS;
            return Err(scanner.error(format!("a cell has at most {most} blocks; expected '>'")));
        }
        let last = blocks.last().map(|block| block.name);
        let name = block_name(scanner, last)?;
        blocks.push(block(scanner, name, &states)?);
        states.push(name);
    }
    scanner.expect('>')?;
    let mut output = Vec::new();
    while scanner.peek().is_some_and(|sign| sign != '|') {
        let name = state(scanner, &states)?;
        output.push(name);
        if output.len() > states.len() {
            return Err(scanner.error("the output names a state twice"));
        }
    }
    Cell::with_inputs(inputs.len(), &blocks, output).map_err(|error| scanner.error_at(start, error))
}

/// `sep5(h)+sep3(p)`, `sep5(h)&sep3(p)`, `ln(sep5(h)+sep3(p))`
fn block(scanner: &mut Scanner, name: StateName, states: &[StateName]) -> Result<Block, TextError> {
    let at = scanner.at;
    let word = scanner.word();
    let norm = NORMS.into_iter().find(|(_, known)| *known == word);
    if let Some((combine, _)) = norm {
        scanner.expect('(')?;
        let left = operand(scanner, states)?;
        scanner.expect('+')?;
        let right = operand(scanner, states)?;
        scanner.expect(')')?;
        return Ok(Block { name, left, right, combine });
    }
    scanner.at = at;
    let left = operand(scanner, states)?;
    let combine = if scanner.eat('&') {
        Combine::Concat
    } else if scanner.eat('+') {
        Combine::Add
    } else {
        return Err(scanner.expected("'+' or '&' between the two sides of a block"));
    };
    let right = operand(scanner, states)?;
    Ok(Block { name, left, right, combine })
}

/// The number of a block if it is written, else the next.
fn block_name(scanner: &mut Scanner, last: Option<StateName>) -> Result<StateName, TextError> {
    let at = scanner.at;
    let (least, next) = match last {
        Some(StateName::Block(number)) => (u32::from(number) + 1, number + 1),
        _ => (0, 0),
    };
    let word = scanner.word();
    let written = word.strip_prefix('b').filter(|_| scanner.peek() == Some('='));
    let Some(written) = written else {
        scanner.at = at;
        return Ok(StateName::Block(next));
    };
    let number = written.parse::<u32>().ok();
    let legal = least..=u32::from(Cell::MAX_NUMBER);
    let Some(number) = number.filter(|number| legal.contains(number)) else {
        let what = format!("a block here is b{least} to b{}, not {word}", Cell::MAX_NUMBER);
        return Err(scanner.error_at(at, what));
    };
    scanner.expect('=')?;
    Ok(StateName::Block(number as u16))
}

/// `sep5(h)`
fn operand(scanner: &mut Scanner, states: &[StateName]) -> Result<Operand, TextError> {
    let at = scanner.at;
    let word = scanner.word();
    if word.is_empty() {
        return Err(scanner.expected("an operation"));
    }
    let op = names::find(LINE, word).ok_or_else(|| {
        let known = names::known(LINE);
        scanner.error_at(at, format!("{word:?} is no operation; the operations are {known}"))
    })?;
    scanner.expect('(')?;
    let from = state(scanner, states)?;
    scanner.expect(')')?;
    Ok(Operand { op, from })
}

fn state(scanner: &mut Scanner, states: &[StateName]) -> Result<StateName, TextError> {
    let at = scanner.at;
    let name = scanner.word().parse().ok().filter(|name| states.contains(name));
    name.ok_or_else(|| {
        let known: Vec<_> = states.iter().map(StateName::to_string).collect();
        scanner.error_at(at, format!("expected one of the states {} here", known.join(", ")))
    })
}

/// Writes a whole line.
pub(super) fn write(architecture: &Architecture) -> String {
    let Settings { n, f, stem, stem_channels, input, classes, skip_reduction, flavour, family } =
        *architecture.settings();
    let stem = stem.code();
    let skip = if skip_reduction { " skip" } else { "" };
    let inputs = architecture.cell(CellKind::Normal).inputs().len();
    let inputs = if inputs == 2 { String::new() } else { format!(" inputs={inputs}") };
    let [normal, reduction] = CellKind::BOTH.map(|kind| written(architecture.cell(kind)));
    format!(
        "{family} N={n} F={f} stem={stem}/{stem_channels} input={input} classes={classes} \
         flavour={flavour}{skip}{inputs} | {normal} | {reduction}"
    )
}

fn written(cell: &Cell) -> String {
    let mut words = Vec::new();
    let mut next = 0;
    for block in cell.blocks() {
        let side = |operand: Operand| {
            let op = names::name(LINE, operand.op).expect("a test finds every operation");
            format!("{op}({})", operand.from)
        };
        let (left, right) = (side(block.left), side(block.right));
        let joined = match NORMS.into_iter().find(|(combine, _)| *combine == block.combine) {
            Some((_, norm)) => format!("{norm}({left}+{right})"),
            None if block.combine == Combine::Concat => format!("{left}&{right}"),
            None => format!("{left}+{right}"),
        };
        let number = if block.name == StateName::Block(next) {
            String::new()
        } else {
            format!("{}=", block.name)
        };
        words.push(number + &joined);
        if let StateName::Block(number) = block.name {
            next = number + 1;
        }
    }
    words.push(">".to_owned());
    words.extend(cell.output().iter().map(StateName::to_string));
    words.join(" ")
}
