//! The thread that owns every tensor: requests in, events out.
//!
//! burn orders work by the calling thread, so all of it happens on one. [`Session`] is what that
//! thread works with; the command line, which waits for its answers anyway, uses one directly.

mod device;
mod handle;
mod memory;
mod message;
mod observe;
mod predict;
mod session;
mod trainer;
mod training;
mod worker;

pub use device::{DeviceChoice, DeviceError, DeviceReport};
pub use handle::{Engine, EngineSide, Wake};
pub use memory::{TooLarge, TooMany};
pub use message::{Event, JobId, Request, RunResult, WeightsReport};
pub use observe::Activation;
pub use predict::{Prediction, ranked};
pub use session::{Forward, GoOn, PictureRun, Session, SessionError, Training};
pub use trainer::{StepTimes, Trainer};
pub use training::{
    RunRequest, SampleShown, TrainingEvent, TrainingHandle, TrainingProgress, TrainingRequest,
    TrainingResult, TrainingSide, TrainingStart, TrialRequest, start_training,
};
pub use worker::start;
