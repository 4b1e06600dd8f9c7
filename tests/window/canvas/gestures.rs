//! Gestures of the pointer.

use super::*;

#[test]
fn a_click_selects_a_node_a_wire_or_the_output_and_beside_them_nothing() {
    let mut window = Window::normal();
    for (name, selection) in [
        ("b3, add", Selection::State(b(3))),
        ("h, input", Selection::State(H)),
        ("b0 left: sep 5×5 of h", Selection::Wire { block: b(0), side: Side::Left }),
        ("Output", Selection::Output),
    ] {
        window.click(window.at(name), PointerButton::Primary);
        assert_eq!(window.selection(), Some(selection), "{name}");
    }
    window.click(window.empty(), PointerButton::Primary);
    assert_eq!(window.selection(), None);
    assert_eq!(window.actions(), []);
}

#[test]
fn a_click_on_the_curve_of_a_wire_selects_it() {
    let mut window = Window::normal();
    // The last part of the curve, just before its operation, is the wire's alone.
    let at = window.rect("b4 right: identity of h").left_center() - vec2(4.0, 0.0);
    window.click(at, PointerButton::Primary);
    let wire = Selection::Wire { block: b(4), side: Side::Right };
    assert_eq!(window.selection(), Some(wire));
}

#[test]
fn a_double_click_on_a_wire_picks_its_operation() {
    let mut window = Window::normal();
    window.double_click(window.at("b0 left: sep 5×5 of h"));
    for op in Op::ALL {
        assert!(window.0.query_by_label(op.label()).is_some(), "{op} is not offered");
    }
    window.choose("max 5×5");
    let edit =
        Edit::SetOp { cell: CellKind::Normal, block: b(0), side: Side::Left, op: Op::MaxPool5x5 };
    assert_eq!(window.edit(), edit);
    window.0.run();
    assert!(!window.shows("Plug into"), "the picker closes");
    assert!(window.shows("b0 left: max 5×5 of h"));
}

#[test]
fn the_context_menu_of_a_wire_is_the_picker_and_re_plugs_too() {
    let mut window = Window::open(CellKind::Reduction);
    window.click(window.at("b3 left: identity of b1"), PointerButton::Secondary);
    window.0.run_steps(2);
    // The block itself and a later one are shown, and cannot be chosen.
    for (state, legal) in [("b0", true), ("b2", true), ("b3", false), ("b4", false)] {
        let disabled = window.0.get_by_label(state).accesskit_node().is_disabled();
        assert_eq!(!disabled, legal, "{state}");
    }
    window.point(window.0.get_by_label("b4").rect().center());
    window.0.run_steps(40);
    assert!(window.shows("b3 left cannot read b4: it may read h, p, b0, b1, b2"));
    window.choose("b0");
    let edit =
        Edit::Replug { cell: CellKind::Reduction, block: b(3), side: Side::Left, from: b(0) };
    assert_eq!(window.edit(), edit);
}

#[test]
fn a_wire_is_re_plugged_by_its_in_port_its_operation_and_its_curve() {
    for grip in 0..3 {
        let mut window = Window::normal();
        let from = match grip {
            0 => window.at("b4 right in-port"),
            1 => window.at("b4 right: identity of h"),
            _ => window.rect("b4 right: identity of h").left_center() - vec2(4.0, 0.0),
        };
        window.drag(from, window.at("b2, add"));
        let edit =
            Edit::Replug { cell: CellKind::Normal, block: b(4), side: Side::Right, from: b(2) };
        assert_eq!(window.edit(), edit, "grip {grip}");
    }
}

#[test]
fn near_its_source_a_wire_is_re_plugged_too() {
    let mut window = Window::open(CellKind::Reduction);
    let port = window.at("b1 out-port");
    let op = window.rect("b3 left: identity of b1").left_center();
    // A third along the curve, which leaves and arrives level.
    let (share, bend) = (1.0 / 3.0, vec2((op.x - port.x) / 2.0, 0.0));
    let [first, second] = [port.lerp(port + bend, share), (port + bend).lerp(op - bend, share)];
    let third = (op - bend).lerp(op, share);
    let near = first.lerp(second, share).lerp(second.lerp(third, share), share);
    window.drag(near, window.at("b2, add"));
    let actions = window.actions();
    let edit =
        Edit::Replug { cell: CellKind::Reduction, block: b(3), side: Side::Left, from: b(2) };
    assert_eq!(actions, [CanvasAction::Edit(edit)]);
}

#[test]
fn an_illegal_source_says_why_while_hovering_and_is_not_plugged() {
    let mut window = Window::open(CellKind::Reduction);
    let (from, to) = (window.at("b1 left in-port"), window.at("b3, add"));
    let reason = "b1 left cannot read b3: it may read h, p, b0";
    window.hold(from, to);
    assert!(window.shows(reason));
    window.press(to, PointerButton::Primary, false);
    // The label at the pointer was the refusal: no notice repeats it.
    assert_eq!(window.actions(), []);
    window.0.run();
    assert!(!window.shows(reason));
    assert!(window.shows("b1 left: max 3×3 of h"));
}

#[test]
fn a_drop_too_quick_for_a_label_is_refused_aloud() {
    let mut window = Window::open(CellKind::Reduction);
    let (from, to) = (window.at("b1 left in-port"), window.at("b3, add"));
    window.hold(from, from + vec2(-30.0, 0.0));
    let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
    // In one frame, so that nothing is shown in between.
    let release = Event::PointerButton { pos: to, button, pressed: false, modifiers };
    window.0.input_mut().events.extend([Event::PointerMoved(to), release]);
    window.0.run_steps(2);
    assert_eq!(window.refusal(), "b1 left cannot read b3: it may read h, p, b0");
}

#[test]
fn a_legal_target_says_what_letting_go_would_do() {
    let mut window = Window::normal();
    window.hold(window.at("b4 left in-port"), window.at("b2, add"));
    assert!(window.shows("Plug b4 left into b2 in the normal cell"));
    assert_eq!(window.actions(), []);
}

#[test]
fn a_wire_dropped_beside_everything_or_where_it_was_changes_nothing() {
    let mut window = Window::normal();
    window.drag(window.at("b0 left in-port"), window.empty());
    window.drag(window.at("b0 left in-port"), window.at("h, input"));
    assert_eq!(window.actions(), []);
}

#[test]
fn a_wire_pulled_out_of_a_state_plugs_an_in_port() {
    let mut window = Window::normal();
    window.drag(window.at("b0 out-port"), window.at("b3 right in-port"));
    let edit = Edit::Replug { cell: CellKind::Normal, block: b(3), side: Side::Right, from: b(0) };
    assert_eq!(window.edit(), edit);
    // The body of a block stands for its nearer side.
    let body = window.rect("b4, add");
    window.drag(window.at("p out-port"), body.center() - vec2(0.0, body.height() / 4.0));
    let edit = Edit::Replug { cell: CellKind::Normal, block: b(4), side: Side::Left, from: P };
    assert_eq!(window.edit(), edit);
}

#[test]
fn a_wire_pulled_to_an_earlier_block_or_an_input_is_refused() {
    let mut window = Window::normal();
    for (to, reason) in [
        ("b1 left in-port", "b1 left cannot read b3: it may read h, p, b0"),
        ("h, input", "h is an input of the cell: it reads nothing here"),
    ] {
        let to = window.at(to);
        window.hold(window.at("b3 out-port"), to);
        assert!(window.shows(reason));
        window.press(to, PointerButton::Primary, false);
        assert_eq!(window.actions(), []);
    }
}

#[test]
fn a_wire_pulled_to_the_output_toggles_the_state_there() {
    let mut window = Window::normal();
    window.drag(window.at("h out-port"), window.at("Output"));
    let output = vec![H, P, b(0), b(1), b(2), b(3), b(4)];
    assert_eq!(window.edit(), Edit::SetOutput { cell: CellKind::Normal, output });
    window.drag(window.at("b1 out-port"), window.at("Output"));
    let output = vec![H, P, b(0), b(2), b(3), b(4)];
    assert_eq!(window.edit(), Edit::SetOutput { cell: CellKind::Normal, output });
}

#[test]
fn dragging_a_body_moves_the_node_once_and_keeps_the_grip() {
    let mut window = Window::normal();
    let body = window.rect("b3, add");
    let grip = body.center() + vec2(12.0, 8.0);
    window.drag(grip, grip + vec2(-60.0, 30.0));
    let actions = window.actions();
    assert!(matches!(actions.as_slice(), [CanvasAction::Moved { state, .. }] if *state == b(3)));
    let moved = window.rect("b3, add").center() - body.center();
    assert!((moved - vec2(-60.0, 30.0)).length() < 1.5, "{moved}");
}

#[test]
fn escape_gives_a_gesture_up() {
    let mut window = Window::normal();
    let before = window.rect("b3, add");
    let to = before.center() + vec2(50.0, 50.0);
    window.hold(before.center(), to);
    window.key(Key::Escape);
    window.press(to, PointerButton::Primary, false);
    window.0.run();
    assert_eq!(window.actions(), []);
    assert_eq!(window.rect("b3, add"), before);
}

#[test]
fn reset_layout_is_in_the_menu_of_the_canvas() {
    let mut window = Window::normal();
    let before = window.rect("b3, add");
    window.drag(before.center(), before.center() + vec2(-60.0, 30.0));
    window.actions();
    window.click(window.empty(), PointerButton::Secondary);
    window.choose("Reset layout");
    assert_eq!(window.actions(), [CanvasAction::ResetLayout]);
    window.0.run();
    assert!(window.rect("b3, add").center().distance(before.center()) < 1.0);
}

#[test]
fn the_wheel_zooms_with_control_and_pans_without() {
    let mut window = Window::normal();
    let before = window.rect("b3, add");
    window.point(before.center());
    let wheel = |delta: Vec2, modifiers| Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta,
        phase: TouchPhase::Move,
        modifiers,
    };
    window.0.event_modifiers(wheel(vec2(0.0, 60.0), Modifiers::CTRL), Modifiers::CTRL);
    window.0.run_steps(20);
    let zoomed = window.rect("b3, add");
    assert!(zoomed.width() > before.width() * 1.05, "{before} {zoomed}");
    // The place under the pointer stays.
    assert!(zoomed.center().distance(before.center()) < 2.0, "{before} {zoomed}");
    window.0.event(wheel(vec2(-30.0, 20.0), Modifiers::NONE));
    window.0.run_steps(30);
    let panned = window.rect("b3, add").center() - zoomed.center();
    assert!(panned.x < -10.0 && panned.y > 5.0, "{panned}");
    window.0.run();
}

#[test]
fn a_drag_on_empty_pans_and_a_double_click_there_fits_again() {
    let mut window = Window::normal();
    let before = window.rect("b3, add");
    window.drag(window.empty(), window.empty() + vec2(80.0, -40.0));
    let moved = window.rect("b3, add").center() - before.center();
    assert!((moved - vec2(80.0, -40.0)).length() < 2.0, "{moved}");
    window.double_click(window.empty());
    assert!(window.rect("b3, add").center().distance(before.center()) < 1.0);
    assert_eq!(window.actions(), []);
}

#[test]
fn the_menu_of_the_output_orders_and_fills_it() {
    let mut window = Window::normal();
    window.click(window.at("Output"), PointerButton::Secondary);
    window.choose("Move b0 up");
    let output = vec![b(0), P, b(1), b(2), b(3), b(4)];
    assert_eq!(window.edit(), Edit::SetOutput { cell: CellKind::Normal, output });
    window.choose("Move b0 down");
    let output = vec![P, b(0), b(1), b(2), b(3), b(4)];
    assert_eq!(window.edit(), Edit::SetOutput { cell: CellKind::Normal, output });
    window.choose("Take b2 off the output");
    let output = vec![P, b(0), b(1), b(3), b(4)];
    assert_eq!(window.edit(), Edit::SetOutput { cell: CellKind::Normal, output });
    window.choose("Use all unused states");
    let output = vec![b(0), b(1), b(2), b(3), b(4)];
    assert_eq!(window.edit(), Edit::SetOutput { cell: CellKind::Normal, output });
}

#[test]
fn the_menu_of_a_block_combines_puts_out_and_removes() {
    let mut window = Window::normal();
    window.click(window.at("b2, add"), PointerButton::Secondary);
    window.choose("Concatenate the sides");
    let edit = Edit::SetCombine { cell: CellKind::Normal, block: b(2), combine: Combine::Concat };
    assert_eq!(window.edit(), edit);
    window.click(window.at("b2, concat"), PointerButton::Secondary);
    window.choose("Take off the output");
    let output = vec![P, b(0), b(1), b(3), b(4)];
    assert_eq!(window.edit(), Edit::SetOutput { cell: CellKind::Normal, output });
    assert!(window.shows("b2, concat, reads h by avg 3×3 and p by identity, unused"));
    window.click(window.at("b2, concat"), PointerButton::Secondary);
    window.choose("Remove block");
    assert_eq!(window.edit(), Edit::RemoveBlock { cell: CellKind::Normal, block: b(2) });
}

#[test]
fn a_tooltip_explains_the_operation() {
    let mut window = Window::normal();
    window.point(window.at("b0 left: sep 5×5 of h"));
    window.0.run_steps(60);
    assert!(window.shows(Op::SeparableConv5x5.description()));
}
