//! The 13 operations as layers.
//!
//! Separable convolutions, pools and identity are TF-slim's, from which the published weights
//! come. No published NASNet code has the others; they follow the network design space of
//! `pycls` ("Unsupervised NAS", Liu et al. 2020), with SAME padding like the rest.

use super::builder::{Builder, Kernel};
use super::{Border, Padding, Pool, PoolKind, ValueId};
use crate::arch::{Flavour, Op};

impl Builder<'_> {
    /// Applies `op` to a value; the result has `filters` channels and the size of the value
    /// divided by `stride`.
    pub fn operation(
        &mut self,
        group: &str,
        op: Op,
        value: ValueId,
        filters: u32,
        stride: u32,
    ) -> ValueId {
        match op {
            Op::Identity if stride == 1 && self.shape(value).channels == filters => value,
            Op::Identity | Op::Conv1x1 => {
                let activated = self.relu(value);
                self.projection(group, activated, filters, stride)
            }
            Op::Conv3x3 => {
                let activated = self.relu(value);
                let kernel = Kernel::full(3, stride);
                let path = [group, "/conv"].concat();
                let convolved = self.convolution(path, activated, filters, kernel);
                self.batch_norm([group, "/bn"].concat(), convolved)
            }
            Op::Conv1x3Then3x1 => self.factored_convolution(group, value, filters, stride, 3),
            Op::Conv1x7Then7x1 => self.factored_convolution(group, value, filters, stride, 7),
            Op::DilatedConv3x3 => {
                let kernel = Kernel { dilation: 2, ..Kernel::depthwise(3, stride) };
                self.separable(group, value, filters, kernel, "1")
            }
            Op::AveragePool3x3 => self.pooled(group, value, filters, stride, PoolKind::Average, 3),
            Op::MaxPool3x3 => self.pooled(group, value, filters, stride, PoolKind::Max, 3),
            Op::MaxPool5x5 => self.pooled(group, value, filters, stride, PoolKind::Max, 5),
            Op::MaxPool7x7 => self.pooled(group, value, filters, stride, PoolKind::Max, 7),
            Op::SeparableConv3x3 => self.separable_twice(group, value, filters, stride, 3),
            Op::SeparableConv5x5 => self.separable_twice(group, value, filters, stride, 5),
            Op::SeparableConv7x7 => self.separable_twice(group, value, filters, stride, 7),
        }
    }

    /// A selected separable convolution is applied twice; the first changes stride and width.
    fn separable_twice(
        &mut self,
        group: &str,
        value: ValueId,
        filters: u32,
        stride: u32,
        size: u32,
    ) -> ValueId {
        let once = self.separable(group, value, filters, Kernel::depthwise(size, stride), "1");
        self.separable(group, once, filters, Kernel::depthwise(size, 1), "2")
    }

    /// ReLU, depthwise and pointwise convolution, batch norm; nothing between the convolutions.
    fn separable(
        &mut self,
        group: &str,
        value: ValueId,
        filters: u32,
        kernel: Kernel,
        number: &str,
    ) -> ValueId {
        let activated = self.relu(value);
        let channels = self.shape(activated).channels;
        let path = [group, "/depthwise_", number].concat();
        let depthwise = self.convolution(path, activated, channels, kernel);
        let path = [group, "/pointwise_", number].concat();
        let pointwise = self.convolution(path, depthwise, filters, Kernel::full(1, 1));
        self.batch_norm([group, "/bn_", number].concat(), pointwise)
    }

    /// ReLU, a row convolution, a column convolution, batch norm; each takes its axis' stride.
    fn factored_convolution(
        &mut self,
        group: &str,
        value: ValueId,
        filters: u32,
        stride: u32,
        size: u32,
    ) -> ValueId {
        let activated = self.relu(value);
        let row = Kernel { size: [1, size], stride: [1, stride], ..Kernel::full(size, 1) };
        let column = Kernel { size: [size, 1], stride: [stride, 1], ..Kernel::full(size, 1) };
        let path = format!("{group}/conv_1x{size}");
        let halfway = self.convolution(path, activated, filters, row);
        let path = format!("{group}/conv_{size}x1");
        let convolved = self.convolution(path, halfway, filters, column);
        self.batch_norm([group, "/bn"].concat(), convolved)
    }

    /// A pool, and a 1x1 convolution without ReLU where the width must change.
    fn pooled(
        &mut self,
        group: &str,
        value: ValueId,
        filters: u32,
        stride: u32,
        kind: PoolKind,
        kernel: u32,
    ) -> ValueId {
        let from = self.shape(value);
        let size = [from.height, from.width];
        let padding = Padding::same(size, [kernel; 2], [stride; 2], 1);
        let border = self.border(kind, stride);
        let pool = Pool { kind, kernel, stride, padding, border };
        let value = self.pool(group, value, pool);
        if from.channels == filters { value } else { self.projection(group, value, filters, 1) }
    }

    /// Implementations differ in the border of the stride-2 pools only.
    fn border(&self, kind: PoolKind, stride: u32) -> Border {
        match (self.settings().flavour, kind, stride) {
            (_, _, 1) | (Flavour::Slim, _, _) | (Flavour::Timm, PoolKind::Max, _) => {
                Border::Excluded
            }
            (Flavour::Keras, _, _) | (Flavour::Timm, PoolKind::Average, _) => Border::Zeros,
        }
    }
}
