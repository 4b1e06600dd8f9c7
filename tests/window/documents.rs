//! Opening, saving, and not losing what is unsaved.

use eframe::egui::{Key, Modifiers, ViewportCommand};
use nasnet_explorer::arch::{Document, Edit, Setting, zoo};
use nasnet_explorer::ui::{Answer, Question};

use crate::support::{Bench, SMALL, edit};

const CONTROL: Modifiers = Modifiers::COMMAND;

/// A document file whose network has this N.
fn file(folder: &tempfile::TempDir, name: &str, n: u32) -> std::path::PathBuf {
    let path = folder.path().join(name);
    let network = zoo::architecture(SMALL).unwrap().edited(&Edit::Set(Setting::N, n)).unwrap();
    Document::new(network).save(&path).unwrap();
    path
}

#[test]
fn save_asks_for_a_file_once_and_writes_what_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine");
    let mut bench = Bench::with(SMALL, vec![Answer::SaveAs(path.clone())], &[], &[]);
    edit(&mut bench);
    assert!(bench.asked_for(&ViewportCommand::Title("NASNet-A Small* – NASNet Explorer".into())));
    bench.press(CONTROL, Key::S);
    bench.frames(2);
    let path = path.with_extension("json");
    assert!(!bench.app().workspace().is_unsaved());
    assert_eq!(Document::open(&path).unwrap().architecture.settings().n, 3);
    edit(&mut bench);
    bench.press(CONTROL, Key::S);
    bench.frames(2);
    assert_eq!(Document::open(&path).unwrap().architecture.settings().n, 4);
}

#[test]
fn save_as_writes_another_file() {
    let folder = tempfile::tempdir().unwrap();
    let first = file(&folder, "first.json", 5);
    let second = folder.path().join("second.json");
    let answers = vec![Answer::Open(vec![first.clone()]), Answer::SaveAs(second.clone())];
    let mut bench = Bench::with(SMALL, answers, &[], &[]);
    bench.press(CONTROL, Key::O);
    bench.until("opening", |app| app.workspace().architecture().settings().n == 5);
    edit(&mut bench);
    bench.press(CONTROL | Modifiers::SHIFT, Key::S);
    bench.frames(2);
    assert_eq!(Document::open(&first).unwrap().architecture.settings().n, 5);
    assert_eq!(Document::open(&second).unwrap().architecture.settings().n, 6);
    assert_eq!(bench.app().workspace().path(), Some(second.as_path()));
}

#[test]
fn a_failed_save_is_told_and_the_document_stays_unsaved() {
    let folder = tempfile::tempdir().unwrap();
    let answers = vec![Answer::SaveAs(folder.path().join("no/such/folder.json"))];
    let mut bench = Bench::with(SMALL, answers, &[], &[]);
    edit(&mut bench);
    bench.close_window();
    bench.click_button("Save");
    bench.frames(3);
    assert!(bench.sees("Not saved: cannot write"));
    assert!(bench.app().workspace().is_unsaved());
    assert!(!bench.asked_for(&ViewportCommand::Close));
}

#[test]
fn closing_asks_where_something_would_be_lost() {
    let mut bench = Bench::new(SMALL);
    bench.close_window();
    assert!(!bench.asked_for(&ViewportCommand::CancelClose), "nothing is unsaved");
    edit(&mut bench);
    bench.close_window();
    assert!(bench.asked_for(&ViewportCommand::CancelClose) && bench.sees("Save changes?"));
    bench.click_button("Cancel");
    assert!(!bench.sees("Save changes?") && !bench.asked_for(&ViewportCommand::Close));
    bench.close_window();
    bench.click_button("Discard");
    assert!(bench.asked_for(&ViewportCommand::Close));
}

#[test]
fn saving_before_closing_saves_and_closes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    let mut bench = Bench::with(SMALL, vec![Answer::SaveAs(path.clone())], &[], &[]);
    edit(&mut bench);
    bench.close_window();
    bench.click_button("Save");
    bench.frames(3);
    assert_eq!(Document::open(&path).unwrap().architecture.settings().n, 3);
    assert!(bench.asked_for(&ViewportCommand::Close));
}

#[test]
fn escape_and_a_closed_dialog_keep_the_window_open() {
    let mut bench = Bench::with(SMALL, vec![Answer::Nothing], &[], &[]);
    edit(&mut bench);
    bench.close_window();
    bench.press(Modifiers::NONE, Key::Escape);
    assert!(!bench.sees("Save changes?"));
    bench.close_window();
    bench.click_button("Save");
    bench.frames(3);
    assert!(bench.app().workspace().is_unsaved());
    assert!(!bench.asked_for(&ViewportCommand::Close));
}

#[test]
fn opening_another_document_asks_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "other.json", 7);
    let answers = vec![Answer::Open(vec![path.clone()]), Answer::Open(vec![path])];
    let mut bench = Bench::with(SMALL, answers, &[], &[]);
    edit(&mut bench);
    bench.press(CONTROL, Key::O);
    bench.until_read();
    assert!(bench.sees("Save changes?"));
    bench.click_button("Cancel");
    assert_eq!(bench.n(), 3);
    bench.press(CONTROL, Key::O);
    bench.until_read();
    bench.click_button("Discard");
    assert_eq!(bench.n(), 7);
    assert!(!bench.app().workspace().is_unsaved());
    assert_eq!(bench.app().workspace().undo_label(), None);
}

#[test]
fn new_from_a_preset_begins_a_document_without_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "other.json", 7);
    let mut bench = Bench::with(SMALL, Vec::new(), &[path], &[]);
    bench.until("opening", |app| app.workspace().architecture().settings().n == 7);
    bench.click("File");
    bench.click_button("New…");
    bench.click_card("NASNet-A Mobile");
    assert_eq!(bench.app().workspace().path(), None);
    assert!(bench.sees("5,289,978"));
}

/// A desktop without file dialogs.
fn no_dialog(question: Question) -> Answer {
    Answer::NoDialog { question, reason: "This desktop shows no file dialog".to_owned() }
}

fn type_path(bench: &mut Bench, path: &std::path::Path) {
    bench.press(CONTROL, Key::A);
    bench.type_text(&path.display().to_string());
}

#[test]
fn where_there_are_no_file_dialogs_a_path_can_be_typed_to_save() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("typed.json");
    let question = Question::SaveAs { name: "small.json".to_owned() };
    let answers = vec![no_dialog(question.clone()), no_dialog(question)];
    let mut bench = Bench::with(SMALL, answers, &[], &[]);
    edit(&mut bench);
    bench.press(CONTROL, Key::S);
    assert!(bench.sees("This desktop shows no file dialog"));
    type_path(&mut bench, &folder.path().join("no/such/folder/a.json"));
    bench.press(Modifiers::NONE, Key::Enter);
    assert!(bench.sees("Not saved: cannot write"), "it asks again, with the reason");
    type_path(&mut bench, &path);
    bench.press(Modifiers::NONE, Key::Enter);
    assert!(!bench.app().workspace().is_unsaved());
    bench.compute();
    assert!(bench.sees("Saved typed.json"));
    assert!(bench.app().notices().list().is_empty());
    assert_eq!(Document::open(&path).unwrap().architecture.settings().n, 3);
    // A file that is there already is replaced only on purpose.
    edit(&mut bench);
    bench.press(CONTROL | Modifiers::SHIFT, Key::S);
    type_path(&mut bench, &path);
    bench.press(Modifiers::NONE, Key::Enter);
    assert!(bench.sees("This file exists already") && bench.app().workspace().is_unsaved());
    bench.click_button("Replace");
    assert_eq!(Document::open(&path).unwrap().architecture.settings().n, 4);
}

#[test]
fn where_there_are_no_file_dialogs_a_path_can_be_typed_to_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "other.json", 7);
    let answers = vec![no_dialog(Question::Open), no_dialog(Question::Open)];
    let mut bench = Bench::with(SMALL, answers, &[], &[]);
    bench.press(CONTROL, Key::O);
    bench.press(Modifiers::NONE, Key::Escape);
    assert!(!bench.sees("Open a file"));
    bench.press(CONTROL, Key::O);
    type_path(&mut bench, &folder.path().join("nothing.json"));
    bench.press(Modifiers::NONE, Key::Enter);
    assert!(bench.sees("nothing.json does not exist"));
    type_path(&mut bench, &path);
    bench.press(Modifiers::NONE, Key::Enter);
    bench.until("opening", |app| app.workspace().architecture().settings().n == 7);
    assert!(bench.app().workspace().title().contains("other.json"));
}

#[test]
fn closing_waits_for_a_typed_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    let question = Question::SaveAs { name: "small.json".to_owned() };
    let mut bench = Bench::with(SMALL, vec![no_dialog(question)], &[], &[]);
    edit(&mut bench);
    bench.close_window();
    bench.click_button("Save");
    bench.frames(3);
    assert!(!bench.asked_for(&ViewportCommand::Close));
    type_path(&mut bench, &path);
    bench.press(Modifiers::NONE, Key::Enter);
    assert!(path.is_file() && bench.asked_for(&ViewportCommand::Close));
}
