//! Weight files.

use std::path::PathBuf;
use std::sync::Arc;

use nasnet_explorer::arch::Settings;
use nasnet_explorer::engine::{Event, Request, WeightsReport};
use nasnet_explorer::weights::{Container, How, LoadReport};

use crate::support::{Bench, SMALL};

fn load_report() -> LoadReport {
    LoadReport {
        container: Container::LegacyWeights,
        keras_version: Some("2.15".to_owned()),
        how: How::ByName,
        expected: 5,
        matched: 4,
        values: 99,
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
    let report = WeightsReport { path, load, fits: fits(architecture.settings()) };
    bench.tell(Event::Weights { job, report: Arc::new(report) });
    bench
}

#[test]
fn the_report_is_shown_and_the_network_is_run_with_the_weights() {
    let bench = loaded(|_| None);
    assert!(bench.sees(&load_report().to_string()), "the report's own words");
    assert!(bench.sees("nasnet.h5") && !bench.sees("Switch to"));
    assert!(bench.asked_run().is_some());
    assert!(bench.sees("Weights nasnet.h5"));
}

#[test]
fn a_file_that_fits_other_settings_offers_them() {
    let mut bench = loaded(|settings| Some(Settings { n: 4, f: 44, ..*settings }));
    while bench.request().is_some() {}
    bench.click_button("Switch to N = 4, F = 44");
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
fn seeded_weights_return() {
    let mut bench = loaded(|_| None);
    let run = bench.asked_run().expect("a run");
    bench.finish(&run, nasnet_explorer::engine::Training::Loaded);
    bench.click("Compute");
    bench.click_button("Use seeded weights");
    let Some(Request::ForgetWeights { job }) = bench.request() else { panic!("not asked") };
    bench.tell(Event::WeightsForgotten { job });
    assert!(bench.app().work().weights().is_none() && bench.asked_run().is_some());
}
