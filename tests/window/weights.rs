//! Weight files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use nasnet_explorer::arch::{
    Architecture, Document, Edit, Family, Flavour, Setting, Settings, StemKind, zoo,
};
use nasnet_explorer::engine::{Event, Request, Training, WeightsReport};
use nasnet_explorer::weights::{Container, How, LoadReport, NetworkShape};

use crate::support::{Bench, SMALL};

fn load_report() -> LoadReport {
    LoadReport {
        container: Container::LegacyWeights,
        keras_version: Some("2.15".to_owned()),
        old_keras_names: false,
        network: None,
        how: How::ByName,
        expected: 5,
        matched: 4,
        values: 1_234_567,
        missing: vec!["cell_0/b0/left".to_owned()],
        wrong_shape: Vec::new(),
        unused: Vec::new(),
        not_finite: Vec::new(),
        dropped_background: false,
        averages: 0,
        set_aside: 0,
    }
}

/// A window whose engine was asked for a weight file and has read it.
fn loaded(fits: impl Fn(&Settings) -> Option<Settings>) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    loaded_from(&folder.path().join("nasnet.h5"), fits)
}

fn loaded_from(path: &Path, fits: impl Fn(&Settings) -> Option<Settings>) -> Bench {
    std::fs::write(path, b"\x89HDF\r\n\x1a\n").unwrap();
    let mut bench = Bench::new(SMALL);
    bench.compute();
    bench.drop_files(&[path]);
    bench.until("reading", |app| app.work().is_busy());
    let Some(Request::LoadWeights { job, path, architecture }) = bench.request() else {
        panic!("the engine was not asked")
    };
    let load = load_report();
    let fits = fits(architecture.settings());
    let report = WeightsReport { path, load, fits, architecture: None, labels: None };
    bench.tell(Event::Weights { job, report: Arc::new(report) });
    bench
}

#[test]
fn the_report_is_shown_and_the_network_is_run_with_the_weights() {
    let mut bench = loaded(|_| None);
    assert!(bench.sees("4 of 5 tensors matched by name, 1,234,567 numbers"));
    assert!(bench.sees("Missing in the file: 1") && bench.sees("cell_0/b0/left"));
    assert!(!bench.sees("Switch to") && !bench.sees("Not in use"));
    let run = bench.asked_run().expect("a run");
    assert!(bench.sees("Untrained, nasnet.h5 is being loaded"), "no result has used it yet");
    bench.finish(&run, Training::Loaded);
    assert!(bench.sees("Weights nasnet.h5") && !bench.sees("Untrained"));
}

#[test]
fn a_file_that_fits_other_settings_offers_them() {
    let other =
        |settings: &Settings| Settings { n: 4, f: 44, flavour: Flavour::Keras, ..*settings };
    let mut bench = loaded(|settings| Some(other(settings)));
    let run = bench.asked_run().expect("a run");
    bench.finish(&run, Training::Untrained);
    assert!(bench.sees("Not in use: the file fits other settings"));
    assert!(bench.sees("Untrained, nasnet.h5 is not in use") && !bench.sees("Weights nasnet.h5"));
    assert!(!bench.sees("Weights fit every input size"), "the size would stay as it is");
    bench.click_button("Switch to N = 4, F = 44, flavour Keras");
    assert_eq!((bench.n(), bench.app().workspace().architecture().settings().f), (4, 44));
    let mut asked = Vec::new();
    while let Some(request) = bench.request() {
        asked.push(request);
    }
    let again = asked.iter().find_map(|request| match request {
        Request::LoadWeights { path, architecture, .. } => {
            Some((path.clone(), architecture.clone()))
        }
        _ => None,
    });
    let (path, architecture) = again.expect("the file is read again");
    assert_eq!(path.file_name(), PathBuf::from("nasnet.h5").file_name());
    assert_eq!(architecture.settings().n, 4);
    assert!(!bench.sees("Switch to"));
}

#[test]
fn an_input_size_that_is_a_guess_says_so() {
    let bench = loaded(|settings| Some(Settings { input: settings.input + 32, ..*settings }));
    assert!(bench.sees("Weights fit every input size"));
}

#[test]
fn seeded_weights_return() {
    let mut bench = loaded(|_| None);
    let run = bench.asked_run().expect("a run");
    bench.finish(&run, Training::Loaded);
    bench.click_button("Weights");
    bench.click_button("Use seeded weights");
    let Some(Request::ForgetWeights { job }) = bench.request() else { panic!("not asked") };
    bench.tell(Event::WeightsForgotten { job });
    assert!(bench.app().work().weights().is_none() && bench.asked_run().is_some());
}

/// A window that was given files, of which the engine has read the last: weights with a network
/// of N = 5.
fn brought(bench: &mut Bench, paths: &[&Path]) -> Architecture {
    bench.drop_files(paths);
    bench.until_read();
    let request = std::iter::from_fn(|| bench.request()).find_map(|request| match request {
        Request::LoadWeights { job, path, architecture } => Some((job, path, architecture)),
        _ => None,
    });
    let (job, path, architecture) = request.expect("the engine was asked");
    let settings = Settings { n: 5, ..*architecture.settings() };
    let network = architecture.edited(&Edit::SetSettings(settings)).unwrap();
    let network = network.edited(&Edit::Rename("Trained".to_owned())).unwrap();
    let (own, labels) = (Some(Arc::new(network.clone())), vec!["cat".to_owned(), "dog".to_owned()]);
    let load = LoadReport { container: Container::Canonical, ..load_report() };
    let report = WeightsReport { path, load, fits: None, architecture: own, labels: Some(labels) };
    bench.tell(Event::Weights { job, report: Arc::new(report) });
    network
}

fn weight_file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("network.safetensors");
    std::fs::write(&path, b"\x40\0\0\0\0\0\0\0{\"a\":").unwrap();
    (folder, path)
}

/// A published file tells sizes that the open network does not have: its own network opens, and is not said to be
/// another.
#[test]
fn a_published_file_opens_the_network_that_its_tensors_tell() {
    let (_folder, path) = weight_file();
    let mut bench = Bench::new(SMALL);
    bench.compute();
    bench.drop_files(&[&path]);
    bench.until_read();
    let request = std::iter::from_fn(|| bench.request()).find_map(|request| match request {
        Request::LoadWeights { job, path, .. } => Some((job, path)),
        _ => None,
    });
    let (job, path) = request.expect("the engine was asked");
    let shape = NetworkShape {
        family: Family::Pnasnet,
        stem: StemKind::Imagenet,
        n: 4,
        f: 216,
        stem_channels: 96,
        classes: Some(1001),
        skip_reduction: Some(false),
        input: None,
        flavour: Flavour::Timm,
    };
    let network = zoo::architecture("pnasnet-5-large").unwrap();
    let fits = Some(Settings { flavour: Flavour::Timm, ..*network.settings() });
    let load = LoadReport { container: Container::TorchZip, network: Some(shape), ..load_report() };
    let architecture = Some(Arc::new(network.clone()));
    let report = WeightsReport { path, load, fits, architecture, labels: None };
    bench.tell(Event::Weights { job, report: Arc::new(report) });
    assert_eq!(**bench.app().workspace().architecture(), network);
    assert!(bench.sees("PNASNet-5 with N = 4, F = 216 (4 @ 4320)"));
    assert!(!bench.sees("Switch to") && !bench.sees("Not in use"));
}

#[test]
fn the_network_that_a_file_brings_is_opened() {
    let (_folder, path) = weight_file();
    let mut bench = Bench::new(SMALL);
    bench.compute();
    let network = brought(&mut bench, &[&path]);
    let workspace = bench.app().workspace();
    assert_eq!(**workspace.architecture(), network);
    assert!(!workspace.is_unsaved() && workspace.path().is_none());
    assert!(!bench.sees("Switch to"), "it is the open one");
    assert!(bench.sees("NASNet Explorer .safetensors") && bench.sees("Classes: 2"));
    let run = bench.asked_run().expect("a run");
    assert_eq!(*run.architecture, network);
}

#[test]
fn unsaved_changes_stay_and_the_network_is_offered() {
    let (_folder, path) = weight_file();
    let mut bench = Bench::new(SMALL);
    bench.compute();
    bench.harness.get_by_role_and_label(Role::Slider, "N").focus();
    bench.frames(2);
    bench.press(Modifiers::NONE, Key::ArrowRight);
    let mine = bench.app().workspace().architecture().clone();
    let network = brought(&mut bench, &[&path]);
    assert_eq!(*bench.app().workspace().architecture(), mine);
    assert!(bench.sees("only weights that both share are in use"));
    bench.click_button("Switch to Trained");
    assert_eq!(**bench.app().workspace().architecture(), network);
    assert!(!bench.sees("Switch to Trained"));
    bench.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(*bench.app().workspace().architecture(), mine, "one step, which can be undone");
}

#[test]
fn a_document_given_together_with_weights_stays_open() {
    let (folder, path) = weight_file();
    let document = folder.path().join("mine.json");
    let mine = zoo::architecture(SMALL).unwrap().edited(&Edit::Set(Setting::N, 7)).unwrap();
    Document::new(mine.clone()).save(&document).unwrap();
    let mut bench = Bench::new(SMALL);
    bench.compute();
    brought(&mut bench, &[&path, &document]);
    bench.until("opening", |app| app.workspace().path().is_some());
    assert_eq!(**bench.app().workspace().architecture(), mine);
    assert!(bench.sees("Switch to Trained"));
}

#[test]
fn the_report_says_what_the_file_is_by_its_hash() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = loaded_from(&folder.path().join("nasnet_large.h5"), |_| None);
    assert!(bench.sees("Keras .h5 weights of Keras 2.15 (the format of Keras 1 and 2)"));
    for _ in 0..500 {
        if bench.sees("SHA-256") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
        bench.frames(1);
    }
    assert!(
        bench.sees("SHA-256 4ca2915fde0a9d1d5dd59e6f6e535c04337c9b4f05dbb4b38af0a5db3c50f933"),
        "the hash of eight bytes"
    );
    assert!(bench.sees("Named as the published NASNet-large.h5 of Keras, but the hash differs"));
}
