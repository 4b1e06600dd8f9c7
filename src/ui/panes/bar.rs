//! Bars behind and below numbers.

use eframe::egui::{Color32, CornerRadius, Rect, Ui, vec2};

use crate::ui::theme;

/// Paints a bar into `rect`.
pub fn paint(ui: &Ui, rect: Rect, share: f32, color: Color32) {
    paint_on(ui, rect, share, color, theme::of(ui).track);
}

/// Paints a bar on a ground of another colour than usual.
pub fn paint_on(ui: &Ui, rect: Rect, share: f32, color: Color32, ground: Color32) {
    let radius = CornerRadius::same(2);
    ui.painter().rect_filled(rect, radius, ground);
    // Something that is there at all is seen.
    let least = if share > 0.0 { 1.0 } else { 0.0 };
    let width = (rect.width() * share.clamp(0.0, 1.0)).max(least);
    let filled = Rect::from_min_size(rect.min, vec2(width, rect.height()));
    ui.painter().rect_filled(filled, radius, color);
}
