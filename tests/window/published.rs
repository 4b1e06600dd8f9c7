//! Published weight files, fetched from a server on this machine.

use std::path::Path;
use std::time::Duration;

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use nasnet_explorer::engine::{Request, Training};
use nasnet_explorer::weights::published::{FILES, PublishedFile, Source};

use crate::server::{Answer, Server};
use crate::support::{Bench, SMALL};

const VERSION: &str = "\"one\"";

/// A file without a published hash: any checkpoint will do.
fn unhashed() -> &'static PublishedFile {
    PublishedFile::by_id("nasnet-mobile-slim").unwrap()
}

/// A small checkpoint.
fn content() -> Vec<u8> {
    let root = env!("CARGO_MANIFEST_DIR");
    std::fs::read(format!("{root}/tests/fixtures/slim_n4.ckpt.tar.gz")).unwrap()
}

/// A window whose published files come from a server with these answers, with their list open.
fn opened(preset: &str, folder: &Path, answers: Vec<Answer>) -> (Bench, Server) {
    let server = Server::start(content(), answers);
    let source = Source {
        folder: Some(folder.to_owned()),
        mirror: Some(server.url()),
        pause: Some(Duration::from_millis(1)),
    };
    let mut bench = Bench::fetching(preset, source);
    open_list(&mut bench);
    (bench, server)
}

fn open_list(bench: &mut Bench) {
    bench.click_button("Weights");
    bench.click_button("Get published weights…");
    // The window finds its size.
    bench.frames(6);
}

fn scroll_to(bench: &mut Bench, label: &str) {
    bench.harness.get_by_role_and_label(Role::Button, label).scroll_to_me();
    bench.frames(12);
}

/// Presses the button of a file.
fn press(bench: &mut Bench, what: &str, file: &PublishedFile) {
    let label = format!("{what} {}", file.file);
    scroll_to(bench, &label);
    bench.click_button(&label);
}

fn has_button(bench: &Bench, what: &str, file: &PublishedFile) -> bool {
    let label = format!("{what} {}", file.file);
    bench.harness.query_by_role_and_label(Role::Button, &label).is_some()
}

/// The file that the engine was asked to load.
fn loaded(bench: &Bench) -> Option<std::path::PathBuf> {
    std::iter::from_fn(|| bench.request()).find_map(|request| match request {
        Request::LoadWeights { path, .. } => Some(path),
        _ => None,
    })
}

#[test]
fn every_file_is_listed_with_network_size_licence_and_hash() {
    let folder = tempfile::tempdir().unwrap();
    let (bench, _) = opened("nasnet-a-mobile", folder.path(), vec![Answer::Whole]);
    for file in &FILES {
        assert!(has_button(&bench, "Get", file), "{}", file.id);
        let line = format!("{} · {} · {}", file.file, file.licence, file.hash);
        assert!(bench.sees(&line), "{line}");
    }
    for text in
        ["For the open network", "NASNet-A Large", "TF-slim, 1001 classes", "24 MB", "360 MB"]
    {
        assert!(bench.sees(text), "{text}");
    }
    let height = |file: &PublishedFile| {
        let label = format!("Get {}", file.file);
        bench.harness.get_by_role_and_label(Role::Button, &label).rect().top()
    };
    let large = PublishedFile::by_id("nasnet-large").unwrap();
    assert!(height(unhashed()) < height(large), "those for the open network come first");
    assert!(bench.sees(&format!("Kept in {}", folder.path().display())));
}

#[test]
fn a_fetched_file_is_opened_with_its_network() {
    let folder = tempfile::tempdir().unwrap();
    let (mut bench, _server) = opened(SMALL, folder.path(), vec![Answer::Good(VERSION)]);
    bench.compute();
    press(&mut bench, "Get", unhashed());
    bench.until("loading", |app| app.work().is_busy());
    let path = folder.path().join(unhashed().file);
    assert_eq!(loaded(&bench), Some(path.clone()));
    assert_eq!(std::fs::read(path).unwrap(), content());
    assert!(!bench.sees("Published weights"), "the report takes its place");
    open_list(&mut bench);
    assert!(has_button(&bench, "Open", unhashed()));
}

#[test]
fn what_is_here_is_opened_without_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(unhashed().file);
    std::fs::write(&path, content()).unwrap();
    let (mut bench, server) = opened(SMALL, folder.path(), vec![Answer::Status(500)]);
    bench.compute();
    press(&mut bench, "Open", unhashed());
    bench.until("loading", |app| app.work().is_busy());
    assert_eq!(loaded(&bench), Some(path));
    assert!(server.requests().is_empty());
}

#[test]
fn progress_is_shown_and_a_stopped_file_is_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let slow = Answer::Slow(Duration::from_millis(60));
    let (mut bench, server) = opened(SMALL, folder.path(), vec![slow, Answer::Good(VERSION)]);
    bench.compute();
    press(&mut bench, "Get", unhashed());
    bench.until_shown("speed", |bench| bench.sees("B of 225.3 kB, ") && bench.sees("B/s"));
    assert!(bench.sees(&format!("Fetching {}", unhashed().file)), "the status bar says it too");
    let share = bench.value(Role::ProgressIndicator, "Fetched");
    assert!(share > 0.0 && share < 1.0, "{share}");
    press(&mut bench, "Cancel", unhashed());
    bench.until_shown("the end", |bench| bench.sees("Stopped; what came is kept"));
    assert!(!folder.path().join(unhashed().file).exists());
    press(&mut bench, "Go on", unhashed());
    bench.until("loading", |app| app.work().is_busy());
    assert!(server.requests()[1].contains("range: bytes="), "{:?}", server.requests());
    assert_eq!(std::fs::read(folder.path().join(unhashed().file)).unwrap(), content());
}

#[test]
fn a_failure_is_told_beside_its_file_and_can_be_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let answers = vec![Answer::Status(404), Answer::Good(VERSION)];
    let (mut bench, _server) = opened(SMALL, folder.path(), answers);
    press(&mut bench, "Get", unhashed());
    bench.until_shown("the failure", |bench| bench.sees("the file is no longer offered there"));
    assert!(bench.app().notices().list().is_empty());
    press(&mut bench, "Retry", unhashed());
    bench.until_shown("the end", |bench| !bench.sees("Published weights"));
    open_list(&mut bench);
    assert!(!bench.sees("no longer offered") && has_button(&bench, "Open", unhashed()));
}

#[test]
fn a_file_with_another_hash_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let (mut bench, _server) = opened(SMALL, folder.path(), vec![Answer::Good(VERSION)]);
    bench.compute();
    let mobile = PublishedFile::by_id("nasnet-mobile").unwrap();
    press(&mut bench, "Get", mobile);
    bench.until_shown("the failure", |bench| bench.sees("it was removed"));
    assert!(has_button(&bench, "Retry", mobile) && !folder.path().join(mobile.file).exists());
    assert_eq!(loaded(&bench), None);
}

#[test]
fn escape_closes_the_list_while_a_file_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let slow = Answer::Slow(Duration::from_millis(20));
    let (mut bench, _server) = opened(SMALL, folder.path(), vec![slow]);
    bench.compute();
    press(&mut bench, "Get", unhashed());
    bench.press(Modifiers::NONE, Key::Escape);
    assert!(!bench.sees("Published weights"));
    bench.until("loading", |app| app.work().is_busy());
    assert_eq!(loaded(&bench), Some(folder.path().join(unhashed().file)));
}

#[test]
fn an_untrained_network_offers_its_published_weights() {
    let mut bench = Bench::new("nasnet-a-mobile");
    bench.compute();
    bench.click_button("Get published weights…");
    assert!(bench.sees("For the open network"));
    let mut other = Bench::new(SMALL);
    other.frames(6);
    let run = other.asked_run().expect("a run");
    other.finish(&run, Training::Untrained);
    let offered = other.harness.query_by_role_and_label(Role::Button, "Get published weights…");
    assert!(offered.is_none(), "none were published");
}
