//! The same without a pointer.

use super::*;

fn selected(name: &str, kind: CellKind) -> Window<'static> {
    let mut window = Window::open(kind);
    window.click(window.at(name), PointerButton::Primary);
    window
}

#[test]
fn tab_walks_through_the_cell_and_leaves_it() {
    let mut window = Window::normal();
    let mut seen = Vec::new();
    for _ in 0..20 {
        window.key(Key::Tab);
        seen.push(window.selection());
    }
    let block = |number| {
        let wire = |side| Some(Selection::Wire { block: b(number), side });
        [Some(Selection::State(b(number))), wire(Side::Left), wire(Side::Right)]
    };
    let mut expected = vec![None, Some(Selection::State(H)), Some(Selection::State(P))];
    expected.extend((0..5).flat_map(block));
    expected.push(Some(Selection::Output));
    assert_eq!(seen[..expected.len()], expected);
}

#[test]
fn arrows_walk_along_the_wires() {
    let mut window = selected("b3, add", CellKind::Reduction);
    let wire = |number, side| Some(Selection::Wire { block: b(number), side });
    for (key, selection) in [
        (Key::ArrowLeft, wire(3, Side::Left)),
        (Key::ArrowDown, wire(3, Side::Right)),
        (Key::ArrowLeft, Some(Selection::State(b(0)))),
        (Key::ArrowRight, wire(3, Side::Right)),
        (Key::ArrowRight, Some(Selection::State(b(3)))),
        (Key::ArrowDown, Some(Selection::State(b(4)))),
        (Key::ArrowRight, Some(Selection::Output)),
        (Key::ArrowLeft, Some(Selection::State(b(4)))),
    ] {
        window.key(key);
        assert_eq!(window.selection(), selection, "{key:?}");
    }
}

#[test]
fn escape_deselects() {
    let mut window = selected("b3, add", CellKind::Normal);
    window.key(Key::Escape);
    assert_eq!(window.selection(), None);
}

#[test]
fn enter_opens_the_picker_and_typing_arrows_and_enter_choose() {
    let mut window = selected("b1 right: sep 3×3 of p", CellKind::Normal);
    window.key(Key::Enter);
    window.0.run_steps(2);
    window.0.event(Event::Text("pool".to_owned()));
    window.0.run_steps(2);
    assert!(!window.shows("conv 1×1"), "the others are filtered away");
    window.key(Key::ArrowDown);
    window.key(Key::ArrowDown);
    window.key(Key::Enter);
    // Of average 3×3, max 3×3, 5×5, 7×7, the third.
    let edit =
        Edit::SetOp { cell: CellKind::Normal, block: b(1), side: Side::Right, op: Op::MaxPool5x5 };
    assert_eq!(window.edit(), edit);
    window.0.run();
    let wire = Selection::Wire { block: b(1), side: Side::Right };
    assert_eq!(window.selection(), Some(wire));
    // The keyboard is back on the wire.
    window.key(Key::ArrowRight);
    assert_eq!(window.selection(), Some(Selection::State(b(1))));
}

#[test]
fn escape_closes_the_picker_and_keeps_the_selection() {
    let mut window = selected("b1 right: sep 3×3 of p", CellKind::Normal);
    window.key(Key::Enter);
    window.key(Key::Escape);
    window.0.run();
    assert!(!window.shows("Plug into"));
    let wire = Selection::Wire { block: b(1), side: Side::Right };
    assert_eq!(window.selection(), Some(wire));
    assert_eq!(window.actions(), []);
}

#[test]
fn a_wire_is_re_plugged_from_the_picker_by_keyboard() {
    let mut window = selected("b4 left: sep 3×3 of h", CellKind::Normal);
    window.key(Key::Enter);
    window.0.run_steps(2);
    window.0.get_by_label("b2").focus();
    window.0.run_steps(2);
    window.key(Key::Space);
    let edit = Edit::Replug { cell: CellKind::Normal, block: b(4), side: Side::Left, from: b(2) };
    assert_eq!(window.edit(), edit);
}

#[test]
fn a_adds_a_block_and_selects_it() {
    let mut window = selected("b0, add", CellKind::Normal);
    window.key(Key::A);
    let edit = Edit::AddBlock {
        cell: CellKind::Normal,
        left: Operand { op: Op::SeparableConv3x3, from: b(4) },
        right: Operand { op: Op::Identity, from: H },
        combine: Combine::Add,
    };
    assert_eq!(window.edit(), edit);
    assert_eq!(window.cell().blocks().len(), 6);
    assert_eq!(window.selection(), Some(Selection::State(b(5))));
}

#[test]
fn the_thirty_third_block_is_refused() {
    let mut window = selected("b0, add", CellKind::Normal);
    for _ in 5..Cell::MAX_BLOCKS {
        window.key(Key::A);
    }
    assert_eq!(window.cell().blocks().len(), Cell::MAX_BLOCKS);
    window.actions();
    window.key(Key::A);
    assert_eq!(window.refusal(), "a cell has 1 to 32 blocks, this would have 33");
}

#[test]
fn delete_removes_a_block_unless_it_is_read() {
    let mut window = selected("b4, add", CellKind::Reduction);
    window.key(Key::Delete);
    assert_eq!(window.edit(), Edit::RemoveBlock { cell: CellKind::Reduction, block: b(4) });
    assert_eq!(window.selection(), None);
    window.click(window.at("b1, add"), PointerButton::Primary);
    window.key(Key::Backspace);
    assert_eq!(window.refusal(), "b1 is read by b3; re-plug it first");
}

#[test]
fn delete_on_a_wire_says_what_to_do_instead() {
    let mut window = selected("b4 left: sep 3×3 of b0", CellKind::Reduction);
    window.key(Key::Delete);
    let reason = "A block reads two states: plug b4 left into another, or remove b4";
    assert_eq!(window.refusal(), reason);
}

#[test]
fn c_switches_the_combination() {
    let mut window = selected("b2, add", CellKind::Normal);
    for combine in [Combine::Concat, Combine::Add] {
        window.key(Key::C);
        let edit = Edit::SetCombine { cell: CellKind::Normal, block: b(2), combine };
        assert_eq!(window.edit(), edit);
    }
}

#[test]
fn o_toggles_the_output_and_the_last_one_stays() {
    let mut window = selected("b1, add", CellKind::Reduction);
    for remaining in [vec![b(2), b(3), b(4)], vec![b(1), b(2), b(3), b(4)]] {
        window.key(Key::O);
        let edit = Edit::SetOutput { cell: CellKind::Reduction, output: remaining };
        assert_eq!(window.edit(), edit);
    }
    for name in ["b1", "b2", "b3", "b4"] {
        window.actions();
        window.click(window.at(&format!("{name}, add")), PointerButton::Primary);
        window.key(Key::O);
    }
    assert_eq!(
        window.refusal(),
        "a cell needs at least one output; any of h, p, b0, b1, b2, b3, b4 can be one"
    );
}

#[test]
fn f_fits_and_plus_and_minus_zoom() {
    let mut window = selected("b1, add", CellKind::Normal);
    let before = window.rect("b1, add");
    window.key(Key::Plus);
    assert!(window.rect("b1, add").width() > before.width() * 1.2);
    window.key(Key::Minus);
    window.key(Key::Minus);
    assert!(window.rect("b1, add").width() < before.width() * 0.9);
    window.key(Key::F);
    assert_eq!(window.rect("b1, add"), before);
}

#[test]
fn enter_opens_the_menu_of_a_node_and_the_keyboard_works_there() {
    let mut window = selected("b2, add", CellKind::Normal);
    window.key(Key::Enter);
    window.0.run_steps(3);
    assert!(window.0.get_by_label_contains("Change left operation").is_focused());
    window.key(Key::Enter);
    window.0.run_steps(3);
    assert!(window.shows("Plug into"), "the picker follows the menu");
}

#[test]
fn arrows_walk_through_a_menu_round_and_round() {
    let mut window = selected("b2, add", CellKind::Normal);
    window.key(Key::Enter);
    window.0.run_steps(3);
    let entries = [
        "Change left operation…",
        "Change right operation…",
        "Concatenate the sides",
        "Add the sides, then layer norm",
        "Add the sides, then instance norm",
        "Take off the output",
        "Remove block",
    ];
    for entry in entries.iter().skip(1).chain(&entries) {
        window.key(Key::ArrowDown);
        assert!(window.0.get_by_label(entry).is_focused(), "{entry}");
    }
    window.key(Key::ArrowDown);
    for entry in entries.iter().rev() {
        window.key(Key::ArrowUp);
        window.key(Key::ArrowRight);
        assert!(window.0.get_by_label(entry).is_focused(), "{entry}, back");
        window.0.run_steps(2);
    }
    window.key(Key::End);
    window.key(Key::ArrowUp);
    window.key(Key::Enter);
    let output = vec![P, b(0), b(1), b(3), b(4)];
    assert_eq!(window.edit(), Edit::SetOutput { cell: CellKind::Normal, output });
    window.0.run();
    assert!(!window.shows("Remove block"), "the menu closes");
    assert_eq!(window.selection(), Some(Selection::State(b(2))));
}

#[test]
fn tab_stays_in_a_menu_and_escape_leaves_it() {
    let mut window = selected("b2, add", CellKind::Normal);
    window.key(Key::Enter);
    window.0.run_steps(3);
    for _ in 0..16 {
        window.key(Key::Tab);
        assert_eq!(window.selection(), Some(Selection::State(b(2))));
        window.0.get_by(|node| node.is_focused() && node.role() == Role::Button);
    }
    window.0.key_press_modifiers(Modifiers::SHIFT, Key::Tab);
    window.0.run_steps(2);
    assert!(window.0.get_by_label("Change right operation…").is_focused());
    window.key(Key::Escape);
    window.0.run();
    assert!(!window.shows("Remove block"));
    // The keyboard is back on the block, which is still selected.
    assert_eq!(window.selection(), Some(Selection::State(b(2))));
    window.key(Key::ArrowLeft);
    let wire = Selection::Wire { block: b(2), side: Side::Left };
    assert_eq!(window.selection(), Some(wire));
}

#[test]
fn the_order_of_the_output_is_changed_by_keys() {
    let mut window = selected("Output", CellKind::Normal);
    window.key(Key::Enter);
    window.0.run_steps(3);
    assert!(window.0.get_by_label("Use all unused states").is_focused());
    window.key(Key::Tab);
    // The first state cannot go up.
    assert!(window.0.get_by_label("Move p down").is_focused());
    window.key(Key::ArrowDown);
    assert!(window.0.get_by_label("Move b0 down").is_focused());
    window.key(Key::ArrowLeft);
    window.key(Key::Enter);
    let output = vec![b(0), P, b(1), b(2), b(3), b(4)];
    assert_eq!(window.edit(), Edit::SetOutput { cell: CellKind::Normal, output });
    assert!(window.shows("Use all unused states"), "the menu stays open");
}

#[test]
fn tab_leads_from_the_filter_of_a_picker_to_the_states_and_enter_plugs() {
    let mut window = selected("b4 left: sep 3×3 of h", CellKind::Normal);
    window.key(Key::Enter);
    window.0.run_steps(3);
    for state in ["h", "p", "b0", "b1", "b2"] {
        window.key(Key::Tab);
        assert!(window.0.get_by_label(state).is_focused(), "{state}");
    }
    window.key(Key::ArrowLeft);
    window.key(Key::Enter);
    let edit = Edit::Replug { cell: CellKind::Normal, block: b(4), side: Side::Left, from: b(1) };
    assert_eq!(window.edit(), edit);
}

#[test]
fn a_screen_reader_can_activate_a_wire() {
    let mut window = Window::normal();
    window.0.get_by_label("b0 left: sep 5×5 of h").click_accesskit();
    window.0.run_steps(4);
    assert_eq!(window.selection(), Some(Selection::Wire { block: b(0), side: Side::Left }));
    assert!(window.shows("Plug into"));
}

#[test]
fn keys_for_another_widget_do_not_edit() {
    let mut window = selected("b4, add", CellKind::Normal);
    let id = eframe::egui::Id::new("a text field elsewhere");
    window.0.ctx.memory_mut(|memory| memory.request_focus(id));
    window.0.key_press(Key::Delete);
    window.0.step();
    assert_eq!(window.actions(), []);
}
