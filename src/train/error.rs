//! Why a training ended early.

use std::path::PathBuf;

use super::RecipeError;
use crate::data::DatasetError;
use crate::files::FileError;
use crate::weights::{SaveError, WeightsError};

/// Why a training did not start or did not come to its end. Whatever it is, the last checkpoint
/// stays.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// The user stopped it.
    #[error("stopped")]
    Stopped,
    /// A setting makes no sense.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// The network cannot be as small as asked for.
    #[error(transparent)]
    Network(#[from] crate::arch::EditError),
    /// The pictures could not be had.
    #[error(transparent)]
    Data(#[from] DatasetError),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A weight file could not be read.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The network could not be saved.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// Fewer pictures than one batch.
    #[error(
        "{pictures} pictures to train on are fewer than one batch of {batch}; lower the batch size"
    )]
    TooFew {
        /// Pictures to train on.
        pictures: usize,
        /// Pictures of a batch.
        batch: u32,
    },
    /// More memory than there is.
    #[error(
        "training with batches of {batch} needs about {needed}, more than the {free} that are free; lower the batch size, F or N"
    )]
    TooLarge {
        /// Pictures of a batch.
        batch: u32,
        /// What it takes, for people.
        needed: String,
        /// What is free, for people.
        free: String,
    },
    /// The network is for pictures of another size or number of classes.
    #[error("the network is for {wanted} but the pictures are {found}; {remedy}")]
    Mismatch {
        /// What the network takes.
        wanted: String,
        /// What the pictures are.
        found: String,
        /// What to do.
        remedy: String,
    },
    /// Numbers ran away.
    #[error(
        "the loss is not a number any more after step {step}: the learning rate {rate} is too high for this network; \
         lower it{}", if *.kept { " (the last checkpoint is as it was)" } else { "" }
    )]
    NotFinite {
        /// Steps done.
        step: u64,
        /// The rate at that step.
        rate: f64,
        /// Whether there is a checkpoint.
        kept: bool,
    },
    /// A checkpoint that is none.
    #[error("the checkpoint {} cannot be used: {detail}", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// A folder that holds no training, or holds one already.
    #[error("{} {detail}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it and what to do.
        detail: String,
    },
    /// The device failed.
    #[error("the device failed ({0})")]
    Device(String),
}
