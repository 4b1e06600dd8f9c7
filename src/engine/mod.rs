//! The thread that owns every tensor: requests in, events out.
//!
//! burn orders work by the calling thread, so all of it happens on one.

mod device;
mod handle;
mod message;

pub use device::{DeviceChoice, DeviceReport};
pub use handle::{Engine, EngineSide};
pub use message::{
    Activation, Event, JobId, PictureRun, Prediction, Request, RunResult, Training, WeightsReport,
};
