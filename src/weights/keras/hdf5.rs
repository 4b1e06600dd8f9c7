//! The little of HDF5 that Keras uses, with limits on what a file can make us allocate.

use std::collections::HashMap;
use std::path::Path;

use hdf5_pure::{AttrValue, DType, Dataset, Datatype, Error, File, Group, Source};

use super::{KerasFile, legacy, modern};
use crate::weights::half::{bfloat16_to_f32, half_to_f32};
use crate::weights::{Tensor, WeightsError};

/// HDF5's compression is deflate, which cannot make data smaller than this part of itself.
const DEFLATE_RATIO: u64 = 1032;
/// The largest published relative of NASNet has 469 million parameters, 1.9 GB.
const LARGEST_TOTAL: u64 = 8 << 30;
/// NASNet-Large has 1041 layers.
const MOST_LAYERS: usize = 100_000;

pub(super) fn read_file(path: &Path, length: u64) -> Result<KerasFile, WeightsError> {
    // Streaming: the file need not be in memory beside its tensors.
    let file = File::open_streaming(path).map_err(|error| damaged(path, &error))?;
    Reader::new(path, length).read(&file)
}

pub(super) fn read_bytes(path: &Path, bytes: Vec<u8>) -> Result<KerasFile, WeightsError> {
    let length = bytes.len() as u64;
    let file = File::from_bytes(bytes).map_err(|error| damaged(path, &error))?;
    Reader::new(path, length).read(&file)
}

pub(super) fn read_part(
    path: &Path,
    part: impl Source + Send + Sync + 'static,
) -> Result<KerasFile, WeightsError> {
    let length = part.len();
    let file = File::from_source(part).map_err(|error| damaged(path, &error))?;
    Reader::new(path, length).read(&file)
}

fn damaged(path: &Path, error: &Error) -> WeightsError {
    WeightsError::Damaged { path: path.to_path_buf(), detail: error.to_string() }
}

/// Reads from one file, and keeps count of what it handed out.
pub(super) struct Reader<'a> {
    pub(super) path: &'a Path,
    length: u64,
    /// Bytes of tensors this file may still give.
    left: u64,
}

impl<'a> Reader<'a> {
    fn new(path: &'a Path, length: u64) -> Self {
        let left = length.saturating_mul(DEFLATE_RATIO).min(LARGEST_TOTAL);
        Self { path, length, left }
    }

    fn read(mut self, file: &File) -> Result<KerasFile, WeightsError> {
        let root = file.root();
        let groups = root.groups().map_err(|error| damaged(self.path, &error))?;
        let has = |name: &str| groups.iter().any(|group| group == name);
        if has("model_weights") {
            return legacy::read_model(&mut self, &root);
        }
        let attributes = self.attributes(&root)?;
        if attributes.contains_key("layer_names") || attributes.contains_key("layer_names0") {
            return legacy::read_weights(&mut self, &root);
        }
        match modern::LAYER_GROUPS.into_iter().find(|name| has(name)) {
            Some(name) => modern::read(&mut self, &root, name),
            None => Err(WeightsError::NotWeights {
                path: self.path.to_path_buf(),
                looks_like: "an HDF5 file without Keras layers".into(),
            }),
        }
    }

    pub(super) fn damaged(&self, error: &Error) -> WeightsError {
        damaged(self.path, error)
    }

    pub(super) fn group(&self, parent: &Group, name: &str) -> Result<Group, WeightsError> {
        parent.group(name).map_err(|error| self.damaged(&error))
    }

    pub(super) fn attributes(
        &self,
        group: &Group,
    ) -> Result<HashMap<String, AttrValue>, WeightsError> {
        group.attrs().map_err(|error| self.damaged(&error))
    }

    /// A list of names in an attribute, which Keras splits into `name0`, `name1`, .. where HDF5's
    /// limit of 64 kB on an attribute would be exceeded. An empty list may be an empty array of
    /// numbers.
    pub(super) fn names(
        &self,
        attributes: &HashMap<String, AttrValue>,
        name: &str,
    ) -> Result<Vec<String>, WeightsError> {
        let strings =
            |value: &AttrValue| value.as_strings().map(<[String]>::to_vec).unwrap_or_default();
        let list = match attributes.get(name) {
            Some(whole) => strings(whole),
            None => (0..)
                .map_while(|part| attributes.get(&format!("{name}{part}")))
                .flat_map(strings)
                .collect(),
        };
        if list.len() > MOST_LAYERS {
            return Err(WeightsError::Damaged {
                path: self.path.to_path_buf(),
                detail: format!("{name} lists {}, more than {MOST_LAYERS}", list.len()),
            });
        }
        Ok(list)
    }

    fn too_large(&self, what: String, bytes: u64, limit: u64) -> WeightsError {
        WeightsError::TooLarge { path: self.path.to_path_buf(), what, bytes, limit }
    }

    /// A dataset as `f32`, whatever float it is stored as.
    pub(super) fn tensor(&mut self, group: &Group, name: &str) -> Result<Tensor, WeightsError> {
        let dataset = group.dataset(name).map_err(|error| self.damaged(&error))?;
        let shape = self.checked_shape(&dataset, name)?;
        let data = self.values(&dataset, name)?;
        if data.len() != shape.iter().product::<usize>() {
            return Err(WeightsError::Damaged {
                path: self.path.to_path_buf(),
                detail: format!("{name} has {} values for the shape {shape:?}", data.len()),
            });
        }
        Ok(Tensor { shape, data })
    }

    /// The shape, once the tensor is known to fit what the file can hold.
    fn checked_shape(&mut self, dataset: &Dataset, name: &str) -> Result<Vec<usize>, WeightsError> {
        let shape = dataset.shape().map_err(|error| self.damaged(&error))?;
        let width = dataset.element_size().map_err(|error| self.damaged(&error))?;
        let chunked = dataset.is_chunked();
        let limit = if chunked { self.left } else { self.left.min(self.length) };
        // Counted at four bytes a value at least: that is what it becomes.
        let bytes =
            |width| shape.iter().try_fold(width, |bytes: u64, &size| bytes.checked_mul(size));
        let (stored, becomes) = (bytes(width), bytes(4));
        match (stored, becomes) {
            (Some(stored), Some(becomes)) if stored <= limit && becomes <= self.left => {
                self.left -= becomes;
                Ok(shape
                    .into_iter()
                    .map(|size| usize::try_from(size).unwrap_or(usize::MAX))
                    .collect())
            }
            _ => Err(self.too_large(format!("a tensor {name}"), stored.unwrap_or(u64::MAX), limit)),
        }
    }

    fn values(&self, dataset: &Dataset, name: &str) -> Result<Vec<f32>, WeightsError> {
        let unsupported = |what: String| WeightsError::Unsupported {
            path: self.path.to_path_buf(),
            what: format!("{what} numbers in {name}"),
        };
        let datatype = dataset.datatype().map_err(|error| self.damaged(&error))?;
        let half = match (&datatype, dataset.dtype()) {
            (_, Ok(DType::F32 | DType::F64)) => {
                return dataset.read_f32().map_err(|error| self.damaged(&error));
            }
            (Datatype::FloatingPoint { size: 2, layout, .. }, _) if layout.exponent_size == 5 => {
                half_to_f32
            }
            (Datatype::FloatingPoint { size: 2, layout, .. }, _) if layout.exponent_size == 8 => {
                bfloat16_to_f32
            }
            (Datatype::Opaque { size: 2, .. }, _) if self.is_bfloat16(dataset)? => bfloat16_to_f32,
            (_, Ok(other)) => return Err(unsupported(other.to_string())),
            (_, Err(error)) => return Err(self.damaged(&error)),
        };
        if is_big_endian(&datatype) {
            return Err(unsupported("big-endian half precision".into()));
        }
        let raw = dataset.read_raw().map_err(|error| self.damaged(&error))?;
        let (pairs, _) = raw.as_chunks::<2>();
        Ok(pairs.iter().map(|&pair| half(u16::from_le_bytes(pair))).collect())
    }

    /// HDF5 has no bfloat16, so Keras stores opaque pairs of bytes and says so in an attribute.
    fn is_bfloat16(&self, dataset: &Dataset) -> Result<bool, WeightsError> {
        let attributes = dataset.attrs().map_err(|error| self.damaged(&error))?;
        Ok(attributes.get("dtype").and_then(AttrValue::as_str) == Some("bfloat16"))
    }
}

fn is_big_endian(datatype: &Datatype) -> bool {
    matches!(
        datatype,
        Datatype::FloatingPoint { byte_order: hdf5_pure::DatatypeByteOrder::BigEndian, .. }
    )
}
