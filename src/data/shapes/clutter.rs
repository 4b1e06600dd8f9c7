//! What makes a picture harder than its figure: things beside it, over it, and in the way of light.

use super::figure::{Point, distance, toward};
use super::paint::{Colour, Ground, paint, standing_out};
use super::pen::{Covered, Placement};
use super::raster::Mask;
use crate::data::stream::Stream;

/// As much of a figure may be hidden.
const MOST_HIDDEN: f32 = 0.2;

/// Small bits of lines, dots and corners beside the figure, where there is room.
pub(super) fn beside(
    pixels: &mut [Colour],
    ground: &Ground,
    placement: &Placement,
    size: usize,
    stream: &mut Stream,
) {
    let scale = size as f32 / 32.0;
    for _ in 0..stream.between(1, 3) {
        let colour = standing_out(&ground.extremes[..1], stream);
        let mut mask = Mask::new(size);
        let far =
            |point: Point| distance(point, placement.centre) > placement.radius * 1.1 + 2.5 * scale;
        let Some(start) = somewhere(size, far, stream) else { continue };
        let half = stream.range(0.5, 1.0) * scale;
        let kind = stream.below(3);
        if kind == 0 {
            mask.stroke(&[start], &[half * 1.5]);
        } else {
            let mut bit = vec![start];
            for _ in 0..kind {
                let [x, y] = toward(stream.range(0.0, std::f32::consts::TAU));
                let length = stream.range(2.0, 5.0) * scale;
                bit.push([start[0] + length * x, start[1] + length * y]);
                let middle = bit.len() / 2;
                bit.swap(0, middle);
            }
            bit.retain(|point| far(*point));
            mask.stroke(&bit, &vec![half; bit.len()]);
        }
        paint(pixels, &mask, colour);
    }
}

/// A place for which the condition holds, if a few tries find one.
fn somewhere(size: usize, fits: impl Fn(Point) -> bool, stream: &mut Stream) -> Option<Point> {
    let side = size as f32;
    let mut tries = (0..10).map(|_| [stream.range(0.0, side), stream.range(0.0, side)]);
    tries.find(|point| fits(*point))
}

/// A bar or a blob over the figure, unless it would hide more than a fifth of it.
pub(super) fn over(
    pixels: &mut [Colour],
    covered: &Covered,
    placement: &Placement,
    size: usize,
    stream: &mut Stream,
) {
    let scale = size as f32 / 32.0;
    let colour = [stream.unit(), stream.unit(), stream.unit()];
    let [x, y] = toward(stream.range(0.0, std::f32::consts::TAU));
    let away = stream.range(0.3, 1.0) * placement.radius;
    let middle = [placement.centre[0] + away * x, placement.centre[1] + away * y];
    let mut mask = Mask::new(size);
    if stream.chance(0.5) {
        let half = stream.range(0.8, 1.7) * scale;
        let end = |sign: f32| {
            [middle[0] - sign * y * 2.0 * size as f32, middle[1] + sign * x * 2.0 * size as f32]
        };
        mask.stroke(&[end(-1.0), end(1.0)], &[half; 2]);
    } else {
        mask.stroke(&[middle], &[stream.range(2.0, 4.5) * scale]);
    }
    let hidden: f32 =
        mask.values.iter().zip(&covered.ink.values).map(|(hidden, ink)| hidden * ink).sum();
    if hidden <= MOST_HIDDEN * covered.ink.area() {
        paint(pixels, &mask, colour);
    }
}

/// Uneven light: darker to one side, and as a whole.
pub(super) fn light(pixels: &mut [Colour], size: usize, stream: &mut Stream) {
    let gain = stream.range(0.75, 1.1);
    let slope = stream.range(0.0, 0.3);
    let [x, y] = toward(stream.range(0.0, std::f32::consts::TAU));
    for (index, pixel) in pixels.iter_mut().enumerate() {
        let place = |value: usize| (value as f32 + 0.5) / size as f32 - 0.5;
        let along = x * place(index % size) + y * place(index / size);
        let factor = gain * (1.0 + slope * along);
        *pixel = pixel.map(|channel| channel * factor);
    }
}

/// Each pixel and its eight neighbours, weighted 1 2 1 in both directions, `times` over.
pub(super) fn blur(pixels: &mut Vec<Colour>, size: usize, times: u32) {
    for _ in 0..times {
        for stride in [1, size] {
            let at = |index: usize| {
                let place = index / stride % size;
                let before = if place == 0 { index } else { index - stride };
                let after = if place + 1 == size { index } else { index + stride };
                [0, 1, 2].map(|channel| {
                    let [a, b, c] = [before, index, after].map(|index| pixels[index][channel]);
                    0.25 * a + 0.5 * b + 0.25 * c
                })
            };
            *pixels = (0..size * size).map(at).collect();
        }
    }
}

/// Noise of a camera: each channel of each pixel by up to `most` either way.
pub(super) fn noise(pixels: &mut [Colour], most: f32, stream: &mut Stream) {
    for pixel in pixels {
        // Four bytes from one number: three are used.
        let bytes = stream.bits().to_le_bytes();
        for (channel, byte) in pixel.iter_mut().zip(bytes) {
            *channel += most * (f32::from(byte) / 127.5 - 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blur_keeps_the_sum_and_spreads_a_dot() {
        let mut pixels = vec![[0.0; 3]; 25];
        pixels[12] = [1.0, 0.5, 0.0];
        blur(&mut pixels, 5, 1);
        assert_eq!(pixels[12], [0.25, 0.125, 0.0]);
        assert_eq!((pixels[11], pixels[6]), ([0.125, 0.0625, 0.0], [0.0625, 0.03125, 0.0]));
        let sum: f32 = pixels.iter().map(|pixel| pixel[0]).sum();
        assert_eq!(sum, 1.0);
    }
}
