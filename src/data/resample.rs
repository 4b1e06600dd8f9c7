//! Scaling with an antialiased bilinear (triangle) filter, computing only the part that is kept.
//!
//! A general resize would make the whole scaled picture first. For a strip of 16,384 x 1 pixels
//! scaled to 256 rows that is four million columns, of which a crop keeps 224.

use super::Picture;

/// One axis of a scaling: `from` pixels become `to`, of which `count` from `start` are kept.
pub(super) struct Axis {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) start: usize,
    pub(super) count: usize,
}

/// The input pixels that make one output pixel, and how much of each.
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

impl Axis {
    fn taps(&self) -> Vec<Taps> {
        let scale = self.from as f64 / self.to as f64;
        // Enlarging interpolates between two neighbours, shrinking averages over all it covers.
        let reach = scale.max(1.0);
        (self.start..self.start + self.count)
            .map(|index| {
                let centre = (index as f64 + 0.5) * scale;
                let first = (centre - reach).floor().max(0.0) as usize;
                let end = ((centre + reach).ceil() as usize).min(self.from);
                let weight =
                    |pixel: usize| (1.0 - ((pixel as f64 + 0.5 - centre) / reach).abs()).max(0.0);
                let sum: f64 = (first..end).map(weight).sum();
                Taps {
                    first,
                    weights: (first..end).map(|pixel| (weight(pixel) / sum) as f32).collect(),
                }
            })
            .collect()
    }
}

/// The kept part of the scaled picture: `[down.count, across.count, 3]` in 0..=255, not rounded.
pub(super) fn scaled(picture: &Picture, down: &Axis, across: &Axis) -> Vec<f32> {
    let (columns, rows) = (across.taps(), down.taps());
    let stride = picture.width as usize * 3;
    let top = rows.first().map_or(0, |taps| taps.first);
    let bottom = rows.last().map_or(0, |taps| taps.first + taps.weights.len());
    let width = columns.len() * 3;
    // Across first, and only the rows that will be looked at.
    let mut narrow = Vec::with_capacity((bottom - top) * width);
    for row in picture.rgb.chunks_exact(stride).take(bottom).skip(top) {
        for taps in &columns {
            let mut sum = [0.0_f32; 3];
            let (pixels, _) = row[taps.first * 3..].as_chunks::<3>();
            for (pixel, weight) in pixels.iter().zip(&taps.weights) {
                for (sum, &value) in sum.iter_mut().zip(pixel) {
                    *sum += weight * f32::from(value);
                }
            }
            narrow.extend(sum);
        }
    }
    let mut output = Vec::with_capacity(rows.len() * width);
    for taps in &rows {
        let start = output.len();
        output.resize(start + width, 0.0);
        let lines = narrow[(taps.first - top) * width..].chunks_exact(width);
        for (line, weight) in lines.zip(&taps.weights) {
            for (sum, value) in output[start..].iter_mut().zip(line) {
                *sum += weight * value;
            }
        }
    }
    output
}
