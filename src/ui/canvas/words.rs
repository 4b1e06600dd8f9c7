//! What the canvas says: names for accessibility, and tooltips.

use super::names::{NodeName, WireName};
use super::scene::Hit;
use super::{CanvasInput, Selection};
use crate::arch::{Cell, Combine, Side, StateName};

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
        (StateName::P, _) => "p, input, output of the cell before the previous one".to_owned(),
        (state, _) => format!("{state}, input, output of the previous cell"),
    }
}

fn wire_name(input: &CanvasInput, block: StateName, side: Side) -> String {
    let Ok(data) = input.cell.block(block) else { return format!("{block} {side}") };
    let operand = data.operand(side);
    let untrained = if input.untrained.contains(&(block, side)) { ", untrained" } else { "" };
    format!("{block} {side}: {} of {}{untrained}", operand.op.label(), operand.from)
}

fn output_name(cell: &Cell) -> String {
    format!("Output, concatenates {}", list(cell.output()))
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
    let place = cell.output().iter().position(|name| *name == state).map_or(0, |index| index + 1);
    format!("{state} to the output, {place} of {}", cell.output().len())
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
        Hit::Node(NodeName::Output) => format!(
            "The cell's output: {}, concatenated along the channels in this order",
            list(input.cell.output())
        ),
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
        return match state {
            StateName::P => "The output of the cell before the previous one, brought to this \
                             cell's size and filters"
                .to_owned(),
            _ => "The output of the previous cell, brought to this cell's filters".to_owned(),
        };
    };
    let [left, right] =
        [block.left, block.right].map(|side| format!("{}({})", side.op.label(), side.from));
    let mut text = match block.combine {
        Combine::Add => format!("{state} = {left} + {right}"),
        Combine::Concat => format!("{state} = [{left}, {right}], concatenated"),
    };
    if !cell.needed_states().contains(&state) {
        text +=
            "\nUnused: the output is not reached from here, so it is not built and costs nothing";
    }
    text
}
