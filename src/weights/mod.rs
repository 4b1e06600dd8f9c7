//! Weights: from file formats to named tensors and back, seeded ones, and those that edits carry
//! over.
//!
//! Knows files, names and plans, not networks that run: it gives tensors in host memory by
//! parameter path, checked against the shapes that a network wants.

mod canonical;
mod carried;
mod container;
pub mod embedded;
mod error;
mod file;
mod half;
mod identity;
mod inferred;
mod inspection;
pub mod keras;
mod layout;
mod load;
mod matching;
pub mod published;
mod recognise;
mod report;
mod seed;
mod shape;
mod tensor;
pub mod tensorflow;
pub mod torch;
mod write;

pub use canonical::{CanonicalFile, Metadata};
pub use carried::{Fitted, Weights};
pub use container::Container;
pub use error::WeightsError;
pub use file::{NamedTensors, WeightFile, network_in, read, read_bytes, read_tensors};
pub use identity::{Identity, Published, identify};
pub use inferred::OpensAs;
pub use inspection::{Inspection, LayerSummary, OwnNetwork};
pub use keras::{KerasFile, KerasLayer, LayerKind, inspect_keras, match_keras, read_keras};
pub use load::{Loaded, load, load_bytes};
pub use recognise::looks_like_weights;
pub use report::{Expected, How, LoadReport, NotFinite, Unused, WrongShape};
pub use seed::{SEED, seeded_table};
pub use shape::NetworkShape;
pub use tensor::{Tensor, WeightTable};
pub use tensorflow::{TensorFlowFile, is_checkpoint_data};
pub use torch::TorchFile;
pub use write::{FileFormat, SaveError, SaveOptions, save, save_as, to_bytes};
