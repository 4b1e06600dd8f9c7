//! Weights written for other programs: the bits come back, and the files look as those of the
//! programs themselves do.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use hdf5_pure::{AttrValue, DType, File};
use nasnet_explorer::arch::{Architecture, Edit, Flavour, Settings, StemKind, zoo};
use nasnet_explorer::plan::lower;
use nasnet_explorer::weights::{
    Container, FileFormat, KerasFile, KerasLayer, SaveError, SaveOptions, Tensor, WeightFile,
    WeightTable, load, read, read_keras, save_as, to_bytes,
};
use serde_json::Value;
use tempfile::TempDir;

use super::{fixture, written};

const HALF: SaveOptions<'static> = SaveOptions { half: true, labels: None, training: None };

fn network(preset: &str, n: u32, flavour: Flavour) -> Architecture {
    let start = zoo::architecture(preset).unwrap();
    let settings = Settings {
        n,
        f: 4,
        stem: StemKind::Imagenet,
        stem_channels: 6,
        classes: 3,
        input: 32,
        flavour,
        ..*start.settings()
    };
    start.edited(&Edit::SetSettings(settings)).unwrap()
}

/// Numbers that differ from their neighbours, and that float16 and bfloat16 can hold.
fn distinct(network: &Architecture) -> WeightTable {
    let mut next = 0_u16;
    let mut number = || {
        next = next.wrapping_add(1);
        // Sign, five bits of exponent from -15 on, seven of fraction: 8192 in all.
        let bits = u32::from(next % 8192);
        let exponent = 112 + (bits >> 7 & 31);
        f32::from_bits(bits >> 12 << 31 | exponent.clamp(113, 142) << 23 | (bits & 127) << 16)
    };
    let parameters = lower(network).parameters();
    parameters
        .into_iter()
        .map(|parameter| {
            let data = (0..parameter.elements()).map(|_| number()).collect();
            (parameter.path, Tensor { shape: parameter.shape, data })
        })
        .collect()
}

fn name(format: FileFormat) -> &'static str {
    match format {
        FileFormat::Own | FileFormat::Timm | FileFormat::Cadene => "a.safetensors",
        FileFormat::KerasLegacy => "a.h5",
        FileFormat::Keras => "a.weights.h5",
    }
}

fn own_bytes(network: &Architecture, table: &WeightTable) -> Vec<u8> {
    to_bytes(network, table, &SaveOptions::default()).unwrap()
}

/// The file of a format, in a folder that goes away.
fn file_of(
    format: FileFormat,
    network: &Architecture,
    table: &WeightTable,
    options: &SaveOptions<'_>,
) -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name(format));
    save_as(&path, format, network, table, options).unwrap();
    (folder, path)
}

/// Own to each format that holds it to own, as float32 and as float16: the bytes are the same.
#[test]
fn every_bit_comes_back() {
    use FileFormat::{Cadene, Keras, KerasLegacy, Own, Timm};
    for (preset, n, formats) in [
        ("nasnet-a-mobile", 1, &[Own, KerasLegacy, Keras][..]),
        ("nasnet-a-mobile", 4, &[Cadene, KerasLegacy, Keras]),
        ("nasnet-a-large", 2, &[Own, Timm, KerasLegacy, Keras]),
        ("nasnet-a-large", 6, &[Timm]),
        ("pnasnet-5-large", 2, &[Own, Timm]),
    ] {
        let network = network(preset, n, Flavour::Slim);
        let table = distinct(&network);
        let expected = own_bytes(&network, &table);
        for &format in formats {
            for options in [SaveOptions::default(), HALF] {
                let (_folder, path) = file_of(format, &network, &table, &options);
                let loaded = load(&path, &network).unwrap();
                let report = &loaded.report;
                assert!(report.is_complete() && report.unused.is_empty(), "{format:?}: {report}");
                let found = own_bytes(&network, loaded.weights.table());
                assert!(found == expected, "{preset} N = {n} {format:?} {}", options.half);
            }
        }
    }
}

fn weighted(file: KerasFile) -> Vec<KerasLayer> {
    file.layers.into_iter().filter(|layer| !layer.weights.is_empty()).collect()
}

/// The network of the fixtures `keras_n1.*`, and its weights.
fn keras_n1(name: &str) -> (Architecture, WeightTable) {
    let start = network("nasnet-a-mobile", 1, Flavour::Keras);
    let settings = Settings { stem_channels: 8, classes: 10, ..*start.settings() };
    let network = start.edited(&Edit::SetSettings(settings)).unwrap();
    let (_folder, path) = written(name, &fixture(name));
    let loaded = load(&path, &network).unwrap();
    assert!(loaded.report.is_complete(), "{}", loaded.report);
    (network, loaded.weights.table().clone())
}

/// Names, order and tensors are those of the files that Keras wrote of the same weights.
#[test]
fn keras_own_files_hold_the_same_layers() {
    for (theirs, format, container) in [
        ("keras_n1.keras2.h5", FileFormat::KerasLegacy, Container::LegacyWeights),
        ("keras_n1.weights.h5", FileFormat::Keras, Container::WeightsH5),
    ] {
        let (network, table) = keras_n1(theirs);
        let (_folder, path) = file_of(format, &network, &table, &SaveOptions::default());
        let found = read_keras(&path).unwrap();
        assert_eq!(found.container, container);
        let (_folder, path) = written(theirs, &fixture(theirs));
        assert!(weighted(found) == weighted(read_keras(&path).unwrap()), "{theirs}");
    }
}

/// The layout of a legacy file down to attributes: what `load_weights` reads.
#[test]
fn the_attributes_of_a_legacy_file() {
    let (network, table) = keras_n1("keras_n1.keras2.h5");
    let (_folder, path) = file_of(FileFormat::KerasLegacy, &network, &table, &HALF);
    let file = File::open(&path).unwrap();
    let root = file.root();
    let attributes = root.attrs().unwrap();
    let text = |name: &str| attributes[name].as_str().unwrap().to_owned();
    assert_eq!((text("backend").as_str(), text("keras_version").as_str()), ("tensorflow", "2.2.4"));
    let layers = attributes["layer_names"].as_strings().unwrap().to_vec();
    assert_eq!((layers[0].as_str(), layers[1].as_str()), ("stem_conv1", "stem_bn1"));
    assert_eq!(layers.last().unwrap(), "predictions");
    assert_eq!(layers.len(), root.groups().unwrap().len());
    for (layer, expected) in [
        ("stem_bn1", &["gamma:0", "beta:0", "moving_mean:0", "moving_variance:0"][..]),
        ("stem_conv1", &["kernel:0"]),
        ("predictions", &["kernel:0", "bias:0"]),
        (
            "separable_conv_1_reduction_left4_reduce_1",
            &["depthwise_kernel:0", "pointwise_kernel:0"],
        ),
    ] {
        let group = root.group(layer).unwrap();
        let names: Vec<String> = expected.iter().map(|name| format!("{layer}/{name}")).collect();
        assert_eq!(group.attrs().unwrap()["weight_names"].as_strings().unwrap(), names);
        for name in names {
            assert_eq!(group.dataset(&name).unwrap().element_size().unwrap(), 2);
        }
    }
    let (_folder, path) = file_of(FileFormat::Keras, &network, &table, &SaveOptions::default());
    let file = File::open(&path).unwrap();
    let variables = file.root().group("layers/separable_conv2d_3/vars").unwrap();
    assert_eq!(
        variables.attrs().unwrap()["name"].as_str(),
        Some("separable_conv_2_reduction_right1_stem_1")
    );
    let kernel = variables.dataset("0").unwrap();
    assert_eq!((kernel.dtype().unwrap(), kernel.shape().unwrap()), (DType::F32, vec![7, 7, 1, 1]));
    assert!(matches!(variables.attrs().unwrap()["name"], AttrValue::String(_)));
}

/// The header, as JSON, and the numbers behind it.
fn parts(bytes: &[u8]) -> (Value, &[u8]) {
    let end = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    let mut header: Value = serde_json::from_slice(&bytes[8..end]).unwrap();
    header.as_object_mut().unwrap().remove("__metadata__");
    (header, &bytes[end..])
}

/// Header and numbers are those of the file that timm's class and Hugging Face's library wrote.
#[test]
fn timm_own_file_is_the_same() {
    let theirs = fixture("timm_n6.safetensors");
    let start = network("nasnet-a-large", 6, Flavour::Timm);
    let settings = Settings { stem_channels: 4, classes: 7, ..*start.settings() };
    let network = start.edited(&Edit::SetSettings(settings)).unwrap();
    let (_folder, path) = written("timm.safetensors", &theirs);
    let loaded = load(&path, &network).unwrap();
    let table = loaded.weights.table();
    let (_folder, path) = file_of(FileFormat::Timm, &network, table, &SaveOptions::default());
    let ours = fs::read(path).unwrap();
    let ((our_header, our_numbers), (their_header, their_numbers)) = (parts(&ours), parts(&theirs));
    assert!(our_header == their_header, "names, shapes, types or places differ");
    assert!(our_numbers == their_numbers, "numbers differ");
    // float16 comes back to the bit, for these numbers were rounded to it.
    let (_folder, path) = written("half.safetensors", &fixture("timm_n6.float16.safetensors"));
    let half = load(&path, &network).unwrap();
    assert!(half.weights.table() == table);
}

#[test]
fn cadene_own_names() {
    let start = network("nasnet-a-mobile", 4, Flavour::Slim);
    let settings = Settings { stem_channels: 8, classes: 1001, ..*start.settings() };
    let network = start.edited(&Edit::SetSettings(settings)).unwrap();
    let (_folder, path) = written("cadene.pth", &fixture("cadene_n4.pth"));
    let WeightFile::Torch(theirs) = read(&path).unwrap() else { panic!("not PyTorch's") };
    let loaded = load(&path, &network).unwrap();
    let table = loaded.weights.table();
    let (_folder, path) = file_of(FileFormat::Cadene, &network, table, &SaveOptions::default());
    let WeightFile::Torch(ours) = read(&path).unwrap() else { panic!("not PyTorch's") };
    let sorted = |mut tensors: Vec<(String, Tensor)>| {
        tensors.sort_by(|left, right| left.0.cmp(&right.0));
        tensors
    };
    assert!(sorted(ours.tensors) == sorted(theirs.tensors));
}

/// bfloat16 and float64 files become float32 without losing what they hold.
#[test]
fn other_widths_of_numbers() {
    let (network, table) = keras_n1("keras_n1.weights.h5");
    let expected = own_bytes(&network, &table);
    for name in
        ["keras_n1.bfloat16.weights.h5", "keras_n1.float16.keras2.h5", "keras_n1.float64.keras2.h5"]
    {
        let (other, table) = keras_n1(name);
        assert!(own_bytes(&other, &table) == expected, "{name}");
    }
}

#[test]
fn what_cannot_be_written_leaves_the_old_file() {
    let network = network("nasnet-a-mobile", 1, Flavour::Slim);
    let mut table = distinct(&network);
    let (_folder, path) = written("a.h5", b"old");
    let refused = |table: &WeightTable, format, options: &SaveOptions<'_>| {
        let error = save_as(&path, format, &network, table, options).unwrap_err();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        error
    };
    let plain = SaveOptions::default();
    let error = refused(&table, FileFormat::Timm, &plain);
    assert!(matches!(error, SaveError::Unfit { program: "timm", .. }), "{error}");
    table.get_mut("stem/bn/gamma").unwrap().data[0] = 1e6;
    let error = refused(&table, FileFormat::KerasLegacy, &HALF);
    assert!(matches!(error, SaveError::BeyondHalf { .. }), "{error}");
    table.get_mut("stem/bn/gamma").unwrap().data[0] = f32::NAN;
    let error = refused(&table, FileFormat::KerasLegacy, &plain);
    assert!(matches!(error, SaveError::NotFinite { .. }), "{error}");
    table.remove("stem/bn/gamma");
    let error = refused(&table, FileFormat::Keras, &plain);
    assert!(matches!(error, SaveError::Missing { .. }), "{error}");
    let names: BTreeSet<_> = fs::read_dir(path.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(
        save_as(Path::new("/"), FileFormat::Keras, &network, &distinct(&network), &plain).is_err()
    );
}

/// Of Keras' files no class is taken for the background: none is lost on the way back.
#[test]
fn a_background_class_stays_in_keras_files() {
    let start = network("nasnet-a-mobile", 1, Flavour::Keras);
    let settings = Settings { classes: 1001, ..*start.settings() };
    let network = start.edited(&Edit::SetSettings(settings)).unwrap();
    let table = distinct(&network);
    let (_folder, path) =
        file_of(FileFormat::KerasLegacy, &network, &table, &SaveOptions::default());
    let alone = read(&path).unwrap().architecture().unwrap();
    assert_eq!(alone.settings().classes, 1001);
    assert!(load(&path, &alone).unwrap().weights.table() == &table);
}

/// Where N is 1 the wiring shows in a shape, so that weights alone tell it.
#[test]
fn the_wiring_of_one_cell_a_stage_is_told_by_shapes() {
    for skip_reduction in [false, true] {
        let start = network("nasnet-a-mobile", 1, Flavour::Keras);
        let settings = Settings { skip_reduction, ..*start.settings() };
        let network = start.edited(&Edit::SetSettings(settings)).unwrap();
        let table = distinct(&network);
        let (_folder, path) =
            file_of(FileFormat::KerasLegacy, &network, &table, &SaveOptions::default());
        let file = read(&path).unwrap();
        assert_eq!(file.network().unwrap().skip_reduction, Some(skip_reduction));
        let alone = file.architecture().unwrap();
        assert!(load(&path, &alone).unwrap().weights.table() == &table);
    }
}
