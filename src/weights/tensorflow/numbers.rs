//! A checkpoint's numbers, read forwards.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::bundle::Entry;
use super::table::masked;
use crate::weights::Tensor;
use crate::weights::torch::numbers::elements;
use crate::weights::torch::value::{Fault, shown};

/// The largest published relative of NASNet has 469 million parameters, 1.9 GB.
const LARGEST_TOTAL: u64 = 8 << 30;
/// What is set aside at once for a tensor whose size only the index states.
const RESERVED: u64 = 1 << 20;

/// A source that can be read forwards only, as an archive that is unpacked on the way.
pub(super) trait Forwards: Read {
    /// Leaves out bytes.
    fn skip(&mut self, bytes: u64) -> io::Result<()>;
}

impl Forwards for File {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let bytes = i64::try_from(bytes).map_err(|_| io::ErrorKind::UnexpectedEof)?;
        self.seek(SeekFrom::Current(bytes)).map(drop)
    }
}

/// How many bytes of float32 one checkpoint may still give.
pub(super) struct Budget(u64);

impl Budget {
    /// For a checkpoint of `bytes`, packed or not, with this many times as much in it.
    pub(super) fn new(bytes: u64, ratio: u64) -> Self {
        Budget(bytes.saturating_mul(ratio).min(LARGEST_TOTAL))
    }
}

/// Reads the tensors of one data file, which `source` is at the beginning of, and puts them where
/// `tensors` has room for them. `wanted` are the places of these.
pub(super) fn read(
    source: &mut impl Forwards,
    entries: &[(String, Entry)],
    shard: u64,
    budget: &mut Budget,
    tensors: &mut [Option<Tensor>],
) -> Result<(), Fault> {
    let mut wanted: Vec<usize> =
        (0..entries.len()).filter(|&place| entries[place].1.shard == shard).collect();
    // What has no numbers begins where the next tensor does.
    wanted.sort_by_key(|&place| (entries[place].1.offset, entries[place].1.size));
    let mut position = 0;
    for place in wanted {
        let (name, entry) = &entries[place];
        let gap = entry.offset.checked_sub(position).ok_or_else(|| {
            Fault::Damaged(format!("{} begins within another tensor", shown(name)))
        })?;
        source.skip(gap)?;
        tensors[place] = Some(tensor(source, name, entry, budget)?);
        position = entry.offset + entry.size;
    }
    Ok(())
}

fn tensor(
    source: &mut impl Read,
    name: &str,
    entry: &Entry,
    budget: &mut Budget,
) -> Result<Tensor, Fault> {
    let name = shown(name);
    if entry.partitioned {
        return Err(Fault::Unsupported(format!("a tensor in parts, {name}")));
    }
    let count = elements(&entry.shape);
    if count.and_then(|count| count.checked_mul(entry.kind.width())) != Some(entry.size) {
        let (size, shape) = (entry.size, &entry.shape);
        return Err(Fault::Damaged(format!("{name} has {size} bytes for the shape {shape:?}")));
    }
    let bytes = count.unwrap_or_default().saturating_mul(4);
    budget.0 = budget.0.checked_sub(bytes).ok_or_else(|| {
        let what = format!("a tensor {name}");
        Fault::TooLarge { what, bytes, limit: budget.0 }
    })?;
    // Grows with what really comes: an archive says only in the end that there is less.
    let mut stored = Vec::with_capacity(entry.size.min(RESERVED) as usize);
    source.take(entry.size).read_to_end(&mut stored)?;
    if stored.len() as u64 != entry.size {
        return Err(Fault::Damaged(format!("{name} lies beyond the end of the data")));
    }
    if masked(crc32c::crc32c(&stored)) != entry.checksum {
        return Err(Fault::Damaged(format!("the checksum of {name} is wrong")));
    }
    let mut data = Vec::with_capacity(count.unwrap_or_default() as usize);
    entry.kind.append(&stored, false, &mut data);
    Ok(Tensor { shape: entry.shape.clone(), data })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::weights::torch::numbers::NumberKind;

    impl Forwards for Cursor<Vec<u8>> {
        fn skip(&mut self, bytes: u64) -> io::Result<()> {
            self.set_position(self.position() + bytes);
            Ok(())
        }
    }

    fn data() -> Vec<u8> {
        (0..8_u8).flat_map(|number| f32::from(number).to_le_bytes()).collect()
    }

    fn entry(offset: u64, shape: &[usize]) -> (String, Entry) {
        let size = 4 * shape.iter().product::<usize>() as u64;
        let bytes = data().into_iter().skip(offset as usize).take(size as usize);
        let entry = Entry {
            name: "key".into(),
            kind: NumberKind::Float32,
            shape: shape.to_vec(),
            shard: 0,
            offset,
            size,
            checksum: masked(crc32c::crc32c(&bytes.collect::<Vec<u8>>())),
            partitioned: false,
        };
        (format!("at_{offset}"), entry)
    }

    fn read_all(entries: &[(String, Entry)]) -> Result<Vec<Option<Tensor>>, String> {
        let mut tensors = vec![None; entries.len()];
        let mut budget = Budget::new(32, 1);
        let read = read(&mut Cursor::new(data()), entries, 0, &mut budget, &mut tensors);
        read.map(|()| tensors).map_err(|fault| match fault {
            Fault::Damaged(text) | Fault::Unsupported(text) | Fault::Code(text) => text,
            Fault::TooLarge { what, bytes, limit } => format!("{what} of {bytes} over {limit}"),
        })
    }

    #[test]
    fn tensors_in_any_order_with_gaps() {
        let other_file = (String::new(), Entry { shard: 1, ..entry(0, &[1]).1 });
        let entries = [entry(20, &[1, 2]), other_file, entry(4, &[2]), entry(4, &[0])];
        let tensors = read_all(&entries).unwrap();
        let tensor = |shape: &[usize], data: &[f32]| {
            Some(Tensor { shape: shape.to_vec(), data: data.to_vec() })
        };
        assert_eq!(tensors[..2], [tensor(&[1, 2], &[5.0, 6.0]), None]);
        assert_eq!(tensors[2..], [tensor(&[2], &[1.0, 2.0]), tensor(&[0], &[])]);
        assert_eq!(read_all(&[entry(0, &[])]).unwrap(), [tensor(&[], &[0.0])]);
    }

    #[test]
    fn entries_that_lie() {
        let refusal = |change: &dyn Fn(&mut Entry)| {
            let (name, mut entry) = entry(4, &[2]);
            change(&mut entry);
            read_all(&[(name, entry)]).unwrap_err()
        };
        for (text, says) in [
            (refusal(&|entry| entry.size = 12), "at_4 has 12 bytes for the shape [2]"),
            (refusal(&|entry| entry.shape = vec![usize::MAX, 2]), "bytes for the shape"),
            (refusal(&|entry| entry.offset = 28), "at_4 lies beyond the end"),
            (refusal(&|entry| entry.offset = 1 << 40), "at_4 lies beyond the end"),
            (refusal(&|entry| entry.checksum ^= 1), "the checksum of at_4 is wrong"),
            (refusal(&|entry| entry.partitioned = true), "a tensor in parts, at_4"),
            (
                refusal(&|entry| (entry.shape, entry.size) = (vec![1 << 40], 1 << 42)),
                "a tensor at_4 of 4398046511104 over 32",
            ),
        ] {
            assert!(text.contains(says), "{text}");
        }
        let twice = [entry(0, &[5]), entry(20, &[3]), entry(0, &[5])];
        assert!(read_all(&twice).unwrap_err().contains("at_0 begins within another tensor"));
    }
}
