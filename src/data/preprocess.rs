//! From a picture to a network's input, and back to see what the network saw.

use super::Picture;
use super::resample::{Axis, scaled};

/// How a picture is brought to a network's square input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Preprocessing {
    /// Scales the shorter side to `floor(size / fraction)` pixels and keeps the centre. The usual
    /// evaluation on ImageNet has 0.875; with 1 the crop is as large as the picture allows.
    CenterCrop {
        /// The part of the shorter side that is kept, above 0 and up to 1.
        fraction: f32,
    },
    /// Scales both sides to the input's, whatever that does to the proportions, as Keras'
    /// `load_img(target_size=...)` does.
    Stretch,
}

impl Preprocessing {
    /// The usual evaluation on ImageNet: an eighth of each side is cut off.
    pub const IMAGENET: Self = Self::CenterCrop { fraction: 0.875 };
    /// The largest square in the middle.
    pub const CENTER_SQUARE: Self = Self::CenterCrop { fraction: 1.0 };

    /// The usual way for an input of this size: below 64 pixels, as for CIFAR, nothing of a
    /// picture can be spared.
    #[must_use]
    pub fn for_input(size: usize) -> Self {
        if size < 64 { Self::CENTER_SQUARE } else { Self::IMAGENET }
    }

    /// The axes (down, across) that bring `picture` to `size` pixels.
    fn axes(self, picture: &Picture, size: usize) -> (Axis, Axis) {
        let (height, width) = (picture.height as usize, picture.width as usize);
        let shorter = height.min(width);
        let axis = |from: usize| match self {
            Self::Stretch => Axis { from, to: size, start: 0, count: size },
            Self::CenterCrop { fraction } => {
                let target = enlarged(size, fraction);
                let to = (from * target / shorter).max(size);
                Axis { from, to, start: (to - size) / 2, count: size }
            }
        };
        (axis(height), axis(width))
    }
}

/// `floor(size / fraction)`, for any fraction a user may type.
fn enlarged(size: usize, fraction: f32) -> usize {
    let fraction = if fraction.is_nan() { 1.0 } else { fraction.clamp(0.01, 1.0) };
    // In f32, 224 / 0.875 is exactly 256; f64 is for fractions that f32 cannot hold either.
    (size as f64 / f64::from(fraction)).floor() as usize
}

impl Picture {
    /// A network's input: `[3, size, size]`, RGB, scaled from 0..=255 to -1..=1 as all published
    /// NASNets want it. Scaling averages (an antialiased bilinear filter) and does not round.
    #[must_use]
    pub fn to_input(&self, size: usize, preprocessing: Preprocessing) -> Vec<f32> {
        if self.rgb.is_empty() || size == 0 {
            return vec![0.0; 3 * size * size];
        }
        let (down, across) = preprocessing.axes(self, size);
        let interleaved = scaled(self, &down, &across);
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
        assert_eq!(enlarged(32, 1.0), 32);
        assert_eq!((enlarged(32, f32::NAN), enlarged(32, 7.0), enlarged(32, -1.0)), (32, 32, 3200));
    }

    /// Against the image library's resize of the whole picture and a crop, an independent
    /// implementation of the same filter.
    #[test]
    fn agrees_with_a_resize_of_the_whole_picture() {
        for (width, height, size) in
            [(500, 375, 224), (375, 500, 96), (64, 64, 224), (100, 37, 33), (256, 256, 224)]
        {
            let picture = gradient(width, height);
            let target = enlarged(size, 0.875);
            let shorter = width.min(height) as usize;
            let (to_width, to_height) =
                (width as usize * target / shorter, height as usize * target / shorter);
            let buffer = image::RgbImage::from_raw(width, height, picture.rgb.clone()).unwrap();
            let filter = image::imageops::FilterType::Triangle;
            let whole = image::imageops::resize(&buffer, to_width as u32, to_height as u32, filter);
            let input = picture.to_input(size, Preprocessing::IMAGENET);
            let (left, top) = ((to_width - size) / 2, (to_height - size) / 2);
            for y in 0..size {
                for x in 0..size {
                    let pixel = whole.get_pixel((left + x) as u32, (top + y) as u32);
                    for channel in 0..3 {
                        let ours = (input[(channel * size + y) * size + x] + 1.0) * 127.5;
                        let theirs = f32::from(pixel[channel]);
                        // They round to 8 bits, perhaps after each direction.
                        assert!(
                            (ours - theirs).abs() < 1.01,
                            "{width} x {height} at {x}, {y}: {ours} {theirs}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn one_to_one_is_exact_and_comes_back() {
        let picture = gradient(32, 32);
        let input = picture.to_input(32, Preprocessing::CENTER_SQUARE);
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
        let input = picture.to_input(32, Preprocessing::CENTER_SQUARE);
        assert!(
            input[..1024].iter().all(|&red| red == 1.0)
                && input[2048..].iter().all(|&blue| blue == -1.0)
        );
        let stretched =
            Picture::from_input(&picture.to_input(30, Preprocessing::Stretch), 30).unwrap();
        assert_eq!(stretched.rgb[..3], [0, 0, 255]);
        assert_eq!(stretched.rgb[15 * 3..16 * 3], [255, 0, 0]);
    }

    #[test]
    fn extreme_pictures_cost_no_more_than_their_crop() {
        for (width, height) in [(1, 1), (16_384, 1), (1, 16_384), (3, 5000)] {
            for size in [32, 224] {
                let picture =
                    Picture { width, height, rgb: vec![51; (width * height * 3) as usize] };
                let input = picture.to_input(size, Preprocessing::IMAGENET);
                assert_eq!(input.len(), 3 * size * size);
                assert!(input.iter().all(|value| (value + 0.6).abs() < 1e-5));
            }
        }
    }
}
