//! Draws the sample pictures: `cargo run --release --example make_samples [FOLDER]`.
//!
//! Shapes are coloured functions of the plane, averaged over a grid within each pixel. The same
//! program always gives the same files.

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat, RgbImage};

const SIDE: u32 = 224;
/// Samples per pixel in each direction.
const GRID: u32 = 4;

type Colour = [f32; 3];
/// From a point of the plane, the picture being -1..=1 with y upwards, to linear-ish RGB in 0..=1.
type Painting = fn(f32, f32) -> Colour;

fn main() -> Result<(), Box<dyn Error>> {
    let folder =
        std::env::args_os().nth(1).map_or_else(|| PathBuf::from("assets/samples"), PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    let paintings: [(&str, Painting); 5] = [
        ("red_triangle.jpg", red_triangle),
        ("checkered_ball.jpg", checkered_ball),
        ("stripes.png", stripes),
        ("star.jpg", star),
        ("evening.jpg", evening),
    ];
    for (name, painting) in paintings {
        save(&paint(painting), &folder.join(name))?;
    }
    Ok(())
}

fn paint(painting: Painting) -> RgbImage {
    RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let mut sum = [0.0_f32; 3];
        for sub in 0..GRID * GRID {
            let at = |pixel: u32, part: u32| {
                let steps = (pixel * GRID + part) as f32 + 0.5;
                steps / (SIDE * GRID) as f32 * 2.0 - 1.0
            };
            let colour = painting(at(x, sub % GRID), -at(y, sub / GRID));
            for (sum, value) in sum.iter_mut().zip(colour) {
                *sum += value.clamp(0.0, 1.0);
            }
        }
        image::Rgb(sum.map(|value| (value / (GRID * GRID) as f32 * 255.0).round() as u8))
    })
}

fn save(image: &RgbImage, path: &Path) -> Result<(), Box<dyn Error>> {
    if path.extension().is_some_and(|extension| extension == "png") {
        image.save_with_format(path, ImageFormat::Png)?;
    } else {
        let file = BufWriter::new(File::create(path)?);
        JpegEncoder::new_with_quality(file, 90).encode(
            image,
            SIDE,
            SIDE,
            ExtendedColorType::Rgb8,
        )?;
    }
    Ok(())
}

fn mix(from: Colour, to: Colour, part: f32) -> Colour {
    let part = part.clamp(0.0, 1.0);
    [0, 1, 2].map(|channel| from[channel] + (to[channel] - from[channel]) * part)
}

fn shade(colour: Colour, light: f32) -> Colour {
    colour.map(|value| value * light)
}

/// A number in 0..1 for a lattice point, looking random.
fn lattice(x: i32, y: i32) -> f32 {
    let mut hash = (x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    hash = (hash ^ (hash >> 12)).wrapping_mul(0x297a_2d39);
    (hash ^ (hash >> 15)) as f32 / u32::MAX as f32
}

/// Smooth noise in 0..1: lattice values, and finer ones on top.
fn noise(x: f32, y: f32) -> f32 {
    let mut sum = 0.0;
    for (scale, weight) in [(1.0, 0.55), (2.1, 0.3), (4.3, 0.15)] {
        let (x, y) = (x * scale, y * scale);
        let (left, bottom) = (x.floor(), y.floor());
        let ease = |t: f32| t * t * (3.0 - 2.0 * t);
        let (across, up) = (ease(x - left), ease(y - bottom));
        let value = |dx: i32, dy: i32| lattice(left as i32 + dx, bottom as i32 + dy);
        let low = value(0, 0) * (1.0 - across) + value(1, 0) * across;
        let high = value(0, 1) * (1.0 - across) + value(1, 1) * across;
        sum += weight * (low * (1.0 - up) + high * up);
    }
    sum
}

fn red_triangle(x: f32, y: f32) -> Colour {
    let sand = mix([0.80, 0.72, 0.58], [0.62, 0.54, 0.42], noise(x * 9.0 + 3.0, y * 9.0));
    // The largest of the distances to the three sides, for an upright triangle around the origin.
    let distance = |x: f32, y: f32| (0.866 * x.abs() + 0.5 * y).max(-y) - 0.36;
    let shadow = distance(x - 0.06, y + 0.07);
    let ground = shade(sand, if shadow < 0.0 { 0.55 } else { 1.0 });
    if distance(x, y) < 0.0 { mix([0.90, 0.16, 0.12], [0.70, 0.06, 0.07], 0.5 - y) } else { ground }
}

fn checkered_ball(x: f32, y: f32) -> Colour {
    let radius = x.hypot(y - 0.05);
    if radius > 0.7 {
        let wall = mix([0.55, 0.70, 0.68], [0.85, 0.90, 0.84], y * 0.5 + 0.5);
        let under = ((x / 0.7).powi(2) + ((y + 0.72) / 0.13).powi(2)).sqrt();
        return shade(wall, 0.55 + 0.45 * ((under - 0.5) * 1.6).clamp(0.0, 1.0));
    }
    let depth = (0.49 - radius * radius).sqrt();
    // Tilted, so that a pole shows.
    let (up, front) = ((y - 0.05) * 0.88 - depth * 0.47, (y - 0.05) * 0.47 + depth * 0.88);
    let longitude = (x.atan2(front) / std::f32::consts::PI * 6.0).floor() as i32;
    let latitude = ((up / 0.7).clamp(-1.0, 1.0).asin() / std::f32::consts::PI * 6.0).floor() as i32;
    let square = if (longitude + latitude).rem_euclid(2) == 0 {
        [0.93, 0.92, 0.88]
    } else {
        [0.85, 0.33, 0.10]
    };
    let light = ((-x * 0.45 + (y - 0.05) * 0.6 + depth * 0.66) / 0.7).max(0.0);
    mix(shade(square, 0.25 + 0.8 * light), [1.0; 3], light.powi(24) * 0.7)
}

fn stripes(x: f32, y: f32) -> Colour {
    let colours: [Colour; 4] =
        [[0.10, 0.19, 0.30], [0.95, 0.76, 0.20], [0.93, 0.93, 0.89], [0.16, 0.55, 0.55]];
    let band = ((x * 0.8 + y * 0.6) * 5.0).floor() as i32;
    colours[band.rem_euclid(4) as usize]
}

fn star(x: f32, y: f32) -> Colour {
    let night =
        mix([0.05, 0.08, 0.22], [0.16, 0.12, 0.36], y * 0.5 + 0.5 + 0.3 * noise(x * 3.0, y * 3.0));
    // Five-fold symmetry: fold the angle into one arm, then one straight edge remains.
    let fifth = std::f32::consts::TAU / 5.0;
    let angle = (x.atan2(y)).rem_euclid(fifth);
    let folded = angle.min(fifth - angle);
    let radius = x.hypot(y);
    let (across, along) = (radius * folded.sin(), radius * folded.cos());
    let edge = (across * 0.809 + (along - 0.78) * 0.325) / 0.872;
    if edge < 0.0 {
        // Two facets an arm, as of folded paper.
        let light = if angle < fifth - angle { 1.0 } else { 0.82 };
        return shade(mix([1.0, 0.86, 0.30], [0.98, 0.68, 0.16], radius), light);
    }
    mix(night, [0.95, 0.75, 0.35], 0.45 * (1.0 - edge * 3.5).max(0.0).powi(2))
}

fn evening(x: f32, y: f32) -> Colour {
    let ridge = |frequency: f32, base: f32, height: f32| {
        base + height * noise(x * frequency + base * 40.0, 2.5)
    };
    let sky = mix([0.98, 0.62, 0.35], [0.28, 0.34, 0.62], (y + 0.15) * 0.95);
    let from_sun = (x - 0.35).hypot(y - 0.12);
    let sky = mix(
        sky,
        [1.0, 0.92, 0.66],
        if from_sun < 0.16 { 1.0 } else { 0.5 * (1.0 - from_sun * 1.6).max(0.0) },
    );
    if y > ridge(1.7, -0.25, 0.55) {
        sky
    } else if y > ridge(2.6, -0.48, 0.42) {
        mix([0.42, 0.36, 0.50], [0.60, 0.46, 0.50], y + 0.6)
    } else if y > -0.55 {
        mix([0.14, 0.20, 0.22], [0.24, 0.30, 0.30], y + 0.6)
    } else {
        // Water: the sky upside down, in ripples.
        let ripple = 0.5 + 0.5 * ((y * 60.0).sin() + noise(x * 3.0, y * 30.0));
        mix(
            shade(mix([0.85, 0.55, 0.38], [0.20, 0.26, 0.44], -(y + 0.5) * 2.0), 0.95),
            [0.98, 0.80, 0.55],
            0.25 * ripple,
        )
    }
}
