//! The window.
//!
//! Panes read the document, its cost and the last result, and say what the user wants; only
//! [`App`] changes anything. The engine is asked and answers by messages: nothing here computes
//! a network or waits for one.

mod app;
pub mod canvas;
mod command;
mod dialogs;
mod downloads;
mod hashing;
mod notices;
mod opening;
mod panes;
mod screenshot;
mod theme;
mod training;
mod window;
mod work;
mod workspace;

pub use app::{App, Start};
pub use command::{Command, Menu};
pub use dialogs::{Answer, Dialogs, FolderUse, Question};
pub use notices::{Notice, Notices, Severity};
pub use training::{
    Column, Form, News, Pictures, Stage, StartTraining, TrainingWork, TrialRun, Trials,
};
pub use window::{RunError, run};
pub use work::Work;
pub use workspace::{Analysis, Workspace};
