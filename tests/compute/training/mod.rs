//! Training: gradients against finite differences, burn's autodiff and PyTorch; what a run leaves behind.

mod double;
mod gradients;
mod kernels;
mod support;
mod torch;
