//! Our own weight files, and Keras': every container, every way to match, and files that are not what they say.

mod canonical;
mod conversion;
mod hostile;
mod matching;
mod shards;
mod wanted;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use nasnet_explorer::weights::{KerasFile, read_keras};
use tempfile::TempDir;
pub use wanted::Wanted;

pub fn fixture_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// The bytes of a fixture, which lies in a zip of one entry.
pub fn fixture(name: &str) -> Vec<u8> {
    let file = fs::File::open(fixture_path(&format!("{name}.zip"))).unwrap();
    let mut bytes = Vec::new();
    zip::ZipArchive::new(file).unwrap().by_index(0).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// A folder with the files of a fixture that has several.
pub fn unpacked(name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = fs::File::open(fixture_path(&format!("{name}.zip"))).unwrap();
    zip::ZipArchive::new(file).unwrap().extract(folder.path()).unwrap();
    folder
}

/// A folder that goes away with the test, and a file in it.
pub fn written(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn load(name: &str) -> KerasFile {
    let (_folder, path) = written(name, &fixture(name));
    read_keras(&path).unwrap()
}

/// The network of the fixtures `keras_n1.*`.
fn n1() -> Wanted {
    Wanted::network(1, 4, 8, 10)
}
