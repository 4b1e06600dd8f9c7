//! A tensor on the host, and the changes of layout between Keras and this crate.

use std::collections::BTreeMap;

/// Tensors by the path of the parameter they are for, in PyTorch's layouts.
pub type WeightTable = BTreeMap<String, Tensor>;

/// Numbers with a shape, the last dimension running fastest.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Sizes, the slowest dimension first; empty for a single number.
    pub shape: Vec<usize>,
    /// As many values as the shape's product.
    pub data: Vec<f32>,
}

impl Tensor {
    /// The same numbers with their dimensions in another order: dimension `d` of the result is
    /// dimension `axes[d]` of this tensor. `axes` must name every dimension once.
    pub(crate) fn permuted(&self, axes: &[usize]) -> Self {
        debug_assert_eq!(axes.len(), self.shape.len());
        let shape: Vec<usize> = axes.iter().map(|&axis| self.shape[axis]).collect();
        // Dimensions of size 1 have no say in where a value lies. Without them nearly all of a
        // network's weights, the pointwise and depthwise ones, merely swap two groups of
        // dimensions, which is a matrix transposed.
        let moved: Vec<usize> =
            axes.iter().copied().filter(|&axis| self.shape[axis] != 1).collect();
        if let Some(split) = swapped_at(&moved) {
            let rows = moved[split..].iter().map(|&axis| self.shape[axis]).product();
            let columns = moved[..split].iter().map(|&axis| self.shape[axis]).product();
            let data = transposed(&self.data, rows, columns);
            return Self { shape, data };
        }
        let mut strides = vec![1; self.shape.len()];
        for dimension in (1..self.shape.len()).rev() {
            strides[dimension - 1] = strides[dimension] * self.shape[dimension];
        }
        let strides: Vec<usize> = axes.iter().map(|&axis| strides[axis]).collect();
        let mut data = Vec::with_capacity(self.data.len());
        let mut place = vec![0_usize; shape.len()];
        let mut from = 0;
        for _ in 0..self.data.len() {
            data.push(self.data[from]);
            for dimension in (0..shape.len()).rev() {
                place[dimension] += 1;
                from += strides[dimension];
                if place[dimension] < shape[dimension] {
                    break;
                }
                from -= strides[dimension] * shape[dimension];
                place[dimension] = 0;
            }
        }
        Self { shape, data }
    }

    /// How many of the values are NaN or infinite.
    pub(crate) fn count_not_finite(&self) -> usize {
        self.data.iter().filter(|value| !value.is_finite()).count()
    }
}

/// Where a descending step parts `axes` into two ascending runs that, swapped, are in order; 0 if
/// they are in order as they are.
fn swapped_at(axes: &[usize]) -> Option<usize> {
    let mut steps = (1..axes.len()).filter(|&index| axes[index] < axes[index - 1]);
    match (steps.next(), steps.next()) {
        (None, _) => Some(0),
        (Some(split), None) if axes[axes.len() - 1] < axes[0] => Some(split),
        _ => None,
    }
}

/// A matrix of `rows` x `columns` with rows and columns swapped.
fn transposed(data: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    // In squares small enough that both their sides stay in the first cache.
    const SIDE: usize = 32;
    let mut output = vec![0.0; data.len()];
    for top in (0..rows).step_by(SIDE) {
        for left in (0..columns).step_by(SIDE) {
            for row in top..rows.min(top + SIDE) {
                for column in left..columns.min(left + SIDE) {
                    output[column * rows + row] = data[row * columns + column];
                }
            }
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every order of the dimensions, with and without ones among them, against the definition.
    #[test]
    fn permuting_moves_each_value_to_its_place() {
        for shape in
            [[2, 3, 4, 5], [1, 1, 40, 70], [5, 5, 33, 1], [3, 1, 1, 6], [1, 1, 1, 1], [2, 0, 3, 1]]
        {
            let count: usize = shape.iter().product();
            let tensor = Tensor {
                shape: shape.to_vec(),
                data: (0..count).map(|index| index as f32).collect(),
            };
            let at = |shape: &[usize], place: &[usize]| {
                shape.iter().zip(place).fold(0, |at, (size, index)| at * size + index)
            };
            for code in 0..256_usize {
                let axes = [code % 4, code / 4 % 4, code / 16 % 4, code / 64];
                if (0..4).any(|axis| !axes.contains(&axis)) {
                    continue;
                }
                let moved = tensor.permuted(&axes);
                assert_eq!(moved.shape, axes.map(|axis| shape[axis]));
                for index in 0..count {
                    let mut rest = index;
                    let mut place = [0; 4];
                    for axis in (0..4).rev() {
                        place[axis] = rest % shape[axis];
                        rest /= shape[axis];
                    }
                    let there = axes.map(|axis| place[axis]);
                    assert_eq!(
                        moved.data[at(&moved.shape, &there)],
                        tensor.data[at(&shape, &place)],
                        "{shape:?} {axes:?}"
                    );
                }
            }
        }
    }
}
