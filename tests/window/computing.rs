//! Asking the engine, and what becomes of its answers.

use std::sync::Arc;

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable as _;
use nasnet_explorer::arch::{Edit, Setting, zoo};
use nasnet_explorer::engine::{DeviceChoice, DeviceReport, Event, Request, RunResult, Training};

use crate::support::{Bench, Run, SMALL, device, result_of, samples};

fn arrow(bench: &mut Bench) {
    bench.harness.get_by_role_and_label(Role::Slider, "N").focus();
    bench.frames(2);
    bench.press(Modifiers::NONE, Key::ArrowRight);
}

#[test]
fn the_network_is_computed_at_the_start_and_after_every_edit() {
    let mut bench = Bench::new(SMALL);
    bench.compute();
    assert!(bench.asked_run().is_none(), "nothing has changed");
    arrow(&mut bench);
    let run = bench.asked_run().expect("a run");
    assert_eq!(run.architecture.settings().n, 3);
    bench.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(bench.asked_run().expect("a run").architecture.settings().n, 2);
}

#[test]
fn a_drag_is_computed_when_the_user_pauses() {
    let mut bench = Bench::new(SMALL);
    bench.compute();
    let slider = bench.harness.get_by_role_and_label(Role::Slider, "N").rect();
    bench.harness.drag_at(slider.left_center());
    for step in 0..10 {
        bench.harness.hover_at(slider.left_center() + vec2(step as f32 * 8.0, 0.0));
        bench.frames(1);
    }
    assert!(bench.asked_run().is_none(), "asked during the drag");
    bench.frames(6);
    let run = bench.asked_run().expect("a run after 0.2 s");
    assert_eq!(run.architecture.settings().n, bench.n());
}

#[test]
fn a_late_answer_is_dropped_and_the_old_result_stays() {
    let mut bench = Bench::with(SMALL, Vec::new(), &[], &samples());
    bench.until_read();
    bench.compute();
    let shown = bench.app().work().result().unwrap().clone();
    arrow(&mut bench);
    let late = bench.asked_run().expect("a run");
    assert!(bench.sees("Updating…") && bench.sees("label 0"), "the old result stays");
    arrow(&mut bench);
    let latest = bench.asked_run().expect("a run");
    bench.finish(&late, Training::Untrained);
    assert!(Arc::ptr_eq(bench.app().work().result().unwrap(), &shown));
    assert!(!bench.app().work().is_current());
    bench.finish(&latest, Training::Untrained);
    assert_eq!(bench.app().work().result().unwrap().fingerprint, latest.architecture.fingerprint());
    assert!(bench.app().work().is_current() && !bench.sees("Updating…"));
}

#[test]
fn an_answer_for_another_network_is_dropped() {
    let mut bench = Bench::new(SMALL);
    bench.frames(2);
    let run = bench.asked_run().expect("a run");
    let other = zoo::architecture(SMALL).unwrap().edited(&Edit::Set(Setting::N, 5)).unwrap();
    let other =
        Run { job: run.job, architecture: Arc::new(other), picture: None, preprocessing: None };
    let result: RunResult = result_of(&other, Training::Untrained);
    bench.tell(Event::Done { job: run.job, result: Arc::new(result) });
    assert!(bench.app().work().result().is_none());
}

#[test]
fn progress_is_shown_and_can_be_cancelled() {
    let mut bench = Bench::with(SMALL, Vec::new(), &[], &samples());
    bench.until_read();
    bench.compute();
    arrow(&mut bench);
    let run = bench.asked_run().expect("a run");
    let what = "Running cell_3".to_owned();
    bench.tell(Event::Progress { job: run.job, what, done: 3, total: 12 });
    assert!(bench.sees("Running cell_3") && bench.sees("3 / 12"));
    assert!(!bench.engine.is_cancelled(run.job));
    bench.click_button("Cancel computation");
    assert!(bench.engine.is_cancelled(run.job) && bench.sees("Cancelling"));
    bench.tell(Event::Cancelled { job: run.job });
    assert!(bench.sees("Not computed") && bench.sees("Out of date") && bench.sees("label 0"));
    bench.click_button("Run again");
    assert!(bench.asked_run().expect("a run").job > run.job);
}

#[test]
fn a_failure_is_told_and_the_old_result_stays() {
    let mut bench = Bench::with(SMALL, Vec::new(), &[], &samples());
    bench.until_read();
    bench.compute();
    arrow(&mut bench);
    let run = bench.asked_run().expect("a run");
    bench.tell(Event::Failed {
        job: run.job,
        message: "this needs 9 TB; choose a smaller F".into(),
    });
    assert!(bench.sees("This needs 9 TB") && bench.sees("label 0") && bench.sees("Out of date"));
    assert!(!bench.app().work().is_busy());
    assert_eq!(bench.n(), 3, "the document is untouched");
}

#[test]
fn what_fails_before_anything_was_asked_for_is_told_and_late_failures_are_not() {
    let mut bench = Bench::new(SMALL);
    bench.tell(Event::Failed { job: 0, message: "there is no GPU".into() });
    assert!(bench.sees("There is no GPU"));
    let replaced = bench.asked_run().expect("a run");
    arrow(&mut bench);
    bench.tell(Event::Failed { job: replaced.job, message: "too late".into() });
    assert!(!bench.sees("Too late") && bench.app().work().is_busy());
}

#[test]
fn the_device_is_shown_and_can_be_changed() {
    let mut bench = Bench::new(SMALL);
    bench.compute();
    let report = |choice, name: &str| DeviceReport { choice, ..device(name) };
    bench.tell(Event::Device(report(DeviceChoice::Auto, "CPU (fake)")));
    assert!(bench.sees("Device CPU (fake)"));
    assert!(bench.asked_run().is_none(), "the first report changes nothing");
    bench.click("Compute");
    bench.click_button("Device: GPU");
    match bench.request() {
        Some(Request::UseDevice { choice, .. }) => assert_eq!(choice, DeviceChoice::Gpu),
        other => panic!("{other:?}"),
    }
    assert!(bench.sees("Changing the device"));
    bench.tell(Event::Device(report(DeviceChoice::Gpu, "GPU (fake)")));
    assert!(bench.sees("Device GPU (fake)"));
    bench.compute();
}

#[test]
fn a_result_keeps_the_device_that_it_came_from() {
    let mut bench = Bench::with(SMALL, Vec::new(), &[], &samples());
    bench.until_read();
    bench.tell(Event::Device(device("CPU (fake)")));
    bench.compute();
    assert!(bench.sees("42 ms on CPU (fake)"));
    bench.tell(Event::Device(device("GPU (fake)")));
    assert!(bench.sees("Device GPU (fake)") && !bench.sees("42 ms on GPU (fake)"));
    assert!(bench.sees("Last run 42 ms on CPU (fake)"));
}

#[test]
fn a_field_with_the_keyboard_does_not_repaint() {
    let mut bench = Bench::new(SMALL);
    bench.compute();
    bench.harness.get_by_role_and_label(Role::SpinButton, "F").click();
    bench.frames(5);
    bench.harness.run();
    assert_eq!(bench.harness.run(), 1, "the cursor does not blink");
}

#[test]
fn an_idle_window_does_not_repaint() {
    let mut bench = Bench::with(SMALL, Vec::new(), &[], &samples());
    bench.until_read();
    bench.compute();
    // Panics if a frame asks for another one for ever.
    bench.harness.run();
    assert_eq!(bench.harness.run(), 1, "an idle frame asks for no other");
    arrow(&mut bench);
    let run = bench.asked_run().expect("a run");
    bench.finish(&run, Training::Untrained);
    bench.harness.run();
    assert_eq!(bench.harness.run(), 1);
}
