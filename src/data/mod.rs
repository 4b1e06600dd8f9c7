//! Pictures and what networks are given of them.

pub mod samples;

use std::path::Path;

/// A picture, as 8-bit RGB rows `[H, W, 3]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Pixels, row by row.
    pub rgb: Vec<u8>,
}

/// Why a picture could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct PictureError(String);

impl Picture {
    /// Reads a picture file.
    pub fn open(path: &Path) -> Result<Picture, PictureError> {
        let bytes = crate::files::read(path, 200 << 20).map_err(|e| PictureError(e.to_string()))?;
        Self::decode(&bytes, &path.display().to_string())
    }

    /// Decodes a picture from memory.
    pub fn decode(bytes: &[u8], name: &str) -> Result<Picture, PictureError> {
        let picture = image::load_from_memory(bytes)
            .map_err(|error| PictureError(format!("{name}: {error}")))?
            .to_rgb8();
        Ok(Picture { width: picture.width(), height: picture.height(), rgb: picture.into_raw() })
    }
}
