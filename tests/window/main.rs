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
mod notices;
mod results;
mod settings;
mod support;
mod training;
mod weights;
