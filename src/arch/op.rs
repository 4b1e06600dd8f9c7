//! The operations and combinations of the NASNet search space.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An operation a block can apply to a hidden state: the 13 of the NASNet paper (appendix A.1), in
/// its order, and those that only its relatives have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Op {
    /// Passes the state on; becomes a 1x1 convolution where stride or width must change.
    #[serde(rename = "identity")]
    Identity,
    /// A 1x3 convolution followed by a 3x1 convolution.
    #[serde(rename = "conv_1x3_3x1")]
    Conv1x3Then3x1,
    /// A 1x7 convolution followed by a 7x1 convolution.
    #[serde(rename = "conv_1x7_7x1")]
    Conv1x7Then7x1,
    /// A depthwise 3x3 convolution with dilation 2 and a pointwise one, applied once.
    #[serde(rename = "dil_conv_3x3")]
    DilatedConv3x3,
    /// Mean of a 3x3 window.
    #[serde(rename = "avg_pool_3x3")]
    AveragePool3x3,
    /// Maximum of a 3x3 window.
    #[serde(rename = "max_pool_3x3")]
    MaxPool3x3,
    /// Maximum of a 5x5 window.
    #[serde(rename = "max_pool_5x5")]
    MaxPool5x5,
    /// Maximum of a 7x7 window.
    #[serde(rename = "max_pool_7x7")]
    MaxPool7x7,
    /// A 1x1 convolution.
    #[serde(rename = "conv_1x1")]
    Conv1x1,
    /// A full 3x3 convolution.
    #[serde(rename = "conv_3x3")]
    Conv3x3,
    /// A 3x3 depthwise-separable convolution, applied twice.
    #[serde(rename = "sep_conv_3x3")]
    SeparableConv3x3,
    /// A 5x5 depthwise-separable convolution, applied twice.
    #[serde(rename = "sep_conv_5x5")]
    SeparableConv5x5,
    /// A 7x7 depthwise-separable convolution, applied twice.
    #[serde(rename = "sep_conv_7x7")]
    SeparableConv7x7,
    /// Maximum of a 2x2 window (AmoebaNet-B and -D).
    #[serde(rename = "max_pool_2x2")]
    MaxPool2x2,
    /// A depthwise 5x5 convolution with dilation 2 and a pointwise one, applied once (DARTS).
    #[serde(rename = "dil_conv_5x5")]
    DilatedConv5x5,
}

impl Op {
    /// Every operation, the paper's first and in its order.
    pub const ALL: [Op; 15] = [
        Op::Identity,
        Op::Conv1x3Then3x1,
        Op::Conv1x7Then7x1,
        Op::DilatedConv3x3,
        Op::AveragePool3x3,
        Op::MaxPool3x3,
        Op::MaxPool5x5,
        Op::MaxPool7x7,
        Op::Conv1x1,
        Op::Conv3x3,
        Op::SeparableConv3x3,
        Op::SeparableConv5x5,
        Op::SeparableConv7x7,
        Op::MaxPool2x2,
        Op::DilatedConv5x5,
    ];

    /// The name in files and on the command line, for example `sep_conv_3x3`.
    pub fn code(self) -> &'static str {
        match self {
            Op::Identity => "identity",
            Op::Conv1x3Then3x1 => "conv_1x3_3x1",
            Op::Conv1x7Then7x1 => "conv_1x7_7x1",
            Op::DilatedConv3x3 => "dil_conv_3x3",
            Op::AveragePool3x3 => "avg_pool_3x3",
            Op::MaxPool3x3 => "max_pool_3x3",
            Op::MaxPool5x5 => "max_pool_5x5",
            Op::MaxPool7x7 => "max_pool_7x7",
            Op::Conv1x1 => "conv_1x1",
            Op::Conv3x3 => "conv_3x3",
            Op::SeparableConv3x3 => "sep_conv_3x3",
            Op::SeparableConv5x5 => "sep_conv_5x5",
            Op::SeparableConv7x7 => "sep_conv_7x7",
            Op::MaxPool2x2 => "max_pool_2x2",
            Op::DilatedConv5x5 => "dil_conv_5x5",
        }
    }

    /// The label on a wire, as the papers' figures write it, for example `sep 3×3`.
    pub fn label(self) -> &'static str {
        match self {
            Op::Identity => "identity",
            Op::Conv1x3Then3x1 => "1×3, 3×1",
            Op::Conv1x7Then7x1 => "1×7, 7×1",
            Op::DilatedConv3x3 => "dil 3×3",
            Op::AveragePool3x3 => "avg 3×3",
            Op::MaxPool3x3 => "max 3×3",
            Op::MaxPool5x5 => "max 5×5",
            Op::MaxPool7x7 => "max 7×7",
            Op::Conv1x1 => "conv 1×1",
            Op::Conv3x3 => "conv 3×3",
            Op::SeparableConv3x3 => "sep 3×3",
            Op::SeparableConv5x5 => "sep 5×5",
            Op::SeparableConv7x7 => "sep 7×7",
            Op::MaxPool2x2 => "max 2×2",
            Op::DilatedConv5x5 => "dil 5×5",
        }
    }

    /// What the operation computes, in one line for a tooltip.
    pub fn description(self) -> &'static str {
        match self {
            Op::Identity => {
                "Passes the state on; a ReLU, 1×1 convolution, batch norm where stride or width changes"
            }
            Op::Conv1x3Then3x1 => {
                "ReLU, 1×3 convolution, 3×1 convolution, batch norm; a stride is split between the two"
            }
            Op::Conv1x7Then7x1 => {
                "ReLU, 1×7 convolution, 7×1 convolution, batch norm; a stride is split between the two"
            }
            Op::DilatedConv3x3 => {
                "ReLU, depthwise 3×3 convolution with dilation 2, pointwise convolution, batch norm"
            }
            Op::AveragePool3x3 => "Mean of each 3×3 window",
            Op::MaxPool3x3 => "Maximum of each 3×3 window",
            Op::MaxPool5x5 => "Maximum of each 5×5 window",
            Op::MaxPool7x7 => "Maximum of each 7×7 window",
            Op::Conv1x1 => "ReLU, 1×1 convolution, batch norm",
            Op::Conv3x3 => "ReLU, 3×3 convolution over all channels, batch norm",
            Op::SeparableConv3x3 => {
                "Twice: ReLU, depthwise 3×3 convolution, pointwise convolution, batch norm"
            }
            Op::SeparableConv5x5 => {
                "Twice: ReLU, depthwise 5×5 convolution, pointwise convolution, batch norm"
            }
            Op::SeparableConv7x7 => {
                "Twice: ReLU, depthwise 7×7 convolution, pointwise convolution, batch norm"
            }
            Op::MaxPool2x2 => "Maximum of each 2×2 window",
            Op::DilatedConv5x5 => {
                "ReLU, depthwise 5×5 convolution with dilation 2, pointwise convolution, batch norm"
            }
        }
    }

    /// Whether it is one of the NASNet paper's, which every version of the document knows.
    pub(super) fn in_first_version(self) -> bool {
        !matches!(self, Op::MaxPool2x2 | Op::DilatedConv5x5)
    }

    /// The operation called `code`, if there is one.
    pub fn from_code(code: &str) -> Option<Op> {
        Op::ALL.into_iter().find(|op| op.code() == code)
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// How a block joins its two sides.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// Element-wise sum; the block's state has as many channels as the cell has filters.
    #[default]
    Add,
    /// Concatenation along the channels; the block's state has twice as many.
    Concat,
    /// Element-wise sum, then layer norm: mean and variance of one picture's sum over channels,
    /// rows and columns, a scale and a shift for each channel (Ba et al. 2016). Only the search
    /// space of NASNet-B and NASNet-C has it.
    AddLayerNorm,
    /// Element-wise sum, then instance norm: mean and variance of each channel of one picture's
    /// sum over rows and columns, a scale and a shift for each channel (Ulyanov et al. 2016).
    /// Only the search space of NASNet-B and NASNet-C has it.
    AddInstanceNorm,
}

impl Combine {
    /// Every combination.
    pub const ALL: [Combine; 4] =
        [Combine::Add, Combine::Concat, Combine::AddLayerNorm, Combine::AddInstanceNorm];

    /// The word in files, for example `add_layer_norm`.
    pub fn code(self) -> &'static str {
        match self {
            Combine::Add => "add",
            Combine::Concat => "concat",
            Combine::AddLayerNorm => "add_layer_norm",
            Combine::AddInstanceNorm => "add_instance_norm",
        }
    }

    /// The words in the window and in messages.
    pub fn label(self) -> &'static str {
        match self {
            Combine::Add => "add",
            Combine::Concat => "concat",
            Combine::AddLayerNorm => "add + layer norm",
            Combine::AddInstanceNorm => "add + instance norm",
        }
    }

    /// What it computes, in one line for a tooltip.
    pub fn description(self) -> &'static str {
        match self {
            Combine::Add => "An element-wise sum",
            Combine::Concat => "Concatenates the channels: twice as many as a sum has",
            Combine::AddLayerNorm => {
                "A sum, then mean 0 and variance 1 over all of a picture's numbers, then a scale \
                 and a shift for each channel"
            }
            Combine::AddInstanceNorm => {
                "A sum, then mean 0 and variance 1 in each channel of a picture, then a scale and \
                 a shift for each channel"
            }
        }
    }

    /// The text with which `left` and `right` are joined, for terminals and tooltips.
    pub fn expression(self, left: &str, right: &str) -> String {
        match self {
            Combine::Add => format!("{left} + {right}"),
            Combine::Concat => format!("[{left}, {right}]"),
            Combine::AddLayerNorm => format!("layer_norm({left} + {right})"),
            Combine::AddInstanceNorm => format!("instance_norm({left} + {right})"),
        }
    }

    /// Whether it is one that every version of the document knows.
    pub(super) fn in_first_version(self) -> bool {
        matches!(self, Combine::Add | Combine::Concat)
    }
}

impl fmt::Display for Combine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_the_name_in_files() {
        for op in Op::ALL {
            assert_eq!(serde_json::to_value(op).unwrap(), op.code());
            assert_eq!(Op::from_code(op.code()), Some(op));
        }
        for combine in Combine::ALL {
            assert_eq!(serde_json::to_value(combine).unwrap(), combine.code());
        }
    }
}
