//! Which network a file's weights belong to.

use serde::Serialize;

use crate::arch::Flavour;

/// What a file's weights, and its configuration if it has one, tell about their NASNet-A.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NetworkShape {
    /// Normal cells per stage.
    pub n: usize,
    /// Filters of the first stage's cells; the penultimate layer has 24 times as many.
    pub f: usize,
    /// Channels of the stem convolution.
    pub stem_channels: usize,
    /// Classes told apart; `None` for a network without its top.
    pub classes: Option<usize>,
    /// Whether the cell after a reduction reads the reduction's previous input (true) or its input
    /// (false). No weight depends on it: a Keras configuration tells, and the names that only one
    /// PyTorch class uses.
    pub skip_reduction: Option<bool>,
    /// Side of the square input in pixels, from the configuration.
    pub input: Option<usize>,
    /// Whose arithmetic the framework follows that the file is for.
    pub flavour: Flavour,
}
