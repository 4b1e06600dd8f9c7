//! Layers that move or compare numbers.

use rayon::prelude::*;

/// Numbers that one thread takes at a time: fewer would not pay for the change of threads.
const PIECE: usize = 1 << 14;

/// `max(x, 0)`.
pub fn relu(input: &[f32], output: &mut [f32]) {
    output.par_chunks_mut(PIECE).zip(input.par_chunks(PIECE)).for_each(|(output, input)| {
        output.iter_mut().zip(input).for_each(|(output, value)| *output = value.max(0.0));
    });
}

/// The gradient of [`relu`] from that for its `output`, in place.
pub fn relu_gradient(output: &[f32], gradient: &mut [f32]) {
    gradient.par_chunks_mut(PIECE).zip(output.par_chunks(PIECE)).for_each(|(gradient, output)| {
        for (slope, value) in gradient.iter_mut().zip(output) {
            *slope = if *value > 0.0 { *slope } else { 0.0 };
        }
    });
}

/// Adds `values` to `sum`.
pub fn add(sum: &mut [f32], values: &[f32]) {
    sum.par_chunks_mut(PIECE).zip(values.par_chunks(PIECE)).for_each(|(sum, values)| {
        sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
    });
}

/// Adds `values` `[N, ...]`, each example times its factor, to `sum`.
pub fn add_scaled(sum: &mut [f32], values: &[f32], factors: &[f32]) {
    let each = values.len() / factors.len();
    let examples = sum.par_chunks_mut(each).zip(values.par_chunks(each)).zip(factors);
    examples.for_each(|((sum, values), factor)| {
        sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += value * factor);
    });
}

/// Multiplies each example of `values` `[N, ...]` by its factor.
pub fn scale_examples(values: &mut [f32], factors: &[f32]) {
    let each = values.len() / factors.len();
    values.par_chunks_mut(each).zip(factors).for_each(|(values, factor)| {
        values.iter_mut().for_each(|value| *value *= factor);
    });
}

/// Joins values of `[N, C, H, W]` along the channels, each example times its factor if there are
/// any.
pub fn concatenate(parts: &[(&[f32], Option<&[f32]>)], examples: usize, output: &mut [f32]) {
    let each = output.len() / examples;
    output.par_chunks_mut(each).enumerate().for_each(|(example, mut output)| {
        for (part, factors) in parts {
            let length = part.len() / examples;
            let (target, rest) = output.split_at_mut(length);
            target.copy_from_slice(&part[example * length..][..length]);
            if let Some(factors) = factors {
                target.iter_mut().for_each(|value| *value *= factors[example]);
            }
            output = rest;
        }
    });
}

/// Takes one part out of what [`concatenate`] joined: `length` numbers of each example from
/// `start` on.
pub fn split(joined: &[f32], examples: usize, start: usize, output: &mut [f32]) {
    let (each, length) = (joined.len() / examples, output.len() / examples);
    output.par_chunks_mut(length).zip(joined.par_chunks(each)).for_each(|(output, joined)| {
        output.copy_from_slice(&joined[start..start + length]);
    });
}

/// Every second row and column from `offset` on of planes of `[height, width]`, zeros beyond the
/// edge.
pub fn subsample(input: &[f32], size: [usize; 2], offset: usize, output: &mut [f32]) {
    let [height, width] = size;
    let [rows, columns] = size.map(|size| size.div_ceil(2));
    let planes = output.par_chunks_mut(rows * columns).zip(input.par_chunks(height * width));
    planes.for_each(|(output, plane)| {
        output.fill(0.0);
        for (row, output) in output.chunks_exact_mut(columns).enumerate() {
            let from = 2 * row + offset;
            if from < height {
                let values = plane[from * width..][..width].iter().skip(offset).step_by(2);
                output.iter_mut().zip(values).for_each(|(output, value)| *output = *value);
            }
        }
    });
}

/// The gradient of [`subsample`] for its input.
pub fn subsample_gradient(gradient: &[f32], size: [usize; 2], offset: usize, result: &mut [f32]) {
    let [height, width] = size;
    let [rows, columns] = size.map(|size| size.div_ceil(2));
    let planes = result.par_chunks_mut(height * width).zip(gradient.par_chunks(rows * columns));
    planes.for_each(|(result, gradient)| {
        result.fill(0.0);
        for (row, gradient) in gradient.chunks_exact(columns).enumerate() {
            let to = 2 * row + offset;
            if to < height {
                let places = result[to * width..][..width].iter_mut().skip(offset).step_by(2);
                places.zip(gradient).for_each(|(place, slope)| *place = *slope);
            }
        }
    });
}
