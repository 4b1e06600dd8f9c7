//! The window on the desktop.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use eframe::egui::{Context, Event, RawInput, Ui, ViewportBuilder, ViewportCommand};
use eframe::{CreationContext, Frame, NativeOptions, Storage};

use super::app::{App, Panels, Start};
use super::screenshot::Screenshot;
use super::training::Trials;
use crate::engine::{Engine, Wake};

/// Under which name the desktop knows the program and keeps its window's place.
const APP_ID: &str = "nasnet-explorer";
const PANELS: &str = "panels";
const TRIALS: &str = "trials";

/// Why the window ended otherwise than by being closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// There was no window.
    #[error("the window could not be opened: {0}")]
    Window(String),
    /// There was a window, but no picture of what it was asked to show.
    #[error("{0}")]
    Screenshot(String),
}

/// Opens the window and returns when it is closed. With `screenshot`, saves a picture of the
/// window there once everything is computed, and closes it.
///
/// `start_engine` is called with what wakes the window.
pub fn run(
    start: Start,
    screenshot: Option<PathBuf>,
    start_engine: impl FnOnce(Wake) -> Engine + 'static,
) -> Result<(), RunError> {
    let outcome = Arc::new(Mutex::new(Ok(())));
    let told = outcome.clone();
    // A picture should not depend on how the window was left the last time.
    let scratch = match &screenshot {
        Some(_) => Some(tempfile::tempdir().map_err(|error| RunError::Window(error.to_string()))?),
        None => None,
    };
    let options = NativeOptions {
        viewport: ViewportBuilder::default()
            .with_app_id(APP_ID)
            .with_title("NASNet Explorer")
            .with_inner_size([1280.0, 800.0])
            .with_min_inner_size([960.0, 600.0])
            .with_drag_and_drop(true),
        persist_window: screenshot.is_none(),
        persistence_path: scratch.as_ref().map(|folder| folder.path().join("state.ron")),
        ..NativeOptions::default()
    };
    let create = move |creation: &CreationContext<'_>| {
        let ctx = creation.egui_ctx.clone();
        let engine = start_engine(Arc::new(move || ctx.request_repaint()));
        let chooses = begins_with_choice(&start, screenshot.is_some());
        let mut app = App::new(engine, start);
        let panels = creation.storage.and_then(|storage| eframe::get_value(storage, PANELS));
        app.set_panels(panels.unwrap_or_default());
        if chooses && app.panels().gallery {
            app.show_gallery();
        }
        let trials: Option<String> =
            creation.storage.and_then(|storage| eframe::get_value(storage, TRIALS));
        if let Some(trials) = trials {
            app.set_trials(Trials::from_json(&trials));
        }
        let screenshot = screenshot.map(Screenshot::new);
        Ok(Box::new(Window { app, screenshot, told }) as Box<dyn eframe::App>)
    };
    eframe::run_native(APP_ID, options, Box::new(create))
        .map_err(|error| RunError::Window(error.to_string()))?;
    let ended = || RunError::Window("it ended in a panic".to_owned());
    outcome.lock().map_err(|_| ended())?.clone().map_err(RunError::Screenshot)
}

/// Whether the window may begin with the networks to start from: whoever names files, or wants a
/// picture, asks for something else than a choice.
fn begins_with_choice(start: &Start, screenshot: bool) -> bool {
    start.files.is_empty() && start.path.is_none() && !screenshot
}

struct Window {
    app: App,
    screenshot: Option<Screenshot>,
    told: Arc<Mutex<Result<(), String>>>,
}

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut Frame) {
        self.app.ui(ui);
        let settled = self.app.is_settled();
        let Some(screenshot) = &mut self.screenshot else { return };
        // A picture of something else than was asked for would pass for what it is not.
        let failure = self.app.notices().first_error().map(|text| Err(text.to_owned()));
        if let Some(result) = failure.or_else(|| screenshot.advance(ui.ctx(), settled)) {
            if let Ok(mut told) = self.told.lock() {
                *told = result;
            }
            self.screenshot = None;
            ui.ctx().send_viewport_cmd(ViewportCommand::Close);
        }
    }

    fn raw_input_hook(&mut self, _ctx: &Context, input: &mut RawInput) {
        if self.screenshot.is_some() {
            // The pointer happens to be somewhere; what it hovers over is no part of the picture.
            input.events.retain(|event| !is_of_pointer(event));
        }
    }

    fn save(&mut self, storage: &mut dyn Storage) {
        eframe::set_value::<Panels>(storage, PANELS, &self.app.panels());
        eframe::set_value::<String>(storage, TRIALS, &self.app.trials().to_json());
    }
}

fn is_of_pointer(event: &Event) -> bool {
    matches!(
        event,
        Event::PointerMoved(_)
            | Event::MouseMoved(_)
            | Event::PointerButton { .. }
            | Event::MouseWheel { .. }
            | Event::Touch { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{Document, zoo};

    #[test]
    fn files_and_pictures_are_not_covered_by_the_gallery() {
        let network = zoo::architecture(zoo::DEFAULT).unwrap();
        let document = Document::new(network);
        let mut start = Start { document, path: None, files: Vec::new(), samples: Vec::new() };
        assert!(begins_with_choice(&start, false) && !begins_with_choice(&start, true));
        start.files.push("a.json".into());
        assert!(!begins_with_choice(&start, false));
    }

    #[test]
    fn panels_of_an_earlier_version_begin_with_the_gallery() {
        let earlier = r#"{"settings":false,"results":true,"table":true,"shares":[0.5,0.5]}"#;
        let panels: Panels = serde_json::from_str(earlier).unwrap();
        assert!(panels.gallery && !panels.settings);
    }
}
