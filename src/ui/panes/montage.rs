//! All channels of an activation in one picture.

use eframe::egui::{
    self, Color32, ColorImage, Context, Mesh, Pos2, Rect, TextureHandle, TextureOptions, Ui, vec2,
};

use crate::engine::Activation;

/// The longest side of a texture that every graphics device can hold.
const LONGEST: usize = 2048;
/// Points between channels.
const SPACE: f32 = 2.0;
/// The largest and the smallest side of a channel, in points.
const SIDES: (u16, u16) = (96, 20);

/// Every channel of one activation in one texture.
pub struct Atlas {
    texture: TextureHandle,
    columns: usize,
    channels: usize,
}

impl Atlas {
    /// Packs the channels; those of large activations are made smaller.
    pub fn new(ctx: &Context, activation: &Activation) -> Self {
        let [channels, height, width] = activation.shape;
        let columns = (1..).find(|columns| columns * columns >= channels).unwrap_or(1);
        let room = (LONGEST / columns).max(1);
        let step = width.max(height).div_ceil(room).max(1);
        let [tile_height, tile_width] = [height.div_ceil(step), width.div_ceil(step)];
        let rows = channels.div_ceil(columns);
        let size = [columns * tile_width, rows * tile_height];
        let mut gray = vec![0; size[0] * size[1]];
        for (channel, map) in activation.maps.chunks_exact(height * width).enumerate() {
            let corner = [channel % columns * tile_width, channel / columns * tile_height];
            for row in 0..tile_height {
                let line = (corner[1] + row) * size[0] + corner[0];
                for column in 0..tile_width {
                    gray[line + column] = map[row * step * width + column * step];
                }
            }
        }
        // Few pixels are shown large: their edges should stay sharp.
        let options = TextureOptions {
            magnification: egui::TextureFilter::Nearest,
            ..TextureOptions::LINEAR
        };
        let texture = ctx.load_texture("activations", ColorImage::from_gray(size, &gray), options);
        Atlas { texture, columns, channels }
    }

    fn uv(&self, channel: usize) -> Rect {
        let rows = self.channels.div_ceil(self.columns);
        let size = vec2(1.0 / self.columns as f32, 1.0 / rows as f32);
        let corner = vec2((channel % self.columns) as f32, (channel / self.columns) as f32);
        Rect::from_min_size(Pos2::ZERO + corner * size, size)
    }

    /// Paints the channels that can be seen.
    pub fn paint(&self, ui: &Ui, grid: &Grid, corner: Pos2) {
        let mut mesh = Mesh::with_texture(self.texture.id());
        for channel in 0..self.channels {
            let rect = grid.rect(channel).translate(corner.to_vec2());
            if ui.is_rect_visible(rect) {
                mesh.add_rect_with_uv(rect, self.uv(channel), Color32::WHITE);
            }
        }
        ui.painter().add(mesh);
    }
}

/// Where the channels are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// Channels in a row.
    pub columns: usize,
    /// Rows.
    pub rows: usize,
    side: f32,
    channels: usize,
}

impl Grid {
    /// As large as fits into `width` and, where that is possible, `height`.
    pub fn new(channels: usize, width: f32, height: f32) -> Self {
        let of_side = |side: u16| {
            let side = f32::from(side);
            let columns = (((width + SPACE) / (side + SPACE)) as usize).max(1);
            Grid { columns, rows: channels.div_ceil(columns), side, channels }
        };
        let mut sides = (SIDES.1..=SIDES.0).rev().map(of_side);
        sides.find(|grid| grid.size().y <= height).unwrap_or_else(|| of_side(SIDES.1))
    }

    /// What the channels take up together.
    pub fn size(&self) -> egui::Vec2 {
        vec2(self.columns as f32, self.rows as f32) * (self.side + SPACE)
    }

    /// Where a channel is, from the corner of the grid.
    pub fn rect(&self, channel: usize) -> Rect {
        let place = vec2((channel % self.columns) as f32, (channel / self.columns) as f32);
        let corner = Pos2::ZERO + place * (self.side + SPACE);
        Rect::from_min_size(corner, vec2(self.side, self.side))
    }

    /// The channel at a place measured from the corner of the grid.
    pub fn channel_at(&self, place: egui::Vec2) -> Option<usize> {
        let [column, row] = [place.x, place.y].map(|along| (along / (self.side + SPACE)).floor());
        if column < 0.0 || row < 0.0 || column as usize >= self.columns {
            return None;
        }
        let channel = row as usize * self.columns + column as usize;
        (channel < self.channels).then_some(channel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_found_where_it_is_drawn() {
        for channels in [1, 7, 96, 4032] {
            let grid = Grid::new(channels, 300.0, 260.0);
            for channel in [0, channels / 2, channels - 1] {
                let middle = grid.rect(channel).center().to_vec2();
                assert_eq!(grid.channel_at(middle), Some(channel));
            }
            assert!(grid.size().x <= 300.0 + SPACE);
            let beyond = grid.size() + vec2(0.0, 1.0);
            assert_eq!(grid.channel_at(beyond), None);
        }
        assert!(Grid::new(96, 300.0, 260.0).size().y <= 260.0);
    }
}
