//! Memory that is used again.

use std::collections::HashMap;

/// Memory of gradients that are no longer wanted, by length: a new allocation would be filled with
/// zeros by the system, page by page.
#[derive(Default)]
pub(super) struct Spare(HashMap<usize, Vec<Vec<f32>>>);

impl Spare {
    /// Memory for this many numbers; what is in it means nothing.
    pub fn take(&mut self, length: usize) -> Vec<f32> {
        let spare = self.0.get_mut(&length).and_then(Vec::pop);
        spare.unwrap_or_else(|| vec![0.0; length])
    }

    /// Keeps memory for later.
    pub fn give(&mut self, numbers: Vec<f32>) {
        self.0.entry(numbers.len()).or_default().push(numbers);
    }
}
