//! Why weights cannot be written.

use crate::files::FileError;

/// Why weights cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SaveError {
    /// The system refused.
    #[error(transparent)]
    File(#[from] FileError),
    /// The network wants a tensor that is not there.
    #[error("the weights lack {path}, which the network wants; save them with their own network")]
    Missing {
        /// The parameter.
        path: String,
    },
    /// A tensor is not of the shape that the network wants.
    #[error(
        "the weights' {path} is {found:?} where the network wants {expected:?}; \
         save them with their own network"
    )]
    Shape {
        /// The parameter.
        path: String,
        /// The tensor's shape.
        found: Vec<usize>,
        /// The network's.
        expected: Vec<usize>,
    },
    /// A file with such numbers would be of no use.
    #[error("the weights' {path} holds NaN or infinity, so they are not saved")]
    NotFinite {
        /// The parameter.
        path: String,
    },
    /// float16 ends at 65504.
    #[error(
        "the weights' {path} holds {value:e}, which is infinite as float16; save them as float32"
    )]
    BeyondHalf {
        /// The parameter.
        path: String,
        /// Its first such number.
        value: f32,
    },
    /// The format belongs to a program that does not build this network.
    #[error(
        "{program} cannot load these weights: {reason}; this program's own .safetensors holds any network"
    )]
    Unfit {
        /// The program.
        program: &'static str,
        /// What differs, and what to do.
        reason: String,
    },
    /// Not one label a class.
    #[error("there are {labels} labels for {classes} classes; give one for each")]
    Labels {
        /// Labels given.
        labels: usize,
        /// Classes of the network.
        classes: u32,
    },
}
