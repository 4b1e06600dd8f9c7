//! The operations as layers.
//!
//! Separable convolutions, pools and identity are TF-slim's, from which the published weights
//! come. No published NASNet code has the others; they follow the network design space of
//! `pycls` ("Unsupervised NAS", Liu et al. 2020), with SAME padding like the rest. AmoebaNet's
//! bottlenecks are those of its TPU code.

use super::builder::{Builder, Kernel};
use super::construction::ReducingIdentity;
use super::{Border, Pool, PoolKind, ValueId};
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
            Op::Identity if stride == 2 => self.reducing_identity(group, value, filters),
            Op::Identity | Op::Conv1x1 => {
                let activated = self.relu(value);
                self.projection(group, activated, filters, stride)
            }
            Op::Conv3x3 => self.full_convolution(group, value, filters, stride),
            Op::Conv1x3Then3x1 => self.factored_convolution(group, value, filters, stride, 3),
            Op::Conv1x7Then7x1 => self.factored_convolution(group, value, filters, stride, 7),
            Op::DilatedConv3x3 => {
                let kernel = Kernel { dilation: 2, ..Kernel::depthwise(3, stride) };
                self.separable(group, value, filters, kernel, "1")
            }
            Op::DilatedConv5x5 => {
                let kernel = Kernel { dilation: 2, ..Kernel::depthwise(5, stride) };
                self.separable(group, value, filters, kernel, "1")
            }
            Op::MaxPool2x2 => self.pooled(group, value, filters, stride, PoolKind::Max, 2),
            Op::AveragePool3x3 => self.pooled(group, value, filters, stride, PoolKind::Average, 3),
            Op::MaxPool3x3 => self.pooled(group, value, filters, stride, PoolKind::Max, 3),
            Op::MaxPool5x5 => self.pooled(group, value, filters, stride, PoolKind::Max, 5),
            Op::MaxPool7x7 => self.pooled(group, value, filters, stride, PoolKind::Max, 7),
            Op::SeparableConv3x3 => self.separable_twice(group, value, filters, stride, 3),
            Op::SeparableConv5x5 => self.separable_twice(group, value, filters, stride, 5),
            Op::SeparableConv7x7 => self.separable_twice(group, value, filters, stride, 7),
        }
    }

    /// An identity that halves height and width.
    fn reducing_identity(&mut self, group: &str, value: ValueId, filters: u32) -> ValueId {
        match self.construction.reducing_identity {
            ReducingIdentity::Convolution => {
                let activated = self.relu(value);
                self.projection(group, activated, filters, 2)
            }
            ReducingIdentity::Factorised => self.factorised_reduction(group, value, filters),
            ReducingIdentity::FactorisedAfterRelu => {
                let activated = self.relu(value);
                self.factorised_reduction(group, activated, filters)
            }
        }
    }

    /// A 3x3 convolution over all channels.
    fn full_convolution(
        &mut self,
        group: &str,
        value: ValueId,
        filters: u32,
        stride: u32,
    ) -> ValueId {
        let kernel = Kernel::full(3, stride);
        if self.construction.bottlenecks && filters >= 4 {
            return self.bottleneck(group, value, filters, filters / 4, &[kernel]);
        }
        let activated = self.relu(value);
        let convolved = self.convolution([group, "/conv"].concat(), activated, filters, kernel);
        self.batch_norm([group, "/bn"].concat(), convolved)
    }

    /// Convolutions of `narrow` channels between 1x1 convolutions, each between a ReLU and a batch
    /// norm.
    fn bottleneck(
        &mut self,
        group: &str,
        value: ValueId,
        filters: u32,
        narrow: u32,
        kernels: &[Kernel],
    ) -> ValueId {
        let point = Kernel::full(1, 1);
        let steps = std::iter::once((narrow, point))
            .chain(kernels.iter().map(|kernel| (narrow, *kernel)))
            .chain([(filters, point)]);
        let mut value = value;
        for (number, (channels, kernel)) in (1..).zip(steps) {
            let activated = self.relu(value);
            let path = format!("{group}/conv_{number}");
            let convolved = self.convolution(path, activated, channels, kernel);
            value = self.batch_norm(format!("{group}/bn_{number}"), convolved);
        }
        value
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
        let row = Kernel { size: [1, size], stride: [1, stride], ..Kernel::full(size, 1) };
        let column = Kernel { size: [size, 1], stride: [stride, 1], ..Kernel::full(size, 1) };
        let narrow = if size == 3 { filters * 3 / 8 } else { filters / 4 };
        if self.construction.bottlenecks && narrow > 0 {
            return self.bottleneck(group, value, filters, narrow, &[row, column]);
        }
        let activated = self.relu(value);
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
        let padding = self.construction.padding(from, Kernel::full(kernel, stride));
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
