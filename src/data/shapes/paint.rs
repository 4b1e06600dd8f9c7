//! Colours: what is behind a figure, and what stands out from it.

use super::figure::toward;
use super::raster::Mask;
use crate::data::stream::Stream;

/// Red, green and blue, 0 to 1.
pub(super) type Colour = [f32; 3];

/// The least difference in lightness between a figure and all that is behind it.
pub(super) const CONTRAST: f32 = 0.3;

pub(super) fn lightness([red, green, blue]: Colour) -> f32 {
    0.3 * red + 0.59 * green + 0.11 * blue
}

pub(super) fn mix(from: Colour, to: Colour, part: f32) -> Colour {
    [0, 1, 2].map(|channel| from[channel] + (to[channel] - from[channel]) * part)
}

fn any(stream: &mut Stream) -> Colour {
    [stream.unit(), stream.unit(), stream.unit()]
}

/// A colour whose lightness is at most so different.
fn near(colour: Colour, most: f32, stream: &mut Stream) -> Colour {
    for _ in 0..12 {
        let other = any(stream);
        if (lightness(other) - lightness(colour)).abs() <= most {
            return other;
        }
    }
    colour
}

/// What is behind a figure.
pub(super) struct Ground {
    /// `[size, size]`
    pub(super) pixels: Vec<Colour>,
    /// The colours that it goes between, for contrast.
    pub(super) extremes: Vec<Colour>,
    /// Whether it looks like paper or a screen to draw on.
    pub(super) is_pad: bool,
}

impl Ground {
    /// Something at random.
    pub(super) fn any(size: usize, stream: &mut Stream) -> Self {
        let kind = stream.unit();
        if kind < 0.3 {
            return Self::pad(size, stream);
        }
        let base = any(stream);
        match kind {
            _ if kind < 0.5 => Self::plain(size, base, false),
            _ if kind < 0.7 => Self::gradient(size, base, stream),
            _ if kind < 0.85 => Self::rough(size, base, stream),
            _ => Self::blobs(size, base, stream),
        }
    }

    fn plain(size: usize, colour: Colour, is_pad: bool) -> Self {
        Self { pixels: vec![colour; size * size], extremes: vec![colour], is_pad }
    }

    /// White as a screen, off-white as paper, or black.
    fn pad(size: usize, stream: &mut Stream) -> Self {
        let colour = match stream.unit() {
            kind if kind < 0.4 => [1.0; 3],
            kind if kind < 0.82 => {
                let grey = stream.range(0.75, 0.97);
                [0; 3].map(|_: i32| grey + stream.range(-0.04, 0.03))
            }
            _ => [stream.range(0.0, 0.1); 3],
        };
        Self::plain(size, colour, true)
    }

    fn gradient(size: usize, from: Colour, stream: &mut Stream) -> Self {
        let to = near(from, 0.25, stream);
        let [x, y] = toward(stream.range(0.0, std::f32::consts::TAU));
        let part = |index: usize| {
            let place = |value: usize| (value as f32 + 0.5) / size as f32 - 0.5;
            let along = x * place(index % size) + y * place(index / size);
            (along / 1.2 + 0.5).clamp(0.0, 1.0)
        };
        let pixels = (0..size * size).map(|index| mix(from, to, part(index))).collect();
        Self { pixels, extremes: vec![from, to], is_pad: false }
    }

    /// As sand or cloth, with grains of a few pixels.
    fn rough(size: usize, base: Colour, stream: &mut Stream) -> Self {
        let (height, grain) =
            (stream.range(0.04, 0.1), stream.range(1.5, 5.0) * size as f32 / 32.0);
        let cells = (size as f32 / grain) as usize + 2;
        let knots: Vec<f32> = (0..cells * cells).map(|_| stream.range(-height, height)).collect();
        let value = |index: usize| {
            let (x, y) = ((index % size) as f32 / grain, (index / size) as f32 / grain);
            let (column, row) = (x as usize, y as usize);
            let (across, down) = (x - column as f32, y - row as f32);
            let line = |row: usize| {
                let (left, right) = (knots[row * cells + column], knots[row * cells + column + 1]);
                left + (right - left) * across
            };
            line(row) + (line(row + 1) - line(row)) * down
        };
        let pixels = (0..size * size).map(|index| base.map(|channel| channel + value(index)));
        let extremes = [-height, height].map(|height| base.map(|channel| channel + height));
        Self { pixels: pixels.collect(), extremes: extremes.into(), is_pad: false }
    }

    /// Soft patches, as of things out of focus.
    fn blobs(size: usize, base: Colour, stream: &mut Stream) -> Self {
        let mut ground = Self::plain(size, base, false);
        let scale = size as f32 / 32.0;
        for _ in 0..stream.between(2, 4) {
            let colour = near(base, 0.18, stream);
            let centre = [stream.range(0.0, size as f32), stream.range(0.0, size as f32)];
            let radius = stream.range(6.0, 13.0) * scale;
            for (index, pixel) in ground.pixels.iter_mut().enumerate() {
                let (x, y) = ((index % size) as f32 - centre[0], (index / size) as f32 - centre[1]);
                let part = (1.0 - (x * x + y * y) / (radius * radius)).max(0.0);
                *pixel = mix(*pixel, colour, part * part);
            }
            ground.extremes.push(colour);
        }
        ground
    }

    /// A colour that stands out from all of it.
    pub(super) fn ink(&self, stream: &mut Stream) -> Colour {
        if self.is_pad && stream.chance(0.5) {
            let pen = [stream.range(0.0, 0.2); 3];
            return if lightness(self.extremes[0]) > 0.5 {
                pen
            } else {
                pen.map(|grey| 1.0 - grey)
            };
        }
        standing_out(&self.extremes, stream)
    }
}

/// A colour that differs in lightness from all of these by [`CONTRAST`]; the better of black and
/// white if chance finds none.
pub(super) fn standing_out(from: &[Colour], stream: &mut Stream) -> Colour {
    let contrast = |colour: Colour| {
        let differences = from.iter().map(|other| (lightness(*other) - lightness(colour)).abs());
        differences.fold(f32::INFINITY, f32::min)
    };
    for _ in 0..16 {
        let colour = any(stream);
        if contrast(colour) >= CONTRAST {
            return colour;
        }
    }
    if contrast([0.0; 3]) > contrast([1.0; 3]) { [0.0; 3] } else { [1.0; 3] }
}

/// Paints where the mask covers.
pub(super) fn paint(pixels: &mut [Colour], mask: &Mask, colour: Colour) {
    for (pixel, &covered) in pixels.iter_mut().zip(&mask.values) {
        *pixel = mix(*pixel, colour, covered);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::stream::Purpose;

    #[test]
    fn every_figure_stands_out_from_its_ground() {
        for place in 0..3000 {
            let mut stream = Stream::new(Purpose::Test, 7, 0, place);
            let ground = Ground::any(16, &mut stream);
            let ink = ground.ink(&mut stream);
            for (index, pixel) in ground.pixels.iter().enumerate() {
                let contrast = (lightness(*pixel) - lightness(ink)).abs();
                // Blobs on blobs mix, and stay between the extremes.
                assert!(contrast >= CONTRAST - 0.01, "{contrast} in {place} at {index}");
            }
        }
    }
}
