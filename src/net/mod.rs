//! A plan as burn networks: one that answers, batch norm folded into its convolutions, and one
//! that learns.

mod differentiable;
mod fold;
pub mod kernels;
mod layers;
mod network;
mod trainable;

pub use network::{BuildError, Network};
pub use trainable::{Outputs, PathFactors, Trainable, upload};
