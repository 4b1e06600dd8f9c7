//! Notices stay until they are dismissed.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use nasnet_explorer::ui::Severity;

use crate::support::{Bench, SMALL};

/// A window with a notice for each of these texts, the last one newest.
fn with_notices(texts: &[&str]) -> Bench {
    let mut bench = Bench::new(SMALL);
    bench.compute();
    let folder = tempfile::tempdir().unwrap();
    for (count, text) in texts.iter().enumerate() {
        let path = folder.path().join(text);
        bench.drop_files(&[&path]);
        bench.until("a notice", |app| app.notices().list().len() == count + 1);
    }
    bench
}

#[test]
fn a_notice_stays_until_it_is_dismissed() {
    let mut bench = with_notices(&["one.png"]);
    let list = bench.app().notices().list();
    assert!(list[0].text.starts_with("There is no file "), "{list:?}");
    assert_eq!(bench.app().notices().list()[0].severity, Severity::Error);
    bench.frames(200);
    assert!(bench.sees("one.png") && bench.sees("Error"));
    bench.click_button("Dismiss");
    assert!(!bench.sees("one.png"));
    bench.harness.run();
}

#[test]
fn notices_move_nothing_and_escape_dismisses_the_newest() {
    let canvas = |bench: &Bench| bench.harness.get_by_label("Reduction cell, 5 blocks").rect();
    let before = canvas(&with_notices(&[]));
    let mut bench = with_notices(&["one.png", "two.png"]);
    assert_eq!(canvas(&bench), before);
    bench.press(Modifiers::NONE, Key::Escape);
    assert!(bench.sees("one.png") && !bench.sees("two.png"));
    bench.click("View");
    bench.press(Modifiers::NONE, Key::Escape);
    assert!(bench.sees("one.png") && !bench.sees("Dark theme"), "the menu is nearer");
    // What is open comes before what is noticed.
    bench.press(Modifiers::NONE, Key::F1);
    bench.press(Modifiers::NONE, Key::Escape);
    assert!(bench.sees("one.png") && !bench.sees("Double click a wire"));
    bench.press(Modifiers::NONE, Key::Escape);
    assert!(bench.app().notices().list().is_empty());
}

#[test]
fn the_newest_comes_first_and_all_can_be_dismissed() {
    let mut bench = with_notices(&["one.png", "two.png", "three.png"]);
    let list = bench.app().notices().list();
    assert!(list[0].text.contains("three.png") && list[2].text.contains("one.png"));
    assert!(bench.sees("3 notices"));
    bench.click_button("Dismiss all");
    assert!(bench.app().notices().list().is_empty());
}
