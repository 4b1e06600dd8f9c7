//! A plan as a burn network, and the interpreter that runs it.

mod fold;
mod layers;
mod network;

pub use network::{BuildError, Network};
