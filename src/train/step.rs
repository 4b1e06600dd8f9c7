//! One step of training: forward, backward, and what the optimiser makes of the gradient.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Tensor, TensorData};

use super::random::Stream;
use super::{Recipe, State};
use crate::net::{PathFactors, Trainable, upload};
use crate::plan::Role;

/// A network on a device with what its training needs at every step.
pub struct Stepper {
    network: Trainable,
    recipe: Recipe,
    device: Device,
    /// The weight decay of each trained number, `[T]`: none for batch norms and biases.
    decay: Tensor<1>,
    /// 1 for each number that is trained, 0 for a frozen one, `[T]`.
    learns: Tensor<1>,
    /// What makes the batch's statistics those of the population, `[G]`: n / (n - 1) for a
    /// variance over n pixels.
    unbiased: Tensor<1>,
}

/// What a step found, still on the device.
pub struct StepResult {
    /// The loss of the batch, label smoothing and auxiliary head included, `[1]`.
    pub loss: Tensor<1>,
    /// What the network said, `[N, classes]`.
    pub logits: Tensor<2>,
    /// The gradient's norm before it was clipped, `[1]`.
    pub norm: Tensor<1>,
}

impl Stepper {
    /// Prepares a network for batches of the recipe's size.
    pub fn new(network: Trainable, recipe: Recipe, device: Device) -> Self {
        let decays = |role: Role| role == Role::Weight;
        let decay = network.per_trained(|parameter, _| match decays(parameter.role) {
            true => recipe.weight_decay as f32,
            false => 0.0,
        });
        let learns = network.per_trained(|_, frozen| if frozen { 0.0 } else { 1.0 });
        let batch = recipe.batch as f32;
        let plan = network.plan().clone();
        let unbiased = network.per_gathered(|parameter, frozen| {
            let shape = plan.shape(parameter.layer);
            let count = batch * (shape.height * shape.width) as f32;
            match parameter.role {
                Role::Variance if !frozen => count / (count - 1.0).max(1.0),
                _ => 1.0,
            }
        });
        let [decay, learns, unbiased] =
            [decay, learns, unbiased].map(|numbers| upload(numbers, &device));
        Stepper { network, recipe, device, decay, learns, unbiased }
    }

    /// The network.
    pub fn network(&self) -> &Trainable {
        &self.network
    }

    /// The recipe.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// Where it computes.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Learns from one batch: `pictures` `[N, 3, H, W]`, a label for each. `steps` is how many
    /// there are in all.
    pub fn step(
        &self,
        state: &mut State,
        pictures: Vec<f32>,
        labels: &[u32],
        steps: u64,
    ) -> StepResult {
        let factors = self.path_factors(state.step, steps, labels.len());
        self.step_with(state, pictures, labels, steps, &factors)
    }

    /// The same with given factors of dropped paths.
    pub fn step_with(
        &self,
        state: &mut State,
        pictures: Vec<f32>,
        labels: &[u32],
        steps: u64,
        factors: &PathFactors,
    ) -> StepResult {
        let [channels, height, width] =
            self.network.plan().shape(0).to_array().map(|size| size as usize);
        let data = TensorData::new(pictures, [labels.len(), channels, height, width]);
        let pictures = Tensor::<4>::from_data(data, &self.device);
        let leaves = self.network.leaves(&state.trained);
        let outputs = self.network.forward(&leaves, &state.gathered, pictures, factors);
        let targets = self.targets(labels);
        let mut loss = cross_entropy(outputs.logits.clone(), targets.clone());
        if let Some(logits) = outputs.auxiliary {
            loss = loss + cross_entropy(logits, targets) * self.recipe.auxiliary;
        }
        let gradient = self.network.gradient(&loss, &leaves);
        drop(leaves);
        let norm = self.update(state, gradient, outputs.statistics, steps);
        StepResult { loss: loss.inner(), logits: outputs.logits.inner(), norm }
    }

    /// Clipping (by the global norm), weight decay, momentum, the step; then the moving
    /// statistics and the averages. Returns the gradient's norm.
    fn update(
        &self,
        state: &mut State,
        gradient: Tensor<1>,
        statistics: Tensor<1>,
        steps: u64,
    ) -> Tensor<1> {
        let recipe = &self.recipe;
        let norm = gradient.clone().powi_scalar(2).sum().sqrt();
        let scale = (norm.clone() + 1e-6).recip() * recipe.clip;
        let gradient = gradient * scale.clamp_max(1.0);
        let gradient = gradient + self.decay.clone() * state.trained.clone();
        let velocity = state.velocity.clone() * recipe.momentum + gradient * self.learns.clone();
        let rate = recipe.rate(state.step, steps);
        state.trained = state.trained.clone() - velocity.clone() * rate;
        state.velocity = velocity;
        state.gathered = toward(
            state.gathered.clone(),
            statistics * self.unbiased.clone(),
            recipe.batch_norm_momentum,
        );
        state.step += 1;
        let kept = recipe.average_kept(state.step);
        state.average = toward(state.average.clone(), state.trained.clone(), kept);
        state.average_gathered =
            toward(state.average_gathered.clone(), state.gathered.clone(), kept);
        norm
    }

    /// `[N, classes]`: the label's part, and what all classes share.
    fn targets(&self, labels: &[u32]) -> Tensor<2> {
        let plan = self.network.plan();
        let classes = plan.shape(plan.output()).channels as usize;
        let shared = self.recipe.label_smoothing / classes as f64;
        let mut numbers = vec![shared as f32; labels.len() * classes];
        for (row, label) in numbers.chunks_exact_mut(classes).zip(labels) {
            row[*label as usize] += (1.0 - self.recipe.label_smoothing) as f32;
        }
        Tensor::from_data(TensorData::new(numbers, [labels.len(), classes]), &self.device)
            .autodiff()
    }

    /// The factors of the paths that this step drops: the same for the same seed and step.
    fn path_factors(&self, step: u64, steps: u64, examples: usize) -> PathFactors {
        let (recipe, plan) = (&self.recipe, self.network.plan());
        if recipe.keep_path >= 1.0 {
            return Vec::new();
        }
        let progress = step as f64 / steps.max(1) as f64;
        let cells = plan.cells();
        let mut stream = Stream::dropped_paths(recipe.seed, step);
        let paths: Vec<[Option<Vec<f32>>; 2]> = plan
            .blocks
            .iter()
            .map(|block| {
                let keep = recipe.keep_probability(block.cell, cells, progress) as f32;
                block.droppable.map(|droppable| {
                    let draw = |_| if stream.unit() < keep { 1.0 / keep } else { 0.0 };
                    droppable.then(|| (0..examples).map(draw).collect())
                })
            })
            .collect();
        // One transfer for all of them.
        let numbers: Vec<f32> = paths.iter().flatten().flatten().flatten().copied().collect();
        if numbers.is_empty() {
            return Vec::new();
        }
        let all = upload(numbers, &self.device);
        let mut start = 0;
        let mut next = || {
            let one = all.clone().slice([start..start + examples]);
            start += examples;
            one.reshape([examples, 1, 1, 1]).autodiff()
        };
        paths.iter().map(|sides| [0, 1].map(|side| sides[side].as_ref().map(|_| next()))).collect()
    }
}

/// The mean over the batch of `- sum(target log(softmax(logits)))`, `[1]`.
fn cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    let [examples, _] = logits.dims();
    (log_softmax(logits, 1) * targets).sum() * (-1.0 / examples as f64)
}

fn toward(from: Tensor<1>, to: Tensor<1>, kept: f64) -> Tensor<1> {
    from * kept + to * (1.0 - kept)
}
