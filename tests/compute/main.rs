//! Tests of the rooms that compute: pictures, weight files, networks, the engine.

mod data;
mod embedded;
mod engine;
mod family;
mod fetch;
mod network;
mod preprocessing;
#[path = "../server/mod.rs"]
mod server;
mod tensorflow;
mod torch;
mod training;
mod trainings;
mod weights;
