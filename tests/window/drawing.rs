//! The pad to draw on.

use eframe::egui::accesskit::{Role, Toggled};
use eframe::egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, ViewportId, pos2, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use nasnet_explorer::data::drawing::{SIDE, render};
use nasnet_explorer::data::samples::Sample;
use nasnet_explorer::data::{Picture, samples as shipped};
use nasnet_explorer::engine::Training;
use nasnet_explorer::ui::Answer;

use crate::support::{Bench, SMALL, samples};

const REDO: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// A window that shows the empty pad and has nothing to compute.
fn at_pad() -> Bench {
    at_pad_with(Vec::new())
}

fn at_pad_with(answers: Vec<Answer>) -> Bench {
    let mut bench = Bench::with(SMALL, answers, &[], &samples());
    bench.until_read();
    bench.compute();
    bench.click_button("Draw");
    assert!(bench.app().drawing().1);
    bench
}

fn pad(bench: &Bench) -> Rect {
    bench.harness.get_by_label_contains("Drawing pad").rect()
}

fn button(bench: &mut Bench, pos: Pos2, pressed: bool) {
    let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
    let event = Event::PointerButton { pos, button, pressed, modifiers };
    bench.harness.input_mut().events.push(event);
    bench.frames(1);
}

fn move_to(bench: &mut Bench, pos: Pos2) {
    bench.harness.input_mut().events.push(Event::PointerMoved(pos));
    bench.frames(1);
}

/// Puts the pen down and moves it, through places that are shares of the pad.
fn start(bench: &mut Bench, places: &[[f32; 2]]) -> Pos2 {
    let rect = pad(bench);
    let at = |place: [f32; 2]| rect.min + rect.size() * vec2(place[0], place[1]);
    move_to(bench, at(places[0]));
    button(bench, at(places[0]), true);
    for place in &places[1..] {
        move_to(bench, at(*place));
    }
    at(places[places.len() - 1])
}

fn stroke(bench: &mut Bench, places: &[[f32; 2]]) {
    let end = start(bench, places);
    button(bench, end, false);
    bench.frames(2);
}

/// The picture of the last run that was asked for, if one was.
fn asked(bench: &Bench) -> Option<Picture> {
    bench.asked_run().map(|run| (*run.picture.expect("with a picture")).clone())
}

fn pixel(picture: &Picture, place: [f32; 2]) -> [u8; 3] {
    let [column, row] = place.map(|share| (share * SIDE as f32) as usize);
    let start = 3 * (row * SIDE as usize + column);
    [picture.rgb[start], picture.rgb[start + 1], picture.rgb[start + 2]]
}

fn count(bench: &Bench) -> usize {
    bench.app().drawing().0.strokes().len()
}

/// The repaint that the window asked for last.
fn delay(bench: &Bench) -> std::time::Duration {
    bench.harness.output().viewport_output[&ViewportId::ROOT].repaint_delay
}

#[test]
fn a_drag_draws_and_the_network_sees_it() {
    let mut bench = at_pad();
    stroke(&mut bench, &[[0.2, 0.5], [0.5, 0.5], [0.8, 0.5]]);
    assert_eq!(count(&bench), 1);
    let picture = asked(&bench).expect("a run");
    assert_eq!((picture.width, picture.height), (SIDE, SIDE));
    for place in [[0.25, 0.5], [0.4, 0.5], [0.75, 0.5]] {
        assert_eq!(pixel(&picture, place), [0; 3], "{place:?}");
    }
    for place in [[0.1, 0.5], [0.5, 0.4], [0.9, 0.5]] {
        assert_eq!(pixel(&picture, place), [255; 3], "{place:?}");
    }
    let drawing = bench.app().drawing().0;
    assert!(picture == render(drawing.paper(), drawing.strokes()));
    assert!(bench.sees("Drawing pad, 1 stroke"));
}

#[test]
fn a_click_leaves_a_dot() {
    let mut bench = at_pad();
    let center = pad(&bench).center();
    bench.click_at(center);
    assert_eq!(count(&bench), 1);
    assert_eq!(pixel(&asked(&bench).expect("a run"), [0.5, 0.5]), [0; 3]);
}

#[test]
fn an_empty_pad_asks_for_nothing_and_says_so() {
    let mut bench = at_pad();
    assert!(bench.sees("Draw something"));
    bench.frames(20);
    bench.click("Black paper");
    bench.click("White paper");
    assert!(bench.request().is_none());
    bench.click_button("Draw");
    assert!(!bench.app().drawing().1 && bench.sees("cat, 8 × 8"));
    assert!(bench.request().is_none());
}

#[test]
fn the_network_answers_while_the_pen_moves_but_is_not_flooded() {
    let mut bench = at_pad();
    let place = start(&mut bench, &[[0.1, 0.1], [0.2, 0.1]]);
    bench.frames(6);
    let run = bench.asked_run().expect("a run in the middle of the stroke");
    let part = run.picture.clone().expect("with what was drawn so far");
    assert_eq!(pixel(&part, [0.15, 0.1]), [0; 3]);
    // The network is still at work: nothing more is asked until it has answered.
    for step in 0..20 {
        move_to(&mut bench, place + vec2(2.0 * step as f32, 10.0));
    }
    assert!(bench.request().is_none());
    bench.finish(&run, Training::Untrained);
    bench.frames(3);
    let mut asked = 0;
    // Two seconds of drawing, each answered at once.
    for step in 0..40 {
        move_to(&mut bench, place + vec2(2.0 * step as f32, 30.0));
        if let Some(run) = bench.asked_run() {
            asked += 1;
            bench.engine.tell(nasnet_explorer::engine::Event::Cancelled { job: run.job });
        }
    }
    assert!((8..=17).contains(&asked), "{asked} in two seconds");
    button(&mut bench, place, false);
    bench.frames(2);
    assert!(bench.asked_run().is_some(), "the whole stroke, when the pen is lifted");
    bench.frames(20);
    assert!(bench.request().is_none());
}

#[test]
fn undo_is_for_the_pad_where_that_has_the_keyboard_and_else_for_the_document() {
    let mut bench = at_pad();
    bench.harness.get_by_role_and_label(Role::Slider, "N").focus();
    bench.frames(2);
    let n = bench.n();
    bench.press(Modifiers::NONE, Key::ArrowRight);
    assert_eq!(bench.n(), n + 1);
    stroke(&mut bench, &[[0.2, 0.2], [0.8, 0.2]]);
    stroke(&mut bench, &[[0.2, 0.8], [0.8, 0.8]]);
    let _ = asked(&bench);

    bench.press(Modifiers::COMMAND, Key::Z);
    assert_eq!((count(&bench), bench.n()), (1, n + 1));
    let picture = asked(&bench).expect("what is left");
    assert_eq!((pixel(&picture, [0.5, 0.2]), pixel(&picture, [0.5, 0.8])), ([0; 3], [255; 3]));
    bench.press(REDO, Key::Z);
    assert_eq!((count(&bench), bench.n()), (2, n + 1));
    for _ in 0..4 {
        bench.press(Modifiers::COMMAND, Key::Z);
    }
    assert_eq!((count(&bench), bench.n()), (0, n + 1), "the document keeps its edit");

    // A press elsewhere, here on a heading that takes no keyboard, ends that.
    let heading = bench.harness.get_by_label("Prediction").rect().center();
    bench.click_at(heading);
    bench.press(Modifiers::COMMAND, Key::Z);
    assert_eq!((count(&bench), bench.n()), (0, n));
    bench.press(REDO, Key::Z);
    assert_eq!((count(&bench), bench.n()), (0, n + 1));
}

#[test]
fn undo_in_the_middle_of_a_stroke_takes_that_stroke() {
    let mut bench = at_pad();
    stroke(&mut bench, &[[0.2, 0.2], [0.8, 0.2]]);
    let place = start(&mut bench, &[[0.2, 0.8], [0.5, 0.8]]);
    bench.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(count(&bench), 1);
    move_to(&mut bench, place + vec2(20.0, 0.0));
    button(&mut bench, place, false);
    bench.frames(2);
    assert_eq!(count(&bench), 1);
}

#[test]
fn tab_and_escape_leave_the_pad() {
    for key in [Key::Tab, Key::Escape] {
        let mut bench = at_pad();
        stroke(&mut bench, &[[0.2, 0.2], [0.8, 0.2]]);
        assert!(bench.harness.get_by_label_contains("Drawing pad").is_focused());
        bench.press(Modifiers::NONE, key);
        assert!(!bench.harness.get_by_label_contains("Drawing pad").is_focused(), "{key:?}");
    }
}

#[test]
fn the_pad_can_be_cleared_and_that_undone() {
    let mut bench = at_pad();
    let disabled = |bench: &Bench, name: &str| {
        bench.harness.get_by_role_and_label(Role::Button, name).accesskit_node().is_disabled()
    };
    for name in ["Undo stroke", "Clear", "Save as PNG…"] {
        assert!(disabled(&bench, name), "{name}");
    }
    bench.harness.get_by_role_and_label(Role::Button, "Clear").hover();
    bench.frames(20);
    assert!(bench.sees("The pad is empty"));
    stroke(&mut bench, &[[0.2, 0.2], [0.8, 0.2]]);
    stroke(&mut bench, &[[0.2, 0.8], [0.8, 0.8]]);
    let whole = asked(&bench).expect("a run");
    bench.click_button("Clear");
    assert_eq!(count(&bench), 0);
    assert!(bench.sees("Draw something") && bench.request().is_none());
    assert!(disabled(&bench, "Clear") && !disabled(&bench, "Undo stroke"));
    bench.click_button("Undo stroke");
    assert_eq!(count(&bench), 2);
    assert!(asked(&bench) == Some(whole));
}

#[test]
fn pens_brushes_and_paper_are_chosen() {
    let mut bench = at_pad();
    let chosen = |bench: &Bench, name: &str| {
        let node = bench.harness.get_by_role_and_label(Role::RadioButton, name);
        node.accesskit_node().toggled() == Some(Toggled::True)
    };
    assert!(chosen(&bench, "Black pen") && chosen(&bench, "Medium brush"));
    bench.click("Black paper");
    assert!(chosen(&bench, "White pen"), "black would not be seen");
    bench.click("Red pen");
    bench.click("Thick brush");
    assert!(chosen(&bench, "Red pen") && chosen(&bench, "Thick brush"));
    stroke(&mut bench, &[[0.2, 0.5], [0.8, 0.5]]);
    let picture = asked(&bench).expect("a run");
    let [red, green, blue] = pixel(&picture, [0.5, 0.53]);
    assert!(red > 180 && green < 80 && blue < 80, "{red} {green} {blue}");
    assert_eq!(pixel(&picture, [0.5, 0.2]), [0; 3]);
    bench.click("White paper");
    let picture = asked(&bench).expect("a run on other paper");
    assert_eq!(pixel(&picture, [0.5, 0.2]), [255; 3]);
}

#[test]
fn strokes_survive_a_look_at_a_sample() {
    let mut bench = at_pad();
    stroke(&mut bench, &[[0.2, 0.5], [0.8, 0.5]]);
    let drawn = asked(&bench).expect("a run");
    bench.click_button("Sample picture dog");
    assert!(!bench.app().drawing().1 && bench.sees("dog, 8 × 8"));
    assert_eq!(asked(&bench).expect("a run").rgb[0], 200);
    bench.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(count(&bench), 1, "the pad is not there to undo on");
    bench.click_button("Draw");
    assert_eq!(count(&bench), 1);
    assert!(asked(&bench) == Some(drawn));
    bench.click_button("Draw");
    assert!(bench.sees(&format!("Drawing, {SIDE} × {SIDE}")));
}

#[test]
fn a_drawing_is_saved_as_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("star");
    let mut bench = at_pad_with(vec![Answer::SaveDrawing(path.clone())]);
    stroke(&mut bench, &[[0.2, 0.5], [0.8, 0.5]]);
    let run = bench.asked_run().expect("a run");
    let drawn = (**run.picture.as_ref().expect("with a picture")).clone();
    bench.finish(&run, Training::Untrained);
    bench.click_button("Save as PNG…");
    assert!(bench.sees("Saved star.png"));
    assert!(Picture::open(&path.with_extension("png")).unwrap() == drawn);
}

#[test]
fn a_drawing_that_cannot_be_saved_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing/star.png");
    let mut bench = at_pad_with(vec![Answer::SaveDrawing(path)]);
    stroke(&mut bench, &[[0.2, 0.5], [0.8, 0.5]]);
    bench.click_button("Save as PNG…");
    let error = bench.app().notices().first_error().expect("a notice");
    assert!(error.contains("drawing is not saved") && error.contains("missing"), "{error}");
}

#[test]
fn a_window_with_a_drawing_sleeps() {
    let mut bench = at_pad();
    stroke(&mut bench, &[[0.2, 0.5], [0.8, 0.5]]);
    let run = bench.asked_run().expect("a run");
    bench.finish(&run, Training::Untrained);
    bench.frames(20);
    assert_eq!(delay(&bench), std::time::Duration::MAX);
    assert!(bench.request().is_none());
}

#[test]
fn many_samples_wrap_into_rows() {
    let all: Vec<Sample> = shipped::all().iter().cycle().take(17).copied().collect();
    let mut bench = Bench::with(SMALL, Vec::new(), &[], &all);
    bench.until_read();
    let tiles: Vec<Rect> = bench
        .harness
        .query_all_by_label_contains("Sample picture")
        .map(|node| node.rect())
        .collect();
    assert_eq!(tiles.len(), 17);
    let panel = bench.harness.get_by_label("Open…").rect().right();
    assert!(tiles.iter().all(|tile| tile.right() <= panel + 1.0 && tile.bottom() < 420.0));
    assert!(tiles[16].top() > tiles[0].bottom());
    assert!(tiles[0].left_top().distance(pos2(tiles[1].left(), tiles[1].top())) < 40.0);
}
