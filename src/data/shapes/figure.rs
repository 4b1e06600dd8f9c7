//! Figures as lists of points, and the curves that they are made of.
//!
//! Coordinates are in units in which a figure fills -1..=1, x to the right and y downwards.

use crate::data::stream::Stream;

/// `[x, y]`
pub(super) type Point = [f32; 2];

/// How a part of a figure is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Filled or outlined, as the picture's style says.
    Body,
    /// A line in every style.
    Line,
    /// Filled in every style.
    Solid,
    /// Inside a body: of another colour where that is filled, else drawn as the body is.
    Detail,
}

/// One line or area.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) points: Vec<Point>,
    pub(super) closed: bool,
    pub(super) role: Role,
}

impl Part {
    /// The line round it, drawn as such in every style.
    pub(super) fn outline(self) -> Self {
        Self { role: Role::Line, ..self }
    }
}

/// What a class looks like, before it is placed and drawn.
#[derive(Debug, Clone)]
pub(super) struct Figure {
    pub(super) parts: Vec<Part>,
    /// The most that it may be turned, either way, in radians.
    pub(super) turn: f32,
    /// The widest line, in units: more would close its gaps.
    pub(super) widest: f32,
}

impl Figure {
    pub(super) fn new(parts: Vec<Part>, turn: f32) -> Self {
        Self { parts, turn, widest: 0.3 }
    }

    pub(super) fn with_widest(self, widest: f32) -> Self {
        Self { widest, ..self }
    }
}

/// Any angle.
pub(super) const FREE: f32 = std::f32::consts::PI;
/// So far that an upright figure is still upright: 25 degrees.
pub(super) const UPRIGHT: f32 = 0.44;

pub(super) fn closed(role: Role, points: Vec<Point>) -> Part {
    Part { points, closed: true, role }
}

pub(super) fn line(points: Vec<Point>) -> Part {
    Part { points, closed: false, role: Role::Line }
}

/// The unit vector at an angle, clockwise from the right.
pub(super) fn toward(angle: f32) -> Point {
    [libm::cosf(angle), libm::sinf(angle)]
}

/// `count` points of an ellipse from one angle to another, ends included.
pub(super) fn arc(centre: Point, radii: Point, angles: [f32; 2], count: usize) -> Vec<Point> {
    let step = (angles[1] - angles[0]) / (count.max(2) - 1) as f32;
    (0..count.max(2))
        .map(|index| {
            let [x, y] = toward(angles[0] + step * index as f32);
            [centre[0] + radii[0] * x, centre[1] + radii[1] * y]
        })
        .collect()
}

/// A whole ellipse, each point once.
pub(super) fn ellipse(centre: Point, radii: Point, count: usize) -> Vec<Point> {
    let end = std::f32::consts::TAU * (1.0 - 1.0 / count as f32);
    arc(centre, radii, [0.0, end], count)
}

pub(super) fn rectangle([left, top]: Point, [right, bottom]: Point) -> Vec<Point> {
    vec![[left, top], [right, top], [right, bottom], [left, bottom]]
}

/// The same line with points at most `step` apart.
pub(super) fn finer(part: &Part, step: f32) -> Part {
    let mut points = Vec::new();
    let count = part.points.len();
    let last = if part.closed { count } else { count - 1 };
    for index in 0..last {
        let (from, to) = (part.points[index], part.points[(index + 1) % count]);
        let pieces = (distance(from, to) / step).ceil().clamp(1.0, 200.0);
        for piece in 0..pieces as usize {
            points.push(between(from, to, piece as f32 / pieces));
        }
    }
    if !part.closed {
        points.extend(part.points.last());
    }
    Part { points, ..*part }
}

pub(super) fn between(from: Point, to: Point, part: f32) -> Point {
    [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part]
}

pub(super) fn distance(from: Point, to: Point) -> f32 {
    let (x, y) = (to[0] - from[0], to[1] - from[1]);
    (x * x + y * y).sqrt()
}

/// Points moved, each a little and on its own.
pub(super) fn jittered(points: &[Point], most: f32, stream: &mut Stream) -> Vec<Point> {
    let mut move_by = |value: f32| value + stream.range(-most, most);
    points.iter().map(|&[x, y]| [move_by(x), move_by(y)]).collect()
}

/// A smooth random curve, a value for each of `count` steps: within -1..=1, with about one turn
/// every `period` steps.
pub(super) fn wander(count: usize, period: f32, stream: &mut Stream) -> Vec<f32> {
    let knots = (count as f32 / period).ceil() as usize + 2;
    let values: Vec<f32> = (0..knots).map(|_| stream.range(-1.0, 1.0)).collect();
    let value = |step: usize| {
        let place = step as f32 / period;
        let knot = place as usize;
        let part = place - knot as f32;
        let eased = part * part * (3.0 - 2.0 * part);
        values[knot] + (values[knot + 1] - values[knot]) * eased
    };
    (0..count).map(value).collect()
}
