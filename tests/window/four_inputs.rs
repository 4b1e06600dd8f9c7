//! A document whose cells have four inputs, in the whole window.

use nasnet_explorer::arch::{CellKind, Document, Edit, Setting, zoo};

use crate::support::{Bench, SMALL};

#[test]
fn a_document_of_four_inputs_opens_and_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.json");
    let template = zoo::architecture("nasnet-b-template").unwrap();
    let network = template.edited(&Edit::Set(Setting::N, 2)).unwrap();
    Document::new(network.clone()).save(&path).unwrap();
    let mut bench = Bench::new(SMALL);
    assert!(bench.sees("p wiring"));
    bench.drop_files(&[&path]);
    bench.until_read();
    assert_eq!(**bench.app().workspace().architecture(), network);
    assert!(!bench.sees("p wiring"), "four inputs read the four cells before");
    assert!(bench.sees("Outputs 0 to 3: b0, b1, b2, b3"));
    let run = bench.asked_run().expect("it is run");
    assert_eq!(run.architecture.cell(CellKind::Normal).inputs().len(), 4);
}
