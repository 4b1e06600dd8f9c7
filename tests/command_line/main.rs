//! The program as people and scripts use it: the real binary, its two streams and its exit status.

mod activations;
mod bad_documents;
mod bad_pictures;
mod bad_tensors;
mod bad_weights;
mod bench;
mod classify;
mod convert;
mod data;
mod documents;
mod evaluate;
mod fetch;
mod forward;
mod four_inputs;
mod hdf5_bytes;
mod own_weights;
mod presets_info;
mod screenshot;
#[path = "../server/mod.rs"]
mod server;
mod streams;
mod support;
mod tour;
mod train;
mod weights;
