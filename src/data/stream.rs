//! Random numbers that are the same on every machine, each use with a stream of its own.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

/// What a stream is for; streams for different ends never meet, whatever their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Pictures to train on; `place` is the picture's index.
    Train = 1,
    /// Pictures to choose settings by.
    Validation = 2,
    /// Pictures to report on.
    Test = 3,
    /// Crops, flips and cutouts; `place` is the picture's index, `round` the epoch.
    Augment = 4,
    /// The order of an epoch; `round` is the epoch.
    Order = 5,
    /// To which split a file goes, and whether it is kept of too many; `place` is the hash of its path.
    Split = 6,
}

/// A stream of random numbers from ChaCha8.
///
/// Real numbers come from 24 bits and the four basic operations, which IEEE 754 makes exact; the
/// standard library's sine or power may differ from system to system in their last bit.
pub(super) struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of these numbers. All 32 bytes of the key are used, so no two streams share one.
    pub(super) fn new(purpose: Purpose, seed: u64, round: u64, place: u64) -> Self {
        let mut key = [0; 32];
        for (bytes, number) in key.chunks_exact_mut(8).zip([purpose as u64, seed, round, place]) {
            bytes.copy_from_slice(&number.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// 32 random bits.
    pub(super) fn bits(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// At least 0, below 1.
    pub(super) fn unit(&mut self) -> f32 {
        (self.bits() >> 8) as f32 / (1 << 24) as f32
    }

    /// At least `low`, below `high` (or at most, by rounding).
    pub(super) fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// True so often.
    pub(super) fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// A whole number below `count`, which is taken for one if it is zero.
    pub(super) fn below(&mut self, count: u32) -> u32 {
        ((u64::from(self.bits()) * u64::from(count)) >> 32) as u32
    }

    /// One of `low..=high`.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// 0 to `count - 1` in random order (Fisher and Yates).
    pub(super) fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<_> = (0..count).collect();
        for last in (1..count).rev() {
            // 64 bits times a length that fits memory: the bias is below 1e-9.
            let wide = (u64::from(self.bits()) << 32) | u64::from(self.bits());
            let other = ((u128::from(wide) * (last as u128 + 1)) >> 64) as usize;
            order.swap(last, other);
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_a_stream_counts() {
        let first = |purpose, seed, round, place| Stream::new(purpose, seed, round, place).bits();
        let one = first(Purpose::Train, 1, 2, 3);
        assert_eq!(one, first(Purpose::Train, 1, 2, 3));
        for other in [
            first(Purpose::Test, 1, 2, 3),
            first(Purpose::Train, 2, 2, 3),
            first(Purpose::Train, 1, 3, 3),
            first(Purpose::Train, 1, 2, 4),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn numbers_stay_in_their_bounds() {
        let mut stream = Stream::new(Purpose::Train, 0, 0, 0);
        let mut seen = [0; 5];
        for _ in 0..10_000 {
            assert!((0.0..1.0).contains(&stream.unit()));
            assert!((-2.0..=3.0).contains(&stream.range(-2.0, 3.0)));
            seen[stream.between(3, 7) as usize - 3] += 1;
        }
        assert!(seen.iter().all(|count| (1800..2200).contains(count)), "{seen:?}");
        assert_eq!(stream.below(0), 0);
    }

    #[test]
    fn a_permutation_has_each_once() {
        let mut order = Stream::new(Purpose::Order, 5, 0, 0).permutation(1000);
        assert_ne!(order, (0..1000).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..1000).collect::<Vec<_>>());
        assert!(Stream::new(Purpose::Order, 5, 0, 0).permutation(0).is_empty());
    }
}
