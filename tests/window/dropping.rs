//! Files dropped on the window.

use eframe::egui::HoveredFile;
use nasnet_explorer::arch::{Document, Edit, Setting, zoo};
use nasnet_explorer::engine::Request;

use crate::support::{Bench, SMALL, png};

#[test]
fn a_picture_is_classified() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo.png");
    std::fs::write(&path, png(20, 90)).unwrap();
    let mut bench = Bench::new(SMALL);
    bench.compute();
    bench.drop_files(&[&path]);
    bench.until("reading", |app| !app.work().is_current());
    let run = bench.asked_run().expect("a run");
    let picture = run.picture.as_ref().expect("with the picture");
    assert_eq!((picture.width, picture.height, picture.rgb[0]), (20, 20, 90));
    bench.finish(&run, nasnet_explorer::engine::Training::Untrained);
    assert!(bench.sees("label 0") && bench.sees("photo.png, 20 × 20"));
}

#[test]
fn an_architecture_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    let network = zoo::architecture(SMALL).unwrap().edited(&Edit::Set(Setting::N, 9)).unwrap();
    Document::new(network).save(&path).unwrap();
    let mut bench = Bench::new(SMALL);
    bench.drop_files(&[&path]);
    bench.until("opening", |app| app.workspace().architecture().settings().n == 9);
    assert_eq!(bench.app().workspace().path(), Some(path.as_path()));
    assert_eq!(bench.asked_run().expect("a run").architecture.settings().n, 9);
}

#[test]
fn weights_go_to_the_engine_whatever_they_are_called() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.bin");
    std::fs::write(&path, b"\x89HDF\r\n\x1a\n and more").unwrap();
    let mut bench = Bench::new(SMALL);
    bench.compute();
    bench.drop_files(&[&path]);
    bench.until("reading", |app| app.work().is_busy());
    match bench.request() {
        Some(Request::LoadWeights { path: asked, .. }) => assert_eq!(asked, path),
        other => panic!("{other:?}"),
    }
}

#[test]
fn anything_else_is_a_notice() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "hello").unwrap();
    let fake = folder.path().join("fake.png");
    std::fs::write(&fake, "hello").unwrap();
    let foreign = folder.path().join("foreign.json");
    std::fs::write(&foreign, "{\"nodes\": []}").unwrap();
    let missing = folder.path().join("missing.png");
    let mut bench = Bench::new(SMALL);
    let paths = [&text, &fake, &foreign, &missing];
    for (count, path) in paths.into_iter().enumerate() {
        bench.drop_files(&[path]);
        bench.until("a notice", |app| app.notices().list().len() == count + 1);
    }
    bench.drop_files(&[folder.path()]);
    bench.until("a notice", |app| app.notices().list().len() == 5);
    for text in [
        "notes.txt is nothing that can be opened",
        "fake.png",
        "foreign.json is JSON but no NASNet Explorer architecture",
        "missing.png",
        "The folder ",
    ] {
        let notices = bench.app().notices().list();
        assert!(notices.iter().any(|notice| notice.text.contains(text)), "{text}: {notices:?}");
    }
    assert!(!bench.app().workspace().is_unsaved());
}

#[test]
fn files_over_the_window_are_told_what_would_happen() {
    let mut bench = Bench::new(SMALL);
    bench.harness.input_mut().hovered_files.push(HoveredFile::default());
    bench.frames(2);
    assert!(bench.sees("Drop a picture, an architecture or a weight file"));
    bench.harness.input_mut().hovered_files.clear();
    bench.frames(2);
    assert!(!bench.sees("Drop a picture, an architecture"));
}
