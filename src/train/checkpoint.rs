//! A training's state as a file, from which it goes on.
//!
//! A `.safetensors` of five rows of numbers; whole or not at all, as everything that is written.

use std::path::Path;

use serde_json::json;

use super::TrainError;
use super::state::HostState;
use crate::files;
use crate::weights;

/// What `format` says in a file of this kind.
const FORMAT: &str = "nasnet-explorer training state";

/// Writes a state.
///
/// # Errors
///
/// If the file cannot be written; an older one is then as it was.
pub fn write(path: &Path, state: &HostState) -> Result<(), TrainError> {
    let mut header = serde_json::Map::new();
    let metadata = json!({ "format": FORMAT, "step": state.step.to_string() });
    header.insert("__metadata__".to_owned(), metadata);
    let mut begin = 0;
    for (name, numbers) in HostState::NAMES.into_iter().zip(&state.numbers) {
        let end = begin + 4 * numbers.len();
        let entry =
            json!({ "dtype": "F32", "shape": [numbers.len()], "data_offsets": [begin, end] });
        header.insert(name.to_owned(), entry);
        begin = end;
    }
    let mut header = serde_json::Value::Object(header).to_string();
    let padding = header.len().next_multiple_of(8) - header.len();
    header.extend(std::iter::repeat_n(' ', padding));
    let mut bytes = Vec::with_capacity(8 + header.len() + begin);
    bytes.extend((header.len() as u64).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(state.numbers.iter().flatten().flat_map(|number| number.to_le_bytes()));
    Ok(files::write_atomic(path, &bytes)?)
}

/// Reads a state of a network with `trained` and `gathered` numbers.
///
/// # Errors
///
/// If the file cannot be read, is of another network or holds a NaN or an infinity.
pub fn read(path: &Path, trained: usize, gathered: usize) -> Result<HostState, TrainError> {
    let (tensors, metadata) = weights::read_tensors(path)?;
    let broken = |detail: &str| TrainError::Checkpoint {
        path: path.to_path_buf(),
        detail: detail.to_owned(),
    };
    let metadata = metadata.unwrap_or_default();
    if metadata.get("format").and_then(|format| format.as_str()) != Some(FORMAT) {
        return Err(broken("it is not a training's state"));
    }
    let step = metadata.get("step").and_then(|step| step.as_str());
    let step = step.and_then(|step| step.parse().ok()).ok_or_else(|| broken("it has no step"))?;
    let mut numbers: [Vec<f32>; 5] = Default::default();
    for (index, (slot, name)) in numbers.iter_mut().zip(HostState::NAMES).enumerate() {
        let wanted = if index < 3 { trained } else { gathered };
        let found = tensors.iter().find(|(found, _)| found == name);
        let found = found.filter(|(_, tensor)| tensor.data.len() == wanted);
        let (_, tensor) = found.ok_or_else(|| broken("it belongs to another network"))?;
        slot.clone_from(&tensor.data);
    }
    let state = HostState { step, numbers };
    match state.is_finite() {
        true => Ok(state),
        false => Err(broken("it holds numbers that are not finite")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_to_the_bit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint.safetensors");
        let numbers = [1, 2, 3, 4, 5].map(|row| {
            let count = if row < 4 { 7 } else { 3 };
            (0..count).map(|column| (row * 10 + column) as f32 * 0.1).collect()
        });
        let state = HostState { step: u64::MAX, numbers };
        write(&path, &state).unwrap();
        assert_eq!(read(&path, 7, 3).unwrap(), state);
        let error = read(&path, 7, 4).unwrap_err().to_string();
        assert!(error.ends_with("it belongs to another network"), "{error}");
        let bytes = std::fs::read(&path).unwrap();
        for length in 0..bytes.len() {
            std::fs::write(&path, &bytes[..length]).unwrap();
            assert!(read(&path, 7, 3).is_err(), "cut to {length}");
        }
    }
}
