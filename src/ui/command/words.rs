//! What commands are called, and what they do, in words.

use eframe::egui::ThemePreference;

use super::Command;
use crate::arch::{CellKind, Side, zoo};
use crate::engine::DeviceChoice;
use crate::interop::Form;
use crate::ui::canvas::CellCommand;

impl Command {
    /// What menus call it.
    pub fn text(self) -> String {
        let text = match self {
            Command::Gallery => "New…",
            Command::New(preset) => return format!("New {}", title(preset)),
            Command::Cell(command) => cell_words(command).0,
            Command::FocusCell(CellKind::Normal) => "Go to the normal cell",
            Command::FocusCell(CellKind::Reduction) => "Go to the reduction cell",
            Command::Device(DeviceChoice::Auto) => "Device: automatic",
            Command::Device(DeviceChoice::Gpu) => "Device: GPU",
            Command::Device(DeviceChoice::Cpu) => "Device: CPU",
            Command::Open => "Open…",
            Command::Save => "Save",
            Command::SaveAs => "Save as…",
            Command::Quit => "Quit",
            Command::Undo => "Undo",
            Command::Redo => "Redo",
            Command::Reset => "Reset to preset",
            Command::Copy(Form::Line) => "Copy as text",
            Command::Copy(Form::Genotype) => "Copy as DARTS genotype",
            Command::Copy(Form::Enas) => "Copy as ENAS fixed_arc",
            Command::Copy(Form::Slim) => "Copy as TF-slim lists",
            Command::Copy(Form::Controller) => "Copy as controller decisions",
            Command::Paste => "Paste network…",
            Command::Run => "Run again",
            Command::Cancel => "Cancel computation",
            Command::GetWeights => "Get published weights…",
            Command::ForgetWeights => "Use seeded weights",
            Command::WeightsReport => "Weight file report",
            Command::PreviousUnit => "Previous activations",
            Command::NextUnit => "Next activations",
            Command::Draw => "Draw a picture",
            Command::UndoStroke => "Undo stroke",
            Command::RedoStroke => "Redo stroke",
            Command::ClearPad => "Clear pad",
            Command::SaveDrawing => "Save drawing as PNG…",
            Command::Train => "Training view",
            Command::StartTraining => "Start training",
            Command::PauseTraining => "Pause or go on",
            Command::StopTraining => "Stop training",
            Command::ResumeTraining => "Resume run folder…",
            Command::TrainCell => "Train this cell",
            Command::UseTrained => "Use the trained network",
            Command::SaveTrained => "Save trained weights…",
            Command::ExportTrials => "Export trials as CSV…",
            Command::Compare => "Compare networks",
            Command::Fit => "Fit both cells",
            Command::ToggleSettings => "Settings panel",
            Command::ToggleResults => "Results panel",
            Command::ToggleTable => "Cost table",
            Command::Theme(ThemePreference::Light) => "Light theme",
            Command::Theme(ThemePreference::Dark) => "Dark theme",
            Command::Theme(ThemePreference::System) => "Follow system theme",
            Command::ZoomIn => "Zoom in",
            Command::ZoomOut => "Zoom out",
            Command::ZoomReset => "Normal size",
            Command::Palette => "Command palette…",
            Command::Help => "Keyboard shortcuts",
        };
        text.to_owned()
    }

    /// What it does, in a line.
    pub fn tooltip(self) -> &'static str {
        match self {
            Command::Gallery => {
                "Choose a network to start from: published ones with their cells and figures"
            }
            Command::New(preset) => note(preset),
            Command::Cell(command) => cell_words(command).1,
            Command::FocusCell(_) => "Give the keyboard to its canvas: arrows walk, Enter opens",
            Command::Open => "Open an architecture, a picture or a weight file",
            Command::Save => "Save the architecture to its file",
            Command::SaveAs => "Save the architecture to another file",
            Command::Quit => "End the program; unsaved changes are asked for",
            Command::Undo => "Take the last edit back",
            Command::Redo => "Do the last undone edit again",
            Command::Reset => "Return to the preset that the network started from; can be undone",
            Command::Copy(Form::Line) => {
                "Copy the whole network as a line for a message; pasted into the window, it opens"
            }
            Command::Copy(Form::Genotype) => "Copy both cells as Python's Genotype(...) of DARTS",
            Command::Copy(Form::Enas) => "Copy both cells as the whole numbers that ENAS takes",
            Command::Copy(Form::Slim) => "Copy both cells as the lists of TF-slim's nasnet_utils",
            Command::Copy(Form::Controller) => {
                "Copy both cells as the decisions of NASNet's controller"
            }
            Command::Paste => {
                "Check a network that is written as text, and open it; Ctrl+V in the window opens at once"
            }
            Command::Run => "Build the network and run it on the picture once more",
            Command::Cancel => "End what is being computed; the last result stays",
            Command::GetWeights => {
                "The weight files of Keras, timm, TF-slim and Cadene's collection: fetch and open them"
            }
            Command::ForgetWeights => {
                "Forget the weight file: back to the program's own weights where they fit, else to seeded ones"
            }
            Command::WeightsReport => "Which weights of the file were used, and which not",
            Command::Device(DeviceChoice::Auto) => "Compute on a real GPU if there is one",
            Command::Device(DeviceChoice::Gpu) => "Compute on the GPU, even a software one",
            Command::Device(DeviceChoice::Cpu) => "Compute on the CPU",
            Command::PreviousUnit => "Show what the unit before computes",
            Command::NextUnit => "Show what the next unit computes",
            Command::Draw => "Show or leave the pad to draw on; the network answers while you draw",
            Command::UndoStroke => "Take the last stroke on the pad back, or what was cleared",
            Command::RedoStroke => "Draw the stroke again that was taken back last",
            Command::ClearPad => "Take every stroke off the pad; Undo stroke brings them back",
            Command::SaveDrawing => "Save what is on the pad as a picture file",
            Command::Train => "Show the training in place of the cells, or the cells again",
            Command::StartTraining => "Train the open network as set in the training view",
            Command::PauseTraining => "Pause the training after its step, or go on with it",
            Command::StopTraining => {
                "End the training; with a run folder, a checkpoint is written first"
            }
            Command::ResumeTraining => {
                "Go on with the training of a run folder from its last checkpoint"
            }
            Command::TrainCell => {
                "Train a small network of both cells with three seeds: a minute or two on a CPU"
            }
            Command::UseTrained => {
                "Open the trained network with its weights and the names of its classes"
            }
            Command::SaveTrained => "Save the trained network as a weight file of this program",
            Command::ExportTrials => "Save the table of trained cells as a file for spreadsheets",
            Command::Compare => "Settings, cost and cells of two networks side by side",
            Command::Fit => "Move and scale both cells so that they are whole in view",
            Command::ToggleSettings => "Show or hide settings and totals",
            Command::ToggleResults => "Show or hide picture, predictions and activations",
            Command::ToggleTable => "Show or hide what each cell costs",
            Command::Theme(ThemePreference::Light) => "Dark text on light ground",
            Command::Theme(ThemePreference::Dark) => "Light text on dark ground",
            Command::Theme(ThemePreference::System) => "Light or dark as the desktop is",
            Command::ZoomIn => "Make everything larger",
            Command::ZoomOut => "Make everything smaller",
            Command::ZoomReset => "Make everything its normal size",
            Command::Palette => "Find any command by typing a part of its name",
            Command::Help => "Every shortcut and gesture",
        }
    }
}

/// What menus call a command for a cell, and what it does.
fn cell_words(command: CellCommand) -> (&'static str, &'static str) {
    match command {
        CellCommand::AddBlock => ("Add block", "Add a block that reads the newest state and h"),
        CellCommand::RemoveBlock => ("Remove block", "Take the selected block out of the cell"),
        CellCommand::ToggleOutput => (
            "Put on or take off the output",
            "Let the cell concatenate the selected state, or no longer",
        ),
        CellCommand::ToggleCombine => (
            "Add or concatenate the sides",
            "Change how the selected block joins its left and its right side",
        ),
        CellCommand::Plug(Side::Left) => (
            "Change left operation or source…",
            "Choose what the left side of the selected block applies, and to which state",
        ),
        CellCommand::Plug(Side::Right) => (
            "Change right operation or source…",
            "Choose what the right side of the selected block applies, and to which state",
        ),
        CellCommand::UseUnused => (
            "Use all unused states",
            "Concatenate exactly the blocks that no block reads, as the paper's text says",
        ),
        CellCommand::ResetLayout => {
            ("Reset layout", "Put every node of the cell back where the layout would have it")
        }
    }
}

fn title(preset: &str) -> &str {
    zoo::PRESETS.iter().find(|known| known.name == preset).map_or(preset, |known| known.title)
}

fn note(preset: &'static str) -> &'static str {
    zoo::PRESETS.iter().find(|known| known.name == preset).map_or(preset, |known| known.note)
}
