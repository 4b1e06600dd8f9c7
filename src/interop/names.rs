//! What each form calls the operations.

use crate::arch::Op;

/// Operations and their names; a name that comes later in the table is only read.
pub(super) type Names = &'static [(Op, &'static str)];

/// Our own line.
pub(super) const LINE: Names = &[
    (Op::Identity, "id"),
    (Op::Conv1x3Then3x1, "1x3"),
    (Op::Conv1x7Then7x1, "1x7"),
    (Op::DilatedConv3x3, "dil3"),
    (Op::DilatedConv5x5, "dil5"),
    (Op::AveragePool3x3, "avg3"),
    (Op::MaxPool2x2, "max2"),
    (Op::MaxPool3x3, "max3"),
    (Op::MaxPool5x5, "max5"),
    (Op::MaxPool7x7, "max7"),
    (Op::Conv1x1, "1x1"),
    (Op::Conv3x3, "3x3"),
    (Op::SeparableConv3x3, "sep3"),
    (Op::SeparableConv5x5, "sep5"),
    (Op::SeparableConv7x7, "sep7"),
];

/// DARTS, and what the network design spaces of `pycls` add in the same form.
pub(super) const DARTS: Names = &[
    (Op::Identity, "skip_connect"),
    (Op::Conv1x3Then3x1, "conv_3x1_1x3"),
    (Op::Conv1x7Then7x1, "conv_7x1_1x7"),
    (Op::DilatedConv3x3, "dil_conv_3x3"),
    (Op::DilatedConv5x5, "dil_conv_5x5"),
    (Op::AveragePool3x3, "avg_pool_3x3"),
    (Op::MaxPool2x2, "max_pool_2x2"),
    (Op::MaxPool3x3, "max_pool_3x3"),
    (Op::MaxPool5x5, "max_pool_5x5"),
    (Op::MaxPool7x7, "max_pool_7x7"),
    (Op::Conv1x1, "conv_1x1"),
    (Op::Conv3x3, "conv_3x3"),
    (Op::SeparableConv3x3, "sep_conv_3x3"),
    (Op::SeparableConv5x5, "sep_conv_5x5"),
    (Op::SeparableConv7x7, "sep_conv_7x7"),
];

/// TF-slim and the TPU code. The dilation in the last name is ignored there.
pub(super) const SLIM: Names = &[
    (Op::Identity, "none"),
    (Op::Conv1x3Then3x1, "1x3_3x1"),
    (Op::Conv1x7Then7x1, "1x7_7x1"),
    (Op::AveragePool3x3, "avg_pool_3x3"),
    (Op::MaxPool2x2, "max_pool_2x2"),
    (Op::MaxPool3x3, "max_pool_3x3"),
    (Op::MaxPool5x5, "max_pool_5x5"),
    (Op::MaxPool7x7, "max_pool_7x7"),
    (Op::Conv1x1, "1x1"),
    (Op::Conv3x3, "3x3"),
    (Op::SeparableConv3x3, "separable_3x3_2"),
    (Op::SeparableConv5x5, "separable_5x5_2"),
    (Op::SeparableConv7x7, "separable_7x7_2"),
    (Op::SeparableConv5x5, "dil_2_separable_5x5_2"),
];

/// What ENAS numbers from 0.
pub(super) const ENAS: [Op; 5] =
    [Op::SeparableConv3x3, Op::SeparableConv5x5, Op::AveragePool3x3, Op::MaxPool3x3, Op::Identity];

/// The operation of a name.
pub(super) fn find(names: Names, name: &str) -> Option<Op> {
    names.iter().find(|(_, known)| *known == name).map(|(op, _)| *op)
}

/// The name to write.
pub(super) fn name(names: Names, op: Op) -> Option<&'static str> {
    names.iter().find(|(known, _)| *known == op).map(|(_, name)| *name)
}

/// The names to read, for an error.
pub(super) fn known(names: Names) -> String {
    names.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
}
