//! The parts of the window. Each shows what it is given and says what the user wants done.

use eframe::egui;

pub mod activations;
pub mod bar;
pub mod channel;
pub mod compare;
pub mod gallery;
pub mod help;
pub mod menu;
pub mod montage;
pub mod notice_strip;
pub mod pad;
mod pad_tools;
pub mod palette;
pub mod paste;
pub mod picture;
pub mod predictions;
pub mod published;
pub mod questions;
pub mod settings;
pub mod split;
pub mod status;
pub mod table;
pub mod totals;
pub mod training;
pub mod typed_path;
pub mod weights;

use crate::arch::{CellKind, Edit, Settings};
use crate::data::Preprocessing;
use crate::ui::canvas::CanvasAction;
use crate::ui::command::Command;
use crate::ui::dialogs::FolderUse;
use crate::weights::published::PublishedFile;

/// What the user wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A command.
    Do(Command),
    /// Show the cells in place of the gallery.
    ShowCells,
    /// A change of the document, a step of its own.
    Edit(Edit),
    /// A change of the document that belongs to the drag that is going on.
    Drag(Edit),
    /// Something on the canvas of a cell.
    Canvas(CellKind, CanvasAction),
    /// Show this sample picture to the network.
    ShowSample(usize),
    /// Pictures are brought to the input in another way.
    Preprocess(Option<Preprocessing>),
    /// The drawing changed, and the network is to see it.
    Drawn,
    /// Show the activations of this unit.
    ShowUnit(String),
    /// Remove a notice.
    Dismiss(usize),
    /// Remove every notice.
    DismissAll,
    /// Take the settings that a weight file fits, and read it again.
    SwitchSettings(Settings),
    /// Ask for a folder.
    AskFolder(FolderUse),
    /// Put the cells of this trial into the editor.
    OpenTrial(usize),
    /// Take this trial off the table.
    RemoveTrial(usize),
    /// Fetch a published weight file, or go on with it.
    Fetch(&'static PublishedFile),
    /// Stop fetching it.
    StopFetching(&'static PublishedFile),
    /// Whether to stop the training and close the window.
    StopAndQuit(bool),
    /// What to do with unsaved changes.
    Unsaved(questions::Choice),
}

/// A heading above a part of a panel.
pub fn heading(ui: &mut egui::Ui, text: &str) -> egui::Response {
    ui.label(egui::RichText::new(text).heading().strong())
}
