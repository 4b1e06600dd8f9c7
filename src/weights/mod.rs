//! Weight files.

mod carried;
mod seed;
mod tensor;

pub use carried::{Fitted, Weights};
pub use seed::SEED;
pub use tensor::{Tensor, WeightTable};

/// What a weight file held and what of it fits the network.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct LoadReport {
    /// Tensors matched.
    pub matched: usize,
    /// Parameters of the network that the file does not hold.
    pub missing: Vec<String>,
}

impl std::fmt::Display for LoadReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} tensors matched, {} missing", self.matched, self.missing.len())
    }
}
