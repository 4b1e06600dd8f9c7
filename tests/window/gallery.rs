//! The gallery: networks to start from.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, ViewportCommand};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use nasnet_explorer::arch::{CellKind, zoo};
use nasnet_explorer::cost::analyse;
use nasnet_explorer::format::grouped;
use nasnet_explorer::plan::lower;

use crate::support::{Bench, SMALL, edit};

const CONTROL: Modifiers = Modifiers::COMMAND;
const SEARCH: &str = "Find a network";

/// A window that shows the gallery, with every figure computed.
fn opened() -> Bench {
    let mut bench = Bench::new(SMALL);
    bench.press(CONTROL, Key::N);
    bench.until_shown("the figures", |bench| cards(bench).iter().all(|name| name.contains("mult")));
    bench
}

/// What screen readers hear of each card.
fn cards(bench: &Bench) -> Vec<String> {
    let is_card = |name: &String| zoo::PRESETS.iter().any(|preset| is_of(name, preset.title));
    bench
        .harness
        .query_all_by_role(Role::Button)
        .filter_map(|node| node.accesskit_node().label())
        .filter(is_card)
        .collect()
}

fn is_of(name: &str, title: &str) -> bool {
    name.strip_prefix(title).is_some_and(|rest| rest.starts_with(": "))
}

fn shown(bench: &Bench) -> bool {
    bench.harness.query_by_role_and_label(Role::TextInput, SEARCH).is_some()
}

fn preset(bench: &Bench) -> &str {
    bench.app().workspace().architecture().preset()
}

fn focused(bench: &Bench) -> Option<String> {
    let is_card = |name: &String| zoo::PRESETS.iter().any(|preset| is_of(name, preset.title));
    let buttons = bench.harness.query_all_by_role(Role::Button);
    let names = buttons.filter(|node| node.is_focused());
    names.filter_map(|node| node.accesskit_node().label()).find(is_card)
}

#[test]
fn every_network_has_a_card_with_its_own_figures() {
    let bench = opened();
    let names = cards(&bench);
    assert_eq!(names.len(), zoo::PRESETS.len());
    for preset in zoo::PRESETS {
        let name = names.iter().find(|name| is_of(name, preset.title)).expect(preset.name);
        let network = preset.architecture();
        let cost = analyse(&lower(&network));
        for number in [cost.parameters().trainable, cost.total.macs] {
            assert!(name.contains(&grouped(number)), "{number} in {name}");
        }
        assert!(name.contains(&format!("{} px", network.settings().input)), "{name}");
        let none =
            if preset.is_template() { "template, not published" } else { "no published accuracy" };
        let figures = preset.published.figures();
        assert!(name.contains(figures.as_deref().unwrap_or(none)), "{name}");
        assert!(name.ends_with(&preset.published.paper.short()), "{name}");
    }
    for paper in
        ["arXiv 1707.07012", "arXiv 1712.00559", "DARTS: Differentiable Architecture Search"]
    {
        assert_eq!(bench.count(paper), 1, "{paper}");
    }
    assert!(names[0].contains("5,289,978 parameters, 563,638,816 multiply-adds, 224 px"));
    assert!(names[0].contains("ImageNet top-1 74.0%, top-5 91.6%; Zoph et al. 2018"));
}

#[test]
fn a_click_opens_the_network_in_place_of_the_gallery() {
    let mut bench = opened();
    bench.click_card("NASNet-A Mobile");
    assert_eq!(preset(&bench), "nasnet-a-mobile");
    assert!(!shown(&bench) && bench.sees("Normal cell"));
    assert_eq!(bench.app().workspace().undo_label(), None);
    assert!(!bench.app().workspace().is_unsaved());
}

#[test]
fn unsaved_changes_are_asked_for_and_cancelling_stays_in_the_gallery() {
    let mut bench = Bench::new(SMALL);
    edit(&mut bench);
    bench.press(CONTROL, Key::N);
    bench.click_card("NASNet-A Mobile");
    assert!(bench.sees("Save changes?"));
    bench.click_button("Cancel");
    assert!(shown(&bench));
    assert_eq!((preset(&bench), bench.n()), (SMALL, 3));
    bench.click_card("NASNet-A Mobile");
    bench.click_button("Discard");
    assert_eq!(preset(&bench), "nasnet-a-mobile");
}

#[test]
fn what_is_searched_for_is_typed_at_once_and_enter_opens() {
    let mut bench = opened();
    bench.type_text("liu");
    bench.type_text(" large");
    assert_eq!(cards(&bench).len(), 1);
    bench.press(Modifiers::NONE, Key::Enter);
    assert!(focused(&bench).is_some_and(|name| is_of(&name, "PNASNet-5 Large")));
    bench.press(Modifiers::NONE, Key::Enter);
    assert_eq!(preset(&bench), "pnasnet-5-large");
}

#[test]
fn a_search_without_result_says_so_and_escape_begins_again() {
    let mut bench = opened();
    bench.type_text("transformer");
    assert!(cards(&bench).is_empty() && bench.sees("No network has all of these words"));
    bench.press(Modifiers::NONE, Key::Escape);
    assert_eq!(cards(&bench).len(), zoo::PRESETS.len());
    assert!(shown(&bench));
}

#[test]
fn arrows_walk_from_card_to_card_and_back_to_the_search() {
    let mut bench = opened();
    let at = |bench: &Bench, title| focused(bench).is_some_and(|name| is_of(&name, title));
    bench.press(Modifiers::NONE, Key::ArrowDown);
    assert!(at(&bench, "NASNet-A Mobile"));
    bench.press(Modifiers::NONE, Key::ArrowRight);
    assert!(at(&bench, "NASNet-A Large"));
    bench.press(Modifiers::NONE, Key::ArrowDown);
    // Three cards in a row.
    assert!(at(&bench, "NASNet-A Small"), "{:?}", focused(&bench));
    for _ in 0..2 {
        bench.press(Modifiers::NONE, Key::ArrowUp);
    }
    let search = bench.harness.get_by_role_and_label(Role::TextInput, SEARCH);
    assert!(search.is_focused());
}

#[test]
fn the_card_that_arrows_lead_to_is_scrolled_into_view() {
    let mut bench = opened();
    for _ in 0..7 {
        bench.press(Modifiers::NONE, Key::ArrowDown);
    }
    bench.frames(20);
    let mut buttons = bench.harness.query_all_by_role(Role::Button);
    let card = buttons.find(|node| node.is_focused()).expect("a card").rect();
    let search = bench.harness.get_by_role_and_label(Role::TextInput, SEARCH).rect();
    assert!(card.top() > search.bottom() && card.bottom() < 800.0, "{card}");
    let first = format!("{}: ", zoo::PRESETS[0].title);
    assert!(!focused(&bench).expect("a card").starts_with(&first));
}

#[test]
fn escape_leaves_the_gallery_after_the_notices_over_it() {
    let mut bench = opened();
    bench.drop_files(&[std::path::Path::new("missing.png")]);
    bench.until("a notice", |app| app.notices().list().len() == 1);
    bench.press(Modifiers::NONE, Key::Escape);
    assert!(bench.app().notices().list().is_empty() && shown(&bench));
    bench.press(Modifiers::NONE, Key::Escape);
    assert!(!shown(&bench));
    assert_eq!(preset(&bench), SMALL);
}

#[test]
fn the_open_network_is_marked_and_its_card_leads_back_to_it() {
    let mut bench = opened();
    bench.press(Modifiers::NONE, Key::Escape);
    edit(&mut bench);
    bench.press(CONTROL, Key::Z);
    bench.press(CONTROL, Key::N);
    bench.click_card("NASNet-A Small");
    assert!(!shown(&bench));
    assert!(bench.app().workspace().redo_label().is_some(), "it was not begun again");
}

#[test]
fn tabs_lead_to_gallery_cells_and_training() {
    let mut bench = Bench::new(SMALL);
    bench.click("Gallery");
    assert!(shown(&bench) && !bench.sees("Stem channels") && bench.sees("Prediction"));
    bench.click("Training");
    assert!(!shown(&bench) && bench.sees("Start training"));
    bench.click("Gallery");
    bench.click("Cells");
    assert!(!shown(&bench) && bench.sees("Stem channels"));
    bench.click("Gallery");
    bench.press(CONTROL, Key::T);
    assert!(!shown(&bench) && bench.sees("Start training"));
}

#[test]
fn whether_it_is_shown_at_start_is_kept_with_the_panels() {
    let mut bench = opened();
    assert!(bench.app().panels().gallery);
    bench.click("Show at start");
    assert!(!bench.app().panels().gallery);
}

#[test]
fn a_network_is_answered_for_while_the_gallery_is_shown() {
    let mut bench = Bench::starting_in_gallery(SMALL);
    assert!(shown(&bench));
    bench.compute();
    assert!(bench.sees("label 0"));
    assert!(focused(&bench).is_none());
    let search = bench.harness.get_by_role_and_label(Role::TextInput, SEARCH);
    assert!(!search.is_focused(), "what is pasted is for the window");
}

#[test]
fn what_is_opened_otherwise_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    let network = zoo::architecture("darts-v2-cifar").unwrap();
    nasnet_explorer::arch::Document::new(network).save(&path).unwrap();
    let mut bench = opened();
    bench.drop_files(&[&path]);
    bench.until("opening", |app| app.workspace().architecture().preset() == "darts-v2-cifar");
    assert!(!shown(&bench));
    assert_eq!(bench.app().workspace().architecture().cell(CellKind::Normal).blocks().len(), 4);
}

#[test]
fn an_idle_gallery_asks_for_no_frames() {
    let mut bench = opened();
    bench.press(Modifiers::NONE, Key::ArrowDown);
    bench.compute();
    bench.frames(10);
    assert_eq!(bench.harness.try_run().ok(), Some(1));
}

#[test]
fn a_paper_opens_in_the_browser() {
    let mut bench = opened();
    bench.click("arXiv 1707.07012");
    let opened = bench.opened_addresses();
    assert_eq!(opened, ["https://arxiv.org/abs/1707.07012"]);
    assert!(!bench.asked_for(&ViewportCommand::Close));
}

#[test]
fn asking_for_the_gallery_again_searches_and_edits_nothing() {
    let mut bench = opened();
    bench.press(CONTROL, Key::N);
    assert!(shown(&bench));
    bench.type_text("darts");
    assert!(shown(&bench) && cards(&bench).len() < zoo::PRESETS.len());
    assert_eq!(bench.app().workspace().undo_label(), None);
    bench.click_button("Back to the cells");
    assert!(!shown(&bench));
}
