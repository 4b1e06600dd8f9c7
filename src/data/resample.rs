//! Scaling as other programs do it, to the last bit, computing only the part that is kept.
//!
//! Published networks were measured on pictures that Pillow or TensorFlow had scaled: whose scores
//! are to be met, their rounding has to be met. Pillow works on 8 bits with coefficients of 22
//! bits, across first and then down, rounding after each; its source, `Resample.c`, says how.
//! (Since version 13 it goes down first where that shrinks a picture more: up to 1 of 255 apart.)
//!
//! A general resize would make the whole scaled picture first. For a strip of 16,384 x 1 pixels
//! scaled to 256 rows that is four million columns, of which a crop keeps 224.

use super::Picture;

/// Bits of a coefficient behind the point: of 32, 8 are for the result and 2 to spare.
const PRECISION: u32 = 32 - 8 - 2;

/// One axis of a scaling: `from` pixels become `to`, of which `count` from `start` are kept.
#[derive(Clone, Copy)]
pub(super) struct Axis {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) start: usize,
    pub(super) count: usize,
}

/// How new pixels are made of old ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filter {
    /// The nearest one, as it is.
    Nearest,
    /// Pillow's `BILINEAR`: a triangle, as wide as the pixels of the result.
    Bilinear,
    /// Pillow's `BICUBIC`: Keys' with a = -1/2, as wide as the pixels of the result.
    Bicubic,
}

impl Filter {
    /// How far it reaches, in pixels of the result.
    fn reach(self) -> f64 {
        match self {
            Filter::Nearest => 0.5,
            Filter::Bilinear => 1.0,
            Filter::Bicubic => 2.0,
        }
    }

    fn weight(self, distance: f64) -> f64 {
        let x = distance.abs();
        match self {
            Filter::Nearest => 1.0,
            Filter::Bilinear => (1.0 - x).max(0.0),
            Filter::Bicubic if x < 1.0 => (1.5 * x - 2.5) * x * x + 1.0,
            Filter::Bicubic if x < 2.0 => (((x - 5.0) * x + 8.0) * x - 4.0) * -0.5,
            Filter::Bicubic => 0.0,
        }
    }
}

/// The input pixels that make one output pixel, and how much of each.
struct Taps {
    first: usize,
    weights: Vec<i32>,
}

impl Axis {
    /// The whole of `from` pixels, scaled to `to`.
    pub(super) fn whole(from: usize, to: usize) -> Axis {
        Axis { from, to, start: 0, count: to }
    }

    fn taps(&self, filter: Filter) -> Vec<Taps> {
        match filter {
            Filter::Nearest => self.nearest(),
            Filter::Bilinear | Filter::Bicubic => self.filtered(filter),
        }
    }

    /// Pillow steps from pixel to pixel by adding, whose rounding decides at ties.
    fn nearest(&self) -> Vec<Taps> {
        let scale = self.from as f64 / self.to as f64;
        let mut place = scale * 0.5;
        let mut taps = Vec::with_capacity(self.count);
        for index in 0..self.start + self.count {
            if index >= self.start {
                let first = (place as usize).min(self.from - 1);
                taps.push(Taps { first, weights: vec![1 << PRECISION] });
            }
            place += scale;
        }
        taps
    }

    fn filtered(&self, filter: Filter) -> Vec<Taps> {
        let scale = self.from as f64 / self.to as f64;
        // Enlarging interpolates between neighbours, shrinking averages over all it covers.
        let stretch = scale.max(1.0);
        let reach = filter.reach() * stretch;
        (self.start..self.start + self.count)
            .map(|index| {
                let centre = (index as f64 + 0.5) * scale;
                // The casts cut off, negative numbers at 0.
                let first = (centre - reach + 0.5) as usize;
                let end = ((centre + reach + 0.5) as usize).min(self.from);
                let weight =
                    |pixel: usize| filter.weight((pixel as f64 - centre + 0.5) * (1.0 / stretch));
                let weights: Vec<f64> = (first..end).map(weight).collect();
                let sum: f64 = weights.iter().sum();
                let fixed = |weight: f64| {
                    let scaled = weight / sum * f64::from(1 << PRECISION);
                    // Rounds half away from zero.
                    (scaled + 0.5_f64.copysign(scaled)) as i32
                };
                Taps { first, weights: weights.into_iter().map(fixed).collect() }
            })
            .collect()
    }
}

/// The kept part of the scaled picture: `[down.count, across.count, 3]`.
pub(super) fn scaled(picture: &Picture, down: &Axis, across: &Axis, filter: Filter) -> Vec<u8> {
    let (columns, rows) = (across.taps(filter), down.taps(filter));
    let stride = picture.width as usize * 3;
    let top = rows.iter().map(|taps| taps.first).min().unwrap_or(0);
    let bottom = rows.iter().map(|taps| taps.first + taps.weights.len()).max().unwrap_or(0);
    let width = columns.len() * 3;
    // Only the rows that will be looked at.
    let mut narrow = Vec::with_capacity((bottom - top) * width);
    for row in picture.rgb.chunks_exact(stride).take(bottom).skip(top) {
        let (pixels, _) = row.as_chunks::<3>();
        for taps in &columns {
            let mut sum = [HALF; 3];
            for (pixel, weight) in pixels[taps.first..].iter().zip(&taps.weights) {
                for (sum, &value) in sum.iter_mut().zip(pixel) {
                    *sum += weight * i32::from(value);
                }
            }
            narrow.extend(sum.map(rounded));
        }
    }
    let mut output = Vec::with_capacity(rows.len() * width);
    let mut sums = vec![HALF; width];
    for taps in &rows {
        sums.fill(HALF);
        let lines = narrow[(taps.first - top) * width..].chunks_exact(width);
        for (line, weight) in lines.zip(&taps.weights) {
            for (sum, &value) in sums.iter_mut().zip(line) {
                *sum += weight * i32::from(value);
            }
        }
        output.extend(sums.iter().map(|&sum| rounded(sum)));
    }
    output
}

/// What makes the shift in `rounded` round to the nearest.
const HALF: i32 = 1 << (PRECISION - 1);

/// The eight bits before the point; a bicubic filter may leave the range.
fn rounded(sum: i32) -> u8 {
    (sum >> PRECISION).clamp(0, 255) as u8
}

/// Bilinear interpolation of the part from (`top`, `left`) of `height` x `width` pixels to `size`
/// x `size`, `[size, size, 3]` in 0..=255 and not rounded, as TensorFlow 1 does it: nothing is
/// averaged, and the first pixel of the result is the first of the part (`resize_bilinear` with
/// neither aligned corners nor half-pixel centres).
pub(super) fn interpolated(
    picture: &Picture,
    [top, left]: [usize; 2],
    [height, width]: [usize; 2],
    size: usize,
) -> Vec<f32> {
    let places = |from: usize| -> Vec<(usize, usize, f32)> {
        let scale = from as f32 / size as f32;
        let place = |index: usize| {
            let place = index as f32 * scale;
            let lower = (place as usize).min(from - 1);
            (lower, (lower + 1).min(from - 1), place - lower as f32)
        };
        (0..size).map(place).collect()
    };
    let (rows, columns) = (places(height), places(width));
    let (pixels, _) = picture.rgb.as_chunks::<3>();
    let at = |row: usize, column: usize| {
        pixels[(top + row) * picture.width as usize + left + column].map(f32::from)
    };
    let mut output = Vec::with_capacity(size * size * 3);
    for &(upper, lower, down) in &rows {
        for &(first, second, across) in &columns {
            let corners =
                [at(upper, first), at(upper, second), at(lower, first), at(lower, second)];
            output.extend((0..3).map(|channel| {
                let [a, b, c, d] = corners.map(|corner| corner[channel]);
                let (above, below) = (a + (b - a) * across, c + (d - c) * across);
                above + (below - above) * down
            }));
        }
    }
    output
}
