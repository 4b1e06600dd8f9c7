//! Weight files.

use std::path::PathBuf;
use std::sync::Arc;

use nasnet_explorer::arch::{Flavour, Settings};
use nasnet_explorer::engine::{Event, Request, Training, WeightsReport};
use nasnet_explorer::weights::{Container, How, LoadReport};

use crate::support::{Bench, SMALL};

fn load_report() -> LoadReport {
    LoadReport {
        container: Container::LegacyWeights,
        keras_version: Some("2.15".to_owned()),
        how: How::ByName,
        expected: 5,
        matched: 4,
        values: 1_234_567,
        missing: vec!["cell_0/b0/left".to_owned()],
        wrong_shape: Vec::new(),
        unused: Vec::new(),
        not_finite: Vec::new(),
        dropped_background: false,
    }
}

/// A window whose engine was asked for a weight file and has read it.
fn loaded(fits: impl Fn(&Settings) -> Option<Settings>) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nasnet.h5");
    std::fs::write(&path, b"\x89HDF\r\n\x1a\n").unwrap();
    let mut bench = Bench::new(SMALL);
    bench.compute();
    bench.drop_files(&[&path]);
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
    bench.click("Compute");
    bench.click_button("Use seeded weights");
    let Some(Request::ForgetWeights { job }) = bench.request() else { panic!("not asked") };
    bench.tell(Event::WeightsForgotten { job });
    assert!(bench.app().work().weights().is_none() && bench.asked_run().is_some());
}
