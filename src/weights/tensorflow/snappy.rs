//! Snappy's blocks, in which TensorFlow wrote its indices until 2017.

use snap::raw::{Decoder, decompress_len};

/// A copy of 3 bytes stands for at most 64.
const LARGEST_RATIO: usize = 24;

/// The block unpacked, or `None` if it is damaged or says that it holds more than it can.
pub(super) fn unpacked(block: &[u8]) -> Option<Vec<u8>> {
    let limit = block.len().checked_mul(LARGEST_RATIO)?;
    decompress_len(block).ok().filter(|length| *length <= limit)?;
    Decoder::new().decompress_vec(block).ok()
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
