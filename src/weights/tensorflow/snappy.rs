//! Snappy's blocks: the length, then literals and copies of what came before.
//!
//! TensorFlow wrote its indices so until 2017; the format is that of Google's
//! `format_description.txt`.

use super::wire::count;

/// A copy of 3 bytes stands for at most 64.
const LARGEST_RATIO: usize = 24;

/// The block unpacked, or `None` if it is damaged or says that it holds more than it can.
pub(super) fn unpacked(mut block: &[u8]) -> Option<Vec<u8>> {
    let limit = block.len().checked_mul(LARGEST_RATIO)?;
    let length = count(&mut block).filter(|length| *length <= limit)?;
    let mut output: Vec<u8> = Vec::with_capacity(length);
    while let Some((&tag, rest)) = block.split_first() {
        block = rest;
        let (size, distance) = match tag & 3 {
            0 => {
                let size = literal(usize::from(tag >> 2), &mut block)?;
                let (bytes, rest) = block.split_at_checked(size)?;
                block = rest;
                output.extend_from_slice(bytes);
                (0, 1)
            }
            1 => {
                let high = usize::from(tag >> 5) << 8;
                (usize::from(tag >> 2 & 7) + 4, high | little_endian(&mut block, 1)?)
            }
            2 => (usize::from(tag >> 2) + 1, little_endian(&mut block, 2)?),
            _ => (usize::from(tag >> 2) + 1, little_endian(&mut block, 4)?),
        };
        if distance == 0 || output.len() + size > length {
            return None;
        }
        // Byte by byte, for a copy may reach into what it writes.
        for _ in 0..size {
            output.push(*output.get(output.len().checked_sub(distance)?)?);
        }
    }
    (output.len() == length).then_some(output)
}

/// The length of a literal, which follows where it is too large for the tag.
fn literal(tag: usize, block: &mut &[u8]) -> Option<usize> {
    let length = match tag {
        0..60 => tag,
        _ => little_endian(block, tag - 59)?,
    };
    length.checked_add(1)
}

fn little_endian(block: &mut &[u8], width: usize) -> Option<usize> {
    let (bytes, rest) = block.split_at_checked(width)?;
    *block = rest;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_every_copy() {
        for (block, text) in [
            (&b"\x00"[..], &b""[..]),
            (b"\x03\x08abc", b"abc"),
            (b"\x03\xf0\x02abc", b"abc"),
            (b"\x03\xf4\x02\x00abc", b"abc"),
            // 5 bytes from 1 back: the copy repeats itself.
            (b"\x06\x00a\x05\x01", b"aaaaaa"),
            (b"\x06\x08abc\x0a\x03\x00", b"abcabc"),
            (b"\x06\x08abc\x0b\x03\x00\x00\x00", b"abcabc"),
        ] {
            assert_eq!(unpacked(block).as_deref(), Some(text), "{block:?}");
            for length in 0..block.len() {
                assert_eq!(unpacked(&block[..length]), None, "{block:?} cut at {length}");
            }
        }
    }

    #[test]
    fn what_is_too_long_or_before_the_beginning() {
        for block in [
            &b"\x02\x08abc"[..],
            b"\x04\x08abc",
            b"\x06\x00a\x05\x00",
            b"\x06\x00a\x05\x02",
            b"\x7f\x00a",
            b"\xff\xff\xff\xff\x0f\x00a",
            b"\x03\xfc\xff\xff\xff\xffabc",
        ] {
            assert_eq!(unpacked(block), None, "{block:?}");
        }
    }
}
