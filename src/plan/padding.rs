//! SAME padding, exactly.

/// Rows and columns put around a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Padding {
    /// Rows above.
    pub top: u32,
    /// Rows below.
    pub bottom: u32,
    /// Columns on the left.
    pub left: u32,
    /// Columns on the right.
    pub right: u32,
}

impl Padding {
    /// No padding, called VALID.
    pub const NONE: Padding = Padding { top: 0, bottom: 0, left: 0, right: 0 };

    /// TensorFlow's SAME for a value of `size` (rows, columns). With an odd total the extra row
    /// or column is at the end. Keras' `correct_pad` gives the same for stride 2 and odd kernels.
    pub fn same(size: [u32; 2], kernel: [u32; 2], stride: [u32; 2], dilation: u32) -> Padding {
        let along = |axis: usize| {
            let reach = (kernel[axis] - 1) * dilation + 1;
            let needed = (same_size(size[axis], stride[axis]) - 1) * stride[axis] + reach;
            let total = needed.saturating_sub(size[axis]);
            (total / 2, total - total / 2)
        };
        let ((top, bottom), (left, right)) = (along(0), along(1));
        Padding { top, bottom, left, right }
    }

    /// PyTorch's half of the kernel's reach before, and after it what is read: as many samples as
    /// [`Padding::same`] gives, but with an odd total the extra row or column is at the start.
    pub fn symmetric(size: [u32; 2], kernel: [u32; 2], stride: [u32; 2], dilation: u32) -> Padding {
        let same = Self::same(size, kernel, stride, dilation);
        let along = |axis: usize, total: u32| {
            let before = ((kernel[axis] - 1) * dilation / 2).min(total);
            (before, total - before)
        };
        let (top, bottom) = along(0, same.top + same.bottom);
        let (left, right) = along(1, same.left + same.right);
        Padding { top, bottom, left, right }
    }

    /// Whether nothing is put anywhere.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

/// The size that SAME padding gives: `ceil(size / stride)`.
pub fn same_size(size: u32, stride: u32) -> u32 {
    size.div_ceil(stride)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(size: u32, kernel: u32, stride: u32, dilation: u32) -> (u32, u32) {
        let padding = Padding::same([size; 2], [kernel; 2], [stride; 2], dilation);
        assert_eq!((padding.top, padding.bottom), (padding.left, padding.right));
        (padding.top, padding.bottom)
    }

    #[test]
    fn stride_two_pads_as_the_published_code_does() {
        for (kernel, even, odd) in [(3, (0, 1), (1, 1)), (5, (1, 2), (2, 2)), (7, (2, 3), (3, 3))] {
            assert_eq!(rows(56, kernel, 2, 1), even);
            assert_eq!(rows(83, kernel, 2, 1), odd);
        }
        assert_eq!(rows(56, 1, 2, 1), (0, 0));
    }

    #[test]
    fn symmetric_padding_begins_with_half_the_reach() {
        let rows = |size, kernel, stride, dilation| {
            let padding = Padding::symmetric([size; 2], [kernel; 2], [stride; 2], dilation);
            (padding.top, padding.bottom)
        };
        for (kernel, even, odd) in [(3, (1, 0), (1, 1)), (5, (2, 1), (2, 2)), (7, (3, 2), (3, 3))] {
            assert_eq!(rows(56, kernel, 2, 1), even);
            assert_eq!(rows(83, kernel, 2, 1), odd);
            assert_eq!(rows(28, kernel, 1, 1), (kernel / 2, kernel / 2));
        }
        assert_eq!(rows(56, 5, 2, 2), (4, 3));
        assert_eq!(rows(56, 1, 2, 1), (0, 0));
        assert_eq!(rows(1, 2, 1, 1), (0, 1));
    }

    #[test]
    fn stride_one_pads_half_the_reach() {
        assert_eq!(rows(28, 5, 1, 1), (2, 2));
        assert_eq!(rows(28, 3, 1, 2), (2, 2));
        assert_eq!(rows(1, 7, 1, 1), (3, 3));
    }
}
