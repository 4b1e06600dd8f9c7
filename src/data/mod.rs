//! Pictures and what networks make of them: decoding, preprocessing, labels, arrays, samples, drawings, and
//! sets of labelled pictures to train on.

mod augment;
mod cifar;
mod dataset;
pub mod drawing;
mod folder;
pub mod labels;
mod linear;
pub mod npy;
mod picture;
mod preprocess;
mod resample;
pub mod samples;
pub mod shapes;
mod stream;

pub use augment::{Augmentation, batch, epoch_order};
pub use dataset::{DataSource, Dataset, DatasetError, GoOn, OpenOptions, Skipped, Splits, open};
pub use linear::linear_accuracy;
pub use picture::{Picture, PictureError};
pub use preprocess::Preprocessing;
