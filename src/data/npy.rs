//! NumPy's `.npy` files of real numbers.

use std::io;
use std::path::{Path, PathBuf};

use npyz::{DType, NpyFile, NpyHeader, Order, TypeChar, WriterBuilder};

use crate::files::{self, FileError};
use crate::weights::Tensor;

/// Why a `.npy` file cannot be read or written. Every message names the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NpyError {
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),

    /// The content is no `.npy` array, or its header makes no sense.
    #[error("{} is not a .npy array ({detail}); save it with numpy.save", path.display())]
    NotNpy {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, for the brackets of the message.
        detail: String,
    },

    /// The elements are not `float32` or `float64`.
    #[error(
        "the array {} holds {found}, not float32 or float64; convert it with array.astype(\"float32\") and save it again",
        path.display()
    )]
    WrongType {
        /// The file.
        path: PathBuf,
        /// NumPy's description of the type it has, such as `<i8`.
        found: String,
    },

    /// The file ends before its last number.
    #[error("the array {} is cut short: {shape:?} needs {needed} bytes, it has {found}; save it again", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// The sizes that the header declares, the slowest dimension first.
        shape: Vec<u64>,
        /// The bytes that this shape takes.
        needed: u64,
        /// The bytes that follow the header.
        found: u64,
    },
}

const MOST_BYTES: u64 = 4 << 30;
/// `numpy.save` writes less than 200 bytes.
const MOST_HEADER: usize = 1 << 16;

/// Reads an array of `float32` or `float64` of either byte order, in C or Fortran order. The
/// tensor is `float32` and row-major.
///
/// # Errors
///
/// [`NpyError`], before anything of the array's declared size is allocated.
pub fn read(path: &Path) -> Result<Tensor, NpyError> {
    let owned = || path.to_path_buf();
    let bytes = files::read(path, MOST_BYTES)?;
    let not_npy = |detail: String| NpyError::NotNpy { path: owned(), detail };
    check_header(&bytes).map_err(|detail| not_npy(detail.into()))?;
    let mut rest = bytes.as_slice();
    let header = NpyHeader::from_reader(&mut rest).map_err(|error| not_npy(first_line(&error)))?;
    let (shape, order) = (header.shape().to_vec(), header.order());
    let width = match header.dtype() {
        DType::Plain(kind)
            if kind.type_char() == TypeChar::Float && matches!(kind.size_field(), 4 | 8) =>
        {
            kind.size_field()
        }
        other => {
            return Err(NpyError::WrongType { path: owned(), found: other.descr() });
        }
    };
    let found = rest.len() as u64;
    let needed = shape.iter().try_fold(width, |bytes, &size| bytes.checked_mul(size));
    if needed.is_none_or(|needed| needed > found) {
        let needed = needed.unwrap_or(u64::MAX);
        return Err(NpyError::Truncated { path: owned(), shape, needed, found });
    }
    let array = NpyFile::with_header(header, rest);
    let data = if width == 4 {
        array.into_vec::<f32>()
    } else {
        array.into_vec::<f64>().map(|values| values.into_iter().map(|value| value as f32).collect())
    };
    let data = data.map_err(|error| not_npy(error.to_string()))?;
    // Every size is at most the number of bytes, or the array is empty.
    let shape: Vec<usize> = shape.iter().map(|&size| usize::try_from(size).unwrap_or(0)).collect();
    Ok(match order {
        Order::C => Tensor { shape, data },
        Order::Fortran => {
            let axes: Vec<usize> = (0..shape.len()).rev().collect();
            let shape = shape.into_iter().rev().collect();
            Tensor { shape, data }.permuted(&axes)
        }
    })
}

/// What the parser says of a header, without the drawing of the place under it.
fn first_line(error: &io::Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    format!(
        "its header: {}",
        line.split(" --> ").next().unwrap_or(line).trim_end_matches([':', ' '])
    )
}

/// Refuses headers that would make the parser allocate or multiply beyond all bounds.
fn check_header(bytes: &[u8]) -> Result<(), &'static str> {
    if !bytes.starts_with(b"\x93NUMPY") {
        return Err("it does not begin like one");
    }
    let (length, start) = match bytes {
        [_, _, _, _, _, _, 1, _, a, b, ..] => (usize::from(u16::from_le_bytes([*a, *b])), 10),
        [_, _, _, _, _, _, 2 | 3, _, a, b, c, d, ..] => {
            (u32::from_le_bytes([*a, *b, *c, *d]) as usize, 12)
        }
        _ => return Err("its version is unknown"),
    };
    let header =
        bytes.get(start..).and_then(|rest| rest.get(..length)).ok_or("its header is cut short")?;
    if length > MOST_HEADER {
        return Err("its header is too long");
    }
    // Numbers of 19 digits together have a product below 2^64. No array in memory has more.
    let digits = header
        .iter()
        .skip_while(|&&byte| byte != b'(')
        .filter(|byte| byte.is_ascii_digit())
        .count();
    if digits > 19 {
        return Err("its shape is too large");
    }
    Ok(())
}

/// Writes a tensor as little-endian `float32` in C order, the whole file or nothing.
///
/// # Errors
///
/// [`NpyError::File`].
pub fn write(path: &Path, tensor: &Tensor) -> Result<(), NpyError> {
    let bytes =
        encoded(tensor).map_err(|reason| FileError::Write { path: path.to_path_buf(), reason })?;
    Ok(files::write_atomic(path, &bytes)?)
}

fn encoded(tensor: &Tensor) -> io::Result<Vec<u8>> {
    let shape: Vec<u64> = tensor.shape.iter().map(|&size| size as u64).collect();
    let mut bytes = Vec::new();
    let mut writer = npyz::WriteOptions::new()
        .dtype(DType::Plain("<f4".parse().map_err(io::Error::other)?))
        .shape(&shape)
        .writer(&mut bytes)
        .begin_nd()?;
    writer.extend(tensor.data.iter().copied())?;
    writer.finish()?;
    Ok(bytes)
}
