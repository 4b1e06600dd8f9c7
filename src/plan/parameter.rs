//! The tensors that a plan's layers hold.

use super::{Kind, Plan};

/// What a tensor is to its layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Weight of a convolution `[O, I, KH, KW]` or of the dense layer `[classes, features]`.
    Weight,
    /// Bias of the dense layer, `[classes]`.
    Bias,
    /// Scale of a batch norm or group norm, `[C]`.
    Gamma,
    /// Offset of a batch norm or group norm, `[C]`.
    Beta,
    /// Moving mean of a batch norm, `[C]`; gathered, not trained.
    Mean,
    /// Moving variance of a batch norm, `[C]`; gathered, not trained.
    Variance,
}

impl Role {
    /// The last part of the tensor's path.
    pub fn name(self) -> &'static str {
        match self {
            Role::Weight => "weight",
            Role::Bias => "bias",
            Role::Gamma => "gamma",
            Role::Beta => "beta",
            Role::Mean => "mean",
            Role::Variance => "variance",
        }
    }

    /// Whether training changes it, as opposed to a moving statistic.
    pub fn trainable(self) -> bool {
        !matches!(self, Role::Mean | Role::Variance)
    }
}

/// One tensor of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name: the layer's path and the role, for example `cell_7/h/bn/gamma`.
    pub path: String,
    /// Its shape, as in PyTorch.
    pub shape: Vec<usize>,
    /// What it is to its layer.
    pub role: Role,
    /// The layer that holds it.
    pub layer: usize,
}

impl Parameter {
    /// How many numbers it holds.
    pub fn elements(&self) -> u64 {
        self.shape.iter().map(|size| *size as u64).product()
    }
}

pub(super) fn parameters(plan: &Plan) -> Vec<Parameter> {
    let mut all = Vec::new();
    for (index, layer) in plan.layers.iter().enumerate() {
        let mut push = |role: Role, shape: &[u32]| {
            all.push(Parameter {
                path: format!("{}/{}", layer.path, role.name()),
                shape: shape.iter().map(|size| *size as usize).collect(),
                role,
                layer: index,
            });
        };
        match layer.kind {
            Kind::Convolution(convolution) => {
                let read = if convolution.depthwise { 1 } else { convolution.input };
                let [rows, columns] = convolution.kernel;
                push(Role::Weight, &[convolution.output, read, rows, columns]);
            }
            Kind::BatchNorm { .. } => {
                for role in [Role::Gamma, Role::Beta, Role::Mean, Role::Variance] {
                    push(role, &[layer.shape.channels]);
                }
            }
            Kind::GroupNorm { .. } => {
                for role in [Role::Gamma, Role::Beta] {
                    push(role, &[layer.shape.channels]);
                }
            }
            Kind::Dense => {
                let features = plan.shape(layer.inputs[0]).channels;
                push(Role::Weight, &[layer.shape.channels, features]);
                push(Role::Bias, &[layer.shape.channels]);
            }
            _ => {}
        }
    }
    all
}
