//! The document: what a NASNet is, how it may be changed, and the file it is kept in.
//!
//! Knows nothing of shapes, tensors or windows. Everything else reads an [`Architecture`] and
//! changes it only through [`Edit`].

mod architecture;
mod cell;
mod cell_error;
mod cell_file;
mod document;
mod edit;
mod family;
mod history;
mod op;
mod settings;
mod state;
mod text;
pub mod zoo;

pub use architecture::Architecture;
pub use cell::{Application, Block, Cell, Operand, State};
pub use cell_error::CellError;
pub use document::{Document, DocumentError, Positions, View};
pub use edit::{Edit, EditError};
pub use family::Family;
pub use history::History;
pub use op::{Combine, Op};
pub use settings::{Flavour, Setting, SettingError, Settings, StemKind};
pub use state::{CellKind, Side, StateName};
pub use text::cell_as_text;
