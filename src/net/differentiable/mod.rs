//! The layers that burn differentiates with our own loops on the CPU: convolution, batch norm with
//! the batch's statistics, pools. On a GPU they are burn's.
//!
//! Each is an extension of burn's backends: the layer, its gradient on every device, and the step
//! back that autodiff records.

mod convolution;
mod norm;
mod pool;

pub(super) use convolution::convolve;
pub(super) use norm::normalise;
pub(super) use pool::pool;

use burn::backend::flex::FlexTensor;
use burn::tensor::TensorData;

fn dimensions<const D: usize>(tensor: &FlexTensor) -> [usize; D] {
    tensor.layout().shape().dims()
}

/// The numbers of a tensor that was made contiguous.
fn numbers(tensor: &FlexTensor) -> &[f32] {
    tensor.as_slice().expect("contiguous float32, the only kind that networks are made of")
}

fn tensor<const D: usize>(numbers: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(numbers, shape))
}
