//! What can be wrong with a weight file.

use std::io;
use std::path::PathBuf;

use crate::arch::DocumentError;

/// Why a weight file cannot be read. Every message names the file and says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The system refused to open or read it.
    #[error("cannot open the weight file {}: {reason}; check the path and its permissions", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },

    /// The path is a folder.
    #[error("{} is a folder, not a weight file; give the file inside it", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
    },

    /// The file has no bytes.
    #[error("{} is empty; download or save it again", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },

    /// The content is of another kind of file.
    #[error(
        "{} is {looks_like}, not a weight file; give a .h5, .weights.h5 or .keras file of Keras, a .pth or \
         .safetensors file of PyTorch, a checkpoint of TensorFlow (its .index, or the .tar.gz), or a .safetensors \
         file of this program",
        path.display()
    )]
    NotWeights {
        /// The file.
        path: PathBuf,
        /// What the first bytes suggest, with its article: "a web page".
        looks_like: String,
    },

    /// The parts of a checkpoint are not together.
    #[error(
        "the TensorFlow checkpoint {} is not whole: {detail}; put its .index and all its .data files into one folder, \
         under the names that they were saved with",
        path.display()
    )]
    Apart {
        /// The part at hand.
        path: PathBuf,
        /// What is missing.
        detail: String,
    },

    /// The content breaks off or contradicts its own format.
    #[error("the weight file {} is damaged or incomplete ({detail}); download or save it again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong, for the brackets of the message.
        detail: String,
    },

    /// A part declares more than a file of this size can hold.
    #[error(
        "the weight file {} declares {what} of {bytes} bytes, more than the {limit} bytes that a file of its size \
         can hold; it is damaged or made to exhaust memory, so get it from a source you trust",
        path.display()
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The part that declares it, with its article: "a tensor conv/kernel".
        what: String,
        /// The size declared, in bytes.
        bytes: u64,
        /// The most that a file of this size can hold, in bytes.
        limit: u64,
    },

    /// The file uses a part of its format that this program does not read.
    #[error("the weight file {} uses {what}, which is not supported; save it again as float32", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What it uses, as the message names it.
        what: String,
    },

    /// A pickle asks for more than data: a function, an object, an instruction.
    #[error(
        "the weight file {} asks for {what}, which the weights of a network do not need, so it was not read and \
         nothing in it was run; save model.state_dict() alone, or as .safetensors",
        path.display()
    )]
    Code {
        /// The file.
        path: PathBuf,
        /// What it asks for, with its article: "the Python object posix.system".
        what: String,
    },

    /// The weights are another network's.
    #[error("{} holds {layers}, which are not a NASNet's; give a file of a NASNet-A or PNASNet-5, from Keras, timm, Cadene or TF-slim", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// The first of them by name: "the layers block1_conv1, block1_conv2 and 14 more".
        layers: String,
    },

    /// The document that the file brings cannot be used.
    #[error(transparent)]
    Document(#[from] DocumentError),

    /// Whose weights they are, only the document tells that they were saved from.
    #[error(
        "{} names its tensors as this program does but does not say of which network they are; \
         open that network first, on the command line with --arch",
        path.display()
    )]
    NoNetwork {
        /// The file.
        path: PathBuf,
    },

    /// The sizes of the weights contradict each other.
    #[error("the NASNet in {} contradicts itself: {detail}; save it again", path.display())]
    Inconsistent {
        /// The file.
        path: PathBuf,
        /// Which sizes contradict each other, and how.
        detail: String,
    },
}
