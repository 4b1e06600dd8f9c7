//! CIFAR-10 and CIFAR-100 in their published binary form: records of one or two label bytes and
//! 3,072 bytes of pixels, 32 x 32, all red ones first, then green, then blue
//! (<https://www.cs.toronto.edu/~kriz/cifar.html>).

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::Picture;
use super::dataset::{Dataset, DatasetError, GoOn, OpenOptions, Splits, chunks, resized};
use crate::files;

/// Which of the two sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// CIFAR-10.
    Ten,
    /// CIFAR-100, of which the fine labels are used.
    Hundred,
}

const SIDE: usize = 32;
const PLANE: usize = SIDE * SIDE;
/// Held out of the training pictures to choose settings by, as in the paper.
const VALIDATION: usize = 5_000;
/// The largest published file has 153,700,000 bytes (50,000 records of CIFAR-100).
const MOST_BYTES: u64 = 200_000_000;

impl Kind {
    fn title(self) -> &'static str {
        match self {
            Self::Ten => "CIFAR-10",
            Self::Hundred => "CIFAR-100",
        }
    }

    fn archive(self) -> &'static str {
        match self {
            Self::Ten => "cifar-10-binary.tar.gz",
            Self::Hundred => "cifar-100-binary.tar.gz",
        }
    }

    /// The folder that the archive makes.
    fn folder(self) -> &'static str {
        match self {
            Self::Ten => "cifar-10-batches-bin",
            Self::Hundred => "cifar-100-binary",
        }
    }

    fn names(self) -> &'static str {
        match self {
            Self::Ten => "batches.meta.txt",
            Self::Hundred => "fine_label_names.txt",
        }
    }

    fn classes(self) -> usize {
        match self {
            Self::Ten => 10,
            Self::Hundred => 100,
        }
    }

    /// Label bytes before the pixels; the last one is ours.
    fn label_bytes(self) -> usize {
        match self {
            Self::Ten => 1,
            Self::Hundred => 2,
        }
    }

    fn training_files(self) -> Vec<String> {
        match self {
            Self::Ten => (1..=5).map(|number| format!("data_batch_{number}.bin")).collect(),
            Self::Hundred => vec!["train.bin".to_owned()],
        }
    }

    fn test_file(self) -> &'static str {
        match self {
            Self::Ten => "test_batch.bin",
            Self::Hundred => "test.bin",
        }
    }

    fn incomplete(self, reason: String) -> DatasetError {
        DatasetError::Incomplete { set: self.title(), reason, archive: self.archive() }
    }
}

/// Reads the set in `path`, or in the folder that its archive makes there.
pub(super) fn open(
    kind: Kind,
    path: &Path,
    options: &OpenOptions,
    go_on: GoOn<'_>,
) -> Result<Splits, DatasetError> {
    let inner = path.join(kind.folder());
    let folder = if inner.is_dir() { inner } else { path.to_owned() };
    let classes = class_names(kind, &folder)?;
    let mut records = Vec::new();
    for name in kind.training_files() {
        records.extend(read(kind, &folder.join(name))?);
    }
    let length = kind.label_bytes() + 3 * PLANE;
    let count = records.len() / length;
    // Of files that someone has shortened a tenth is held out.
    let held_out = if count >= 10 * VALIDATION { VALIDATION } else { (count / 10).max(1) };
    let (train, validation) = records.split_at((count - held_out) * length);
    let test = read(kind, &folder.join(kind.test_file()))?;
    let wanted = |records: &[u8], most: Option<usize>| {
        (records.len() / length).min(most.unwrap_or(usize::MAX))
    };
    let counts = [
        wanted(train, options.limit),
        wanted(validation, options.held_out),
        wanted(&test, options.held_out),
    ];
    options.check(counts.iter().sum())?;
    if counts[0] == 0 {
        return Err(kind.incomplete("there is only one picture to train on".to_owned()));
    }
    let mut set = |records: &[u8], count: usize| {
        dataset(kind, &classes, options.size, &records[..count * length], &mut *go_on)
    };
    Ok(Splits {
        train: set(train, counts[0])?,
        validation: set(validation, counts[1])?,
        test: set(&test, counts[2])?,
        skipped: Vec::new(),
        skipped_in_all: 0,
        mirrored: true,
        source: format!("{} in {}", kind.title(), folder.display()),
    })
}

/// One name per line; CIFAR-10's file ends with an empty one.
fn class_names(kind: Kind, folder: &Path) -> Result<Arc<[String]>, DatasetError> {
    let path = folder.join(kind.names());
    let bytes = content(kind, &path, 1 << 20)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let names: Vec<_> = lines.map(str::to_owned).collect();
    if names.len() != kind.classes() {
        let (found, wanted) = (names.len(), kind.classes());
        let reason = format!("{} has {found} class names instead of {wanted}", path.display());
        return Err(kind.incomplete(reason));
    }
    Ok(names.into())
}

/// The records of a file, their number and labels checked.
fn read(kind: Kind, path: &Path) -> Result<Vec<u8>, DatasetError> {
    let bytes = content(kind, path, MOST_BYTES)?;
    let length = kind.label_bytes() + 3 * PLANE;
    let shown = path.display();
    if bytes.is_empty() {
        return Err(kind.incomplete(format!("{shown} is empty")));
    }
    if bytes.len() % length != 0 {
        let (size, over) = (bytes.len(), bytes.len() % length);
        return Err(kind.incomplete(format!(
            "{shown} is cut off or no such file: its {size} bytes are not a multiple of {length}, {over} are over"
        )));
    }
    for (index, record) in bytes.chunks_exact(length).enumerate() {
        let label = record[kind.label_bytes() - 1];
        if usize::from(label) >= kind.classes() {
            let most = kind.classes() - 1;
            return Err(kind.incomplete(format!(
                "{shown} is damaged: record {index} has the label {label}, more than {most}"
            )));
        }
    }
    Ok(bytes)
}

fn content(kind: Kind, path: &Path, limit: u64) -> Result<Vec<u8>, DatasetError> {
    files::read(path, limit).map_err(|error| match error {
        files::FileError::Missing(path) => {
            kind.incomplete(format!("{} is missing", path.display()))
        }
        error => error.into(),
    })
}

/// Pictures of records that were checked.
fn dataset(
    kind: Kind,
    classes: &Arc<[String]>,
    size: u32,
    records: &[u8],
    go_on: GoOn<'_>,
) -> Result<Dataset, DatasetError> {
    let length = kind.label_bytes() + 3 * PLANE;
    let count = records.len() / length;
    let bytes = size as usize * size as usize * 3;
    let mut pixels = vec![0; count * bytes];
    chunks("Reading pictures", count, go_on, |range| {
        let part = &mut pixels[range.start * bytes..range.end * bytes];
        let records = &records[range.start * length..range.end * length];
        let pairs = part.par_chunks_exact_mut(bytes).zip(records.par_chunks_exact(length));
        pairs.for_each(|(pixels, record)| {
            let planes = &record[kind.label_bytes()..];
            let rgb = (0..PLANE)
                .flat_map(|pixel| [0, 1, 2].map(|channel| planes[channel * PLANE + pixel]));
            let picture = Picture { width: SIDE as u32, height: SIDE as u32, rgb: rgb.collect() };
            pixels.copy_from_slice(&resized(&picture, size));
        });
        Ok(())
    })?;
    let labels = records.chunks_exact(length).map(|record| record[kind.label_bytes() - 1].into());
    Dataset::new(classes.clone(), size, pixels, labels.collect())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::ops::ControlFlow;

    use super::*;

    /// `count` records whose label is their number, and whose first pixel is (number, 1, 2).
    fn records(kind: Kind, count: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        for number in 0..count {
            let label = (number % kind.classes()) as u8;
            bytes.extend(match kind {
                Kind::Ten => vec![label],
                Kind::Hundred => vec![77, label],
            });
            let mut planes = vec![0; 3 * PLANE];
            (planes[0], planes[PLANE], planes[2 * PLANE]) = (number as u8, 1, 2);
            bytes.extend(planes);
        }
        bytes
    }

    fn write(kind: Kind, folder: &Path, count: usize) {
        let names: String = (0..kind.classes()).map(|label| format!("name {label}\n")).collect();
        fs::write(folder.join(kind.names()), names + "\n").unwrap();
        for name in kind.training_files() {
            fs::write(folder.join(name), records(kind, count)).unwrap();
        }
        fs::write(folder.join(kind.test_file()), records(kind, 7)).unwrap();
    }

    fn opened(kind: Kind, folder: &Path, options: &OpenOptions) -> Result<Splits, DatasetError> {
        open(kind, folder, options, &mut |_, _, _| ControlFlow::Continue(()))
    }

    #[test]
    fn pictures_and_labels_are_the_files() {
        for (kind, in_all) in [(Kind::Ten, 60), (Kind::Hundred, 12)] {
            let folder = tempfile::tempdir().unwrap();
            let inner = folder.path().join(kind.folder());
            fs::create_dir(&inner).unwrap();
            write(kind, &inner, 12);
            for path in [folder.path(), &inner] {
                let splits = opened(kind, path, &OpenOptions::default()).unwrap();
                let held_out = in_all / 10;
                assert_eq!(splits.train.len(), in_all - held_out);
                assert_eq!((splits.validation.len(), splits.test.len()), (held_out, 7));
                assert_eq!(splits.train.label(3), 3);
                assert_eq!(splits.train.rgb(3)[..6], [3, 1, 2, 0, 0, 0]);
                // The last training pictures, in order.
                assert_eq!(splits.validation.rgb(held_out - 1)[0], 11);
                assert_eq!(splits.train.classes[9], "name 9");
                assert!(splits.mirrored);
            }
        }
    }

    #[test]
    fn the_paper_s_validation_pictures_are_held_out() {
        let folder = tempfile::tempdir().unwrap();
        write(Kind::Ten, folder.path(), 10_000);
        let options = OpenOptions { limit: Some(100), size: 16, ..OpenOptions::default() };
        let splits = opened(Kind::Ten, folder.path(), &options).unwrap();
        assert_eq!((splits.train.len(), splits.validation.len()), (100, 5_000));
        assert_eq!((splits.train.size, splits.train.rgb(0).len()), (16, 16 * 16 * 3));
    }

    #[test]
    fn broken_files_are_named_with_what_to_do() {
        let says = |spoil: &dyn Fn(&Path), parts: &[&str]| {
            let folder = tempfile::tempdir().unwrap();
            write(Kind::Ten, folder.path(), 4);
            spoil(folder.path());
            let opened = opened(Kind::Ten, folder.path(), &OpenOptions::default());
            let error = opened.unwrap_err().to_string();
            for part in parts {
                assert!(error.contains(part), "no {part:?} in {error}");
            }
        };
        let unpack = "unpack cifar-10-binary.tar.gz again";
        says(
            &|folder| fs::remove_file(folder.join("data_batch_3.bin")).unwrap(),
            &["data_batch_3.bin is missing", unpack],
        );
        says(
            &|folder| fs::write(folder.join("test_batch.bin"), vec![0; 5000]).unwrap(),
            &["test_batch.bin is cut off", "5000 bytes", "multiple of 3073, 1927 are over", unpack],
        );
        says(&|folder| fs::write(folder.join("test_batch.bin"), b"").unwrap(), &["is empty"]);
        says(
            &|folder| {
                let mut bytes = records(Kind::Ten, 4);
                bytes[2 * 3073] = 10;
                fs::write(folder.join("data_batch_1.bin"), bytes).unwrap();
            },
            &["data_batch_1.bin is damaged: record 2 has the label 10, more than 9"],
        );
        says(
            &|folder| fs::write(folder.join("batches.meta.txt"), "cat\n").unwrap(),
            &["has 1 class names instead of 10"],
        );
        let nowhere = opened(Kind::Hundred, Path::new("no/such"), &OpenOptions::default());
        let error = nowhere.unwrap_err().to_string();
        assert!(error.contains("fine_label_names.txt is missing"), "{error}");
    }
}
