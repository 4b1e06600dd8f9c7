//! Forward and back by our own loops on the CPU, through memory that is used again in every step.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use super::spare::Spare;
use super::{Batch, Lesson, Trainable, upload};
use crate::net::kernels::{self, Geometry, GroupNorm, Norm, PoolGeometry, Statistics};
use crate::plan::{Kind, Layer, Plan, Shape, ValueId};

/// A network whose gradients our own loops compute.
pub struct HostPass {
    network: Trainable,
    /// What each layer made, `[N, C, H, W]`.
    values: Vec<Vec<f32>>,
    /// The loss' gradient for what each layer made, while it is wanted.
    slopes: Vec<Option<Vec<f32>>>,
    /// Each batch norm's statistics of the batch, each group norm's of its groups.
    statistics: Vec<Statistics>,
    /// For each value whether something that learns comes before it.
    learns: Vec<bool>,
    spare: Spare,
}

impl HostPass {
    /// A network on the CPU.
    pub fn new(network: Trainable) -> Self {
        let plan = network.plan();
        let count = plan.layers.len();
        let mut learns = vec![false; count];
        for (index, layer) in plan.layers.iter().enumerate() {
            let own = has_weights(layer.kind) && !network.is_frozen(index);
            learns[index] = own || layer.inputs.iter().any(|input| learns[*input]);
        }
        HostPass {
            values: vec![Vec::new(); count],
            slopes: vec![None; count],
            statistics: vec![Statistics::default(); count],
            learns,
            spare: Spare::default(),
            network,
        }
    }

    /// The network.
    pub fn network(&self) -> &Trainable {
        &self.network
    }

    /// What a batch teaches.
    pub fn learn(&mut self, trained: &Tensor<1>, gathered: &Tensor<1>, batch: &Batch) -> Lesson {
        let plan = self.network.plan().clone();
        let [trained, gathered] = [trained, gathered].map(numbers);
        let factors = factors_by_layer(&plan, batch);
        self.values[0].clone_from(&batch.pictures);
        for (index, factors) in factors.iter().enumerate().skip(1) {
            self.forward(&plan, index, &trained, &gathered, batch.examples, factors);
        }
        let mut gradient = vec![0.0; trained.len()];
        let mut loss = self.begin_back(&plan, plan.output(), batch, 1.0);
        if let Some(value) = plan.auxiliary_output() {
            loss += self.begin_back(&plan, value, batch, batch.auxiliary);
        }
        for index in (1..plan.layers.len()).rev() {
            if let Some(slope) = self.slopes[index].take() {
                self.back(&plan, index, &trained, slope, &factors[index], &mut gradient);
            }
        }
        let device = Device::flex();
        let classes = plan.shape(plan.output()).channels as usize;
        let logits = TensorData::new(self.values[plan.output()].clone(), [batch.examples, classes]);
        Lesson {
            loss: upload(vec![loss as f32], &device),
            logits: Tensor::from_data(logits, &device),
            gradient: upload(gradient, &device),
            statistics: upload(self.gathered_statistics(&gathered), &device),
        }
    }

    fn forward(
        &mut self,
        plan: &Plan,
        index: usize,
        trained: &[f32],
        gathered: &[f32],
        examples: usize,
        factors: &Factors<'_>,
    ) {
        let layer = &plan.layers[index];
        let mut output = std::mem::take(&mut self.values[index]);
        output.resize(examples * layer.shape.elements() as usize, 0.0);
        let first = &self.values[layer.inputs[0]];
        let from = plan.shape(layer.inputs[0]);
        let weight = |place| &trained[self.network.trained_range(index, place)];
        match layer.kind {
            Kind::Input => {}
            Kind::Relu => kernels::relu(first, &mut output),
            Kind::Convolution(convolution) => {
                let geometry = Geometry::new(convolution, dimensions(from, examples));
                kernels::convolve(&geometry, first, weight(0), &mut output);
            }
            Kind::BatchNorm { epsilon } => {
                let (plane, gamma) = (plane(from), weight(0));
                let statistics = match self.network.is_frozen(index) {
                    false => Statistics::of(first, gamma.len(), plane),
                    true => self.moving(index, gathered),
                };
                let norm = Norm { gamma, statistics: &statistics, plane, epsilon };
                norm.apply(first, weight(1), &mut output);
                self.statistics[index] = statistics;
            }
            Kind::GroupNorm { groups, .. } => {
                let size = from.elements() as usize / groups as usize;
                let statistics = Statistics::of_groups(first, size);
                let norm = self.group_norm(layer, index, trained, &statistics);
                norm.apply(first, weight(1), &mut output);
                self.statistics[index] = statistics;
            }
            Kind::Pool(pool) => {
                let geometry = PoolGeometry::new(pool, dimensions(from, examples));
                kernels::pool(&geometry, first, &mut output);
            }
            Kind::Subsample { offset } => {
                kernels::subsample(first, size(from), offset as usize, &mut output);
            }
            Kind::Add => self.sum(layer, factors, &mut output),
            Kind::Concat => {
                let parts = layer.inputs.iter().enumerate().map(|(position, input)| {
                    let factors = factors.get(position).copied().flatten();
                    (self.values[*input].as_slice(), factors)
                });
                kernels::concatenate(&parts.collect::<Vec<_>>(), examples, &mut output);
            }
            Kind::GlobalAveragePool => kernels::means(first, plane(from), &mut output),
            Kind::Dense => kernels::dense(first, weight(0), weight(1), &mut output),
        }
        self.values[index] = output;
    }

    fn sum(&self, layer: &Layer, factors: &Factors<'_>, output: &mut [f32]) {
        output.fill(0.0);
        for (position, input) in layer.inputs.iter().enumerate() {
            let value = &self.values[*input];
            match factors.get(position).copied().flatten() {
                None => kernels::add(output, value),
                Some(factors) => kernels::add_scaled(output, value, factors),
            }
        }
    }

    /// The loss of some logits; its gradient for them becomes theirs.
    fn begin_back(&mut self, plan: &Plan, value: ValueId, batch: &Batch, weight: f64) -> f64 {
        let classes = plan.shape(value).channels as usize;
        let mut slope = self.spare.take(batch.examples * classes);
        let logits = &self.values[value];
        let loss = kernels::cross_entropy(logits, &batch.targets, classes, &mut slope);
        let weight_as_float = weight as f32;
        slope.iter_mut().for_each(|slope| *slope *= weight_as_float);
        self.slopes[value] = Some(slope);
        loss * weight
    }

    /// From the gradient for what a layer made to those for what it read and for its weights.
    fn back(
        &mut self,
        plan: &Plan,
        index: usize,
        trained: &[f32],
        mut slope: Vec<f32>,
        factors: &Factors<'_>,
        gradient: &mut [f32],
    ) {
        let layer = &plan.layers[index];
        if !self.learns[index] {
            return self.spare.give(slope);
        }
        if matches!(layer.kind, Kind::Add | Kind::Concat) {
            return self.divide(layer, slope, factors);
        }
        let input = layer.inputs[0];
        let from = plan.shape(input);
        let examples = self.values[input].len() / from.elements() as usize;
        if has_weights(layer.kind) && !self.network.is_frozen(index) {
            self.weight_gradients(layer, index, trained, &slope, gradient);
        }
        if !self.learns[input] {
            return self.spare.give(slope);
        }
        if layer.kind == Kind::Relu {
            kernels::relu_gradient(&self.values[index], &mut slope);
            return self.pass(input, slope);
        }
        let mut result = self.spare.take(self.values[input].len());
        let read = &self.values[input];
        let weight = |place| &trained[self.network.trained_range(index, place)];
        match layer.kind {
            Kind::Convolution(convolution) => {
                let geometry = Geometry::new(convolution, dimensions(from, examples));
                kernels::input_gradient(&geometry, weight(0), &slope, &mut result);
            }
            Kind::BatchNorm { epsilon } => {
                let sums = [0, 1].map(|place| self.network.trained_range(index, place));
                let sums = sums.map(|range| &gradient[range]);
                let (statistics, plane) = (&self.statistics[index], plane(from));
                let norm = Norm { gamma: weight(0), statistics, plane, epsilon };
                match self.network.is_frozen(index) {
                    true => norm.fixed_input_gradient(&slope, &mut result),
                    false => norm.input_gradient(read, sums, &slope, &mut result),
                }
            }
            Kind::GroupNorm { .. } => {
                let norm = self.group_norm(layer, index, trained, &self.statistics[index]);
                norm.input_gradient(read, &slope, &mut result);
            }
            Kind::Pool(pool) => {
                let geometry = PoolGeometry::new(pool, dimensions(from, examples));
                kernels::pool_gradient(&geometry, read, &mut slope, &mut result);
            }
            Kind::Subsample { offset } => {
                kernels::subsample_gradient(&slope, size(from), offset as usize, &mut result);
            }
            Kind::GlobalAveragePool => kernels::means_gradient(&slope, plane(from), &mut result),
            Kind::Dense => kernels::dense_input_gradient(&slope, weight(0), &mut result),
            Kind::Input | Kind::Relu | Kind::Add | Kind::Concat => unreachable!("seen above"),
        }
        self.spare.give(slope);
        self.pass(input, result);
    }

    fn weight_gradients(
        &self,
        layer: &Layer,
        index: usize,
        trained: &[f32],
        slope: &[f32],
        gradient: &mut [f32],
    ) {
        let input = layer.inputs[0];
        let read = &self.values[input];
        let from = self.network.plan().shape(input);
        let examples = read.len() / from.elements() as usize;
        let range = self.network.trained_range(index, 0);
        match layer.kind {
            Kind::Convolution(convolution) => {
                let geometry = Geometry::new(convolution, dimensions(from, examples));
                kernels::weight_gradient(&geometry, read, slope, &mut gradient[range]);
            }
            Kind::BatchNorm { epsilon } => {
                let (statistics, plane) = (&self.statistics[index], plane(from));
                let norm = Norm { gamma: &trained[range.clone()], statistics, plane, epsilon };
                let [gamma, beta] = norm.scale_gradients(read, slope);
                gradient[range].copy_from_slice(&gamma);
                gradient[self.network.trained_range(index, 1)].copy_from_slice(&beta);
            }
            Kind::GroupNorm { .. } => {
                let norm = self.group_norm(layer, index, trained, &self.statistics[index]);
                let [gamma, beta] = norm.scale_gradients(read, slope);
                gradient[range].copy_from_slice(&gamma);
                gradient[self.network.trained_range(index, 1)].copy_from_slice(&beta);
            }
            Kind::Dense => {
                let bias = self.network.trained_range(index, 1);
                let classes = bias.len();
                kernels::dense_weight_gradient(read, slope, classes, &mut gradient[range]);
                for row in slope.chunks_exact(classes) {
                    gradient[bias.clone()]
                        .iter_mut()
                        .zip(row)
                        .for_each(|(sum, slope)| *sum += slope);
                }
            }
            _ => {}
        }
    }

    /// The numbers that a group norm works with.
    fn group_norm<'a>(
        &self,
        layer: &Layer,
        index: usize,
        trained: &'a [f32],
        statistics: &'a Statistics,
    ) -> GroupNorm<'a> {
        let Kind::GroupNorm { groups, epsilon } = layer.kind else {
            unreachable!("only group norms are asked for")
        };
        GroupNorm {
            gamma: &trained[self.network.trained_range(index, 0)],
            groups: groups as usize,
            statistics,
            plane: plane(layer.shape),
            epsilon,
        }
    }

    /// The gradient for a sum or a concatenation to its parts.
    fn divide(&mut self, layer: &Layer, slope: Vec<f32>, factors: &Factors<'_>) {
        let mut start = 0;
        let elements = layer.shape.elements() as usize;
        let examples = slope.len() / elements;
        for (position, input) in layer.inputs.iter().enumerate() {
            let length = self.values[*input].len();
            if self.learns[*input] {
                let mut part = self.spare.take(length);
                match layer.kind {
                    Kind::Concat => kernels::split(&slope, examples, start, &mut part),
                    _ => part.copy_from_slice(&slope),
                }
                if let Some(factors) = factors.get(position).copied().flatten() {
                    kernels::scale_examples(&mut part, factors);
                }
                self.pass(*input, part);
            }
            start += length / examples;
        }
        self.spare.give(slope);
    }

    /// Adds to the gradient for a value.
    fn pass(&mut self, value: ValueId, slope: Vec<f32>) {
        match &mut self.slopes[value] {
            empty @ None => *empty = Some(slope),
            Some(sum) => {
                kernels::add(sum, &slope);
                self.spare.give(slope);
            }
        }
    }

    /// The moving statistics of a frozen batch norm.
    fn moving(&self, index: usize, gathered: &[f32]) -> Statistics {
        let [mean, variance] =
            [0, 1].map(|place| gathered[self.network.gathered_range(index, place)].to_vec());
        Statistics { mean, variance }
    }

    /// The batch's statistics in the order of the moving ones.
    fn gathered_statistics(&self, gathered: &[f32]) -> Vec<f32> {
        let mut all = gathered.to_vec();
        let plan: &Arc<Plan> = self.network.plan();
        for (index, layer) in plan.layers.iter().enumerate() {
            if matches!(layer.kind, Kind::BatchNorm { .. }) {
                let statistics = &self.statistics[index];
                for (place, numbers) in
                    [&statistics.mean, &statistics.variance].into_iter().enumerate()
                {
                    all[self.network.gathered_range(index, place)].copy_from_slice(numbers);
                }
            }
        }
        all
    }
}

/// The factors of a layer's inputs, where paths to it are dropped.
type Factors<'a> = [Option<&'a [f32]>; 2];

fn factors_by_layer<'a>(plan: &Plan, batch: &'a Batch) -> Vec<Factors<'a>> {
    let mut all = vec![[None, None]; plan.layers.len()];
    for (factors, block) in batch.factors.iter().zip(&plan.blocks) {
        all[block.layer] = [0, 1].map(|side: usize| factors[side].as_deref());
    }
    all
}

fn has_weights(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Convolution(_) | Kind::BatchNorm { .. } | Kind::GroupNorm { .. } | Kind::Dense
    )
}

fn dimensions(shape: Shape, examples: usize) -> [usize; 4] {
    let [channels, height, width] = shape.to_array().map(|size| size as usize);
    [examples, channels, height, width]
}

fn size(shape: Shape) -> [usize; 2] {
    [shape.height as usize, shape.width as usize]
}

fn plane(shape: Shape) -> usize {
    size(shape).iter().product()
}

fn numbers(tensor: &Tensor<1>) -> Vec<f32> {
    tensor.clone().into_data().try_into_vec().expect("a float32 tensor of the CPU")
}
