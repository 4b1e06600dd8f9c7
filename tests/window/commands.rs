//! Menus, shortcuts, palette, help.

use eframe::egui::accesskit::{Role, Toggled};
use eframe::egui::{Key, Modifiers, Theme, ViewportCommand};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use nasnet_explorer::ui::{Command, Menu};

use crate::support::{Bench, SMALL};

#[test]
fn every_command_is_in_its_menu_and_what_is_disabled_says_why() {
    let mut bench = Bench::new(SMALL);
    for menu in Menu::ALL {
        bench.click_button(menu.label());
        let listed = |command: &Command| command.menu() == menu && command.is_listed();
        for command in Command::all().into_iter().filter(listed) {
            assert!(bench.sees(&command.text()), "{command:?}");
        }
        bench.press(Modifiers::NONE, Key::Escape);
    }
    bench.click("Edit");
    let mut undos = bench.harness.query_all_by_label_contains("Undo");
    let undo = undos.next().expect("the first is that of the document");
    assert!(undo.accesskit_node().is_disabled());
    undo.hover();
    drop(undos);
    bench.frames(20);
    assert!(bench.sees("There is nothing to undo"));
}

#[test]
fn the_palette_finds_and_does() {
    let mut bench = Bench::new(SMALL);
    bench.press(Modifiers::COMMAND, Key::P);
    assert!(bench.sees("Find a command"));
    bench.type_text("newlarge");
    bench.press(Modifiers::NONE, Key::Enter);
    assert_eq!(bench.app().workspace().architecture().preset(), "nasnet-a-large");
    assert!(!bench.sees("Find a command"));
    bench.press(Modifiers::COMMAND, Key::K);
    bench.press(Modifiers::NONE, Key::Escape);
    assert!(!bench.sees("Find a command"));
}

#[test]
fn the_palette_does_nothing_that_is_unavailable() {
    let mut bench = Bench::new(SMALL);
    bench.press(Modifiers::COMMAND, Key::P);
    bench.type_text("undo");
    bench.press(Modifiers::NONE, Key::Enter);
    assert!(bench.sees("Find a command"), "it stays open");
}

#[test]
fn help_lists_every_shortcut() {
    let mut bench = Bench::new(SMALL);
    bench.press(Modifiers::NONE, Key::F1);
    for command in Command::all().into_iter().filter(|command| !command.shortcuts().is_empty()) {
        assert!(bench.sees(&command.text()), "{command:?}");
    }
}

#[test]
fn escape_closes_what_is_open_the_uppermost_first() {
    let mut bench = Bench::new(SMALL);
    bench.press(Modifiers::COMMAND, Key::D);
    bench.press(Modifiers::NONE, Key::F1);
    bench.press(Modifiers::COMMAND, Key::P);
    let open = |bench: &Bench| {
        let signs = ["Find a command", "Double click a wire", "Second network"];
        signs.map(|sign| bench.sees(sign))
    };
    assert_eq!(open(&bench), [true, false, true], "the palette takes the place of help");
    bench.press(Modifiers::NONE, Key::Escape);
    assert_eq!(open(&bench), [false, false, true]);
    bench.press(Modifiers::NONE, Key::F1);
    bench.press(Modifiers::NONE, Key::Escape);
    assert_eq!(open(&bench), [false, false, true]);
    bench.press(Modifiers::NONE, Key::Escape);
    assert_eq!(open(&bench), [false, false, false]);
}

#[test]
fn tab_goes_on_from_where_escape_left() {
    let mut bench = Bench::new(SMALL);
    let focused = |bench: &Bench, label: &str| {
        bench.harness.get_by_role_and_label(Role::SpinButton, label).is_focused()
    };
    bench.harness.get_by_role_and_label(Role::Slider, "F").focus();
    bench.frames(2);
    bench.press(Modifiers::NONE, Key::Escape);
    bench.press(Modifiers::NONE, Key::Tab);
    assert!(focused(&bench, "F"), "the field after the slider");
}

#[test]
fn themes_can_be_chosen() {
    let mut bench = Bench::new(SMALL);
    for (name, theme) in [("Light theme", Theme::Light), ("Dark theme", Theme::Dark)] {
        bench.click("View");
        bench.click(name);
        assert_eq!(bench.harness.ctx.theme(), theme);
    }
    bench.click("View");
    let entry = |name| bench.harness.get_by_role_and_label(Role::Button, name).accesskit_node();
    assert_eq!(entry("Dark theme").toggled(), Some(Toggled::True));
    assert_eq!(entry("Light theme").toggled(), None);
}

#[test]
fn panels_can_be_hidden_and_zoom_changed() {
    let mut bench = Bench::new(SMALL);
    let control_shift = Modifiers::COMMAND | Modifiers::SHIFT;
    for (key, text) in [(Key::L, "Stem channels"), (Key::R, "Prediction"), (Key::T, "Sees")] {
        assert!(bench.sees(text), "{text}");
        bench.press(control_shift, key);
        assert!(!bench.sees(text), "{text}");
        bench.press(control_shift, key);
        assert!(bench.sees(text), "{text}");
    }
    bench.press(Modifiers::COMMAND, Key::Plus);
    assert!(bench.harness.ctx.zoom_factor() > 1.05);
    bench.press(Modifiers::COMMAND, Key::Num0);
    assert_eq!(bench.harness.ctx.zoom_factor(), 1.0);
}

#[test]
fn quit_closes_the_window() {
    let mut bench = Bench::new(SMALL);
    bench.press(Modifiers::COMMAND, Key::Q);
    assert!(bench.asked_for(&ViewportCommand::Close));
}

#[test]
fn every_control_has_a_name() {
    let bench = Bench::new(SMALL);
    let roles = [Role::Button, Role::Slider, Role::SpinButton, Role::ComboBox, Role::TextInput];
    for role in roles {
        for node in bench.harness.query_all_by_role(role) {
            let node = node.accesskit_node();
            let named = node.label().is_some_and(|label| !label.is_empty());
            assert!(named, "{role:?} at {:?} has no name", node.bounding_box());
        }
    }
}
