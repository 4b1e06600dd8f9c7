//! The report on a weight file.

use eframe::egui::{self, Context, Label, RichText, ScrollArea, Ui, Window};

use super::Action;
use super::settings::flavour_name;
use crate::arch::{Architecture, Edit, Setting, Settings};
use crate::engine::WeightsReport;
use crate::format::grouped;
use crate::ui::theme;
use crate::weights::{How, Identity, LoadReport, WrongShape};

/// Draws the report; closing it sets `open` to false.
pub fn show(
    ctx: &Context,
    open: &mut bool,
    report: &WeightsReport,
    identity: Option<&Identity>,
    network: &Architecture,
    actions: &mut Vec<Action>,
) {
    let settings = network.settings();
    let rect = ctx.content_rect();
    Window::new("Weight file")
        .open(open)
        .default_width(460.0)
        .max_height(rect.height() - 80.0)
        .default_pos(rect.center() - egui::vec2(230.0, 160.0))
        .collapsible(false)
        .show(ctx, |ui| {
            // Names of files and tensors are copied into searches and questions.
            ui.style_mut().interaction.selectable_labels = true;
            let path = report.path.display().to_string();
            ui.add(Label::new(RichText::new(path).monospace()).wrap());
            ui.add_space(theme::GAP);
            if let Some(fits) = report.fits.filter(|fits| fits != settings) {
                switch_ui(ui, settings, fits, actions);
                ui.add_space(theme::GAP);
            } else if let Some(own) = report.architecture.as_deref().filter(|own| *own != network) {
                switch_network_ui(ui, own, actions);
                ui.add_space(theme::GAP);
            }
            ScrollArea::vertical().max_height(320.0).auto_shrink([false, true]).show(ui, |ui| {
                load_ui(ui, &report.load, identity);
                let labels = report.labels.iter().flatten().cloned();
                names_ui(ui, "Classes", labels.collect::<Vec<_>>().into_iter());
            });
        });
}

/// Says that the file is not in use, and offers the settings that it fits.
fn switch_ui(ui: &mut Ui, settings: &Settings, fits: Settings, actions: &mut Vec<Action>) {
    let text = RichText::new("⚠ Not in use: the file fits other settings");
    ui.add(Label::new(text.color(theme::of(ui).warning)).wrap());
    let button = ui.button(format!("Switch to {}", differences(settings, &fits)));
    let button =
        button.on_hover_text("Set these and read the file again; the settings can be undone");
    if button.clicked() {
        actions.push(Action::SwitchSettings(fits));
    }
    if fits.input != settings.input {
        let text = format!(
            "Weights fit every input size: unless the file states one, {0} × {0} is that of the \
             published network most like it",
            fits.input
        );
        ui.add(Label::new(RichText::new(text).small().weak()).wrap());
    }
}

/// Offers the network that the file brings, which is another than the open one.
fn switch_network_ui(ui: &mut Ui, own: &Architecture, actions: &mut Vec<Action>) {
    let text = "⚠ The file brings another network: only weights that both share are in use";
    ui.add(Label::new(RichText::new(text).color(theme::of(ui).warning)).wrap());
    let button = ui.button(format!("Switch to {}", own.name()));
    if button.on_hover_text("Put the file's network here; this can be undone").clicked() {
        actions.push(Action::Edit(Edit::Open(Box::new(own.clone()))));
    }
}

fn load_ui(ui: &mut Ui, load: &LoadReport, identity: Option<&Identity>) {
    let version = load.keras_version.as_ref().map(|version| format!(" of Keras {version}"));
    let age = load.container.age().map(|age| format!(" ({age})"));
    let [version, age] = [version, age].map(Option::unwrap_or_default);
    ui.add(Label::new(format!("{}{version}{age}", load.container)).wrap());
    if let Some(network) = &load.network {
        ui.add(Label::new(network.to_string()).wrap());
    }
    let how = match load.how {
        How::ByName => "by name",
        How::ByOrder => "by the order of the layers",
    };
    let text = format!(
        "{} of {} tensors matched {how}, {} numbers in them",
        grouped(load.matched as u64),
        grouped(load.expected as u64),
        grouped(load.values as u64)
    );
    ui.add(Label::new(text).wrap());
    let notes = [
        load.dropped_background
            .then(|| "Of its 1001 classes the first, the background, is left out".to_owned()),
        load.network.filter(|network| network.skip_reduction.is_none()).map(|_| {
            "No tensor tells what the cell after a reduction reads as p: see the p wiring"
                .to_owned()
        }),
        (load.averages > 0).then(|| format!("{} of them are moving averages", load.averages)),
        (load.set_aside > 0).then(|| {
            format!("{} more tensors, which only training needs, were left out", load.set_aside)
        }),
    ];
    for note in notes.into_iter().flatten() {
        ui.add(Label::new(note).wrap());
    }
    if let Some(identity) = identity {
        let sentences = identity.sentences(load.old_keras_names);
        ui.add(Label::new(RichText::new(sentences).small()).wrap());
    }
    names_ui(ui, "Missing in the file", load.missing.iter().cloned());
    let wrong = load.wrong_shape.iter();
    let wrong = wrong.map(|wrong| {
        let WrongShape { path, file_name, in_file, expected } = wrong;
        format!("{path} wants {expected:?}, {file_name} is {in_file:?}")
    });
    names_ui(ui, "Of another shape", wrong);
    let unused = load.unused.iter().map(|unused| match &unused.nearest {
        Some(nearest) => format!("{} (is it {nearest}?)", unused.name),
        None => unused.name.clone(),
    });
    names_ui(ui, "Not used", unused);
    let bad = load
        .not_finite
        .iter()
        .map(|bad| format!("{} ({} numbers)", bad.path, grouped(bad.count as u64)));
    names_ui(ui, "NaN or infinite", bad);
}

/// A heading with a count, and the first of many names.
fn names_ui(ui: &mut Ui, title: &str, names: impl ExactSizeIterator<Item = String>) {
    const SHOWN: usize = 40;
    let count = names.len();
    if count == 0 {
        return;
    }
    ui.add_space(theme::GAP);
    ui.strong(format!("{title}: {}", grouped(count as u64)));
    for name in names.take(SHOWN) {
        ui.add(Label::new(RichText::new(name).small()).wrap());
    }
    if let Some(more) = count.checked_sub(SHOWN).filter(|more| *more > 0) {
        ui.weak(format!("and {} more", grouped(more as u64)));
    }
}

/// The settings of `to` that `from` does not have, `N = 4, F = 44`.
fn differences(from: &Settings, to: &Settings) -> String {
    let mut parts: Vec<String> = Setting::ALL
        .iter()
        .filter(|setting| from.get(**setting) != to.get(**setting))
        .map(|setting| format!("{} = {}", setting.label(), to.get(*setting)))
        .collect();
    if from.stem != to.stem {
        parts.push(to.stem.to_string());
    }
    if from.skip_reduction != to.skip_reduction {
        let wiring = if to.skip_reduction { "p as Large" } else { "p as Mobile" };
        parts.push(wiring.to_owned());
    }
    if from.flavour != to.flavour {
        parts.push(format!("flavour {}", flavour_name(to.flavour)));
    }
    if from.family != to.family {
        parts.push(format!("built as {}", to.family));
    }
    parts.join(", ")
}
