//! Two things that share a place, with a line between them that can be dragged.

use eframe::egui::{CursorIcon, Rect, Sense, Stroke, Ui, UiBuilder, pos2};

use crate::ui::theme;

/// Points on both sides of the line where it can be taken.
const REACH: f32 = 4.0;

/// How a place is shared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// Whether the two are beside each other instead of above each other.
    pub beside: bool,
    /// The share of the first.
    pub share: f32,
    /// What each of the two has at least, where there is room for that.
    pub least: f32,
}

impl Split {
    /// The length of the first of two in `whole`, the line in its middle at the end.
    fn length(&self, whole: f32) -> f32 {
        let least = self.least.min(whole / 2.0);
        (whole * self.share).clamp(least, whole - least)
    }

    /// Draws both into the rest of `ui`. Returns the share that the user drags the line to.
    pub fn show(self, ui: &mut Ui, contents: [&mut dyn FnMut(&mut Ui); 2]) -> Option<f32> {
        let place = ui.available_rect_before_wrap();
        ui.advance_cursor_after_rect(place);
        let whole = if self.beside { place.width() } else { place.height() };
        let length = self.length(whole);
        let (first, second, line) = if self.beside {
            let x = place.left() + length;
            let [first, second] = [place.with_max_x(x), place.with_min_x(x)];
            (first, second, [pos2(x, place.top()), pos2(x, place.bottom())])
        } else {
            let y = place.top() + length;
            let [first, second] = [place.with_max_y(y), place.with_min_y(y)];
            (first, second, [pos2(place.left(), y), pos2(place.right(), y)])
        };
        for ((index, rect), draw) in [first, second].into_iter().enumerate().zip(contents) {
            let builder = UiBuilder::new().max_rect(rect.shrink(REACH)).id_salt(("split", index));
            let mut part = ui.new_child(builder);
            part.set_clip_rect(rect.shrink(1.0).intersect(ui.clip_rect()));
            draw(&mut part);
        }
        let handle = Rect::from_two_pos(line[0], line[1]).expand(REACH);
        let response = ui.interact(handle, ui.id().with("split"), Sense::drag());
        let lit = response.hovered() || response.dragged();
        if lit {
            let cursor =
                if self.beside { CursorIcon::ResizeHorizontal } else { CursorIcon::ResizeVertical };
            ui.set_cursor_icon(cursor);
        }
        let colors = theme::of(ui);
        let stroke = Stroke::new(1.0, if lit { colors.accent } else { colors.line });
        ui.painter().line_segment(line, stroke);
        let at = response.interact_pointer_pos().filter(|_| response.dragged())?;
        let length = if self.beside { at.x - place.left() } else { at.y - place.top() };
        // Kept within what is drawn: a drag beyond the end must not have to be taken back first.
        let dragged = Split { share: length / whole.max(1.0), ..self };
        Some(dragged.length(whole) / whole.max(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_keep_their_least_and_share_what_is_short() {
        let split = |share| Split { beside: false, share, least: 100.0 };
        assert_eq!(split(0.5).length(600.0), 300.0);
        assert_eq!(split(0.95).length(600.0), 500.0);
        assert_eq!(split(0.0).length(600.0), 100.0);
        assert_eq!(split(0.9).length(150.0), 75.0);
    }
}
