//! The head: means over pictures, the dense layer, the loss. A small part of any network's work.

use rayon::prelude::*;

/// The mean of each plane.
pub fn means(input: &[f32], plane: usize, output: &mut [f32]) {
    output.par_iter_mut().zip(input.par_chunks(plane)).for_each(|(mean, values)| {
        *mean = values.iter().sum::<f32>() / plane as f32;
    });
}

/// The gradient of [`means`] for its input.
pub fn means_gradient(gradient: &[f32], plane: usize, result: &mut [f32]) {
    result.par_chunks_mut(plane).zip(gradient.par_iter()).for_each(|(result, slope)| {
        result.fill(slope / plane as f32);
    });
}

/// `input` `[N, F]` times the transposed `weight` `[K, F]`, plus `bias` `[K]`.
pub fn dense(input: &[f32], weight: &[f32], bias: &[f32], output: &mut [f32]) {
    let features = weight.len() / bias.len();
    let rows = output.par_chunks_mut(bias.len()).zip(input.par_chunks(features));
    rows.for_each(|(output, input)| {
        for ((output, weight), bias) in
            output.iter_mut().zip(weight.chunks_exact(features)).zip(bias)
        {
            *output =
                bias + input.iter().zip(weight).map(|(input, weight)| input * weight).sum::<f32>();
        }
    });
}

/// The gradient of [`dense`] for its input, from that for its output `[N, K]`.
pub fn dense_input_gradient(gradient: &[f32], weight: &[f32], result: &mut [f32]) {
    let examples = (gradient.len() * result.len() / weight.len()).isqrt();
    let (classes, features) = (gradient.len() / examples, result.len() / examples);
    let rows = result.par_chunks_mut(features).zip(gradient.par_chunks(classes));
    rows.for_each(|(result, gradient)| {
        result.fill(0.0);
        for (slope, weight) in gradient.iter().zip(weight.chunks_exact(features)) {
            result.iter_mut().zip(weight).for_each(|(result, weight)| *result += slope * weight);
        }
    });
}

/// The gradient of [`dense`] for its weight.
pub fn dense_weight_gradient(input: &[f32], gradient: &[f32], classes: usize, result: &mut [f32]) {
    let features = result.len() / classes;
    result.par_chunks_mut(features).enumerate().for_each(|(class, result)| {
        result.fill(0.0);
        for (input, gradient) in input.chunks_exact(features).zip(gradient.chunks_exact(classes)) {
            let slope = gradient[class];
            result.iter_mut().zip(input).for_each(|(result, input)| *result += slope * input);
        }
    });
}

/// The mean over the batch of `- sum(target log(softmax(logits)))`, in nats, of `[N, K]`; its
/// gradient for the logits to `slope`.
pub fn cross_entropy(logits: &[f32], targets: &[f32], classes: usize, slope: &mut [f32]) -> f64 {
    let examples = (logits.len() / classes) as f64;
    let rows = logits.chunks_exact(classes).zip(targets.chunks_exact(classes));
    let mut loss = 0.0;
    for ((logits, targets), slope) in rows.zip(slope.chunks_exact_mut(classes)) {
        let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f64 = logits.iter().map(|logit| f64::from(logit - largest).exp()).sum();
        let whole: f64 = targets.iter().map(|target| f64::from(*target)).sum();
        for ((logit, target), slope) in logits.iter().zip(targets).zip(slope) {
            let logarithm = f64::from(logit - largest) - sum.ln();
            let target = f64::from(*target);
            loss -= target * logarithm;
            *slope = ((whole * logarithm.exp() - target) / examples) as f32;
        }
    }
    loss / examples
}
