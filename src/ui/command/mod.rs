//! Everything that the user can ask for by name: menus, shortcuts, palette and help read this.

mod words;

use eframe::egui::text_selection::LabelSelectionState;
use eframe::egui::{self, Event, Key, KeyboardShortcut, Modifiers, ThemePreference};

use crate::arch::{CellKind, zoo};
use crate::engine::DeviceChoice;
use crate::interop::Form;
use crate::ui::canvas::CellCommand;

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// Show the networks to begin with, or the cells.
    Gallery,
    /// Begin a new document from the preset of this name.
    New(&'static str),
    /// Open an architecture, a picture or a weight file.
    Open,
    /// Save to the document's file.
    Save,
    /// Save to another file.
    SaveAs,
    /// End the program.
    Quit,
    /// Take the last edit back.
    Undo,
    /// Do the last undone edit again.
    Redo,
    /// Return to the preset the document started from.
    Reset,
    /// Put the network into the clipboard as text.
    Copy(Form),
    /// Open a network from a text.
    Paste,
    /// Change the cell that was used last.
    Cell(CellCommand),
    /// Give the keyboard to the canvas of a cell.
    FocusCell(CellKind),
    /// Compute once more.
    Run,
    /// End what is being computed.
    Cancel,
    /// Show the weight files that were published, to fetch and open.
    GetWeights,
    /// Go back to seeded weights.
    ForgetWeights,
    /// Show the report on the loaded weight file.
    WeightsReport,
    /// Compute elsewhere.
    Device(DeviceChoice),
    /// Show the activations of the unit before.
    PreviousUnit,
    /// Show the activations of the unit after.
    NextUnit,
    /// Show or leave the pad to draw on.
    Draw,
    /// Take the last stroke on the pad back.
    UndoStroke,
    /// Draw the stroke again that was taken back last.
    RedoStroke,
    /// Take every stroke off the pad.
    ClearPad,
    /// Save what was drawn as a picture.
    SaveDrawing,
    /// Show the training or the cells.
    Train,
    /// Train the open network as set in the training view.
    StartTraining,
    /// Pause the training, or go on with it.
    PauseTraining,
    /// End the training.
    StopTraining,
    /// Go on with the training of a folder.
    ResumeTraining,
    /// Try the open document's cells in a small network.
    TrainCell,
    /// Put the trained network into the window.
    UseTrained,
    /// Save the trained network as a weight file.
    SaveTrained,
    /// Save the table of trials.
    ExportTrials,
    /// Compare two networks.
    Compare,
    /// Show both cells whole.
    Fit,
    /// Show or hide the settings.
    ToggleSettings,
    /// Show or hide picture, predictions and activations.
    ToggleResults,
    /// Show or hide the cost of each cell.
    ToggleTable,
    /// Light, dark or as the system has it.
    Theme(ThemePreference),
    /// Everything larger.
    ZoomIn,
    /// Everything smaller.
    ZoomOut,
    /// The normal size.
    ZoomReset,
    /// Find a command by its name.
    Palette,
    /// Show every shortcut.
    Help,
}

/// Under which heading a command stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// Documents and files.
    File,
    /// Changes of the document.
    Edit,
    /// Changes of one cell.
    Cell,
    /// Trained weights: whence, and what of them is in use.
    Weights,
    /// What is computed, and where.
    Compute,
    /// What is learned, and how.
    Train,
    /// What is shown, and how.
    View,
    /// How things are done.
    Help,
}

impl Menu {
    /// Every menu, in order.
    pub const ALL: [Menu; 8] = [
        Menu::File,
        Menu::Edit,
        Menu::Cell,
        Menu::Weights,
        Menu::Compute,
        Menu::Train,
        Menu::View,
        Menu::Help,
    ];

    /// The heading.
    pub fn label(self) -> &'static str {
        match self {
            Menu::File => "File",
            Menu::Edit => "Edit",
            Menu::Cell => "Cell",
            Menu::Weights => "Weights",
            Menu::Compute => "Compute",
            Menu::Train => "Train",
            Menu::View => "View",
            Menu::Help => "Help",
        }
    }
}

const THEMES: [ThemePreference; 3] =
    [ThemePreference::Light, ThemePreference::Dark, ThemePreference::System];

impl Command {
    /// Every command, in the order of the menus.
    pub fn all() -> Vec<Command> {
        let mut all = vec![Command::Gallery];
        all.extend(zoo::names().into_iter().map(Command::New));
        all.extend([Command::Open, Command::Save, Command::SaveAs, Command::Quit]);
        all.extend([Command::Undo, Command::Redo, Command::Reset]);
        all.extend(Form::ALL.map(Command::Copy));
        all.push(Command::Paste);
        all.extend(CellKind::BOTH.map(Command::FocusCell));
        all.extend(CellCommand::ALL.map(Command::Cell));
        all.extend([Command::GetWeights, Command::WeightsReport, Command::ForgetWeights]);
        all.extend([Command::Run, Command::Cancel]);
        all.extend(DeviceChoice::ALL.map(Command::Device));
        all.extend([Command::Train, Command::StartTraining, Command::ResumeTraining]);
        all.extend([Command::PauseTraining, Command::StopTraining]);
        all.extend([Command::UseTrained, Command::SaveTrained]);
        all.extend([Command::TrainCell, Command::ExportTrials]);
        all.extend([Command::Draw, Command::UndoStroke, Command::RedoStroke]);
        all.extend([Command::ClearPad, Command::SaveDrawing]);
        all.extend([Command::PreviousUnit, Command::NextUnit, Command::Compare, Command::Fit]);
        all.extend([Command::ToggleSettings, Command::ToggleResults, Command::ToggleTable]);
        all.extend(THEMES.map(Command::Theme));
        all.extend([Command::ZoomIn, Command::ZoomOut, Command::ZoomReset]);
        all.extend([Command::Palette, Command::Help]);
        all
    }

    /// The menu that it is in.
    pub fn menu(self) -> Menu {
        use Command as C;
        match self {
            C::Gallery | C::New(_) | C::Open | C::Save | C::SaveAs => Menu::File,
            C::SaveDrawing | C::Quit => Menu::File,
            C::Undo | C::Redo | C::Reset | C::Copy(_) | C::Paste => Menu::Edit,
            C::UndoStroke | C::RedoStroke | C::ClearPad => Menu::Edit,
            C::Cell(_) | C::FocusCell(_) => Menu::Cell,
            C::GetWeights | C::WeightsReport | C::ForgetWeights => Menu::Weights,
            C::Run | C::Cancel | C::Device(_) => Menu::Compute,
            C::Train | C::StartTraining | C::ResumeTraining | C::PauseTraining => Menu::Train,
            C::StopTraining | C::UseTrained | C::SaveTrained => Menu::Train,
            C::TrainCell | C::ExportTrials => Menu::Train,
            C::Palette | C::Help => Menu::Help,
            _ => Menu::View,
        }
    }

    /// Whether its menu lists it: the networks to begin with are in the gallery and the palette.
    pub fn is_listed(self) -> bool {
        !matches!(self, Command::New(_))
    }

    /// The keys, the one that menus show first.
    pub fn shortcuts(self) -> &'static [KeyboardShortcut] {
        const fn command(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::COMMAND, key)
        }
        const fn shifted(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key)
        }
        const fn bare(key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(Modifiers::NONE, key)
        }
        match self {
            Command::Gallery => const { &[command(Key::N)] },
            Command::Open => const { &[command(Key::O)] },
            Command::Save => const { &[command(Key::S)] },
            Command::SaveAs => const { &[shifted(Key::S)] },
            Command::Quit => const { &[command(Key::Q)] },
            Command::Undo => const { &[command(Key::Z)] },
            Command::Redo => const { &[shifted(Key::Z), command(Key::Y)] },
            Command::Copy(Form::Line) => const { &[command(Key::C)] },
            Command::FocusCell(CellKind::Normal) => const { &[command(Key::Num1)] },
            Command::FocusCell(CellKind::Reduction) => const { &[command(Key::Num2)] },
            Command::Run => const { &[command(Key::Enter), bare(Key::F5)] },
            Command::Cancel => const { &[command(Key::Period)] },
            Command::GetWeights => const { &[shifted(Key::G)] },
            Command::PreviousUnit => const { &[command(Key::PageUp)] },
            Command::NextUnit => const { &[command(Key::PageDown)] },
            Command::Train => const { &[command(Key::T)] },
            Command::TrainCell => const { &[shifted(Key::E)] },
            Command::Compare => const { &[command(Key::D)] },
            Command::Fit => const { &[shifted(Key::F)] },
            Command::ToggleSettings => const { &[shifted(Key::L)] },
            Command::ToggleResults => const { &[shifted(Key::R)] },
            Command::ToggleTable => const { &[shifted(Key::T)] },
            Command::ZoomIn => const { &[command(Key::Plus), command(Key::Equals)] },
            Command::ZoomOut => const { &[command(Key::Minus)] },
            Command::ZoomReset => const { &[command(Key::Num0)] },
            Command::Palette => const { &[command(Key::P), command(Key::K)] },
            Command::Help => const { &[bare(Key::F1)] },
            _ => &[],
        }
    }

    /// What its keys do while the drawing pad has the keyboard.
    pub fn on_pad(self) -> Command {
        match self {
            Command::Undo => Command::UndoStroke,
            Command::Redo => Command::RedoStroke,
            other => other,
        }
    }

    /// The key that does it while the canvas of a cell has the keyboard.
    pub fn key_on_cell(self) -> Option<&'static str> {
        match self {
            Command::Cell(CellCommand::AddBlock) => Some("A"),
            Command::Cell(CellCommand::RemoveBlock) => Some("Delete"),
            Command::Cell(CellCommand::ToggleOutput) => Some("O"),
            Command::Cell(CellCommand::ToggleCombine) => Some("C"),
            _ => None,
        }
    }

    /// The command whose keys were pressed, if any; takes the keys from the input.
    pub fn pressed(ctx: &egui::Context) -> Option<Command> {
        let mut keys: Vec<_> = Command::all()
            .into_iter()
            .flat_map(|command| command.shortcuts().iter().map(move |keys| (*keys, command)))
            .collect();
        // `Ctrl+S` also matches `Ctrl+Shift+S`: those that ask for more come first.
        keys.sort_by_key(|(keys, _)| !keys.modifiers.shift);
        // A text field has an undo and a clipboard of its own, marked text is copied itself.
        let typing = ctx.text_edit_focused();
        let marked = || ctx.plugin_or_default::<LabelSelectionState>().lock().has_selection();
        let copying = !typing && !marked();
        keys.retain(|(_, command)| match command {
            Command::Undo | Command::Redo => !typing,
            Command::Copy(_) => copying,
            _ => true,
        });
        ctx.input_mut(|input| {
            // The desktop's window gives these keys as an event of their own.
            if copying && input.events.contains(&Event::Copy) {
                return Some(Command::Copy(Form::Line));
            }
            keys.iter().find(|(keys, _)| input.consume_shortcut(keys)).map(|(_, command)| *command)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_its_own_name_and_keys() {
        let all = Command::all();
        let mut names: Vec<_> = all.iter().map(|command| command.text()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all.len());
        let keys: Vec<_> = all.iter().flat_map(|command| command.shortcuts()).collect();
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key), "{key:?} is used twice");
        }
    }

    #[test]
    fn wording_follows_the_rules() {
        for command in Command::all() {
            for text in [command.text(), command.tooltip().to_owned()] {
                assert!(!text.ends_with('.') && !text.is_empty(), "{text}");
            }
        }
    }
}
