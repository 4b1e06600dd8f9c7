//! Two products of matrices, for one picture each; rows run fastest.

use pulp::{Simd, WithSimd};

use super::window::{load, store};

/// Rows of the result computed together.
const ROWS: usize = 4;
/// Vectors of each row computed together.
const VECTORS: usize = 2;

/// `result` `[O, P]` = `left` `[O, K]` times `right` `[K, P]`.
pub(super) struct Multiply<'a> {
    pub left: &'a [f32],
    pub right: &'a [f32],
    pub result: &'a mut [f32],
    /// K.
    pub inner: usize,
    /// P.
    pub columns: usize,
}

impl WithSimd for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let width = VECTORS * S::F32_LANES;
        let whole = self.columns / width * width;
        for column in (0..whole).step_by(width) {
            self.stripe::<S, true>(simd, column);
        }
        for column in (whole..self.columns).step_by(width) {
            self.stripe::<S, false>(simd, column);
        }
    }
}

impl Multiply<'_> {
    /// All rows of some columns, which fill whole vectors if `WHOLE`.
    #[inline(always)]
    fn stripe<S: Simd, const WHOLE: bool>(&mut self, simd: S, column: usize) {
        let rows = self.left.len() / self.inner;
        for first in (0..rows).step_by(ROWS) {
            let row_of = |index: usize| (first + index).min(rows - 1);
            let mut sums = [[simd.splat_f32s(0.0); VECTORS]; ROWS];
            for inner in 0..self.inner {
                let right = &self.right[inner * self.columns..][..self.columns];
                let mut values = [simd.splat_f32s(0.0); VECTORS];
                for (vector, value) in values.iter_mut().enumerate() {
                    let start = column + vector * S::F32_LANES;
                    *value = match WHOLE {
                        true => load(simd, right, start),
                        false => simd.partial_load_f32s(&right[start.min(self.columns)..]),
                    };
                }
                for (index, sums) in sums.iter_mut().enumerate() {
                    let factor = simd.splat_f32s(self.left[row_of(index) * self.inner + inner]);
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum = simd.mul_add_e_f32s(factor, value, *sum);
                    }
                }
            }
            for (index, sums) in sums.into_iter().enumerate() {
                let result = &mut self.result[row_of(index) * self.columns..][..self.columns];
                for (vector, sum) in sums.into_iter().enumerate() {
                    let start = column + vector * S::F32_LANES;
                    match WHOLE {
                        true => store(simd, result, start, sum),
                        false => {
                            let start = start.min(self.columns);
                            simd.partial_store_f32s(&mut result[start..], sum);
                        }
                    }
                }
            }
        }
    }
}

/// Rows of each matrix whose products are computed together.
const TILE: [usize; 2] = [2, 4];

/// `result` `[O, K]` += `left` `[O, P]` times the transposed `right` `[K, P]`.
pub(super) struct AddOuter<'a> {
    pub left: &'a [f32],
    pub right: &'a [f32],
    pub result: &'a mut [f32],
    /// P.
    pub columns: usize,
}

impl WithSimd for AddOuter<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let AddOuter { left, right, result, columns } = self;
        let (rows, inner) = (left.len() / columns, right.len() / columns);
        let line = |values, row: usize| -> &[f32] {
            let values: &[f32] = values;
            &values[row * columns..][..columns]
        };
        for row in (0..rows).step_by(TILE[0]) {
            let lefts = [row, row + 1].map(|row| line(left, row.min(rows - 1)));
            for other in (0..inner).step_by(TILE[1]) {
                let rights = [other, other + 1, other + 2, other + 3]
                    .map(|other| line(right, other.min(inner - 1)));
                let sums = products(simd, lefts, rights, columns);
                for (down, sums) in sums.into_iter().enumerate().take(rows - row) {
                    for (across, sum) in sums.into_iter().enumerate().take(inner - other) {
                        let place = (row + down) * inner + other + across;
                        result[place] += simd.reduce_sum_f32s(sum);
                    }
                }
            }
        }
    }
}

/// The dot products of each of `lefts` with each of `rights`, one partial sum per lane.
#[inline(always)]
fn products<S: Simd>(
    simd: S,
    lefts: [&[f32]; TILE[0]],
    rights: [&[f32]; TILE[1]],
    columns: usize,
) -> [[S::f32s; TILE[1]]; TILE[0]] {
    let mut sums = [[simd.splat_f32s(0.0); TILE[1]]; TILE[0]];
    let whole = columns / S::F32_LANES * S::F32_LANES;
    let mut add = |lefts: [S::f32s; TILE[0]], rights: [S::f32s; TILE[1]]| {
        for (sums, left) in sums.iter_mut().zip(lefts) {
            for (sum, right) in sums.iter_mut().zip(rights) {
                *sum = simd.mul_add_e_f32s(left, right, *sum);
            }
        }
    };
    for start in (0..whole).step_by(S::F32_LANES) {
        add(
            lefts.map(|values| load(simd, values, start)),
            rights.map(|values| load(simd, values, start)),
        );
    }
    if whole < columns {
        add(
            lefts.map(|values| simd.partial_load_f32s(&values[whole..])),
            rights.map(|values| simd.partial_load_f32s(&values[whole..])),
        );
    }
    sums
}
