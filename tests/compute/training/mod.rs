//! Training: gradients against finite differences, burn's autodiff and PyTorch; what a run leaves behind.

mod double;
mod failures;
mod four_inputs;
mod gradients;
mod kernels;
mod learning;
mod repeat;
mod runs;
mod support;
mod torch;
