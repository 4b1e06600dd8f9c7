//! A hand that follows control points: it trembles, hurries, presses unevenly and overshoots.

use std::f32::consts::TAU;

use crate::{FINER, SIDE};

type Point = [f32; 2];

/// Random numbers (SplitMix64).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x6a09_e667_f3bc_c908)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    pub fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.next() >> 40) as f32 / (1 << 24) as f32
    }

    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }
}

/// From the sheet to the canvas.
struct Sheet {
    scale: f32,
    offset: Point,
    slant: f32,
    turn: f32,
    /// How much smaller things are a unit farther to the right, and farther down.
    depth: Point,
    mirrored: bool,
}

impl Sheet {
    fn new(chance: &mut Chance) -> Self {
        let scale = chance.range(0.66, 0.94);
        let room = (1.0 - scale) * 50.0;
        let offset = [chance.range(-room, room), chance.range(-room, room)];
        let (slant, turn) = (chance.range(-0.1, 0.16), chance.range(-0.14, 0.14));
        let depth = [chance.range(-0.0015, 0.0015), chance.range(-0.0015, 0.0015)];
        Self { scale, offset, slant, turn, depth, mirrored: chance.below(3) == 0 }
    }

    fn place(&self, [x, y]: Point) -> Point {
        let (x, y) = (if self.mirrored { 50.0 - x } else { x - 50.0 }, y - 50.0);
        let x = x - self.slant * y;
        let (sine, cosine) = self.turn.sin_cos();
        let [x, y] = [x * cosine - y * sine, x * sine + y * cosine];
        let away = 1.0 + self.depth[0] * x + self.depth[1] * y;
        let canvas = |value: f32, offset: f32| {
            (value / away * self.scale * 0.94 + offset + 50.0) / 100.0 * (SIDE * FINER) as f32
        };
        [canvas(x, self.offset[0]), canvas(y, self.offset[1])]
    }
}

/// How much ink is on each pixel, `[SIDE, SIDE]`, 0 to 1, of a drawing in the notation of
/// `strokes.rs`; lines are about twice `half` pixels wide.
pub fn draw(drawing: &str, half: f32, chance: &mut Chance) -> Vec<f32> {
    let sheet = Sheet::new(chance);
    // A board's light squares would be closed by a broad pen.
    let half = if drawing.contains('#') { half.min(1.6) } else { half };
    let mut canvas = vec![false; (SIDE * FINER) * (SIDE * FINER)];
    for stroke in drawing.split(';').map(str::trim) {
        let (kind, numbers) = stroke.split_at(1);
        let points: Vec<Vec<f32>> = numbers
            .split_whitespace()
            .map(|point| point.split(',').map(|number| number.parse().unwrap()).collect())
            .collect();
        let pairs = || points.iter().map(|point| [point[0], point[1]]).collect::<Vec<_>>();
        match kind {
            "~" => follow(&mut canvas, &sheet, &swung(&pairs()), half, chance),
            "-" => follow(&mut canvas, &sheet, &straight(&pairs(), chance), half, chance),
            "*" => points.iter().for_each(|dot| {
                let around = curl([dot[0], dot[1]], dot[2] - half.min(dot[2] - 1.0) * 0.5, chance);
                follow(&mut canvas, &sheet, &around, half, chance);
            }),
            "#" => scribbled(&points[0], chance)
                .iter()
                .for_each(|line| follow(&mut canvas, &sheet, line, half.min(1.3), chance)),
            _ => panic!("{kind} is no kind of stroke"),
        }
    }
    let count = |pixel: usize| {
        let (left, top) = (pixel % SIDE * FINER, pixel / SIDE * FINER);
        let cells = (0..FINER * FINER).map(|cell| (left + cell % FINER, top + cell / FINER));
        cells.filter(|(x, y)| canvas[y * SIDE * FINER + x]).count()
    };
    (0..SIDE * SIDE).map(|pixel| count(pixel) as f32 / (FINER * FINER) as f32).collect()
}

/// Points every half unit or so on a line with a swing (Catmull and Rom's spline).
fn swung(points: &[Point]) -> Vec<Point> {
    let mut path = Vec::new();
    for index in 0..points.len() - 1 {
        let at = |place: isize| points[place.clamp(0, points.len() as isize - 1) as usize];
        let index = index as isize;
        let [a, b, c, d] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
        let steps = ((c[0] - b[0]).hypot(c[1] - b[1]) * 2.0).max(1.0) as usize;
        for step in 0..=steps {
            let t = step as f32 / steps as f32;
            path.push([0, 1].map(|axis| {
                let (a, b, c, d) = (a[axis], b[axis], c[axis], d[axis]);
                b + 0.5
                    * t
                    * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))
            }));
        }
    }
    path
}

/// The same on straight lines, whose corners are missed a little, and whose end is overshot.
fn straight(points: &[Point], chance: &mut Chance) -> Vec<Point> {
    let mut corners: Vec<Point> =
        points.iter().map(|point| point.map(|value| value + chance.range(-1.3, 1.3))).collect();
    if let [.., before, end] = &mut corners[..] {
        let over = 1.0 + chance.range(-0.02, 0.06);
        *end = [0, 1].map(|axis| before[axis] + (end[axis] - before[axis]) * over);
    }
    let mut path = Vec::new();
    for ends in corners.windows(2) {
        let (from, to) = (ends[0], ends[1]);
        // No hand draws a straight line: it bulges to one side.
        let bulge = chance.range(-0.03, 0.03);
        let steps = ((to[0] - from[0]).hypot(to[1] - from[1]) * 2.0).max(1.0) as usize;
        for step in 0..=steps {
            let t = step as f32 / steps as f32;
            let aside = 4.0 * bulge * t * (1.0 - t);
            let (x, y) = (to[0] - from[0], to[1] - from[1]);
            path.push([from[0] + x * t - y * aside, from[1] + y * t + x * aside]);
        }
    }
    path
}

/// A dot: the pen goes round and round in it.
fn curl(centre: Point, radius: f32, chance: &mut Chance) -> Vec<Point> {
    let start = chance.range(0.0, 6.0);
    let point = |step: usize| {
        let (angle, out) = (start + step as f32 * 0.5, radius * step as f32 / 40.0);
        [centre[0] + out * angle.cos(), centre[1] + out * angle.sin()]
    };
    (0..=40).map(point).collect()
}

/// Every other square of a board, made dark by going to and fro.
fn scribbled(board: &[f32], chance: &mut Chance) -> Vec<Vec<Point>> {
    let [left, top, side, count, first] = board else { panic!("a board has five numbers") };
    let mut lines = Vec::new();
    for cell in 0..(count * count) as usize {
        let (column, row) = (cell % *count as usize, cell / *count as usize);
        if (column + row) % 2 != *first as usize {
            continue;
        }
        let (x, y) = (left + side * column as f32, top + side * row as f32);
        let turns = 9;
        let corner = |turn: usize| {
            let across = 0.12 + 0.76 * (turn % 2) as f32 + chance.range(-0.06, 0.06);
            [x + side * across, y + side * (0.12 + 0.76 * turn as f32 / turns as f32)]
        };
        lines.push(swung(&(0..=turns).map(corner).collect::<Vec<_>>()));
    }
    lines
}

/// Dabs the brush along a path.
fn follow(canvas: &mut [bool], sheet: &Sheet, path: &[Point], half: f32, chance: &mut Chance) {
    let tremor = chance.range(0.15, 0.55);
    let phases: [f32; 6] = std::array::from_fn(|_| chance.range(0.0, TAU));
    let hurry = chance.range(0.02, 0.05);
    let mut along = 0.0;
    for (index, point) in path.iter().enumerate() {
        if let Some(before) = index.checked_sub(1).map(|index| path[index]) {
            along += (point[0] - before[0]).hypot(point[1] - before[1]);
        }
        // A slow sway, a faster tremble, both out of step in x and y.
        let sway = |phase: usize| {
            2.0 * (along * 0.06 + phases[phase]).sin()
                + (along * 0.23 + phases[phase + 1]).sin()
                + 0.4 * (along * 0.9 + phases[phase + 2]).sin()
        };
        let moved = [point[0] + tremor * sway(0), point[1] + tremor * sway(3)];
        // Heavy where the pen is set down, lighter where it is fast and where it is lifted.
        let part = index as f32 / path.len() as f32;
        let pressure = 1.1 - 0.25 * (along * hurry + phases[0]).sin() - 0.2 * part * part;
        dab(canvas, sheet.place(moved), half * pressure * FINER as f32);
    }
}

fn dab(canvas: &mut [bool], [x, y]: Point, radius: f32) {
    let width = (SIDE * FINER) as isize;
    let reach = radius.ceil() as isize;
    for row in (y as isize - reach).max(0)..=(y as isize + reach).min(width - 1) {
        for column in (x as isize - reach).max(0)..=(x as isize + reach).min(width - 1) {
            let (dx, dy) = (column as f32 - x, row as f32 - y);
            if dx * dx + dy * dy <= radius * radius {
                canvas[(row * width + column) as usize] = true;
            }
        }
    }
}
