//! The auxiliary head (TF-slim's `aux_logits`; facts in Szegedy et al. 2015): a small classifier
//! on the last cell before the second reduction, whose loss is added in training.

use super::builder::{Builder, Kernel};
use super::{Border, Kind, Padding, Pool, PoolKind, Shape, UnitKind};

/// Side and step of the pool that the head begins with.
const POOL: [u32; 2] = [5, 3];
/// Channels after the first and after the second convolution, as published.
pub const AUXILIARY_CHANNELS: [u32; 2] = [128, 768];

impl Builder<'_> {
    /// Builds the head, with these channels, where its pool fits.
    pub fn auxiliary_head(&mut self, unit: usize, [narrow, wide]: [u32; 2]) {
        let from = self.shape(self.units[unit].outputs[0]);
        let [side, step] = POOL;
        if from.height.min(from.width) < side {
            return;
        }
        let first = self.layers.len();
        let joined = self.joined_outputs("aux", unit);
        let activated = self.relu(joined);
        let [height, width] = [from.height, from.width].map(|size| (size - side) / step + 1);
        let pool = Kind::Pool(Pool {
            kind: PoolKind::Average,
            kernel: side,
            stride: step,
            padding: Padding::NONE,
            border: Border::Excluded,
        });
        let shape = Shape { height, width, ..self.shape(activated) };
        let pooled = self.push("aux/pool".to_owned(), pool, &[activated], shape);
        let kernel = Kernel::full(1, 1);
        let projected = self.convolution("aux/proj".to_owned(), pooled, narrow, kernel);
        let projected = self.batch_norm("aux/bn_0".to_owned(), projected);
        let activated = self.relu(projected);
        // As large as what is left of the picture.
        let kernel = Kernel { size: [height, width], ..Kernel::full(1, 1) };
        let path = "aux/conv".to_owned();
        let joined = self.convolution_padded(path, activated, wide, kernel, Padding::NONE);
        let joined = self.batch_norm("aux/bn_1".to_owned(), joined);
        let activated = self.relu(joined);
        let logits = Shape { channels: self.settings().classes, height: 1, width: 1 };
        let value = self.push("aux/dense".to_owned(), Kind::Dense, &[activated], logits);
        let source = self.output_signature(unit);
        self.sign("aux".to_owned(), source);
        self.unit("aux".to_owned(), UnitKind::AuxiliaryHead, 2, first, vec![value]);
    }
}
