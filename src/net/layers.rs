//! What the layers compute, on burn tensors `[N, C, H, W]`.

use burn::module::Param;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::tensor::module::{avg_pool2d, max_pool2d};
use burn::tensor::ops::{AvgPoolOptions, MaxPoolOptions, PadMode};
use burn::tensor::{Device, Tensor, TensorData, s};

use super::fold::Folded;
use crate::plan::{Border, Convolution, Padding, Pool, PoolKind};

/// A convolution with its numbers on a device.
pub(super) fn convolution(layer: &Convolution, folded: Folded, device: &Device) -> Conv2d {
    let [rows, columns] = layer.kernel.map(|size| size as usize);
    let groups = if layer.depthwise { layer.input } else { 1 } as usize;
    let shape = [layer.output as usize, layer.input as usize / groups, rows, columns];
    let Padding { top, bottom, left, right } = layer.padding;
    let [top, bottom, left, right] = [top, bottom, left, right].map(|size| size as usize);
    Conv2d {
        weight: Param::from_data(TensorData::new(folded.weight, shape), device),
        bias: folded.bias.map(|bias| Param::from_data(TensorData::new(bias, [shape[0]]), device)),
        stride: layer.stride.map(|step| step as usize),
        kernel_size: [rows, columns],
        dilation: [layer.dilation as usize; 2],
        groups,
        padding: if layer.padding.is_none() {
            PaddingConfig2d::Valid
        } else {
            PaddingConfig2d::Explicit(top, left, bottom, right)
        },
    }
}

/// A pool.
pub(super) fn pool(layer: &Pool, value: Tensor<4>) -> Tensor<4> {
    let (value, padding) = match layer.border {
        Border::Excluded => (value, layer.padding),
        Border::Zeros => (zeros_around(value, layer.padding), Padding::NONE),
    };
    let kernel = [layer.kernel as usize; 2];
    let stride = [layer.stride as usize; 2];
    let pairs = [(padding.top, padding.bottom), (padding.left, padding.right)]
        .map(|(before, after)| (before as usize, after as usize));
    match layer.kind {
        PoolKind::Max => {
            let options = MaxPoolOptions::new(kernel).with_stride(stride).with_padding_pairs(pairs);
            max_pool2d(value, options)
        }
        PoolKind::Average => {
            let options = AvgPoolOptions::new(kernel)
                .with_stride(stride)
                .with_padding_pairs(pairs)
                .with_count_include_pad(false);
            avg_pool2d(value, options)
        }
    }
}

/// Every second row and column from `offset` on, with a zero beyond an odd edge.
pub(super) fn subsample(offset: u32, value: Tensor<4>) -> Tensor<4> {
    if offset == 0 {
        return value.slice(s![.., .., ..;2, ..;2]);
    }
    let [_, _, height, width] = value.dims();
    let edge = |size: usize| (size % 2) as u32;
    let padding = Padding { bottom: edge(height), right: edge(width), ..Padding::NONE };
    zeros_around(value, padding).slice(s![.., .., 1..;2, 1..;2])
}

/// Mean 0 and variance 1 of each group of channels of a picture, then a scale and an offset, `[C]`
/// each.
pub(super) fn group_norm(
    value: Tensor<4>,
    groups: u32,
    epsilon: f64,
    [gamma, beta]: [Tensor<1>; 2],
) -> Tensor<4> {
    let shape = value.dims();
    let [examples, channels, height, width] = shape;
    let groups = groups as usize;
    let rows: Tensor<3> = value.reshape([examples, groups, channels / groups * height * width]);
    let centred = rows.clone() - rows.mean_dim(2);
    let variance = (centred.clone() * centred.clone()).mean_dim(2);
    let normal = (centred / (variance + epsilon).sqrt()).reshape(shape);
    let [gamma, beta] = [gamma, beta].map(|one| one.reshape([1, channels, 1, 1]));
    normal * gamma + beta
}

/// Means over rows and columns, `[N, C, 1, 1]`.
pub(super) fn global_average(value: Tensor<4>) -> Tensor<4> {
    let [examples, channels, height, width] = value.dims();
    let rows: Tensor<3> = value.reshape([examples, channels, height * width]);
    rows.mean_dim(2).reshape([examples, channels, 1, 1])
}

fn zeros_around(value: Tensor<4>, padding: Padding) -> Tensor<4> {
    if padding.is_none() {
        return value;
    }
    let Padding { top, bottom, left, right } = padding;
    let [top, bottom, left, right] = [top, bottom, left, right].map(|size| size as usize);
    value.pad((left, right, top, bottom), PadMode::Constant(0.0))
}
