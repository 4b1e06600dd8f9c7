//! Cells edited by commands from menus and the palette.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use nasnet_explorer::arch::{CellKind, Combine, Op, Side, StateName};

use crate::support::{Bench, SMALL};

fn palette(bench: &mut Bench, text: &str) {
    bench.press(Modifiers::COMMAND, Key::P);
    bench.type_text(text);
    bench.press(Modifiers::NONE, Key::Enter);
    bench.frames(4);
}

fn blocks(bench: &Bench, kind: CellKind) -> usize {
    bench.app().workspace().architecture().cell(kind).blocks().len()
}

#[test]
fn commands_go_to_the_cell_that_was_used_last() {
    let mut bench = Bench::new(SMALL);
    let before = CellKind::BOTH.map(|kind| blocks(&bench, kind));
    palette(&mut bench, "add block");
    assert_eq!(CellKind::BOTH.map(|kind| blocks(&bench, kind)), [before[0] + 1, before[1]]);
    bench.press(Modifiers::COMMAND, Key::Num2);
    palette(&mut bench, "add block");
    assert_eq!(CellKind::BOTH.map(|kind| blocks(&bench, kind)), before.map(|count| count + 1));
}

#[test]
fn a_selected_block_is_changed_and_removed() {
    let mut bench = Bench::new(SMALL);
    bench.press(Modifiers::COMMAND, Key::Num1);
    palette(&mut bench, "add block");
    let cell =
        |bench: &Bench| bench.app().workspace().architecture().cell(CellKind::Normal).clone();
    let newest = cell(&bench).blocks().last().unwrap().name;
    palette(&mut bench, "concatenate the sides");
    assert_eq!(cell(&bench).block(newest).unwrap().combine, Combine::Concat);
    assert!(cell(&bench).output().contains(&newest));
    palette(&mut bench, "take off the output");
    assert!(!cell(&bench).output().contains(&newest));
    palette(&mut bench, "unused states");
    assert_eq!(cell(&bench).output(), cell(&bench).unused_states());
    palette(&mut bench, "remove block");
    assert!(cell(&bench).block(newest).is_err());
}

#[test]
fn an_operation_is_changed_by_keys_alone() {
    let mut bench = Bench::new(SMALL);
    bench.press(Modifiers::COMMAND, Key::Num1);
    palette(&mut bench, "change left");
    assert!(bench.sees("Operation of b0 left"));
    bench.type_text("max 7");
    bench.press(Modifiers::NONE, Key::Enter);
    let block = bench
        .app()
        .workspace()
        .architecture()
        .cell(CellKind::Normal)
        .block(StateName::Block(0))
        .unwrap();
    assert_eq!(block.operand(Side::Left).op, Op::MaxPool7x7);
}

#[test]
fn what_needs_a_selection_says_so() {
    let mut bench = Bench::new(SMALL);
    bench.click("Cell");
    let entry = bench.harness.get_by_label_contains("Remove block");
    assert!(entry.accesskit_node().is_disabled());
    entry.hover();
    bench.frames(20);
    assert!(bench.sees("Select a block first"));
}

#[test]
fn both_cells_keep_a_fair_share_of_a_small_window() {
    let mut bench = Bench::new(SMALL);
    for size in [[960.0, 600.0], [1280.0, 800.0], [1920.0, 1080.0]] {
        bench.harness.set_size(size.into());
        bench.frames(5);
        let height = |name: &str| bench.harness.get_by_label_contains(name).rect().height();
        for name in ["Normal cell, ", "Reduction cell, "] {
            assert!(height(name) >= 100.0, "{name} has {} at {size:?}", height(name));
        }
        let header = bench.harness.query_all_by_label("Multiply-adds").last().expect("a column");
        let results = bench.harness.get_by_label("Prediction").rect();
        assert!(header.rect().right() < results.left(), "hidden at {size:?}");
    }
}
