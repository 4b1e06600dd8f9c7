//! Picture files, decoded with care for what strangers put into them.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

/// A picture: 8-bit RGB, rows from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Columns, in pixels.
    pub width: u32,
    /// Rows, in pixels.
    pub height: u32,
    /// `[height, width, 3]`, each 0 to 255.
    pub rgb: Vec<u8>,
}

/// Why a picture cannot be read. Every message names the file and says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The system refused to open or read it.
    #[error("cannot open the picture {name}: {reason}; check the path and its permissions")]
    Open {
        /// The path, or what else names the picture.
        name: String,
        /// The system's reason.
        reason: io::Error,
    },

    /// The path is a folder.
    #[error("{name} is a folder, not a picture; give a file inside it")]
    Folder {
        /// The path, or what else names the picture.
        name: String,
    },

    /// The file has no bytes.
    #[error("the picture {name} is empty; save or download it again")]
    Empty {
        /// The path, or what else names the picture.
        name: String,
    },

    /// The first bytes are of none of the formats read.
    #[error("{name} is not a picture in a known format; give a PNG, JPEG, WebP, BMP or GIF file")]
    UnknownFormat {
        /// The path, or what else names the picture.
        name: String,
    },

    /// A side is zero.
    #[error("the picture {name} has no pixels ({width} x {height}); give another one")]
    NoPixels {
        /// The path, or what else names the picture.
        name: String,
        /// Columns, in pixels.
        width: u32,
        /// Rows, in pixels.
        height: u32,
    },

    /// It has more pixels, a side or in all, than this program decodes.
    #[error(
        "the picture {name} is {width} x {height} pixels, more than {MOST_SIDE} a side or {} million in all; make it \
         smaller first",
        MOST_PIXELS / 1_000_000
    )]
    TooManyPixels {
        /// The path, or what else names the picture.
        name: String,
        /// Columns, in pixels.
        width: u32,
        /// Rows, in pixels.
        height: u32,
    },

    /// Decoding would take more memory than allowed.
    #[error("the picture {name} would take more than {} MB to decode; make it smaller first", MOST_MEMORY / 1_000_000)]
    TooMuchMemory {
        /// The path, or what else names the picture.
        name: String,
    },

    /// The file is larger than this program reads.
    #[error("the picture {name} has {bytes} bytes, more than {MOST_BYTES}; make it smaller first")]
    TooManyBytes {
        /// The path, or what else names the picture.
        name: String,
        /// Its size in bytes, at least.
        bytes: u64,
    },

    /// The decoder gave up, or the file breaks off.
    #[error("the picture {name} cannot be decoded ({detail}); save it again, for example as PNG")]
    Damaged {
        /// The path, or what else names the picture.
        name: String,
        /// The decoder's reason, for the brackets of the message.
        detail: String,
    },
}

const MOST_SIDE: u32 = 16_384;
const MOST_PIXELS: u64 = 100_000_000;
const MOST_BYTES: u64 = 200_000_000;
/// 16-bit RGBA at the most pixels, and as much again for a decoder's own buffers.
const MOST_MEMORY: u64 = MOST_PIXELS * 8 * 2;

impl Picture {
    /// Reads a PNG, JPEG, WebP, BMP or GIF file, told apart by content. Of an animation the first
    /// frame; transparency becomes white; 16 bits become 8; grey becomes RGB; the orientation
    /// that a camera noted is applied.
    ///
    /// # Errors
    ///
    /// [`PictureError`], before any pixel is decoded if the file is too large or has more than
    /// 16,384 pixels a side or 100 million in all.
    pub fn open(path: &Path) -> Result<Self, PictureError> {
        let name = path.display().to_string();
        let open = |reason| PictureError::Open { name: path.display().to_string(), reason };
        let metadata = std::fs::metadata(path).map_err(open)?;
        if metadata.is_dir() {
            return Err(PictureError::Folder { name });
        }
        let mut bytes = Vec::new();
        // One more than allowed, so that a file that is too long, or grows, is seen to be.
        let file = File::open(path).map_err(open)?;
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(open)?;
        if bytes.len() as u64 > MOST_BYTES {
            let bytes = metadata.len().max(MOST_BYTES + 1);
            return Err(PictureError::TooManyBytes { name, bytes });
        }
        Self::decode(&bytes, &name)
    }

    /// Decodes a picture from memory, as [`Picture::open`] does. `name` is for messages.
    ///
    /// # Errors
    ///
    /// As [`Picture::open`].
    pub fn decode(bytes: &[u8], name: &str) -> Result<Self, PictureError> {
        let name = || name.to_owned();
        if bytes.is_empty() {
            return Err(PictureError::Empty { name: name() });
        }
        let damaged = |error: ImageError| match error {
            ImageError::Limits(_) => PictureError::TooMuchMemory { name: name() },
            error => PictureError::Damaged { name: name(), detail: error.to_string() },
        };
        let Ok(format) = image::guess_format(bytes) else {
            return Err(PictureError::UnknownFormat { name: name() });
        };
        if !READ.contains(&format) {
            return Err(PictureError::UnknownFormat { name: name() });
        }
        let mut limits = Limits::default();
        limits.max_alloc = Some(MOST_MEMORY);
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        reader.limits(limits.clone());
        let mut decoder = reader.into_decoder().map_err(damaged)?;
        let (width, height) = decoder.dimensions();
        if width == 0 || height == 0 {
            return Err(PictureError::NoPixels { name: name(), width, height });
        }
        if width > MOST_SIDE
            || height > MOST_SIDE
            || u64::from(width) * u64::from(height) > MOST_PIXELS
        {
            return Err(PictureError::TooManyPixels { name: name(), width, height });
        }
        decoder.set_limits(limits).map_err(damaged)?;
        let orientation = decoder.orientation().map_err(damaged)?;
        let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
        if format == ImageFormat::Jpeg && !ends_as_jpeg(bytes) {
            return Err(PictureError::Damaged {
                name: name(),
                detail: "it ends in the middle".into(),
            });
        }
        image.apply_orientation(orientation);
        Ok(Self::from_image(image))
    }

    /// The picture as a PNG file.
    ///
    /// # Errors
    ///
    /// One sentence, where `rgb` is too short for `width` and `height`.
    pub fn to_png(&self) -> Result<Vec<u8>, String> {
        let pixels: Option<image::ImageBuffer<image::Rgb<u8>, &[u8]>> =
            image::ImageBuffer::from_raw(self.width, self.height, &self.rgb);
        let pixels = pixels.ok_or("the picture has fewer pixels than its size says")?;
        let mut png = Cursor::new(Vec::new());
        pixels
            .write_to(&mut png, ImageFormat::Png)
            .map_err(|error| format!("cannot encode the picture as PNG: {error}"))?;
        Ok(png.into_inner())
    }

    fn from_image(image: DynamicImage) -> Self {
        let (width, height) = (image.width(), image.height());
        let rgb = if image.color().has_alpha() {
            image.into_rgba8().pixels().flat_map(|pixel| over_white(pixel.0)).collect()
        } else {
            image.into_rgb8().into_raw()
        };
        Self { width, height, rgb }
    }
}

/// The formats promised, whatever else a build of the image library may know.
const READ: [ImageFormat; 5] =
    [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Gif];

/// Whether an end-of-image marker comes after the last scan. The decoder fills what is missing
/// from a JPEG file with grey and says nothing, which a classifier would then judge.
fn ends_as_jpeg(bytes: &[u8]) -> bool {
    // Within a scan 0xff is always followed by 0x00 or a restart marker, so this pair cannot be
    // pixels. Cameras append whole files after it, and these are not looked at.
    let scan = bytes.windows(2).rposition(|pair| pair == [0xff, 0xda]).unwrap_or(0);
    bytes[scan..].windows(2).any(|pair| pair == [0xff, 0xd9])
}

fn over_white([red, green, blue, alpha]: [u8; 4]) -> [u8; 3] {
    let alpha = u32::from(alpha);
    // Rounded to the nearest, so full and no opacity are exact.
    [red, green, blue]
        .map(|value| ((u32::from(value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_png_file_gives_the_picture_back() {
        let picture =
            Picture { width: 2, height: 3, rgb: (0..18).map(|value| value * 14).collect() };
        assert_eq!(Picture::decode(&picture.to_png().unwrap(), "it").unwrap(), picture);
        let short = Picture { rgb: vec![0; 17], ..picture };
        assert!(short.to_png().unwrap_err().contains("fewer pixels"));
    }

    #[test]
    fn transparency_becomes_white() {
        assert_eq!(over_white([10, 20, 30, 255]), [10, 20, 30]);
        assert_eq!(over_white([10, 20, 30, 0]), [255, 255, 255]);
        assert_eq!(over_white([0, 0, 0, 128]), [127, 127, 127]);
    }
}
