//! An index's entries: which tensor lies where.
//!
//! The messages are `BundleHeaderProto` and `BundleEntryProto` of TensorFlow's
//! `tensor_bundle.proto`.

use super::table;
use super::wire::{Field, fields};
use crate::weights::torch::numbers::NumberKind;
use crate::weights::torch::value::{Fault, shown};

/// One index of NASNet-Large in training has 700 kB.
pub(super) const LONGEST_INDEX: u64 = 16 << 20;
/// Each is a file.
const MOST_SHARDS: u64 = 10_000;
/// TensorFlow's own limit.
const MOST_DIMENSIONS: usize = 254;

/// A tensor that is still in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) kind: NumberKind,
    pub(super) shape: Vec<usize>,
    /// Which of the data files.
    pub(super) shard: u64,
    /// Its first byte there.
    pub(super) offset: u64,
    /// Bytes.
    pub(super) size: u64,
    /// The masked CRC-32C of its bytes.
    pub(super) checksum: u32,
    /// Whether it lies in parts under other names.
    pub(super) partitioned: bool,
}

/// What an index says.
#[derive(Debug)]
pub(super) struct Index {
    /// How many data files there are.
    pub(super) shards: u64,
    /// By name.
    pub(super) entries: Vec<Entry>,
}

pub(super) fn parse(bytes: &[u8]) -> Result<Index, Fault> {
    let mut entries = table::entries(bytes)?.into_iter();
    let header = entries.next().filter(|(key, _)| key.is_empty());
    let (_, header) = header.ok_or_else(|| Fault::damaged("its index has no header"))?;
    let mut shards = 0;
    for field in fields(&header)? {
        match field {
            (1, Field::Number(number)) => shards = number,
            (1, _) => {
                return Err(Fault::Unsupported(
                    "the checkpoint format of before TensorFlow 0.12".into(),
                ));
            }
            (2, Field::Number(1)) => return Err(Fault::Unsupported("big-endian numbers".into())),
            _ => {}
        }
    }
    if !(1..=MOST_SHARDS).contains(&shards) {
        return Err(Fault::Damaged(format!("its index counts {shards} data files")));
    }
    let entries = entries.map(|(key, value)| entry(&key, &value, shards));
    Ok(Index { shards, entries: entries.collect::<Result<_, _>>()? })
}

fn entry(key: &[u8], value: &[u8], shards: u64) -> Result<Entry, Fault> {
    let name = String::from_utf8_lossy(key).into_owned();
    let mut entry = Entry {
        name,
        kind: kind(0),
        shape: Vec::new(),
        shard: 0,
        offset: 0,
        size: 0,
        checksum: 0,
        partitioned: false,
    };
    for field in fields(value)? {
        match field {
            (1, Field::Number(number)) => entry.kind = kind(number),
            (2, Field::Bytes(message)) => {
                entry.shape = shape(message)?.ok_or_else(|| wrong(&entry.name))?;
            }
            (3, Field::Number(number)) => entry.shard = number,
            (4, Field::Number(number)) => entry.offset = number,
            (5, Field::Number(number)) => entry.size = number,
            (6, Field::Fixed32(number)) => entry.checksum = number,
            (7, _) => entry.partitioned = true,
            _ => {}
        }
    }
    match entry.shard < shards && entry.offset.checked_add(entry.size).is_some() {
        true => Ok(entry),
        false => Err(wrong(&entry.name)),
    }
}

fn wrong(name: &str) -> Fault {
    Fault::Damaged(format!("its index describes {} wrongly", shown(name)))
}

/// The sizes of a `TensorShapeProto`, unless one is no size or there are too many.
fn shape(message: &[u8]) -> Result<Option<Vec<usize>>, Fault> {
    let mut sizes = Vec::new();
    for field in fields(message)? {
        let (2, Field::Bytes(dimension)) = field else { continue };
        let mut size = 0;
        for field in fields(dimension)? {
            if let (1, Field::Number(number)) = field {
                size = number;
            }
        }
        // Sizes are signed, and -1 is one that is not known.
        match i64::try_from(size).ok().and_then(|size| usize::try_from(size).ok()) {
            Some(size) if sizes.len() < MOST_DIMENSIONS => sizes.push(size),
            _ => return Ok(None),
        }
    }
    Ok(Some(sizes))
}

/// From the number of a `DataType`.
fn kind(number: u64) -> NumberKind {
    match number {
        1 => NumberKind::Float32,
        2 => NumberKind::Float64,
        14 => NumberKind::BFloat16,
        19 => NumberKind::Float16,
        3 => NumberKind::Other("int32", 4),
        9 => NumberKind::Other("int64", 8),
        // Texts, mostly.
        _ => NumberKind::Other("other", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(value: &[u8]) -> String {
        match entry(b"a/b", value, 2) {
            Err(Fault::Damaged(text) | Fault::Unsupported(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_entry() {
        // Kind 1, shape [3, 300], data file 1, at 5, 3600 bytes, checksum 7, a field of tomorrow.
        let value = b"\x08\x01\x12\x09\x12\x02\x08\x03\x12\x03\x08\xac\x02\x18\x01\x20\x05\x28\x90\x1c\x35\x07\0\0\0\x7a\x00";
        let found = entry(b"a/b", value, 2).unwrap();
        let expected = Entry {
            name: "a/b".into(),
            kind: NumberKind::Float32,
            shape: vec![3, 300],
            shard: 1,
            offset: 5,
            size: 3600,
            checksum: 7,
            partitioned: false,
        };
        assert_eq!(found, expected);
        assert!(entry(b"a/b", b"\x3a\x00", 2).unwrap().partitioned);
    }

    #[test]
    fn entries_that_make_no_sense() {
        let all_ones = b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
        let says = "its index describes a/b wrongly";
        assert_eq!(refusal(b"\x18\x02"), says, "a third data file of two");
        assert_eq!(refusal(&[b"\x20", &all_ones[..], b"\x28\x01"].concat()), says);
        // A size of -1 is one that is not known.
        let shape = [b"\x12\x0b\x08", &all_ones[..]].concat();
        assert_eq!(refusal(&[&[0x12, shape.len() as u8], &shape[..]].concat()), says);
        let many = [0x12, 0x00].repeat(MOST_DIMENSIONS + 1);
        assert_eq!(refusal(&[&[0x12, 0xfe, 0x03], &many[..]].concat()), says);
        assert!(refusal(b"\x08").contains("breaks off"));
    }
}
