//! `.keras`: a zip of `metadata.json`, `config.json` and `model.weights.h5`.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use hdf5_pure::{FormatError, Source};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::{Container, KerasFile, config, hdf5};
use crate::weights::WeightsError;

/// A configuration of a NASNet is about a megabyte.
const LARGEST_TEXT: u64 = 64 << 20;
/// Trained numbers hardly compress, and Keras does not even try, so an archive whose weights are
/// much larger than itself is a bomb. Networks full of zeros are the exception, hence the floor.
const LARGEST_RATIO: u64 = 20;
const SMALLEST_LIMIT: u64 = 256 << 20;

type Archive = ZipArchive<BufReader<File>>;

/// What the archive's weights are called.
const WEIGHTS: &str = "model.weights.h5";

pub(super) fn read_file(path: &Path, file: File, length: u64) -> Result<KerasFile, WeightsError> {
    let again = file.try_clone();
    let mut archive =
        ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(path, &error))?;
    let limit = length.saturating_mul(LARGEST_RATIO).max(SMALLEST_LIMIT);
    let config = entry(&mut archive, "config.json", path, LARGEST_TEXT)?;
    let metadata = entry(&mut archive, "metadata.json", path, LARGEST_TEXT)?;
    let mut keras = match (stored(&mut archive, path)?, again) {
        (Some(part), Ok(file)) => hdf5::read_part(path, Part::new(file, part))?,
        _ => {
            let weights = entry(&mut archive, WEIGHTS, path, limit)?;
            let weights = weights.ok_or_else(|| WeightsError::NotWeights {
                path: path.to_path_buf(),
                looks_like: "a zip archive without model.weights.h5 or data.pkl".into(),
            })?;
            hdf5::read_bytes(path, weights)?
        }
    };
    keras.container = Container::KerasArchive;
    // A configuration that cannot be parsed costs only what it would have told.
    keras.config = config.and_then(|text| config::Config::parse(&text));
    keras.keras_version = metadata
        .and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok())
        .and_then(|value| Some(value.get("keras_version")?.as_str()?.to_owned()));
    config::complete(&mut keras);
    Ok(keras)
}

/// Where the weights lie if they are not compressed, as Keras writes them: they can then be read
/// tensor by tensor. Their checksum is verified first.
fn stored(archive: &mut Archive, path: &Path) -> Result<Option<Range<u64>>, WeightsError> {
    let Ok(mut packed) = archive.by_name(WEIGHTS) else { return Ok(None) };
    if packed.compression() != CompressionMethod::Stored || packed.encrypted() {
        return Ok(None);
    }
    let length = io::copy(&mut packed, &mut io::sink()).map_err(|error| damaged(path, &error))?;
    Ok(packed.data_start().map(|start| start..start + length))
}

/// An HDF5 file within another file.
pub(super) struct Part {
    file: Mutex<File>,
    place: Range<u64>,
}

impl Part {
    fn new(file: File, place: Range<u64>) -> Self {
        Part { file: Mutex::new(file), place }
    }
}

impl Source for Part {
    fn len(&self) -> u64 {
        self.place.end - self.place.start
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), FormatError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let place = SeekFrom::Start(self.place.start.saturating_add(offset));
        let read = file.seek(place).and_then(|_| file.read_exact(buffer));
        read.map_err(|error| FormatError::Source(error.to_string()))
    }
}

/// One entry, unpacked, or `None` if there is none of that name.
fn entry(
    archive: &mut Archive,
    name: &str,
    path: &Path,
    limit: u64,
) -> Result<Option<Vec<u8>>, WeightsError> {
    let packed = match archive.by_name(name) {
        Ok(packed) => packed,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(damaged(path, &error)),
    };
    let too_large = |bytes| WeightsError::TooLarge {
        path: path.to_path_buf(),
        what: format!("an entry {name}"),
        bytes,
        limit,
    };
    if packed.size() > limit {
        return Err(too_large(packed.size()));
    }
    // What the entry unpacks to need not be what its header says, so count what really comes. The
    // buffer grows with it: reserving the declared size would believe the header after all.
    let mut bytes = Vec::new();
    packed.take(limit + 1).read_to_end(&mut bytes).map_err(|error| damaged(path, &error))?;
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(Some(bytes))
}

fn damaged(path: &Path, error: &dyn std::fmt::Display) -> WeightsError {
    WeightsError::Damaged { path: path.to_path_buf(), detail: format!("as a zip archive: {error}") }
}
