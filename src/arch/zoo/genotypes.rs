//! The published cells, as tables.

use crate::arch::{Block, Cell, CellKind, Combine, Op, Operand, StateName};
use Op::{
    AveragePool3x3 as Avg3, Conv1x1, Conv1x7Then7x1 as Conv1x7, Conv3x3, DilatedConv3x3 as Dil3,
    DilatedConv5x5 as Dil5, Identity as Id, MaxPool2x2 as Max2, MaxPool3x3 as Max3,
    SeparableConv3x3 as Sep3, SeparableConv5x5 as Sep5, SeparableConv7x7 as Sep7,
};

/// Which of a cell's inputs published tables call 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbering {
    /// 0 is `h`, 1 is `p`: TF-slim, the TPU code.
    HFirst,
    /// 0 is `p`, 1 is `h`: ENAS, DARTS.
    PFirst,
}

impl Numbering {
    /// The state that a table calls `index`: an input, then the blocks.
    pub fn state(self, index: u16) -> StateName {
        match (self, index) {
            (Numbering::HFirst, 0) | (Numbering::PFirst, 1) => StateName::H,
            (_, 0 | 1) => StateName::P,
            (_, block) => StateName::Block(block - 2),
        }
    }

    /// What a table calls `state`, where blocks are numbered without gaps.
    pub fn index(self, state: StateName) -> u16 {
        match (self, state) {
            (Numbering::HFirst, StateName::H) | (Numbering::PFirst, StateName::P) => 0,
            (_, StateName::Input(_)) => 1,
            (_, StateName::Block(number)) => number + 2,
        }
    }
}

/// A cell: for each block two operations with the state that each reads; the concatenated states.
type Table = (&'static [[(Op, u16); 2]], &'static [u16]);

/// Both cells of a network.
#[derive(Debug, PartialEq)]
pub(super) struct Genotype {
    numbering: Numbering,
    normal: Table,
    reduction: Table,
}

impl Genotype {
    /// One of the two as a cell.
    pub fn cell(&self, kind: CellKind) -> Cell {
        let (blocks, output) = match kind {
            CellKind::Normal => self.normal,
            CellKind::Reduction => self.reduction,
        };
        let operand = |(op, from)| Operand { op, from: self.numbering.state(from) };
        let blocks: Vec<_> = (0..)
            .zip(blocks)
            .map(|(number, [left, right])| Block {
                name: StateName::Block(number),
                left: operand(*left),
                right: operand(*right),
                combine: Combine::Add,
            })
            .collect();
        let output = output.iter().map(|index| self.numbering.state(*index)).collect();
        Cell::new(&blocks, output).expect("the published cells are cells")
    }
}

const NASNET: &[[(Op, u16); 2]] = &[
    [(Sep5, 0), (Sep3, 1)],
    [(Sep5, 1), (Sep3, 1)],
    [(Avg3, 0), (Id, 1)],
    [(Avg3, 1), (Avg3, 1)],
    [(Sep3, 0), (Id, 0)],
];
const NASNET_REDUCING: &[[(Op, u16); 2]] = &[
    [(Sep5, 0), (Sep7, 1)],
    [(Max3, 0), (Sep7, 1)],
    [(Avg3, 0), (Sep5, 1)],
    [(Id, 3), (Avg3, 2)],
    [(Sep3, 2), (Max3, 0)],
];

/// NASNet-A as released in TF-slim, Keras and timm. Its outputs are not "all unused states": the
/// normal cell also concatenates `p`, the reduction cell also `b1`.
pub(super) const NASNET_A: Genotype = Genotype {
    numbering: Numbering::HFirst,
    normal: (NASNET, &[1, 2, 3, 4, 5, 6]),
    reduction: (NASNET_REDUCING, &[3, 4, 5, 6]),
};

/// NASNet-A as the DARTS code has it: by the letter of the paper, only unused states come out.
pub(super) const NASNET_A_UNUSED: Genotype = Genotype {
    normal: (NASNET, &[2, 3, 4, 5, 6]),
    reduction: (NASNET_REDUCING, &[4, 5, 6]),
    ..NASNET_A
};

const PNASNET: Table = (
    &[
        [(Sep5, 1), (Max3, 1)],
        [(Sep7, 0), (Max3, 0)],
        [(Sep5, 0), (Sep3, 0)],
        [(Sep3, 4), (Max3, 0)],
        [(Sep3, 1), (Id, 0)],
    ],
    &[2, 3, 4, 5, 6],
);

/// PNASNet-5 has one cell, with stride 1 or 2 (Liu et al. 2018; TF-slim).
pub(super) const PNASNET_5: Genotype =
    Genotype { numbering: Numbering::HFirst, normal: PNASNET, reduction: PNASNET };

/// AmoebaNet-A (Real et al. 2019; TPU code, where it is `evol_net_g`).
pub(super) const AMOEBANET_A: Genotype = Genotype {
    numbering: Numbering::HFirst,
    normal: (
        &[
            [(Avg3, 0), (Max3, 0)],
            [(Sep3, 1), (Id, 1)],
            [(Id, 0), (Avg3, 1)],
            [(Sep3, 0), (Sep5, 2)],
            [(Avg3, 5), (Sep3, 0)],
        ],
        &[1, 3, 4, 6],
    ),
    reduction: (
        &[
            [(Sep3, 1), (Avg3, 0)],
            [(Max3, 0), (Sep7, 2)],
            [(Max3, 1), (Max3, 0)],
            [(Sep3, 4), (Conv1x7, 0)],
            [(Avg3, 1), (Sep7, 0)],
        ],
        &[2, 3, 4, 5, 6],
    ),
};

/// AmoebaNet-B (`evol_net_h`). The TPU code calls one operation a dilated separable convolution
/// and builds it without the dilation.
pub(super) const AMOEBANET_B: Genotype = Genotype {
    numbering: Numbering::HFirst,
    normal: (
        &[
            [(Conv1x1, 1), (Max3, 1)],
            [(Id, 1), (Sep3, 0)],
            [(Conv1x1, 1), (Sep3, 0)],
            [(Conv1x1, 2), (Id, 2)],
            [(Avg3, 1), (Conv1x1, 5)],
        ],
        &[0, 3, 4, 6],
    ),
    reduction: (
        &[
            [(Max2, 0), (Max3, 0)],
            [(Id, 2), (Conv3x3, 1)],
            [(Sep5, 2), (Max3, 2)],
            [(Id, 3), (Sep3, 1)],
            [(Avg3, 4), (Conv1x1, 3)],
        ],
        &[5, 6],
    ),
};

/// AmoebaNet-C (`evol_net_a`).
pub(super) const AMOEBANET_C: Genotype = Genotype {
    numbering: Numbering::HFirst,
    normal: (
        &[
            [(Avg3, 0), (Sep3, 0)],
            [(Id, 0), (Sep3, 0)],
            [(Avg3, 2), (Sep3, 1)],
            [(Id, 0), (Sep3, 1)],
            [(Avg3, 3), (Sep3, 0)],
        ],
        &[1, 2, 4, 5, 6],
    ),
    reduction: (
        &[
            [(Max3, 0), (Max3, 0)],
            [(Sep7, 2), (Sep3, 0)],
            [(Sep7, 0), (Max3, 1)],
            [(Sep5, 4), (Sep5, 4)],
            [(Max3, 1), (Sep3, 1)],
        ],
        &[0, 2, 3, 4, 5, 6],
    ),
};

/// AmoebaNet-D (`evol_net_x`).
pub(super) const AMOEBANET_D: Genotype = Genotype {
    numbering: Numbering::HFirst,
    normal: (
        &[
            [(Conv1x1, 1), (Max3, 1)],
            [(Id, 1), (Conv1x7, 0)],
            [(Conv1x1, 0), (Conv1x7, 0)],
            [(Max3, 2), (Id, 2)],
            [(Avg3, 1), (Conv1x1, 5)],
        ],
        &[0, 3, 4, 6],
    ),
    reduction: (
        &[
            [(Max2, 0), (Max3, 0)],
            [(Id, 2), (Conv3x3, 1)],
            [(Conv1x7, 2), (Max3, 2)],
            [(Id, 3), (Max2, 1)],
            [(Avg3, 2), (Conv1x1, 3)],
        ],
        &[4, 5, 6],
    ),
};

/// ENAS's micro cells, the `fixed_arc` of its release (Pham et al. 2018).
pub(super) const ENAS: Genotype = Genotype {
    numbering: Numbering::PFirst,
    normal: (
        &[
            [(Avg3, 0), (Sep3, 0)],
            [(Id, 0), (Sep5, 0)],
            [(Id, 0), (Sep5, 1)],
            [(Sep3, 1), (Sep5, 0)],
            [(Avg3, 0), (Sep5, 1)],
        ],
        &[2, 3, 4, 5, 6],
    ),
    reduction: (
        &[
            [(Sep3, 1), (Sep3, 1)],
            [(Max3, 0), (Avg3, 0)],
            [(Sep5, 1), (Sep5, 3)],
            [(Sep3, 1), (Id, 0)],
            [(Max3, 0), (Sep5, 1)],
        ],
        &[2, 4, 5, 6],
    ),
};

const FOUR: &[u16] = &[2, 3, 4, 5];

/// DARTS of the first order (Liu et al. 2019).
pub(super) const DARTS_V1: Genotype = Genotype {
    numbering: Numbering::PFirst,
    normal: (
        &[[(Sep3, 1), (Sep3, 0)], [(Id, 0), (Sep3, 1)], [(Id, 0), (Sep3, 1)], [(Sep3, 0), (Id, 2)]],
        FOUR,
    ),
    reduction: (
        &[[(Max3, 0), (Max3, 1)], [(Id, 2), (Max3, 0)], [(Max3, 0), (Id, 2)], [(Id, 2), (Avg3, 0)]],
        FOUR,
    ),
};

/// DARTS of the second order, its authors' final cells.
pub(super) const DARTS_V2: Genotype = Genotype {
    numbering: Numbering::PFirst,
    normal: (
        &[
            [(Sep3, 0), (Sep3, 1)],
            [(Sep3, 0), (Sep3, 1)],
            [(Sep3, 1), (Id, 0)],
            [(Id, 0), (Dil3, 2)],
        ],
        FOUR,
    ),
    reduction: (
        &[[(Max3, 0), (Max3, 1)], [(Id, 2), (Max3, 1)], [(Max3, 0), (Id, 2)], [(Id, 2), (Max3, 1)]],
        FOUR,
    ),
};

/// P-DARTS (Chen et al. 2019).
pub(super) const P_DARTS: Genotype = Genotype {
    numbering: Numbering::PFirst,
    normal: (
        &[
            [(Id, 0), (Dil3, 1)],
            [(Id, 0), (Sep3, 1)],
            [(Sep3, 1), (Sep3, 3)],
            [(Sep3, 0), (Dil5, 4)],
        ],
        FOUR,
    ),
    reduction: (
        &[
            [(Avg3, 0), (Sep5, 1)],
            [(Sep3, 0), (Dil5, 2)],
            [(Max3, 0), (Dil3, 1)],
            [(Dil3, 1), (Dil5, 3)],
        ],
        FOUR,
    ),
};

/// PC-DARTS as found on CIFAR-10 (Xu et al. 2020).
pub(super) const PC_DARTS_CIFAR: Genotype = Genotype {
    numbering: Numbering::PFirst,
    normal: (
        &[
            [(Sep3, 1), (Id, 0)],
            [(Sep3, 0), (Dil3, 1)],
            [(Sep5, 0), (Sep3, 1)],
            [(Avg3, 0), (Dil3, 1)],
        ],
        FOUR,
    ),
    reduction: (
        &[
            [(Sep5, 1), (Max3, 0)],
            [(Sep5, 1), (Sep5, 2)],
            [(Sep3, 0), (Sep3, 3)],
            [(Sep3, 1), (Sep3, 2)],
        ],
        FOUR,
    ),
};

/// PC-DARTS as found on ImageNet.
pub(super) const PC_DARTS_IMAGENET: Genotype = Genotype {
    numbering: Numbering::PFirst,
    normal: (
        &[
            [(Id, 1), (Sep3, 0)],
            [(Sep3, 0), (Id, 1)],
            [(Sep3, 1), (Sep3, 3)],
            [(Sep3, 1), (Dil5, 4)],
        ],
        FOUR,
    ),
    reduction: (
        &[
            [(Sep3, 0), (Id, 1)],
            [(Dil5, 2), (Max3, 1)],
            [(Sep3, 2), (Sep3, 1)],
            [(Sep5, 0), (Sep3, 3)],
        ],
        FOUR,
    ),
};
