//! Opening a file: what it is by its content, and the guard around reading it.

use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::{KerasFile, archive, hdf5};
use crate::weights::WeightsError;

/// Reads a Keras weight file of any generation, all of it.
///
/// The content decides what the file is, not its extension. Tensors come as Keras stores them,
/// converted to `f32` from `f16`, `bf16` and `f64`. Peak memory is the tensors' size, and twice
/// that for a `.keras` archive.
///
/// # Errors
///
/// Any [`WeightsError`] but `Foreign` and `Inconsistent`: reading does not judge whose weights
/// they are.
pub fn read_keras(path: &Path) -> Result<KerasFile, WeightsError> {
    let open = |reason| WeightsError::Open { path: path.to_path_buf(), reason };
    let metadata = std::fs::metadata(path).map_err(open)?;
    if metadata.is_dir() {
        return Err(WeightsError::Folder { path: path.to_path_buf() });
    }
    let mut file = File::open(path).map_err(open)?;
    let mut head = Vec::new();
    (&mut file).take(HEAD).read_to_end(&mut head).map_err(open)?;
    if head.is_empty() {
        return Err(WeightsError::Empty { path: path.to_path_buf() });
    }
    let read = || match recognise(&head) {
        Recognised::Hdf5 => hdf5::read_file(path, metadata.len()),
        Recognised::Zip => archive::read_file(path, file, metadata.len()),
        Recognised::Other(looks_like) => {
            Err(WeightsError::NotKeras { path: path.to_path_buf(), looks_like: looks_like.into() })
        }
    };
    // The HDF5 reader is young and a weight file is often a stranger's. Should a damaged one make
    // it panic (turning bytes in thousands of files found no case), that must end as a sentence
    // about the file. Nothing outlives the closure but its answer, so nothing can be seen half
    // changed.
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(WeightsError::Damaged {
            path: path.to_path_buf(),
            detail: "its inner structure makes no sense".into(),
        })
    })
}

/// Enough for a signature, for HDF5's at 512 after a user block, and to tell text from bytes.
const HEAD: u64 = 4096;

enum Recognised {
    Hdf5,
    Zip,
    Other(&'static str),
}

fn recognise(head: &[u8]) -> Recognised {
    // HDF5's superblock may begin at 0, 512, 1024, ...
    let hdf5_at = |offset: usize| {
        head.get(offset..).is_some_and(|rest| rest.starts_with(b"\x89HDF\r\n\x1a\n"))
    };
    if [0, 512, 1024, 2048].into_iter().any(hdf5_at) {
        return Recognised::Hdf5;
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Recognised::Zip;
    }
    let text = head.trim_ascii_start();
    let lower = text[..text.len().min(64)].to_ascii_lowercase();
    Recognised::Other(
        if lower.starts_with(b"<!doctype")
            || lower.starts_with(b"<html")
            || lower.starts_with(b"<?xml")
        {
            "a web page (a download that went wrong?)"
        } else if lower.starts_with(b"version https://git-lfs") {
            "a Git LFS pointer (run `git lfs pull` to get the file it stands for)"
        } else if head.starts_with(&[0x1f, 0x8b]) {
            "a gzip archive"
        } else if head.starts_with(&[0x80, 0x02]) {
            "a Python pickle, as PyTorch writes it"
        } else if head.get(8) == Some(&b'{')
            && head.get(1..8).is_some_and(|length| length.ends_with(&[0; 4]))
        {
            "a safetensors file"
        } else if std::str::from_utf8(text).is_ok_and(|text| !text.contains('\0')) {
            "a text file"
        } else {
            "a file of an unknown kind"
        },
    )
}
