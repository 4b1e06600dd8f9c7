//! A plan as networks: one that answers, batch norm folded into its convolutions, and one that
//! learns.

mod fold;
pub mod kernels;
mod layers;
mod learner;
mod network;

pub use learner::{Batch, DevicePass, HostPass, Learner, Lesson, PathFactors, Trainable, upload};
pub use network::{BuildError, Network};
