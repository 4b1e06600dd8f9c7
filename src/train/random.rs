//! Random numbers of training, apart from those that vary the pictures.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

/// A stream of numbers that seed and step decide: a training that goes on after a stop draws what
/// it would have drawn.
pub(super) struct Stream(ChaCha8Rng);

impl Stream {
    /// Which paths a step drops.
    pub fn dropped_paths(seed: u64, step: u64) -> Self {
        let mut key = [0; 32];
        for (bytes, number) in
            key.chunks_exact_mut(8).zip([u64::from_le_bytes(*b"droppath"), seed, step])
        {
            bytes.copy_from_slice(&number.to_le_bytes());
        }
        Stream(ChaCha8Rng::from_seed(key))
    }

    /// At least 0, below 1.
    pub fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / (1 << 24) as f32
    }
}
