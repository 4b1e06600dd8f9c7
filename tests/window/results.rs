//! Predictions and activations.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable as _;
use nasnet_explorer::data::Preprocessing;
use nasnet_explorer::engine::Training;

use crate::support::{Bench, SMALL, samples};

fn computed() -> Bench {
    let mut bench = Bench::with(SMALL, Vec::new(), &[], &samples());
    bench.until_read();
    bench.compute();
    bench
}

#[test]
fn the_first_sample_is_classified_at_the_start_and_others_on_click() {
    let mut bench = computed();
    assert!(bench.sees("cat, 8 × 8"));
    bench.click_button("Sample picture dog");
    let run = bench.asked_run().expect("a run");
    assert_eq!(run.picture.as_ref().expect("with the picture").rgb[0], 200);
    bench.finish(&run, Training::Untrained);
    assert!(bench.sees("dog, 8 × 8"));
}

#[test]
fn five_predictions_with_scores() {
    let bench = computed();
    for (label, score) in [("label 0", "50.0%"), ("label 4", "10.0%")] {
        assert!(bench.sees(label) && bench.sees(score));
    }
    assert!(!bench.sees("label 5"));
    assert!(bench.sees("42 ms") && bench.sees("Seen by the network"));
}

#[test]
fn untrained_networks_say_so() {
    let mut bench = computed();
    assert!(bench.sees("random weights, predictions mean nothing"));
    bench.press(Modifiers::NONE, Key::F5);
    let run = bench.asked_run().expect("a run");
    bench.finish(&run, Training::Loaded);
    assert!(!bench.sees("random weights"));
    bench.press(Modifiers::NONE, Key::F5);
    let run = bench.asked_run().expect("a run");
    let untrained = vec!["cell_0/b3/left".to_owned(), "cell_1/b3/left".to_owned()];
    bench.finish(&run, Training::Partly { untrained });
    let groups = bench.app().workspace().analysis().plan.signatures.len();
    assert!(bench.sees(&format!("2 of {groups} operations untrained after edits")));
}

#[test]
fn activations_are_stepped_through() {
    let mut bench = computed();
    assert_eq!(bench.app().activation().0, "stem");
    assert!(bench.sees("0.250") && bench.sees("1.500") && bench.sees("37.5%"));
    bench.click_button("Next activations");
    assert_eq!(bench.app().activation().0, "cell_0");
    bench.press(Modifiers::COMMAND, Key::PageUp);
    bench.press(Modifiers::COMMAND, Key::PageUp);
    let result = bench.app().work().result().unwrap();
    let last = result.run.as_ref().unwrap().activations.last().unwrap().path.clone();
    assert_eq!(bench.app().activation().0, last, "around the beginning");
    bench.frames(30);
    let row = bench.harness.get_by_role_and_label(Role::Button, &last).rect();
    assert!(row.bottom() < 770.0, "its row is scrolled into view: {row}");
    bench.press(Modifiers::COMMAND, Key::PageDown);
    assert_eq!(bench.app().activation().0, "stem");
}

#[test]
fn a_row_of_the_cost_table_shows_its_activations() {
    let mut bench = computed();
    bench.click_button("cell_1");
    assert_eq!(bench.app().activation().0, "cell_1");
    assert!(bench.sees("channels of cell_1"));
}

#[test]
fn a_channel_is_enlarged_by_mouse_and_by_keyboard() {
    let mut bench = computed();
    let montage = bench.harness.get_by_role_and_label(Role::Image, "48 channels of stem").rect();
    bench.harness.hover_at(montage.left_top() + vec2(5.0, 5.0));
    bench.frames(1);
    bench.harness.drag_at(montage.left_top() + vec2(5.0, 5.0));
    bench.harness.drop_at(montage.left_top() + vec2(5.0, 5.0));
    bench.frames(5);
    assert_eq!(bench.app().activation(), ("stem", Some(0)));
    assert!(bench.sees("Channel 0 of 48"));
    bench.press(Modifiers::NONE, Key::ArrowRight);
    bench.press(Modifiers::NONE, Key::ArrowRight);
    assert_eq!(bench.app().activation(), ("stem", Some(2)));
    bench.press(Modifiers::NONE, Key::ArrowDown);
    assert!(bench.app().activation().1 > Some(3));
    bench.press(Modifiers::NONE, Key::Escape);
    assert_eq!(bench.app().activation(), ("stem", None));
    assert!(!bench.sees("Channel 0 of 48"));
}

#[test]
fn a_network_with_fewer_cells_shows_what_it_has() {
    let mut bench = computed();
    bench.click_button("Previous activations");
    assert_eq!(bench.app().activation().0, "cell_5");
    bench.harness.get_by_role_and_label(Role::Slider, "N").focus();
    bench.frames(2);
    bench.press(Modifiers::NONE, Key::ArrowLeft);
    let run = bench.asked_run().expect("a run");
    bench.finish(&run, Training::Untrained);
    assert!(bench.sees("The last result has no such unit"));
    bench.press(Modifiers::COMMAND, Key::PageDown);
    assert_eq!(bench.app().activation().0, "stem");
}

#[test]
fn pictures_are_preprocessed_as_chosen() {
    let mut bench = computed();
    assert!(bench.sees("Preprocessing"));
    bench.harness.get_by_role_and_label(Role::ComboBox, "Preprocessing").click();
    bench.frames(2);
    bench.click("timm, bicubic");
    let run = bench.asked_run().expect("a run");
    assert_eq!(run.preprocessing, Some(Preprocessing::Timm));
    bench.finish(&run, Training::Untrained);
    bench.harness.get_by_role_and_label(Role::ComboBox, "Preprocessing").click();
    bench.frames(2);
    bench.click("Usual for the network");
    assert_eq!(bench.asked_run().expect("a run").preprocessing, None);
}
