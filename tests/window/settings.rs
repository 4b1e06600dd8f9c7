//! Settings and totals.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable as _;
use nasnet_explorer::arch::Flavour;

use crate::support::{Bench, SMALL};

#[test]
fn a_drag_of_a_slider_is_one_step_and_the_cost_follows() {
    let mut bench = Bench::new("nasnet-a-mobile");
    assert!(bench.sees("5,289,978"));
    let slider = bench.harness.get_by_role_and_label(Role::Slider, "N").rect();
    let start = slider.left_center() + vec2(20.0, 0.0);
    bench.harness.drag_at(start);
    bench.frames(2);
    let mut seen = vec![bench.n()];
    for step in 1..8 {
        bench.harness.hover_at(start + vec2(step as f32 * 8.0, 0.0));
        bench.frames(1);
        let cost = bench.app().workspace().analysis();
        assert_eq!(cost.architecture.settings().n, bench.n(), "the cost is that of this frame");
        seen.push(bench.n());
    }
    bench.harness.drop_at(start + vec2(56.0, 0.0));
    bench.frames(3);
    seen.dedup();
    assert!(seen.len() > 3, "the drag went through {seen:?}");
    assert!(!bench.sees("5,289,978"));
    bench.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(bench.n(), 4);
    assert!(bench.sees("5,289,978"));
    assert_eq!(bench.app().workspace().undo_label(), None);
    bench.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(bench.n(), *seen.last().unwrap());
}

#[test]
fn two_drags_are_two_steps() {
    let mut bench = Bench::new(SMALL);
    let slider = bench.harness.get_by_role_and_label(Role::Slider, "N").rect();
    for x in [60.0, 90.0] {
        bench.harness.drag_at(slider.left_center() + vec2(x, 0.0));
        bench.frames(2);
        bench.harness.drop_at(slider.left_center() + vec2(x, 0.0));
        bench.frames(2);
    }
    let last = bench.n();
    bench.press(Modifiers::COMMAND, Key::Z);
    assert!(bench.n() != last && bench.n() != 2);
    bench.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(bench.n(), 2);
}

#[test]
fn a_typed_number_goes_beyond_the_slider_and_an_illegal_one_is_refused() {
    let mut bench = Bench::new("nasnet-a-mobile");
    let type_f = |bench: &mut Bench, text: &str| {
        bench.harness.get_by_role_and_label(Role::SpinButton, "F").click();
        bench.frames(3);
        bench.press(Modifiers::COMMAND, Key::A);
        bench.type_text(text);
        bench.press(Modifiers::NONE, Key::Enter);
    };
    type_f(&mut bench, "1024");
    assert_eq!(bench.app().workspace().architecture().settings().f, 1024);
    assert!(bench.app().notices().list().is_empty());
    type_f(&mut bench, "1026");
    assert_eq!(bench.app().workspace().architecture().settings().f, 1024);
    assert!(bench.sees("F cannot be 1026") && bench.app().notices().list().is_empty());
    assert_eq!(bench.app().workspace().undo_label(), Some("Set F to 1024"));
    bench.press(Modifiers::COMMAND, Key::Z);
    assert!(!bench.sees("F cannot be 1026"), "it has been read");
    type_f(&mut bench, "many");
    assert!(bench.sees("F is a whole number, “many” is none"));
    type_f(&mut bench, "1,024");
    assert_eq!(bench.app().workspace().architecture().settings().f, 1024);
}

#[test]
fn a_refusal_moves_nothing() {
    let mut bench = Bench::new("nasnet-a-mobile");
    let field = |bench: &Bench| bench.harness.get_by_role_and_label(Role::SpinButton, "N").rect();
    let canvas = |bench: &Bench| bench.harness.get_by_label("Normal cell, 5 blocks").rect();
    let before = (field(&bench), canvas(&bench));
    bench.harness.get_by_role_and_label(Role::SpinButton, "F").click();
    bench.frames(3);
    bench.press(Modifiers::COMMAND, Key::A);
    bench.type_text("1026");
    bench.press(Modifiers::NONE, Key::Enter);
    assert!(bench.sees("⚠ F cannot be 1026"));
    assert_eq!((field(&bench), canvas(&bench)), before);
}

#[test]
fn what_a_cost_counts_is_told_wherever_the_pointer_rests_on_its_row() {
    let mut bench = Bench::new("nasnet-a-mobile");
    for text in ["5,289,978", "Parameters"] {
        let label = bench.harness.query_all_by_label(text).next().expect(text).rect();
        bench.harness.hover_at(label.center());
        bench.frames(20);
        assert!(bench.sees("What training changes: weights"), "over {text}");
        bench.harness.hover_at(eframe::egui::Pos2::ZERO);
        bench.frames(20);
    }
    assert!(bench.sees("All for one picture (batch 1), memory as float32"));
}

#[test]
fn arrow_keys_move_a_slider() {
    let mut bench = Bench::new(SMALL);
    bench.harness.get_by_role_and_label(Role::Slider, "N").focus();
    bench.frames(2);
    bench.press(Modifiers::NONE, Key::ArrowRight);
    assert_eq!(bench.n(), 3);
    assert_eq!(bench.value(Role::Slider, "N"), 3.0);
}

#[test]
fn choosing_a_preset_is_an_edit() {
    let mut bench = Bench::new(SMALL);
    bench.harness.get_by_role_and_label(Role::ComboBox, "Preset").click();
    bench.frames(3);
    bench.click_button("NASNet-A Large");
    assert!(bench.sees("88,753,150") && bench.sees("4,032"));
    bench.press(Modifiers::COMMAND, Key::Z);
    assert!(!bench.sees("88,753,150"));
    assert_eq!(bench.app().workspace().architecture().preset(), SMALL);
    bench.press(Modifiers::COMMAND, Key::Y);
    assert!(bench.sees("88,753,150"));
}

#[test]
fn totals_say_how_they_differ_from_the_preset() {
    let mut bench = Bench::new("nasnet-a-mobile");
    assert_eq!(bench.count("same"), 9);
    bench.harness.get_by_role_and_label(Role::ComboBox, "p wiring").click();
    bench.frames(3);
    bench.click_button("As Large");
    assert!(bench.app().workspace().architecture().settings().skip_reduction);
    bench.harness.get_by_role_and_label(Role::Slider, "N").focus();
    bench.frames(2);
    bench.press(Modifiers::NONE, Key::ArrowRight);
    assert!(bench.count("same") < 9 && bench.sees("%"));
    // Resetting is an edit too.
    bench.harness.get_by_label("Edit").click();
    bench.frames(3);
    bench.click("Reset to preset");
    assert_eq!(bench.count("same"), 9);
    assert_eq!(bench.app().workspace().undo_label(), Some("Reset to the preset"));
}

#[test]
fn flavour_and_name_are_edits() {
    let mut bench = Bench::new(SMALL);
    bench.harness.get_by_role_and_label(Role::ComboBox, "Flavour").click();
    bench.frames(3);
    bench.click_button("timm");
    assert_eq!(bench.app().workspace().architecture().settings().flavour, Flavour::Timm);
    bench.harness.get_by_role_and_label(Role::TextInput, "Name").click();
    bench.frames(3);
    bench.press(Modifiers::COMMAND, Key::A);
    bench.type_text("Mine");
    bench.press(Modifiers::NONE, Key::Enter);
    assert_eq!(bench.app().workspace().architecture().name(), "Mine");
    assert_eq!(bench.app().workspace().title(), "Mine* – NASNet Explorer");
}

#[test]
fn the_table_has_a_row_for_each_unit() {
    let bench = Bench::new("nasnet-a-mobile");
    for text in ["cell_stem_0", "32 × 111 × 111", "264 × 28 × 28", "reduction"] {
        assert!(bench.sees(text), "{text}");
    }
}

#[test]
fn a_drag_of_a_number_keeps_to_legal_steps_and_is_one_step() {
    let mut bench = Bench::new("nasnet-a-mobile");
    let start = bench.harness.get_by_role_and_label(Role::SpinButton, "F").rect().center();
    bench.harness.hover_at(start);
    bench.frames(1);
    bench.harness.drag_at(start);
    bench.frames(1);
    for step in 1..30 {
        bench.harness.hover_at(start + vec2(step as f32, 0.0));
        bench.frames(1);
    }
    bench.harness.drop_at(start + vec2(29.0, 0.0));
    bench.frames(2);
    let f = bench.app().workspace().architecture().settings().f;
    assert!(f > 52 && f.is_multiple_of(4), "{f}");
    assert!(bench.app().notices().list().is_empty());
    bench.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(bench.app().workspace().architecture().settings().f, 44);
}
