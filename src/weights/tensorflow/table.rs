//! The table that an index is: sorted keys and values in blocks, as LevelDB writes them.
//!
//! | part | content |
//! |---|---|
//! | block | entries (bytes shared with the key before, bytes of its own, bytes of the value), places to begin at |
//! | after each block | how it is packed, one byte; masked CRC-32C |
//! | index block | last keys and places of the blocks |
//! | footer | places of two blocks, of which the second is the index; magic number |

use super::snappy;
use super::wire::{count, variable_length};
use crate::weights::torch::value::Fault;

/// The last eight bytes of such a file.
pub(in crate::weights) const MAGIC: [u8; 8] = 0xdb47_7524_8b80_fb57_u64.to_le_bytes();

const FOOTER: usize = 48;
/// NASNet-Large has 1546 tensors, in a training five times as many.
const MOST_ENTRIES: usize = 100_000;
/// Names share beginnings, so that a few bytes in the file may stand for a whole name.
const LONGEST_KEY: usize = 1024;

/// A key and its value.
pub(super) type Entry = (Vec<u8>, Vec<u8>);

/// All entries of a table.
pub(super) fn entries(table: &[u8]) -> Result<Vec<Entry>, Fault> {
    let start = table.len().checked_sub(FOOTER).filter(|_| table.ends_with(&MAGIC));
    let start = start.ok_or_else(|| Fault::damaged("its index has no end"))?;
    let mut footer = &table[start..];
    let index = place(&mut footer).and_then(|_| place(&mut footer));
    let index = block(table, index.ok_or_else(broken)?)?;
    let mut all = Vec::new();
    let mut end = 0;
    for (_, value) in block_entries(&index, MOST_ENTRIES)? {
        let (start, length) = place(&mut value.as_slice()).ok_or_else(broken)?;
        // Each block once, or a short file could have its blocks read without end.
        if start < end {
            return Err(Fault::damaged("blocks of its index overlap"));
        }
        let content = block(table, (start, length))?;
        end = start + length;
        all.extend(block_entries(&content, MOST_ENTRIES - all.len())?);
    }
    match all.windows(2).all(|pair| pair[0].0 < pair[1].0) {
        true => Ok(all),
        false => Err(Fault::damaged("the names in its index are not in order")),
    }
}

fn broken() -> Fault {
    Fault::damaged("its index refers to what is not there")
}

fn place(bytes: &mut &[u8]) -> Option<(usize, usize)> {
    Some((count(bytes)?, count(bytes)?))
}

/// A block's content, unpacked.
fn block(table: &[u8], (start, length): (usize, usize)) -> Result<Vec<u8>, Fault> {
    let rest = table.get(start..).ok_or_else(broken)?;
    // With the byte that says how it is packed, which the checksum covers.
    let (content, rest) = rest.split_at_checked(length.saturating_add(1)).ok_or_else(broken)?;
    let checksum = rest.first_chunk().map(|bytes| u32::from_le_bytes(*bytes)).ok_or_else(broken)?;
    if masked(crc32c::crc32c(content)) != checksum {
        return Err(Fault::damaged("the checksum of its index is wrong"));
    }
    let (packed, content) = content.split_last().ok_or_else(broken)?;
    match packed {
        0 => Ok(content.to_vec()),
        1 => snappy::unpacked(content)
            .ok_or_else(|| Fault::damaged("its index cannot be unpacked as Snappy")),
        other => Err(Fault::Unsupported(format!("packing {other} of its index"))),
    }
}

/// A checksum as it is stored, which keeps one of data with checksums in it sound.
pub(super) fn masked(checksum: u32) -> u32 {
    checksum.rotate_right(15).wrapping_add(0xa282_ead8)
}

fn block_entries(block: &[u8], most: usize) -> Result<Vec<Entry>, Fault> {
    let damaged = || Fault::damaged("an entry of its index breaks off");
    let (rest, restarts) = block.split_last_chunk().ok_or_else(damaged)?;
    let restarts = u32::from_le_bytes(*restarts) as usize;
    let end = restarts.checked_mul(4).and_then(|bytes| rest.len().checked_sub(bytes));
    let mut rest = &rest[..end.ok_or_else(damaged)?];
    let mut entries: Vec<Entry> = Vec::new();
    while !rest.is_empty() {
        let before = entries.last().map_or(&[][..], |(key, _)| key);
        let entry = entry(&mut rest, before).ok_or_else(damaged)?;
        if entries.len() == most {
            return Err(Fault::Damaged(format!("its index has more than {MOST_ENTRIES} entries")));
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn entry(rest: &mut &[u8], before: &[u8]) -> Option<Entry> {
    let (shared, own, value) = (count(rest)?, count(rest)?, variable_length(rest)?);
    let mut key = before.get(..shared)?.to_vec();
    let (tail, after) = rest.split_at_checked(own)?;
    key.extend_from_slice(tail);
    let (value, after) = after.split_at_checked(usize::try_from(value).ok()?)?;
    *rest = after;
    (key.len() <= LONGEST_KEY).then(|| (key, value.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3720, B.4: the checksum of 32 zeros; masked as LevelDB's `crc32c.h` does.
    #[test]
    fn checksums() {
        assert_eq!(crc32c::crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(masked(0x8a91_36aa), 0x0fd7_fffa);
    }

    fn stored(table: &mut Vec<u8>, content: &[u8], packed: u8) -> Vec<u8> {
        let place = [table.len(), content.len()].map(|number| u8::try_from(number).unwrap());
        table.extend([content, &[packed]].concat());
        let checksum = masked(crc32c::crc32c(&table[place[0] as usize..]));
        table.extend(checksum.to_le_bytes());
        place.to_vec()
    }

    fn entry_bytes(shared: u8, key: &[u8], value: &[u8]) -> Vec<u8> {
        [&[shared, key.len() as u8, value.len() as u8], key, value].concat()
    }

    /// A table of these blocks, each a list of entries or, packed, what that becomes.
    fn table(blocks: &[(Vec<u8>, u8)]) -> Vec<u8> {
        let mut table = Vec::new();
        let mut index = Vec::new();
        for (number, (content, packed)) in blocks.iter().enumerate() {
            let place = stored(&mut table, content, *packed);
            index.extend(entry_bytes(0, &[number as u8], &place));
        }
        let place = stored(&mut table, &[index, vec![0; 4]].concat(), 0);
        let mut footer = [&[0, 0], &place[..]].concat();
        footer.resize(FOOTER - 8, 0);
        [table, footer, MAGIC.to_vec()].concat()
    }

    fn plain(entries: &[Vec<u8>]) -> Vec<u8> {
        [entries.concat(), vec![0; 4], vec![1, 0, 0, 0]].concat()
    }

    fn refusal(table: &[u8]) -> String {
        match entries(table) {
            Err(Fault::Damaged(text) | Fault::Unsupported(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn blocks_plain_and_packed() {
        let first = plain(&[entry_bytes(0, b"cell_0", b"1"), entry_bytes(5, b"1", b"22")]);
        let second = plain(&[entry_bytes(0, b"stem", b"")]);
        let literal = (second.len() as u8 - 1) << 2;
        let packed = [&[second.len() as u8, literal], &second[..]].concat();
        let whole = table(&[(first.clone(), 0), (packed.clone(), 1)]);
        let pair = |key: &[u8], value: &[u8]| (key.to_vec(), value.to_vec());
        let expected = [pair(b"cell_0", b"1"), pair(b"cell_1", b"22"), pair(b"stem", b"")];
        assert_eq!(entries(&whole).unwrap(), expected);
        for length in 0..whole.len() {
            assert!(entries(&whole[..length]).is_err(), "cut at {length}");
        }
        for place in 0..whole.len() - FOOTER {
            let mut changed = whole.clone();
            changed[place] ^= 0x10;
            assert!(refusal(&changed).contains("checksum"), "{place}");
        }
        assert!(refusal(&table(&[(first, 2)])).contains("packing 2"));
        assert!(refusal(&table(&[(packed[..9].to_vec(), 1)])).contains("Snappy"));
    }

    #[test]
    fn tables_that_lie() {
        let block = plain(&[entry_bytes(0, b"b", b""), entry_bytes(0, b"a", b"")]);
        assert!(refusal(&table(&[(block, 0)])).contains("not in order"));
        let block = plain(&[entry_bytes(9, b"b", b"")]);
        assert!(refusal(&table(&[(block, 0)])).contains("breaks off"));
        let block = plain(&[vec![0, 1, 200, b'a']]);
        assert!(refusal(&table(&[(block, 0)])).contains("breaks off"));
        let block = [entry_bytes(0, b"a", b""), vec![0xff; 4]].concat();
        assert!(refusal(&table(&[(block, 0)])).contains("breaks off"));
        // The same block twice.
        let mut whole = Vec::new();
        let place = stored(&mut whole, &plain(&[entry_bytes(0, b"a", b"")]), 0);
        let index = [entry_bytes(0, b"a", &place), entry_bytes(0, b"b", &place), vec![0; 4]];
        let place = stored(&mut whole, &index.concat(), 0);
        whole.extend([&[0, 0], &place[..], &[0; FOOTER - 12], &MAGIC].concat());
        assert!(refusal(&whole).contains("overlap"));
    }
}
