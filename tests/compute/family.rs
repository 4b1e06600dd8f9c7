//! NASNet's relatives, and NASNet for CIFAR: their files, logits and every cell's output.
//!
//! The references are timm's own cells for PNASNet-5, and for the others networks written in PyTorch from the published
//! descriptions; `tests/fixtures/make_family_fixtures.py` says what each is.

use std::path::{Path, PathBuf};

use nasnet_explorer::arch::{Architecture, CellKind, Edit, Flavour, Settings, StemKind, zoo};
use nasnet_explorer::engine::DeviceChoice;
use nasnet_explorer::weights::{WeightFile, load, network_in, read};
use tempfile::TempDir;

use crate::network::{assert_reference, forward, largest_difference, reference, session};
use crate::weights::{fixture, unpacked, written};

fn sized(preset: &str, change: impl FnOnce(Settings) -> Settings) -> Architecture {
    let start = zoo::architecture(preset).unwrap();
    start.edited(&Edit::SetSettings(change(*start.settings()))).unwrap()
}

/// The network of `pnasnet_n2.pth` with this many classes.
fn pnasnet(classes: u32) -> Architecture {
    sized("pnasnet-5-mobile", |settings| Settings {
        n: 2,
        f: 8,
        stem_channels: 6,
        input: 33,
        classes,
        flavour: Flavour::Timm,
        ..settings
    })
}

/// The network of `nasnet_cifar_n2.safetensors`.
fn nasnet_cifar() -> Architecture {
    sized("nasnet-a-cifar-6-768", |settings| Settings {
        n: 2,
        f: 4,
        stem_channels: 12,
        input: 16,
        ..settings
    })
}

fn tiny(
    preset: &str,
    n: u32,
    f: u32,
    stem_channels: u32,
    input: u32,
    classes: u32,
) -> Architecture {
    sized(preset, |settings| Settings { n, f, stem_channels, input, classes, ..settings })
}

fn in_folder(name: &str) -> (TempDir, PathBuf) {
    written(name, &fixture(name))
}

fn checkpoint(name: &str) -> (TempDir, PathBuf) {
    let folder = unpacked(name);
    let index = folder.path().join("model.ckpt.index");
    (folder, index)
}

#[test]
fn pnasnet_equals_timm() {
    let mut reference = reference("pnasnet_n2_io.npz");
    let mut whole = session(DeviceChoice::Cpu, "pnasnet_n2.pth", &pnasnet(1001));
    let output = forward(&mut whole, &pnasnet(1001), &reference["x_nchw"]);
    assert_eq!(output.units.len(), 9, "stem, two stem cells, six cells");
    assert_reference(&output, &reference, 1e-4);
    // Max pools alone: TF-slim's arithmetic is timm's, today's Keras' would not be.
    let flavoured = |flavour| pnasnet(1001).edited(&Edit::SetFlavour(flavour)).unwrap();
    let slim = forward(&mut whole, &flavoured(Flavour::Slim), &reference["x_nchw"]);
    assert_reference(&slim, &reference, 1e-4);
    let keras = forward(&mut whole, &flavoured(Flavour::Keras), &reference["x_nchw"]);
    assert!(largest_difference(&keras.logits, &reference["logits"].data) > 1e-2);
    // Without the background, the other classes' logits are what they were.
    let mut session = session(DeviceChoice::Cpu, "pnasnet_n2.pth", &pnasnet(1000));
    let output = forward(&mut session, &pnasnet(1000), &reference["x_nchw"]);
    let logits = &mut reference.get_mut("logits").unwrap().data;
    *logits = logits.chunks(1001).flat_map(|row| row[1..].to_vec()).collect();
    assert_reference(&output, &reference, 1e-4);
}

/// TF-slim's names hold the same weights to the bit, so that their networks are the same too.
#[test]
fn checkpoints_of_slim_hold_the_same_weights() {
    let table = |path: &Path, network: &Architecture| {
        let plan = nasnet_explorer::plan::lower(network);
        let loaded = load(path, network).unwrap();
        assert!(
            loaded.report.is_complete() && loaded.report.unused.is_empty(),
            "{}",
            loaded.report
        );
        assert!(loaded.architecture.is_none() && loaded.fits.is_none());
        loaded.weights.fit(&plan).to_table()
    };
    for (slim, other, network) in [
        ("slim_pnasnet_n2.ckpt", "pnasnet_n2.pth", pnasnet(1001)),
        ("slim_cifar_n2.ckpt", "nasnet_cifar_n2.safetensors", nasnet_cifar()),
    ] {
        let (_folder, index) = checkpoint(slim);
        let (_other_folder, path) = in_folder(other);
        assert!(table(&index, &network) == table(&path, &network), "{slim}");
    }
}

/// What opens where a file is opened alone: everything that tensors tell.
#[test]
fn a_file_opens_the_network_that_it_was_made_for() {
    let (_folder, torch) = in_folder("pnasnet_n2.pth");
    let (_slim_folder, slim) = checkpoint("slim_pnasnet_n2.ckpt");
    let (_cifar_folder, cifar) = checkpoint("slim_cifar_n2.ckpt");
    let pnasnet_5 = |flavour| Settings { input: 224, flavour, ..*pnasnet(1000).settings() };
    for (path, name, cells, settings) in [
        (&torch, "PNASNet-5 2 @ 160", "pnasnet-5-large", pnasnet_5(Flavour::Timm)),
        (&slim, "PNASNet-5 2 @ 160", "pnasnet-5-large", pnasnet_5(Flavour::Slim)),
        (
            &cifar,
            "NASNet-A 2 @ 96",
            "nasnet-a-mobile",
            Settings { input: 32, ..*nasnet_cifar().settings() },
        ),
    ] {
        let network = network_in(path).unwrap();
        assert_eq!((network.name(), *network.settings()), (name, settings));
        let like = zoo::architecture(cells).unwrap();
        assert!(CellKind::BOTH.iter().all(|kind| network.cell(*kind) == like.cell(*kind)));
        // Opened in it, the file fits; opened in another, it brings it.
        let loaded = load(path, &network).unwrap();
        assert!(loaded.report.is_complete() && loaded.architecture.is_none(), "{}", loaded.report);
        let loaded = load(path, &zoo::architecture("darts-v2-cifar").unwrap()).unwrap();
        assert_eq!((loaded.architecture, loaded.fits), (Some(network.clone()), None));
        // In one of its family other settings are enough.
        let other = sized(network.preset(), |settings| Settings { n: 5, ..settings });
        let loaded = load(path, &other).unwrap();
        let mine = loaded.fits.unwrap();
        assert_eq!((mine.n, mine.f, mine.family), (2, settings.f, settings.family));
    }
}

#[test]
fn a_report_names_the_family() {
    let (_folder, torch) = in_folder("pnasnet_n2.pth");
    let inspection = read(&torch).unwrap().inspect();
    let network = inspection.network.unwrap();
    assert_eq!(
        network.to_string(),
        "PNASNet-5 with N = 2, F = 8 (2 @ 160), ImageNet stem of 6 channels, 1001 classes, flavour timm"
    );
    let opens = inspection.opens_as.unwrap();
    assert_eq!((opens.penultimate, opens.settings.classes), (160, 1000));
    let (_cifar_folder, cifar) = checkpoint("slim_cifar_n2.ckpt");
    let network = read(&cifar).unwrap().network().unwrap();
    assert_eq!(
        network.to_string(),
        "NASNet-A with N = 2, F = 4 (2 @ 96), CIFAR stem of 12 channels, 10 classes, flavour slim"
    );
}

#[test]
fn sizes_of_a_pnasnet_that_contradict_each_other() {
    let (_folder, torch) = in_folder("pnasnet_n2.pth");
    let WeightFile::Torch(file) = read(&torch).unwrap() else { panic!("a state dict") };
    let problem = |change: &dyn Fn(&mut String, &mut Vec<usize>)| {
        let mut file = file.clone();
        for (name, tensor) in &mut file.tensors {
            change(name, &mut tensor.shape);
        }
        file.network().unwrap_err().to_string()
    };
    let text = problem(&|name, shape| {
        if name == "last_linear.weight" {
            *shape = vec![1001, 192];
        }
    });
    assert!(
        text.contains("the classifier is [1001, 192] where F = 8 wants [classes, 20 F]"),
        "{text}"
    );
    let text = problem(&|name, _| *name = name.replace("cell_5.", "cell_6."));
    assert!(text.contains("6 normal cells are numbered neither as timm's"), "{text}");
    let text = problem(&|name, _| *name = name.replace("conv_0.conv.", "conv_1.conv."));
    assert!(text.contains("which are not a NASNet's"), "{text}");
    // Sizes that agree with each other, but that no network may have.
    let mut wide = file.clone();
    wide.tensors.retain(|(name, _)| !name.starts_with("last_linear"));
    for (name, tensor) in &mut wide.tensors {
        if name == "cell_0.conv_1x1.conv.weight" {
            tensor.shape[0] = 20_000;
        }
    }
    let inspection = WeightFile::Torch(wide).inspect();
    let text = inspection.problem.unwrap();
    assert!(text.contains("F cannot be 20000: it may be 4 to 16384"), "{text}");
    assert!(inspection.network.is_none() && inspection.opens_as.is_none());
}

#[test]
fn every_relative_equals_its_description() {
    for (name, network, units) in [
        ("nasnet_cifar_n2", nasnet_cifar(), 9),
        ("darts_cifar", tiny("darts-v2-cifar", 1, 4, 12, 16, 10), 6),
        ("darts_imagenet", tiny("p-darts-imagenet", 1, 6, 6, 64, 7), 7),
        ("enas_cifar", tiny("enas-cifar", 2, 4, 12, 16, 10), 9),
        ("amoebanet_imagenet", tiny("amoebanet-d", 1, 16, 6, 33, 7), 8),
        ("amoebanet_cifar", cifar_amoebanet("amoebanet-c"), 6),
        ("amoebanet_a_cifar", cifar_amoebanet("amoebanet-a"), 6),
    ] {
        let reference = reference(&format!("{name}_io.npz"));
        let mut session = session(DeviceChoice::Cpu, &format!("{name}.safetensors"), &network);
        let output = forward(&mut session, &network, &reference["x_nchw"]);
        assert_eq!(output.units.len(), units, "{name}");
        assert_reference(&output, &reference, 1e-4);
    }
}

fn cifar_amoebanet(preset: &str) -> Architecture {
    sized(preset, |settings| Settings {
        n: 1,
        f: 8,
        stem: StemKind::Cifar,
        stem_channels: 12,
        input: 16,
        classes: 10,
        ..settings
    })
}
