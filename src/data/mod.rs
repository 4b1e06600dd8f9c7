//! Pictures and what networks make of them: decoding, preprocessing, labels, arrays, samples,
//! drawings.

pub mod drawing;
pub mod labels;
pub mod npy;
mod picture;
mod preprocess;
mod resample;
pub mod samples;

pub use picture::{Picture, PictureError};
pub use preprocess::Preprocessing;
