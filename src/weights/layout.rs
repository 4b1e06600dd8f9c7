//! From the layouts of Keras and TensorFlow to this crate's, which are PyTorch's, and back.

use std::borrow::Cow;

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

    /// From our layout back to theirs: what [`Self::apply`] makes of the result is `tensor` again.
    pub(crate) fn undone(self, tensor: &Tensor) -> Cow<'_, Tensor> {
        let Some(axes) = self.axes().filter(|axes| axes.len() == tensor.shape.len()) else {
            return Cow::Borrowed(tensor);
        };
        let mut back = vec![0; axes.len()];
        for (ours, &theirs) in axes.iter().enumerate() {
            back[theirs] = ours;
        }
        Cow::Owned(tensor.permuted(&back))
    }

    /// The same without a copy of what stays as it is.
    pub(crate) fn turned(self, tensor: Tensor) -> Tensor {
        match self {
            Self::AsIs => tensor,
            _ => self.apply(&tensor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undone_is_applied_again() {
        for (layout, shape) in [
            (Layout::AsIs, &[6][..]),
            (Layout::Convolution, &[5, 4, 3, 2]),
            (Layout::Depthwise, &[5, 1, 3, 2]),
            (Layout::Dense, &[5, 4]),
        ] {
            let count: usize = shape.iter().product();
            let data = (0..count).map(|index| index as f32).collect();
            let tensor = Tensor { shape: shape.to_vec(), data };
            let theirs = layout.undone(&tensor);
            assert_eq!(layout.apply(&theirs), tensor, "{layout:?}");
        }
        // [out, in, height, width] -> [height, width, in, out]
        let tensor = Tensor { shape: vec![2, 3, 5, 7], data: vec![0.0; 210] };
        assert_eq!(Layout::Convolution.undone(&tensor).shape, [5, 7, 3, 2]);
    }
}
