//! A cell as text, for terminals.

use super::{Cell, StateName};

/// The cell, a line for each block and one for the output, or for each of four:
///
/// ```text
/// b0 = sep 5×5(h) + sep 3×3(p)
/// out = [p, b0]
/// ```
pub fn cell_as_text(cell: &Cell) -> String {
    let needed = cell.needed_states();
    let mut lines = Vec::new();
    for block in cell.blocks() {
        let [left, right] =
            [block.left, block.right].map(|side| format!("{}({})", side.op.label(), side.from));
        let joined = block.combine.expression(&left, &right);
        let unused = if needed.contains(&block.name) { "" } else { "   (unused: not built)" };
        lines.push(format!("{} = {joined}{unused}", block.name));
    }
    if cell.concatenates() {
        let output: Vec<_> = cell.output().iter().map(StateName::to_string).collect();
        lines.push(format!("out = [{}]", output.join(", ")));
    } else {
        let outputs = cell.output().iter().zip(Cell::OUTPUT_READERS).enumerate();
        lines.extend(
            outputs.map(|(number, (state, reader))| format!("out {number} = {state}, to {reader}")),
        );
    }
    lines.join("\n")
}
