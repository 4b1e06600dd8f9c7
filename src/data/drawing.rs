//! What a person draws with a pen: strokes, and the picture that they make.

use super::Picture;

/// Columns and rows of the picture of a drawing, in pixels.
pub const SIDE: u32 = 384;
/// The points that a drawing may have. A mouse that reports 125 times a second needs more than
/// two minutes without a pause to make as many.
pub const MOST_POINTS: usize = 20_000;
/// Points closer to the one before, as a share of the side, would change no pixel visibly.
const LEAST_STEP: f32 = 0.5 / SIDE as f32;

/// A colour: red, green and blue, each 0 to 255.
pub type Rgb = [u8; 3];

/// What a stroke is drawn with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pen {
    /// The colour that it leaves.
    pub color: Rgb,
    /// The width of its line, as a share of the side of the drawing.
    pub width: f32,
}

/// A line that was drawn without lifting the pen; of one point, a dot.
#[derive(Debug, Clone, PartialEq)]
pub struct Stroke {
    /// What it was drawn with.
    pub pen: Pen,
    /// Where the pen was, `[x, y]`: from `[0, 0]` at the upper left to `[1, 1]` at the lower right.
    pub points: Vec<[f32; 2]>,
}

/// Strokes on paper, with their picture kept up to date while one is drawn.
#[derive(Debug, Clone)]
pub struct Drawing {
    paper: Rgb,
    strokes: Vec<Stroke>,
    /// Strokes taken back, the last of them first to return.
    undone: Vec<Stroke>,
    /// What was there before it was cleared.
    cleared: Vec<Stroke>,
    points: usize,
    /// `[SIDE, SIDE, 3]`: every stroke but the open one.
    finished: Vec<u8>,
    /// The open stroke, the last one, while the pen is down.
    ink: Option<Ink>,
}

impl Drawing {
    /// Nothing yet, on paper of a colour.
    #[must_use]
    pub fn new(paper: Rgb) -> Self {
        Drawing {
            paper,
            strokes: Vec::new(),
            undone: Vec::new(),
            cleared: Vec::new(),
            points: 0,
            finished: blank(paper),
            ink: None,
        }
    }

    /// The strokes, the first one at the bottom.
    #[must_use]
    pub fn strokes(&self) -> &[Stroke] {
        &self.strokes
    }

    /// The colour of the paper.
    #[must_use]
    pub fn paper(&self) -> Rgb {
        self.paper
    }

    /// Whether there is no stroke.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.strokes.is_empty()
    }

    /// Whether the pen is down.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.ink.is_some()
    }

    /// Whether it has as many points as it may have, and takes no more.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.points >= MOST_POINTS
    }

    /// Whether [`Drawing::undo`] would do something.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.strokes.is_empty() || !self.cleared.is_empty()
    }

    /// Whether [`Drawing::redo`] would do something.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Puts the pen down. Returns whether that left something: not where the drawing is full or
    /// the point is none.
    pub fn begin(&mut self, pen: Pen, point: [f32; 2]) -> bool {
        self.end();
        let Some(point) = near(point).filter(|_| !self.is_full()) else { return false };
        let mut ink = Ink::new(pen);
        ink.add(point, point);
        self.ink = Some(ink);
        self.strokes.push(Stroke { pen, points: vec![point] });
        self.points += 1;
        self.undone.clear();
        self.cleared.clear();
        true
    }

    /// Moves the pen, which is down. Returns whether that left something.
    pub fn extend(&mut self, point: [f32; 2]) -> bool {
        let Some(point) = near(point).filter(|_| !self.is_full()) else { return false };
        let (Some(ink), Some(stroke)) = (&mut self.ink, self.strokes.last_mut()) else {
            return false;
        };
        let Some(last) = stroke.points.last().copied() else { return false };
        if (point[0] - last[0]).hypot(point[1] - last[1]) < LEAST_STEP {
            return false;
        }
        ink.add(last, point);
        stroke.points.push(point);
        self.points += 1;
        true
    }

    /// Lifts the pen. Returns whether it was down.
    pub fn end(&mut self) -> bool {
        let Some(ink) = self.ink.take() else { return false };
        ink.blend(&mut self.finished);
        true
    }

    /// Takes the last stroke back, or brings back what was cleared. Returns whether that changed
    /// something.
    pub fn undo(&mut self) -> bool {
        match self.strokes.pop() {
            Some(stroke) => self.undone.push(stroke),
            None if self.cleared.is_empty() => return false,
            None => self.strokes = std::mem::take(&mut self.cleared),
        }
        self.draw_again();
        true
    }

    /// Draws the stroke again that was taken back last. Returns whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(stroke) = self.undone.pop() else { return false };
        self.strokes.push(stroke);
        self.draw_again();
        true
    }

    /// Takes every stroke away; [`Drawing::undo`] brings them back.
    pub fn clear(&mut self) {
        if !self.strokes.is_empty() {
            self.cleared = std::mem::take(&mut self.strokes);
            self.undone.clear();
            self.draw_again();
        }
    }

    /// Puts the strokes on paper of another colour.
    pub fn set_paper(&mut self, paper: Rgb) {
        self.paper = paper;
        self.draw_again();
    }

    /// `[SIDE, SIDE]`, as [`render`] makes it from the strokes.
    #[must_use]
    pub fn picture(&self) -> Picture {
        let mut rgb = self.finished.clone();
        if let Some(ink) = &self.ink {
            ink.blend(&mut rgb);
        }
        Picture { width: SIDE, height: SIDE, rgb }
    }

    fn draw_again(&mut self) {
        self.ink = None;
        self.points = self.strokes.iter().map(|stroke| stroke.points.len()).sum();
        self.finished = render(self.paper, &self.strokes).rgb;
    }
}

/// Strokes on paper as a picture, `[SIDE, SIDE]`. Lines have round ends and joins; a pixel at the
/// edge of a line is blended by how much of a pixel's width lies inside.
#[must_use]
pub fn render(paper: Rgb, strokes: &[Stroke]) -> Picture {
    let mut rgb = blank(paper);
    for stroke in strokes {
        let mut ink = Ink::new(stroke.pen);
        if let Some(first) = stroke.points.first() {
            ink.add(*first, *first);
        }
        for pair in stroke.points.windows(2) {
            ink.add(pair[0], pair[1]);
        }
        ink.blend(&mut rgb);
    }
    Picture { width: SIDE, height: SIDE, rgb }
}

fn blank(paper: Rgb) -> Vec<u8> {
    paper.repeat((SIDE * SIDE) as usize)
}

/// A point that is one, no further from the paper than the paper is wide.
fn near(point: [f32; 2]) -> Option<[f32; 2]> {
    let finite = point.iter().all(|value| value.is_finite());
    finite.then(|| point.map(|value| value.clamp(-1.0, 2.0)))
}

/// How much of each pixel one stroke covers. Where the stroke crosses itself the larger share
/// counts, so a line has no darker spots at its joins.
#[derive(Debug, Clone)]
struct Ink {
    color: Rgb,
    /// Half the width of the line, in pixels.
    radius: f32,
    /// `[SIDE, SIDE]`, each 0 to 1.
    coverage: Vec<f32>,
}

impl Ink {
    fn new(pen: Pen) -> Self {
        // At least the width of a pixel, so that every line is seen.
        let radius = (pen.width.clamp(0.0, 1.0) * SIDE as f32 / 2.0).max(0.5);
        Ink { color: pen.color, radius, coverage: vec![0.0; (SIDE * SIDE) as usize] }
    }

    /// Adds a line between two points of the unit square, or a dot where they are equal.
    fn add(&mut self, from: [f32; 2], to: [f32; 2]) {
        let [ax, ay] = from.map(|value| value * SIDE as f32);
        let [bx, by] = to.map(|value| value * SIDE as f32);
        let (dx, dy) = (bx - ax, by - ay);
        let length = dx * dx + dy * dy;
        let reach = self.radius + 0.5;
        for row in pixels(ay.min(by) - reach, ay.max(by) + reach) {
            let y = row as f32 + 0.5;
            // The part of the line that comes near this row: a long line at an angle would
            // otherwise cost its whole bounding box.
            let (first, last) = if dy == 0.0 {
                (0.0, 1.0)
            } else {
                let ends = [(y - reach - ay) / dy, (y + reach - ay) / dy];
                (ends[0].min(ends[1]).clamp(0.0, 1.0), ends[0].max(ends[1]).clamp(0.0, 1.0))
            };
            let (left, right) = (ax + first * dx, ax + last * dx);
            for column in pixels(left.min(right) - reach, left.max(right) + reach) {
                let x = column as f32 + 0.5;
                let along = ((x - ax) * dx + (y - ay) * dy) / length;
                let along = if length > 0.0 { along.clamp(0.0, 1.0) } else { 0.0 };
                let distance = (x - ax - along * dx).hypot(y - ay - along * dy);
                let covered = (reach - distance).clamp(0.0, 1.0);
                let pixel = &mut self.coverage[row * SIDE as usize + column];
                *pixel = pixel.max(covered);
            }
        }
    }

    fn blend(&self, rgb: &mut [u8]) {
        for (pixel, covered) in rgb.chunks_exact_mut(3).zip(&self.coverage) {
            if *covered > 0.0 {
                for (value, color) in pixel.iter_mut().zip(self.color) {
                    let below = f32::from(*value);
                    *value = (below + (f32::from(color) - below) * covered).round() as u8;
                }
            }
        }
    }
}

/// The pixels between two places that are on the paper.
fn pixels(from: f32, to: f32) -> std::ops::Range<usize> {
    // Casts from floats saturate, so what lies before the paper begins with 0.
    from.floor() as usize..(to.ceil() as usize).min(SIDE as usize)
}

#[cfg(test)]
mod tests;
