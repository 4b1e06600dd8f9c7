//! Forward and back by burn's autodiff, on any device.

use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::module::{batch_norm_train, conv2d};
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, TensorData};

use super::{Batch, Lesson, Trainable, upload};
use crate::net::layers;
use crate::plan::{Convolution, Kind, ValueId};

/// A network whose gradients burn computes.
pub struct DevicePass {
    network: Trainable,
    last_uses: Vec<usize>,
    device: Device,
}

impl DevicePass {
    /// On a device.
    pub fn new(network: Trainable, device: Device) -> Self {
        let last_uses = network.plan().last_uses();
        DevicePass { network, last_uses, device }
    }

    /// The network.
    pub fn network(&self) -> &Trainable {
        &self.network
    }

    /// What a batch teaches.
    pub fn learn(&self, trained: &Tensor<1>, gathered: &Tensor<1>, batch: &Batch) -> Lesson {
        let leaves = self.leaves(trained);
        let plan = self.network.plan();
        let mut pass = Pass {
            learner: self,
            leaves: &leaves,
            gathered,
            values: vec![None; plan.layers.len()],
            statistics: Vec::new(),
        };
        let [channels, height, width] = plan.shape(0).to_array().map(|size| size as usize);
        let shape = [batch.examples, channels, height, width];
        let pictures = TensorData::new(batch.pictures.clone(), shape);
        pass.values[0] = Some(Tensor::<4>::from_data(pictures, &self.device).autodiff());
        let mut factors = self.factors(batch).into_iter().zip(&plan.blocks).peekable();
        for index in 1..plan.layers.len() {
            let dropped = factors.next_if(|(_, block)| block.layer == index);
            let made = pass.layer(index, dropped.map(|(factors, _)| factors));
            pass.values[index] = Some(made);
        }
        let logits = |value: ValueId| {
            let logits = pass.values[value].clone().expect("nothing reads it");
            let [examples, classes, ..] = logits.dims();
            logits.reshape([examples, classes])
        };
        let answers: Tensor<2> = logits(plan.output());
        let targets = TensorData::new(batch.targets.clone(), answers.dims());
        let targets = Tensor::<2>::from_data(targets, &self.device).autodiff();
        let mut loss = cross_entropy(answers.clone(), targets.clone());
        if let Some(value) = plan.auxiliary_output() {
            loss = loss + cross_entropy(logits(value), targets) * batch.auxiliary;
        }
        let statistics = Tensor::cat(pass.statistics, 0);
        let gradient = gradient(&loss, &leaves);
        Lesson { loss: loss.inner(), logits: answers.inner(), gradient, statistics }
    }

    /// The trained numbers as leaves, whose gradients are recorded except where frozen.
    fn leaves(&self, trained: &Tensor<1>) -> Vec<Tensor<1>> {
        let ranges = self.network.trained_ranges();
        ranges
            .map(|(range, frozen)| {
                trained.clone().slice([range]).autodiff().set_require_grad(!frozen)
            })
            .collect()
    }

    /// The factors on the device, `[N, 1, 1, 1]` each, sent in one transfer.
    fn factors(&self, batch: &Batch) -> Vec<[Option<Tensor<4>>; 2]> {
        let numbers: Vec<f32> =
            batch.factors.iter().flatten().flatten().flatten().copied().collect();
        if numbers.is_empty() {
            return Vec::new();
        }
        let all = upload(numbers, &self.device);
        let mut start = 0;
        let mut next = || {
            let range = start..start + batch.examples;
            start = range.end;
            let one = all.clone().slice([range]);
            one.reshape([batch.examples, 1, 1, 1]).autodiff()
        };
        let sides = |sides: &[Option<Vec<f32>>; 2]| {
            [0, 1].map(|side: usize| sides[side].as_ref().map(|_| next()))
        };
        batch.factors.iter().map(sides).collect()
    }
}

fn gradient(loss: &Tensor<1>, leaves: &[Tensor<1>]) -> Tensor<1> {
    let mut gradients = loss.backward();
    let each = leaves.iter().map(|leaf| {
        let gradient = leaf.grad_remove(&mut gradients);
        gradient.unwrap_or_else(|| leaf.clone().inner().zeros_like())
    });
    Tensor::cat(each.collect(), 0)
}

/// The mean over the batch of `- sum(target log(softmax(logits)))`, `[1]`.
fn cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    let [examples, _] = logits.dims();
    (log_softmax(logits, 1) * targets).sum() * (-1.0 / examples as f64)
}

/// One way through the network.
struct Pass<'a> {
    learner: &'a DevicePass,
    leaves: &'a [Tensor<1>],
    gathered: &'a Tensor<1>,
    values: Vec<Option<Tensor<4>>>,
    statistics: Vec<Tensor<1>>,
}

impl Pass<'_> {
    fn layer(&mut self, index: usize, factors: Option<[Option<Tensor<4>>; 2]>) -> Tensor<4> {
        let plan = self.learner.network.plan().clone();
        let layer = &plan.layers[index];
        if matches!(layer.kind, Kind::Add | Kind::Concat) {
            return self.combined(index, factors.unwrap_or_default());
        }
        let first = self.read(index, 0);
        match layer.kind {
            Kind::Relu => relu(first),
            Kind::Convolution(convolution) => {
                let shape: [usize; 4] = self.shape(index, 0);
                let weight = self.parameter(index, 0).reshape(shape);
                conv2d(first, weight, None, options(&convolution))
            }
            Kind::BatchNorm { epsilon } => self.batch_norm(index, first, epsilon),
            Kind::GroupNorm { groups, epsilon } => {
                let numbers = [0, 1].map(|place| self.parameter(index, place));
                layers::group_norm(first, groups, epsilon, numbers)
            }
            Kind::Pool(pool) => layers::pool(&pool, first),
            Kind::Subsample { offset } => layers::subsample(offset, first),
            Kind::GlobalAveragePool => layers::global_average(first),
            Kind::Dense => {
                let [examples, features, ..] = first.dims();
                let weight = self.parameter(index, 0).reshape(self.shape::<2>(index, 0));
                let bias = self.parameter(index, 1);
                let logits = first.reshape([examples, features]).matmul(weight.transpose());
                let [_, classes] = logits.dims();
                (logits + bias.reshape([1, classes])).reshape([examples, classes, 1, 1])
            }
            Kind::Input | Kind::Add | Kind::Concat => unreachable!("given, or combined above"),
        }
    }

    fn combined(&mut self, index: usize, factors: [Option<Tensor<4>>; 2]) -> Tensor<4> {
        let plan = self.learner.network.plan().clone();
        let layer = &plan.layers[index];
        let all = (0..layer.inputs.len()).map(|position| {
            let value = self.read(index, position);
            match factors.get(position).and_then(Option::clone) {
                Some(factor) => value * factor,
                None => value,
            }
        });
        let all: Vec<Tensor<4>> = all.collect();
        match layer.kind {
            Kind::Concat => Tensor::cat(all, 1),
            _ => all.into_iter().reduce(|sum, value| sum + value).expect("two are added"),
        }
    }

    /// An input of a layer, given away after its last use.
    fn read(&mut self, index: usize, position: usize) -> Tensor<4> {
        let layer = &self.learner.network.plan().layers[index];
        let value = layer.inputs[position];
        let again = layer.inputs[position + 1..].contains(&value);
        let slot = &mut self.values[value];
        let last = self.learner.last_uses[value] == index && !again;
        if last { slot.take() } else { slot.clone() }.expect("made earlier, still needed")
    }

    fn batch_norm(&mut self, index: usize, value: Tensor<4>, epsilon: f64) -> Tensor<4> {
        let (gamma, beta) = (self.parameter(index, 0), self.parameter(index, 1));
        if !self.learner.network.is_frozen(index) {
            let made = batch_norm_train(value, gamma, beta, epsilon);
            self.statistics.extend([made.mean, made.variance].map(Tensor::inner));
            return made.output;
        }
        let [mean, variance] = [0, 1].map(|place| {
            self.gathered.clone().slice([self.learner.network.gathered_range(index, place)])
        });
        self.statistics.extend([mean.clone(), variance.clone()]);
        let [channels] = mean.dims();
        let scale = (variance + epsilon).sqrt().recip().autodiff() * gamma;
        let offset = beta - mean.autodiff() * scale.clone();
        let [scale, offset] = [scale, offset].map(|one| one.reshape([1, channels, 1, 1]));
        value * scale + offset
    }

    fn parameter(&self, index: usize, place: usize) -> Tensor<1> {
        self.leaves[self.learner.network.trained_position(index, place)].clone()
    }

    fn shape<const D: usize>(&self, index: usize, place: usize) -> [usize; D] {
        let shape = self.learner.network.trained_shape(index, place);
        std::array::from_fn(|dimension| shape[dimension])
    }
}

fn options(convolution: &Convolution) -> ConvOptions<2> {
    let groups = if convolution.depthwise { convolution.input } else { 1 } as usize;
    let padding = convolution.padding;
    let pairs = [(padding.top, padding.bottom), (padding.left, padding.right)]
        .map(|(before, after)| (before as usize, after as usize));
    let stride = convolution.stride.map(|step| step as usize);
    ConvOptions::new_with_padding(stride, pairs, [convolution.dilation as usize; 2], groups)
}
