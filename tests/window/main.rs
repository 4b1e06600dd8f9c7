//! Tests of the window without a GPU: real pointer and key events through egui_kittest.
#![cfg(feature = "gui")]

mod canvas;
