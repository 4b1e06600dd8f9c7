//! What the classes look like: those that are a figure.
//!
//! People draw outlines, so no class is the outline, a turn or the mirror image of another: there
//! is no ring, no diamond, no ellipse. Names are in the order of the alphabet, so that a folder
//! of folders with these names has the same labels.

use std::f32::consts::{PI, TAU};

use super::figure::{
    FREE, Figure, Part, Point, Role, UPRIGHT, arc, closed, ellipse, jittered, line, rectangle,
    toward,
};
use super::textures::{checkerboard, dots, grid, stripes, waves};
use crate::data::stream::Stream;

/// A class: its name, and how to make one of its figures. Textures are told whether they fill
/// the picture.
pub(super) struct Class {
    pub(super) name: &'static str,
    pub(super) look: Look,
}

pub(super) enum Look {
    Figure(fn(&mut Stream) -> Figure),
    Texture(fn(bool, &mut Stream) -> Figure),
}

/// All classes, by label.
pub(super) const CLASSES: [Class; 20] = [
    Class { name: "arrow", look: Look::Figure(arrow) },
    Class { name: "checkerboard", look: Look::Texture(checkerboard) },
    Class { name: "circle", look: Look::Figure(circle) },
    Class { name: "crescent", look: Look::Figure(crescent) },
    Class { name: "cross", look: Look::Figure(cross) },
    Class { name: "dots", look: Look::Texture(dots) },
    Class { name: "drop", look: Look::Figure(drop) },
    Class { name: "fish", look: Look::Figure(fish) },
    Class { name: "flower", look: Look::Figure(flower) },
    Class { name: "grid", look: Look::Texture(grid) },
    Class { name: "heart", look: Look::Figure(heart) },
    Class { name: "house", look: Look::Figure(house) },
    Class { name: "lightning", look: Look::Figure(lightning) },
    Class { name: "smiley", look: Look::Figure(smiley) },
    Class { name: "spiral", look: Look::Figure(spiral) },
    Class { name: "square", look: Look::Figure(square) },
    Class { name: "star", look: Look::Figure(star) },
    Class { name: "stripes", look: Look::Texture(stripes) },
    Class { name: "triangle", look: Look::Figure(triangle) },
    Class { name: "waves", look: Look::Texture(waves) },
];

fn arrow(stream: &mut Stream) -> Figure {
    let (reach, spread) = (stream.range(0.5, 0.75), stream.range(0.42, 0.66));
    let tip = [1.0, 0.0];
    let wings = [[1.0 - reach, -spread], [1.0 - reach, spread]];
    if stream.chance(0.4) {
        let half = stream.range(0.14, 0.24);
        let neck = 1.0 - reach;
        let points =
            vec![[-1.0, -half], [neck, -half], wings[0], tip, wings[1], [neck, half], [-1.0, half]];
        return Figure::new(vec![closed(Role::Body, points)], FREE);
    }
    let bend = stream.range(-0.2, 0.2);
    let shaft = (0..=10).map(|step| {
        let part = step as f32 / 10.0;
        [-1.0 + 2.0 * part, bend * 4.0 * part * (1.0 - part)]
    });
    let mut parts = vec![line(shaft.collect())];
    match stream.chance(0.35) {
        true => parts.push(closed(Role::Solid, vec![wings[0], [1.1, 0.0], wings[1]])),
        false => parts.push(line(vec![wings[0], tip, wings[1]])),
    }
    Figure::new(parts, FREE)
}

fn circle(stream: &mut Stream) -> Figure {
    let squeeze = stream.range(0.88, 1.0);
    Figure::new(vec![closed(Role::Body, ellipse([0.0; 2], [1.0, squeeze], 40))], FREE)
}

/// A disc of radius 1 less another whose centre is to the right.
fn crescent(stream: &mut Stream) -> Figure {
    let (away, radius) = (stream.range(0.42, 0.62), stream.range(0.78, 0.92));
    // Where the circles meet.
    let x = (1.0 + away * away - radius * radius) / (2.0 * away);
    let y = (1.0 - x * x).max(0.0).sqrt();
    let (outer, inner) = (libm::atan2f(y, x), libm::atan2f(y, x - away));
    let mut points = arc([0.0; 2], [1.0; 2], [outer, TAU - outer], 32);
    points.extend(arc([away, 0.0], [radius; 2], [TAU - inner, inner], 24));
    let moved = points.iter().map(|&[x, y]| [x + 0.3, y]).collect();
    Figure::new(vec![closed(Role::Body, moved)], FREE)
}

fn cross(stream: &mut Stream) -> Figure {
    let short = stream.range(0.8, 1.0);
    if stream.chance(0.55) {
        let lines = [vec![[-1.0, 0.0], [1.0, 0.0]], vec![[0.0, -short], [0.0, short]]];
        return Figure::new(lines.map(line).into(), FREE);
    }
    let half = stream.range(0.2, 0.33);
    let points = vec![
        [-half, -short],
        [half, -short],
        [half, -half],
        [1.0, -half],
        [1.0, half],
        [half, half],
        [half, short],
        [-half, short],
        [-half, half],
        [-1.0, half],
        [-1.0, -half],
        [-half, -half],
    ];
    Figure::new(vec![closed(Role::Body, points)], FREE)
}

fn drop(stream: &mut Stream) -> Figure {
    let (width, point) = (stream.range(0.85, 1.0), stream.range(1.3, 2.0));
    let outline = (0..40).map(|step| {
        let angle = TAU * step as f32 / 40.0;
        let x = width * libm::sinf(angle) * libm::powf(libm::sinf(angle / 2.0), point);
        [x, -libm::cosf(angle)]
    });
    Figure::new(vec![closed(Role::Body, outline.collect())], 0.7)
}

fn fish(stream: &mut Stream) -> Figure {
    let (belly, tail) = (stream.range(0.4, 0.55), stream.range(0.38, 0.52));
    let (neck, notch) = (-0.5, stream.range(0.0, 0.25));
    // One line as people draw it: from the tail along the belly, back over the back.
    let mut points = vec![[-1.0, -tail]];
    let side = |step: usize, sign: f32| {
        let part = step as f32 / 14.0;
        [neck + (1.0 - neck) * part, sign * belly * libm::sinf(PI * part)]
    };
    points.extend((0..=14).map(|step| side(step, 1.0)));
    points.extend((0..14).rev().map(|step| side(step, -1.0)));
    points.extend([[-1.0, tail], [-1.0 + notch, 0.0]]);
    let eye = closed(Role::Detail, ellipse([0.55, -0.12], [0.1; 2], 8));
    let mut parts = vec![closed(Role::Body, points), eye];
    if stream.chance(0.25) {
        parts.push(Part {
            role: Role::Detail,
            ..line(arc([0.1, 0.0], [0.15, 0.28], [-1.2, 1.2], 8))
        });
    }
    mirrored(Figure::new(parts, UPRIGHT), stream)
}

fn flower(stream: &mut Stream) -> Figure {
    let petals = stream.between(5, 8);
    let middle = stream.range(0.2, 0.28);
    let mut parts = Vec::new();
    if stream.chance(0.5) {
        let depth = stream.range(0.2, 0.28);
        let outline = (0..72).map(|step| {
            let angle = TAU * step as f32 / 72.0;
            // The bumps are round outside and sharp inside, as petals are.
            let bump = libm::sinf(angle * petals as f32 / 2.0).abs();
            let [x, y] = toward(angle);
            let radius = 1.0 - 2.0 * depth + 2.0 * depth * bump;
            [x * radius, y * radius]
        });
        parts.push(closed(Role::Body, outline.collect()));
    } else {
        let width = 0.68 * libm::sinf(PI / petals as f32) * stream.range(0.85, 1.05);
        for petal in 0..petals {
            let [x, y] = toward(TAU * petal as f32 / petals as f32);
            let ring = ellipse([0.64, 0.0], [0.36, width], 16);
            // Turned to its place.
            let place = |&[along, across]: &Point| [x * along - y * across, y * along + x * across];
            parts.push(closed(Role::Body, ring.iter().map(place).collect()));
        }
    }
    parts.push(closed(Role::Detail, ellipse([0.0; 2], [middle; 2], 12)));
    if stream.chance(0.65) {
        return Figure::new(parts, FREE);
    }
    // On a stem the rest is smaller and higher.
    for part in &mut parts {
        part.points.iter_mut().for_each(|[x, y]| (*x, *y) = (*x * 0.68, *y * 0.68 - 0.38));
    }
    let sway = stream.range(-0.15, 0.15);
    parts.push(line(vec![[0.0, 0.32], [sway, 0.7], [0.0, 1.1]]));
    if stream.chance(0.6) {
        parts.push(line(vec![[0.0, 0.95], [0.25, 0.6], [0.45, 0.62], [0.0, 0.95]]));
    }
    Figure::new(parts, UPRIGHT)
}

fn heart(stream: &mut Stream) -> Figure {
    let (wide, tall) = (stream.range(0.9, 1.05), stream.range(0.9, 1.05));
    let outline = (0..44).map(|step| {
        let angle = TAU * step as f32 / 44.0;
        let sine = libm::sinf(angle);
        let cosine = |times: f32| libm::cosf(angle * times);
        let y = 13.0 * cosine(1.0) - 5.0 * cosine(2.0) - 2.0 * cosine(3.0) - cosine(4.0);
        [wide * sine * sine * sine, tall * (-y - 2.5) / 15.0]
    });
    Figure::new(vec![closed(Role::Body, outline.collect())], 0.7)
}

fn house(stream: &mut Stream) -> Figure {
    let (wall, eaves) = (stream.range(0.6, 0.72), stream.range(0.78, 1.0));
    let gutter = stream.range(-0.25, 0.0);
    let walls = rectangle([-wall, gutter], [wall, 0.9]);
    let roof = vec![[-eaves, gutter], [0.0, -1.0], [eaves, gutter]];
    let mut parts = vec![closed(Role::Body, walls), closed(Role::Body, roof)];
    let door = stream.range(-0.35, 0.15);
    parts.push(closed(Role::Detail, rectangle([door, 0.35], [door + 0.28, 0.9])));
    if stream.chance(0.4) {
        let left = if door < -0.15 { 0.15 } else { -0.5 };
        parts.push(closed(Role::Detail, rectangle([left, 0.15], [left + 0.3, 0.45])));
    }
    if stream.chance(0.3) {
        parts.push(closed(Role::Body, rectangle([0.4, -0.95], [0.62, gutter - 0.25])));
    }
    Figure::new(parts, UPRIGHT * 0.8)
}

fn lightning(stream: &mut Stream) -> Figure {
    let bolt = [
        [0.1, -1.0],
        [-0.55, 0.15],
        [-0.05, 0.12],
        [-0.3, 1.0],
        [0.6, -0.25],
        [0.1, -0.22],
        [0.55, -1.0],
    ];
    let points = jittered(&bolt, 0.05, stream);
    mirrored(Figure::new(vec![closed(Role::Body, points)], UPRIGHT), stream)
}

fn smiley(stream: &mut Stream) -> Figure {
    let (apart, high) = (stream.range(0.3, 0.42), stream.range(0.2, 0.34));
    let tall = stream.range(0.1, 0.17);
    let (wide, deep) = (stream.range(0.45, 0.62), stream.range(0.35, 0.5));
    let mouth = arc([0.0, 0.1], [wide, deep], [0.15, PI - 0.15], 16);
    let mouth = match stream.chance(0.25) {
        true => closed(Role::Detail, mouth),
        false => Part { role: Role::Detail, ..line(mouth) },
    };
    let eye = |side: f32| closed(Role::Detail, ellipse([side * apart, -high], [0.1, tall], 8));
    let face = closed(Role::Body, ellipse([0.0; 2], [1.0; 2], 40));
    Figure::new(vec![face, eye(-1.0), eye(1.0), mouth], UPRIGHT).with_widest(0.2)
}

fn spiral(stream: &mut Stream) -> Figure {
    let turns = stream.range(2.1, 3.0);
    let points = (0..=90).map(|step| {
        let part = step as f32 / 90.0;
        let [x, y] = toward(TAU * turns * part);
        [x * part, y * part]
    });
    let figure = Figure::new(vec![line(points.collect())], FREE).with_widest(0.5 / turns);
    mirrored(figure, stream)
}

fn square(stream: &mut Stream) -> Figure {
    let (wide, tall) = (0.82, 0.82 * stream.range(0.88, 1.0));
    Figure::new(vec![closed(Role::Body, rectangle([-wide, -tall], [wide, tall]))], FREE)
}

fn star(stream: &mut Stream) -> Figure {
    let tip = |index: u32| toward(TAU * index as f32 / 5.0 - PI / 2.0);
    let points = if stream.chance(0.25) {
        // In one stroke, as children learn it.
        (0..5).map(|index| tip(index * 2)).collect()
    } else {
        let inner = stream.range(0.38, 0.52);
        let valley = |index: u32| {
            let [x, y] = toward(TAU * (index as f32 + 0.5) / 5.0 - PI / 2.0);
            [x * inner, y * inner]
        };
        (0..5).flat_map(|index| [tip(index), valley(index)]).collect()
    };
    Figure::new(vec![closed(Role::Body, points)], FREE)
}

fn triangle(stream: &mut Stream) -> Figure {
    let (apex, tall) = (stream.range(-0.5, 0.5), stream.range(0.75, 0.95));
    let points = vec![[apex, -tall], [0.95, 0.75], [-0.95, 0.75]];
    Figure::new(vec![closed(Role::Body, points)], FREE)
}

/// The figure or its mirror image.
fn mirrored(mut figure: Figure, stream: &mut Stream) -> Figure {
    if stream.chance(0.5) {
        for [x, _] in figure.parts.iter_mut().flat_map(|part| &mut part.points) {
            *x = -*x;
        }
    }
    figure
}
