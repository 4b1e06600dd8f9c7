//! Areas and lines as coverage of pixels.

use super::figure::Point;

/// How much of each pixel is covered: `[size, size]`, 0 to 1.
#[derive(Debug, Clone)]
pub(super) struct Mask {
    size: usize,
    pub(super) values: Vec<f32>,
}

/// Sub-rows per row of pixels; across, coverage is exact.
const ROWS: usize = 4;

impl Mask {
    pub(super) fn new(size: usize) -> Self {
        Self { size, values: vec![0.0; size * size] }
    }

    /// Covers what a closed line goes round at least once, in pixels from the upper left corner.
    pub(super) fn fill(&mut self, points: &[Point]) {
        let Some(last) = points.last() else { return };
        let (mut row, mut crossings) = (vec![0.0_f32; self.size], Vec::new());
        for y in 0..self.size {
            row.fill(0.0);
            for sub in 0..ROWS {
                let level = y as f32 + (sub as f32 + 0.5) / ROWS as f32;
                crossings.clear();
                let mut from = *last;
                for &to in points {
                    if (from[1] <= level) != (to[1] <= level) {
                        let part = (level - from[1]) / (to[1] - from[1]);
                        let side = if to[1] > from[1] { 1 } else { -1 };
                        crossings.push((from[0] + part * (to[0] - from[0]), side));
                    }
                    from = to;
                }
                crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
                cover_row(&mut row, &crossings);
            }
            for (value, covered) in self.values[y * self.size..].iter_mut().zip(&row) {
                *value = value.max(*covered);
            }
        }
    }

    /// Covers a line with round ends; `radii` are half its width at each point, in pixels.
    pub(super) fn stroke(&mut self, points: &[Point], radii: &[f32]) {
        if let ([point], [radius]) = (points, radii) {
            self.capsule([*point, *point], [*radius; 2]);
        }
        for (ends, radii) in points.array_windows().zip(radii.array_windows()) {
            self.capsule(*ends, *radii);
        }
    }

    /// Covers everything near one segment.
    fn capsule(&mut self, [from, to]: [Point; 2], radii: [f32; 2]) {
        let most = radii[0].max(radii[1]) + 0.5;
        let bound = |low: f32, high: f32| {
            let inside = |value: f32| value.clamp(0.0, self.size as f32) as usize;
            inside((low - most).floor())..inside((high + most).ceil())
        };
        let columns = bound(from[0].min(to[0]), from[0].max(to[0]));
        let along = [to[0] - from[0], to[1] - from[1]];
        let length = along[0] * along[0] + along[1] * along[1];
        for y in bound(from[1].min(to[1]), from[1].max(to[1])) {
            for x in columns.clone() {
                let (dx, dy) = (x as f32 + 0.5 - from[0], y as f32 + 0.5 - from[1]);
                let part = match length > 0.0 {
                    true => ((dx * along[0] + dy * along[1]) / length).clamp(0.0, 1.0),
                    false => 0.0,
                };
                let (dx, dy) = (dx - part * along[0], dy - part * along[1]);
                let radius = radii[0] + (radii[1] - radii[0]) * part;
                let covered = (radius - (dx * dx + dy * dy).sqrt() + 0.5).clamp(0.0, 1.0);
                // A line thinner than a pixel covers less than one.
                let value = &mut self.values[y * self.size + x];
                *value = value.max(covered.min(radius * 2.0));
            }
        }
    }

    /// How much is covered in all, in pixels.
    pub(super) fn area(&self) -> f32 {
        self.values.iter().sum()
    }
}

/// Adds one sub-row: what lies between crossings where the line has gone round.
fn cover_row(row: &mut [f32], crossings: &[(f32, i32)]) {
    let (mut turns, mut start) = (0, 0.0);
    for &(x, side) in crossings {
        if turns == 0 {
            start = x;
        }
        turns += side;
        if turns == 0 {
            let (left, right) =
                (start.clamp(0.0, row.len() as f32), x.clamp(0.0, row.len() as f32));
            for (pixel, covered) in
                row.iter_mut().enumerate().take(right.ceil() as usize).skip(left as usize)
            {
                let pixel = pixel as f32;
                let width = right.min(pixel + 1.0) - left.max(pixel);
                *covered = (*covered + width.max(0.0) / ROWS as f32).min(1.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_what_they_should_be() {
        let mut mask = Mask::new(16);
        mask.fill(&[[2.5, 3.0], [10.0, 3.0], [10.0, 9.0], [2.5, 9.0]]);
        assert_eq!(mask.area(), 45.0);
        assert_eq!((mask.values[3 * 16 + 2], mask.values[3 * 16 + 3]), (0.5, 1.0));
        let mut triangle = Mask::new(16);
        triangle.fill(&[[-8.0, 16.0], [8.0, 0.0], [24.0, 16.0]]);
        assert!((triangle.area() - 192.0).abs() < 0.5, "{}", triangle.area());
    }

    /// Both loops of an eight count, whichever way round they go.
    #[test]
    fn both_loops_of_a_crossed_line_are_filled() {
        let mut mask = Mask::new(8);
        mask.fill(&[[0.0, 0.0], [8.0, 8.0], [8.0, 0.0], [0.0, 8.0]]);
        assert!((mask.area() - 32.0).abs() < 0.5, "{}", mask.area());
    }

    #[test]
    fn lines_are_as_wide_as_asked() {
        let mut mask = Mask::new(32);
        mask.stroke(&[[4.0, 16.0], [28.0, 16.0]], &[1.5, 1.5]);
        let column: f32 = (0..32).map(|y| mask.values[y * 32 + 16]).sum();
        assert!((column - 3.0).abs() < 1e-5, "{column}");
        let mut dot = Mask::new(32);
        dot.stroke(&[[16.0, 16.0]], &[5.0]);
        assert!((dot.area() - 78.54).abs() < 2.0, "{}", dot.area());
    }

    #[test]
    fn nothing_outside_the_picture_is_touched() {
        let mut mask = Mask::new(8);
        mask.fill(&[]);
        mask.fill(&[[-9.0, -9.0], [-5.0, -9.0], [-5.0, 90.0]]);
        mask.stroke(&[[-50.0, 4.0], [-20.0, 4.0]], &[2.0, 2.0]);
        mask.stroke(&[[100.0, 100.0]], &[2.0]);
        assert_eq!(mask.area(), 0.0);
    }
}
