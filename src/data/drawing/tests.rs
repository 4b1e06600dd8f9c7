use std::time::{Duration, Instant};

use super::*;

const WHITE: Rgb = [255; 3];
const BLACK: Rgb = [0; 3];

/// A black pen whose line is this many pixels wide.
fn pen(pixels: f32) -> Pen {
    Pen { color: BLACK, width: pixels / SIDE as f32 }
}

/// A point in pixels, as a share of the side.
fn at(x: f32, y: f32) -> [f32; 2] {
    [x / SIDE as f32, y / SIDE as f32]
}

fn covered(ink: &Ink, column: usize, row: usize) -> f32 {
    ink.coverage[row * SIDE as usize + column]
}

fn pixel(picture: &Picture, column: usize, row: usize) -> [u8; 3] {
    let start = 3 * (row * SIDE as usize + column);
    [picture.rgb[start], picture.rgb[start + 1], picture.rgb[start + 2]]
}

/// A curve that crosses itself and leaves the paper.
fn curve(count: usize, turns: f32) -> Vec<[f32; 2]> {
    (0..count)
        .map(|step| {
            let angle = turns * step as f32 / count as f32;
            [0.5 + 0.6 * (3.0 * angle).sin(), 0.5 + 0.4 * (2.0 * angle).cos()]
        })
        .collect()
}

#[test]
fn a_dot_covers_a_disc_with_soft_edges() {
    let mut ink = Ink::new(pen(4.0));
    ink.add(at(10.5, 20.5), at(10.5, 20.5));
    for (column, row, expected) in [
        (10, 20, 1.0),
        (11, 20, 1.0),
        (12, 20, 0.5),
        (10, 18, 0.5),
        (13, 20, 0.0),
        // sqrt(2² + 1²) from the centre: 2.5 - 2.23607.
        (12, 21, 0.263_932),
        // sqrt(2² + 2²) = 2.83 is out of reach.
        (12, 22, 0.0),
    ] {
        let share = covered(&ink, column, row);
        assert!((share - expected).abs() < 1e-4, "{column}, {row}: {share}");
    }
    let area: f32 = ink.coverage.iter().sum();
    assert!((area - std::f32::consts::PI * 4.0).abs() < 0.6, "{area}");
}

#[test]
fn a_line_is_as_wide_as_its_pen_and_round_at_its_ends() {
    let mut ink = Ink::new(pen(3.0));
    ink.add(at(50.5, 100.0), at(90.5, 100.0));
    // From y = 98.5 to 101.5: rows 99 and 100 whole, 98 and 101 by half.
    for (row, expected) in [(97, 0.0), (98, 0.5), (99, 1.0), (100, 1.0), (101, 0.5), (102, 0.0)] {
        for column in [50, 70, 90] {
            assert!((covered(&ink, column, row) - expected).abs() < 1e-4, "{column}, {row}");
        }
    }
    // One pixel beyond the end and half a pixel beside it: 2 - sqrt(1.25).
    assert!((covered(&ink, 91, 100) - (2.0 - 1.25_f32.sqrt())).abs() < 1e-4);
    assert_eq!(covered(&ink, 93, 100), 0.0);
}

#[test]
fn a_slanted_line_is_what_every_pixel_would_find_for_itself() {
    let (from, to) = (at(300.2, 17.9), at(-20.0, 251.3));
    let mut ink = Ink::new(pen(9.0));
    ink.add(from, to);
    let [a, b] = [from, to].map(|point| point.map(|value| value * SIDE as f32));
    for row in 0..SIDE as usize {
        for column in 0..SIDE as usize {
            let (x, y) = (column as f32 + 0.5 - a[0], row as f32 + 0.5 - a[1]);
            let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
            let along = ((x * dx + y * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
            let distance = (x - along * dx).hypot(y - along * dy);
            let expected = (5.0 - distance).clamp(0.0, 1.0);
            assert!((covered(&ink, column, row) - expected).abs() < 1e-3, "{column}, {row}");
        }
    }
}

#[test]
fn nothing_drawn_is_paper() {
    for paper in [WHITE, BLACK, [1, 2, 3]] {
        let drawing = Drawing::new(paper);
        assert!(drawing.is_empty() && !drawing.can_undo());
        let picture = drawing.picture();
        assert_eq!((picture.width, picture.height), (SIDE, SIDE));
        assert_eq!(picture.rgb.len(), 3 * (SIDE * SIDE) as usize);
        assert!(picture.rgb.chunks(3).all(|pixel| pixel == paper));
    }
}

#[test]
fn edges_are_blended_and_later_strokes_lie_above() {
    let stroke = |color, y| Stroke {
        pen: Pen { color, width: 3.0 / SIDE as f32 },
        points: vec![at(20.0, y), at(200.0, y)],
    };
    let picture = render(WHITE, &[stroke(BLACK, 50.0), stroke([200, 0, 0], 50.0)]);
    assert_eq!(pixel(&picture, 100, 50), [200, 0, 0]);
    // Half black on white is 128; half red on that.
    assert_eq!(pixel(&picture, 100, 48), [164, 64, 64]);
    assert_eq!(pixel(&picture, 100, 47), WHITE);
}

#[test]
fn a_drawing_shows_at_every_moment_what_its_strokes_make() {
    let mut drawing = Drawing::new(WHITE);
    let check = |drawing: &Drawing| {
        assert!(drawing.picture() == render(drawing.paper(), drawing.strokes()));
    };
    for (index, width) in [5.0, 17.0, 40.0].into_iter().enumerate() {
        let points = curve(60, 2.0 + index as f32);
        assert!(drawing.begin(pen(width), points[0]));
        check(&drawing);
        for point in &points[1..30] {
            assert!(drawing.extend(*point));
        }
        check(&drawing);
        assert!(drawing.end() && !drawing.end());
        check(&drawing);
    }
    drawing.set_paper([9, 8, 7]);
    check(&drawing);
    assert!(drawing.undo() && drawing.undo() && drawing.redo());
    check(&drawing);
    assert_eq!(drawing.strokes().len(), 2);
}

#[test]
fn clearing_can_be_undone_and_drawing_ends_redo() {
    let mut drawing = Drawing::new(WHITE);
    for x in [0.2, 0.4] {
        drawing.begin(pen(9.0), [x, 0.5]);
        drawing.end();
    }
    let both = drawing.picture();
    drawing.clear();
    assert!(drawing.is_empty() && drawing.can_undo() && !drawing.can_redo());
    assert!(drawing.undo());
    assert!(drawing.picture() == both && drawing.strokes().len() == 2);
    assert!(drawing.undo() && drawing.can_redo());
    drawing.begin(pen(9.0), [0.8, 0.5]);
    assert!(!drawing.redo());
    drawing.undo();
    assert!(!drawing.is_open(), "taking the open stroke back lifts the pen");
    assert!(!drawing.extend([0.9, 0.5]));
    assert_eq!(drawing.strokes().len(), 1);
}

#[test]
fn points_that_are_none_or_far_away_do_no_harm() {
    let mut drawing = Drawing::new(WHITE);
    assert!(!drawing.begin(pen(9.0), [f32::NAN, 0.5]));
    assert!(drawing.begin(pen(9.0), [0.5, 0.5]));
    assert!(!drawing.extend([0.5, f32::INFINITY]));
    assert!(!drawing.extend([0.5 + LEAST_STEP / 2.0, 0.5]));
    for point in [[1e30, 0.5], [-1e30, -1e30], [0.5, 1.0], [1.0, 1.0]] {
        assert!(drawing.extend(point));
    }
    drawing.end();
    let inside = drawing.strokes()[0].points.iter().flatten().all(|v| (-1.0..=2.0).contains(v));
    assert!(inside);
    let outside =
        Stroke { pen: pen(20.0), points: vec![[-0.5, -0.5], [-0.4, 1.4], [1.4, 1.4], [1.4, -0.2]] };
    assert!(render(WHITE, &[outside]) == Drawing::new(WHITE).picture());
}

#[test]
fn a_full_drawing_takes_no_more_and_is_drawn_quickly() {
    let mut drawing = Drawing::new(WHITE);
    // Every segment crosses the paper, which costs most.
    let ends = |step: usize| [(step % 2) as f32, (step % 997) as f32 / 997.0];
    drawing.begin(pen(SIDE as f32 * 0.03), ends(0));
    let added = (1..MOST_POINTS + 50).filter(|step| drawing.extend(ends(*step))).count();
    assert_eq!(added, MOST_POINTS - 1);
    assert!(drawing.is_full());
    drawing.end();
    assert!(!drawing.begin(pen(9.0), [0.5, 0.5]));
    drawing.undo();
    assert!(!drawing.is_full() && drawing.begin(pen(9.0), [0.5, 0.5]));

    let points: Vec<_> = curve(MOST_POINTS, 100.0);
    let start = Instant::now();
    let picture = render(WHITE, &[Stroke { pen: pen(8.0), points }]);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(picture.rgb.contains(&0));
}
