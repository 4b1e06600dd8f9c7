//! The settings of a run.

use eframe::egui::{
    Checkbox, ComboBox, DragValue, Id, Label, RichText, Sense, TextEdit, Ui, emath, vec2,
};

use super::{TrainingInput, command_button, duration};
use crate::arch::CellKind;
use crate::format::grouped;
use crate::train::{DropPathVersion, Recipe, RecipeError};
use crate::ui::command::Command;
use crate::ui::dialogs::FolderUse;
use crate::ui::notices::sentence;
use crate::ui::opening::file_name;
use crate::ui::panes::{Action, heading};
use crate::ui::theme;
use crate::ui::training::{Form, Pictures};

/// Width of the names before the fields.
const NAMES: f32 = 128.0;
/// Width of number fields.
const NUMBERS: f32 = 84.0;

/// Draws the settings, and the buttons that begin a training.
pub fn show(ui: &mut Ui, form: &mut Form, input: &TrainingInput<'_>, actions: &mut Vec<Action>) {
    heading(ui, "Train this network");
    let architecture = &input.analysis.architecture;
    let parameters = grouped(input.analysis.cost.parameters().trainable);
    let text = format!("{}, {parameters} parameters", architecture.name());
    ui.add(Label::new(RichText::new(text).weak()).wrap())
        .on_hover_text("The open document. It gets as many classes as the pictures have");
    ui.add_space(4.0);
    pictures_ui(ui, form, actions);
    let refusal = form.recipe.check().err();
    let problem = refusal.as_ref();
    let recipe = &mut form.recipe;
    number(
        ui,
        problem,
        "epochs",
        "Epochs",
        "Times that each picture is seen",
        &mut recipe.epochs,
        0.1,
    );
    number(ui, problem, "batch", "Batch", "Pictures of one step", &mut recipe.batch, 0.5);
    let tooltip = "The highest learning rate; it falls to zero along half a cosine";
    number(
        ui,
        problem,
        "learning rate",
        "Learning rate",
        tooltip,
        &mut recipe.learning_rate,
        0.001,
    );
    let tooltip = "ScheduledDropPath: probability that a path of the last cell is kept at the end; 1 drops none";
    number(
        ui,
        problem,
        "keep-path probability",
        "Keep path",
        tooltip,
        &mut recipe.keep_path,
        0.005,
    );
    start_from_ui(ui, form, input);
    folder_ui(ui, "Run folder", &mut form.run_folder, FolderUse::Run, actions);
    if form.run_folder.trim().is_empty() {
        ui.add(
            Label::new(
                RichText::new("No run folder: nothing is saved before the end").small().weak(),
            )
            .wrap(),
        );
    }
    more_ui(ui, form, problem);
    ui.add_space(6.0);
    estimate_ui(ui, form, input);
    ui.horizontal_wrapped(|ui| {
        command_button(ui, input, Command::StartTraining, "Start training", actions);
        command_button(ui, input, Command::ResumeTraining, "Resume run folder…", actions);
    });
    // A disabled button alone would leave the user searching.
    if let Some(problem) = form.problem() {
        let text = RichText::new(format!("⚠ {}", sentence(&problem)));
        ui.add(Label::new(text.color(theme::of(ui).warning)).wrap());
    }
    ui.add_space(theme::GAP);
    heading(ui, "Try the cells");
    let text = "How well do they learn? Three short trainings of a small network made of them";
    ui.add(Label::new(RichText::new(text).weak()).wrap());
    command_button(ui, input, Command::TrainCell, "Train this cell", actions);
}

fn pictures_ui(ui: &mut Ui, form: &mut Form, actions: &mut Vec<Action>) {
    row(ui, "Pictures", "What is learned", |ui, label| {
        let combo = ComboBox::from_id_salt("pictures to train on")
            .width(ui.available_width())
            .selected_text(form.pictures.label())
            .show_ui(ui, |ui| {
                for pictures in Pictures::ALL {
                    let chosen = form.pictures == pictures;
                    let item = ui.selectable_label(chosen, pictures.label());
                    if item.on_hover_text(pictures.note()).clicked() && !chosen {
                        form.pictures = pictures;
                        if pictures != Pictures::Shapes && form.pictures_folder.is_empty() {
                            actions.push(Action::AskFolder(FolderUse::Pictures));
                        }
                    }
                }
            });
        combo.response.labelled_by(label).on_hover_text(form.pictures.note());
    });
    if form.pictures != Pictures::Shapes {
        let folder = &mut form.pictures_folder;
        folder_ui(ui, "Their folder", folder, FolderUse::Pictures, actions);
    }
    let tooltip = "At most so many pictures to train on; 0 for all (of shapes 40,000)";
    number(ui, None, "", "How many", tooltip, &mut form.limit, 50.0);
}

/// A path to type, or to choose in a dialog.
fn folder_ui(
    ui: &mut Ui,
    name: &str,
    text: &mut String,
    used: FolderUse,
    actions: &mut Vec<Action>,
) {
    let tooltip = match used {
        FolderUse::Run => {
            "Where settings, course, checkpoints and network are saved; a stopped training can be resumed from it"
        }
        _ => "The folder of the pictures",
    };
    row(ui, name, tooltip, |ui, label| {
        let width = (ui.available_width() - 80.0).max(60.0);
        let field = TextEdit::singleline(text).desired_width(width).hint_text("none");
        ui.add(field).labelled_by(label).on_hover_text(tooltip);
        if ui.button("Choose…").on_hover_text(used.title()).clicked() {
            actions.push(Action::AskFolder(used));
        }
    });
}

fn start_from_ui(ui: &mut Ui, form: &mut Form, input: &TrainingInput<'_>) {
    let name = input.weights.map(file_name);
    let text = match &name {
        Some(name) => format!("Start from {name}"),
        None => "Start from loaded weights".to_owned(),
    };
    let mut from = form.from_current && name.is_some();
    let response = ui.add_enabled(name.is_some(), Checkbox::new(&mut from, text));
    let response = response
        .on_hover_text("Begin with what fits of the weight file in use instead of seeded weights")
        .on_disabled_hover_text(
            "No weight file is loaded: the training begins with seeded weights",
        );
    if response.changed() {
        form.from_current = from;
    }
}

fn more_ui(ui: &mut Ui, form: &mut Form, problem: Option<&RecipeError>) {
    let text = if form.more { "Fewer settings" } else { "More settings" };
    let sign = if form.more { "⏷" } else { "⏵" };
    let button = ui.button(format!("{sign} {text}"));
    let button = button.on_hover_text("Schedule, regularisation, augmentation, seeds");
    if button.clicked() {
        form.more = !form.more;
    }
    // A setting that is refused must not be hidden.
    let shown = ["epochs", "batch", "learning rate", "keep-path probability"];
    if form.more || problem.is_some_and(|problem| !shown.contains(&problem.name)) {
        regularisation_ui(ui, &mut form.recipe, problem);
        optimiser_ui(ui, &mut form.recipe, problem);
        data_ui(ui, form, problem);
    }
}

fn regularisation_ui(ui: &mut Ui, recipe: &mut Recipe, problem: Option<&RecipeError>) {
    let tooltip = "What the dropping of paths grows with";
    row(ui, "Paths dropped", tooltip, |ui, label| {
        let versions = [
            (DropPathVersion::V3, "By depth and step", "ScheduledDropPath as published (v3)"),
            (DropPathVersion::V2, "By depth", "The deeper, the more, from the first step on (v2)"),
            (DropPathVersion::V1, "By step", "All cells alike, more with every step (v1)"),
        ];
        let chosen = versions.iter().find(|(version, ..)| *version == recipe.drop_path);
        let combo = ComboBox::from_id_salt("drop path version")
            .width(ui.available_width())
            .selected_text(chosen.map_or("", |(_, name, _)| name))
            .show_ui(ui, |ui| {
                for (version, name, note) in versions {
                    let item = ui.selectable_label(recipe.drop_path == version, name);
                    if item.on_hover_text(note).clicked() {
                        recipe.drop_path = version;
                    }
                }
            });
        combo.response.labelled_by(label).on_hover_text(tooltip);
    });
    let tooltip = "Part of the target that all classes share";
    number(
        ui,
        problem,
        "label smoothing",
        "Label smoothing",
        tooltip,
        &mut recipe.label_smoothing,
        0.005,
    );
    let tooltip = "Weight of the auxiliary head's loss; 0 leaves the head out";
    number(ui, problem, "auxiliary weight", "Auxiliary head", tooltip, &mut recipe.auxiliary, 0.01);
    let tooltip = "Pull of the weights towards zero";
    number(ui, problem, "weight decay", "Weight decay", tooltip, &mut recipe.weight_decay, 0.0001);
    let tooltip = "Whether pictures are shifted and, where that keeps their class, mirrored";
    ui.checkbox(&mut recipe.augment, "Shift and mirror pictures").on_hover_text(tooltip);
    let cutout = ui.add_enabled(recipe.augment, Checkbox::new(&mut recipe.cutout, "Cutout"));
    cutout
        .on_hover_text("A square is cut out of each picture")
        .on_disabled_hover_text("Part of the augmentation, which is off");
    let tooltip =
        "Stages whose weights stay as they are: 0 none, 1 the stem, 2 the first stage too";
    number(ui, problem, "frozen stages", "Frozen stages", tooltip, &mut recipe.frozen_stages, 0.05);
}

fn optimiser_ui(ui: &mut Ui, recipe: &mut Recipe, problem: Option<&RecipeError>) {
    let tooltip = "Epochs in which the rate rises to its highest first";
    number(ui, problem, "warm-up", "Warm-up", tooltip, &mut recipe.warm_up, 0.05);
    let tooltip = "How much of a step the next one keeps";
    number(ui, problem, "momentum", "Momentum", tooltip, &mut recipe.momentum, 0.005);
    let tooltip = "Longest gradient; longer ones are scaled down to it";
    number(ui, problem, "clip", "Gradient clip", tooltip, &mut recipe.clip, 0.05);
    let tooltip = "How much of the weights' moving average each step keeps";
    number(ui, problem, "average", "Weight average", tooltip, &mut recipe.average, 0.0005);
    let tooltip = "How much of the batch norms' moving statistics each step keeps";
    let momentum = &mut recipe.batch_norm_momentum;
    number(ui, problem, "batch norm momentum", "Batch norm", tooltip, momentum, 0.005);
}

fn data_ui(ui: &mut Ui, form: &mut Form, problem: Option<&RecipeError>) {
    let tooltip = "At most so many pictures each to validate and to test with; 0 for all";
    number(ui, None, "", "Held out", tooltip, &mut form.held_out, 10.0);
    let tooltip = "Decides everything random of the training; the same seed, the same course";
    number(ui, problem, "seed", "Seed", tooltip, &mut form.recipe.seed, 0.05);
    let tooltip = "Decides what is generated, and which pictures of a folder are for what";
    number(ui, None, "", "Seed of pictures", tooltip, &mut form.data_seed, 0.05);
}

/// How long it will take, where a run of the same network has shown how fast it learns. Always a
/// line, so that the buttons below stay where they are.
fn estimate_ui(ui: &mut Ui, form: &Form, input: &TrainingInput<'_>) {
    let last = input.work.start().zip(input.work.points().last());
    let same = last.filter(|(start, point)| {
        let now = &input.analysis.architecture;
        let like = |kind| start.architecture.cell(kind) == now.cell(kind);
        start.parameters == input.analysis.cost.parameters().trainable
            && CellKind::BOTH.into_iter().all(like)
            && point.pictures_per_second > 0.0
    });
    let pictures = form.limit as f64 * f64::from(form.recipe.epochs);
    let text = match same {
        Some((_, point)) if pictures > 0.0 => {
            let seconds = duration(pictures / point.pictures_per_second);
            format!("Takes about {seconds} at the last speed")
        }
        _ => "How long it takes shows once it runs".to_owned(),
    };
    ui.weak(text);
}

/// A name, then what is behind it.
fn row<R>(ui: &mut Ui, name: &str, tooltip: &str, contents: impl FnOnce(&mut Ui, Id) -> R) -> R {
    ui.horizontal(|ui| {
        let height = ui.spacing().interact_size.y;
        let (rect, _) = ui.allocate_exact_size(vec2(NAMES, height), Sense::hover());
        let inside = eframe::egui::UiBuilder::new().max_rect(rect);
        let mut names = ui.new_child(
            inside.layout(eframe::egui::Layout::left_to_right(eframe::egui::Align::Center)),
        );
        let label = names.label(name).on_hover_text(tooltip);
        contents(ui, label.id)
    })
    .inner
}

/// A number; what is wrong with it stands below it. `key` is the recipe's name for it.
fn number<N: emath::Numeric>(
    ui: &mut Ui,
    problem: Option<&RecipeError>,
    key: &str,
    name: &str,
    tooltip: &str,
    value: &mut N,
    speed: f64,
) {
    row(ui, name, tooltip, |ui, label| {
        let decimals = if N::INTEGRAL { 0 } else { 6 };
        let field = DragValue::new(value).speed(speed).max_decimals(decimals);
        let size = vec2(NUMBERS, ui.spacing().interact_size.y);
        ui.add_sized(size, field)
            .labelled_by(label)
            .on_hover_text(format!("{tooltip}. Drag or type"));
    });
    if let Some(problem) = problem.filter(|problem| !key.is_empty() && problem.name == key) {
        let range = format!("⚠ It may be {} to {}", problem.least, problem.most);
        ui.colored_label(theme::of(ui).warning, range);
    }
}
