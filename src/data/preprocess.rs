//! From a picture to a network's input, and back to see what the network saw.

use std::fmt;

use serde::Serialize;

use super::Picture;
use super::resample::{Axis, Filter, interpolated, scaled};
use crate::arch::Flavour;

/// How a picture is brought to a network's square input: each the way in which some published
/// network's accuracy was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Preprocessing {
    /// Cadene's collection, the usual evaluation on ImageNet: the shorter side to
    /// `floor(size / 0.875)` pixels, bilinear, and the centre of that.
    Cadene,
    /// timm: the shorter side to `floor(size / 0.911)` pixels, bicubic, and the centre of that.
    Timm,
    /// Keras' `load_img(target_size=...)`: both sides to `size`, the nearest pixel.
    Keras,
    /// TF-slim's evaluation: the middle 87.5 % of each side, interpolated to `size` x `size`.
    Slim,
    /// The largest square in the middle, bilinear.
    Square,
}

impl Preprocessing {
    /// Every way.
    pub const ALL: [Preprocessing; 5] =
        [Self::Cadene, Self::Timm, Self::Keras, Self::Slim, Self::Square];

    /// The usual way for a network: timm's for timm's, else Cadene's, which keeps proportions.
    /// Below 64 pixels, as for CIFAR, nothing of a picture can be spared.
    #[must_use]
    pub fn usual(size: u32, flavour: Flavour) -> Preprocessing {
        match flavour {
            _ if size < 64 => Self::Square,
            Flavour::Timm => Self::Timm,
            Flavour::Slim | Flavour::Keras => Self::Cadene,
        }
    }

    /// The word on the command line.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Cadene => "cadene",
            Self::Timm => "timm",
            Self::Keras => "keras",
            Self::Slim => "slim",
            Self::Square => "square",
        }
    }

    /// The name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Cadene => "ImageNet, bilinear",
            Self::Timm => "timm, bicubic",
            Self::Keras => "Keras, stretched",
            Self::Slim => "TF-slim, stretched",
            Self::Square => "Largest square",
        }
    }

    /// What happens to a picture, in a few words.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Cadene => "Centre of the picture scaled to size / 0.875, bilinear",
            Self::Timm => "Centre of the picture scaled to size / 0.911, bicubic",
            Self::Keras => "Whole picture, stretched to a square, nearest pixel (load_img)",
            Self::Slim => "Middle 87.5 % of each side, stretched to a square, interpolated",
            Self::Square => "Largest square in the middle, bilinear",
        }
    }

    /// The picture as `[size, size, 3]` in 0..=255.
    fn scaled(self, picture: &Picture, size: usize) -> Vec<f32> {
        let [height, width] = [picture.height as usize, picture.width as usize];
        let (target, filter) = match self {
            Self::Slim => {
                let [top, left] = [height, width].map(|side| side / 16);
                let middle = [height - 2 * top, width - 2 * left];
                return interpolated(picture, [top, left], middle, size);
            }
            Self::Keras => {
                let (down, across) = (Axis::whole(height, size), Axis::whole(width, size));
                let pixels = scaled(picture, &down, &across, Filter::Nearest);
                return pixels.into_iter().map(f32::from).collect();
            }
            Self::Cadene => (enlarged(size, 0.875), Filter::Bilinear),
            Self::Timm => (enlarged(size, 0.911), Filter::Bicubic),
            Self::Square => (size, Filter::Bilinear),
        };
        let shorter = height.min(width);
        let axis = |from: usize| {
            let to = from * target / shorter;
            Axis { from, to, start: half_to_even(to - size), count: size }
        };
        let pixels = scaled(picture, &axis(height), &axis(width), filter);
        pixels.into_iter().map(f32::from).collect()
    }
}

impl fmt::Display for Preprocessing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// `floor(size / fraction)`.
fn enlarged(size: usize, fraction: f64) -> usize {
    (size as f64 / fraction).floor() as usize
}

/// Half of `margin`, rounded to an even number where it is between two, as Python does in
/// torchvision's `center_crop`.
fn half_to_even(margin: usize) -> usize {
    let half = margin / 2;
    half + (margin % 2) * (half % 2)
}

impl Picture {
    /// A network's input: `[3, size, size]`, RGB, scaled from 0..=255 to -1..=1 as all published
    /// NASNets want it.
    #[must_use]
    pub fn to_input(&self, size: usize, preprocessing: Preprocessing) -> Vec<f32> {
        if self.rgb.is_empty() || size == 0 {
            return vec![0.0; 3 * size * size];
        }
        let interleaved = preprocessing.scaled(self, size);
        let (pixels, _) = interleaved.as_chunks::<3>();
        (0..3)
            .flat_map(|channel| pixels.iter().map(move |pixel| pixel[channel] / 127.5 - 1.0))
            .collect()
    }

    /// The picture that an input of `[3, size, size]` in -1..=1 shows; `None` if `input` is not
    /// of that length.
    #[must_use]
    pub fn from_input(input: &[f32], size: usize) -> Option<Self> {
        let plane = size.checked_mul(size)?;
        if plane == 0 || plane.checked_mul(3)? != input.len() {
            return None;
        }
        let side = u32::try_from(size).ok()?;
        // The cast saturates, and makes NaN black.
        let byte = |value: f32| ((value + 1.0) * 127.5).round() as u8;
        let rgb = (0..plane)
            .flat_map(|pixel| [0, 1, 2].map(|channel| byte(input[channel * plane + pixel])))
            .collect();
        Some(Self { width: side, height: side, rgb })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Smooth, so that no filter can hide behind noise, and different in each direction.
    fn gradient(width: u32, height: u32) -> Picture {
        let rgb = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .flat_map(|(x, y)| {
                [(x * 255 / width) as u8, (y * 255 / height) as u8, ((x * 7 + y * 3) % 256) as u8]
            })
            .collect();
        Picture { width, height, rgb }
    }

    #[test]
    fn sizes_of_the_usual_evaluations() {
        assert_eq!(
            (enlarged(224, 0.875), enlarged(331, 0.875), enlarged(331, 0.911)),
            (256, 378, 363)
        );
        assert_eq!([0, 1, 2, 3, 5, 7].map(half_to_even), [0, 0, 1, 2, 2, 4]);
    }

    #[test]
    fn one_to_one_is_exact_and_comes_back() {
        let picture = gradient(32, 32);
        let input = picture.to_input(32, Preprocessing::Square);
        let at = |x: usize, y: usize, channel: usize| picture.rgb[(y * 32 + x) * 3 + channel];
        assert_eq!(input[32 * 32 + 5 * 32 + 9], f32::from(at(9, 5, 1)) / 127.5 - 1.0);
        assert_eq!(Picture::from_input(&input, 32).unwrap(), picture);
        assert_eq!(Picture::from_input(&input, 31), None);
    }

    #[test]
    fn crops_the_centre() {
        let mut picture = gradient(96, 32);
        for (index, pixel) in picture.rgb.chunks_exact_mut(3).enumerate() {
            let middle = (32..64).contains(&(index % 96));
            pixel.copy_from_slice(if middle { &[255, 0, 0] } else { &[0, 0, 255] });
        }
        let input = picture.to_input(32, Preprocessing::Square);
        assert!(
            input[..1024].iter().all(|&red| red == 1.0)
                && input[2048..].iter().all(|&blue| blue == -1.0)
        );
        let stretched =
            Picture::from_input(&picture.to_input(30, Preprocessing::Keras), 30).unwrap();
        assert_eq!(stretched.rgb[..3], [0, 0, 255]);
        assert_eq!(stretched.rgb[15 * 3..16 * 3], [255, 0, 0]);
    }

    #[test]
    fn extreme_pictures_cost_no_more_than_their_crop() {
        for (width, height) in [(1, 1), (16_384, 1), (1, 16_384), (3, 5000)] {
            for size in [32, 224] {
                let picture =
                    Picture { width, height, rgb: vec![51; (width * height * 3) as usize] };
                for preprocessing in Preprocessing::ALL {
                    let input = picture.to_input(size, preprocessing);
                    assert_eq!(input.len(), 3 * size * size);
                    assert!(input.iter().all(|value| (value + 0.6).abs() < 1e-5));
                }
            }
        }
    }
}
