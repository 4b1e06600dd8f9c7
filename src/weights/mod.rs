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
mod inspection;
pub mod keras;
mod layout;
mod load;
mod matching;
mod md5;
pub mod published;
mod recognise;
mod report;
mod seed;
mod shape;
mod tensor;
pub mod tensorflow;
pub mod torch;

pub use canonical::{CanonicalFile, Metadata, SaveError, SaveOptions, save, to_bytes};
pub use carried::{Fitted, Weights};
pub use container::Container;
pub use error::WeightsError;
pub use file::{NamedTensors, WeightFile, network_in, read, read_bytes, read_tensors};
pub use identity::{Identity, Published, identify};
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
