//! Pictures that are odd, damaged, or none.

use std::fs;
use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, ImageBuffer, ImageFormat, Rgb, Rgba, RgbaImage};

use crate::support::{Folder, SMALL, assert_refused, fixture, json, sample};

fn refuses(name: &str, content: &[u8], says: &[&str]) {
    let folder = Folder::new();
    let path = folder.write(name, content);
    assert_refused(
        &[&["classify", &path][..], &SMALL].concat(),
        &[&[path.as_str()], says].concat(),
    );
}

fn is_classified(path: &str) {
    let answer = json(&[&["classify", path][..], &SMALL].concat());
    assert_eq!(answer[0]["image"], path);
    assert_eq!(answer[0]["top"].as_array().unwrap().len(), 5);
}

/// A PNG file that declares this size and ends.
fn png_of(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let crc = !header.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| match crc & 1 {
            1 => 0xedb8_8320 ^ (crc >> 1),
            _ => crc >> 1,
        })
    });
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    file.extend(header);
    file.extend(crc.to_be_bytes());
    file.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    file
}

#[test]
fn damaged_pictures() {
    let half = |name: &str| {
        let bytes = fs::read(sample(name)).unwrap();
        bytes[..bytes.len() / 2].to_vec()
    };
    refuses("half.png", &half("stripes.png"), &["cannot be decoded", "save it again"]);
    refuses("half.jpg", &half("star.jpg"), &["cannot be decoded", "save it again"]);
    refuses("empty.png", b"", &["is empty"]);
}

#[test]
fn impossible_sizes() {
    refuses("huge.png", &png_of(60_000, 60_000), &["60000 x 60000 pixels", "make it smaller"]);
    refuses("none.png", &png_of(0, 0), &["cannot be decoded"]);
    let none = b"GIF89a\0\0\0\0\0\0\0,\0\0\0\0\0\0\0\0\0\x02\0;";
    refuses("none.gif", none, &["has no pixels (0 x 0)", "give another one"]);
}

#[test]
fn things_that_are_no_pictures() {
    refuses("text.png", b"Dear reader,", &["not a picture in a known format", "give a PNG"]);
    let folder = Folder::new();
    let (missing, itself) = (folder.path("missing.png"), folder.path(""));
    let classify = |path: &str, says: &str| {
        assert_refused(&[&["classify", path][..], &SMALL].concat(), &[path, says]);
    };
    classify(&missing, "check the path");
    classify(&itself, "is a folder, not a picture; give a file inside it");
}

#[test]
fn the_system_says_its_reason_once() {
    let folder = Folder::new();
    let missing = folder.path("missing.png");
    let line = crate::support::refusal(&[&["classify", &missing][..], &SMALL].concat());
    assert_eq!(line.matches("os error").count(), 1, "{line}");
}

#[test]
fn odd_but_good_pictures() {
    let folder = Folder::new();
    is_classified(fixture("cmyk.jpg").to_str().unwrap());

    let deep = ImageBuffer::from_fn(40, 30, |x, y| Rgb([x as u16 * 1600, y as u16 * 2000, 40_000]));
    let mut png = Cursor::new(Vec::new());
    DynamicImage::ImageRgb16(deep).write_to(&mut png, ImageFormat::Png).unwrap();
    is_classified(&folder.write("deep.png", png.into_inner()));

    let mut animation = Vec::new();
    let mut encoder = GifEncoder::new(&mut animation);
    for colour in [[250, 0, 0, 255], [0, 250, 0, 255]] {
        encoder.encode_frame(Frame::new(RgbaImage::from_pixel(8, 8, Rgba(colour)))).unwrap();
    }
    drop(encoder);
    is_classified(&folder.write("moving.gif", animation));
}

#[test]
fn one_bad_picture_among_good_ones_is_named() {
    let (good, missing) = (sample("star.jpg"), sample("missing.jpg"));
    assert_refused(&[&["classify", &good, &missing][..], &SMALL].concat(), &[&missing]);
}
