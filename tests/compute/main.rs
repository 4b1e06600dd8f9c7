//! Tests of the rooms that compute: pictures, weight files, networks, the engine.

mod data;
mod embedded;
mod engine;
mod family;
mod network;
mod tensorflow;
mod torch;
mod training;
mod trainings;
mod weights;
