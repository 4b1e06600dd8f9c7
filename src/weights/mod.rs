//! Weights: from file formats to named tensors, seeded ones, and those that edits carry over.
//!
//! Knows files, names and plans, not networks that run: it gives tensors in host memory by
//! parameter path, checked against the shapes that a network wants.

mod carried;
mod error;
pub mod keras;
mod load;
mod report;
mod seed;
mod tensor;

pub use carried::{Fitted, Weights};
pub use error::WeightsError;
pub use keras::{
    Container, Inspection, KerasFile, KerasLayer, LayerKind, NetworkShape, inspect_keras,
    match_keras, read_keras,
};
pub use load::{Loaded, load};
pub use report::{Expected, How, LoadReport, NotFinite, Unused, WrongShape};
pub use seed::SEED;
pub use tensor::{Tensor, WeightTable};
