//! One layer of a plan.

use serde::Serialize;

use super::Padding;

/// The index of the layer that makes a value.
pub type ValueId = usize;

/// The shape of one example's value, `[C, H, W]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Channels.
    pub channels: u32,
    /// Rows, in pixels.
    pub height: u32,
    /// Columns, in pixels.
    pub width: u32,
}

impl Shape {
    /// Numbers in one example.
    pub fn elements(self) -> u64 {
        u64::from(self.channels) * u64::from(self.height) * u64::from(self.width)
    }

    /// As `[C, H, W]`.
    pub fn to_array(self) -> [u32; 3] {
        [self.channels, self.height, self.width]
    }
}

impl Serialize for Shape {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_array().serialize(serializer)
    }
}

/// A convolution without bias; its weight is `[O, I, KH, KW]`, or `[C, 1, KH, KW]` depthwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Convolution {
    /// Channels read.
    pub input: u32,
    /// Channels made.
    pub output: u32,
    /// Rows and columns of the kernel.
    pub kernel: [u32; 2],
    /// Step in rows and columns.
    pub stride: [u32; 2],
    /// Distance between the taps of the kernel.
    pub dilation: u32,
    /// Whether every channel is convolved alone.
    pub depthwise: bool,
    /// Zeros around the input.
    pub padding: Padding,
}

/// What a pool computes of its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PoolKind {
    /// The mean.
    Average,
    /// The maximum.
    Max,
}

/// How padded places take part in a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Border {
    /// Not at all: means divide by the real pixels in the window.
    Excluded,
    /// As zeros: they can be the maximum, and means divide by the whole window.
    Zeros,
}

/// A pool over square windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pool {
    /// Mean or maximum.
    pub kind: PoolKind,
    /// Side of the window.
    pub kernel: u32,
    /// Step in rows and columns.
    pub stride: u32,
    /// Places around the input.
    pub padding: Padding,
    /// How those places take part.
    pub border: Border,
}

/// What a layer computes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// The picture, RGB in [-1, 1].
    Input,
    /// `max(x, 0)`.
    Relu,
    /// A convolution.
    Convolution(Convolution),
    /// `gamma (x - mean) / sqrt(variance + epsilon) + beta`, per channel.
    BatchNorm {
        /// Added to the variance.
        epsilon: f64,
    },
    /// `gamma (x - mean) / sqrt(variance + epsilon) + beta`, gamma and beta per channel, mean and
    /// variance of each group of channels of one picture over rows and columns (Wu and He 2018).
    /// One group is layer norm, as many as channels are instance norm.
    GroupNorm {
        /// Groups of equally many channels.
        groups: u32,
        /// Added to the variance.
        epsilon: f64,
    },
    /// A pool.
    Pool(Pool),
    /// Every second row and column, beginning with row and column `offset` (0 or 1); a zero
    /// stands in for a last sample beyond an odd edge.
    Subsample {
        /// Where it begins.
        offset: u32,
    },
    /// Element-wise sum of two values.
    Add,
    /// Concatenation along the channels.
    Concat,
    /// Mean over rows and columns, `[C, 1, 1]`.
    GlobalAveragePool,
    /// `weight x + bias`, weight `[classes, features]`: the logits.
    Dense,
}

/// One layer: reads values, makes the value of its own index.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// A stable name, for example `cell_7/b3/left/depthwise_1`.
    pub path: String,
    /// What it computes.
    pub kind: Kind,
    /// What it reads.
    pub inputs: Vec<ValueId>,
    /// What it makes.
    pub shape: Shape,
}

impl Layer {
    /// The path without its last part: the operation, adjustment or block it belongs to.
    pub fn group(&self) -> &str {
        self.path.rsplit_once('/').map_or(self.path.as_str(), |(group, _)| group)
    }
}
