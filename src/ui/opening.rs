//! Opening files: what a file is, and reading it without holding up the window.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use eframe::egui::{ColorImage, Context};

use crate::arch::{Architecture, CellKind, Document, zoo};
use crate::data::Picture;
use crate::data::samples::Sample;
use crate::interop;
use crate::weights::{is_checkpoint_data, looks_like_weights};

/// The longer side of the small copies that the window shows of pictures.
const PREVIEW: u32 = 384;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A document of this program.
    Architecture,
    /// Weights of a network.
    Weights,
    /// A picture.
    Picture,
    /// A network as text.
    Text,
}

/// What a file is, by its first bytes or, where they say nothing, by its name.
pub fn recognise(path: &Path, head: &[u8]) -> Option<FileKind> {
    let begins = |magic: &[u8]| head.starts_with(magic);
    if looks_like_weights(head) || is_checkpoint_data(path) {
        return Some(FileKind::Weights);
    }
    let webp = begins(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    if webp || begins(b"\x89PNG") || begins(b"\xff\xd8\xff") || begins(b"GIF8") || begins(b"BM") {
        return Some(FileKind::Picture);
    }
    if head.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
        return Some(FileKind::Architecture);
    }
    if let Ok(text) = str::from_utf8(head)
        && interop::recognise(text).is_some()
    {
        return Some(FileKind::Text);
    }
    // An empty or broken file is still what its name says; opening it gives the reason.
    let extension = path.extension()?.to_str()?.to_lowercase();
    match extension.as_str() {
        "json" => Some(FileKind::Architecture),
        "h5" | "hdf5" | "keras" | "pth" | "pt" | "safetensors" | "index" | "gz" | "tar" => {
            Some(FileKind::Weights)
        }
        "png" | "jpg" | "jpeg" | "webp" | "bmp" | "gif" => Some(FileKind::Picture),
        _ => None,
    }
}

/// A picture with what the window needs of it.
#[derive(Clone)]
pub struct OpenPicture {
    /// Its file's name, or what a sample shows.
    pub name: String,
    /// The picture itself.
    pub picture: Arc<Picture>,
    /// A small copy to show.
    pub preview: Arc<ColorImage>,
}

impl OpenPicture {
    /// Makes the small copy; takes a while for a large picture.
    pub fn new(name: String, picture: Picture) -> Self {
        let preview = Arc::new(preview(&picture));
        OpenPicture { name, picture: Arc::new(picture), preview }
    }
}

/// A picture as an image no larger than the window needs.
pub fn preview(picture: &Picture) -> ColorImage {
    let size = [picture.width as usize, picture.height as usize];
    let longer = picture.width.max(picture.height);
    if longer <= PREVIEW {
        return ColorImage::from_rgb(size, &picture.rgb);
    }
    let whole: Option<image::ImageBuffer<image::Rgb<u8>, &[u8]>> =
        image::ImageBuffer::from_raw(picture.width, picture.height, picture.rgb.as_slice());
    let Some(whole) = whole else { return ColorImage::default() };
    let scaled = |side: u32| {
        let side = u64::from(side) * u64::from(PREVIEW) / u64::from(longer);
        u32::try_from(side).unwrap_or(PREVIEW).max(1)
    };
    let small = image::imageops::thumbnail(&whole, scaled(picture.width), scaled(picture.height));
    ColorImage::from_rgb([small.width() as usize, small.height() as usize], small.as_raw())
}

/// What became of a file.
pub enum Opened {
    /// A document was read, from its own file or from a text, which has none.
    Document(Option<PathBuf>, Box<Document>),
    /// A weight file, for the engine to read.
    Weights {
        /// The file.
        path: PathBuf,
        /// Whether a document was opened together with it, which is then the network to use.
        with_document: bool,
    },
    /// A picture was decoded.
    Picture(OpenPicture),
    /// A sample picture was decoded.
    Sample(usize, OpenPicture),
    /// One sentence: what is wrong and what to do.
    Failed(String),
}

/// Reads files on threads of their own.
pub struct Opener {
    sender: Sender<(u64, Opened)>,
    receiver: Receiver<(u64, Opened)>,
    asked: u64,
    waiting: usize,
    /// The number of the last picture shown: an earlier one that took longer comes too late.
    newest_picture: u64,
}

impl Default for Opener {
    fn default() -> Self {
        let (sender, receiver) = channel();
        Opener { sender, receiver, asked: 0, waiting: 0, newest_picture: 0 }
    }
}

impl Opener {
    /// Begins to open files that the user gave together.
    pub fn open(&mut self, ctx: &Context, paths: Vec<PathBuf>) {
        let paths: Arc<[PathBuf]> = paths.into();
        for index in 0..paths.len() {
            let paths = paths.clone();
            self.begin(ctx, move || open(&paths[index], &paths));
        }
    }

    /// Begins to decode a sample picture.
    pub fn decode(&mut self, ctx: &Context, index: usize, sample: Sample) {
        self.begin(ctx, move || match Picture::decode(sample.bytes, sample.name) {
            Ok(picture) => Opened::Sample(index, OpenPicture::new(sample.name.to_owned(), picture)),
            Err(error) => Opened::Failed(error.to_string()),
        });
    }

    /// Whether a file is being read.
    pub fn is_busy(&self) -> bool {
        self.waiting > 0
    }

    /// The next file that has been read, without waiting.
    pub fn poll(&mut self) -> Option<Opened> {
        while let Ok((number, opened)) = self.receiver.try_recv() {
            self.waiting -= 1;
            if matches!(opened, Opened::Picture(_)) {
                if number < self.newest_picture {
                    continue;
                }
                self.newest_picture = number;
            }
            return Some(opened);
        }
        None
    }

    fn begin(&mut self, ctx: &Context, work: impl FnOnce() -> Opened + Send + 'static) {
        self.asked += 1;
        self.waiting += 1;
        let (number, sender, ctx) = (self.asked, self.sender.clone(), ctx.clone());
        let done = self.sender.clone();
        let spawned = std::thread::Builder::new().name("open file".into()).spawn(move || {
            // Nobody listens any more when the window was closed.
            let _ = sender.send((number, work()));
            ctx.request_repaint();
        });
        if let Err(error) = spawned {
            let text = format!("cannot read files: the system refuses a new thread ({error})");
            let _ = done.send((number, Opened::Failed(text)));
        }
    }
}

fn open(path: &Path, together: &[PathBuf]) -> Opened {
    let head = match read_head(path) {
        Ok(head) => head,
        Err(text) => return Opened::Failed(text),
    };
    match recognise(path, &head) {
        Some(FileKind::Weights) => Opened::Weights {
            path: path.to_owned(),
            with_document: together.iter().any(|other| is_document(other)),
        },
        Some(FileKind::Architecture) => match Document::open(path) {
            Ok(document) => Opened::Document(Some(path.to_owned()), Box::new(document)),
            Err(error) => Opened::Failed(error.to_string()),
        },
        Some(FileKind::Picture) => match Picture::open(path) {
            Ok(picture) => Opened::Picture(OpenPicture::new(file_name(path), picture)),
            Err(error) => Opened::Failed(error.to_string()),
        },
        Some(FileKind::Text) | None => open_text(path),
    }
}

/// A network as text, which code and remarks may stand before.
fn open_text(path: &Path) -> Opened {
    match interop::text_in(path) {
        Some(text) => match network_in(&text) {
            Ok(document) => Opened::Document(None, Box::new(document)),
            // The part of the text that the error shows needs letters of one width.
            Err(error) => Opened::Failed(format!(
                "cannot read {}: {}",
                path.display(),
                error.lines().next().unwrap_or_default()
            )),
        },
        None => Opened::Failed(format!(
            "{} is nothing that can be opened: pictures (PNG, JPEG, WebP, BMP, GIF), \
             architectures (.json), networks as text and weights of Keras (.h5, .keras) or PyTorch (.pth, .safetensors) can",
            path.display()
        )),
    }
}

/// The network that a text holds, as a document without a file: in one of the forms of [`interop`],
/// or what a document's own file holds.
///
/// The error is one sentence, with the part of the text and a caret below where there is a place.
pub fn network_in(text: &str) -> Result<Document, String> {
    if text.trim_start().starts_with('{') {
        return Document::parse(text.as_bytes(), "the text").map_err(|error| error.to_string());
    }
    let network = interop::read(text).map_err(|error| error.to_string())?;
    Ok(Document::new(known(&network).unwrap_or(network)))
}

/// The preset that this network is but for its name.
fn known(network: &Architecture) -> Option<Architecture> {
    let cells = |network: &Architecture| CellKind::BOTH.map(|kind| network.cell(kind).clone());
    let same = |preset: &Architecture| {
        preset.settings() == network.settings() && cells(preset) == cells(network)
    };
    zoo::PRESETS.iter().map(zoo::Preset::architecture).find(same)
}

fn is_document(path: &Path) -> bool {
    let kind = read_head(path).ok().and_then(|head| recognise(path, &head));
    matches!(kind, Some(FileKind::Architecture | FileKind::Text))
}

/// The first bytes of a file.
fn read_head(path: &Path) -> Result<Vec<u8>, String> {
    if path.is_dir() {
        return Err(format!(
            "the folder {} cannot be opened; open the files in it",
            path.display()
        ));
    }
    let mut head = Vec::new();
    std::fs::File::open(path).and_then(|file| file.take(512).read_to_end(&mut head)).map_err(
        |error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                format!("there is no file {}; check the name", path.display())
            }
            kind => format!("cannot read {}: {kind}; check that you may read it", path.display()),
        },
    )?;
    Ok(head)
}

/// The last part of a path, for people.
pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_comes_before_the_name() {
        let kind = |name: &str, head: &[u8]| recognise(Path::new(name), head);
        assert_eq!(kind("a.png", b"\x89HDF\r\n\x1a\n"), Some(FileKind::Weights));
        assert_eq!(kind("weights", b"PK\x03\x04"), Some(FileKind::Weights));
        let torch = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02";
        assert_eq!(kind("weights", torch), Some(FileKind::Weights));
        assert_eq!(kind("weights", b"\x40\0\0\0\0\0\0\0{\"a\":"), Some(FileKind::Weights));
        assert_eq!(kind("weights", b"\x80\x04\x95 another pickle"), None);
        assert_eq!(kind("a.txt", b"\x89PNG\r\n"), Some(FileKind::Picture));
        assert_eq!(kind("a", b"RIFF\0\0\0\0WEBPVP8 "), Some(FileKind::Picture));
        assert_eq!(kind("a", b" \n{\"format\""), Some(FileKind::Architecture));
        assert_eq!(kind("a.PNG", b"hello"), Some(FileKind::Picture));
        assert_eq!(kind("a.h5", b""), Some(FileKind::Weights));
        assert_eq!(kind("a.PTH", b""), Some(FileKind::Weights));
        assert_eq!(kind("a.json", b"[]"), Some(FileKind::Architecture));
        assert_eq!(kind("a.txt", b"hello"), None);
        assert_eq!(kind("a", b"darts N=6 | sep3(p)"), Some(FileKind::Text));
        assert_eq!(kind("a.py", b"# found\nX = Genotype(normal=["), Some(FileKind::Text));
    }

    #[test]
    fn previews_are_small_and_keep_their_shape() {
        let picture = Picture { width: 1000, height: 10, rgb: vec![7; 30_000] };
        let small = preview(&picture);
        assert_eq!(small.size, [384, 3]);
        let picture = Picture { width: 2, height: 1, rgb: vec![7; 6] };
        assert_eq!(preview(&picture).size, [2, 1]);
    }
}
