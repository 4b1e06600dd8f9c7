//! Cells of four inputs and four outputs, and sums that are normalised.

use super::*;

fn window(kind: CellKind) -> Window<'static> {
    let mut app = App::new(kind);
    app.network = zoo::architecture("nasnet-b-template").unwrap();
    Window::with(app, vec2(800.0, 600.0))
}

fn output(states: [u16; 4]) -> Edit {
    Edit::SetOutput { cell: CellKind::Normal, output: states.map(b).to_vec() }
}

/// The line of the output node for the output of this number.
fn line(window: &Window, number: usize) -> Pos2 {
    let node = window.rect("Outputs 0 to 3");
    // A title, and four lines that share the rest.
    let lines = node.height() * 0.75;
    pos2(node.center().x, node.bottom() - lines + lines * (number as f32 + 0.5) / 4.0)
}

#[test]
fn four_inputs_and_four_outputs_are_named() {
    for kind in CellKind::BOTH {
        let window = window(kind);
        for name in [
            "h, input, output 0 of the previous cell",
            "p, input, output 1 of the cell before the previous one",
            "input2, input, output 2 of the third cell before",
            "input3, input, output 3 of the fourth cell before",
            "b3, add, reads h by identity and input3 by identity",
            "b0 is output 0, to the next cell",
            "b1 is output 1, to the second next cell",
            "b2 is output 2, to the third next cell",
            "b3 is output 3, to the fourth next cell",
            "Outputs 0 to 3: b0, b1, b2, b3",
        ] {
            assert!(window.0.query_by_label(name).is_some(), "{name}");
        }
        let title = if kind == CellKind::Normal { "Normal cell" } else { "Reduction cell" };
        let pane = window.rect(title);
        for name in ["h, input", "input3, input", "b0, add", "b3, add", "Outputs"] {
            assert!(pane.contains_rect(window.rect(name)), "{name}");
        }
    }
}

#[test]
fn a_wire_to_a_line_of_the_outputs_makes_that_output() {
    for (number, wanted) in [(0, [1, 0, 2, 3]), (2, [0, 2, 1, 3]), (3, [0, 3, 2, 1])] {
        let mut window = window(CellKind::Normal);
        let to = line(&window, number);
        window.drag(window.at("b1 out-port"), to);
        assert_eq!(window.edit(), output(wanted), "output {number}");
        assert!(window.shows(&format!("b1 is output {number}")));
    }
    let mut window = window(CellKind::Normal);
    let to = line(&window, 1);
    window.drag(window.at("b1 out-port"), to);
    assert_eq!(window.actions(), [], "it is that output already");
}

#[test]
fn menus_choose_outputs_and_their_order() {
    let mut window = window(CellKind::Normal);
    window.click(window.at("b0, add"), PointerButton::Secondary);
    window.0.run_steps(2);
    assert!(!window.shows("Make it output 0") && !window.shows("Put on the output"));
    window.choose("Make it output 2");
    assert_eq!(window.edit(), output([2, 1, 0, 3]));
    window.click(window.at("Outputs 0 to 3"), PointerButton::Secondary);
    window.0.run_steps(2);
    assert!(window.shows("0: b2, to the next cell"));
    assert!(!window.shows("Use all unused states") && !window.shows("off the output"));
    window.choose("Move b3 up");
    assert_eq!(window.edit(), output([2, 1, 3, 0]));
}

#[test]
fn a_new_block_becomes_an_output_where_it_is_put() {
    let mut window = window(CellKind::Normal);
    window.point(window.empty());
    window.key(Key::A);
    assert!(matches!(window.edit(), Edit::AddBlock { .. }));
    assert!(window.shows("b4, add, reads b3 by sep 3×3 and h by identity, unused"));
    window.key(Key::O);
    assert_eq!(
        window.refusal(),
        "A cell of four inputs has four outputs: choose in the menu of b4 which of them it is"
    );
    window.key(Key::Enter);
    window.choose("Make it output 3");
    assert_eq!(window.edit(), output([0, 1, 2, 4]));
    window.click(window.at("b4, add"), PointerButton::Primary);
    window.key(Key::Delete);
    let reason = "b4 is output 3 of the cell; make another state output 3 first";
    assert_eq!(window.refusal(), reason);
}

#[test]
fn the_inputs_can_be_read() {
    let mut window = window(CellKind::Reduction);
    window.drag(window.at("b0 left: identity of h"), window.at("input2, input"));
    let from = StateName::Input(2);
    let edit = Edit::Replug { cell: CellKind::Reduction, block: b(0), side: Side::Left, from };
    assert_eq!(window.edit(), edit);
    assert!(window.shows("b0 left: identity of input2"));
}

#[test]
fn sums_are_normalised_from_the_menu() {
    for (entry, combine, name) in [
        ("Add the sides, then layer norm", Combine::AddLayerNorm, "b2, add + layer norm"),
        ("Add the sides, then instance norm", Combine::AddInstanceNorm, "b2, add + instance norm"),
    ] {
        let mut window = Window::normal();
        window.click(window.at("b2, add"), PointerButton::Secondary);
        window.choose(entry);
        let cell = CellKind::Normal;
        assert_eq!(window.edit(), Edit::SetCombine { cell, block: b(2), combine });
        window.click(window.at(name), PointerButton::Primary);
        window.key(Key::C);
        let combine = Combine::Add;
        assert_eq!(window.edit(), Edit::SetCombine { cell, block: b(2), combine });
    }
}
