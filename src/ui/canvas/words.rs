//! What the canvas says: names for accessibility, and tooltips.

use super::names::{NodeName, WireName};
use super::scene::Hit;
use super::{CanvasInput, Selection};
use crate::arch::{Cell, Side, StateName};

/// The name of the whole canvas.
pub(super) fn canvas_name(input: &CanvasInput) -> String {
    let count = input.cell.blocks().len();
    let blocks = if count == 1 { "1 block".to_owned() } else { format!("{count} blocks") };
    format!("{} cell, {blocks}", capitalised(&input.kind.to_string()))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

/// The accessible name of something that can be selected.
pub(super) fn name_of(input: &CanvasInput, selection: Selection) -> String {
    match selection {
        Selection::State(state) => state_name(input.cell, state),
        Selection::Wire { block, side } => wire_name(input, block, side),
        Selection::Output => output_name(input.cell),
    }
}

fn state_name(cell: &Cell, state: StateName) -> String {
    match (state, cell.block(state)) {
        (_, Ok(block)) => {
            let unused = if cell.needed_states().contains(&state) { "" } else { ", unused" };
            format!(
                "{state}, {}, reads {} by {} and {} by {}{unused}",
                block.combine.label(),
                block.left.from,
                block.left.op.label(),
                block.right.from,
                block.right.op.label(),
            )
        }
        (state, _) => format!("{state}, input, {}", origin(cell, state)),
    }
}

/// What a cell reads as an input.
fn origin(cell: &Cell, input: StateName) -> String {
    let number = cell.inputs().iter().position(|name| *name == input).unwrap_or(0);
    let from = [
        "the previous cell",
        "the cell before the previous one",
        "the third cell before",
        "the fourth cell before",
    ][number];
    match cell.concatenates() {
        true => format!("output of {from}"),
        false => format!("output {number} of {from}"),
    }
}

fn wire_name(input: &CanvasInput, block: StateName, side: Side) -> String {
    let Ok(data) = input.cell.block(block) else { return format!("{block} {side}") };
    let operand = data.operand(side);
    let untrained = if input.untrained.contains(&(block, side)) { ", untrained" } else { "" };
    format!("{block} {side}: {} of {}{untrained}", operand.op.label(), operand.from)
}

fn output_name(cell: &Cell) -> String {
    match cell.concatenates() {
        true => format!("Output, concatenates {}", list(cell.output())),
        false => format!("Outputs 0 to 3: {}", list(cell.output())),
    }
}

/// The accessible name of the port where wires leave a state.
pub(super) fn out_port_name(state: StateName) -> String {
    format!("{state} out-port")
}

/// The accessible name of the port that feeds one side of a block.
pub(super) fn in_port_name(block: StateName, side: Side) -> String {
    format!("{block} {side} in-port")
}

/// The accessible name of a wire into the output.
pub(super) fn output_wire_name(cell: &Cell, state: StateName) -> String {
    let number = cell.output().iter().position(|name| *name == state).unwrap_or(0);
    match cell.concatenates() {
        true => format!("{state} to the output, {} of {}", number + 1, cell.output().len()),
        false => format!("{state} is output {number}, to {}", Cell::OUTPUT_READERS[number]),
    }
}

fn output_tooltip(cell: &Cell) -> String {
    let states = cell.output();
    if cell.concatenates() {
        let states = list(states);
        return format!(
            "The cell's output: {states}, concatenated along the channels in this order"
        );
    }
    let lines = states.iter().map(|state| output_wire_name(cell, *state));
    lines.collect::<Vec<_>>().join("\n")
}

fn list(states: &[StateName]) -> String {
    states.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What a tooltip says about the thing beneath the pointer.
pub(super) fn tooltip(input: &CanvasInput, hit: Hit) -> String {
    match hit {
        Hit::OutPort(state) => {
            format!("Drag to a block's in-port to let it read {state}, or to the output")
        }
        Hit::Operand { block, side } | Hit::Wire(WireName::Operand { block, side }) => {
            wire_tooltip(input, block, side)
        }
        Hit::Wire(WireName::Output(state)) => output_wire_name(input.cell, state),
        Hit::Node(NodeName::Output) => output_tooltip(input.cell),
        Hit::Node(NodeName::State(state)) => state_tooltip(input.cell, state),
    }
}

fn wire_tooltip(input: &CanvasInput, block: StateName, side: Side) -> String {
    let Ok(data) = input.cell.block(block) else { return String::new() };
    let operand = data.operand(side);
    let mut text = format!(
        "{} of {}, {side} side of {block}\n{}",
        operand.op.label(),
        operand.from,
        operand.op.description()
    );
    if input.untrained.contains(&(block, side)) {
        text += "\nUntrained: its weights are new since the last edit";
    }
    text + "\nDouble-click to change it, drag to re-plug it"
}

fn state_tooltip(cell: &Cell, state: StateName) -> String {
    let Ok(block) = cell.block(state) else {
        let to = if state == StateName::H { "filters" } else { "size and filters" };
        return capitalised(&format!("{}, brought to this cell's {to}", origin(cell, state)));
    };
    let [left, right] =
        [block.left, block.right].map(|side| format!("{}({})", side.op.label(), side.from));
    let joined = block.combine.expression(&left, &right);
    let mut text = format!("{state} = {joined}\n{}", block.combine.description());
    if !cell.needed_states().contains(&state) {
        text +=
            "\nUnused: the output is not reached from here, so it is not built and costs nothing";
    }
    text
}
