//! Our own weight files: what is written is read, and what is damaged is told.

use std::ops::ControlFlow;
use std::path::Path;

use nasnet_explorer::arch::{
    Architecture, CellKind, Combine, Edit, Op, Operand, Settings, Side, StateName, StemKind, zoo,
};
use nasnet_explorer::engine::{DeviceChoice, Session, Training};
use nasnet_explorer::plan::lower;
use nasnet_explorer::weights::{
    Container, Loaded, SaveOptions, WeightFile, WeightTable, load, load_bytes, network_in, read,
    read_bytes, save, seeded_table, to_bytes,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::{fixture, written};

fn small(preset: &str, edits: &[Edit]) -> Architecture {
    let start = zoo::architecture(preset).unwrap();
    let open = *start.settings();
    let stem_channels = if open.stem == StemKind::Cifar { 4 } else { 6 };
    let settings = Settings { n: 1, f: 4, stem_channels, classes: 3, ..open };
    let start = start.edited(&Edit::SetSettings(settings)).unwrap();
    // What is illegal after the edits before it is left out.
    edits.iter().fold(start, |network, edit| network.edited(edit).unwrap_or(network))
}

fn labels() -> Vec<String> {
    ["circle", "square", "\u{2605} \"star\""].map(str::to_owned).to_vec()
}

/// A file of a small network, with labels.
fn bytes_of(network: &Architecture) -> (WeightTable, Vec<u8>) {
    let table = seeded_table(&lower(network), 3);
    let (labels, training) = (labels(), json!({ "accuracy": 0.5 }));
    let options =
        SaveOptions { labels: Some(&labels), training: Some(&training), ..Default::default() };
    let bytes = to_bytes(network, &table, &options).unwrap();
    (table, bytes)
}

fn load_from(bytes: &[u8], open: &Architecture) -> Result<Loaded, String> {
    load_bytes(bytes, Path::new("own.safetensors"), open).map_err(|error| error.to_string())
}

/// Why bytes are not read.
fn refusal_of(bytes: &[u8], open: &Architecture) -> String {
    load_from(bytes, open).map(drop).unwrap_err()
}

/// The same file with another header.
fn with_header(bytes: &[u8], change: impl FnOnce(&mut Map<String, Value>)) -> Vec<u8> {
    let end = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    let mut header = serde_json::from_slice(&bytes[8..end]).unwrap();
    change(&mut header);
    let header = serde_json::to_vec(&header).unwrap();
    [&(header.len() as u64).to_le_bytes(), &header[..], &bytes[end..]].concat()
}

fn state() -> impl Strategy<Value = StateName> {
    prop_oneof![select(StateName::FOUR_INPUTS.to_vec()), (0..7_u16).prop_map(StateName::Block)]
}

fn edit() -> impl Strategy<Value = Edit> {
    let cell = || select(CellKind::BOTH.to_vec());
    let side = || select(Side::BOTH.to_vec());
    let op = || select(Op::ALL.to_vec());
    let operand = || (op(), state()).prop_map(|(op, from)| Operand { op, from });
    let combine = || select(Combine::ALL.to_vec());
    prop_oneof![
        (cell(), state(), side(), op()).prop_map(|(cell, block, side, op)| Edit::SetOp {
            cell,
            block,
            side,
            op
        }),
        (cell(), state(), side(), state()).prop_map(|(cell, block, side, from)| Edit::Replug {
            cell,
            block,
            side,
            from
        }),
        (cell(), operand(), operand(), combine())
            .prop_map(|(cell, left, right, combine)| Edit::AddBlock { cell, left, right, combine }),
        (cell(), state()).prop_map(|(cell, block)| Edit::RemoveBlock { cell, block }),
        (cell(), state(), combine()).prop_map(|(cell, block, combine)| Edit::SetCombine {
            cell,
            block,
            combine
        }),
        any::<bool>().prop_map(Edit::SetSkipReduction),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    /// Whatever the network, its file gives the same network and the same bits.
    #[test]
    fn any_network_comes_back(
        preset in select(vec!["nasnet-a-small", "nasnet-a-mobile", "nasnet-b-template"]),
        edits in proptest::collection::vec(edit(), 0..12),
        seed in any::<u64>(),
    ) {
        let network = small(preset, &edits);
        let plan = lower(&network);
        let table = seeded_table(&plan, seed);
        let bytes = to_bytes(&network, &table, &SaveOptions::default()).unwrap();
        let open = zoo::architecture("nasnet-a-large").unwrap();
        let loaded = load_from(&bytes, &open).unwrap();
        prop_assert_eq!(loaded.architecture.as_ref(), Some(&network));
        prop_assert!(loaded.report.is_complete() && loaded.report.unused.is_empty());
        prop_assert_eq!((&loaded.labels, loaded.fits), (&None, None));
        let fitted = loaded.weights.fit(&plan);
        prop_assert!(fitted.untrained_groups().is_empty());
        let again = fitted.to_table();
        prop_assert_eq!(&again, &table);
        prop_assert_eq!(to_bytes(&network, &again, &SaveOptions::default()).unwrap(), bytes);
    }
}

#[test]
fn half_precision_rounds_once_and_then_stays() {
    let network = small("nasnet-a-small", &[]);
    let table = seeded_table(&lower(&network), 5);
    let half = SaveOptions { half: true, ..SaveOptions::default() };
    let bytes = to_bytes(&network, &table, &half).unwrap();
    let loaded = load_from(&bytes, &network).unwrap();
    let rounded = loaded.weights.fit(&lower(&network)).to_table();
    let mut inexact = 0;
    for (path, tensor) in &table {
        for (before, after) in tensor.data.iter().zip(&rounded[path].data) {
            // Half a unit of 11 significant bits, or of the smallest subnormal.
            let most = (before.abs() / 2048.0).max(2.0_f32.powi(-25));
            assert!((before - after).abs() <= most, "{path}: {before} {after}");
            inexact += usize::from(before != after);
        }
    }
    assert!(inexact > 1000, "{inexact}");
    assert_eq!(to_bytes(&network, &rounded, &half).unwrap(), bytes);
}

#[test]
fn a_file_says_what_it_is() {
    let network = small("nasnet-a-mobile", &[]);
    let (table, bytes) = bytes_of(&network);
    let (_folder, path) = written("whatever.bin", b"");
    let (labels, training) = (labels(), json!({ "accuracy": 0.5 }));
    let options =
        SaveOptions { labels: Some(&labels), training: Some(&training), ..Default::default() };
    save(&path, &network, &table, &options).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
    assert_eq!(network_in(&path).unwrap(), network);
    let loaded = load(&path, &network).unwrap();
    assert_eq!(loaded.labels.as_ref(), Some(&labels));
    assert_eq!(loaded.training.as_ref(), Some(&training));
    let inspection = read(&path).unwrap().inspect();
    assert_eq!(inspection.container, Container::Canonical);
    assert_eq!((inspection.tensors, inspection.problem), (table.len(), None));
    let opens = inspection.opens_as.unwrap();
    assert_eq!(
        (opens.name.as_str(), opens.penultimate, &opens.settings),
        (network.name(), lower(&network).penultimate(), network.settings())
    );
    let own = inspection.own.unwrap();
    assert_eq!((own.labels, own.training), (Some(labels), Some(training)));
    assert_eq!(inspection.network.unwrap().classes, Some(3));
}

/// What an edit left unchanged keeps its weights, the rest does not.
#[test]
fn an_edited_network_uses_what_it_shares() {
    let network = small("nasnet-a-small", &[]);
    let (_, bytes) = bytes_of(&network);
    let (cell, block, side) = (CellKind::Normal, StateName::Block(0), Side::Left);
    let edited =
        network.edited(&Edit::SetOp { cell, block, side, op: Op::SeparableConv7x7 }).unwrap();
    let loaded = load_from(&bytes, &edited).unwrap();
    assert_eq!(loaded.architecture.as_ref(), Some(&network));
    let plan = lower(&edited);
    let untrained = loaded.weights.fit(&plan).untrained_groups();
    assert!(untrained.contains(&"cell_0/b0/left".to_owned()), "{untrained:?}");
    assert!(!untrained.contains(&"cell_0/b0/right".to_owned()), "{untrained:?}");
}

#[test]
fn names_alone_are_taken_for_the_open_networks() {
    let network = small("nasnet-a-small", &[]);
    let (table, bytes) = bytes_of(&network);
    let bytes = with_header(&bytes, |header| drop(header.remove("__metadata__")));
    let loaded = load_from(&bytes, &network).unwrap();
    assert!(loaded.report.is_complete() && loaded.architecture.is_none());
    assert_eq!(loaded.weights.fit(&lower(&network)).to_table(), table);
    let (_folder, path) = written("names.safetensors", &bytes);
    let text = network_in(&path).unwrap_err().to_string();
    assert!(text.contains("does not say of which network"), "{text}");
    let problem = read(&path).unwrap().inspect().problem.unwrap();
    assert!(problem.contains("does not say of which network"), "{problem}");
    // Another network's tensors have other shapes, which is reported and used nowhere.
    let wider =
        network.edited(&Edit::SetSettings(Settings { f: 8, ..*network.settings() })).unwrap();
    let loaded = load_from(&bytes, &wider).unwrap();
    assert!(!loaded.report.is_complete() && loaded.report.wrong_shape.len() > 100);
}

#[test]
fn tensors_that_are_missing_extra_misshapen_or_not_finite_are_reported() {
    let network = small("nasnet-a-small", &[]);
    let (_, bytes) = bytes_of(&network);
    let changed = with_header(&bytes, |header| {
        let tensor = header.remove("head/dense/bias").unwrap();
        header.insert("head/dense/offset".into(), tensor);
        header["stem/bn/gamma"]["shape"] = json!([2, 2]);
    });
    let report = load_from(&changed, &network).unwrap().report;
    assert_eq!(report.missing, ["head/dense/bias"]);
    assert_eq!(report.unused[0].name, "head/dense/offset");
    assert_eq!(
        (report.wrong_shape[0].path.as_str(), &report.wrong_shape[0].in_file[..]),
        ("stem/bn/gamma", &[2, 2][..])
    );
    assert_eq!(report.matched, report.expected - 2);

    let mut broken = bytes.clone();
    let last = broken.len() - 4;
    broken[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    let report = load_from(&broken, &network).unwrap().report;
    assert!(report.is_complete());
    assert_eq!((report.not_finite.len(), report.not_finite[0].count), (1, 1));
    assert_eq!(read_bytes(&broken, Path::new("x")).unwrap().inspect().not_finite, 1);
}

#[test]
fn damaged_metadata_is_told_in_a_sentence() {
    let network = small("nasnet-a-small", &[]);
    let (_, bytes) = bytes_of(&network);
    let refusal = |key: &str, value: Value| {
        let changed = with_header(&bytes, |header| header["__metadata__"][key] = value);
        let text = refusal_of(&changed, &network);
        assert!(text.contains("own.safetensors") && !text.contains('\n'), "{text}");
        text
    };
    for (key, value, says) in [
        ("document", json!(7), "the \"document\" of its metadata is not text"),
        ("document", json!("{"), "the document in own.safetensors is not JSON"),
        ("document", json!("{}"), "is JSON but no NASNet Explorer architecture"),
        ("labels", json!(["a", "b", "c"]), "the \"labels\" of its metadata is not text"),
        ("labels", json!("[1, 2, 3]"), "are no list of texts"),
        ("labels", json!("[\"a\"]"), "its metadata have 1 labels for 3 classes"),
        ("training", json!("{"), "the \"training\" of its metadata is not JSON"),
    ] {
        let text = refusal(key, value);
        assert!(text.contains(says), "{says}: {text}");
    }
    let document = |change: &dyn Fn(&mut Value)| {
        let end = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
        let header: Value = serde_json::from_slice(&bytes[8..end]).unwrap();
        let text = header["__metadata__"]["document"].as_str().unwrap();
        let mut document = serde_json::from_str(text).unwrap();
        change(&mut document);
        refusal("document", json!(document.to_string()))
    };
    assert!(document(&|document| document["version"] = json!(99)).contains("update the program"));
    let illegal = document(&|document| document["f"] = json!(0));
    assert!(illegal.contains("holds no legal network"), "{illegal}");
    let without = with_header(&bytes, |header| {
        drop(header["__metadata__"].as_object_mut().unwrap().remove("document"));
    });
    assert!(refusal_of(&without, &network).contains("have no \"document\""));
}

/// A label may come from anywhere, and goes to terminals.
#[test]
fn labels_hold_no_control_characters() {
    let network = small("nasnet-a-small", &[]);
    let (_, bytes) = bytes_of(&network);
    let labels = json!(json!(["\u{1b}[2J", "a\nb", ""]).to_string());
    let bytes = with_header(&bytes, |header| header["__metadata__"]["labels"] = labels);
    let loaded = load_from(&bytes, &network).unwrap();
    assert_eq!(loaded.labels.unwrap(), ["\u{fffd}[2J", "a\u{fffd}b", ""]);
}

#[test]
fn a_file_cut_short_anywhere_is_an_error() {
    let network = small("nasnet-a-small", &[]);
    let (_, bytes) = bytes_of(&network);
    let header = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    // With the whole header there, each cut means to parse it again.
    let numbers = (header..bytes.len()).step_by(61);
    let ends = [header + 1, bytes.len() - 2, bytes.len() - 1];
    for length in (0..header).chain(numbers).chain(ends) {
        let text = refusal_of(&bytes[..length], &network);
        assert!(text.contains("own.safetensors"), "{length}: {text}");
    }
    assert!(load_from(&bytes, &network).is_ok());
}

#[test]
fn sizes_beyond_the_file_are_refused_before_memory_is_taken() {
    let network = small("nasnet-a-small", &[]);
    let (_, bytes) = bytes_of(&network);
    let mut long = bytes.clone();
    long[..8].copy_from_slice(&(1_u64 << 31).to_le_bytes());
    assert!(refusal_of(&long, &network).contains("a header of 2147483648 bytes"));
    let large = with_header(&bytes, |header| {
        header["stem/bn/gamma"] =
            json!({ "dtype": "F32", "shape": [1_u64 << 40], "data_offsets": [0, 1_u64 << 42] });
    });
    assert!(refusal_of(&large, &network).contains("a tensor stem/bn/gamma of"));
}

/// From Keras' file to ours and back: the same bits, and so the same logits.
#[test]
fn a_converted_network_computes_the_same() {
    let mobile = zoo::architecture("nasnet-a-mobile").unwrap();
    let settings =
        Settings { n: 1, f: 4, stem_channels: 8, input: 32, classes: 10, ..*mobile.settings() };
    let network = mobile.edited(&Edit::SetSettings(settings)).unwrap();
    let (folder, keras) = written("n1.keras", &fixture("keras_n1.keras"));
    let plan = lower(&network);
    let table = load(&keras, &network).unwrap().weights.fit(&plan).to_table();
    let own = folder.path().join("n1.safetensors");
    let labels: Vec<String> = (0..10).map(|class| format!("thing {class}")).collect();
    let options = SaveOptions { labels: Some(&labels), ..Default::default() };
    save(&own, &network, &table, &options).unwrap();

    let mut go_on = |_: &str, _: usize, _: usize| ControlFlow::Continue(());
    let input: Vec<f32> = (0..3 * 32 * 32).map(|index| (index % 97) as f32 / 48.0 - 1.0).collect();
    let mut session = Session::new(DeviceChoice::Cpu).unwrap();
    let mut logits = |path: &Path| {
        let report = session.load_weights(path, &network).unwrap();
        session.build(&network, &mut go_on).unwrap();
        assert_eq!(session.training(), Training::Loaded);
        let forward = session.forward(input.clone(), [1, 3, 32, 32], false, &mut go_on).unwrap();
        (report.labels, forward.logits)
    };
    let (none, expected) = logits(&keras);
    let (brought, converted) = logits(&own);
    assert_eq!((none, brought), (None, Some(labels)));
    assert_eq!(converted, expected);
    assert!(matches!(read(&own).unwrap(), WeightFile::Canonical(_)));
}

/// Labels belong to the weights: they come and go with them, and count for as many classes only.
#[test]
fn labels_come_and_go_with_the_weights() {
    let network = small("nasnet-a-small", &[]);
    let more =
        network.edited(&Edit::SetSettings(Settings { classes: 4, ..*network.settings() })).unwrap();
    let (_, bytes) = bytes_of(&network);
    let (_folder, path) = written("own.safetensors", &bytes);
    let mut go_on = |_: &str, _: usize, _: usize| ControlFlow::Continue(());
    let sample = nasnet_explorer::data::samples::all()[0];
    let picture = nasnet_explorer::data::Picture::decode(sample.bytes, sample.name).unwrap();
    let mut session = Session::new(DeviceChoice::Cpu).unwrap();
    let mut names = |session: &mut Session, network: &Architecture| {
        session.build(network, &mut go_on).unwrap();
        let run = session.look_at(&picture, None, false, &mut go_on).unwrap();
        let mut classes = run.predictions;
        classes.sort_by_key(|one| one.class);
        classes.into_iter().map(|one| one.label).collect::<Vec<_>>()
    };
    session.load_weights(&path, &network).unwrap();
    assert_eq!(names(&mut session, &network), labels());
    assert_eq!(names(&mut session, &more), ["class 0", "class 1", "class 2", "class 3"]);
    assert_eq!(names(&mut session, &network), labels());
    session.forget_weights();
    assert_eq!(names(&mut session, &network), ["class 0", "class 1", "class 2"]);
}
