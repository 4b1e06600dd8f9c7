//! Tests of the rooms that need neither burn nor egui.

mod costs;
