//! The paper's augmentation of training pictures, and batches of them as a network's input.
//!
//! Zoph et al. 2018, appendix A.1: 32 x 32 pictures are padded by 4 pixels of zeros (the mean,
//! after scaling), cropped at random, flipped at random, and a square is cut out.

use rayon::prelude::*;

use super::dataset::Dataset;
use super::stream::{Purpose, Stream};

/// How training pictures are varied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Augmentation {
    /// Pixels added at each border before cropping back to the size, so also the farthest shift.
    pub pad: u32,
    /// Whether half of the pictures are mirrored.
    pub flip: bool,
    /// Pixels a side of the square that is cut out, if one is. Its middle is anywhere in the
    /// picture, so part of the square may lie outside (DeVries and Taylor 2017).
    pub cutout: Option<u32>,
}

impl Augmentation {
    /// The paper's for 32 x 32, and in proportion for other sizes: 4 pixels of padding, a cutout
    /// of 16 if wanted, flips if a mirrored picture keeps its class.
    #[must_use]
    pub fn for_size(size: u32, mirrored: bool, cutout: bool) -> Self {
        Self { pad: size / 8, flip: mirrored, cutout: cutout.then_some(size / 2) }
    }
}

/// What is done to one picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Change {
    /// The picture's left upper corner in what comes out.
    shift: [i64; 2],
    flip: bool,
    /// Left, top, right and bottom of what is cut out.
    hole: Option<[i64; 4]>,
}

impl Change {
    fn of(augmentation: &Augmentation, size: u32, stream: &mut Stream) -> Self {
        let pad = augmentation.pad.min(size);
        // All numbers are drawn whatever is asked for, so that turning one thing on or off leaves
        // the others as they are.
        let mut shift = || i64::from(stream.below(2 * pad + 1)) - i64::from(pad);
        let shift = [shift(), shift()];
        let flip = stream.chance(0.5) && augmentation.flip;
        let middle = [i64::from(stream.below(size)), i64::from(stream.below(size))];
        let hole = augmentation.cutout.map(|side| {
            let side = i64::from(side.min(2 * size));
            let [left, top] = middle.map(|middle| middle - side / 2);
            [left, top, left + side, top + side]
        });
        Self { shift, flip, hole }
    }
}

/// Pictures as a network's input: `[N, 3, size, size]`, scaled from 0..=255 to -1..=1; what
/// padding and cutout leave empty is 0, the middle grey.
///
/// What is done to a picture depends on `seed`, `epoch` and the picture's index alone: not on
/// which others are in the batch, nor on the machine.
///
/// # Panics
///
/// If there is no picture with one of the indices.
#[must_use]
pub fn batch(
    dataset: &Dataset,
    indices: &[usize],
    augmentation: Option<&Augmentation>,
    seed: u64,
    epoch: u64,
) -> Vec<f32> {
    let plane = dataset.size as usize * dataset.size as usize;
    let mut input = vec![0.0; indices.len() * 3 * plane];
    if plane == 0 {
        return input;
    }
    input.par_chunks_exact_mut(3 * plane).zip(indices).for_each(|(input, &index)| {
        let change = augmentation.map(|augmentation| {
            let mut stream = Stream::new(Purpose::Augment, seed, epoch, index as u64);
            Change::of(augmentation, dataset.size, &mut stream)
        });
        let unchanged = Change { shift: [0, 0], flip: false, hole: None };
        write(dataset.rgb(index), dataset.size, change.unwrap_or(unchanged), input);
    });
    input
}

/// One picture, `[size, size, 3]`, to `[3, size, size]`.
fn write(rgb: &[u8], size: u32, change: Change, input: &mut [f32]) {
    let (side, plane) = (size as usize, size as usize * size as usize);
    let (pixels, _) = rgb.as_chunks::<3>();
    let inside = |place: i64| usize::try_from(place).ok().filter(|place| *place < side);
    let hole = change.hole.unwrap_or_default();
    for y in 0..side {
        let Some(row) = inside(y as i64 - change.shift[1]) else { continue };
        let in_hole = (hole[1]..hole[3]).contains(&(y as i64));
        for x in 0..side {
            let Some(column) = inside(x as i64 - change.shift[0]) else { continue };
            if in_hole && (hole[0]..hole[2]).contains(&(x as i64)) {
                continue;
            }
            let column = if change.flip { side - 1 - column } else { column };
            let pixel = pixels[row * side + column];
            for (channel, value) in pixel.into_iter().enumerate() {
                input[channel * plane + y * side + x] = f32::from(value) / 127.5 - 1.0;
            }
        }
    }
}

/// The order in which an epoch goes through `count` pictures: the same for the same seed and
/// epoch.
#[must_use]
pub fn epoch_order(count: usize, seed: u64, epoch: u64) -> Vec<usize> {
    Stream::new(Purpose::Order, seed, epoch, 0).permutation(count)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::Preprocessing;

    const SIZE: u32 = 16;

    /// Pictures in which every pixel is another one, and none is the middle grey.
    fn dataset(count: usize) -> Dataset {
        let classes: Arc<[String]> = ["a".to_owned()].into();
        let plane = (SIZE * SIZE) as usize;
        let pixel = |index: usize| [(index % plane / 2) as u8, (index % plane) as u8, 3];
        let pixels = (0..count * plane).flat_map(pixel).collect();
        Dataset::new(classes, SIZE, pixels, vec![0; count]).unwrap()
    }

    fn one(index: usize, augmentation: &Augmentation, epoch: u64) -> Vec<f32> {
        batch(&dataset(8), &[index], Some(augmentation), 9, epoch)
    }

    #[test]
    fn without_augmentation_it_is_the_picture() {
        let set = dataset(3);
        let input = batch(&set, &[2, 0], None, 0, 0);
        let expected =
            [2, 0].map(|index| set.picture(index).to_input(SIZE as usize, Preprocessing::Square));
        assert_eq!(input, expected.concat());
        assert!(batch(&set, &[], None, 0, 0).is_empty());
    }

    #[test]
    fn the_paper_s_numbers() {
        let paper = Augmentation::for_size(32, true, true);
        assert_eq!(paper, Augmentation { pad: 4, flip: true, cutout: Some(16) });
        let plain = Augmentation::for_size(64, false, false);
        assert_eq!(plain, Augmentation { pad: 8, flip: false, cutout: None });
    }

    #[test]
    fn a_batch_may_be_split_anywhere() {
        let augmentation = Augmentation::for_size(SIZE, true, true);
        let set = dataset(8);
        let whole = batch(&set, &[5, 1, 7], Some(&augmentation), 9, 2);
        let parts = [5, 1, 7].map(|index| one(index, &augmentation, 2));
        assert_eq!(whole, parts.concat());
        assert_ne!(one(1, &augmentation, 2), one(1, &augmentation, 3));
        assert_ne!(one(1, &augmentation, 2), batch(&set, &[1], Some(&augmentation), 8, 2));
    }

    #[test]
    fn shifts_go_everywhere_and_no_farther() {
        let mut seen = [[0; 5]; 5];
        let augmentation = Augmentation { pad: 2, flip: false, cutout: None };
        let plane = (SIZE * SIZE) as usize;
        for epoch in 0..500 {
            let input = one(0, &augmentation, epoch);
            // The middle pixel's green tells where it came from.
            let green = ((input[plane + 8 * 16 + 8] + 1.0) * 127.5).round() as usize;
            seen[green / 16 - 6][green % 16 - 6] += 1;
            let empty = input[..plane].iter().filter(|value| **value == 0.0).count();
            let (x, y) = (green % 16, green / 16);
            assert_eq!(empty, plane - (16 - x.abs_diff(8)) * (16 - y.abs_diff(8)));
        }
        assert!(seen.iter().flatten().all(|count| (5..50).contains(count)), "{seen:?}");
    }

    #[test]
    fn flips_only_where_asked() {
        let flips = |flip| {
            let augmentation = Augmentation { pad: 0, flip, cutout: None };
            let plain = batch(&dataset(1), &[0], None, 0, 0);
            (0..200).filter(|epoch| one(0, &augmentation, *epoch) != plain).count()
        };
        assert_eq!(flips(false), 0);
        assert!((70..130).contains(&flips(true)));
        let augmentation = Augmentation { pad: 0, flip: true, cutout: None };
        let plain = batch(&dataset(1), &[0], None, 0, 0);
        let mut changed = (0..200).map(|epoch| one(0, &augmentation, epoch));
        let mut mirrored = changed.find(|input| *input != plain).unwrap();
        mirrored.chunks_exact_mut(16).for_each(<[f32]>::reverse);
        assert_eq!(mirrored, plain);
    }

    #[test]
    fn a_cutout_is_a_grey_square_that_may_stick_out() {
        let augmentation = Augmentation { pad: 0, flip: false, cutout: Some(8) };
        let plane = (SIZE * SIZE) as usize;
        let mut sizes = Vec::new();
        for epoch in 0..300 {
            let input = one(0, &augmentation, epoch);
            let empty = input[2 * plane..].iter().filter(|value| **value == 0.0).count();
            assert!((16..=64).contains(&empty), "{empty}");
            sizes.push(empty);
        }
        assert!(sizes.contains(&64) && sizes.contains(&16));
        // More than the picture cuts all of it out, and nothing panics.
        let huge = Augmentation { pad: u32::MAX, flip: true, cutout: Some(u32::MAX) };
        assert!(one(0, &huge, 0).iter().all(|value| *value == 0.0));
    }

    #[test]
    fn epochs_have_orders_of_their_own() {
        let order = epoch_order(100, 1, 0);
        assert_eq!(order, epoch_order(100, 1, 0));
        assert_ne!(order, epoch_order(100, 1, 1));
        assert_ne!(order, epoch_order(100, 2, 0));
    }
}
