//! What can be wrong with a weight file.

use std::io;
use std::path::PathBuf;

/// Why a weight file cannot be read. Every message names the file and says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    #[error("cannot open the weight file {}: {source}; check the path and its permissions", path.display())]
    Open { path: PathBuf, source: io::Error },

    #[error("{} is a folder, not a weight file; give the .h5 or .keras file inside it", path.display())]
    Folder { path: PathBuf },

    #[error("{} is empty; download or save it again", path.display())]
    Empty { path: PathBuf },

    #[error("{} is {looks_like}, not a Keras weight file; give a .h5, .weights.h5 or .keras file", path.display())]
    NotKeras {
        path: PathBuf,
        /// What the first bytes suggest, with its article: "a web page".
        looks_like: String,
    },

    #[error("the weight file {} is damaged or incomplete ({detail}); download or save it again", path.display())]
    Damaged { path: PathBuf, detail: String },

    #[error(
        "the weight file {} declares {what} of {bytes} bytes, more than the {limit} bytes that a file of its size \
         can hold; it is damaged or made to exhaust memory, so get it from a source you trust",
        path.display()
    )]
    TooLarge { path: PathBuf, what: String, bytes: u64, limit: u64 },

    #[error("the weight file {} uses {what}, which is not supported; save it again as float32", path.display())]
    Unsupported { path: PathBuf, what: String },

    #[error("{} holds {layers}, which are not a NASNet's; give a file saved from a Keras NASNet", path.display())]
    Foreign {
        path: PathBuf,
        /// The first layers by name: "layers block1_conv1, block1_conv2 and 14 more".
        layers: String,
    },

    #[error("the NASNet in {} contradicts itself: {detail}; save it again from Keras", path.display())]
    Inconsistent { path: PathBuf, detail: String },
}
