//! Layer norm and instance norm: group norm with one group, and with as many as channels.

use pulp::Arch;
use rayon::prelude::*;

use super::Statistics;
use super::norm::{Affine, Dot};

/// A group norm. The channels of a group lie one after the other, so that a group of a picture is
/// one stretch of numbers.
#[derive(Clone, Copy, Debug)]
pub struct GroupNorm<'a> {
    /// The scale of each channel, `[C]`.
    pub gamma: &'a [f32],
    /// Groups of a picture.
    pub groups: usize,
    /// Mean and variance of each group of each picture, `[N groups]`.
    pub statistics: &'a Statistics,
    /// Numbers of a channel of a picture.
    pub plane: usize,
    /// Added to the variance.
    pub epsilon: f64,
}

impl Statistics {
    /// The statistics of each group of each picture of `input` `[N, C, H, W]`, where a group holds
    /// `size` numbers.
    pub fn of_groups(input: &[f32], size: usize) -> Self {
        Statistics::of(input, input.len() / size, size)
    }
}

impl GroupNorm<'_> {
    /// `gamma (x - mean) / sqrt(variance + epsilon) + beta` of `input` `[N, C, H, W]` to `output`.
    pub fn apply(&self, input: &[f32], beta: &[f32], output: &mut [f32]) {
        self.planes(output, |index, output| {
            let channel = index % self.gamma.len();
            let factor = self.factor(index);
            let offset = (f64::from(beta[channel]) - self.mean(index) * factor) as f32;
            let values = &input[index * self.plane..][..self.plane];
            let factors = [factor as f32, 0.0];
            Arch::new().dispatch(Affine { values, others: values, output, factors, offset });
        });
    }

    /// The gradients for gamma and beta, `[C]`, from that for the output.
    pub fn scale_gradients(&self, input: &[f32], gradient: &[f32]) -> [Vec<f32>; 2] {
        let channels = self.gamma.len();
        let mut sums = [vec![0.0; channels], vec![0.0; channels]];
        for (index, (sum, dot)) in self.sums(input, gradient).into_iter().enumerate() {
            sums[0][index % channels] += dot * self.scale(index);
            sums[1][index % channels] += sum;
        }
        sums.map(|sums: Vec<f64>| sums.into_iter().map(|sum| sum as f32).collect())
    }

    /// The gradient for the input to `result`, from that for the output: with `g = gamma gradient`
    /// and the normalised input `n` it is `(g - mean(g) - n mean(g n)) / sqrt(variance + epsilon)`,
    /// the means over the group (Ba et al. 2016, as Ioffe and Szegedy 2015 for a batch).
    pub fn input_gradient(&self, input: &[f32], gradient: &[f32], result: &mut [f32]) {
        let sums = self.sums(input, gradient);
        let together = self.channels_of_group();
        let count = (together * self.plane) as f64;
        let of_group = |(group, sums): (usize, &[(f64, f64)])| {
            let mut means = (0.0, 0.0);
            for (index, (sum, dot)) in (group * together..).zip(sums) {
                let gamma = f64::from(self.gamma[index % self.gamma.len()]);
                means.0 += gamma * sum / count;
                means.1 += gamma * dot * self.scale(index) / count;
            }
            means
        };
        let means: Vec<_> = sums.chunks_exact(together).enumerate().map(of_group).collect();
        self.planes(result, |index, output| {
            let (mean, dot) = means[index / together];
            let pull = -self.scale(index).powi(2) * dot;
            let offset = (-self.scale(index) * mean - pull * self.mean(index)) as f32;
            let range = index * self.plane..(index + 1) * self.plane;
            let (values, others) = (&gradient[range.clone()], &input[range]);
            let factors = [self.factor(index) as f32, pull as f32];
            Arch::new().dispatch(Affine { values, others, output, factors, offset });
        });
    }

    /// For each channel of each picture the sum of the gradient, and that of its products with the
    /// input's distances from the mean.
    fn sums(&self, input: &[f32], gradient: &[f32]) -> Vec<(f64, f64)> {
        let planes = input.par_chunks(self.plane).zip(gradient.par_chunks(self.plane)).enumerate();
        planes
            .map(|(index, (values, slopes))| {
                let from = self.statistics.mean[index / self.channels_of_group()];
                Arch::new().dispatch(Dot { values, slopes, from })
            })
            .collect()
    }

    /// Works on each channel of each picture: told its place and its numbers.
    fn planes(&self, output: &mut [f32], work: impl Fn(usize, &mut [f32]) + Sync) {
        let planes = output.par_chunks_mut(self.plane).enumerate();
        planes.for_each(|(index, output)| work(index, output));
    }

    fn channels_of_group(&self) -> usize {
        self.gamma.len() / self.groups
    }

    fn mean(&self, index: usize) -> f64 {
        f64::from(self.statistics.mean[index / self.channels_of_group()])
    }

    fn scale(&self, index: usize) -> f64 {
        let variance = self.statistics.variance[index / self.channels_of_group()];
        1.0 / (f64::from(variance) + self.epsilon).sqrt()
    }

    fn factor(&self, index: usize) -> f64 {
        f64::from(self.gamma[index % self.gamma.len()]) * self.scale(index)
    }
}
