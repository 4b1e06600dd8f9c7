//! NASNet Explorer: see, edit, cost and run NASNet cells.
//!
//! The rooms, each importing only from those before it: `files`, `format`, `arch`, `plan`, `cost`,
//! `weights`, `net`, `interop`, `data`, `engine`, `cli`, `ui`. `ARCHITECTURE.md` describes them.
#![warn(missing_docs)]

pub mod arch;
pub mod cli;
pub mod cost;
#[cfg(feature = "compute")]
pub mod data;
#[cfg(feature = "compute")]
pub mod engine;
pub mod files;
pub mod format;
pub mod interop;
#[cfg(feature = "compute")]
pub mod net;
pub mod plan;
#[cfg(feature = "compute")]
pub mod train;
#[cfg(feature = "gui")]
pub mod ui;
#[cfg(feature = "compute")]
pub mod weights;
