//! What is shown when nobody does anything.

use super::*;

#[test]
fn an_idle_canvas_asks_for_no_frames() {
    for kind in CellKind::BOTH {
        let mut window = Window::open(kind);
        assert_eq!(window.0.try_run().ok(), Some(1), "{kind}");
        // With the pointer over a wire too, once its tooltip is there.
        window.point(window.at("b0 left: sep 5×5 of h"));
        window.0.run_steps(60);
        assert_eq!(window.0.try_run().ok(), Some(1), "{kind}, pointed at");
    }
}

#[test]
fn every_node_wire_and_port_has_a_name() {
    let window = Window::normal();
    for name in [
        "Normal cell, 5 blocks",
        "h, input, output of the previous cell",
        "p, input, output of the cell before the previous one",
        "b3, add, reads p by avg 3×3 and p by avg 3×3",
        "b3 left: avg 3×3 of p",
        "b3 right: avg 3×3 of p",
        "b3 left in-port",
        "b3 out-port",
        "h out-port",
        "b3 to the output, 5 of 6",
        "Output, concatenates p, b0, b1, b2, b3, b4",
    ] {
        assert!(window.0.query_by_label(name).is_some(), "{name}");
    }
}

#[test]
fn untrained_operations_say_so() {
    let mut app = App::new(CellKind::Normal);
    app.untrained.insert((b(1), Side::Right));
    let window = Window::with(app, vec2(700.0, 500.0));
    assert!(window.0.query_by_label("b1 right: sep 3×3 of p, untrained").is_some());
    assert!(window.0.query_by_label("b1 left: sep 5×5 of p").is_some());
}

#[test]
fn the_first_frame_shows_the_whole_cell_in_any_pane() {
    for size in [vec2(600.0, 450.0), vec2(1600.0, 900.0), vec2(300.0, 700.0), vec2(900.0, 160.0)] {
        for kind in CellKind::BOTH {
            let window = Window::with(App::new(kind), size);
            let title = if kind == CellKind::Normal { "Normal cell" } else { "Reduction cell" };
            let pane = window.rect(title);
            for name in ["h, input", "p, input", "b0, add", "b4, add", "b4 left:", "Output"] {
                let rect = window.rect(name);
                assert!(pane.contains_rect(rect), "{kind} {name} {rect} in {pane}");
            }
        }
    }
}

#[test]
fn a_new_pane_size_is_fitted_unless_the_user_zoomed() {
    let mut window = Window::normal();
    let before = window.rect("b1, add").width();
    window.0.set_size(vec2(400.0, 300.0));
    window.0.run();
    let fitted = window.rect("b1, add").width();
    assert!(fitted < before * 0.8);
    window.click(window.at("b1, add"), PointerButton::Primary);
    window.key(Key::Plus);
    let zoomed = window.rect("b1, add").width();
    window.0.set_size(vec2(700.0, 500.0));
    window.0.run();
    assert!((window.rect("b1, add").width() - zoomed).abs() < 0.5);
}

#[test]
fn two_cells_in_one_window_do_not_disturb_each_other() {
    let apps = CellKind::BOTH.map(App::new);
    let ui = |ui: &mut Ui, apps: &mut [App; 2]| {
        ui.columns(2, |columns| {
            for (ui, app) in columns.iter_mut().zip(apps) {
                App::ui(ui, app);
            }
        });
    };
    let builder = Harness::builder().with_size(vec2(1200.0, 500.0)).with_max_steps(20);
    let mut window = builder.build_ui_state(ui, apps);
    window.run();
    window.get_by_label("b1 left: max 3×3 of h");
    window.get_by_label("b3 left: identity of b1").click();
    window.run();
    let selections = window.state().each_ref().map(|app| app.canvas.selection());
    assert_eq!(selections, [None, Some(Selection::Wire { block: b(3), side: Side::Left })]);
}

#[test]
fn a_chain_of_thirty_two_blocks_is_shown_and_idles() {
    let blocks: Vec<_> = (0..32)
        .map(|number| Block {
            name: b(number),
            left: Operand {
                op: Op::SeparableConv3x3,
                from: number.checked_sub(1).map_or(P, StateName::Block),
            },
            right: Operand { op: Op::Identity, from: H },
            combine: Combine::Add,
        })
        .collect();
    let mut app = App::new(CellKind::Normal);
    for block in &blocks[5..] {
        let Block { left, right, combine, .. } = *block;
        let edit = Edit::AddBlock { cell: CellKind::Normal, left, right, combine };
        app.network = app.network.edited(&edit).unwrap();
    }
    let mut window = Window::with(app, vec2(1200.0, 800.0));
    assert!(window.shows("b31, add"));
    assert_eq!(window.0.try_run().ok(), Some(1));
}
