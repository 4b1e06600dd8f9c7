//! Convolutions over all channels, as products of matrices.

use pulp::Arch;
use rayon::prelude::*;

use super::Geometry;
use super::matrix::{AddOuter, Multiply};

/// Pictures whose weight gradients are summed by one thread: a fixed number, so that the sum does
/// not depend on how many threads there are.
const GROUP: usize = 4;

pub(super) fn forward(geometry: &Geometry, input: &[f32], weight: &[f32], output: &mut [f32]) {
    let (columns, inner) = (geometry.output_plane(), geometry.inner());
    let made = geometry.channels_made() * columns;
    let read = geometry.channels_read() * geometry.input_plane();
    output.par_chunks_mut(made).zip(input.par_chunks(read)).for_each_init(
        || geometry.patches(),
        |patches, (result, picture)| {
            let right = geometry.gathered(picture, patches);
            Arch::new().dispatch(Multiply { left: weight, right, result, inner, columns });
        },
    );
}

pub(super) fn input_gradient(
    geometry: &Geometry,
    weight: &[f32],
    gradient: &[f32],
    result: &mut [f32],
) {
    let (columns, inner, outer) =
        (geometry.output_plane(), geometry.inner(), geometry.channels_made());
    let transposed: Vec<f32> = (0..inner)
        .flat_map(|column| (0..outer).map(move |row| weight[row * inner + column]))
        .collect();
    let read = geometry.channels_read() * geometry.input_plane();
    result.par_chunks_mut(read).zip(gradient.par_chunks(outer * columns)).for_each_init(
        || geometry.patches(),
        |patches, (result, gradient)| {
            let (left, right) = (&transposed, gradient);
            if geometry.is_pointwise() {
                Arch::new().dispatch(Multiply { left, right, result, inner: outer, columns });
                return;
            }
            let product = Multiply { left, right, result: &mut *patches, inner: outer, columns };
            Arch::new().dispatch(product);
            result.fill(0.0);
            geometry.scatter(patches, result);
        },
    );
}

pub(super) fn weight_gradient(
    geometry: &Geometry,
    input: &[f32],
    gradient: &[f32],
    result: &mut [f32],
) {
    let (columns, inner, outer) =
        (geometry.output_plane(), geometry.inner(), geometry.channels_made());
    let read = geometry.channels_read() * geometry.input_plane();
    let groups: Vec<Vec<f32>> = input
        .par_chunks(GROUP * read)
        .zip(gradient.par_chunks(GROUP * outer * columns))
        .map_init(
            || geometry.patches(),
            |patches, (pictures, gradients)| {
                let mut result = vec![0.0; outer * inner];
                let pairs =
                    pictures.chunks_exact(read).zip(gradients.chunks_exact(outer * columns));
                for (picture, left) in pairs {
                    let right = geometry.gathered(picture, patches);
                    Arch::new().dispatch(AddOuter { left, right, result: &mut result, columns });
                }
                result
            },
        )
        .collect();
    result.fill(0.0);
    for group in groups {
        for (sum, value) in result.iter_mut().zip(group) {
            *sum += value;
        }
    }
}

impl Geometry {
    /// Numbers that one output is computed from.
    fn inner(&self) -> usize {
        let [rows, columns] = self.kernel();
        self.channels_read() * rows * columns
    }

    /// Whether a picture is the matrix to multiply with as it is.
    fn is_pointwise(&self) -> bool {
        self.kernel() == [1, 1] && self.stride() == [1, 1]
    }

    /// Room for what every output reads.
    fn patches(&self) -> Vec<f32> {
        match self.is_pointwise() {
            true => Vec::new(),
            false => vec![0.0; self.inner() * self.output_plane()],
        }
    }

    /// What every output of a picture reads, `[C KH KW, OH OW]`.
    fn gathered<'a>(&self, picture: &'a [f32], patches: &'a mut [f32]) -> &'a [f32] {
        if self.is_pointwise() {
            return picture;
        }
        let rows = patches.chunks_exact_mut(self.output_plane());
        for (tap, row) in rows.enumerate() {
            self.each_read(tap, |place, read| row[place] = read.map_or(0.0, |read| picture[read]));
        }
        patches
    }

    /// Adds each of `patches` to the place of `picture` that it stands for.
    fn scatter(&self, patches: &[f32], picture: &mut [f32]) {
        for (tap, row) in patches.chunks_exact(self.output_plane()).enumerate() {
            self.each_read(tap, |place, read| {
                if let Some(read) = read {
                    picture[read] += row[place];
                }
            });
        }
    }

    /// For each output the place in the picture that one tap of the kernel reads; `None` in the
    /// padding.
    #[inline(always)]
    fn each_read(&self, tap: usize, mut see: impl FnMut(usize, Option<usize>)) {
        let [kernel_rows, kernel_columns] = self.kernel();
        let (channel, tap) =
            (tap / (kernel_rows * kernel_columns), tap % (kernel_rows * kernel_columns));
        let dilation = self.convolution.dilation as usize;
        let (down, across) = (tap / kernel_columns * dilation, tap % kernel_columns * dilation);
        let [height, width] = self.input;
        let [row_stride, column_stride] = self.stride();
        let (top, left) =
            (self.convolution.padding.top as usize, self.convolution.padding.left as usize);
        for row in 0..self.output[0] {
            let from = (row * row_stride + down).checked_sub(top).filter(|from| *from < height);
            for column in 0..self.output[1] {
                let across = (column * column_stride + across).checked_sub(left);
                let place = from.zip(across.filter(|across| *across < width));
                let read = place.map(|(row, column)| (channel * height + row) * width + column);
                see(row * self.output[1] + column, read);
            }
        }
    }
}
