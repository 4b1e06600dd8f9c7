//! A cell in a file.

use serde::{Deserialize, Serialize};

use super::{Block, Cell, StateName};

#[derive(Serialize, Deserialize)]
struct CellFile {
    /// Files of cells of two do not mention it.
    #[serde(default = "two", skip_serializing_if = "is_two")]
    inputs: usize,
    blocks: Vec<Block>,
    output: Vec<StateName>,
}

fn two() -> usize {
    StateName::INPUTS.len()
}

fn is_two(inputs: &usize) -> bool {
    *inputs == two()
}

impl Serialize for Cell {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inputs = self.inputs().len();
        CellFile { inputs, blocks: self.blocks(), output: self.output().to_vec() }
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let file = CellFile::deserialize(deserializer)?;
        Cell::with_inputs(file.inputs, &file.blocks, file.output).map_err(serde::de::Error::custom)
    }
}
