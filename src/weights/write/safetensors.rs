//! `.safetensors`, written tensor by tensor.

use std::io::{self, Write};

use serde::Serialize;

use crate::weights::half::f32_to_half;

/// A tensor to be written.
pub(super) struct Entry<'a> {
    pub(super) name: String,
    /// Empty for a single number.
    pub(super) shape: &'a [usize],
    pub(super) numbers: Numbers<'a>,
}

/// What a tensor holds.
#[derive(Clone, Copy)]
pub(super) enum Numbers<'a> {
    /// As many as the shape's product.
    Weights(&'a [f32]),
    /// The one number of a counter, as int64.
    Counter(i64),
}

impl Numbers<'_> {
    /// The type's name in a header, and how many bytes there are.
    fn stored(self, half: bool) -> (&'static str, u64) {
        match self {
            Self::Weights(values) if half => ("F16", 2 * values.len() as u64),
            Self::Weights(values) => ("F32", 4 * values.len() as u64),
            Self::Counter(_) => ("I64", 8),
        }
    }
}

#[derive(Serialize)]
struct Described<'a> {
    dtype: &'static str,
    shape: &'a [usize],
    data_offsets: [u64; 2],
}

/// Writes a header and, in their order and without gaps, the numbers of `entries`; weights as
/// float16 where `half` says so.
pub(super) fn write(
    output: &mut dyn Write,
    metadata: &impl Serialize,
    entries: &[Entry<'_>],
    half: bool,
) -> io::Result<()> {
    let mut header = format!("{{\"__metadata__\":{}", json(metadata));
    let mut begin = 0;
    for Entry { name, shape, numbers } in entries {
        let (dtype, bytes) = numbers.stored(half);
        let end = begin + bytes;
        let described = Described { dtype, shape, data_offsets: [begin, end] };
        header.push_str(&format!(",{}:{}", json(name), json(&described)));
        begin = end;
    }
    header.push('}');
    let padding = header.len().next_multiple_of(8) - header.len();
    header.extend(std::iter::repeat_n(' ', padding));
    output.write_all(&(header.len() as u64).to_le_bytes())?;
    output.write_all(header.as_bytes())?;
    for Entry { numbers, .. } in entries {
        match numbers {
            Numbers::Weights(values) => output.write_all(&stored(values, half))?,
            Numbers::Counter(count) => output.write_all(&count.to_le_bytes())?,
        }
    }
    Ok(())
}

/// Numbers as they are stored, little-endian; as float16 where `half` says so.
pub(super) fn stored(values: &[f32], half: bool) -> Vec<u8> {
    match half {
        true => values.iter().flat_map(|value| f32_to_half(*value).to_le_bytes()).collect(),
        false => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
    }
}

/// The text of a value.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("text, numbers and lists of them are JSON")
}
