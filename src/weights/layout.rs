//! From the layouts of Keras and TensorFlow to this crate's, which are PyTorch's.

use super::Tensor;

/// How a tensor of Keras or TensorFlow has to be turned to become ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    AsIs,
    /// `[height, width, in, out]` -> `[out, in, height, width]`.
    Convolution,
    /// `[height, width, channels, 1]` -> `[channels, 1, height, width]`.
    Depthwise,
    /// `[in, out]` -> `[out, in]`.
    Dense,
}

impl Layout {
    fn axes(self) -> Option<&'static [usize]> {
        match self {
            Self::AsIs => None,
            Self::Convolution => Some(&[3, 2, 0, 1]),
            Self::Depthwise => Some(&[2, 3, 0, 1]),
            Self::Dense => Some(&[1, 0]),
        }
    }

    /// The shape the turned tensor has, or the shape as it is where the rank does not fit.
    pub(crate) fn shape(self, given: &[usize]) -> Vec<usize> {
        match self.axes() {
            Some(axes) if axes.len() == given.len() => {
                axes.iter().map(|&axis| given[axis]).collect()
            }
            _ => given.to_vec(),
        }
    }

    /// The turned tensor. Its rank must fit, which [`Self::shape`] tells.
    pub(crate) fn apply(self, tensor: &Tensor) -> Tensor {
        match self.axes() {
            Some(axes) if axes.len() == tensor.shape.len() => tensor.permuted(axes),
            _ => tensor.clone(),
        }
    }

    /// The same without a copy of what stays as it is.
    pub(crate) fn turned(self, tensor: Tensor) -> Tensor {
        match self {
            Self::AsIs => tensor,
            _ => self.apply(&tensor),
        }
    }
}
