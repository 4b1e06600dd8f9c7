//! Which files there are, in an order that no file system decides.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};

use super::{Left, TEST, TRAIN, VALIDATION};
use crate::data::dataset::DatasetError;

/// Files and folders that are looked at, at most.
const MOST_ENTRIES: usize = 500_000;
/// Folders inside each other, at most.
const MOST_DEPTH: usize = 16;
/// What the reader of pictures can read, by name.
const EXTENSIONS: [&str; 6] = ["png", "jpg", "jpeg", "webp", "bmp", "gif"];

/// A file that is a picture by its name.
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) label: usize,
    /// Which split the folders say, if they do.
    pub(super) split: Option<usize>,
    /// Of the path below the class folders' folder, the same on every system.
    pub(super) hash: u64,
}

/// Everything that may be a picture.
pub(super) struct Found {
    /// By label, in the order of the names.
    pub(super) classes: Vec<String>,
    pub(super) files: Vec<File>,
}

struct Walk<'a> {
    root: &'a Path,
    entries: usize,
    left: &'a mut Left,
}

/// Looks through a folder of class folders.
pub(super) fn walk(root: &Path, left: &mut Left) -> Result<Found, DatasetError> {
    let mut walk = Walk { root, entries: 0, left };
    let top = walk.list(root).map_err(|refused| match refused {
        Refused::Unreadable(reason) => DatasetError::Folder { path: root.to_owned(), reason },
        Refused::TooMany => walk.too_many(),
    })?;
    let named = |names: &[&str]| {
        top.iter().map(DirEntry::path).find(|path| {
            path.is_dir() && names.iter().any(|name| path.file_name() == Some(OsStr::new(name)))
        })
    };
    let train = named(&["train"]);
    let (validation, test) = (named(&["validation", "val"]), named(&["test"]));
    // By class: the folders that hold it, with the split that they say.
    let mut classes: BTreeMap<String, Vec<(PathBuf, Option<usize>)>> = BTreeMap::new();
    if let Some(train) = train.filter(|_| validation.is_some() || test.is_some()) {
        let parts = [(Some(train), TRAIN), (validation, VALIDATION), (test, TEST)];
        let parts: Vec<_> =
            parts.into_iter().filter_map(|(folder, split)| Some((folder?, split))).collect();
        for entry in &top {
            if parts.iter().all(|(folder, _)| *folder != entry.path()) {
                walk.left.out(&entry.path(), "lies beside train, validation and test");
            }
        }
        for (folder, split) in parts {
            let entries = walk.listed(&folder)?;
            walk.class_folders(&entries, Some(split), &mut classes);
        }
    } else {
        walk.class_folders(&top, None, &mut classes);
    }
    let mut files = Vec::new();
    for (label, folders) in classes.values().enumerate() {
        for (folder, split) in folders {
            walk.collect(folder, &mut |path, hash| {
                files.push(File { path, label, split: *split, hash });
            })?;
        }
    }
    Ok(Found { classes: classes.into_keys().collect(), files })
}

enum Refused {
    Unreadable(std::io::Error),
    TooMany,
}

impl Walk<'_> {
    fn too_many(&self) -> DatasetError {
        DatasetError::TooManyFiles { path: self.root.to_owned(), limit: MOST_ENTRIES }
    }

    /// What is in a folder and not hidden, by name.
    fn list(&mut self, folder: &Path) -> Result<Vec<DirEntry>, Refused> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder).map_err(Refused::Unreadable)? {
            let entry = entry.map_err(Refused::Unreadable)?;
            self.entries += 1;
            if self.entries > MOST_ENTRIES {
                return Err(Refused::TooMany);
            }
            if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                entries.push(entry);
            }
        }
        entries.sort_by_key(DirEntry::file_name);
        Ok(entries)
    }

    /// The same for a folder inside, which is left out if it cannot be read.
    fn listed(&mut self, folder: &Path) -> Result<Vec<DirEntry>, DatasetError> {
        match self.list(folder) {
            Ok(entries) => Ok(entries),
            Err(Refused::TooMany) => Err(self.too_many()),
            Err(Refused::Unreadable(reason)) => {
                self.left.out(folder, format!("cannot list this folder: {reason}"));
                Ok(Vec::new())
            }
        }
    }

    fn class_folders(
        &mut self,
        entries: &[DirEntry],
        split: Option<usize>,
        classes: &mut BTreeMap<String, Vec<(PathBuf, Option<usize>)>>,
    ) {
        for entry in entries {
            let path = entry.path();
            if path.is_dir() {
                // A class is a name to show: one that is no Unicode is shown as well as can be.
                let name = entry.file_name().to_string_lossy().into_owned();
                classes.entry(name).or_default().push((path, split));
            } else {
                self.left.out(&path, "lies beside the folders of the classes, in none of them");
            }
        }
    }

    /// Every picture of a class, also in folders inside its folder.
    fn collect(
        &mut self,
        class: &Path,
        add: &mut impl FnMut(PathBuf, u64),
    ) -> Result<(), DatasetError> {
        let start = class.file_name().map_or(Vec::new(), |name| name.as_encoded_bytes().to_vec());
        // Folders still to be looked at: path, depth, and the path that is hashed.
        let mut waiting = vec![(class.to_owned(), 0, start)];
        while let Some((folder, depth, relative)) = waiting.pop() {
            for entry in self.listed(&folder)? {
                let path = entry.path();
                let name = entry.file_name();
                let relative = [&relative[..], b"/", name.as_encoded_bytes()].concat();
                match kind(&path) {
                    Kind::Picture => add(path, fnv1a(&relative)),
                    Kind::Folder if depth + 1 < MOST_DEPTH => {
                        waiting.push((path, depth + 1, relative));
                    }
                    Kind::Folder => {
                        let reason =
                            format!("lies in more than {MOST_DEPTH} folders inside each other");
                        self.left.out(&path, reason);
                    }
                    Kind::Other(reason) => self.left.out(&path, reason),
                }
            }
        }
        Ok(())
    }
}

enum Kind {
    Picture,
    Folder,
    Other(&'static str),
}

fn kind(path: &Path) -> Kind {
    let is_link = path.is_symlink();
    let Ok(metadata) = path.metadata() else {
        return Kind::Other("is a link to nothing, or may not be looked at");
    };
    if metadata.is_dir() {
        // It may lead back to a folder that it lies in.
        return if is_link { Kind::Other("is a link to a folder") } else { Kind::Folder };
    }
    if !metadata.is_file() {
        // Reading a pipe would wait for ever.
        return Kind::Other("is no ordinary file");
    }
    let extension = path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
    match extension {
        Some(extension) if EXTENSIONS.contains(&extension.as_str()) => Kind::Picture,
        _ => Kind::Other("is no PNG, JPEG, WebP, BMP or GIF file by its name"),
    }
}

/// FNV-1a, a hash that is the same in every version and on every machine.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
