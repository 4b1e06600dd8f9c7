//! The compare window.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::support::{Bench, SMALL};

#[test]
fn mobile_stands_beside_large() {
    let mut bench = Bench::new(SMALL);
    assert!(!bench.sees("88,753,150"));
    bench.press(Modifiers::COMMAND, Key::D);
    for text in ["5,289,978", "88,753,150", "23,783,414,658", "×16.8", "4,032", "Stage 3"] {
        assert!(bench.sees(text), "{text}");
    }
    assert_eq!(bench.count("The cells are the same"), 2);
    bench.press(Modifiers::COMMAND, Key::D);
    assert!(!bench.sees("88,753,150"));
}

#[test]
fn the_open_document_is_compared_as_it_is_edited() {
    let mut bench = Bench::new(SMALL);
    bench.press(Modifiers::COMMAND, Key::D);
    bench.harness.get_by_role_and_label(Role::ComboBox, "First network").click();
    bench.frames(3);
    bench.click_button("Open: NASNet-A Small");
    assert!(!bench.sees("5,289,978"));
    let before = bench.app().workspace().analysis().cost.parameters().trainable;
    let shown = |bench: &Bench, number: u64| bench.count(&nasnet_explorer::format::grouped(number));
    assert_eq!(shown(&bench, before), 2, "in the totals and in the comparison");
    bench.harness.get_by_role_and_label(Role::Slider, "N").focus();
    bench.frames(2);
    bench.press(Modifiers::NONE, Key::ArrowRight);
    let after = bench.app().workspace().analysis().cost.parameters().trainable;
    assert_eq!(shown(&bench, after), 2);
}
