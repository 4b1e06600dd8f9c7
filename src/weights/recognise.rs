//! What a file is, by its content and never by its name.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use zip::ZipArchive;

use super::WeightsError;
use super::keras::shards;
use super::tensorflow::{table, tar};

/// Enough for a signature, for HDF5's at 512 after a user block, and to tell text from bytes.
const HEAD: u64 = 4096;

/// What the content of a file says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Hdf5,
    /// A zip that is not PyTorch's, so Keras' if it is a weight file at all.
    Zip,
    TorchZip,
    /// The list of a Keras file's parts.
    KerasShards,
    /// PyTorch's pickles, of which the second begins at this byte.
    TorchLegacy(usize),
    Safetensors,
    /// The index of a TensorFlow checkpoint.
    TensorFlowIndex,
    /// An archive, in which a checkpoint may lie.
    Gzip,
    /// The same without compression.
    Tar,
    /// Nothing that holds weights; what it looks like, with its article.
    Other(&'static str),
}

/// A file that could be opened.
pub(super) struct Opened {
    /// At its first byte.
    pub(super) file: File,
    /// Its size in bytes.
    pub(super) length: u64,
    pub(super) kind: Kind,
}

pub(super) fn open(path: &Path) -> Result<Opened, WeightsError> {
    let failed = |reason| WeightsError::Open { path: path.to_path_buf(), reason };
    let metadata = std::fs::metadata(path).map_err(failed)?;
    if metadata.is_dir() {
        return Err(WeightsError::Folder { path: path.to_path_buf() });
    }
    let mut file = File::open(path).map_err(failed)?;
    let mut head = Vec::new();
    (&mut file).take(HEAD).read_to_end(&mut head).map_err(failed)?;
    if head.is_empty() {
        return Err(WeightsError::Empty { path: path.to_path_buf() });
    }
    file.rewind().map_err(failed)?;
    let mut kind = recognise(&head);
    if kind == Kind::Zip && holds_pickle(&file) {
        kind = Kind::TorchZip;
    }
    if matches!(kind, Kind::Other(_)) && is_table(&mut file).map_err(failed)? {
        kind = Kind::TensorFlowIndex;
    }
    file.rewind().map_err(failed)?;
    Ok(Opened { file, length: metadata.len(), kind })
}

/// Whether a file that begins with these bytes may hold weights.
#[must_use]
pub fn looks_like_weights(head: &[u8]) -> bool {
    !matches!(recognise(head), Kind::Other(_))
}

/// Whether bytes begin as a `.safetensors` does.
pub(super) fn is_safetensors(head: &[u8]) -> bool {
    recognise(head) == Kind::Safetensors
}

/// Whether a file ends as a table does, which an index of TensorFlow is.
fn is_table(file: &mut File) -> io::Result<bool> {
    let mut end = [0; table::MAGIC.len()];
    let length = file.seek(SeekFrom::End(0))?;
    let Some(start) = length.checked_sub(end.len() as u64) else { return Ok(false) };
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut end)?;
    Ok(end == table::MAGIC)
}

/// Whether a zip is one of PyTorch's rather than one of Keras'.
fn holds_pickle(file: &File) -> bool {
    let Ok(archive) = ZipArchive::new(BufReader::new(file)) else {
        return false;
    };
    let mut names = archive.file_names_raw();
    !archive.file_names_raw().any(|name| name == b"model.weights.h5")
        && names.any(|name| name == b"data.pkl" || name.ends_with(b"/data.pkl"))
}

fn recognise(head: &[u8]) -> Kind {
    // HDF5's superblock may begin at 0, 512, 1024, ...
    let hdf5_at = |offset: usize| {
        head.get(offset..).is_some_and(|rest| rest.starts_with(b"\x89HDF\r\n\x1a\n"))
    };
    if [0, 512, 1024, 2048].into_iter().any(hdf5_at) {
        return Kind::Hdf5;
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Kind::Zip;
    }
    if let Some(end) = end_of_magic(head) {
        return Kind::TorchLegacy(end);
    }
    if head.starts_with(&[0x1f, 0x8b]) {
        return Kind::Gzip;
    }
    if tar::is_tar(head) {
        return Kind::Tar;
    }
    // The first entry is the header: no name, a few bytes that begin with the count of data files.
    if matches!(head, [0, 0, 2..=64, 0x08, ..]) {
        return Kind::TensorFlowIndex;
    }
    let header_length = head.first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
    if head.get(8) == Some(&b'{') && header_length.is_some_and(|length| length < 1 << 32) {
        return Kind::Safetensors;
    }
    if shards::is_list(head) {
        return Kind::KerasShards;
    }
    Kind::Other(other(head))
}

/// Where PyTorch's first pickle ends, the integer 0x1950a86a20f9469cfc6c under any protocol.
fn end_of_magic(head: &[u8]) -> Option<usize> {
    const MAGIC: &[u8] = b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
    if head.first() != Some(&0x80) {
        return None;
    }
    let start = head.get(..32.min(head.len()))?.windows(MAGIC.len()).position(|at| at == MAGIC)?;
    Some(start + MAGIC.len())
}

fn other(head: &[u8]) -> &'static str {
    let text = head.trim_ascii_start();
    let lower = text[..text.len().min(64)].to_ascii_lowercase();
    let begins = |start: &[u8]| lower.starts_with(start);
    if begins(b"<!doctype") || begins(b"<html") || begins(b"<?xml") {
        "a web page (a download that went wrong?)"
    } else if begins(b"version https://git-lfs") {
        "a Git LFS pointer (run `git lfs pull` to get the file it stands for)"
    } else if head.starts_with(&[0x80]) && matches!(head.get(1), Some(2..=5)) {
        "a Python pickle that PyTorch did not write"
    } else if std::str::from_utf8(text).is_ok_and(|text| !text.contains('\0')) {
        "a text file"
    } else {
        "a file of an unknown kind"
    }
}
