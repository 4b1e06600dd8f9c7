//! Draws `assets/drawings/<class>/<n>.png`: pictures as people draw and photograph them, to test
//! networks that were trained on the generated `shapes` with something else. It shares no code
//! with those: here a hand follows control points, and a brush is dabbed along the way.
//!
//! `cargo run --release --example make_drawings [FOLDER]`

mod hand;
mod strokes;

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageEncoder as _, RgbImage};

use hand::{Chance, draw};

/// Pixels a side.
const SIDE: usize = 96;
/// Dabs are made on a canvas so many times larger.
const FINER: usize = 4;
/// Drawings of a class.
const DRAWINGS: usize = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let folder =
        std::env::args_os().nth(1).map_or_else(|| PathBuf::from("assets/drawings"), PathBuf::from);
    for (class, (name, drawings)) in strokes::DRAWINGS.iter().enumerate() {
        let folder = folder.join(name);
        std::fs::create_dir_all(&folder)?;
        for number in 0..DRAWINGS {
            let mut chance = Chance::new((class * DRAWINGS + number) as u64);
            let photographed = number >= 7;
            let half = if photographed { chance.range(1.2, 1.8) } else { chance.range(1.4, 3.0) };
            let ink = draw(drawings[number % drawings.len()], half, &mut chance);
            let image = match number {
                0..5 => paint(&ink, [12; 3]),
                5..7 => paint(&ink, PENS[chance.below(PENS.len())]),
                _ => photograph(&ink, &mut chance),
            };
            save(image, &folder.join(format!("{number}.png")))?;
        }
    }
    Ok(())
}

/// Felt pens: red, green, blue, violet, orange.
const PENS: [[u8; 3]; 5] =
    [[200, 30, 40], [20, 120, 50], [30, 70, 200], [120, 40, 150], [210, 100, 10]];

/// Ink on a white screen.
fn paint(ink: &[f32], pen: [u8; 3]) -> RgbImage {
    RgbImage::from_fn(SIDE as u32, SIDE as u32, |x, y| {
        let covered = ink[y as usize * SIDE + x as usize];
        image::Rgb(pen.map(|value| stepped(255.0 + (f32::from(value) - 255.0) * covered)))
    })
}

/// A ballpoint on paper, seen by a telephone: off-white, uneven light, not quite sharp.
fn photograph(ink: &[f32], chance: &mut Chance) -> RgbImage {
    let grey = chance.range(195.0, 235.0);
    let paper = [grey, grey + chance.range(-5.0, 2.0), grey + chance.range(-22.0, 5.0)];
    let pen = if chance.range(0.0, 1.0) < 0.6 { [40.0, 60.0, 140.0] } else { [50.0, 48.0, 52.0] };
    let fall = [chance.range(-0.25, 0.25), chance.range(-0.25, 0.25)];
    let soft = blurred(ink);
    RgbImage::from_fn(SIDE as u32, SIDE as u32, |x, y| {
        let place = |value: u32| value as f32 / SIDE as f32 - 0.5;
        let light = 1.0 + fall[0] * place(x) + fall[1] * place(y);
        let covered = soft[y as usize * SIDE + x as usize] * 0.9;
        let colour = |channel: usize| paper[channel] + (pen[channel] - paper[channel]) * covered;
        image::Rgb([0, 1, 2].map(|channel| stepped(colour(channel) * light)))
    })
}

/// The mean of each 3 x 3 pixels.
fn blurred(ink: &[f32]) -> Vec<f32> {
    let at = |x: usize, y: usize| ink[y.min(SIDE) * SIDE + x];
    let mut soft = ink.to_vec();
    for y in 1..SIDE - 1 {
        for x in 1..SIDE - 1 {
            let around = (0..9).map(|cell| at(x + cell % 3 - 1, y + cell / 3 - 1));
            soft[y * SIDE + x] = around.sum::<f32>() / 9.0;
        }
    }
    soft
}

/// In steps of 5, which makes the files a third as large.
fn stepped(value: f32) -> u8 {
    ((value.clamp(0.0, 255.0) / 5.0).round() * 5.0) as u8
}

fn save(image: RgbImage, path: &Path) -> Result<(), Box<dyn Error>> {
    let file = BufWriter::new(File::create(path)?);
    let encoder = PngEncoder::new_with_quality(file, CompressionType::Best, FilterType::Adaptive);
    let is_grey = image.pixels().all(|pixel| pixel.0[0] == pixel.0[1] && pixel.0[1] == pixel.0[2]);
    let image = DynamicImage::ImageRgb8(image);
    let image = if is_grey { DynamicImage::ImageLuma8(image.into_luma8()) } else { image };
    encoder.write_image(image.as_bytes(), SIDE as u32, SIDE as u32, image.color().into())?;
    Ok(())
}
