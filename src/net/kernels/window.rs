//! One channel of one picture, laid out for a sliding window.

use pulp::Simd;

use super::Geometry;

/// Where a window's taps lie in a padded channel whose columns are sorted by their remainder
/// modulo the stride: what one tap reads for neighbouring outputs then lies side by side.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub kernel: [usize; 2],
    pub dilation: usize,
    pub row_stride: usize,
    column_stride: usize,
    top: usize,
    left: usize,
    height: usize,
    width: usize,
    /// Numbers between the first columns of two remainders.
    phase: usize,
    /// Where in a row the first output reads each column of the kernel. Divisions in the innermost
    /// loops made them four times slower.
    taps: [usize; WIDEST],
}

/// Columns of the widest kernel: 7 are the most that an operation has, the auxiliary head is not
/// depthwise.
const WIDEST: usize = 8;

/// More than any processor's vector has, so that a whole vector can be read at the last output.
const SLACK: usize = 32;

impl Window {
    /// The window of a convolution.
    pub fn new(geometry: &Geometry) -> Self {
        let convolution = &geometry.convolution;
        let [row_stride, column_stride] = geometry.stride();
        let dilation = convolution.dilation as usize;
        let [height, width] = geometry.input;
        let padding = convolution.padding;
        let (top, left) = (padding.top as usize, padding.left as usize);
        Window {
            kernel: geometry.kernel(),
            dilation,
            row_stride,
            column_stride,
            top,
            left,
            height: height + top + padding.bottom as usize,
            width: width + left + padding.right as usize,
            phase: 0,
            taps: [0; WIDEST],
        }
        .sized()
    }

    /// The window that a stride-1 convolution's gradient slides over the output's gradient, with
    /// the kernel turned round.
    pub fn turned(geometry: &Geometry) -> Self {
        let window = Window::new(geometry);
        let [rows, columns] = window.kernel.map(|size| (size - 1) * window.dilation);
        let [height, width] = geometry.input;
        let (top, left) = (rows - window.top, columns - window.left);
        Window { top, left, height: height + rows, width: width + columns, ..window }.sized()
    }

    fn sized(self) -> Self {
        let phase = self.width.div_ceil(self.column_stride) + SLACK;
        let taps = std::array::from_fn(|tap| {
            let column = tap * self.dilation;
            column % self.column_stride * phase + column / self.column_stride
        });
        Window { phase, taps, ..self }
    }

    /// Numbers of a row of the padded channel.
    pub fn pitch(&self) -> usize {
        self.phase * self.column_stride
    }

    /// A row of the padded channel.
    #[inline(always)]
    pub fn row<'a>(&self, padded: &'a [f32], row: usize) -> &'a [f32] {
        &padded[row * self.pitch()..][..self.pitch()]
    }

    /// A padded channel of zeros.
    pub fn empty(&self) -> Vec<f32> {
        vec![0.0; self.height * self.pitch()]
    }

    /// Puts a channel of `columns` columns into `padded`, whose border stays as it is.
    pub fn fill(&self, padded: &mut [f32], channel: &[f32], columns: usize) {
        for (row, values) in channel.chunks_exact(columns).enumerate() {
            let target = &mut padded[(row + self.top) * self.pitch()..][..self.pitch()];
            if self.column_stride == 1 {
                target[self.left..self.left + columns].copy_from_slice(values);
                continue;
            }
            for (remainder, first) in self.places() {
                let values = values.iter().skip(remainder).step_by(self.column_stride);
                target[first..].iter_mut().zip(values).for_each(|(place, value)| *place = *value);
            }
        }
    }

    /// Takes a channel of `columns` columns out of `padded`.
    pub fn take(&self, padded: &[f32], channel: &mut [f32], columns: usize) {
        for (row, values) in channel.chunks_exact_mut(columns).enumerate() {
            let source = &padded[(row + self.top) * self.pitch()..][..self.pitch()];
            for (remainder, first) in self.places() {
                let values = values.iter_mut().skip(remainder).step_by(self.column_stride);
                values.zip(&source[first..]).for_each(|(value, place)| *value = *place);
            }
        }
    }

    /// For each of as many first columns as the stride has, where it lies in a padded row; the
    /// later columns of the same remainder follow.
    fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        let (phase, stride, left) = (self.phase, self.column_stride, self.left);
        (0..stride).map(move |column| {
            (column, (column + left) % stride * phase + (column + left) / stride)
        })
    }

    /// Where in a row the first output reads each column of the kernel.
    #[inline(always)]
    pub fn taps(&self) -> &[usize] {
        &self.taps[..self.kernel[1]]
    }
}

/// A whole vector from `values[start..]`.
#[inline(always)]
pub(super) fn load<S: Simd>(_simd: S, values: &[f32], start: usize) -> S::f32s {
    S::as_simd_f32s(&values[start..start + S::F32_LANES]).0[0]
}

/// A whole vector to `values[start..]`.
#[inline(always)]
pub(super) fn store<S: Simd>(_simd: S, values: &mut [f32], start: usize, vector: S::f32s) {
    S::as_mut_simd_f32s(&mut values[start..start + S::F32_LANES]).0[0] = vector;
}
