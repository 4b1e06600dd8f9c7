//! A picture set that the program makes itself: things that people can name, and can draw.
//!
//! The same seed gives the same bytes on every machine: random numbers come from ChaCha8, sines
//! from `libm`, and everything else is addition, multiplication, division and the square root,
//! which IEEE 754 makes exact. Every picture has a random stream of its own, of which the split is
//! a part: splits share no picture, and a picture does not depend on how many there are.

mod classes;
mod clutter;
mod figure;
mod paint;
mod pen;
mod raster;
mod textures;

use std::sync::Arc;

use rayon::prelude::*;

use super::dataset::{Dataset, DatasetError, GoOn, OpenOptions, Splits, chunks};
use super::stream::{Purpose, Stream};
use classes::{CLASSES, Look};
use paint::{Colour, Ground, paint, standing_out};
use pen::{Placement, Style, draw};

/// Pictures to train on, unless told otherwise.
const TRAIN: usize = 40_000;
/// Pictures each to validate and to test with, unless told otherwise.
const HELD_OUT: usize = 4_000;

/// What the classes are called, by label, in alphabetical order.
#[must_use]
pub fn class_names() -> Arc<[String]> {
    CLASSES.iter().map(|class| class.name.to_owned()).collect()
}

/// Generates all three splits.
pub(super) fn open(options: &OpenOptions, go_on: GoOn<'_>) -> Result<Splits, DatasetError> {
    let train = options.limit.unwrap_or(TRAIN);
    let held_out = options.held_out.unwrap_or(HELD_OUT);
    options.check(train.saturating_add(held_out.saturating_mul(2)))?;
    let mut split = |purpose, count| generate(options, purpose, count, &mut *go_on);
    Ok(Splits {
        train: split(Purpose::Train, train)?,
        validation: split(Purpose::Validation, held_out)?,
        test: split(Purpose::Test, held_out)?,
        skipped: Vec::new(),
        skipped_in_all: 0,
        mirrored: true,
        source: format!("shapes, seed {}", options.seed),
    })
}

/// `count` pictures of one split; each class comes up as often as the others.
fn generate(
    options: &OpenOptions,
    purpose: Purpose,
    count: usize,
    go_on: GoOn<'_>,
) -> Result<Dataset, DatasetError> {
    let size = options.size as usize;
    let bytes = size * size * 3;
    let mut pixels = vec![0; count * bytes];
    chunks("Drawing shapes", count, go_on, |range| {
        let part = &mut pixels[range.start * bytes..range.end * bytes];
        part.par_chunks_exact_mut(bytes).zip(range).for_each(|(pixels, index)| {
            let mut stream = Stream::new(purpose, options.seed, 0, index as u64);
            pixels.copy_from_slice(&picture(label(index), size, &mut stream));
        });
        Ok(())
    })?;
    let labels = (0..count).map(|index| label(index) as u32).collect();
    Dataset::new(class_names(), options.size, pixels, labels)
}

fn label(index: usize) -> usize {
    index % CLASSES.len()
}

/// One picture, `[size, size, 3]`.
fn picture(label: usize, size: usize, stream: &mut Stream) -> Vec<u8> {
    let scale = size as f32 / 32.0;
    let ground = Ground::any(size, stream);
    let wide = stream.chance(0.55);
    let (figure, wide) = match CLASSES[label].look {
        Look::Figure(make) => (make(stream), false),
        Look::Texture(make) => (make(wide, stream), wide),
    };
    let placement = placed(figure.turn, wide, scale, stream);
    let style = style(ground.is_pad, stream);
    let half = match style {
        Style::Drawn => stream.range(0.6, 1.6),
        _ => stream.range(0.7, 1.9),
    };
    let covered = draw(&figure, &placement, style, half * scale, size, stream);

    let ink = ground.ink(stream);
    let behind = ground.extremes[0];
    let other = standing_out(&[ink], stream);
    let detail = if stream.chance(0.5) { behind } else { other };
    let mut pixels = ground.pixels.clone();
    let crowded = stream.chance(if ground.is_pad { 0.25 } else { 0.5 });
    if crowded && !wide {
        clutter::beside(&mut pixels, &ground, &placement, size, stream);
    }
    paint(&mut pixels, &covered.ink, ink);
    // A border in the colour of what is behind would only make the figure thinner.
    paint(&mut pixels, &covered.detail, if style == Style::Bordered { other } else { detail });
    if stream.chance(0.12) {
        clutter::over(&mut pixels, &covered, &placement, size, stream);
    }
    finish(pixels, size, stream)
}

/// Where the figure goes: about the middle, nearly all of it inside.
fn placed(turn: f32, wide: bool, scale: f32, stream: &mut Stream) -> Placement {
    let (radius, room) = if wide {
        (stream.range(22.5, 27.0), 2.0)
    } else {
        let radius = stream.range(10.0, 14.5);
        (radius, 16.5 - radius)
    };
    let mut place = || (16.0 + stream.range(-room, room)) * scale;
    let centre = [place(), place()];
    Placement::new(centre, radius * scale, turn, stream)
}

/// On paper and screens people mostly draw lines.
fn style(is_pad: bool, stream: &mut Stream) -> Style {
    let drawn = if is_pad { 0.6 } else { 0.25 };
    match stream.unit() {
        kind if kind < drawn => Style::Drawn,
        kind if kind < drawn + 0.2 => Style::Outlined,
        kind if kind < drawn + 0.27 => Style::Bordered,
        _ => Style::Filled,
    }
}

/// What a camera does to it, and bytes.
fn finish(mut pixels: Vec<Colour>, size: usize, stream: &mut Stream) -> Vec<u8> {
    if stream.chance(0.5) {
        clutter::light(&mut pixels, size, stream);
    }
    if stream.chance(0.2) {
        clutter::blur(&mut pixels, size, 1);
    }
    if stream.chance(0.5) {
        let most = stream.range(0.01, 0.09);
        clutter::noise(&mut pixels, most, stream);
    }
    let bytes = pixels.iter().flatten().map(|value| (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8);
    bytes.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::ops::ControlFlow;

    use super::*;

    fn opened(seed: u64, limit: usize, held_out: usize, size: u32) -> Splits {
        let options = OpenOptions { size, seed, limit: Some(limit), held_out: Some(held_out) };
        open(&options, &mut |_, _, _| ControlFlow::Continue(())).unwrap()
    }

    /// FNV-1a of all pixels.
    fn hash(set: &Dataset) -> u64 {
        let pixels = (0..set.len()).flat_map(|index| set.rgb(index));
        pixels.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }

    /// The bytes of a seed are the same on every machine, now and later: who changes how shapes
    /// are drawn changes what the embedded network was trained on.
    #[test]
    fn the_bytes_of_a_seed_stay_as_they_are() {
        let splits = opened(0, 200, 200, 32);
        let found = [&splits.train, &splits.validation, &splits.test].map(hash);
        assert_eq!(found, GOLDEN, "{found:#018x?}");
    }

    const GOLDEN: [u64; 3] = [0xd184_34fb_2ab9_a5c2, 0x4b82_f283_de82_fbcc, 0x3c67_8013_9899_036f];

    #[test]
    fn a_picture_does_not_depend_on_how_many_there_are() {
        let (few, many) = (opened(3, 20, 10, 32), opened(3, 60, 40, 32));
        assert_eq!(many.train.first(20), few.train);
        assert_eq!(many.test.first(10), few.test);
        assert_ne!(opened(4, 20, 10, 32).train, few.train);
    }

    #[test]
    fn no_picture_is_in_two_splits_or_twice_in_one() {
        let splits = opened(1, 1500, 700, 16);
        let sets = [&splits.train, &splits.validation, &splits.test];
        let pictures: Vec<_> =
            sets.iter().flat_map(|set| (0..set.len()).map(|index| set.rgb(index))).collect();
        assert_eq!(pictures.iter().collect::<HashSet<_>>().len(), pictures.len());
    }

    #[test]
    fn classes_are_sorted_and_equally_many() {
        let splits = opened(0, 400, 20, 8);
        assert!(splits.train.classes.is_sorted());
        assert_eq!(splits.train.classes, class_names());
        assert!(splits.train.counts().iter().all(|count| *count == 20));
        assert!(splits.test.counts().iter().all(|count| *count == 1));
    }

    /// Every size is drawn, and no picture is empty: something stands out from the middle grey of
    /// its own pixels.
    #[test]
    fn every_picture_shows_something() {
        for size in [8, 31, 96] {
            let splits = opened(5, 200, 0, size);
            for index in 0..splits.train.len() {
                let light: Vec<_> = splits.train.rgb(index).iter().skip(1).step_by(3).collect();
                let (low, high) = (light.iter().min().unwrap(), light.iter().max().unwrap());
                assert!(**high > **low + 20, "{index} of {size} pixels");
            }
        }
    }
}
