//! Batch norm with the batch's own statistics, and its gradients.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::window::{load, store};

/// What batch norm makes of a batch.
pub struct Normalised {
    /// `[N, C, H, W]`.
    pub output: Vec<f32>,
    /// Mean of each channel, `[C]`.
    pub mean: Vec<f32>,
    /// Mean squared distance from it, `[C]`: divided by the count, not by one less.
    pub variance: Vec<f32>,
}

/// `gamma (x - mean) / sqrt(variance + epsilon) + beta` of `input` `[N, C, H, W]`, whose channels
/// have `plane` numbers each.
pub fn normalise(
    input: &[f32],
    gamma: &[f32],
    beta: &[f32],
    plane: usize,
    epsilon: f64,
) -> Normalised {
    let channels = gamma.len();
    let count = (input.len() / channels) as f64;
    let statistics: Vec<(f64, f64)> = (0..channels)
        .into_par_iter()
        .map(|channel| {
            let planes = || input.chunks_exact(plane).skip(channel).step_by(channels);
            let sum: f64 = planes().map(|values| Arch::new().dispatch(Sum { values })).sum();
            let mean = sum / count;
            let squares = planes()
                .map(|values| Arch::new().dispatch(SquaredDistance { values, from: mean as f32 }));
            (mean, squares.sum::<f64>() / count)
        })
        .collect();
    let mut output = vec![0.0; input.len()];
    output.par_chunks_mut(plane).zip(input.par_chunks(plane)).enumerate().for_each(
        |(index, (output, values))| {
            let channel = index % channels;
            let (mean, variance) = statistics[channel];
            let factor = f64::from(gamma[channel]) / (variance + epsilon).sqrt();
            let offset = f64::from(beta[channel]) - mean * factor;
            Arch::new().dispatch(Affine {
                values,
                others: values,
                output,
                factors: [factor as f32, 0.0],
                offset: offset as f32,
            });
        },
    );
    let (mean, variance) =
        statistics.iter().map(|(mean, variance)| (*mean as f32, *variance as f32)).unzip();
    Normalised { output, mean, variance }
}

/// The gradients for input, gamma and beta, from that for the output (Ioffe and Szegedy 2015,
/// section 3).
pub fn normalise_gradients(
    input: &[f32],
    gamma: &[f32],
    [mean, variance]: [&[f32]; 2],
    plane: usize,
    epsilon: f64,
    gradient: &[f32],
) -> [Vec<f32>; 3] {
    let channels = gamma.len();
    let count = (input.len() / channels) as f64;
    let scale = |channel: usize| 1.0 / (f64::from(variance[channel]) + epsilon).sqrt();
    let sums: Vec<(f64, f64)> = (0..channels)
        .into_par_iter()
        .map(|channel| {
            let of = |values| -> std::iter::StepBy<std::iter::Skip<std::slice::ChunksExact<f32>>> {
                let values: &[f32] = values;
                values.chunks_exact(plane).skip(channel).step_by(channels)
            };
            of(gradient).zip(of(input)).fold((0.0, 0.0), |(sum, product), (slopes, values)| {
                let dot = Dot { values, slopes, from: mean[channel] };
                let (more, dot) = Arch::new().dispatch(dot);
                (sum + more, product + dot * scale(channel))
            })
        })
        .collect();
    let mut result = vec![0.0; input.len()];
    result
        .par_chunks_mut(plane)
        .zip(input.par_chunks(plane).zip(gradient.par_chunks(plane)))
        .enumerate()
        .for_each(|(index, (output, (values, slopes)))| {
            let channel = index % channels;
            let (sum, product) = sums[channel];
            let factor = f64::from(gamma[channel]) * scale(channel);
            // gamma scale (slope - sum / count - normalised product / count), in terms of the input.
            let pull = -factor * scale(channel) * product / count;
            let offset = -factor * sum / count - pull * f64::from(mean[channel]);
            Arch::new().dispatch(Affine {
                values: slopes,
                others: values,
                output,
                factors: [factor as f32, pull as f32],
                offset: offset as f32,
            });
        });
    let (beta, gamma) = sums.iter().map(|(sum, product)| (*sum as f32, *product as f32)).unzip();
    [result, gamma, beta]
}

/// The sum of `values`.
struct Sum<'a> {
    values: &'a [f32],
}

impl WithSimd for Sum<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let (vectors, rest) = S::as_simd_f32s(self.values);
        let mut sums = [simd.splat_f32s(0.0); 4];
        for (index, vector) in vectors.iter().enumerate() {
            sums[index % 4] = simd.add_f32s(sums[index % 4], *vector);
        }
        total(simd, sums) + rest.iter().map(|value| f64::from(*value)).sum::<f64>()
    }
}

/// The sum of `(value - from)^2`.
struct SquaredDistance<'a> {
    values: &'a [f32],
    from: f32,
}

impl WithSimd for SquaredDistance<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let from = simd.splat_f32s(self.from);
        let (vectors, rest) = S::as_simd_f32s(self.values);
        let mut sums = [simd.splat_f32s(0.0); 4];
        for (index, vector) in vectors.iter().enumerate() {
            let distance = simd.sub_f32s(*vector, from);
            sums[index % 4] = simd.mul_add_e_f32s(distance, distance, sums[index % 4]);
        }
        let rest = rest.iter().map(|value| f64::from(value - self.from).powi(2));
        total(simd, sums) + rest.sum::<f64>()
    }
}

/// The sum of `slopes`, and that of `slope (value - from)`.
struct Dot<'a> {
    values: &'a [f32],
    slopes: &'a [f32],
    from: f32,
}

impl WithSimd for Dot<'_> {
    type Output = (f64, f64);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> (f64, f64) {
        let from = simd.splat_f32s(self.from);
        let (values, rest) = S::as_simd_f32s(self.values);
        let (slopes, slopes_rest) = S::as_simd_f32s(self.slopes);
        let zero = simd.splat_f32s(0.0);
        let (mut sums, mut dots) = ([zero; 4], [zero; 4]);
        for (index, (value, slope)) in values.iter().zip(slopes).enumerate() {
            let lane = index % 4;
            sums[lane] = simd.add_f32s(sums[lane], *slope);
            let distance = simd.sub_f32s(*value, from);
            dots[lane] = simd.mul_add_e_f32s(*slope, distance, dots[lane]);
        }
        let (mut sum, mut dot) = (total(simd, sums), total(simd, dots));
        for (value, slope) in rest.iter().zip(slopes_rest) {
            sum += f64::from(*slope);
            dot += f64::from(slope * (value - self.from));
        }
        (sum, dot)
    }
}

/// `output = values factors[0] + others factors[1] + offset`.
struct Affine<'a> {
    values: &'a [f32],
    others: &'a [f32],
    output: &'a mut [f32],
    factors: [f32; 2],
    offset: f32,
}

impl WithSimd for Affine<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Affine { values, others, output, factors, offset } = self;
        let [factor, other_factor] = factors.map(|factor| simd.splat_f32s(factor));
        let start = simd.splat_f32s(offset);
        let whole = output.len() / S::F32_LANES * S::F32_LANES;
        for place in (0..whole).step_by(S::F32_LANES) {
            let (value, other) = (load(simd, values, place), load(simd, others, place));
            let sum = simd.mul_add_e_f32s(other, other_factor, start);
            store(simd, output, place, simd.mul_add_e_f32s(value, factor, sum));
        }
        for place in whole..output.len() {
            output[place] = values[place] * factors[0] + (others[place] * factors[1] + offset);
        }
    }
}

/// Everything in four vectors of partial sums.
#[inline(always)]
fn total<S: Simd>(simd: S, sums: [S::f32s; 4]) -> f64 {
    let [a, b, c, d] = sums;
    let sum = simd.add_f32s(simd.add_f32s(a, b), simd.add_f32s(c, d));
    f64::from(simd.reduce_sum_f32s(sum))
}
