//! A `.safetensors` with the names of timm's or Cadene's modules.

use std::io::{self, Write};

use serde::Serialize;

use super::Source;
use super::safetensors::{self, Entry, Numbers};
use crate::plan::Parameter;
use crate::weights::torch::written::{WrittenNames, counter};

/// What Hugging Face's libraries note in a file of PyTorch's tensors.
const METADATA: Metadata = Metadata { format: "pt" };

#[derive(Serialize)]
struct Metadata {
    format: &'static str,
}

/// Writes the tensors of a NASNet-A or PNASNet-5, with cells numbered `gap` apart between stages.
/// Every batch norm gets the counter that PyTorch's has.
pub(super) fn write(output: &mut dyn Write, source: &Source<'_>, gap: usize) -> io::Result<()> {
    let Source { settings, parameters, table, half } = source;
    let names = WrittenNames::new(settings, gap, |path| table.contains_key(path));
    let mut weights = Vec::new();
    let mut counters = Vec::new();
    for Parameter { path, .. } in *parameters {
        let nameless = || io::Error::other(format!("no name is known for {path}"));
        let name = names.name(path).ok_or_else(nameless)?;
        if let Some(name) = counter(&name) {
            counters.push(Entry { name, shape: &[], numbers: Numbers::Counter(0) });
        }
        let tensor = &table[path];
        let (shape, numbers) = (tensor.shape.as_slice(), Numbers::Weights(&tensor.data));
        weights.push(Entry { name, shape, numbers });
    }
    weights.sort_by(|left, right| left.name.cmp(&right.name));
    counters.sort_by(|left, right| left.name.cmp(&right.name));
    // Largest numbers first, as the format's own library does: PyTorch wants them aligned.
    counters.append(&mut weights);
    safetensors::write(output, &METADATA, &counters, *half)
}
