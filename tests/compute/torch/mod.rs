//! PyTorch's weight files: every container, both ways to number cells, hostile pickles.
//!
//! The fixtures are files of real PyTorch with the classes of timm and of Cadene; what they hold
//! is at the top of `tests/fixtures/make_torch_fixtures.py`.

mod files;
mod hostile;
mod parity;
mod pickled;

use nasnet_explorer::arch::{Architecture, Edit, Family, Flavour, Settings, StemKind, zoo};
use nasnet_explorer::weights::{Loaded, TorchFile, WeightFile, load, read};

use crate::weights::{fixture, written};

/// A fixture's state dict.
fn torch_file(name: &str) -> TorchFile {
    let (_folder, path) = written(name, &fixture(name));
    match read(&path).unwrap() {
        WeightFile::Torch(file) => file,
        other => panic!("{} is not taken for a file of PyTorch", other.path().display()),
    }
}

/// A fixture, loaded for a document.
fn loaded(name: &str, network: &Architecture) -> Loaded {
    let (_folder, path) = written(name, &fixture(name));
    load(&path, network).unwrap()
}

fn with(settings: Settings) -> Architecture {
    let mobile = zoo::architecture("nasnet-a-mobile").unwrap();
    mobile.edited(&Edit::SetSettings(settings)).unwrap()
}

/// The network of `timm_n6.*`.
fn timm_n6() -> Architecture {
    with(Settings {
        n: 6,
        f: 4,
        stem: StemKind::Imagenet,
        stem_channels: 4,
        input: 32,
        classes: 7,
        skip_reduction: true,
        flavour: Flavour::Timm,
        family: Family::Nasnet,
    })
}

/// The network of `cadene_n4.pth` with this many classes.
fn cadene_n4(classes: u32) -> Architecture {
    with(Settings {
        n: 4,
        stem_channels: 8,
        classes,
        skip_reduction: false,
        flavour: Flavour::Slim,
        ..*timm_n6().settings()
    })
}
