//! The training view; the tests play the training, but for one that is real.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, ViewportCommand};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use nasnet_explorer::arch::{CellKind, Edit, Setting, zoo};
use nasnet_explorer::data::Picture;
use nasnet_explorer::engine::{
    DeviceChoice, Request, SampleShown, TrainingEvent, TrainingHandle, TrainingProgress,
    TrainingRequest, TrainingSide, TrainingStart, start_training,
};
use nasnet_explorer::train::{Answer as Said, Evaluation, Point, Recipe, SeedResult};
use nasnet_explorer::ui::{Answer, FolderUse, Stage};

use crate::support::{Bench, SMALL};

/// What was asked for, with the thread's end of each training.
type Asked = Rc<RefCell<Vec<(TrainingRequest, TrainingSide)>>>;

/// A window whose trainings the test plays.
fn bench(answers: Vec<Answer>) -> (Bench, Asked) {
    let asked = Asked::default();
    let list = asked.clone();
    let starter = move |_: DeviceChoice, request: TrainingRequest, wake| {
        let (handle, side) = TrainingHandle::pair(wake);
        list.borrow_mut().push((request, side));
        handle
    };
    let bench = Bench::trained_by(SMALL, answers, Box::new(starter));
    (bench, asked)
}

fn open(bench: &mut Bench) {
    bench.press(Modifiers::COMMAND, Key::T);
    assert!(bench.sees("Train this network"));
}

fn begin(bench: &mut Bench) {
    open(bench);
    bench.click_button("Start training");
    assert!(bench.app().training().is_running());
}

fn tell(bench: &mut Bench, asked: &Asked, event: TrainingEvent) {
    asked.borrow().last().expect("a training").1.tell(event);
    bench.frames(3);
}

fn start() -> TrainingEvent {
    let picture = Picture { width: 2, height: 2, rgb: vec![90; 12] };
    let sample = |index| SampleShown { index, label: 0, picture: picture.clone() };
    TrainingEvent::Started(Arc::new(TrainingStart {
        architecture: Arc::new(zoo::architecture(SMALL).unwrap()),
        device: "CPU (fake)".to_owned(),
        source: "shapes, seed 0".to_owned(),
        pictures: [4000, 500, 500],
        skipped: 3,
        classes: ["ring", "star"].map(str::to_owned).into(),
        parameters: 12_345,
        steps: 100,
        recipe: Recipe { epochs: 4, ..Recipe::default() },
        folder: None,
        samples: vec![sample(0), sample(7)],
    }))
}

fn progress(step: u64, validated: bool) -> TrainingEvent {
    let point = Point {
        step,
        epoch: step as f64 / 25.0,
        learning_rate: 0.05,
        keep_path: 0.9,
        loss: 1.5,
        accuracy: 0.5,
        pictures_per_second: 321.0,
        seconds: 10.0,
        validation_loss: validated.then_some(1.25),
        validation_accuracy: validated.then_some(0.75),
    };
    let evaluation = Evaluation {
        pictures: 10,
        accuracy: 0.75,
        loss: 1.25,
        confusion: vec![vec![3, 2], vec![1, 4]],
    };
    let said = |picture, answer| Said { picture, label: 0, answer, confidence: 0.8 };
    TrainingEvent::Progress(Arc::new(TrainingProgress {
        step,
        steps: 100,
        points: vec![point],
        validation: validated.then(|| Arc::new(evaluation)),
        answers: if validated { vec![said(0, 0), said(7, 1)] } else { Vec::new() },
        left: Some(Duration::from_secs(150)),
    }))
}

#[test]
fn the_view_opens_and_closes_and_says_what_it_is_for() {
    let (mut bench, _) = bench(Vec::new());
    open(&mut bench);
    assert!(bench.sees("No training yet") && !bench.sees("Stem channels"));
    bench.click("Cells tried (0)");
    assert!(bench.sees("No cell was tried yet"));
    bench.click_button("Cells");
    assert!(bench.sees("Stem channels"));
}

#[test]
fn what_was_set_is_what_is_asked_for() {
    let (mut bench, asked) = bench(Vec::new());
    open(&mut bench);
    bench.harness.get_by_role_and_label(Role::SpinButton, "Epochs").focus();
    bench.frames(2);
    bench.type_text("9");
    bench.press(Modifiers::NONE, Key::Enter);
    bench.click_button("Start training");
    let asked = asked.borrow();
    let TrainingRequest::Run(run) = &asked[0].0 else { panic!("{:?}", asked[0].0) };
    assert_eq!(run.recipe.epochs % 10, 9, "typed into the field");
    assert_eq!((run.data.source.as_str(), run.data.limit), ("shapes", Some(8000)));
    assert_eq!(&run.architecture, bench.app().workspace().architecture());
}

#[test]
fn a_number_that_makes_no_sense_is_told_in_place() {
    let (mut bench, asked) = bench(Vec::new());
    open(&mut bench);
    bench.harness.get_by_role_and_label(Role::SpinButton, "Batch").focus();
    bench.frames(2);
    bench.press(Modifiers::COMMAND, Key::A);
    bench.type_text("1");
    bench.press(Modifiers::NONE, Key::Enter);
    assert!(bench.sees("It may be 2 to 4096") && bench.sees("Batch cannot be 1"));
    bench.click_button("Start training");
    assert!(asked.borrow().is_empty(), "it cannot be started");
}

#[test]
fn the_course_shows_and_can_be_paused_and_stopped() {
    let (mut bench, asked) = bench(Vec::new());
    begin(&mut bench);
    let what = "Drawing shapes".to_owned();
    tell(&mut bench, &asked, TrainingEvent::Preparing { what, done: 1, total: 4 });
    assert!(bench.sees("Drawing shapes") && bench.sees("Training, preparing"));
    tell(&mut bench, &asked, start());
    assert!(bench.sees("12,345 parameters learn 2 classes") && bench.sees("3 files skipped"));
    tell(&mut bench, &asked, progress(20, false));
    assert!(bench.sees("Epoch 0.8 of 4 · 321 pictures/s · 2 min left"));
    assert!(bench.sees("Training 20%") && bench.sees("Loss: training 1.5000"));
    assert!(bench.sees("shows after the first epoch"));
    tell(&mut bench, &asked, progress(25, true));
    assert!(bench.sees("Accuracy, %: training 50.0%, validation 75.0%"));
    assert!(
        bench.sees(
            "Confusion matrix of 2 classes. ring taken for star (2); star taken for ring (1)"
        )
    );
    assert!(bench.sees("ring, right, 80.0% sure") && bench.sees("wrong: taken for star"));
    bench.click_button("Pause");
    assert!(asked.borrow()[0].1.is_paused() && bench.sees("paused"));
    bench.click_button("Go on");
    assert!(!asked.borrow()[0].1.is_paused());
    bench.click_button("Stop");
    assert!(asked.borrow()[0].1.is_stopped() && bench.sees("stopping"));
    tell(&mut bench, &asked, TrainingEvent::Stopped);
    assert!(!bench.app().training().is_running() && bench.sees("Stopped"));
    assert_eq!(bench.app().training().points().len(), 2, "what was seen stays");
}

#[test]
fn a_failure_is_told_and_another_training_can_begin() {
    let (mut bench, asked) = bench(Vec::new());
    begin(&mut bench);
    tell(&mut bench, &asked, TrainingEvent::Failed("the disk is full".to_owned()));
    assert!(bench.app().notices().first_error() == Some("The disk is full"));
    assert!(bench.sees("The training ended early"));
    bench.click_button("Start training");
    assert_eq!(asked.borrow().len(), 2);
}

#[test]
fn closing_the_window_asks_and_stops_first() {
    let (mut bench, asked) = bench(Vec::new());
    begin(&mut bench);
    tell(&mut bench, &asked, start());
    bench.close_window();
    assert!(bench.asked_for(&ViewportCommand::CancelClose) && bench.sees("Stop training?"));
    bench.click_button("Keep training");
    assert!(!bench.sees("Stop training?") && !asked.borrow()[0].1.is_stopped());
    bench.close_window();
    bench.click_button("Stop and quit");
    assert!(asked.borrow()[0].1.is_stopped() && !bench.asked_for(&ViewportCommand::Close));
    tell(&mut bench, &asked, TrainingEvent::Stopped);
    assert!(bench.asked_for(&ViewportCommand::Close));
}

#[test]
fn a_tried_cell_gets_a_row_that_can_be_sorted_opened_exported_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("cells");
    let (mut bench, asked) = bench(vec![Answer::SaveTrials(csv.clone())]);
    let seed =
        |seed, accuracy| TrainingEvent::SeedDone(SeedResult { seed, accuracy, seconds: 20.0 });
    let control_shift = Modifiers::COMMAND | Modifiers::SHIFT;
    bench.press(control_shift, Key::E);
    let TrainingRequest::Trial(trial) = asked.borrow()[0].0.clone() else { panic!("no trial") };
    assert_eq!(trial.seeds, 0..3);
    tell(&mut bench, &asked, start());
    assert!(bench.sees("seed 1 of 3"));
    for (number, accuracy) in [(0, 0.5), (1, 0.6), (2, 0.7)] {
        tell(&mut bench, &asked, seed(number, accuracy));
    }
    tell(&mut bench, &asked, TrainingEvent::TrialFinished);
    assert!(bench.sees("60.0 ± 10.0%") && bench.sees("Cells tried (1)"));
    bench.press(control_shift, Key::E);
    let TrainingRequest::Trial(again) = asked.borrow()[1].0.clone() else { panic!("no trial") };
    assert_eq!(again.seeds, 3..6, "the same cell gets more seeds");
    tell(&mut bench, &asked, seed(3, 0.6));
    tell(&mut bench, &asked, TrainingEvent::Stopped);
    assert_eq!(bench.app().trials().list()[0].results.len(), 4);
    bench.press(Modifiers::COMMAND, Key::P);
    bench.type_text("add block");
    bench.press(Modifiers::NONE, Key::Enter);
    bench.press(control_shift, Key::E);
    tell(&mut bench, &asked, seed(0, 0.8));
    tell(&mut bench, &asked, TrainingEvent::TrialFinished);
    assert_eq!(bench.app().trials().sorted(), [1, 0], "the best first");
    bench.click_button("Sort by accuracy");
    assert_eq!(bench.app().trials().sorted(), [0, 1]);
    bench.click_button("Export CSV…");
    let text = std::fs::read_to_string(csv.with_extension("csv")).unwrap();
    let rows: Vec<_> = text.lines().map(|line| line.split(',').nth(3).unwrap()).collect();
    assert_eq!(rows, ["seeds", "4", "1"]);
    let blocks = |bench: &Bench| {
        bench.app().workspace().architecture().cell(CellKind::Normal).blocks().len()
    };
    let edited = blocks(&bench);
    let buttons = bench.harness.query_all_by_label_contains("Open NASNet");
    let place = buttons.map(|button| button.rect()).min_by(|a, b| a.top().total_cmp(&b.top()));
    bench.click_at(place.expect("a row").center());
    assert_eq!(blocks(&bench), edited - 1, "the first row is the cell before the edit");
    bench.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(blocks(&bench), edited, "opening can be undone");
    open(&mut bench);
    bench.harness.query_all_by_label_contains("Delete NASNet").next().expect("a row").click();
    bench.frames(3);
    assert_eq!(bench.app().trials().list().len(), 1);
}

#[test]
fn folders_are_asked_for_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().to_owned();
    let (mut bench, asked) = bench(vec![Answer::Folder(FolderUse::Resume, path.clone())]);
    open(&mut bench);
    bench.click_button("Resume run folder…");
    bench.frames(3);
    assert_eq!(asked.borrow()[0].0, TrainingRequest::Resume(path));
}

#[test]
fn every_control_of_the_view_has_a_name() {
    let (mut bench, asked) = bench(Vec::new());
    begin(&mut bench);
    tell(&mut bench, &asked, start());
    tell(&mut bench, &asked, progress(25, true));
    bench.harness.get_by_label_contains("More settings").click();
    bench.frames(3);
    assert!(bench.sees("Gradient clip"));
    for role in [Role::Button, Role::CheckBox, Role::SpinButton, Role::ComboBox, Role::TextInput] {
        for node in bench.harness.query_all_by_role(role) {
            let node = node.accesskit_node();
            let named = node.label().is_some_and(|label| !label.is_empty());
            assert!(named, "{role:?} at {:?} has no name", node.bounding_box());
        }
    }
}

/// The same training with a network and pictures so few that it takes a second.
fn tiny(request: TrainingRequest) -> TrainingRequest {
    let TrainingRequest::Run(mut run) = request else { panic!("{request:?}") };
    let sizes = [(Setting::N, 1), (Setting::F, 2), (Setting::StemChannels, 4), (Setting::Input, 8)];
    let network =
        sizes.into_iter().fold((*run.architecture).clone(), |network, (setting, value)| {
            network.edited(&Edit::Set(setting, value)).unwrap()
        });
    run.architecture = Arc::new(network);
    (run.data.limit, run.data.held_out) = (Some(64), Some(24));
    (run.recipe.batch, run.recipe.epochs) = (16, 2);
    TrainingRequest::Run(run)
}

#[test]
fn a_real_training_ends_in_a_network_that_the_window_loads() {
    let starter = |_, request, wake| start_training(DeviceChoice::Cpu, tiny(request), wake);
    let mut bench = Bench::trained_by(SMALL, Vec::new(), Box::new(starter));
    bench.compute();
    begin(&mut bench);
    bench.until("the training", |app| !app.training().is_running());
    let Stage::Finished(result) = bench.app().training().stage().clone() else {
        panic!("{:?}", bench.app().training().stage())
    };
    assert!(bench.sees("of the test pictures right"));
    bench.click_button("Use this network");
    let asked: Vec<_> = std::iter::from_fn(|| bench.request()).collect();
    let loads = asked.iter().find_map(|request| match request {
        Request::LoadWeights { path, architecture, .. } => Some((path, architecture)),
        _ => None,
    });
    let (path, architecture) = loads.expect("the engine is asked to load it");
    assert_eq!((path, architecture), (&result.file, &result.architecture));
    assert_eq!(bench.app().workspace().architecture(), &result.architecture);
    assert!(bench.app().workspace().undo_label().is_some(), "it can be undone");
    let file = result.file.clone();
    drop(result);
    begin(&mut bench);
    assert!(file.is_file(), "the network in use outlives the training that follows");
    let kept = bench.app().workspace().architecture().cell(CellKind::Normal).clone();
    assert_eq!(&kept, zoo::architecture(SMALL).unwrap().cell(CellKind::Normal));
}
