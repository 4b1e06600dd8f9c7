//! Drawing a figure: where it is, with which pen, and how steady the hand is.

use super::figure::{Figure, Part, Point, Role, between, finer, toward, wander};
use super::raster::Mask;
use crate::data::stream::Stream;

/// Where a figure is and how it is seen.
pub(super) struct Placement {
    /// In pixels.
    pub(super) centre: Point,
    /// What one unit is, in pixels.
    pub(super) radius: f32,
    turned: Point,
    shear: f32,
    /// How much farther away the right and the lower end are.
    depth: Point,
}

impl Placement {
    pub(super) fn new(centre: Point, radius: f32, turn: f32, stream: &mut Stream) -> Self {
        let turned = toward(stream.range(-turn, turn));
        let shear = stream.range(-0.15, 0.15);
        let depth = [stream.range(-0.1, 0.1), stream.range(-0.1, 0.1)];
        Self { centre, radius, turned, shear, depth }
    }

    /// From units to pixels.
    fn place(&self, [x, y]: Point) -> Point {
        let ([cosine, sine], x) = (self.turned, x + self.shear * y);
        let (x, y) = (x * cosine - y * sine, x * sine + y * cosine);
        let scale = self.radius / (1.0 + self.depth[0] * x + self.depth[1] * y).max(0.5);
        [self.centre[0] + scale * x, self.centre[1] + scale * y]
    }
}

/// How bodies are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As areas.
    Filled,
    /// As areas with a line round them in the colour of details.
    Bordered,
    /// As even lines.
    Outlined,
    /// As a person draws with a pen: unsteady, of uneven width, not quite closed.
    Drawn,
}

/// What a figure covers.
pub(super) struct Covered {
    pub(super) ink: Mask,
    /// Over the ink, in another colour.
    pub(super) detail: Mask,
}

/// Draws a figure with lines of `half` a width, in pixels.
pub(super) fn draw(
    figure: &Figure,
    placement: &Placement,
    style: Style,
    half: f32,
    size: usize,
    stream: &mut Stream,
) -> Covered {
    let mut covered = Covered { ink: Mask::new(size), detail: Mask::new(size) };
    let half = half.min(figure.widest * placement.radius / 2.0);
    let unsteady = match style {
        Style::Drawn => stream.range(0.02, 0.08),
        _ if stream.chance(0.5) => stream.range(0.0, 0.03),
        _ => 0.0,
    };
    let areas = matches!(style, Style::Filled | Style::Bordered);
    for part in &figure.parts {
        // A small thing is drawn with small movements.
        let unsteady = unsteady.min(0.1 * extent(&part.points));
        let points = unsteadily(&finer(part, 0.12), unsteady, stream);
        let placed: Vec<_> = points.iter().map(|&point| placement.place(point)).collect();
        let mask = match part.role {
            Role::Detail if areas => &mut covered.detail,
            _ => &mut covered.ink,
        };
        let filled = match part.role {
            Role::Solid => true,
            Role::Line => false,
            Role::Body | Role::Detail => areas && part.closed,
        };
        if filled {
            mask.fill(&placed);
        } else {
            trace(mask, &placed, part.closed, half, style == Style::Drawn, stream);
        }
        if style == Style::Bordered && part.role == Role::Body {
            trace(&mut covered.detail, &placed, true, half.min(1.0), false, stream);
        }
    }
    covered
}

/// Width or height of what the points enclose, whichever is more.
fn extent(points: &[Point]) -> f32 {
    let side = |axis: usize| {
        let values = || points.iter().map(|point| point[axis]);
        values().fold(f32::NEG_INFINITY, f32::max) - values().fold(f32::INFINITY, f32::min)
    };
    side(0).max(side(1))
}

/// The points of a part, each where a hand that trembles so much (in units) puts it.
fn unsteadily(part: &Part, most: f32, stream: &mut Stream) -> Vec<Point> {
    let count = part.points.len();
    if most == 0.0 {
        return part.points.clone();
    }
    let period = stream.range(4.0, 10.0);
    let (across, down) = (wander(count, period, stream), wander(count, period, stream));
    // Also what is drawn well is not always drawn where it should be.
    let [right, below] = [stream.range(-0.7, 0.7), stream.range(-0.7, 0.7)];
    let moved = part.points.iter().zip(across.iter().zip(&down));
    moved.map(|(&[x, y], (dx, dy))| [x + most * (dx + right), y + most * (dy + below)]).collect()
}

/// Draws along a line.
fn trace(
    mask: &mut Mask,
    points: &[Point],
    closed: bool,
    half: f32,
    by_hand: bool,
    stream: &mut Stream,
) {
    let mut path = points.to_vec();
    if closed && !by_hand {
        path.extend(points.first());
    }
    if closed && by_hand {
        // A hand stops short of where it began, or goes on past it.
        let over = (points.len() as f32 * stream.range(-0.05, 0.08)) as isize;
        let aside = [stream.range(-0.7, 0.7), stream.range(-0.7, 0.7)];
        if over < 0 {
            path.truncate(points.len() - over.unsigned_abs());
        } else {
            let again = points.iter().take(over.unsigned_abs() + 1);
            path.extend(again.map(|&[x, y]| [x + aside[0], y + aside[1]]));
        }
    }
    if !by_hand {
        return mask.stroke(&path, &vec![half; path.len()]);
    }
    let pressure = wander(path.len(), 6.0, stream);
    let radii: Vec<_> = pressure.iter().map(|value| half * (1.0 + 0.35 * value)).collect();
    if path.len() > 12 && stream.chance(0.2) {
        // The pen lifts for a moment.
        let gap = 4 + stream.below(path.len() as u32 - 8) as usize;
        let resumed = between(path[gap], path[gap + 1], 0.9);
        mask.stroke(&path[..gap], &radii[..gap]);
        path[gap] = resumed;
        return mask.stroke(&path[gap..], &radii[gap..]);
    }
    mask.stroke(&path, &radii);
}
