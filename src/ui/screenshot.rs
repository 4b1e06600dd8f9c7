//! A picture of the window, taken once nothing changes any more.

use std::path::{Path, PathBuf};

use eframe::egui::{self, ColorImage, Context, Event, ViewportCommand};

use crate::files;

/// Frames without work before the picture: textures and scroll bars settle in between.
const STILL_FRAMES: u32 = 6;

/// Takes one picture of the window.
pub struct Screenshot {
    path: PathBuf,
    still: u32,
    asked: bool,
}

impl Screenshot {
    /// A picture to be saved to `path`.
    pub fn new(path: PathBuf) -> Self {
        Screenshot { path, still: 0, asked: false }
    }

    /// Goes on with it; to be called every frame. Returns what came of it once it is done.
    pub fn advance(&mut self, ctx: &Context, settled: bool) -> Option<Result<(), String>> {
        let taken = ctx.input(|input| {
            input.events.iter().find_map(|event| match event {
                Event::Screenshot { image, .. } => Some(image.clone()),
                _ => None,
            })
        });
        if let Some(image) = taken {
            return Some(save(&self.path, &image));
        }
        self.still = if settled { self.still + 1 } else { 0 };
        if self.still >= STILL_FRAMES && !self.asked {
            self.asked = true;
            ctx.send_viewport_cmd(ViewportCommand::Screenshot(egui::UserData::default()));
        }
        if settled {
            ctx.request_repaint();
        }
        None
    }
}

fn save(path: &Path, image: &ColorImage) -> Result<(), String> {
    let [width, height] = image.size.map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    let rgba = image.pixels.iter().flat_map(|pixel| pixel.to_srgba_unmultiplied()).collect();
    let picture = image::RgbaImage::from_raw(width, height, rgba)
        .ok_or_else(|| "the picture of the window is incomplete".to_owned())?;
    let mut png = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut png, image::ImageFormat::Png)
        .map_err(|error| format!("cannot encode the picture of the window: {error}"))?;
    files::write_atomic(path, png.get_ref()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use eframe::egui::{Color32, RawInput, UserData, ViewportId};

    use super::*;

    /// One frame with these events; what the window asked for, and what came of it.
    fn frame(
        screenshot: &mut Screenshot,
        settled: bool,
        events: Vec<Event>,
    ) -> (bool, Option<Result<(), String>>) {
        let ctx = Context::default();
        let mut result = None;
        let output = ctx.run_ui(RawInput { events, ..Default::default() }, |ui| {
            result = screenshot.advance(ui.ctx(), settled);
        });
        let commands = &output.viewport_output[&ViewportId::ROOT].commands;
        let asked = commands.iter().any(|c| matches!(c, ViewportCommand::Screenshot(_)));
        output.drop_without_applying_deltas();
        (asked, result)
    }

    #[test]
    fn the_picture_is_taken_once_when_nothing_changes_any_more_and_saved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("window.png");
        let mut screenshot = Screenshot::new(path.clone());
        for settled in [true, true, false, true, true, true, true, true] {
            assert_eq!(frame(&mut screenshot, settled, Vec::new()), (false, None));
        }
        assert_eq!(frame(&mut screenshot, true, Vec::new()), (true, None));
        assert_eq!(frame(&mut screenshot, true, Vec::new()), (false, None));
        let image = ColorImage::filled([3, 2], Color32::from_gray(90));
        let taken = Event::Screenshot {
            viewport_id: ViewportId::ROOT,
            user_data: UserData::default(),
            image: Arc::new(image),
        };
        assert_eq!(frame(&mut screenshot, true, vec![taken]), (false, Some(Ok(()))));
        let saved = image::open(&path).unwrap().to_rgb8();
        assert_eq!((saved.dimensions(), saved.get_pixel(2, 1).0), ((3, 2), [90; 3]));
    }
}
