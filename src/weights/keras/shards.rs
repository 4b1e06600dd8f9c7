//! `.weights.json`: which of several `.weights.h5` beside it hold which layer. Keras writes it
//! where it is told of a `max_shard_size`.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

use super::{Container, KerasFile, KerasLayer, hdf5};
use crate::weights::WeightsError;

/// NASNet-Large's has 100 kB.
const LONGEST_LIST: u64 = 16 << 20;
/// Each is a file.
const MOST_SHARDS: usize = 1000;

/// Whether these bytes begin such a list.
pub(in crate::weights) fn is_list(head: &[u8]) -> bool {
    let has = |word: &[u8]| head.windows(word.len()).any(|part| part == word);
    // PyTorch's lists are alike, but name tensors.
    head.trim_ascii_start().starts_with(b"{") && has(b"\"weight_map\"") && has(b"/vars\"")
}

pub(super) fn read_file(path: &Path, file: File) -> Result<KerasFile, WeightsError> {
    let mut text = Vec::new();
    let read = file.take(LONGEST_LIST).read_to_end(&mut text);
    read.map_err(|reason| WeightsError::Open { path: path.to_path_buf(), reason })?;
    let damaged = |detail: String| WeightsError::Damaged { path: path.to_path_buf(), detail };
    let list: Value = serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
    let names = names(&list).ok_or_else(|| damaged("it lists no files beside it".into()))?;
    let mut layers: Vec<KerasLayer> = Vec::new();
    for name in names {
        let shard = path.with_file_name(name);
        let length = shard.metadata().map_err(|reason| {
            let path = shard.clone();
            WeightsError::Open { path, reason }
        })?;
        for layer in hdf5::read_file(&shard, length.len())?.layers {
            let same = |other: &&mut KerasLayer| {
                (&other.class, other.number) == (&layer.class, layer.number)
            };
            match layers.iter_mut().find(same) {
                // A layer may be parted among files.
                Some(other) => other.weights.extend(layer.weights),
                None => layers.push(layer),
            }
        }
    }
    for layer in &mut layers {
        layer.weights.sort_by_key(|(number, _)| number.parse::<usize>().unwrap_or(usize::MAX));
    }
    layers.sort_by(|a, b| (&a.class, a.number).cmp(&(&b.class, b.number)));
    let (path, container) = (path.to_path_buf(), Container::KerasShards);
    Ok(KerasFile { path, container, keras_version: None, layers, config: None })
}

/// The files' names, each once; `None` if one of them is no plain name, for what a list names must
/// lie beside it.
fn names(list: &Value) -> Option<BTreeSet<&str>> {
    let mut names = BTreeSet::new();
    for files in list.get("weight_map")?.as_object()?.values() {
        // Keras writes a layer of one variable without the brackets.
        let files = files.as_array().map_or(std::slice::from_ref(files), Vec::as_slice);
        for file in files {
            let name = file.as_str()?;
            let plain = name.ends_with(".weights.h5") && !name.contains(['/', '\\', ':']);
            if !plain || names.len() == MOST_SHARDS {
                return None;
            }
            names.insert(name);
        }
    }
    (!names.is_empty()).then_some(names)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_names_of_files_beside_it() {
        let list = |file: &str| json!({ "weight_map": { "/layers/dense/vars": [file] } });
        assert!(names(&list("x_00000.weights.h5")).is_some());
        for name in ["../x.weights.h5", "/x.weights.h5", "c:x.weights.h5", "a\\x.weights.h5", "x"] {
            assert_eq!(names(&list(name)), None, "{name}");
        }
        assert_eq!(names(&json!({ "weight_map": {} })), None);
        assert_eq!(names(&json!({ "weight_map": { "a": "x.weights.h5" } })).unwrap().len(), 1);
        assert_eq!(names(&json!({ "weight_map": { "a": 7 } })), None);
    }
}
