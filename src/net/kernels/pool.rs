//! Pools and their gradients.
//!
//! A mean is a depthwise convolution with ones, divided by how many pixels there were; a maximum
//! is found one channel of one picture at a time.

use rayon::prelude::*;

use super::{Geometry, PoolGeometry, depthwise};
use crate::plan::{Border, Convolution, PoolKind};

/// `input` `[N, C, H, W]` pooled to `output`.
pub fn pool(geometry: &PoolGeometry, input: &[f32], output: &mut [f32]) {
    match geometry.pool.kind {
        PoolKind::Average => {
            depthwise::forward(&geometry.sums(), input, &geometry.ones(), output);
            geometry.scale(output);
        }
        PoolKind::Max => {
            let (read, made) = (geometry.input_plane(), geometry.output_plane());
            output.par_chunks_mut(made).zip(input.par_chunks(read)).for_each_init(
                || vec![0.0; geometry.output[0] * geometry.input[1]],
                |rows, (output, plane)| maximum(geometry, rows, plane, output),
            );
        }
    }
}

/// The gradient for the input to `result`, from that for the output, `[N, C, H, W]`, which is
/// scaled. A maximum passes it to the first of equals.
pub fn pool_gradient(
    geometry: &PoolGeometry,
    input: &[f32],
    gradient: &mut [f32],
    result: &mut [f32],
) {
    match geometry.pool.kind {
        PoolKind::Average => {
            geometry.scale(gradient);
            depthwise::input_gradient(&geometry.sums(), &geometry.ones(), gradient, result);
        }
        PoolKind::Max => {
            let (read, made) = (geometry.input_plane(), geometry.output_plane());
            let planes = input.par_chunks(read).zip(gradient.par_chunks(made));
            result.par_chunks_mut(read).zip(planes).for_each(|(result, (plane, gradient))| {
                result.fill(0.0);
                route(geometry, plane, gradient, result);
            });
        }
    }
}

/// Maxima of each window's rows first, then of its columns.
fn maximum(geometry: &PoolGeometry, rows: &mut [f32], plane: &[f32], output: &mut [f32]) {
    let [_, width] = geometry.input;
    for (row, largest) in rows.chunks_exact_mut(width).enumerate() {
        largest.fill(geometry.outside(0, row));
        for line in geometry.reach(0, row) {
            let values = &plane[line * width..][..width];
            largest
                .iter_mut()
                .zip(values)
                .for_each(|(largest, value)| *largest = largest.max(*value));
        }
    }
    let rows = rows.chunks_exact(width);
    for (rows, output) in rows.zip(output.chunks_exact_mut(geometry.output[1])) {
        for (column, output) in output.iter_mut().enumerate() {
            let values = rows[geometry.reach(1, column)].iter().copied();
            *output = values.fold(geometry.outside(1, column), f32::max);
        }
    }
}

/// The gradient of [`maximum`].
fn route(geometry: &PoolGeometry, plane: &[f32], gradient: &[f32], result: &mut [f32]) {
    let [_, width] = geometry.input;
    for (row, gradient) in gradient.chunks_exact(geometry.output[1]).enumerate() {
        for (column, slope) in gradient.iter().enumerate() {
            let outside = geometry.outside(0, row).max(geometry.outside(1, column));
            let (mut largest, mut place) = (outside, None);
            for line in geometry.reach(0, row) {
                for across in geometry.reach(1, column) {
                    let value = plane[line * width + across];
                    if value > largest {
                        (largest, place) = (value, Some(line * width + across));
                    }
                }
            }
            // Where a padded zero is the largest, nothing that can learn made it.
            if let Some(place) = place {
                result[place] += slope;
            }
        }
    }
}

impl PoolGeometry {
    fn input_plane(&self) -> usize {
        self.input[0] * self.input[1]
    }

    fn output_plane(&self) -> usize {
        self.output[0] * self.output[1]
    }

    /// The convolution that sums the pixels of each window.
    fn sums(&self) -> Geometry {
        let pool = self.pool;
        let convolution = Convolution {
            input: self.channels as u32,
            output: self.channels as u32,
            kernel: [pool.kernel; 2],
            stride: [pool.stride; 2],
            dilation: 1,
            depthwise: true,
            padding: pool.padding,
        };
        Geometry { convolution, pictures: self.pictures, input: self.input, output: self.output }
    }

    fn ones(&self) -> Vec<f32> {
        vec![1.0; self.channels * (self.pool.kernel * self.pool.kernel) as usize]
    }

    /// Divides every sum by the number of pixels it was taken of.
    fn scale(&self, sums: &mut [f32]) {
        let counts = self.counts();
        sums.par_chunks_mut(counts.len()).for_each(|plane| {
            plane.iter_mut().zip(&counts).for_each(|(sum, count)| *sum *= count);
        });
    }

    /// The rows (axis 0) or columns (axis 1) of the picture that one of the output reads.
    #[inline(always)]
    fn reach(&self, axis: usize, place: usize) -> std::ops::Range<usize> {
        let padding = self.pool.padding;
        let before = [padding.top, padding.left][axis] as usize;
        let start = place * self.pool.stride as usize;
        let end = (start + self.pool.kernel as usize).saturating_sub(before);
        start.saturating_sub(before)..end.min(self.input[axis])
    }

    /// The least that the maximum can be because of the padding that a row or column reads.
    #[inline(always)]
    fn outside(&self, axis: usize, place: usize) -> f32 {
        let whole = self.reach(axis, place).len() == self.pool.kernel as usize;
        match self.pool.border {
            Border::Zeros if !whole => 0.0,
            _ => f32::NEG_INFINITY,
        }
    }

    /// One over the number of places that each mean is taken of, `[OH, OW]`.
    fn counts(&self) -> Vec<f32> {
        let whole = (self.pool.kernel * self.pool.kernel) as f32;
        let each = (0..self.output[0])
            .flat_map(|row| (0..self.output[1]).map(move |column| [row, column]));
        each.map(|[row, column]| match self.pool.border {
            Border::Zeros => 1.0 / whole,
            Border::Excluded => {
                1.0 / (self.reach(0, row).len() * self.reach(1, column).len()) as f32
            }
        })
        .collect()
    }
}
