//! What the classes look like: those that are a texture. `wide` ones go beyond the picture's
//! borders, the others are a patch of the size of a figure.

use std::f32::consts::{PI, TAU};

use super::figure::{
    FREE, Figure, Point, Role, closed, distance, ellipse, jittered, line, rectangle,
};
use crate::data::stream::Stream;

/// How many of something there are across: a wide texture is nearly twice as large.
fn across(wide: bool, [low, high]: [u32; 2], stream: &mut Stream) -> u32 {
    let count = stream.between(low, high);
    if wide { count * 9 / 5 } else { count }
}

/// Places of `count` things across -1..=1, each in the middle of its share.
fn places(count: u32) -> impl Iterator<Item = f32> {
    (0..count).map(move |index| (index as f32 + 0.5) * 2.0 / count as f32 - 1.0)
}

pub(super) fn checkerboard(wide: bool, stream: &mut Stream) -> Figure {
    let count = across(wide, [4, 6], stream);
    let side = 2.0 / count as f32;
    let wobble = side * stream.range(0.0, 0.08);
    let first = stream.below(2);
    let corner = |index: u32| index as f32 * side - 1.0;
    let mut parts = Vec::new();
    for (row, column) in (0..count).flat_map(|row| (0..count).map(move |column| (row, column))) {
        if (row + column) % 2 == first {
            let (from, to) = ([corner(column), corner(row)], [corner(column + 1), corner(row + 1)]);
            parts.push(closed(Role::Solid, jittered(&rectangle(from, to), wobble, stream)));
        }
    }
    if !wide && stream.chance(0.5) {
        parts.push(closed(Role::Body, rectangle([-1.0; 2], [1.0; 2])).outline());
    }
    Figure::new(parts, FREE).with_widest(side * 0.3)
}

pub(super) fn dots(wide: bool, stream: &mut Stream) -> Figure {
    let count = across(wide, [3, 5], stream);
    let share = 2.0 / count as f32;
    let radius = share * stream.range(0.2, 0.32);
    let loose = stream.chance(0.5);
    let scatter = (share / 2.0 - radius) * if loose { 0.95 } else { 0.15 };
    let mut centres: Vec<Point> = Vec::new();
    for (index, y) in places(count).enumerate() {
        // Every other row may be shifted by half a step, as on fabric.
        let shift = if !loose && index % 2 == 1 { share / 4.0 } else { -share / 4.0 };
        for x in places(count) {
            let centre =
                [x + shift + stream.range(-scatter, scatter), y + stream.range(-scatter, scatter)];
            let free = centres.iter().all(|other| distance(*other, centre) > radius * 2.2);
            if free && (!loose || stream.chance(0.9)) {
                centres.push(centre);
            }
        }
    }
    let dot = |centre| closed(Role::Solid, ellipse(centre, [radius; 2], 12));
    Figure::new(centres.into_iter().map(dot).collect(), FREE).with_widest(radius)
}

pub(super) fn grid(wide: bool, stream: &mut Stream) -> Figure {
    let counts = [across(wide, [3, 5], stream), across(wide, [3, 5], stream)];
    let mut parts = Vec::new();
    for (axis, count) in counts.into_iter().enumerate() {
        for place in places(count) {
            let ends = [-1.0, 1.0].map(|end| if axis == 0 { [place, end] } else { [end, place] });
            parts.push(line(ends.into()));
        }
    }
    let closest = counts[0].max(counts[1]);
    Figure::new(parts, FREE).with_widest(0.9 / closest as f32)
}

pub(super) fn stripes(wide: bool, stream: &mut Stream) -> Figure {
    let count = across(wide, [4, 6], stream);
    let step = 2.0 / count as f32;
    let as_areas = stream.chance(0.5);
    let half = step * stream.range(0.18, 0.32);
    let stripe = |place: f32| match as_areas {
        true => closed(Role::Solid, rectangle([-1.0, place - half], [1.0, place + half])),
        false => line(vec![[-1.0, place], [1.0, place]]),
    };
    Figure::new(places(count).map(stripe).collect(), FREE).with_widest(step * 0.5)
}

pub(super) fn waves(wide: bool, stream: &mut Stream) -> Figure {
    let count = across(wide, [3, 4], stream);
    let step = 2.0 / count as f32;
    let height = step * stream.range(0.3, 0.42);
    let length = stream.range(0.62, 0.9) * if wide { 0.6 } else { 1.0 };
    let (start, zigzag) = (stream.unit(), stream.chance(0.3));
    let wave = |place: f32| {
        let point = |index: i32| {
            let x = -1.0 + index as f32 * length / 12.0;
            let phase = start + (x + 1.0) / length;
            let swing = match zigzag {
                true => 4.0 * (phase - phase.floor() - 0.5).abs() - 1.0,
                false => libm::sinf(TAU * phase),
            };
            [x, place + height * swing]
        };
        line((0..=(24.0 / length) as i32).map(point).collect())
    };
    Figure::new(places(count).map(wave).collect(), PI / 5.0).with_widest(step * 0.4)
}
