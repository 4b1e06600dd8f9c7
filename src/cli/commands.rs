//! Commands that need no tensors.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::json;

use super::Answer;
use super::architecture::resolve;
use super::arguments::{Export, Network, Overrides};
use super::table::table;
use crate::arch::{Architecture, Block, CellKind, Document, Family, Flavour, StateName, zoo};
use crate::cost::{ActivationBytes, CellDifference, Cost, ParameterCount, analyse, compare};
use crate::files;
use crate::format::{bytes, grouped};
use crate::interop::{self, Form};
use crate::plan::{Shape, UnitKind, lower};

/// `presets`
pub fn presets() -> Answer {
    let mut rows = Vec::new();
    let mut values = Vec::new();
    for preset in zoo::PRESETS {
        let network = preset.architecture();
        let settings = network.settings();
        values.push(json!({
            "name": preset.name,
            "title": preset.title,
            "input": [3, settings.input, settings.input],
            "n": settings.n,
            "f": settings.f,
            "classes": settings.classes,
            "published": preset.published,
        }));
        let figures = preset.published.figures().unwrap_or_default();
        rows.push([preset.name.to_owned(), format!(" {}", preset.note), format!(" {figures}")]);
    }
    for column in 1..3 {
        let width = rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
        rows.iter_mut().for_each(|row| row[column] = format!("{:<width$}", row[column]));
    }
    let rows: Vec<_> = rows.into_iter().map(Vec::from).collect();
    Answer::new(table(&rows), &values)
}

#[derive(Serialize)]
struct Info {
    name: String,
    input: Shape,
    classes: u32,
    n: u32,
    f: u32,
    penultimate: u32,
    flavour: Flavour,
    params: ParameterCount,
    macs: u64,
    flops: u64,
    activation_bytes: ActivationBytes,
    cells: Vec<CellInfo>,
}

#[derive(Serialize)]
struct CellInfo {
    path: String,
    kind: CellKind,
    output: Shape,
    params: u64,
    macs: u64,
}

/// `info ARCH`
pub fn info(arguments: &Network) -> Result<Answer> {
    let network = arguments.resolve()?;
    let plan = lower(&network);
    let cost = analyse(&plan);
    let settings = network.settings();
    let is_preset = zoo::architecture(&arguments.architecture).is_some();
    let cells = cost.units.iter().filter_map(|unit| match unit.kind {
        UnitKind::Cell(kind) => Some(CellInfo {
            path: unit.path.clone(),
            kind,
            output: unit.output,
            params: unit.cost.parameters,
            macs: unit.cost.macs,
        }),
        _ => None,
    });
    let info = Info {
        name: if is_preset { &arguments.architecture } else { network.name() }.to_owned(),
        input: plan.shape(0),
        classes: settings.classes,
        n: settings.n,
        f: settings.f,
        penultimate: plan.penultimate(),
        flavour: settings.flavour,
        params: cost.parameters(),
        macs: cost.total.macs,
        flops: cost.flops(),
        activation_bytes: cost.activation_bytes,
        cells: cells.collect(),
    };
    let text = format!("{}\n{}", summary(&network, &info, &cost), units(&cost));
    Ok(Answer::new(text, &info))
}

fn summary(network: &Architecture, info: &Info, cost: &Cost) -> String {
    let settings = network.settings();
    let size = settings.input;
    let stem = settings.stem;
    let ActivationBytes { sum, peak } = info.activation_bytes;
    format!(
        "{name}: {n} @ {penultimate}, input 3×{size}×{size}, {classes} classes\n\
         N = {n}, F = {f}, {stem} of {stem_channels} channels, follows {flavour}{family}\n\
         {trainable} trainable parameters, {total} with batch norm statistics ({weights} as float32)\n\
         {macs} multiply-adds of convolutions and dense layer at batch 1 ({flops} FLOPs, two each)\n\
         {sum} of activations, at most {peak} at once (float32, batch 1)\n",
        name = network.name(),
        n = info.n,
        penultimate = info.penultimate,
        classes = info.classes,
        f = info.f,
        stem_channels = settings.stem_channels,
        family = built_as(settings.family),
        flavour = info.flavour,
        trainable = grouped(info.params.trainable),
        total = grouped(info.params.total),
        weights = bytes(cost.weight_bytes()),
        macs = grouped(info.macs),
        flops = grouped(info.flops),
        sum = bytes(sum),
        peak = bytes(peak),
    )
}

/// How a relative of NASNet says so.
fn built_as(family: Family) -> String {
    if family == Family::Nasnet { String::new() } else { format!(", built as {family}") }
}

/// A table of what each unit gives and costs.
pub(super) fn units(cost: &Cost) -> String {
    let header = ["unit", "C×H×W", "parameters", "multiply-adds", "sees px"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    for unit in &cost.units {
        let [channels, height, width] = unit.output.to_array();
        rows.push(vec![
            unit.path.clone(),
            format!("{channels}×{height}×{width}"),
            grouped(unit.cost.parameters),
            grouped(unit.cost.macs),
            grouped(unit.receptive_field),
        ]);
    }
    table(&rows)
}

/// `diff ARCH_A ARCH_B`
pub fn diff(a: &str, b: &str, overrides: &Overrides) -> Result<Answer> {
    let comparison = compare(&resolve(a, overrides)?, &resolve(b, overrides)?);
    let mut rows = vec![vec![String::new(), comparison.a.name.clone(), comparison.b.name.clone()]];
    for pair in comparison.settings.iter().filter(|pair| pair.differs()) {
        rows.push(vec![pair.setting.to_owned(), pair.a.clone(), pair.b.clone()]);
    }
    let sides = [&comparison.a, &comparison.b];
    let mut row = |name: &str, values: [String; 2]| {
        rows.push(std::iter::once(name.to_owned()).chain(values).collect());
    };
    row("Trainable parameters", sides.map(|side| grouped(side.params.trainable)));
    row("With statistics", sides.map(|side| grouped(side.params.total)));
    row("Multiply-adds", sides.map(|side| grouped(side.macs)));
    row("Activations, sum", sides.map(|side| bytes(side.activation_bytes.sum)));
    row("Activations, peak", sides.map(|side| bytes(side.activation_bytes.peak)));
    for (left, right) in comparison.a.stages.iter().zip(&comparison.b.stages) {
        let name = format!("{}, multiply-adds", left.label());
        row(&name, [left, right].map(|stage| grouped(stage.macs)));
    }
    let mut text = table(&rows);
    for cell in &comparison.cells {
        text.push_str(&cell_difference(cell));
    }
    Ok(Answer::new(text, &comparison))
}

fn cell_difference(difference: &CellDifference) -> String {
    let cell = difference.cell;
    if difference.is_none() {
        return format!("The {cell} cells are the same\n");
    }
    let block = |block: &Option<Block>| match block {
        Some(block) => block.combine.expression(&side(block, 0), &side(block, 1)),
        None => "none".to_owned(),
    };
    let mut text = format!("The {cell} cells differ:\n");
    for pair in &difference.blocks {
        text.push_str(&format!("  {}: {} | {}\n", pair.block, block(&pair.a), block(&pair.b)));
    }
    if let Some([a, b]) = &difference.output {
        let names = |states: &[StateName]| {
            states.iter().map(StateName::to_string).collect::<Vec<_>>().join(", ")
        };
        text.push_str(&format!("  out: [{}] | [{}]\n", names(a), names(b)));
    }
    text
}

fn side(block: &Block, index: usize) -> String {
    let operand = [block.left, block.right][index];
    format!("{}({})", operand.op.label(), operand.from)
}

/// `export ARCH --to FORMAT [-o OUT]`
pub fn export(arguments: &Export) -> Result<Answer> {
    let network = arguments.network.resolve()?;
    if let Some(form) = arguments.to.form() {
        return text_of(&network, form, arguments.output.as_deref());
    }
    let document = Document::new(network);
    let Some(output) = &arguments.output else {
        let text = document.to_json();
        let json: serde_json::Value = serde_json::from_str(&text)?;
        return Ok(Answer::new(text, &json));
    };
    document.save(output)?;
    let output = output.display().to_string();
    Ok(Answer::new(format!("Wrote {output}\n"), &json!({ "output": output })))
}

fn text_of(network: &Architecture, form: Form, output: Option<&Path>) -> Result<Answer> {
    let text = interop::write(network, form)
        .with_context(|| format!("cannot write {} as {form}", network.name()))?;
    let text = format!("{text}\n");
    let Some(output) = output else {
        return Ok(Answer::new(text.clone(), &json!({ "text": text.trim_end() })));
    };
    files::write_atomic(output, text.as_bytes())?;
    let output = output.display().to_string();
    Ok(Answer::new(format!("Wrote {output}\n"), &json!({ "output": output })))
}
