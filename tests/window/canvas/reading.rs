//! What is drawn can be read.

use super::*;

/// What a window of 1280 by 800 leaves for each cell.
const PANE: Vec2 = vec2(670.0, 290.0);

impl Window<'_> {
    /// Each piece of text that is painted, with its size and its place.
    fn texts(&self) -> Vec<(String, f32, Rect)> {
        fn collect(shape: &Shape, texts: &mut Vec<(String, f32, Rect)>) {
            match shape {
                Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, texts)),
                Shape::Text(text) => {
                    let size = text.galley.job.sections[0].format.font_id.size;
                    let rect = text.visual_bounding_rect();
                    texts.push((text.galley.text().to_owned(), size, rect));
                }
                _ => {}
            }
        }
        let mut texts = Vec::new();
        self.0.output().shapes.iter().for_each(|clipped| collect(&clipped.shape, &mut texts));
        texts
    }

    /// The sizes of the texts that `picks` picks.
    fn sizes(&self, picks: impl Fn(&str) -> bool) -> Vec<f32> {
        let texts = self.texts().into_iter();
        texts.filter(|(text, ..)| picks(text)).map(|(_, size, _)| size).collect()
    }

    fn all_items(&self) -> Rect {
        let names = ["h, input", "p, input", "b0, add", "b4, add", "Output"];
        names.map(|name| self.rect(name)).into_iter().reduce(Rect::union).unwrap()
    }
}

#[test]
fn both_cells_of_nasnet_a_can_be_read_at_fit() {
    for kind in CellKind::BOTH {
        let window = Window::with(App::new(kind), PANE);
        let ops = window.sizes(|text| Op::ALL.iter().any(|op| op.label() == text));
        assert_eq!(ops.len(), 10, "{kind}");
        assert!(ops.iter().all(|size| *size >= 11.0), "{kind}: operations {ops:?}");
        let names = window.sizes(|text| ["b0", "b1", "b2", "b3", "b4"].contains(&text));
        assert!(names.len() >= 5, "{kind}");
        // The largest five are the titles; the output's lines name blocks too.
        let titles = names.iter().filter(|size| **size >= 12.0).count();
        assert!(titles >= 5, "{kind}: names {names:?}");
        let captions = window.sizes(|text| ["add", "previous cell"].contains(&text));
        assert!(captions.iter().all(|size| *size >= 10.5), "{kind}: captions {captions:?}");
    }
}

#[test]
fn no_text_runs_into_another() {
    for kind in CellKind::BOTH {
        let window = Window::with(App::new(kind), PANE);
        let texts = window.texts();
        for (index, (one, _, first)) in texts.iter().enumerate() {
            for (other, _, second) in &texts[index + 1..] {
                let common = first.intersect(*second);
                let apart = common.width() <= 0.0 || common.height() <= 1.0;
                assert!(apart, "{kind}: {one} {first} and {other} {second}");
            }
        }
    }
}

#[test]
fn a_cell_takes_the_width_of_its_pane() {
    for (kind, width) in CellKind::BOTH.into_iter().flat_map(|kind| [(kind, 560.0), (kind, 670.0)])
    {
        let window = Window::with(App::new(kind), vec2(width, PANE.y));
        let drawn = window.all_items();
        assert!(drawn.width() > 0.9 * width, "{kind} {drawn} in {width}");
    }
}

#[test]
fn an_unused_block_says_so_in_letters_that_can_be_read() {
    let mut app = App::new(CellKind::Normal);
    let output = vec![P, b(0), b(1), b(3), b(4)];
    let edit = Edit::SetOutput { cell: CellKind::Normal, output };
    app.network = app.network.edited(&edit).unwrap();
    let mut window = Window::with(app, vec2(650.0, 270.0));
    let sizes = window.sizes(|text| text == "unused");
    assert!(matches!(sizes.as_slice(), [size] if *size >= 11.0), "{sizes:?}");
    // Inside the block, where the ring of a selection does not cross it.
    let block = window.rect("b2, add");
    let inside =
        |(text, _, rect): &(String, f32, Rect)| text == "unused" && block.contains_rect(*rect);
    assert!(window.texts().iter().any(inside));
    window.point(block.center());
    window.0.run_steps(60);
    assert!(window.shows("Unused: the output is not reached from here"));
}

#[test]
fn a_moved_node_keeps_its_place_among_the_others_in_another_pane() {
    let mut window = Window::with(App::new(CellKind::Reduction), vec2(900.0, 300.0));
    let from = window.at("b4, add");
    window.drag(from, from + vec2(10.0, 40.0));
    let apart = |window: &Window| window.at("b4, add").x - window.at("b3, add").x;
    let before = apart(&window) / window.rect("b3, add").width();
    window.0.set_size(vec2(600.0, 300.0));
    window.0.run();
    let after = apart(&window) / window.rect("b3, add").width();
    assert!((before - after).abs() < 0.02, "{before} {after}");
}
