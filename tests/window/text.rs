//! Networks as text: copied, pasted, dropped, checked.

use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use nasnet_explorer::arch::{CellKind, Document, zoo};
use nasnet_explorer::interop::{self, Form};

use crate::support::{Bench, SMALL, edit};

const CONTROL: Modifiers = Modifiers::COMMAND;

fn written(preset: &str, form: Form) -> String {
    interop::write(&zoo::architecture(preset).unwrap(), form).unwrap()
}

fn paste(bench: &mut Bench, text: &str) {
    bench.harness.input_mut().events.push(Event::Paste(text.to_owned()));
    bench.frames(4);
}

fn cells_are_of(bench: &Bench, preset: &str) -> bool {
    let wanted = zoo::architecture(preset).unwrap();
    let open = bench.app().workspace().architecture();
    CellKind::BOTH.iter().all(|kind| open.cell(*kind) == wanted.cell(*kind))
}

#[test]
fn a_network_pasted_in_any_form_is_opened() {
    for (preset, form) in [
        ("darts-v2-cifar", Form::Genotype),
        ("enas-cifar", Form::Enas),
        ("nasnet-a-mobile", Form::Slim),
        ("amoebanet-a", Form::Line),
        ("nasnet-a-unused-cifar", Form::Controller),
    ] {
        let mut bench = Bench::new(SMALL);
        paste(&mut bench, &written(preset, form));
        assert!(cells_are_of(&bench, preset), "{preset} as {form}");
        assert!(!bench.app().workspace().is_unsaved(), "{preset}");
        assert!(bench.app().notices().list().is_empty(), "{preset}");
    }
}

#[test]
fn a_line_of_a_published_network_is_that_network() {
    let mut bench = Bench::new(SMALL);
    paste(&mut bench, &written("nasnet-a-large", Form::Line));
    let open = bench.app().workspace().architecture();
    assert_eq!(**open, zoo::architecture("nasnet-a-large").unwrap());
}

#[test]
fn a_document_is_pasted_as_json() {
    let json = Document::new(zoo::architecture("p-darts-cifar").unwrap()).to_json();
    let mut bench = Bench::new(SMALL);
    paste(&mut bench, &json);
    assert_eq!(bench.app().workspace().architecture().preset(), "p-darts-cifar");
    assert_eq!(bench.app().workspace().path(), None);
}

#[test]
fn pasting_asks_where_something_would_be_lost() {
    let mut bench = Bench::new(SMALL);
    edit(&mut bench);
    bench.press(Modifiers::NONE, Key::Escape);
    paste(&mut bench, &written("enas-cifar", Form::Enas));
    assert!(bench.sees("Save changes?"));
    bench.click_button("Cancel");
    assert_eq!(bench.n(), 3);
}

#[test]
fn text_pasted_into_a_field_is_for_the_field() {
    let mut bench = Bench::new(SMALL);
    bench.harness.get_by_role_and_label(Role::TextInput, "Name").focus();
    bench.frames(2);
    paste(&mut bench, &written("enas-cifar", Form::Enas));
    assert_eq!(bench.app().workspace().architecture().preset(), SMALL);
}

#[test]
fn a_network_pasted_into_the_search_of_the_gallery_is_opened_words_are_searched_for() {
    let mut bench = Bench::new(SMALL);
    bench.press(CONTROL, Key::N);
    paste(&mut bench, "mobile");
    assert!(bench.sees("PNASNet-5 Mobile") && !bench.sees("PNASNet-5 Large"));
    paste(&mut bench, &written("enas-cifar", Form::Line));
    assert_eq!(bench.app().workspace().architecture().preset(), "enas-cifar");
    assert!(bench.sees("Normal cell"));
}

#[test]
fn a_text_that_is_no_network_is_told_and_a_broken_one_can_be_mended() {
    let mut bench = Bench::new(SMALL);
    paste(&mut bench, "See you at lunch");
    assert!(bench.sees("The clipboard holds no network as text"));
    bench.press(Modifiers::NONE, Key::Escape);
    paste(&mut bench, &written("enas-cifar", Form::Line).replace("sep5(p)", "sep6(p)"));
    assert!(bench.sees("Paste network") && bench.sees("\"sep6\""));
    assert!(bench.sees("    ^"), "the place is pointed at");
    let open = bench.harness.get_by_role_and_label(Role::Button, "Open");
    assert!(open.accesskit_node().is_disabled());
    bench.press(CONTROL, Key::A);
    paste(&mut bench, &written("enas-cifar", Form::Line));
    assert!(
        !bench.sees("\"sep6\"") && bench.sees("3,894,382 parameters, 620,907,552 multiply-adds")
    );
    bench.click_button("Open");
    assert_eq!(bench.app().workspace().architecture().preset(), "enas-cifar");
    assert!(!bench.sees("Paste network"));
}

#[test]
fn the_edit_menu_asks_for_a_text_and_escape_forgets_it() {
    let mut bench = Bench::new(SMALL);
    bench.click("Edit");
    bench.click_button("Paste network…");
    assert!(bench.asked_for(&eframe::egui::ViewportCommand::RequestPaste));
    bench.type_text("Genotype(normal=[('none', 0)");
    assert!(bench.sees("Line 1, column 19: \"none\" is no operation"));
    bench.press(Modifiers::NONE, Key::Escape);
    bench.press(Modifiers::NONE, Key::Escape);
    assert!(!bench.sees("Paste network"));
    assert_eq!(bench.app().workspace().architecture().preset(), SMALL);
}

#[test]
fn control_enter_opens_a_checked_text() {
    let mut bench = Bench::new(SMALL);
    bench.press(CONTROL, Key::P);
    bench.type_text("paste network");
    bench.press(Modifiers::NONE, Key::Enter);
    paste(&mut bench, &written("darts-v1-cifar", Form::Genotype));
    bench.press(CONTROL, Key::Enter);
    assert!(cells_are_of(&bench, "darts-v1-cifar"));
}

#[test]
fn the_open_network_is_copied_as_text() {
    let mut bench = Bench::new("darts-v2-cifar");
    bench.harness.input_mut().events.push(Event::Copy);
    bench.frames(1);
    assert_eq!(bench.copied(), [written("darts-v2-cifar", Form::Line)]);
    bench.frames(3);
    bench.compute();
    bench.click("Edit");
    bench.click_button("Copy as DARTS genotype");
    assert_eq!(bench.copied().last(), Some(&written("darts-v2-cifar", Form::Genotype)));
    assert!(bench.sees("Copied "));
}

#[test]
fn a_form_that_cannot_say_the_network_is_disabled_with_its_reason() {
    let mut bench = Bench::new("nasnet-a-mobile");
    bench.click("Edit");
    let entry = bench.harness.get_by_role_and_label(Role::Button, "Copy as ENAS fixed_arc");
    assert!(entry.accesskit_node().is_disabled());
    entry.hover();
    bench.frames(20);
    assert!(bench.sees("which the form enas takes for granted"));
}

#[test]
fn a_dropped_text_is_opened_and_a_broken_one_told() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("genotypes.py");
    std::fs::write(&good, format!("# found\nX = {}\n", written("p-darts-cifar", Form::Genotype)))
        .unwrap();
    let broken = folder.path().join("broken.txt");
    std::fs::write(&broken, "darts N=6 | sep3(x)+sep3(h) > b0 | sep3(h)+sep3(h) > b0").unwrap();
    let mut bench = Bench::new(SMALL);
    bench.drop_files(&[&good]);
    bench.until("opening", |app| app.workspace().architecture().preset() == "p-darts-cifar");
    assert!(cells_are_of(&bench, "p-darts-cifar"));
    assert_eq!(bench.app().workspace().path(), None, "saving would write another kind of file");
    bench.drop_files(&[&broken]);
    bench.until("a notice", |app| app.notices().list().len() == 1);
    assert!(bench.sees("broken.txt: line 1, column 18"));
}
