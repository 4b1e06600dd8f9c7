//! A network in training: batch norm with the batch's statistics, dropped paths, gradients.

use std::ops::Range;
use std::sync::Arc;

use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};

use super::{differentiable, layers};
use crate::plan::{Kind, Parameter, Plan, ValueId};
use crate::weights::{Fitted, Tensor as HostTensor, WeightTable};

/// Where one parameter lies among all those of its sort.
#[derive(Clone, Debug)]
struct Slot {
    parameter: Parameter,
    range: Range<usize>,
}

/// Which numbers of a network are trained and which are gathered, one after the other.
///
/// An optimiser then works on one tensor for the whole network, `[T]`, and the moving statistics
/// are another, `[G]`: a NASNet has hundreds of small tensors, and each operation has a price.
#[derive(Clone, Debug)]
pub struct Trainable {
    plan: Arc<Plan>,
    trained: Vec<Slot>,
    gathered: Vec<Slot>,
    /// For each layer where its weight or gamma is among the trained, if it has one.
    first_trained: Vec<Option<usize>>,
    /// The same for its moving mean.
    first_gathered: Vec<Option<usize>>,
    last_uses: Vec<usize>,
    frozen: Vec<bool>,
}

/// What a network in training makes of a batch.
pub struct Outputs {
    /// `[N, classes]`.
    pub logits: Tensor<2>,
    /// The auxiliary head's, `[N, classes]`.
    pub auxiliary: Option<Tensor<2>>,
    /// Mean and variance of the batch, where the moving ones are, `[G]`.
    pub statistics: Tensor<1>,
}

/// The factors of the paths that may be dropped, `[N]` each: 0, or one over the probability of
/// being kept. For every block of the plan, left and right.
pub type PathFactors = Vec<[Option<Tensor<4>>; 2]>;

impl Trainable {
    /// The layout of a plan's parameters. Units whose stage is below `first_stage` are frozen: their weights
    /// get no gradient and their batch norms use the moving statistics.
    pub fn new(plan: Arc<Plan>, first_stage: u8) -> Self {
        let mut trained: Vec<Slot> = Vec::new();
        let mut gathered: Vec<Slot> = Vec::new();
        let mut first_trained = vec![None; plan.layers.len()];
        let mut first_gathered = vec![None; plan.layers.len()];
        for parameter in plan.parameters() {
            let (slots, first) = match parameter.role.trainable() {
                true => (&mut trained, &mut first_trained),
                false => (&mut gathered, &mut first_gathered),
            };
            first[parameter.layer].get_or_insert(slots.len());
            let start = slots.last().map_or(0, |slot| slot.range.end);
            let range = start..start + parameter.shape.iter().product::<usize>();
            slots.push(Slot { parameter, range });
        }
        let mut frozen = vec![false; plan.layers.len()];
        for unit in plan.units.iter().filter(|unit| unit.stage < first_stage) {
            frozen[unit.layers.clone()].fill(true);
        }
        let last_uses = plan.last_uses();
        Trainable { plan, trained, gathered, first_trained, first_gathered, last_uses, frozen }
    }

    /// The plan.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// How many numbers are trained, T.
    pub fn trained_count(&self) -> usize {
        self.trained.last().map_or(0, |slot| slot.range.end)
    }

    /// How many numbers are gathered, G.
    pub fn gathered_count(&self) -> usize {
        self.gathered.last().map_or(0, |slot| slot.range.end)
    }

    /// A number for each trained number, `[T]`, by its parameter and whether that is frozen.
    pub fn per_trained(&self, number: impl Fn(&Parameter, bool) -> f32) -> Vec<f32> {
        self.each(&self.trained, number)
    }

    /// The same for each gathered number, `[G]`.
    pub fn per_gathered(&self, number: impl Fn(&Parameter, bool) -> f32) -> Vec<f32> {
        self.each(&self.gathered, number)
    }

    fn each(&self, slots: &[Slot], number: impl Fn(&Parameter, bool) -> f32) -> Vec<f32> {
        let numbers = slots.iter().flat_map(|slot| {
            let value = number(&slot.parameter, self.frozen[slot.parameter.layer]);
            std::iter::repeat_n(value, slot.range.len())
        });
        numbers.collect()
    }

    /// The numbers of `fitted`, trained `[T]` and gathered `[G]`.
    pub fn numbers(&self, fitted: &Fitted<'_>) -> [Vec<f32>; 2] {
        [&self.trained, &self.gathered].map(|slots| {
            slots.iter().flat_map(|slot| fitted.numbers(&slot.parameter).into_owned()).collect()
        })
    }

    /// The numbers as tensors by path.
    pub fn table(&self, trained: &[f32], gathered: &[f32]) -> WeightTable {
        let of = |slots: &[Slot], numbers: &[f32]| -> Vec<(String, HostTensor)> {
            let tensor = |slot: &Slot| HostTensor {
                shape: slot.parameter.shape.clone(),
                data: numbers[slot.range.clone()].to_vec(),
            };
            slots.iter().map(|slot| (slot.parameter.path.clone(), tensor(slot))).collect()
        };
        of(&self.trained, trained).into_iter().chain(of(&self.gathered, gathered)).collect()
    }

    /// The trained numbers `[T]` as leaves, whose gradients are recorded except where frozen.
    pub fn leaves(&self, trained: &Tensor<1>) -> Vec<Tensor<1>> {
        let slots = self.trained.iter();
        slots
            .map(|slot| {
                let leaf = trained.clone().slice([slot.range.clone()]).autodiff();
                let frozen = self.frozen[slot.parameter.layer];
                leaf.set_require_grad(!frozen)
            })
            .collect()
    }

    /// The gradient of `loss` for every trained number, `[T]`; zero where frozen.
    pub fn gradient(&self, loss: &Tensor<1>, leaves: &[Tensor<1>]) -> Tensor<1> {
        let mut gradients = loss.backward();
        let each = leaves.iter().map(|leaf| {
            let gradient = leaf.grad_remove(&mut gradients);
            gradient.unwrap_or_else(|| leaf.clone().inner().zeros_like())
        });
        Tensor::cat(each.collect(), 0)
    }

    /// Runs pictures `[N, 3, H, W]` in training mode. `gathered` are the moving statistics `[G]`,
    /// which frozen layers use; `factors` those of dropped paths.
    pub fn forward(
        &self,
        leaves: &[Tensor<1>],
        gathered: &Tensor<1>,
        pictures: Tensor<4>,
        factors: &PathFactors,
    ) -> Outputs {
        let mut pass = Pass {
            network: self,
            leaves,
            gathered,
            values: vec![None; self.plan.layers.len()],
            statistics: Vec::with_capacity(self.gathered.len()),
        };
        let mut dropped = factors.iter().zip(&self.plan.blocks).peekable();
        pass.values[0] = Some(pictures.autodiff());
        for index in 1..self.plan.layers.len() {
            let factors = dropped.next_if(|(_, block)| block.layer == index);
            let made = pass.layer(index, factors.map(|(factors, _)| factors));
            pass.values[index] = Some(made);
        }
        let logits = |value: ValueId| {
            let logits = pass.values[value].clone().expect("nothing reads it");
            let [examples, classes, ..] = logits.dims();
            logits.reshape([examples, classes])
        };
        Outputs {
            logits: logits(self.plan.output()),
            auxiliary: self.plan.auxiliary_output().map(logits),
            statistics: Tensor::cat(pass.statistics, 0),
        }
    }
}

/// One way through the network.
struct Pass<'a> {
    network: &'a Trainable,
    leaves: &'a [Tensor<1>],
    gathered: &'a Tensor<1>,
    values: Vec<Option<Tensor<4>>>,
    statistics: Vec<Tensor<1>>,
}

impl Pass<'_> {
    fn layer(&mut self, index: usize, factors: Option<&[Option<Tensor<4>>; 2]>) -> Tensor<4> {
        let plan = self.network.plan.clone();
        let layer = &plan.layers[index];
        let first = self.read(index, 0);
        match layer.kind {
            Kind::Input => unreachable!("the first layer is given"),
            Kind::Relu => relu(first),
            Kind::Convolution(convolution) => {
                let weight = self.parameter(index, 0);
                let shape: [usize; 4] = self.shape(index, 0);
                differentiable::convolve(first, weight.reshape(shape), convolution)
            }
            Kind::BatchNorm { epsilon } => self.batch_norm(index, first, epsilon),
            Kind::Pool(pool) => differentiable::pool(first, pool),
            Kind::Subsample { offset } => layers::subsample(offset, first),
            Kind::GlobalAveragePool => layers::global_average(first),
            Kind::Add | Kind::Concat => {
                let all = (0..layer.inputs.len()).map(|position| {
                    let value =
                        if position == 0 { first.clone() } else { self.read(index, position) };
                    match factors.and_then(|factors| factors[position].clone()) {
                        Some(factor) => value * factor,
                        None => value,
                    }
                });
                let mut all: Vec<Tensor<4>> = all.collect();
                match layer.kind {
                    Kind::Concat => Tensor::cat(all, 1),
                    _ => {
                        let last = all.pop().expect("two are added");
                        all.into_iter().fold(last, |sum, value| sum + value)
                    }
                }
            }
            Kind::Dense => {
                let [examples, features, ..] = first.dims();
                let weight = self.parameter(index, 0).reshape(self.shape::<2>(index, 0));
                let bias = self.parameter(index, 1);
                let logits = first.reshape([examples, features]).matmul(weight.transpose());
                let [_, classes] = logits.dims();
                (logits + bias.reshape([1, classes])).reshape([examples, classes, 1, 1])
            }
        }
    }

    /// An input of a layer, given away after its last use.
    fn read(&mut self, index: usize, position: usize) -> Tensor<4> {
        let layer = &self.network.plan.layers[index];
        let value = layer.inputs[position];
        let again = layer.inputs[position + 1..].contains(&value);
        let slot = &mut self.values[value];
        let last = self.network.last_uses[value] == index && !again;
        if last { slot.take() } else { slot.clone() }.expect("made earlier, still needed")
    }

    fn batch_norm(&mut self, index: usize, value: Tensor<4>, epsilon: f64) -> Tensor<4> {
        let (gamma, beta) = (self.parameter(index, 0), self.parameter(index, 1));
        if !self.network.frozen[index] {
            let (output, statistics) = differentiable::normalise(value, gamma, beta, epsilon);
            self.statistics.extend(statistics.map(Tensor::inner));
            return output;
        }
        let [mean, variance] = [0, 1].map(|place| self.statistic(index, place));
        self.statistics.extend([mean.clone(), variance.clone()]);
        let [channels] = mean.dims();
        let scale = (variance + epsilon).sqrt().recip().autodiff() * gamma;
        let offset = beta - mean.autodiff() * scale.clone();
        let [scale, offset] = [scale, offset].map(|one| one.reshape([1, channels, 1, 1]));
        value * scale + offset
    }

    fn parameter(&self, index: usize, place: usize) -> Tensor<1> {
        let first = self.network.first_trained[index].expect("this kind of layer has some");
        self.leaves[first + place].clone()
    }

    fn shape<const D: usize>(&self, index: usize, place: usize) -> [usize; D] {
        let first = self.network.first_trained[index].expect("this kind of layer has some");
        let shape = &self.network.trained[first + place].parameter.shape;
        std::array::from_fn(|dimension| shape[dimension])
    }

    fn statistic(&self, index: usize, place: usize) -> Tensor<1> {
        let first = self.network.first_gathered[index].expect("a batch norm has some");
        self.gathered.clone().slice([self.network.gathered[first + place].range.clone()])
    }
}

/// Numbers on a device, `[count]`.
pub fn upload(numbers: Vec<f32>, device: &Device) -> Tensor<1> {
    let count = numbers.len();
    Tensor::from_data(TensorData::new(numbers, [count]), device)
}
