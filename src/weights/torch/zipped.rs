//! `.pth` since PyTorch 1.6: a zip of `<name>/data.pkl`, `<name>/byteorder` and one entry
//! `<name>/data/<key>` per storage, none of them compressed.

use std::fs::File;
use std::io::{BufReader, Read};

use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::numbers::{Numbers, Place};
use super::value::{Fault, Storage, shown};
use super::{pickle, state};
use crate::weights::Tensor;

type Archive = ZipArchive<BufReader<File>>;

pub(super) fn read(file: File, length: u64) -> Result<Vec<(String, Tensor)>, Fault> {
    let data = file.try_clone()?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(&error))?;
    let folder = folder(&archive)?;
    let pickle_name = format!("{folder}data.pkl");
    let index = archive.index_for_name_raw(pickle_name.as_bytes());
    let index = index.ok_or_else(|| missing(&pickle_name))?;
    let pickled = pickle::read(archive.by_index(index).map_err(|error| damaged(&error))?)?;
    let mut numbers = Numbers::new(data, length, is_big_endian(&mut archive, &folder)?);
    let mut tensors = Vec::new();
    for (name, view) in state::tensors(&pickled)? {
        let start = start(&mut archive, &folder, &view.storage)?;
        let place = Place {
            name: &shown(&name),
            kind: view.storage.kind,
            start,
            offset: view.offset,
            shape: &view.shape,
            strides: &view.strides,
        };
        tensors.push((name.to_string(), numbers.read(&place)?));
    }
    Ok(tensors)
}

/// What comes before `data.pkl`. Nothing is ever written, so no folder can lead astray.
fn folder(archive: &Archive) -> Result<String, Fault> {
    let mut pickles = archive.file_names_raw().filter_map(|name| {
        let folder = name.strip_suffix(b"data.pkl")?;
        (folder.is_empty() || folder.ends_with(b"/")).then_some(folder)
    });
    match (pickles.next(), pickles.next()) {
        (Some(folder), None) => String::from_utf8(folder.to_vec())
            .map_err(|_| Fault::damaged("the name of its folder is not UTF-8")),
        (None, _) => Err(missing("data.pkl")),
        (Some(_), Some(_)) => Err(Fault::damaged("it holds more than one data.pkl")),
    }
}

fn is_big_endian(archive: &mut Archive, folder: &str) -> Result<bool, Fault> {
    // Files from before PyTorch 2.1 do not say; nearly all computers were little-endian.
    let Some(index) = archive.index_for_name_raw(format!("{folder}byteorder").as_bytes()) else {
        return Ok(false);
    };
    let mut word = Vec::new();
    let entry = archive.by_index(index).map_err(|error| damaged(&error))?;
    entry.take(16).read_to_end(&mut word)?;
    match word.as_slice() {
        b"little" => Ok(false),
        b"big" => Ok(true),
        other => {
            let word = shown(&String::from_utf8_lossy(other));
            Err(Fault::Unsupported(format!("the byte order {word:?}")))
        }
    }
}

/// Where a storage begins in the file. Read from there and not through the archive: PyTorch can
/// leave out the checksums, and a tensor may be a small part of its storage.
fn start(archive: &mut Archive, folder: &str, storage: &Storage) -> Result<u64, Fault> {
    let name = format!("{folder}data/{}", storage.key);
    let index = archive.index_for_name_raw(name.as_bytes()).ok_or_else(|| missing(&name))?;
    let entry = archive.by_index(index).map_err(|error| damaged(&error))?;
    if entry.encrypted() || entry.compression() != CompressionMethod::Stored {
        return Err(Fault::Unsupported("compressed or encrypted entries".into()));
    }
    let declared = storage.elements.saturating_mul(storage.kind.width());
    if declared > entry.size() {
        let (what, limit) = (format!("an entry {}", shown(&name)), entry.size());
        return Err(Fault::TooLarge { what, bytes: declared, limit });
    }
    entry.data_start().ok_or_else(|| missing(&name))
}

fn missing(name: &str) -> Fault {
    Fault::Damaged(format!("it has no entry {}", shown(name)))
}

fn damaged(error: &ZipError) -> Fault {
    Fault::Damaged(format!("as a zip archive: {error}"))
}
