//! One channel of an activation, enlarged.

use std::sync::Arc;

use eframe::egui::{self, ColorImage, TextureHandle, TextureOptions, Ui, vec2};

use crate::engine::{Activation, RunResult};

/// The largest side, in points.
const SIDE: f32 = 260.0;
/// The longest side of the texture.
const LONGEST: usize = 2048;

/// The texture of the channel that is enlarged.
pub struct Enlarged {
    result: Arc<RunResult>,
    unit: String,
    channel: usize,
    texture: TextureHandle,
}

/// Draws the channel and its controls. Returns the channel to show next, or nothing to close.
pub fn show(
    ui: &mut Ui,
    cached: &mut Option<Enlarged>,
    result: &Arc<RunResult>,
    activation: &Activation,
    channel: usize,
) -> Option<usize> {
    let of_this = |enlarged: &Enlarged| {
        Arc::ptr_eq(&enlarged.result, result)
            && enlarged.unit == activation.path
            && enlarged.channel == channel
    };
    let kept = cached.take().filter(of_this);
    let is_new = kept.is_none();
    let enlarged = cached.insert(kept.unwrap_or_else(|| Enlarged {
        result: result.clone(),
        unit: activation.path.clone(),
        channel,
        texture: load(ui, activation, channel),
    }));
    let mut next = Some(channel);
    let channels = activation.shape[0];
    ui.horizontal(|ui| {
        if ui.button("◀").on_hover_text("Previous channel").clicked() {
            next = Some((channel + channels - 1) % channels);
        }
        if ui.button("▶").on_hover_text("Next channel").clicked() {
            next = Some((channel + 1) % channels);
        }
        ui.label(format!("Channel {channel} of {channels}"));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button("Close").on_hover_text("Show only the montage").clicked() {
                next = None;
            }
        });
    });
    let side = SIDE.min(ui.available_width());
    let size = vec2(side, side * activation.shape[1] as f32 / activation.shape[2] as f32);
    let name = format!("Channel {channel} of {}", activation.path);
    let image = egui::Image::new((enlarged.texture.id(), size)).alt_text(name);
    let shown = ui.vertical_centered(|ui| ui.add(image));
    if is_new {
        // Its place may be below what the window shows.
        shown.response.scroll_to_me(None);
    }
    next
}

fn load(ui: &Ui, activation: &Activation, channel: usize) -> TextureHandle {
    let [_, height, width] = activation.shape;
    let map = &activation.maps[channel * height * width..(channel + 1) * height * width];
    let step = width.max(height).div_ceil(LONGEST).max(1);
    let rows = map.chunks_exact(width).step_by(step);
    let gray: Vec<u8> = rows.flat_map(|row| row.iter().copied().step_by(step)).collect();
    let size = [width.div_ceil(step), height.div_ceil(step)];
    let image = ColorImage::from_gray(size, &gray);
    ui.ctx().load_texture("channel", image, TextureOptions::NEAREST)
}
