//! Pictures and arrays: formats, odd pixels, and files that are not what they say.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, ImageFormat, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use nasnet_explorer::data::npy::{self, NpyError};
use nasnet_explorer::data::{Picture, PictureError};
use nasnet_explorer::files::FileError;
use nasnet_explorer::weights::Tensor;

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Two colours side by side, wide enough that JPEG keeps each.
fn two_colours() -> RgbImage {
    RgbImage::from_fn(48, 16, |x, _| if x < 24 { Rgb([220, 30, 40]) } else { Rgb([20, 60, 200]) })
}

fn close(found: &[u8], wanted: [u8; 3]) {
    let near = found.iter().zip(wanted).all(|(&found, wanted)| found.abs_diff(wanted) <= 4);
    assert!(near, "{found:?} is not {wanted:?}");
}

#[test]
fn formats_are_told_apart_by_content() {
    let image = DynamicImage::ImageRgb8(two_colours());
    let folder = tempfile::tempdir().unwrap();
    for format in
        [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Gif]
    {
        let path = folder.path().join("picture.xyz");
        fs::write(&path, encoded(&image, format)).unwrap();
        let picture = Picture::open(&path).unwrap();
        assert_eq!(
            (picture.width, picture.height, picture.rgb.len()),
            (48, 16, 48 * 16 * 3),
            "{format:?}"
        );
        close(&picture.rgb[(5 * 48 + 4) * 3..][..3], [220, 30, 40]);
        close(&picture.rgb[(5 * 48 + 44) * 3..][..3], [20, 60, 200]);
        if matches!(format, ImageFormat::Png | ImageFormat::Bmp | ImageFormat::WebP) {
            assert_eq!(picture.rgb, two_colours().into_raw(), "{format:?} loses nothing");
        }
    }
}

#[test]
fn other_pixels_become_8_bit_rgb() {
    let first = |image: DynamicImage| {
        let picture = Picture::decode(&encoded(&image, ImageFormat::Png), "pixels.png").unwrap();
        [picture.rgb[0], picture.rgb[1], picture.rgb[2]]
    };
    assert_eq!(
        first(DynamicImage::ImageLuma8(image::ImageBuffer::from_pixel(2, 2, Luma([77])))),
        [77; 3]
    );
    assert_eq!(
        first(DynamicImage::ImageLuma16(image::ImageBuffer::from_pixel(2, 2, Luma([0x8080])))),
        [128; 3]
    );
    let deep = image::ImageBuffer::from_pixel(2, 2, Rgb([0xffff, 0x0000, 0x4040]));
    assert_eq!(first(DynamicImage::ImageRgb16(deep)), [255, 0, 64]);
    let clear = image::ImageBuffer::from_pixel(2, 2, Rgba([10, 20, 30, 0]));
    assert_eq!(first(DynamicImage::ImageRgba8(clear)), [255; 3]);
    let half = image::ImageBuffer::from_pixel(2, 2, LumaA([0, 51]));
    assert_eq!(first(DynamicImage::ImageLumaA8(half)), [204; 3]);
}

#[test]
fn an_animation_gives_its_first_frame() {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for colour in [[250, 0, 0, 255], [0, 250, 0, 255]] {
        encoder.encode_frame(Frame::new(RgbaImage::from_pixel(8, 8, Rgba(colour)))).unwrap();
    }
    drop(encoder);
    close(&Picture::decode(&bytes, "moving.gif").unwrap().rgb[..3], [250, 0, 0]);
}

/// A JPEG file whose EXIF block says that the camera was turned by a quarter.
#[test]
fn the_camera_was_turned() {
    let jpeg = encoded(&DynamicImage::ImageRgb8(two_colours()), ImageFormat::Jpeg);
    // Little-endian TIFF with one entry: tag 0x0112, type short, count 1, value 6 (turn clockwise).
    let exif = b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let mut turned = jpeg[..2].to_vec();
    turned.extend([0xff, 0xe1, 0, (exif.len() + 2) as u8]);
    turned.extend(exif);
    turned.extend(&jpeg[2..]);
    let picture = Picture::decode(&turned, "turned.jpg").unwrap();
    assert_eq!((picture.width, picture.height), (16, 48));
    close(&picture.rgb[(2 * 16 + 3) * 3..][..3], [220, 30, 40]);
    close(&picture.rgb[(45 * 16 + 3) * 3..][..3], [20, 60, 200]);
}

/// Adobe's inverted CMYK, as Pillow writes it: 70% cyan in the left half, 70% yellow in the right.
#[test]
fn cmyk_jpeg() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/cmyk.jpg");
    let picture = Picture::open(&path).unwrap();
    assert_eq!((picture.width, picture.height), (32, 16));
    close(&picture.rgb[(8 * 32 + 4) * 3..][..3], [77, 255, 255]);
    close(&picture.rgb[(8 * 32 + 28) * 3..][..3], [255, 255, 77]);
}

fn refusal(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("given.png");
    fs::write(&path, bytes).unwrap();
    let text = Picture::open(&path).unwrap_err().to_string();
    assert!(text.contains("given.png"), "no file name in: {text}");
    text
}

/// A PNG file's signature and header for this size, and nothing after.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut chunk = b"IHDR".to_vec();
    chunk.extend(width.to_be_bytes());
    chunk.extend(height.to_be_bytes());
    chunk.extend([8, 2, 0, 0, 0]);
    let mut crc = u32::MAX;
    for &byte in &chunk {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
        }
    }
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    bytes.extend(chunk);
    bytes.extend((!crc).to_be_bytes());
    bytes.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    bytes
}

#[test]
fn pictures_that_are_none() {
    let whole = encoded(&DynamicImage::ImageRgb8(two_colours()), ImageFormat::Png);
    for (bytes, says) in [
        (&b""[..], "is empty"),
        (b"just text", "not a picture in a known format"),
        (b"II\x2a\0 a TIFF file", "not a picture in a known format"),
        (&whole[..whole.len() / 2], "cannot be decoded"),
        (&whole[..20], "cannot be decoded"),
        (
            &png_header(20_000, 10),
            "is 20000 x 10 pixels, more than 16384 a side or 100 million in all",
        ),
        (&png_header(12_000, 12_000), "is 12000 x 12000 pixels"),
        (&png_header(4_000_000_000, 4_000_000_000), "would take more than 1600 MB to decode"),
        (b"GIF89a\0\0\0\0\0\0\0,\0\0\0\0\0\0\0\0\0\x02\0;", "has no pixels (0 x 0)"),
    ] {
        let text = refusal(bytes);
        assert!(text.contains(says), "{text}");
    }
}

#[test]
fn half_a_jpeg_is_refused() {
    let whole = encoded(&DynamicImage::ImageRgb8(two_colours()), ImageFormat::Jpeg);
    for part in 1..8 {
        let text = refusal(&whole[..whole.len() * part / 8]);
        assert!(text.contains("cannot be decoded") || text.contains("known format"), "{text}");
    }
    // What follows the end of the picture is not the picture's.
    let mut more = whole.clone();
    more.extend(b"MPF and other things");
    assert!(Picture::decode(&more, "more.jpg").is_ok());
}

#[test]
fn no_picture_at_all() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Picture::open(folder.path()), Err(PictureError::Folder { .. })));
    let text = Picture::open(&folder.path().join("nothing.png")).unwrap_err().to_string();
    assert!(text.contains("cannot open") && text.contains("nothing.png"), "{text}");
}

/// A file that is too long is not read to its end, nor looked at.
#[test]
fn a_file_of_too_many_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.bmp");
    // Sparse: takes no room on the disk.
    fs::File::create(&path).unwrap().set_len(300_000_000).unwrap();
    let text = Picture::open(&path).unwrap_err().to_string();
    assert!(text.contains("300000000 bytes, more than 200000000"), "{text}");
}

#[test]
fn turned_bytes_end_in_an_answer() {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random as usize
    };
    let image = DynamicImage::ImageRgb8(two_colours());
    for format in
        [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Gif]
    {
        let whole = encoded(&image, format);
        for _ in 0..300 {
            let mut bytes = whole.clone();
            for _ in 0..4 {
                let at = next() % bytes.len();
                bytes[at] = next() as u8;
            }
            if let Ok(picture) = Picture::decode(&bytes, "turned") {
                assert_eq!(picture.rgb.len(), picture.width as usize * picture.height as usize * 3);
            }
        }
    }
}

fn array_file(folder: &tempfile::TempDir, bytes: &[u8]) -> std::path::PathBuf {
    let path = folder.path().join("array.npy");
    fs::write(&path, bytes).unwrap();
    path
}

/// As `numpy.save` writes it, version 1.0.
fn numpy(descr: &str, fortran: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let mut header =
        format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\0".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn arrays_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("array.npy");
    for shape in [vec![2, 3, 4, 5], vec![7], vec![], vec![3, 0, 2]] {
        let count: usize = shape.iter().product();
        let tensor =
            Tensor { shape, data: (0..count).map(|index| index as f32 * 0.5 - 3.0).collect() };
        npy::write(&path, &tensor).unwrap();
        assert_eq!(npy::read(&path).unwrap(), tensor);
    }
    let bytes = fs::read(&path).unwrap();
    assert_eq!(bytes[..6], *b"\x93NUMPY");
    assert!(String::from_utf8_lossy(&bytes).contains("'descr': '<f4'"));
}

#[test]
fn arrays_of_other_layouts() {
    let folder = tempfile::tempdir().unwrap();
    let wanted = Tensor { shape: vec![2, 3], data: vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0] };
    let row_major = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0_f64];
    let column_major = [0.0, 3.0, 1.0, 4.0, 2.0, 5.0_f32];
    let wide: Vec<u8> = row_major.iter().flat_map(|value| value.to_le_bytes()).collect();
    let big: Vec<u8> = row_major.iter().flat_map(|&value| (value as f32).to_be_bytes()).collect();
    let fortran: Vec<u8> = column_major.iter().flat_map(|value| value.to_le_bytes()).collect();
    for bytes in [
        numpy("<f8", "False", "(2, 3)", &wide),
        numpy(">f4", "False", "(2, 3)", &big),
        numpy("<f4", "True", "(2, 3)", &fortran),
    ] {
        assert_eq!(npy::read(&array_file(&folder, &bytes)).unwrap(), wanted);
    }
}

#[test]
fn arrays_that_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let long = "9".repeat(19);
    for (bytes, says) in [
        (b"".to_vec(), "does not begin like one"),
        (b"PK\x03\x04".to_vec(), "does not begin like one"),
        (b"\x93NUMPY\x09\0\0\0\0\0".to_vec(), "version is unknown"),
        (b"\x93NUMPY\x02\0\xff\xff\xff\xff{".to_vec(), "header is cut short"),
        (
            numpy("<f4", "False", "(2, 3)", &[0; 23]),
            "is cut short: [2, 3] needs 24 bytes, it has 23",
        ),
        (numpy("<f4", "False", &format!("({long},)"), &[0; 8]), "is cut short"),
        (numpy("<f4", "False", &format!("({long}, {long})"), &[0; 8]), "shape is too large"),
        (numpy("<i8", "False", "(1,)", &[0; 8]), "not float32 or float64"),
        (numpy("|O", "False", "(1,)", &[0; 8]), "array.npy"),
        (numpy("<f4", "False", "'x'", &[0; 8]), "not a .npy array"),
    ] {
        let text = npy::read(&array_file(&folder, &bytes)).unwrap_err().to_string();
        assert!(text.contains(says) && text.contains("array.npy"), "{text}");
    }
    assert!(matches!(npy::read(folder.path()), Err(NpyError::File(FileError::Folder(_)))));
    let nowhere = folder.path().join("no/such/folder.npy");
    assert!(matches!(
        npy::write(&nowhere, &Tensor { shape: vec![], data: vec![1.0] }),
        Err(NpyError::File(FileError::Write { .. }))
    ));
}
