//! The window, driven without a screen; the tests play the engine.

mod canvas;
mod cells;
mod commands;
mod compare;
mod computing;
mod documents;
mod drawing;
mod dropping;
mod four_inputs;
mod gallery;
mod notices;
mod published;
mod results;
#[path = "../server/mod.rs"]
mod server;
mod settings;
mod support;
mod text;
mod training;
mod weights;
