//! The auxiliary head (TF-slim's `aux_logits`; facts in Szegedy et al. 2015): a small classifier
//! about two thirds down, whose loss is added in training.

use super::builder::{Builder, Kernel};
use super::construction::{AuxiliaryPlace, Construction};
use super::{Border, Kind, Padding, Pool, PoolKind, Shape, UnitKind, ValueId};

/// Side of the windows of the pool that the head begins with.
const SIDE: u32 = 5;
/// Channels after the first and after the second convolution, as published.
pub const AUXILIARY_CHANNELS: [u32; 2] = [128, 768];

impl Builder<'_> {
    /// Which output the head reads.
    pub fn auxiliary_place(&self) -> AuxiliaryPlace {
        let settings = self.settings();
        Construction::auxiliary_head(settings.family, settings.stem).place
    }

    /// Builds the head, with these channels, where its pool fits.
    pub fn auxiliary_head(&mut self, unit: usize, [narrow, wide]: [u32; 2]) {
        let settings = self.settings();
        let head = Construction::auxiliary_head(settings.family, settings.stem);
        let from = self.shape(self.units[unit].outputs[0]);
        if from.height.min(from.width) < SIDE {
            return;
        }
        let (first, stage) = (self.layers.len(), self.units[unit].stage);
        let joined = self.joined_outputs("aux", unit);
        let activated = self.relu(joined);
        let pooled = self.auxiliary_pool(activated, head.step);
        let Shape { height, width, .. } = self.shape(pooled);
        let kernel = Kernel::full(1, 1);
        let projected = self.convolution("aux/proj".to_owned(), pooled, narrow, kernel);
        let projected = self.batch_norm("aux/bn_0".to_owned(), projected);
        let activated = self.relu(projected);
        // As large as what is left of the picture.
        let kernel = Kernel { size: [height, width], ..Kernel::full(1, 1) };
        let path = "aux/conv".to_owned();
        let mut joined = if head.keeps_size {
            self.convolution(path, activated, wide, kernel)
        } else {
            self.convolution_padded(path, activated, wide, kernel, Padding::NONE)
        };
        if head.second_batch_norm {
            joined = self.batch_norm("aux/bn_1".to_owned(), joined);
        }
        let mut read = self.relu(joined);
        if head.keeps_size {
            let mean = Shape { height: 1, width: 1, ..self.shape(read) };
            read = self.push("aux/mean".to_owned(), Kind::GlobalAveragePool, &[read], mean);
        }
        let logits = Shape { channels: settings.classes, height: 1, width: 1 };
        let value = self.push("aux/dense".to_owned(), Kind::Dense, &[read], logits);
        let source = self.output_signature(unit);
        self.sign("aux".to_owned(), source);
        self.unit("aux".to_owned(), UnitKind::AuxiliaryHead, stage, first, vec![value]);
    }

    fn auxiliary_pool(&mut self, value: ValueId, step: u32) -> ValueId {
        let from = self.shape(value);
        let [height, width] = [from.height, from.width].map(|size| (size - SIDE) / step + 1);
        let pool = Kind::Pool(Pool {
            kind: PoolKind::Average,
            kernel: SIDE,
            stride: step,
            padding: Padding::NONE,
            border: Border::Excluded,
        });
        self.push("aux/pool".to_owned(), pool, &[value], Shape { height, width, ..from })
    }
}
