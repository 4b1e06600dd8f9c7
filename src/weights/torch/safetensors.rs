//! `.safetensors`: the length of a JSON header, the header, the numbers.

use std::io::{Read, Seek};

use serde_json::{Map, Value};

use super::numbers::{NumberKind, Numbers, Place, contiguous, elements};
use super::state::is_counter;
use super::value::{Fault, shown};
use crate::weights::Tensor;

/// NASNet-Large's header has 200 kB.
const LONGEST_HEADER: u64 = 16 << 20;
/// The one key of a header that names no tensor.
const METADATA: &str = "__metadata__";

/// What such a file says and holds.
pub(in crate::weights) struct Contents {
    /// What its writer noted beside the tensors.
    pub(in crate::weights) metadata: Option<Value>,
    /// By name, in the order of their numbers in the file.
    pub(in crate::weights) tensors: Vec<(String, Tensor)>,
}

/// Reads such a file of `length` bytes from its first.
pub(in crate::weights) fn read(mut file: impl Read + Seek, length: u64) -> Result<Contents, Fault> {
    let (mut header, numbers_at) = header(&mut file, length)?;
    let metadata = header.remove(METADATA);
    let mut numbers = Numbers::new(file, length, false);
    let mut entries = Vec::new();
    for (name, entry) in &header {
        if !is_counter(name) {
            let entry = Entry::parse(entry).ok_or_else(|| {
                Fault::Damaged(format!("its header describes {} wrongly", shown(name)))
            })?;
            entries.push((name, entry));
        }
    }
    // Python's library sorts headers by size of number, then by name.
    entries.sort_by_key(|(_, entry)| entry.begin);
    let mut tensors = Vec::with_capacity(entries.len());
    for (name, Entry { kind, shape, begin, end }) in entries {
        let bytes = elements(&shape).and_then(|count| count.checked_mul(kind.width()));
        if bytes != Some(end - begin) {
            return Err(Fault::Damaged(format!(
                "{} has {} bytes for the shape {shape:?}",
                shown(name),
                end - begin
            )));
        }
        let start = begin.saturating_add(numbers_at);
        let strides = contiguous(&shape);
        let place =
            Place { name: &shown(name), kind, start, offset: 0, shape: &shape, strides: &strides };
        tensors.push((name.clone(), numbers.read(&place)?));
    }
    Ok(Contents { metadata, tensors })
}

/// What the writer of such a file noted beside the tensors, which are not read.
pub(in crate::weights) fn metadata(
    mut file: impl Read,
    length: u64,
) -> Result<Option<Value>, Fault> {
    Ok(header(&mut file, length)?.0.remove(METADATA))
}

/// The header, and the byte at which the numbers begin.
fn header(file: &mut impl Read, length: u64) -> Result<(Map<String, Value>, u64), Fault> {
    let mut count = [0; 8];
    file.read_exact(&mut count)?;
    let count = u64::from_le_bytes(count);
    let limit = LONGEST_HEADER.min(length.saturating_sub(8));
    if count > limit {
        return Err(Fault::TooLarge { what: "a header".into(), bytes: count, limit });
    }
    let mut header = Vec::new();
    file.take(count).read_to_end(&mut header)?;
    let header = serde_json::from_slice(&header)
        .map_err(|error| Fault::Damaged(format!("its header: {error}")))?;
    Ok((header, 8 + count))
}

struct Entry {
    kind: NumberKind,
    shape: Vec<usize>,
    begin: u64,
    end: u64,
}

impl Entry {
    fn parse(value: &Value) -> Option<Self> {
        let kind = NumberKind::of_safetensors(value.get("dtype")?.as_str()?)?;
        let size = |size: &Value| usize::try_from(size.as_u64()?).ok();
        let shape = value.get("shape")?.as_array()?.iter().map(size).collect::<Option<Vec<_>>>()?;
        let [begin, end] = value.get("data_offsets")?.as_array()?.as_slice() else {
            return None;
        };
        let (begin, end) = (begin.as_u64()?, end.as_u64()?);
        (begin <= end).then_some(Self { kind, shape, begin, end })
    }
}
