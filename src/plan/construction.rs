//! What a family's published code does differently from NASNet's.

use super::builder::Kernel;
use super::{Padding, Shape};
use crate::arch::{Family, StemKind};

/// Where the picture shrinks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reductions {
    /// In cells of their own, between the stages.
    Between,
    /// In the first of the cells of a stage.
    Within,
}

/// What an identity of stride 2 is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ReducingIdentity {
    /// ReLU, 1x1 convolution, batch norm.
    Convolution,
    /// A factorised reduction without ReLU.
    Factorised,
    /// ReLU and a factorised reduction.
    FactorisedAfterRelu,
}

/// Which output the auxiliary head reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AuxiliaryPlace {
    /// That of the last cell before the second reduction.
    BeforeReduction,
    /// That of the second reduction.
    Reduction,
    /// That of the first cell after the second reduction.
    AfterReduction,
}

/// How a family's auxiliary head is built: a mean over windows of 5x5, a 1x1 convolution, a
/// convolution as large as what is left of the picture, a dense layer.
#[derive(Clone, Copy)]
pub(super) struct AuxiliaryHead {
    pub place: AuxiliaryPlace,
    /// How far apart the windows are.
    pub step: u32,
    /// Whether the second convolution keeps the size, so that a mean follows it.
    pub keeps_size: bool,
    /// Whether a batch norm stands behind the second convolution.
    pub second_batch_norm: bool,
}

const SLIM_HEAD: AuxiliaryHead = AuxiliaryHead {
    place: AuxiliaryPlace::BeforeReduction,
    step: 3,
    keeps_size: false,
    second_batch_norm: true,
};

/// How a family builds its networks.
#[derive(Clone, Copy)]
pub(super) struct Construction {
    pub reductions: Reductions,
    pub reducing_identity: ReducingIdentity,
    /// Full convolutions work on fewer channels, between two 1x1 convolutions.
    pub bottlenecks: bool,
    /// `p` of the first cell is the stem's output like any other; in NASNet it is not adjusted.
    pub stem_is_p: bool,
    /// `p` is projected even where its width already fits.
    pub projects_always: bool,
    /// `h` is brought to the cell's width before it is projected.
    pub projects_h_twice: bool,
    /// A ReLU stands before the last mean.
    pub head_relu: bool,
    symmetric: bool,
}

const NASNET: Construction = Construction {
    reductions: Reductions::Between,
    reducing_identity: ReducingIdentity::Convolution,
    bottlenecks: false,
    stem_is_p: false,
    projects_always: false,
    projects_h_twice: false,
    head_relu: true,
    symmetric: false,
};

impl Construction {
    /// Sources: TF-slim's `nasnet` and `pnasnet`, the TPU code of AmoebaNet, `micro_child` of ENAS,
    /// the evaluation networks of DARTS.
    pub fn of(family: Family) -> Self {
        match family {
            Family::Nasnet => NASNET,
            Family::Pnasnet => Construction { reductions: Reductions::Within, ..NASNET },
            Family::Amoebanet => Construction { bottlenecks: true, ..NASNET },
            Family::Enas => Construction {
                reducing_identity: ReducingIdentity::Factorised,
                stem_is_p: true,
                projects_h_twice: true,
                ..NASNET
            },
            Family::Darts => Construction {
                reducing_identity: ReducingIdentity::FactorisedAfterRelu,
                stem_is_p: true,
                projects_always: true,
                head_relu: false,
                symmetric: true,
                ..NASNET
            },
        }
    }

    /// The auxiliary head. DARTS' for ImageNet lacks a batch norm, as its code notes, by an oversight
    /// that was kept.
    pub fn auxiliary_head(family: Family, stem: StemKind) -> AuxiliaryHead {
        match (family, stem) {
            (Family::Enas, _) => AuxiliaryHead {
                place: AuxiliaryPlace::AfterReduction,
                keeps_size: true,
                ..SLIM_HEAD
            },
            (Family::Darts, StemKind::Cifar) => {
                AuxiliaryHead { place: AuxiliaryPlace::Reduction, ..SLIM_HEAD }
            }
            (Family::Darts, StemKind::Imagenet | StemKind::Convolutions) => AuxiliaryHead {
                place: AuxiliaryPlace::Reduction,
                step: 2,
                second_batch_norm: false,
                ..SLIM_HEAD
            },
            (Family::Nasnet | Family::Pnasnet | Family::Amoebanet, _) => SLIM_HEAD,
        }
    }

    /// The zeros around a value under this window, so that `ceil(size / stride)` places are made.
    pub fn padding(&self, from: Shape, kernel: Kernel) -> Padding {
        let pad = if self.symmetric { Padding::symmetric } else { Padding::same };
        pad([from.height, from.width], kernel.size, kernel.stride, kernel.dilation)
    }
}
