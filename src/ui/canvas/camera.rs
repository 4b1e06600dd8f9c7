//! Pan and zoom: what part of the drawing a pane shows.

use eframe::egui::{Pos2, Rect, Vec2};

const MIN_ZOOM: f32 = 0.2;
const MAX_ZOOM: f32 = 3.0;
/// Below this not even the shape of a cell is seen.
const MIN_FIT_ZOOM: f32 = 0.05;
/// A small cell in a large pane is not blown up beyond this.
pub(super) const MAX_FIT_ZOOM: f32 = 1.5;
const MARGIN: f32 = 10.0;
/// How much of the drawing, in points, cannot be pushed out of the pane.
const KEPT_VISIBLE: f32 = 48.0;

/// Maps canvas units to points of the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Camera {
    /// Points per canvas unit.
    pub(super) zoom: f32,
    /// Where the canvas origin is in the pane, from its upper left corner.
    pan: Vec2,
    /// The upper left corner of the pane.
    corner: Pos2,
}

impl Default for Camera {
    fn default() -> Self {
        Camera { zoom: 1.0, pan: Vec2::ZERO, corner: Pos2::ZERO }
    }
}

impl Camera {
    /// The camera that shows all of `bounds` in the middle of `pane`.
    pub(super) fn fitting(bounds: Rect, pane: Rect) -> Camera {
        let space = Self::space(pane);
        let size = bounds.size().max(Vec2::splat(1.0));
        let zoom = (space / size).min_elem().clamp(MIN_FIT_ZOOM, MAX_FIT_ZOOM);
        let pan = pane.size() / 2.0 - bounds.center().to_vec2() * zoom;
        Camera { zoom, pan, corner: pane.min }
    }

    /// What a fit fills of a pane.
    pub(super) fn space(pane: Rect) -> Vec2 {
        (pane.size() - Vec2::splat(2.0 * MARGIN)).max(Vec2::splat(1.0))
    }

    /// Follows the pane to where it is now.
    pub(super) fn move_to(&mut self, pane: Rect) {
        self.corner = pane.min;
    }

    /// A place of the canvas on the screen.
    pub(super) fn to_screen(self, at: Pos2) -> Pos2 {
        self.corner + self.pan + at.to_vec2() * self.zoom
    }

    /// A box of the canvas on the screen.
    pub(super) fn rect_to_screen(self, rect: Rect) -> Rect {
        Rect::from_min_max(self.to_screen(rect.min), self.to_screen(rect.max))
    }

    /// A place of the screen on the canvas.
    pub(super) fn to_canvas(self, at: Pos2) -> Pos2 {
        ((at - self.corner - self.pan) / self.zoom).to_pos2()
    }

    /// Zooms about a point of the screen, which stays where it is.
    pub(super) fn zoom_at(&mut self, factor: f32, at: Pos2) {
        let anchor = self.to_canvas(at);
        let lowest = MIN_ZOOM.min(self.zoom);
        self.zoom = (self.zoom * factor).clamp(lowest, MAX_ZOOM);
        self.pan = at - self.corner - anchor.to_vec2() * self.zoom;
    }

    /// Shifts the drawing by points of the screen.
    pub(super) fn pan_by(&mut self, delta: Vec2) {
        self.pan += delta;
    }

    /// Brings the drawing back if nearly all of it has left the pane.
    pub(super) fn keep_visible(&mut self, bounds: Rect, pane: Rect) {
        let shown = self.rect_to_screen(bounds);
        let kept = Vec2::splat(KEPT_VISIBLE).min(shown.size()).min(pane.size());
        let low = pane.min + kept - shown.max;
        let high = pane.max - kept - shown.min;
        self.pan += Vec2::new(0.0_f32.max(low.x).min(high.x), 0.0_f32.max(low.y).min(high.y));
    }

    /// Moves as little as needed to show `rect` of the canvas.
    pub(super) fn reveal(&mut self, rect: Rect, pane: Rect) {
        let shown = self.rect_to_screen(rect).expand(MARGIN / 2.0);
        let low = (pane.min - shown.min).max(Vec2::ZERO);
        let high = (pane.max - shown.max).min(Vec2::ZERO);
        self.pan += low + high;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::{pos2, vec2};

    const BOUNDS: Rect = Rect { min: Pos2::new(-10.0, -200.0), max: Pos2::new(600.0, 200.0) };

    fn pane(width: f32, height: f32) -> Rect {
        Rect::from_min_size(pos2(40.0, 30.0), vec2(width, height))
    }

    #[test]
    fn a_fit_shows_everything_with_margins() {
        for (width, height) in [(600.0, 450.0), (200.0, 900.0), (1900.0, 120.0), (90.0, 90.0)] {
            let pane = pane(width, height);
            let shown = Camera::fitting(BOUNDS, pane).rect_to_screen(BOUNDS);
            assert!(pane.shrink(MARGIN - 0.1).contains_rect(shown), "{pane} {shown}");
        }
    }

    #[test]
    fn zooming_keeps_the_point_under_the_pointer_and_stays_within_limits() {
        let mut camera = Camera::fitting(BOUNDS, pane(600.0, 450.0));
        let pointer = pos2(200.0, 133.0);
        let before = camera.to_canvas(pointer);
        camera.zoom_at(1.7, pointer);
        assert!(camera.to_canvas(pointer).distance(before) < 1e-3);
        for _ in 0..100 {
            camera.zoom_at(2.0, pointer);
        }
        assert_eq!(camera.zoom, MAX_ZOOM);
        for _ in 0..100 {
            camera.zoom_at(0.5, pointer);
        }
        assert_eq!(camera.zoom, MIN_ZOOM);
    }

    #[test]
    fn the_drawing_cannot_be_pushed_out_of_the_pane() {
        let pane = pane(600.0, 450.0);
        for push in [vec2(1e5, 0.0), vec2(-1e5, 0.0), vec2(0.0, 1e5), vec2(-1e5, -1e5)] {
            let mut camera = Camera::fitting(BOUNDS, pane);
            camera.pan_by(push);
            camera.keep_visible(BOUNDS, pane);
            let left = camera.rect_to_screen(BOUNDS).intersect(pane);
            assert!(left.width() > KEPT_VISIBLE - 1.0 && left.height() > KEPT_VISIBLE - 1.0);
        }
    }
}
