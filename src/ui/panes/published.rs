//! The published weight files: which there are, what is here, and fetching them.

use eframe::egui::{
    Align, Button, Context, Label, Layout, ProgressBar, RichText, ScrollArea, Ui, WidgetInfo,
    WidgetType, Window, vec2,
};

use super::Action;
use crate::arch::zoo;
use crate::format::bytes;
use crate::ui::downloads::{Download, Downloads};
use crate::ui::theme;
use crate::weights::published::{FILES, Progress, PublishedFile};

const WIDTH: f32 = 620.0;
const HEIGHT: f32 = 860.0;
/// The height of what is below the list.
const FOOTER: f32 = 34.0;
/// The width of the network's name.
const NAME: f32 = 140.0;
/// The width of what stands at the right end: the size and a button.
const RIGHT: f32 = 150.0;

/// Draws the window; closing it sets `open` to false. Files for `preset`, the open network's, come
/// first.
pub fn show(
    ctx: &Context,
    open: &mut bool,
    downloads: &Downloads,
    preset: &str,
    actions: &mut Vec<Action>,
) {
    let rect = ctx.content_rect();
    Window::new("Published weights")
        .open(open)
        .default_width(WIDTH)
        .max_width(rect.width() - 40.0)
        .default_height((rect.height() - 110.0).min(HEIGHT))
        .max_height(rect.height() - 80.0)
        .default_pos(rect.center_top() + vec2(-WIDTH / 2.0, 50.0))
        .collapsible(false)
        .show(ctx, |ui| {
            let words = "Weight files as their makers offer them. A fetched file is checked against its published hash, \
                         kept, and opened with its network";
            ui.add(Label::new(RichText::new(words).weak()).wrap());
            let (own, mut others): (Vec<&'static PublishedFile>, Vec<_>) =
                FILES.iter().partition(|file| file.preset == preset);
            others.sort_by_key(|file| zoo::names().iter().position(|name| *name == file.preset));
            let height = (ui.available_height() - FOOTER).max(80.0);
            ScrollArea::vertical().max_height(height).auto_shrink([false, false]).show(ui, |ui| {
                let headings = ["For the open network", "For other networks"];
                for (heading, files) in headings.into_iter().zip([&own, &others]) {
                    if files.is_empty() {
                        continue;
                    }
                    if !own.is_empty() {
                        ui.add_space(theme::GAP);
                        ui.strong(heading);
                    }
                    for file in files.iter().copied() {
                        ui.separator();
                        file_ui(ui, file, &downloads.of(file), actions);
                    }
                }
            });
            ui.separator();
            folder_ui(ui, downloads);
        });
}

fn folder_ui(ui: &mut Ui, downloads: &Downloads) {
    // It is looked for in the file manager.
    ui.style_mut().interaction.selectable_labels = true;
    let text = match downloads.folder() {
        Some(folder) => format!("Kept in {}", folder.display()),
        None => "The system names no folder to keep them in".to_owned(),
    };
    ui.add(Label::new(RichText::new(&text).small().weak()).truncate()).on_hover_text(text);
}

fn file_ui(ui: &mut Ui, file: &'static PublishedFile, state: &Download, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let height = ui.spacing().interact_size.y;
        let columns = [NAME, ui.available_width() - NAME - RIGHT];
        let classes = match file.classes {
            Some(count) => format!("{}, {count} classes", file.from),
            None => format!("{}, without classifier", file.from),
        };
        for (width, text) in columns.into_iter().zip([RichText::new(title(file)), classes.into()]) {
            ui.allocate_ui_with_layout(
                vec2(width, height),
                Layout::left_to_right(Align::Center),
                |ui| {
                    ui.set_width(width);
                    ui.add(Label::new(text).truncate());
                },
            );
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            button_ui(ui, file, state, actions);
            ui.label(size(file));
        });
    });
    let hash = file.hash.to_string();
    let line = format!("{} · {} · {hash}", file.file, file.licence);
    let line = ui.add(Label::new(RichText::new(line).small().weak()).truncate());
    line.on_hover_text(format!("{}\n{}\n{hash}", file.url(), licence(file)));
    state_ui(ui, state);
}

fn title(file: &PublishedFile) -> &'static str {
    let preset = zoo::PRESETS.iter().find(|preset| preset.name == file.preset);
    preset.map_or(file.preset, |preset| preset.title)
}

fn size(file: &PublishedFile) -> String {
    file.megabytes.map_or("size not known".to_owned(), |size| format!("{size} MB"))
}

fn licence(file: &PublishedFile) -> String {
    format!("Licence {}, offered by {}", file.licence, file.from)
}

/// The one thing that can be done with a file now.
fn button_ui(
    ui: &mut Ui,
    file: &'static PublishedFile,
    state: &Download,
    actions: &mut Vec<Action>,
) {
    let (text, tooltip, action) = match state {
        Download::Absent => ("Get", "Fetch this file and open it", Action::Fetch(file)),
        // What is here is checked again before it is used.
        Download::Here(_) => ("Open", "It is here: load it with its network", Action::Fetch(file)),
        Download::Running(..) => {
            ("Cancel", "Stop; what came is kept for the next time", Action::StopFetching(file))
        }
        Download::Stopped => ("Go on", "Fetch the rest", Action::Fetch(file)),
        Download::Failed(_) => ("Retry", "Try again", Action::Fetch(file)),
    };
    let button = ui.add(Button::new(text).min_size(vec2(58.0, 0.0)));
    let name = format!("{text} {}", file.file);
    button.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &name));
    if button.on_hover_text(tooltip).clicked() {
        actions.push(action);
    }
}

fn state_ui(ui: &mut Ui, state: &Download) {
    let colors = theme::of(ui);
    match state {
        Download::Absent => {}
        Download::Here(_) => {
            ui.label(RichText::new("✔ Here").small().color(colors.accent));
        }
        Download::Stopped => {
            ui.label(RichText::new("Stopped; what came is kept").small().weak());
        }
        Download::Failed(text) => {
            // It is copied into searches and questions.
            ui.style_mut().interaction.selectable_labels = true;
            let text = RichText::new(format!("⚠ {text}")).small().color(colors.error);
            ui.add(Label::new(text).wrap());
        }
        Download::Running(progress, speed) => progress_ui(ui, progress, *speed),
    }
}

fn progress_ui(ui: &mut Ui, progress: &Progress, speed: Option<f64>) {
    let (share, text) = described(progress, speed);
    if let Some(share) = share {
        let bar = ProgressBar::new(share).desired_height(theme::BAR).fill(theme::of(ui).accent);
        let bar = ui.add(bar);
        bar.widget_info(|| {
            let mut info = WidgetInfo::labeled(WidgetType::ProgressIndicator, true, "Fetched");
            info.value = Some(f64::from(share));
            info
        });
    }
    ui.add(Label::new(RichText::new(text).small()).wrap());
}

/// How far it is, as a share where the end is known and in words.
fn described(progress: &Progress, speed: Option<f64>) -> (Option<f32>, String) {
    let (done, total) = match progress {
        Progress::Connecting => return (None, "Connecting…".to_owned()),
        Progress::Checking => return (Some(1.0), "Checking the hash…".to_owned()),
        Progress::Waiting { reason } => return (None, format!("Trying again: {reason}")),
        Progress::Receiving { done, total } => (*done, *total),
    };
    let per_second = match speed {
        Some(speed) => format!(", {}/s", bytes(speed as u64)),
        None => String::new(),
    };
    let Some(total) = total.filter(|total| *total > 0) else {
        return (None, format!("{}{per_second}", bytes(done)));
    };
    let left = total.saturating_sub(done) as f64;
    let time = match speed.filter(|speed| *speed > 0.0) {
        Some(speed) => format!(", {} left", super::training::duration(left / speed)),
        None => String::new(),
    };
    let text = format!("{} of {}{per_second}{time}", bytes(done), bytes(total));
    (Some((done as f64 / total as f64) as f32), text)
}

/// Whether something is published for the preset of this name.
pub fn is_published(preset: &str) -> bool {
    FILES.iter().any(|file| file.preset == preset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_in_words() {
        let receiving = |done, total| Progress::Receiving { done, total };
        let text = |progress, speed| described(&progress, speed).1;
        assert_eq!(
            text(receiving(12_000_000, Some(24_000_000)), Some(3e6)),
            "12.00 MB of 24.00 MB, 3.000 MB/s, 4 s left"
        );
        assert_eq!(text(receiving(12_000_000, None), Some(3e6)), "12.00 MB, 3.000 MB/s");
        assert_eq!(text(receiving(0, Some(24_000_000)), None), "0 B of 24.00 MB");
        assert_eq!(text(receiving(1, Some(24_000_000)), Some(0.0)), "1 B of 24.00 MB, 0 B/s");
        assert_eq!(described(&receiving(6, Some(24)), None).0, Some(0.25));
        assert_eq!(described(&Progress::Connecting, None).0, None);
    }
}
