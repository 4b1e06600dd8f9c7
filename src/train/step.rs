//! One step of training: forward, backward, and what the optimiser makes of the gradient.

use burn::tensor::{Device, Tensor};

use super::random::Stream;
use super::{Recipe, State};
use crate::net::{Batch, Learner, PathFactors, Trainable, upload};
use crate::plan::Role;

/// A network on a device with what its training needs at every step.
pub struct Stepper {
    learner: Learner,
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
        let learner = Learner::new(network, &device);
        Stepper { learner, recipe, device, decay, learns, unbiased }
    }

    /// The network.
    pub fn network(&self) -> &Trainable {
        self.learner.network()
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
        &mut self,
        state: &mut State,
        pictures: Vec<f32>,
        labels: &[u32],
        steps: u64,
    ) -> StepResult {
        let factors = self.path_factors(state.step, steps, labels.len());
        let rate = self.recipe.rate(state.step, steps);
        self.step_at(state, pictures, labels, factors, rate)
    }

    /// The same with dropped paths and a learning rate of the caller's.
    pub fn step_at(
        &mut self,
        state: &mut State,
        pictures: Vec<f32>,
        labels: &[u32],
        factors: PathFactors,
        rate: f64,
    ) -> StepResult {
        let batch = Batch {
            pictures,
            targets: self.targets(labels),
            examples: labels.len(),
            factors,
            auxiliary: self.recipe.auxiliary,
        };
        let lesson = self.learner.learn(&state.trained, &state.gathered, &batch);
        let norm = self.update(state, lesson.gradient, lesson.statistics, rate);
        StepResult { loss: lesson.loss, logits: lesson.logits, norm }
    }

    /// Clipping (by the global norm), weight decay, momentum, the step; then the moving
    /// statistics and the averages. Returns the gradient's norm.
    fn update(
        &self,
        state: &mut State,
        gradient: Tensor<1>,
        statistics: Tensor<1>,
        rate: f64,
    ) -> Tensor<1> {
        let recipe = &self.recipe;
        let norm = gradient.clone().powi_scalar(2).sum().sqrt();
        let scale = (norm.clone() + 1e-6).recip() * recipe.clip;
        let gradient = gradient * scale.clamp_max(1.0);
        let gradient = gradient + self.decay.clone() * state.trained.clone();
        let velocity = state.velocity.clone() * recipe.momentum + gradient * self.learns.clone();
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
    fn targets(&self, labels: &[u32]) -> Vec<f32> {
        let plan = self.network().plan();
        let classes = plan.shape(plan.output()).channels as usize;
        let shared = self.recipe.label_smoothing / classes as f64;
        let mut targets = vec![shared as f32; labels.len() * classes];
        for (row, label) in targets.chunks_exact_mut(classes).zip(labels) {
            row[*label as usize] += (1.0 - self.recipe.label_smoothing) as f32;
        }
        targets
    }

    /// The factors of the paths that this step drops: the same for the same seed and step.
    fn path_factors(&self, step: u64, steps: u64, examples: usize) -> PathFactors {
        let (recipe, plan) = (&self.recipe, self.network().plan());
        if recipe.keep_path >= 1.0 {
            return Vec::new();
        }
        let progress = step as f64 / steps.max(1) as f64;
        let cells = plan.cells();
        let mut stream = Stream::dropped_paths(recipe.seed, step);
        let blocks = plan.blocks.iter().map(|block| {
            let keep = recipe.keep_probability(block.cell, cells, progress) as f32;
            block.droppable.map(|droppable| {
                let draw = |_| if stream.unit() < keep { 1.0 / keep } else { 0.0 };
                droppable.then(|| (0..examples).map(draw).collect())
            })
        });
        blocks.collect()
    }
}

/// `kept from + (1 - kept) to`, so written that what is frozen, and there is the same in both, does
/// not move by rounding.
fn toward(from: Tensor<1>, to: Tensor<1>, kept: f64) -> Tensor<1> {
    from.clone() + (to - from) * (1.0 - kept)
}
