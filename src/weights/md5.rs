//! MD5 (RFC 1321), which is all that the makers of the published Keras files give. It tells a whole
//! file from a cut one; against someone who forges files it tells nothing.

/// A hash that is fed piece by piece.
pub(super) struct Md5 {
    state: [u32; 4],
    /// What does not fill a block yet.
    rest: Vec<u8>,
    /// Bytes so far.
    length: u64,
}

const BLOCK: usize = 64;
const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

impl Md5 {
    pub(super) fn new() -> Self {
        let state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
        Md5 { state, rest: Vec::with_capacity(BLOCK), length: 0 }
    }

    pub(super) fn update(&mut self, mut bytes: &[u8]) {
        self.length = self.length.wrapping_add(bytes.len() as u64);
        if !self.rest.is_empty() {
            let (first, after) = bytes.split_at(bytes.len().min(BLOCK - self.rest.len()));
            self.rest.extend_from_slice(first);
            bytes = after;
            if self.rest.len() == BLOCK {
                let whole = std::mem::take(&mut self.rest);
                self.blocks(&whole);
            }
        }
        let whole = bytes.len() / BLOCK * BLOCK;
        self.blocks(&bytes[..whole]);
        self.rest.extend_from_slice(&bytes[whole..]);
    }

    pub(super) fn finish(mut self) -> [u8; 16] {
        let bits = self.length.wrapping_mul(8);
        let mut last = std::mem::take(&mut self.rest);
        last.push(0x80);
        last.resize((last.len() + 8).next_multiple_of(BLOCK) - 8, 0);
        last.extend(bits.to_le_bytes());
        self.blocks(&last);
        let mut hash = [0; 16];
        for (part, word) in hash.chunks_mut(4).zip(self.state) {
            part.copy_from_slice(&word.to_le_bytes());
        }
        hash
    }

    fn blocks(&mut self, bytes: &[u8]) {
        // The RFC's table T: the sine's first 32 bits after the point.
        let sines: [u32; 64] = std::array::from_fn(|step| {
            (libm::sin((step + 1) as f64).abs() * 2_f64.powi(32)) as u32
        });
        for block in bytes.chunks_exact(BLOCK) {
            let word = |place: usize| {
                let at = 4 * place;
                u32::from_le_bytes([block[at], block[at + 1], block[at + 2], block[at + 3]])
            };
            let [mut a, mut b, mut c, mut d] = self.state;
            for (step, sine) in sines.iter().enumerate() {
                let (mixed, place) = match step / 16 {
                    0 => (b & c | !b & d, step),
                    1 => (d & b | !d & c, 5 * step + 1),
                    2 => (b ^ c ^ d, 3 * step + 5),
                    _ => (c ^ (b | !d), 7 * step),
                };
                let sum = a.wrapping_add(mixed).wrapping_add(*sine).wrapping_add(word(place % 16));
                (a, d, c) = (d, c, b);
                b = b.wrapping_add(sum.rotate_left(SHIFTS[step / 16][step % 4]));
            }
            for (state, word) in self.state.iter_mut().zip([a, b, c, d]) {
                *state = state.wrapping_add(word);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(pieces: &[&[u8]]) -> String {
        let mut md5 = Md5::new();
        pieces.iter().for_each(|piece| md5.update(piece));
        md5.finish().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The test suite of RFC 1321, A.5.
    #[test]
    fn the_suite_of_the_rfc() {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        for (text, expected) in [
            (&b""[..], "d41d8cd98f00b204e9800998ecf8427e"),
            (b"a", "0cc175b9c0f1b6a831c399e269772661"),
            (b"abc", "900150983cd24fb0d6963f7d28e17f72"),
            (b"message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            (letters, "d174ab98d277d9f5a5611c2c9f419d9f"),
            (&b"1234567890".repeat(8), "57edf4a22be3c955ac49da2e2107b67a"),
        ] {
            assert_eq!(hash(&[text]), expected);
            for part in 0..text.len() {
                assert_eq!(hash(&[&text[..part], &text[part..]]), expected);
            }
        }
    }

    #[test]
    fn many_blocks_in_any_pieces() {
        let bytes: Vec<u8> = (0..1000_u32).map(|number| (number * 7) as u8).collect();
        let whole = hash(&[&bytes]);
        for size in [1, 63, 64, 65, 127, 500] {
            assert_eq!(hash(&bytes.chunks(size).collect::<Vec<_>>()), whole, "{size}");
        }
    }
}
