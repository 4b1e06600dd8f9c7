//! TensorFlow's checkpoints with the names of TF-slim: index and data, archives, hostile ones.
//!
//! The fixtures are files of real TensorFlow with the weights of the PyTorch fixtures; what they
//! hold is at the top of `tests/fixtures/make_slim_fixture.py`.

mod files;
mod hostile;
mod parity;

use std::path::{Path, PathBuf};

use nasnet_explorer::arch::{Architecture, Edit, Family, Flavour, Settings, StemKind, zoo};
use nasnet_explorer::weights::{TensorFlowFile, WeightFile, read};
use tempfile::TempDir;

use crate::weights::unpacked;

const ARCHIVE: &str = "slim_n4.ckpt.tar.gz";

/// The fixture whose data lie in two files, and the path of its index.
fn n6_files() -> (TempDir, PathBuf) {
    let folder = unpacked("slim_n6.ckpt");
    let index = folder.path().join("model.ckpt-7.index");
    (folder, index)
}

fn checkpoint(path: &Path) -> TensorFlowFile {
    match read(path).unwrap() {
        WeightFile::TensorFlow(file) => file,
        other => panic!("{} is not taken for a checkpoint", other.path().display()),
    }
}

fn with(settings: Settings) -> Architecture {
    let mobile = zoo::architecture("nasnet-a-mobile").unwrap();
    mobile.edited(&Edit::SetSettings(settings)).unwrap()
}

/// The network of `slim_n6.*`, with the arithmetic that the reference outputs were made with.
fn n6() -> Architecture {
    with(Settings {
        family: Family::Nasnet,
        n: 6,
        f: 4,
        stem: StemKind::Imagenet,
        stem_channels: 4,
        input: 32,
        classes: 7,
        skip_reduction: true,
        flavour: Flavour::Timm,
    })
}

/// The network of `slim_n4.ckpt.tar.gz` with this many classes.
fn n4(classes: u32) -> Architecture {
    with(Settings {
        n: 4,
        stem_channels: 8,
        classes,
        skip_reduction: false,
        flavour: Flavour::Slim,
        ..*n6().settings()
    })
}
