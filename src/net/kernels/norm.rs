//! Batch norm with the batch's own statistics, and its gradients.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::window::{load, store};

/// Mean and variance of each channel, `[C]`; the variance is divided by the count, not by one
/// less.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    /// The means.
    pub mean: Vec<f32>,
    /// The mean squared distances from them.
    pub variance: Vec<f32>,
}

/// A batch norm, with the statistics it works with.
#[derive(Clone, Copy, Debug)]
pub struct Norm<'a> {
    /// The scale of each channel, `[C]`.
    pub gamma: &'a [f32],
    /// The statistics.
    pub statistics: &'a Statistics,
    /// Numbers of a channel of a picture.
    pub plane: usize,
    /// Added to the variance.
    pub epsilon: f64,
}

impl Statistics {
    /// The statistics of `input` `[N, C, H, W]` with `channels` channels of `plane` numbers.
    pub fn of(input: &[f32], channels: usize, plane: usize) -> Self {
        let count = (input.len() / channels) as f64;
        let each = (0..channels).into_par_iter().map(|channel| {
            let planes = || input.chunks_exact(plane).skip(channel).step_by(channels);
            let sum: f64 = planes().map(|values| Arch::new().dispatch(Sum { values })).sum();
            let mean = sum / count;
            let from = mean as f32;
            let squares =
                planes().map(|values| Arch::new().dispatch(SquaredDistance { values, from }));
            (from, (squares.sum::<f64>() / count) as f32)
        });
        let (mean, variance) = each.unzip();
        Statistics { mean, variance }
    }
}

impl Norm<'_> {
    /// `gamma (x - mean) / sqrt(variance + epsilon) + beta` of `input` `[N, C, H, W]` to `output`.
    pub fn apply(&self, input: &[f32], beta: &[f32], output: &mut [f32]) {
        self.planes(output, |channel, index, output| {
            let factor = self.factor(channel);
            let offset = f64::from(beta[channel]) - self.mean(channel) * factor;
            let values = &input[index * self.plane..][..self.plane];
            let factors = [factor as f32, 0.0];
            let offset = offset as f32;
            Arch::new().dispatch(Affine { values, others: values, output, factors, offset });
        });
    }

    /// The gradients for gamma and beta, `[C]`, from that for the output.
    pub fn scale_gradients(&self, input: &[f32], gradient: &[f32]) -> [Vec<f32>; 2] {
        let channels = self.gamma.len();
        let of = |values: &'_ [f32], channel: usize| -> Vec<std::ops::Range<usize>> {
            let planes = (channel..values.len() / self.plane).step_by(channels);
            planes.map(|index| index * self.plane..(index + 1) * self.plane).collect()
        };
        let sums = (0..channels).into_par_iter().map(|channel| {
            let mut sums = (0.0, 0.0);
            for range in of(input, channel) {
                let (values, slopes) = (&input[range.clone()], &gradient[range]);
                let from = self.statistics.mean[channel];
                let (sum, dot) = Arch::new().dispatch(Dot { values, slopes, from });
                sums = (sums.0 + sum, sums.1 + dot * self.scale(channel));
            }
            (sums.1 as f32, sums.0 as f32)
        });
        let (gamma, beta) = sums.unzip();
        [gamma, beta]
    }

    /// The gradient for the input to `result`, where the statistics are the input's own, from
    /// that for the output and those for gamma and beta (Ioffe and Szegedy 2015, section 3).
    pub fn input_gradient(
        &self,
        input: &[f32],
        [gamma, beta]: [&[f32]; 2],
        gradient: &[f32],
        result: &mut [f32],
    ) {
        let count = (input.len() / self.gamma.len()) as f64;
        self.planes(result, |channel, index, output| {
            let factor = self.factor(channel);
            let pull = -factor * self.scale(channel) * f64::from(gamma[channel]) / count;
            let shared = -factor * f64::from(beta[channel]) / count;
            let offset = (shared - pull * self.mean(channel)) as f32;
            let range = index * self.plane..(index + 1) * self.plane;
            let (values, others) = (&gradient[range.clone()], &input[range]);
            let factors = [factor as f32, pull as f32];
            Arch::new().dispatch(Affine { values, others, output, factors, offset });
        });
    }

    /// The same where the statistics are given.
    pub fn fixed_input_gradient(&self, gradient: &[f32], result: &mut [f32]) {
        self.planes(result, |channel, index, output| {
            let values = &gradient[index * self.plane..][..self.plane];
            let factors = [self.factor(channel) as f32, 0.0];
            Arch::new().dispatch(Affine { values, others: values, output, factors, offset: 0.0 });
        });
    }

    /// Works on each channel of each picture: told the channel, its place and its numbers.
    fn planes(&self, output: &mut [f32], work: impl Fn(usize, usize, &mut [f32]) + Sync) {
        let channels = self.gamma.len();
        let planes = output.par_chunks_mut(self.plane).enumerate();
        planes.for_each(|(index, output)| work(index % channels, index, output));
    }

    fn mean(&self, channel: usize) -> f64 {
        f64::from(self.statistics.mean[channel])
    }

    fn scale(&self, channel: usize) -> f64 {
        1.0 / (f64::from(self.statistics.variance[channel]) + self.epsilon).sqrt()
    }

    fn factor(&self, channel: usize) -> f64 {
        f64::from(self.gamma[channel]) * self.scale(channel)
    }
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
pub(super) struct Dot<'a> {
    pub values: &'a [f32],
    pub slopes: &'a [f32],
    pub from: f32,
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
pub(super) struct Affine<'a> {
    pub values: &'a [f32],
    pub others: &'a [f32],
    pub output: &'a mut [f32],
    pub factors: [f32; 2],
    pub offset: f32,
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
