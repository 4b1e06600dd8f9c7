//! The numbers around the cells, to change.

use std::cell::Cell;

use eframe::egui::{
    self, Area, ComboBox, DragValue, Event, Frame, Id, Label, Order, Rect, RichText, Slider,
    SliderClamping, TextEdit, Ui,
};

use super::{Action, heading};
use crate::arch::{CellKind, Edit, Flavour, Setting, Settings, StemKind, zoo};
use crate::ui::notices::sentence;
use crate::ui::theme;
use crate::ui::workspace::Workspace;

/// Width of the names before the sliders.
const NAMES: f32 = 92.0;
/// Width of the number fields.
const NUMBERS: f32 = 58.0;

/// What the user is typing.
#[derive(Debug, Default)]
pub struct SettingsPane {
    name: Option<String>,
    refusal: Option<Refusal>,
}

/// Why a number was not taken, until the user goes on.
#[derive(Debug)]
struct Refusal {
    setting: Setting,
    text: String,
    /// The network that refused it.
    fingerprint: Option<u64>,
}

impl SettingsPane {
    /// Says beside the field of a setting why its number was not taken.
    pub fn refuse(&mut self, setting: Setting, reason: String) {
        self.refusal = Some(Refusal { setting, text: sentence(&reason), fingerprint: None });
    }

    /// Draws the pane.
    pub fn show(&mut self, ui: &mut Ui, workspace: &Workspace, actions: &mut Vec<Action>) {
        heading(ui, "Network");
        self.name_ui(ui, workspace, actions);
        preset_ui(ui, workspace, actions);
        ui.add_space(4.0);
        self.forget_refusal(ui, workspace);
        for setting in Setting::ALL {
            let typed = setting_ui(ui, workspace, setting, actions);
            if let Some(text) = typed.unread {
                let text = format!("{} is a whole number, “{text}” is none", setting.label());
                self.refuse(setting, text);
            }
            if let Some(refusal) = self.refusal.as_ref().filter(|of| of.setting == setting) {
                refusal_ui(ui, typed.place, &refusal.text);
            }
        }
        wiring_ui(ui, workspace, actions);
        flavour_ui(ui, workspace, actions);
    }

    /// A refusal has been read when the user does something else.
    fn forget_refusal(&mut self, ui: &Ui, workspace: &Workspace) {
        let Some(refusal) = &mut self.refusal else { return };
        let now = workspace.analysis().fingerprint;
        let of = *refusal.fingerprint.get_or_insert(now);
        let goes_on = ui.input(|input| {
            let is_press = |event: &Event| matches!(event, Event::Key { pressed: true, .. });
            input.pointer.any_pressed() || input.events.iter().any(is_press)
        });
        if goes_on || of != now {
            self.refusal = None;
        }
    }

    fn name_ui(&mut self, ui: &mut Ui, workspace: &Workspace, actions: &mut Vec<Action>) {
        let current = workspace.architecture().name().to_owned();
        let mut text = self.name.clone().unwrap_or_else(|| current.clone());
        row(ui, "Name", "What you call this network; kept in its file", |ui, label| {
            let field = TextEdit::singleline(&mut text).desired_width(f32::INFINITY);
            let response = ui.add(field).labelled_by(label);
            if response.lost_focus() {
                let name = text.trim().to_owned();
                if !name.is_empty() && name != current {
                    actions.push(Action::Edit(Edit::Rename(name)));
                }
                self.name = None;
            } else if response.has_focus() {
                self.name = Some(text.clone());
            }
        });
    }
}

/// What became of a number field.
struct Typed {
    place: Rect,
    /// What was typed, if it is no number.
    unread: Option<String>,
}

/// Draws a refusal to the right of its field, over what is there: nothing moves that the next
/// click could be meant for.
fn refusal_ui(ui: &Ui, place: Rect, text: &str) {
    Area::new(Id::new("refused number"))
        .order(Order::Foreground)
        .fixed_pos(place.right_top() + egui::vec2(14.0, -4.0))
        .interactable(false)
        .show(ui.ctx(), |ui| {
            Frame::popup(ui.style()).show(ui, |ui| {
                ui.set_max_width(340.0);
                let text = RichText::new(format!("⚠ {text}")).color(theme::of(ui).warning);
                ui.add(Label::new(text).wrap());
            });
        });
}

/// A name, then what is behind it.
fn row<R>(
    ui: &mut Ui,
    name: &str,
    tooltip: &str,
    contents: impl FnOnce(&mut Ui, egui::Id) -> R,
) -> R {
    ui.horizontal(|ui| {
        let height = ui.spacing().interact_size.y;
        let (rect, _) = ui.allocate_exact_size(egui::vec2(NAMES, height), egui::Sense::hover());
        let mut names = ui.new_child(
            egui::UiBuilder::new()
                .max_rect(rect)
                .layout(egui::Layout::left_to_right(egui::Align::Center)),
        );
        let label = names.label(name).on_hover_text(tooltip);
        contents(ui, label.id)
    })
    .inner
}

fn preset_ui(ui: &mut Ui, workspace: &Workspace, actions: &mut Vec<Action>) {
    let architecture = workspace.architecture();
    let known = zoo::PRESETS.iter().find(|preset| preset.name == architecture.preset());
    let title = known.map_or(architecture.preset(), |preset| preset.title);
    let edited = workspace.preset().is_some_and(|preset| preset.architecture != *architecture);
    let text = if edited { format!("{title}, edited") } else { title.to_owned() };
    row(
        ui,
        "Preset",
        "A published network to start from; choosing one can be undone",
        |ui, label| {
            let combo = ComboBox::from_id_salt("preset")
                .width(ui.available_width())
                .selected_text(text)
                .truncate()
                .show_ui(ui, |ui| {
                    for preset in zoo::PRESETS {
                        let chosen = preset.name == architecture.preset();
                        if ui
                            .selectable_label(chosen, preset.title)
                            .on_hover_text(preset.note)
                            .clicked()
                        {
                            let network = Box::new(preset.architecture());
                            actions.push(Action::Edit(Edit::Open(network)));
                        }
                    }
                });
            combo.response.labelled_by(label);
        },
    );
}

/// The values that the slider reaches; typed ones may go on to what is legal.
fn slider_range(setting: Setting, stem: StemKind) -> (u32, u32) {
    let (least, _) = setting.range(stem);
    let most = match (setting, stem) {
        (Setting::N, _) => 20,
        (Setting::F | Setting::StemChannels, _) => 512,
        (Setting::Input, StemKind::Imagenet | StemKind::Convolutions) => 512,
        (Setting::Input, StemKind::Cifar) => 128,
        (Setting::Classes, _) => 2_000,
    };
    (least, most)
}

fn tooltip(setting: Setting) -> &'static str {
    match setting {
        Setting::N => "Normal cells in each of the three stages",
        Setting::F => "Filters of the first stage; each reduction doubles them",
        Setting::StemChannels => "Channels of the convolution that the picture enters",
        Setting::Input => "Height and width of the input, in pixels",
        Setting::Classes => "Classes that the network tells apart",
    }
}

fn setting_ui(
    ui: &mut Ui,
    workspace: &Workspace,
    setting: Setting,
    actions: &mut Vec<Action>,
) -> Typed {
    let settings = workspace.architecture().settings();
    let value = settings.get(setting);
    let (least, most) = slider_range(setting, settings.stem);
    let step = setting.step(settings);
    row(ui, setting.label(), tooltip(setting), |ui, label| {
        let mut slid = value;
        ui.spacing_mut().slider_width = (ui.available_width() - NUMBERS - 8.0).max(40.0);
        let slider = Slider::new(&mut slid, least..=most)
            .show_value(false)
            .step_by(f64::from(step))
            .logarithmic(matches!(setting, Setting::F | Setting::StemChannels | Setting::Classes))
            .clamping(SliderClamping::Edits);
        let response = ui.add(slider).labelled_by(label).on_hover_text(tooltip(setting));
        if response.changed() && slid != value {
            let edit = Edit::Set(setting, slid);
            let dragged = response.is_pointer_button_down_on();
            actions.push(if dragged { Action::Drag(edit) } else { Action::Edit(edit) });
        }
        number_ui(ui, setting, settings, value, label, actions)
    })
}

fn number_ui(
    ui: &mut Ui,
    setting: Setting,
    settings: &Settings,
    value: u32,
    label: egui::Id,
    actions: &mut Vec<Action>,
) -> Typed {
    let (least, most) = setting.range(settings.stem);
    let step = setting.step(settings);
    let mut number = value;
    let unread = Cell::new(None);
    let field = DragValue::new(&mut number)
        .speed(f64::from(step) * 0.25)
        .update_while_editing(false)
        .custom_parser(|text| {
            let parsed = parse(text);
            if parsed.is_none() {
                unread.set(Some(text.trim().to_owned()));
            }
            parsed
        });
    let size = egui::vec2(NUMBERS, ui.spacing().interact_size.y);
    let response = ui.add_sized(size, field).labelled_by(label).on_hover_text(format!(
        "{}, {least} to {most}{}. Drag or type",
        tooltip(setting),
        if step > 1 { format!(" in steps of {step}") } else { String::new() },
    ));
    let typed = Typed { place: response.rect, unread: unread.take() };
    if number == value {
        return typed;
    }
    if response.dragged() {
        // Between steps and beyond the ends there is nothing: a drag stops there.
        let nearest = (number.saturating_add(step / 2) / step * step).clamp(least, most);
        actions.push(Action::Drag(Edit::Set(setting, nearest)));
    } else {
        actions.push(Action::Edit(Edit::Set(setting, number)));
    }
    typed
}

/// A typed number, which may have its thousands separated.
fn parse(text: &str) -> Option<f64> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
    let number = plain.parse::<u32>().ok()?;
    Some(f64::from(number))
}

fn wiring_ui(ui: &mut Ui, workspace: &Workspace, actions: &mut Vec<Action>) {
    let chosen = workspace.architecture().settings().skip_reduction;
    let words = [
        (false, "As Mobile", "After a reduction, p is what the reduction read as h"),
        (true, "As Large", "After a reduction, p is what the reduction itself read as p"),
    ];
    if !workspace.architecture().cell(CellKind::Normal).concatenates() {
        // Cells of four inputs read the four cells before them, whichever those are.
        return;
    }
    let tooltip = "What the normal cell after a reduction reads as p, its second input";
    row(ui, "p wiring", tooltip, |ui, label| {
        let text = if chosen { "As Large" } else { "As Mobile" };
        let combo = ComboBox::from_id_salt("wiring")
            .width(ui.available_width())
            .selected_text(text)
            .show_ui(ui, |ui| {
                for (value, name, note) in words {
                    let item = ui.selectable_label(value == chosen, name).on_hover_text(note);
                    if item.clicked() && value != chosen {
                        actions.push(Action::Edit(Edit::SetSkipReduction(value)));
                    }
                }
            });
        combo.response.labelled_by(label).on_hover_text(tooltip);
    });
}

fn flavour_ui(ui: &mut Ui, workspace: &Workspace, actions: &mut Vec<Action>) {
    let settings = workspace.architecture().settings();
    let tooltip = "Whose arithmetic is followed where published implementations differ";
    row(ui, "Flavour", tooltip, |ui, label| {
        let combo = ComboBox::from_id_salt("flavour")
            .width(ui.available_width())
            .selected_text(flavour_name(settings.flavour))
            .show_ui(ui, |ui| {
                for flavour in Flavour::ALL {
                    let chosen = flavour == settings.flavour;
                    let item = ui.selectable_label(chosen, flavour_name(flavour));
                    if item.on_hover_text(flavour.description()).clicked() && !chosen {
                        actions.push(Action::Edit(Edit::SetFlavour(flavour)));
                    }
                }
            });
        combo.response.labelled_by(label).on_hover_text(settings.flavour.description());
    });
    row(ui, "Stem", "What comes before the first normal cell; a preset brings it", |ui, _| {
        ui.label(settings.stem.to_string());
    });
}

/// What a flavour is called.
pub fn flavour_name(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Slim => "TF-slim",
        Flavour::Keras => "Keras",
        Flavour::Timm => "timm",
    }
}
