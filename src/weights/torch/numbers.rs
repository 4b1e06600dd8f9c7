//! Numbers as they lie in a file, and as float32.

use std::io::{Read, Seek, SeekFrom};

use super::value::Fault;
use crate::weights::Tensor;
use crate::weights::half::{bfloat16_to_f32, half_to_f32};

/// The largest published relative of NASNet has 469 million parameters, 1.9 GB.
const LARGEST_TOTAL: u64 = 8 << 30;
/// float16 becomes twice its size; tied weights, stored once, are few.
const LARGEST_RATIO: u64 = 4;

/// Bytes read at once: few enough that they are still in the cache when they become numbers, and a
/// multiple of every width.
const PIECE: u64 = 256 << 10;

/// How a number is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::weights) enum NumberKind {
    Float16,
    BFloat16,
    Float32,
    Float64,
    /// Something that no weight is stored as: its name and bytes a number.
    Other(&'static str, u64),
}

impl NumberKind {
    /// From PyTorch's name of a storage: `Float` for `FloatStorage`.
    pub(super) fn of_storage(name: &str) -> Option<Self> {
        Some(match name {
            "Half" => Self::Float16,
            "BFloat16" => Self::BFloat16,
            "Float" => Self::Float32,
            "Double" => Self::Float64,
            "Long" => Self::Other("int64", 8),
            "Int" => Self::Other("int32", 4),
            "Short" => Self::Other("int16", 2),
            "Char" => Self::Other("int8", 1),
            "Byte" => Self::Other("uint8", 1),
            "Bool" => Self::Other("bool", 1),
            "ComplexFloat" => Self::Other("complex64", 8),
            "ComplexDouble" => Self::Other("complex128", 16),
            _ => return None,
        })
    }

    /// From the name in a safetensors header.
    pub(super) fn of_safetensors(name: &str) -> Option<Self> {
        Some(match name {
            "F16" => Self::Float16,
            "BF16" => Self::BFloat16,
            "F32" => Self::Float32,
            "F64" => Self::Float64,
            "I64" => Self::Other("int64", 8),
            "U64" => Self::Other("uint64", 8),
            "I32" => Self::Other("int32", 4),
            "U32" => Self::Other("uint32", 4),
            "I16" => Self::Other("int16", 2),
            "U16" => Self::Other("uint16", 2),
            "I8" => Self::Other("int8", 1),
            "U8" => Self::Other("uint8", 1),
            "BOOL" => Self::Other("bool", 1),
            _ => return None,
        })
    }

    /// Bytes a number.
    pub(in crate::weights) fn width(self) -> u64 {
        match self {
            Self::Float16 | Self::BFloat16 => 2,
            Self::Float32 => 4,
            Self::Float64 => 8,
            Self::Other(_, width) => width,
        }
    }

    /// Appends numbers as float32; none if they are not those of a weight.
    pub(in crate::weights) fn append(self, bytes: &[u8], big_endian: bool, numbers: &mut Vec<f32>) {
        fn each<const WIDTH: usize>(
            bytes: &[u8],
            big_endian: bool,
            numbers: &mut Vec<f32>,
            number: impl Fn([u8; WIDTH]) -> f32,
        ) {
            let (chunks, _) = bytes.as_chunks::<WIDTH>();
            if big_endian {
                let swapped = |mut chunk: [u8; WIDTH]| {
                    chunk.reverse();
                    number(chunk)
                };
                return numbers.extend(chunks.iter().copied().map(swapped));
            }
            numbers.extend(chunks.iter().copied().map(number));
        }
        let half = |x| half_to_f32(u16::from_le_bytes(x));
        let brain = |x| bfloat16_to_f32(u16::from_le_bytes(x));
        match self {
            Self::Float16 => each(bytes, big_endian, numbers, half),
            Self::BFloat16 => each(bytes, big_endian, numbers, brain),
            Self::Float32 => each(bytes, big_endian, numbers, f32::from_le_bytes),
            Self::Float64 => each(bytes, big_endian, numbers, |x| f64::from_le_bytes(x) as f32),
            Self::Other(..) => {}
        }
    }
}

/// Where a tensor lies in a file.
pub(super) struct Place<'a> {
    /// Its name, for messages.
    pub(super) name: &'a str,
    pub(super) kind: NumberKind,
    /// The byte at which its storage begins.
    pub(super) start: u64,
    /// The first number's place in the storage.
    pub(super) offset: u64,
    pub(super) shape: &'a [usize],
    pub(super) strides: &'a [usize],
}

/// Reads tensors from a file, and keeps count of what it handed out.
pub(super) struct Numbers<R> {
    file: R,
    length: u64,
    big_endian: bool,
    /// Bytes of float32 that this file may still give.
    left: u64,
    piece: Vec<u8>,
}

impl<R: Read + Seek> Numbers<R> {
    pub(super) fn new(file: R, length: u64, big_endian: bool) -> Self {
        let left = length.saturating_mul(LARGEST_RATIO).min(LARGEST_TOTAL);
        Self { file, length, big_endian, left, piece: vec![0; PIECE as usize] }
    }

    /// A tensor's numbers, in the order of its dimensions whatever its strides.
    pub(super) fn read(&mut self, place: &Place<'_>) -> Result<Tensor, Fault> {
        let Place { name, kind, start, offset, shape, strides } = *place;
        if let NumberKind::Other(numbers, _) = kind {
            return Err(Fault::Unsupported(format!("{numbers} numbers in {name}")));
        }
        let count = elements(shape).ok_or_else(|| too_many(name))?;
        if count == 0 {
            return Ok(Tensor { shape: shape.to_vec(), data: Vec::new() });
        }
        let reach = reach(shape, strides).ok_or_else(|| too_many(name))?;
        // Both what is read and what is kept; one of them may be small where strides are odd.
        let bytes = count.max(reach).saturating_mul(4);
        if bytes > self.left {
            let what = format!("a tensor {name}");
            return Err(Fault::TooLarge { what, bytes, limit: self.left });
        }
        let begin = kind.width().checked_mul(offset).and_then(|bytes| bytes.checked_add(start));
        let end = begin.and_then(|begin| begin.checked_add(reach.checked_mul(kind.width())?));
        let (Some(begin), Some(end)) = (begin, end) else {
            return Err(too_many(name));
        };
        if end > self.length {
            return Err(Fault::Damaged(format!("{name} lies beyond the end of the file")));
        }
        self.left -= bytes;
        self.file.seek(SeekFrom::Start(begin))?;
        let mut stored = Vec::with_capacity(usize::try_from(reach).map_err(|_| too_many(name))?);
        let mut left = end - begin;
        while left > 0 {
            let piece = &mut self.piece[..left.min(PIECE) as usize];
            self.file.read_exact(piece)?;
            kind.append(piece, self.big_endian, &mut stored);
            left -= piece.len() as u64;
        }
        let data = match is_contiguous(shape, strides) {
            true => stored,
            false => gathered(&stored, shape, strides),
        };
        Ok(Tensor { shape: shape.to_vec(), data })
    }
}

fn too_many(name: &str) -> Fault {
    Fault::Damaged(format!("the sizes of {name} are beyond any computer's memory"))
}

/// How many numbers a shape has, unless that is too many to count.
pub(in crate::weights) fn elements(shape: &[usize]) -> Option<u64> {
    // A zero makes nothing of any other size.
    if shape.contains(&0) {
        return Some(0);
    }
    shape.iter().try_fold(1, |count: u64, &size| count.checked_mul(size as u64))
}

/// How many numbers lie from a tensor's first to its last, both counted.
pub(super) fn reach(shape: &[usize], strides: &[usize]) -> Option<u64> {
    if shape.contains(&0) {
        return Some(0);
    }
    shape.iter().zip(strides).try_fold(1, |reach: u64, (&size, &stride)| {
        reach.checked_add((size as u64 - 1).checked_mul(stride as u64)?)
    })
}

/// The strides of numbers without gaps, the last dimension running fastest.
pub(super) fn contiguous(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1_usize; shape.len()];
    for dimension in (1..shape.len()).rev() {
        // What overflows here was refused by its number of elements or will be.
        strides[dimension - 1] = strides[dimension].saturating_mul(shape[dimension]);
    }
    strides
}

fn is_contiguous(shape: &[usize], strides: &[usize]) -> bool {
    let plain = contiguous(shape);
    shape.iter().zip(strides.iter().zip(plain)).all(|(size, (found, plain))| {
        // The stride of a single index is never used.
        *size == 1 || *found == plain
    })
}

/// Numbers put in the order of their dimensions. `stored` holds the tensor's reach.
fn gathered(stored: &[f32], shape: &[usize], strides: &[usize]) -> Vec<f32> {
    let count: usize = shape.iter().product();
    let mut data = Vec::with_capacity(count);
    let mut index = vec![0; shape.len()];
    let mut from = 0;
    for _ in 0..count {
        data.push(stored[from]);
        for dimension in (0..shape.len()).rev() {
            index[dimension] += 1;
            from += strides[dimension];
            if index[dimension] < shape[dimension] {
                break;
            }
            from -= strides[dimension] * shape[dimension];
            index[dimension] = 0;
        }
    }
    data
}
