//! Labelled pictures in memory, and where they come from.

mod error;
mod open;
mod source;

use std::sync::Arc;

pub use error::DatasetError;
pub use open::{GoOn, OpenOptions, open};
pub(super) use open::{chunks, resized};
pub use source::DataSource;

use super::Picture;

/// Labelled square RGB pictures, as bytes in host memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// What the classes are called, by label.
    pub classes: Arc<[String]>,
    /// Pixels a side of every picture.
    pub size: u32,
    /// `[len, size, size, 3]`, each 0 to 255.
    pixels: Vec<u8>,
    labels: Vec<u32>,
}

impl Dataset {
    /// A set of these pictures: `pixels` is `[N, size, size, 3]`, `labels` `[N]`.
    ///
    /// # Errors
    ///
    /// [`DatasetError::Malformed`] if the lengths do not agree or a label has no class.
    pub fn new(
        classes: Arc<[String]>,
        size: u32,
        pixels: Vec<u8>,
        labels: Vec<u32>,
    ) -> Result<Self, DatasetError> {
        let malformed = |detail: String| Err(DatasetError::Malformed { detail });
        let wanted = bytes_of(size).checked_mul(labels.len());
        if size == 0 || wanted != Some(pixels.len()) {
            let (found, count) = (pixels.len(), labels.len());
            return malformed(format!(
                "{found} bytes of pixels are not {count} pictures of {size} x {size}"
            ));
        }
        let known = classes.len();
        if let Some(label) = labels.iter().find(|label| **label as usize >= known) {
            return malformed(format!("label {label} is none of the {known} classes"));
        }
        Ok(Self { classes, size, pixels, labels })
    }

    /// How many pictures there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The class of a picture, an index into `classes`.
    ///
    /// # Panics
    ///
    /// If there is no such picture.
    #[must_use]
    pub fn label(&self, index: usize) -> u32 {
        self.labels[index]
    }

    /// The classes of all pictures.
    #[must_use]
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// The pixels of a picture, `[size, size, 3]`.
    ///
    /// # Panics
    ///
    /// If there is no such picture.
    #[must_use]
    pub fn rgb(&self, index: usize) -> &[u8] {
        let bytes = bytes_of(self.size);
        &self.pixels[index * bytes..(index + 1) * bytes]
    }

    /// One picture.
    ///
    /// # Panics
    ///
    /// If there is no such picture.
    #[must_use]
    pub fn picture(&self, index: usize) -> Picture {
        Picture { width: self.size, height: self.size, rgb: self.rgb(index).to_vec() }
    }

    /// The pictures with these indices, in this order.
    ///
    /// # Panics
    ///
    /// If there is no such picture.
    #[must_use]
    pub fn subset(&self, indices: &[usize]) -> Self {
        let pixels = indices.iter().flat_map(|&index| self.rgb(index)).copied().collect();
        let labels = indices.iter().map(|&index| self.labels[index]).collect();
        Self { classes: self.classes.clone(), size: self.size, pixels, labels }
    }

    /// The first `count` pictures, or all if there are fewer.
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        let count = count.min(self.len());
        let pixels = self.pixels[..count * bytes_of(self.size)].to_vec();
        let labels = self.labels[..count].to_vec();
        Self { classes: self.classes.clone(), size: self.size, pixels, labels }
    }

    /// How many pictures each class has.
    #[must_use]
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes.len()];
        self.labels.iter().for_each(|&label| counts[label as usize] += 1);
        counts
    }
}

/// Bytes of one picture.
fn bytes_of(size: u32) -> usize {
    size as usize * size as usize * 3
}

/// A set in three parts that share their classes.
#[derive(Debug, Clone)]
pub struct Splits {
    /// To learn from.
    pub train: Dataset,
    /// To choose settings by, and to look at while training.
    pub validation: Dataset,
    /// To report on, once.
    pub test: Dataset,
    /// Files that hold no picture for us, at most [`Splits::MOST_SKIPPED`] of them.
    pub skipped: Vec<Skipped>,
    /// How many files were skipped in all.
    pub skipped_in_all: usize,
    /// Whether a mirrored picture keeps its class, so that flipping makes sense.
    pub mirrored: bool,
    /// What this is, in a few words: `shapes, seed 0`.
    pub source: String,
}

impl Splits {
    /// As many skipped files are named; the rest are only counted.
    pub const MOST_SKIPPED: usize = 1000;

    /// The pictures of all parts.
    #[must_use]
    pub fn all(&self) -> Dataset {
        let mut all = self.train.clone();
        for part in [&self.validation, &self.test] {
            all.pixels.extend(&part.pixels);
            all.labels.extend(&part.labels);
        }
        all
    }
}

/// A file that was left out.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Skipped {
    /// Its path, as given.
    pub file: String,
    /// Why, as a sentence without a full stop.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Dataset {
        let classes: Arc<[String]> = ["a", "b"].map(str::to_owned).into();
        let pixels = (0..3 * 12).collect();
        Dataset::new(classes, 2, pixels, vec![1, 0, 1]).unwrap()
    }

    #[test]
    fn pictures_are_where_they_should_be() {
        let set = three();
        assert_eq!((set.len(), set.is_empty(), set.label(1)), (3, false, 0));
        assert_eq!(set.rgb(1), (12..24).collect::<Vec<_>>());
        assert_eq!(set.picture(2).rgb, (24..36).collect::<Vec<_>>());
        assert_eq!(set.counts(), [1, 2]);
        let some = set.subset(&[2, 0]);
        assert_eq!((some.labels(), some.rgb(0)), (&[1, 1][..], set.rgb(2)));
        assert_eq!(set.first(2), set.subset(&[0, 1]));
        assert_eq!(set.first(9), set);
        assert!(set.first(0).is_empty());
    }

    #[test]
    fn sets_that_make_no_sense_are_refused() {
        let classes: Arc<[String]> = ["a".to_owned()].into();
        let says = |size, bytes, labels: &[u32]| {
            Dataset::new(classes.clone(), size, vec![0; bytes], labels.to_vec())
                .unwrap_err()
                .to_string()
        };
        assert!(says(2, 11, &[0]).contains("11 bytes of pixels are not 1 pictures of 2 x 2"));
        assert!(says(0, 0, &[0]).contains("of 0 x 0"));
        assert!(says(2, 12, &[1]).contains("label 1 is none of the 1 classes"));
    }
}
