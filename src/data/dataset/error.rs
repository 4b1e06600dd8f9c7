//! What can be wrong with a picture set.

use std::path::PathBuf;

use crate::files::FileError;
use crate::format::bytes;

/// Why a picture set cannot be opened. Every message says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatasetError {
    /// The text names no source.
    #[error(
        "{0:?} is no picture set; give shapes, cifar10:DIR, cifar100:DIR or folder:DIR, such as folder:my_pictures"
    )]
    UnknownSource(String),

    /// The source needs a folder.
    #[error("{0}: needs a folder; write {0}:DIR")]
    NoFolder(String),

    /// A size that no network here is made for.
    #[error(
        "pictures of {size} x {size} pixels cannot be used; give a size from {least} to {most}"
    )]
    Size {
        /// Pixels a side.
        size: u32,
        /// The smallest size.
        least: u32,
        /// The largest size.
        most: u32,
    },

    /// All pictures together would take too much memory.
    #[error(
        "{pictures} pictures of {size} x {size} pixels take {}, more than the {} that a set may have; give a smaller \
         size or limit", bytes(*.need), bytes(*.limit)
    )]
    TooLarge {
        /// How many pictures.
        pictures: usize,
        /// Pixels a side.
        size: u32,
        /// Bytes that they take.
        need: u64,
        /// Bytes that they may take.
        limit: u64,
    },

    /// A file of a published set cannot be read.
    #[error("{set} is not complete: {reason}; unpack {archive} again and name the folder it makes")]
    Incomplete {
        /// The set.
        set: &'static str,
        /// What is wrong with which file.
        reason: String,
        /// The file that the set is published in.
        archive: &'static str,
    },

    /// The folder cannot be listed.
    #[error("cannot list the folder {}: {reason}; check its name and that you may read it", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's reason.
        reason: std::io::Error,
    },

    /// The folder is no picture set.
    #[error(
        "{} has pictures of {found}, which cannot be told apart; put at least two folders into it, each named for a \
         class and with its pictures inside{hint}", .path.display()
    )]
    TooFewClasses {
        /// The folder.
        path: PathBuf,
        /// How many classes have pictures, in words.
        found: String,
        /// About files that were skipped, with a comma before it; empty if none was.
        hint: String,
    },

    /// A part of the set has no picture.
    #[error("{} has no picture to {purpose}; add pictures{hint}", .path.display())]
    EmptySplit {
        /// The folder.
        path: PathBuf,
        /// What the missing pictures are for.
        purpose: &'static str,
        /// About files that were skipped, with a comma before it; empty if none was.
        hint: String,
    },

    /// The folder has more files than anyone would want to read.
    #[error(
        "{} holds more than {limit} files and folders; name a folder with only the pictures in it", .path.display()
    )]
    TooManyFiles {
        /// The folder.
        path: PathBuf,
        /// The limit.
        limit: usize,
    },

    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),

    /// Numbers that do not belong together.
    #[error("the picture set makes no sense: {detail}; report it")]
    Malformed {
        /// What is wrong.
        detail: String,
    },

    /// The caller asked to stop.
    #[error("stopped before all pictures were there; start again to get them")]
    Stopped,
}
