//! What training computes on the CPU, on slices: every layer and its gradient.
//!
//! burn's own gradient of a depthwise convolution runs one convolution per channel, with the whole
//! picture as its kernel, and its element-wise operations use one thread. These loops use all, and
//! give the same bits for any number of them: sums over pictures are taken in a fixed order.

mod dense;
mod depthwise;
mod elementwise;
mod group_norm;
mod head;
mod matrix;
mod norm;
mod pool;
mod window;

pub use elementwise::{
    add, add_scaled, concatenate, relu, relu_gradient, scale_examples, split, subsample,
    subsample_gradient,
};
pub use group_norm::GroupNorm;
pub use head::{
    cross_entropy, dense, dense_input_gradient, dense_weight_gradient, means, means_gradient,
};
pub use norm::{Norm, Statistics};
pub use pool::{pool, pool_gradient};

use crate::plan::{Convolution, Pool};

/// A convolution with the sizes it is applied to.
#[derive(Clone, Copy, Debug)]
pub struct Geometry {
    /// The convolution.
    pub convolution: Convolution,
    /// Pictures in the batch.
    pub pictures: usize,
    /// Rows and columns read.
    pub input: [usize; 2],
    /// Rows and columns made.
    pub output: [usize; 2],
}

impl Geometry {
    /// The sizes for an input of `[N, C, H, W]`.
    pub fn new(convolution: Convolution, shape: [usize; 4]) -> Self {
        let [pictures, _, height, width] = shape;
        let padding = convolution.padding;
        let along = |axis: usize, size: usize, before: u32, after: u32| {
            let reach = (convolution.kernel[axis] - 1) * convolution.dilation + 1;
            let padded = size + (before + after) as usize;
            (padded - reach as usize) / convolution.stride[axis] as usize + 1
        };
        let output = [
            along(0, height, padding.top, padding.bottom),
            along(1, width, padding.left, padding.right),
        ];
        Geometry { convolution, pictures, input: [height, width], output }
    }

    /// The shape of the output, `[N, C, H, W]`.
    pub fn output_shape(&self) -> [usize; 4] {
        let [height, width] = self.output;
        [self.pictures, self.channels_made(), height, width]
    }

    fn channels_read(&self) -> usize {
        self.convolution.input as usize
    }

    fn channels_made(&self) -> usize {
        self.convolution.output as usize
    }

    fn kernel(&self) -> [usize; 2] {
        self.convolution.kernel.map(|size| size as usize)
    }

    fn stride(&self) -> [usize; 2] {
        self.convolution.stride.map(|step| step as usize)
    }

    fn input_plane(&self) -> usize {
        self.input[0] * self.input[1]
    }

    fn output_plane(&self) -> usize {
        self.output[0] * self.output[1]
    }
}

/// A pool with the sizes it is applied to.
#[derive(Clone, Copy, Debug)]
pub struct PoolGeometry {
    /// The pool.
    pub pool: Pool,
    /// Pictures in the batch.
    pub pictures: usize,
    /// Channels of each.
    pub channels: usize,
    /// Rows and columns read.
    pub input: [usize; 2],
    /// Rows and columns made.
    pub output: [usize; 2],
}

impl PoolGeometry {
    /// The shape of the output, `[N, C, H, W]`.
    pub fn output_shape(&self) -> [usize; 4] {
        let [height, width] = self.output;
        [self.pictures, self.channels, height, width]
    }

    /// The sizes for an input of `[N, C, H, W]`.
    pub fn new(pool: Pool, [pictures, channels, height, width]: [usize; 4]) -> Self {
        let padding = pool.padding;
        let along = |size: usize, before: u32, after: u32| {
            let padded = size + (before + after) as usize;
            (padded - pool.kernel as usize) / pool.stride as usize + 1
        };
        let output =
            [along(height, padding.top, padding.bottom), along(width, padding.left, padding.right)];
        PoolGeometry { pool, pictures, channels, input: [height, width], output }
    }
}

/// `input` `[N, C, H, W]` convolved with `weight` `[O, I, KH, KW]` to `output`.
pub fn convolve(geometry: &Geometry, input: &[f32], weight: &[f32], output: &mut [f32]) {
    match geometry.convolution.depthwise {
        true => depthwise::forward(geometry, input, weight, output),
        false => dense::forward(geometry, input, weight, output),
    }
}

/// The gradient for the input to `result`, from that for the output, `[N, O, H, W]`.
pub fn input_gradient(geometry: &Geometry, weight: &[f32], gradient: &[f32], result: &mut [f32]) {
    match geometry.convolution.depthwise {
        true => depthwise::input_gradient(geometry, weight, gradient, result),
        false => dense::input_gradient(geometry, weight, gradient, result),
    }
}

/// The gradient for the weight to `result`, from that for the output, `[N, O, H, W]`.
pub fn weight_gradient(geometry: &Geometry, input: &[f32], gradient: &[f32], result: &mut [f32]) {
    match geometry.convolution.depthwise {
        true => depthwise::weight_gradient(geometry, input, gradient, result),
        false => dense::weight_gradient(geometry, input, gradient, result),
    }
}
