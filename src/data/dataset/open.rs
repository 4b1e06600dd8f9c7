//! Opening a picture set, whatever it is.

use std::ops::{ControlFlow, Range};

use super::{DataSource, DatasetError, Splits, bytes_of};
use crate::data::{Picture, Preprocessing, cifar, folder, shapes};

/// Told what is being read and how far it is (done, of how many); says whether to go on.
pub type GoOn<'a> = &'a mut dyn FnMut(&str, usize, usize) -> ControlFlow<()>;

/// What of a picture set is wanted, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenOptions {
    /// Pixels a side, 8 to 512.
    pub size: u32,
    /// Decides what is generated, and which pictures of a folder are for what.
    pub seed: u64,
    /// At most so many pictures to train on; of `shapes` exactly so many (40,000 if `None`).
    pub limit: Option<usize>,
    /// At most so many pictures each to validate and to test with; of `shapes` exactly so many
    /// (4,000 if `None`).
    pub held_out: Option<usize>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { size: 32, seed: 0, limit: None, held_out: None }
    }
}

impl OpenOptions {
    /// The smallest picture, in pixels a side.
    pub const LEAST_SIZE: u32 = 8;
    /// The largest picture, in pixels a side.
    pub const MOST_SIZE: u32 = 512;
    /// Bytes that all pictures of a set may take together.
    pub const MOST_BYTES: u64 = 4_000_000_000;

    /// Refuses more pictures than memory should hold.
    pub(in crate::data) fn check(&self, pictures: usize) -> Result<(), DatasetError> {
        let (size, least, most) = (self.size, Self::LEAST_SIZE, Self::MOST_SIZE);
        if !(least..=most).contains(&size) {
            return Err(DatasetError::Size { size, least, most });
        }
        let need = (pictures as u64).saturating_mul(bytes_of(size) as u64);
        if need > Self::MOST_BYTES {
            return Err(DatasetError::TooLarge { pictures, size, need, limit: Self::MOST_BYTES });
        }
        Ok(())
    }
}

/// Reads or generates a picture set.
///
/// # Errors
///
/// [`DatasetError`]; its `Stopped` if `go_on` says so.
pub fn open(
    source: &DataSource,
    options: &OpenOptions,
    go_on: GoOn<'_>,
) -> Result<Splits, DatasetError> {
    options.check(0)?;
    match source {
        DataSource::Shapes => shapes::open(options, go_on),
        DataSource::Cifar10(path) => cifar::open(cifar::Kind::Ten, path, options, go_on),
        DataSource::Cifar100(path) => cifar::open(cifar::Kind::Hundred, path, options, go_on),
        DataSource::Folder(path) => folder::open(path, options, go_on),
    }
}

/// `0..count` in pieces after each of which `go_on` is asked: small enough to stop soon, large
/// enough to keep every core busy.
pub(in crate::data) fn chunks(
    what: &str,
    count: usize,
    go_on: GoOn<'_>,
    mut work: impl FnMut(Range<usize>) -> Result<(), DatasetError>,
) -> Result<(), DatasetError> {
    const CHUNK: usize = 512;
    for start in (0..count).step_by(CHUNK) {
        if go_on(what, start, count).is_break() {
            return Err(DatasetError::Stopped);
        }
        work(start..(start + CHUNK).min(count))?;
    }
    match go_on(what, count, count) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(DatasetError::Stopped),
    }
}

/// The largest square in the middle, scaled to `size` pixels: `[size, size, 3]`.
pub(in crate::data) fn resized(picture: &Picture, size: u32) -> Vec<u8> {
    if (picture.width, picture.height) == (size, size) {
        return picture.rgb.clone();
    }
    let side = size as usize;
    let input = picture.to_input(side, Preprocessing::Square);
    Picture::from_input(&input, side).map(|picture| picture.rgb).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_much_is_refused_before_it_is_made() {
        let opened = |options| {
            let opened =
                open(&DataSource::Shapes, &options, &mut |_, _, _| ControlFlow::Continue(()));
            opened.unwrap_err().to_string()
        };
        let options = OpenOptions::default();
        for size in [0, 7, 513, u32::MAX] {
            assert!(
                opened(OpenOptions { size, ..options.clone() }).contains("a size from 8 to 512")
            );
        }
        for limit in [2_000_000, usize::MAX] {
            let options = OpenOptions { limit: Some(limit), ..options.clone() };
            assert!(opened(options).contains("more than the 4"), "{limit}");
        }
    }

    #[test]
    fn it_stops_when_told_to() {
        let mut asked = 0;
        let opened = open(&DataSource::Shapes, &OpenOptions::default(), &mut |_, _, _| {
            asked += 1;
            if asked == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(matches!(opened, Err(DatasetError::Stopped)));
        assert_eq!(asked, 3);
    }
}
