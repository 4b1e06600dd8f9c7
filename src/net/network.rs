//! The network: a plan's layers with numbers, run one after the other.

use std::ops::ControlFlow;
use std::sync::Arc;

use burn::module::Param;
use burn::nn::Linear;
use burn::nn::conv::Conv2d;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};

use super::fold::{Folded, Folding};
use super::layers;
use crate::plan::{Kind, Plan, Unit, ValueId};
use crate::weights::Weights;

/// Why a network was not built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The user changed their mind.
    #[error("cancelled")]
    Cancelled,
}

/// What a layer computes with.
enum Module {
    Convolution(Conv2d),
    Dense(Linear),
    /// Scale and offset of a group norm, `[C]` each.
    GroupNorm(Box<[Tensor<1>; 2]>),
    /// A batch norm whose numbers are in the convolution before it.
    PassOn,
    /// A layer without numbers.
    Stateless,
}

/// A network on a device, for inference: batch norm is folded into the convolutions.
pub struct Network {
    plan: Arc<Plan>,
    modules: Vec<Module>,
    last_uses: Vec<usize>,
    untrained: Vec<String>,
    is_untrained: bool,
}

impl Network {
    /// Builds a network with those of `weights` that fit it, the others seeded. `go_on` is told
    /// after each layer how many are done.
    pub fn build(
        plan: Arc<Plan>,
        weights: &Weights,
        device: &Device,
        mut go_on: impl FnMut(usize) -> ControlFlow<()>,
    ) -> Result<Self, BuildError> {
        let fitted = weights.fit(&plan);
        let folding = Folding::new(&plan, &fitted);
        let mut modules = Vec::with_capacity(plan.layers.len());
        for (index, layer) in plan.layers.iter().enumerate() {
            if go_on(index).is_break() {
                return Err(BuildError::Cancelled);
            }
            modules.push(match (layer.kind, folding.layer(index)) {
                (Kind::Convolution(convolution), Some(folded)) => {
                    Module::Convolution(layers::convolution(&convolution, folded, device))
                }
                (Kind::Dense, Some(folded)) => {
                    let features = plan.shape(layer.inputs[0]).channels as usize;
                    Module::Dense(dense(folded, features, device))
                }
                (Kind::BatchNorm { .. }, _) => Module::PassOn,
                (Kind::GroupNorm { .. }, _) => {
                    let numbers = folding.scale_and_offset(index).expect("a group norm has both");
                    Module::GroupNorm(Box::new(numbers.map(|numbers| {
                        let count = numbers.len();
                        Tensor::from_data(TensorData::new(numbers, [count]), device)
                    })))
                }
                _ => Module::Stateless,
            });
        }
        let (untrained, is_untrained) = (fitted.untrained_groups(), fitted.is_untrained());
        let last_uses = plan.last_uses();
        Ok(Network { plan, modules, last_uses, untrained, is_untrained })
    }

    /// The plan that the network was built from.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The groups of layers whose weights are seeded random numbers, in the network's order.
    pub fn untrained_groups(&self) -> &[String] {
        &self.untrained
    }

    /// Whether no weight came from a file.
    pub fn is_untrained(&self) -> bool {
        self.is_untrained
    }

    /// Runs pictures `[N, 3, H, W]` to logits `[N, classes]`. After each unit of the plan, `tap`
    /// sees its output `[N, C, H, W]`, several concatenated, and says whether to go on; `None` if
    /// not. A value is dropped after its last use.
    ///
    /// # Panics
    ///
    /// If the pictures are not of the plan's input size.
    pub fn run(
        &self,
        pictures: Tensor<4>,
        mut tap: impl FnMut(&Unit, &Tensor<4>) -> ControlFlow<()>,
    ) -> Option<Tensor<2>> {
        let plan = &*self.plan;
        let [examples, ..] = pictures.dims();
        let [channels, height, width] = plan.shape(0).to_array().map(|size| size as usize);
        assert_eq!(pictures.dims(), [examples, channels, height, width], "input size");
        let mut values: Vec<Option<Tensor<4>>> = vec![None; plan.layers.len()];
        values[0] = Some(pictures);
        let mut units = plan.units.iter().peekable();
        for index in 1..plan.layers.len() {
            let value = self.layer(index, &mut values);
            values[index] = Some(value);
            while let Some(unit) = units.next_if(|unit| unit.layers.end == index + 1) {
                let mut outputs = unit
                    .outputs
                    .iter()
                    .map(|value| values[*value].clone().expect("it outlives its unit"));
                let output = match &unit.outputs[..] {
                    [_] => outputs.next().expect("there is one"),
                    _ => Tensor::cat(outputs.collect(), 1),
                };
                if tap(unit, &output).is_break() {
                    return None;
                }
                for value in unit.outputs.iter().filter(|value| self.is_unread(**value, index)) {
                    values[*value] = None;
                }
            }
        }
        let logits = values[plan.output()].take().expect("the last layer was run");
        let classes = plan.shape(plan.output()).channels as usize;
        Some(logits.reshape([examples, classes]))
    }

    /// Whether no layer after `index`, the last of a unit, reads an output of the unit. Near the end
    /// of a network with four inputs a cell there are such outputs.
    fn is_unread(&self, value: ValueId, index: usize) -> bool {
        let next = self.plan.layers.get(index + 1);
        self.last_uses[value] == index + 1
            && next.is_some_and(|layer| !layer.inputs.contains(&value))
    }

    fn layer(&self, index: usize, values: &mut [Option<Tensor<4>>]) -> Tensor<4> {
        let layer = &self.plan.layers[index];
        // The position tells a value that one layer reads twice: it is taken the last time.
        let mut read = layer.inputs.iter().enumerate().map(|(position, value): (_, &ValueId)| {
            let again = layer.inputs[position + 1..].contains(value);
            let last = self.last_uses[*value] == index && !again;
            let slot = &mut values[*value];
            if last { slot.take() } else { slot.clone() }.expect("made earlier, still needed")
        });
        let first = read.next().expect("every layer but the input reads something");
        match (&self.modules[index], layer.kind) {
            (Module::Convolution(convolution), _) => convolution.forward(first),
            (Module::Dense(dense), _) => {
                let value = first;
                let [examples, features, ..] = value.dims();
                let logits: Tensor<2> = dense.forward(value.reshape([examples, features]));
                let [_, classes] = logits.dims();
                logits.reshape([examples, classes, 1, 1])
            }
            (Module::GroupNorm(numbers), Kind::GroupNorm { groups, epsilon }) => {
                layers::group_norm(first, groups, epsilon, (**numbers).clone())
            }
            (Module::PassOn, _) => first,
            (Module::Stateless, Kind::Relu) => relu(first),
            (Module::Stateless, Kind::Pool(pool)) => layers::pool(&pool, first),
            (Module::Stateless, Kind::Subsample { offset }) => layers::subsample(offset, first),
            (Module::Stateless, Kind::GlobalAveragePool) => layers::global_average(first),
            (Module::Stateless, Kind::Add) => read.fold(first, |sum, value| sum + value),
            (Module::Stateless, Kind::Concat) => {
                Tensor::cat(std::iter::once(first).chain(read).collect(), 1)
            }
            (Module::Stateless | Module::GroupNorm(_), kind) => {
                unreachable!("{kind:?} has numbers or is the input")
            }
        }
    }
}

fn dense(folded: Folded, features: usize, device: &Device) -> Linear {
    let classes = folded.weight.len() / features;
    // burn multiplies from the left: `[features, classes]`.
    let weight =
        Tensor::<2>::from_data(TensorData::new(folded.weight, [classes, features]), device);
    Linear {
        weight: Param::from_tensor(weight.transpose()),
        bias: folded.bias.map(|bias| Param::from_data(TensorData::new(bias, [classes]), device)),
    }
}
