//! Depthwise convolutions: every channel alone. A plane is one channel of one picture.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::Geometry;
use super::window::{Window, load, store};

/// Output rows computed together: as many sums that do not wait for each other.
const ROWS: usize = 4;

pub(super) fn forward(geometry: &Geometry, input: &[f32], weight: &[f32], output: &mut [f32]) {
    let window = Window::new(geometry);
    let taps = window.kernel[0] * window.kernel[1];
    let (read, columns) = (geometry.input_plane(), geometry.input[1]);
    output.par_chunks_mut(geometry.output_plane()).enumerate().for_each_init(
        || window.empty(),
        |padded, (plane, output)| {
            let channel = plane % geometry.channels_made();
            window.fill(padded, &input[plane * read..][..read], columns);
            let weight = &weight[channel * taps..][..taps];
            let columns = geometry.output[1];
            Arch::new().dispatch(Slide { window: &window, padded, weight, output, columns });
        },
    );
}

pub(super) fn input_gradient(
    geometry: &Geometry,
    weight: &[f32],
    gradient: &[f32],
    result: &mut [f32],
) {
    let made = geometry.output_plane();
    let taps = geometry.kernel().iter().product::<usize>();
    let planes = result.par_chunks_mut(geometry.input_plane()).enumerate();
    let columns = geometry.input[1];
    if geometry.stride() == [1, 1] {
        let window = Window::turned(geometry);
        let turned: Vec<f32> =
            weight.chunks_exact(taps).flat_map(|kernel| kernel.iter().rev().copied()).collect();
        planes.for_each_init(
            || window.empty(),
            |padded, (plane, output)| {
                let channel = plane % geometry.channels_read();
                window.fill(padded, &gradient[plane * made..][..made], geometry.output[1]);
                let weight = &turned[channel * taps..][..taps];
                Arch::new().dispatch(Slide { window: &window, padded, weight, output, columns });
            },
        );
    } else {
        let window = Window::new(geometry);
        planes.for_each_init(
            || window.empty(),
            |padded, (plane, output)| {
                let channel = plane % geometry.channels_read();
                padded.fill(0.0);
                let weight = &weight[channel * taps..][..taps];
                let gradient = &gradient[plane * made..][..made];
                let width = geometry.output[1];
                Arch::new().dispatch(Spread { window: &window, padded, weight, gradient, width });
                window.take(padded, output, columns);
            },
        );
    }
}

pub(super) fn weight_gradient(
    geometry: &Geometry,
    input: &[f32],
    gradient: &[f32],
    result: &mut [f32],
) {
    let window = Window::new(geometry);
    let taps = window.kernel[0] * window.kernel[1];
    let channels = geometry.channels_read();
    let (read, made) = (geometry.input_plane(), geometry.output_plane());
    result.fill(0.0);
    result.par_chunks_mut(taps).enumerate().for_each_init(
        || window.empty(),
        |padded, (channel, sums)| {
            for picture in 0..geometry.pictures {
                let plane = picture * channels + channel;
                window.fill(padded, &input[plane * read..][..read], geometry.input[1]);
                let gradient = &gradient[plane * made..][..made];
                let width = geometry.output[1];
                let correlation = Correlate { window: &window, padded, gradient, width, sums };
                Arch::new().dispatch(correlation);
            }
        },
    );
}

/// Slides a kernel over a padded plane.
struct Slide<'a> {
    window: &'a Window,
    padded: &'a [f32],
    weight: &'a [f32],
    output: &'a mut [f32],
    columns: usize,
}

impl WithSimd for Slide<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Slide { window, padded, weight, output, columns } = self;
        let rows = output.len() / columns;
        for first in (0..rows).step_by(ROWS) {
            // Of the last rows some are computed twice. No closure over the array: calls of one that
            // were not inlined took a quarter of the time.
            let of = [first, first + 1, first + 2, first + 3].map(|row| row.min(rows - 1));
            for column in (0..columns).step_by(S::F32_LANES) {
                let zero = simd.splat_f32s(0.0);
                let [mut a, mut b, mut c, mut d] = [zero; ROWS];
                for (down, factors) in weight.chunks_exact(window.kernel[1]).enumerate() {
                    let below = down * window.dilation;
                    let row_a = window.row(padded, of[0] * window.row_stride + below);
                    let row_b = window.row(padded, of[1] * window.row_stride + below);
                    let row_c = window.row(padded, of[2] * window.row_stride + below);
                    let row_d = window.row(padded, of[3] * window.row_stride + below);
                    for (factor, tap) in factors.iter().zip(window.taps()) {
                        let (factor, start) = (simd.splat_f32s(*factor), tap + column);
                        a = simd.mul_add_e_f32s(factor, load(simd, row_a, start), a);
                        b = simd.mul_add_e_f32s(factor, load(simd, row_b, start), b);
                        c = simd.mul_add_e_f32s(factor, load(simd, row_c, start), c);
                        d = simd.mul_add_e_f32s(factor, load(simd, row_d, start), d);
                    }
                }
                for (row, sum) in of.into_iter().zip([a, b, c, d]) {
                    let row = &mut output[row * columns..][..columns];
                    store_start(simd, &mut row[column..], sum);
                }
            }
        }
    }
}

/// Adds each output's gradient, times the kernel, to what it was computed from.
struct Spread<'a> {
    window: &'a Window,
    padded: &'a mut [f32],
    weight: &'a [f32],
    gradient: &'a [f32],
    width: usize,
}

impl WithSimd for Spread<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Spread { window, padded, weight, gradient, width } = self;
        for (row, gradient) in gradient.chunks_exact(width).enumerate() {
            for column in (0..width).step_by(S::F32_LANES) {
                let values = load_start(simd, &gradient[column..]);
                for (down, factors) in weight.chunks_exact(window.kernel[1]).enumerate() {
                    let target =
                        (row * window.row_stride + down * window.dilation) * window.pitch();
                    let target = &mut padded[target..][..window.pitch()];
                    for (factor, tap) in factors.iter().zip(window.taps()) {
                        let factor = simd.splat_f32s(*factor);
                        let sum = load(simd, target, tap + column);
                        let sum = simd.mul_add_e_f32s(factor, values, sum);
                        store(simd, target, tap + column, sum);
                    }
                }
            }
        }
    }
}

/// Adds the products of a gradient with what each tap read.
struct Correlate<'a> {
    window: &'a Window,
    padded: &'a [f32],
    gradient: &'a [f32],
    width: usize,
    sums: &'a mut [f32],
}

impl WithSimd for Correlate<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.window.kernel {
            // One row of three taps would be too few sums to keep a processor busy.
            [3, 3] => self.rows::<S, 3, 3>(simd),
            [_, 3] => self.rows::<S, 1, 3>(simd),
            [_, 5] => self.rows::<S, 1, 5>(simd),
            [_, 7] => self.rows::<S, 1, 7>(simd),
            _ => self.rows::<S, 1, 1>(simd),
        }
    }
}

impl Correlate<'_> {
    /// `ROWS` rows and `TAPS` columns of the kernel at a time.
    #[inline(always)]
    fn rows<S: Simd, const ROWS: usize, const TAPS: usize>(self, simd: S) {
        let Correlate { window, padded, gradient, width, sums } = self;
        let [kernel_rows, kernel_columns] = window.kernel;
        for first in (0..kernel_rows).step_by(ROWS) {
            // Arrays, so that the sums stay in registers.
            let (taps, _) = window.taps().as_chunks::<TAPS>();
            for (place, taps) in taps.iter().enumerate() {
                let mut totals = [[simd.splat_f32s(0.0); TAPS]; ROWS];
                for (row, gradient) in gradient.chunks_exact(width).enumerate() {
                    let mut reads = [padded; ROWS];
                    for (down, read) in reads.iter_mut().enumerate() {
                        let below = (first + down) * window.dilation;
                        *read = window.row(padded, row * window.row_stride + below);
                    }
                    for column in (0..width).step_by(S::F32_LANES) {
                        let slope = load_start(simd, &gradient[column..]);
                        for (totals, read) in totals.iter_mut().zip(reads) {
                            for (total, tap) in totals.iter_mut().zip(taps) {
                                let values = load(simd, read, tap + column);
                                *total = simd.mul_add_e_f32s(slope, values, *total);
                            }
                        }
                    }
                }
                for (down, totals) in totals.into_iter().enumerate() {
                    let start = (first + down) * kernel_columns + place * TAPS;
                    for (sum, total) in sums[start..start + TAPS].iter_mut().zip(totals) {
                        *sum += simd.reduce_sum_f32s(total);
                    }
                }
            }
        }
    }
}

/// As much of a vector as there is, zeros after it.
#[inline(always)]
fn load_start<S: Simd>(simd: S, values: &[f32]) -> S::f32s {
    match values.len() < S::F32_LANES {
        true => simd.partial_load_f32s(values),
        false => load(simd, values, 0),
    }
}

/// As much of a vector as `target` has room for.
#[inline(always)]
fn store_start<S: Simd>(simd: S, target: &mut [f32], vector: S::f32s) {
    match target.len() < S::F32_LANES {
        true => simd.partial_store_f32s(target, vector),
        false => store(simd, target, 0, vector),
    }
}
