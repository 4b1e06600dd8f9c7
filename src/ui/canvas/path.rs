//! The curve of a wire.

use eframe::egui::{Pos2, Rect, vec2};

/// Points per curve when distances are measured: a canvas unit apart or so.
const SAMPLES: usize = 16;
/// How far a wire that has to turn back goes on at least.
const TURN: f32 = 15.0;

/// A wire from left to right: cubic curves and level pieces.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WirePath {
    /// Control points of each piece; a level piece has them on its line.
    pub(super) pieces: Vec<[Pos2; 4]>,
    samples: Vec<Pos2>,
}

/// The curve from `start` through `lanes` to `end`, level at every joint.
pub(super) fn route(start: Pos2, lanes: &[[Pos2; 2]], end: Pos2) -> WirePath {
    let mut pieces = Vec::with_capacity(2 * lanes.len() + 1);
    let mut at = start;
    for [enter, leave] in lanes {
        pieces.push(bend(at, *enter));
        pieces.push(level(*enter, *leave));
        at = *leave;
    }
    pieces.push(bend(at, end));
    let mut samples = vec![start];
    for piece in &pieces {
        samples.extend((1..=SAMPLES).map(|step| point(piece, step as f32 / SAMPLES as f32)));
    }
    WirePath { pieces, samples }
}

fn bend(from: Pos2, to: Pos2) -> [Pos2; 4] {
    let across = to.x - from.x;
    // A target on the left, possible after a move, gets a loop that still leaves to the right; the
    // loop grows out of the plain curve, so that a wire does not jump while its end is dragged.
    let reach = if across > 2.0 * TURN { across * 0.5 } else { TURN + (2.0 * TURN - across) * 0.3 };
    [from, from + vec2(reach, 0.0), to - vec2(reach, 0.0), to]
}

fn level(from: Pos2, to: Pos2) -> [Pos2; 4] {
    [from, from.lerp(to, 1.0 / 3.0), from.lerp(to, 2.0 / 3.0), to]
}

fn point([a, b, c, d]: &[Pos2; 4], t: f32) -> Pos2 {
    let (ab, bc, cd) = (a.lerp(*b, t), b.lerp(*c, t), c.lerp(*d, t));
    ab.lerp(bc, t).lerp(bc.lerp(cd, t), t)
}

impl WirePath {
    /// How far a point is from the curve.
    pub(super) fn distance(&self, at: Pos2) -> f32 {
        let pairs = self.samples.windows(2);
        pairs.map(|pair| distance_to_segment(at, pair[0], pair[1])).fold(f32::MAX, f32::min)
    }

    /// The middle of the curve.
    pub(super) fn middle(&self) -> Pos2 {
        self.samples[self.samples.len() / 2]
    }

    /// The points that the curve is measured by, from left to right.
    #[cfg(test)]
    pub(super) fn samples(&self) -> &[Pos2] {
        &self.samples
    }

    /// The box around the curve.
    pub(super) fn bounds(&self) -> Rect {
        Rect::from_points(&self.samples)
    }
}

fn distance_to_segment(at: Pos2, from: Pos2, to: Pos2) -> f32 {
    let along = to - from;
    let length = along.length_sq();
    let share = if length > 0.0 { ((at - from).dot(along) / length).clamp(0.0, 1.0) } else { 0.0 };
    at.distance(from + along * share)
}
