//! All channels of an activation in one picture.

use std::io::Cursor;

use anyhow::{Context as _, Result};
use image::{GrayImage, ImageFormat};

/// Pixels between channels, and their grey: neither black nor white, which channels have.
const GAP: usize = 1;
const GAP_GREY: u8 = 96;

/// The channels `[C, H, W]` as a PNG, in rows of about as many as there are rows.
pub fn montage(maps: &[u8], shape: [usize; 3]) -> Result<Vec<u8>> {
    let [channels, height, width] = shape;
    let columns = (channels as f64).sqrt().ceil() as usize;
    let rows = channels.div_ceil(columns);
    let (full_width, full_height) = (columns * (width + GAP) - GAP, rows * (height + GAP) - GAP);
    let mut grey = vec![GAP_GREY; full_width * full_height];
    for (channel, map) in maps.chunks_exact(height * width).enumerate() {
        let (left, top) = (channel % columns * (width + GAP), channel / columns * (height + GAP));
        for (row, line) in map.chunks_exact(width).enumerate() {
            let start = (top + row) * full_width + left;
            grey[start..start + width].copy_from_slice(line);
        }
    }
    let size = (u32::try_from(full_width)?, u32::try_from(full_height)?);
    let picture = GrayImage::from_raw(size.0, size.1, grey).context("the montage is too large")?;
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png)?;
    Ok(png.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_stand_in_rows_with_a_gap() {
        let maps: Vec<u8> = (0..12).collect();
        let png = montage(&maps, [3, 2, 2]).unwrap();
        let picture = image::load_from_memory(&png).unwrap().to_luma8();
        assert_eq!(picture.dimensions(), (5, 5));
        let row = |y| (0..5).map(|x| picture.get_pixel(x, y).0[0]).collect::<Vec<_>>();
        assert_eq!(row(0), [0, 1, GAP_GREY, 4, 5]);
        assert_eq!(row(4), [10, 11, GAP_GREY, GAP_GREY, GAP_GREY]);
    }
}
