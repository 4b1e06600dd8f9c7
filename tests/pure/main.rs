//! Tests of the rooms that need neither burn nor egui.

mod costs;
mod documents;
mod edits;
mod family;
mod four_inputs;
mod genotypes;
mod lowering;
mod messages;
mod operations;
mod rooms;
mod support;
mod texts;
