//! Batch norm with the batch's statistics.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::ops::ModuleOps as _;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend, Backend, Cube, Dispatch, Flex, backend_extension};
use burn::tensor::Tensor;

use super::{dimensions, numbers, tensor};
use crate::net::kernels;

/// `input` `[N, C, H, W]` with mean `beta` and deviation `gamma` in each channel, and the mean and
/// the (biased) variance it had, `[C]`; the latter two carry no gradient.
pub fn normalise(
    input: Tensor<4>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    epsilon: f64,
) -> (Tensor<4>, [Tensor<1>; 2]) {
    let (output, mean, variance) = <Dispatch as Normalise>::normalise(
        input.into_dispatch(),
        gamma.into_dispatch(),
        beta.into_dispatch(),
        epsilon,
    );
    (Tensor::from_dispatch(output), [mean, variance].map(Tensor::from_dispatch))
}

#[backend_extension(Cube, Flex, Autodiff)]
trait Normalise: Backend {
    fn normalise(
        input: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f64,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);
}

/// The gradients on a device that computes, for input, gamma and beta.
trait NormaliseGradients: Normalise {
    fn gradients(
        input: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        statistics: [FloatTensor<Self>; 2],
        epsilon: f64,
        gradient: FloatTensor<Self>,
    ) -> [FloatTensor<Self>; 3];
}

impl Normalise for Cube {
    fn normalise(
        input: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f64,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let made = Self::batch_norm_train(input, gamma, beta, epsilon);
        (made.output, made.mean, made.variance)
    }
}

impl NormaliseGradients for Cube {
    fn gradients(
        input: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        [mean, variance]: [FloatTensor<Self>; 2],
        epsilon: f64,
        gradient: FloatTensor<Self>,
    ) -> [FloatTensor<Self>; 3] {
        let made = Self::batch_norm_train_backward(input, gamma, mean, variance, epsilon, gradient);
        [made.x_grad, made.gamma_grad, made.beta_grad]
    }
}

impl Normalise for Flex {
    fn normalise(
        input: FlexTensor,
        gamma: FlexTensor,
        beta: FlexTensor,
        epsilon: f64,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        let shape: [usize; 4] = dimensions(&input);
        let [input, gamma, beta] = [input, gamma, beta].map(|one| one.to_contiguous());
        let plane = shape[2] * shape[3];
        let (gamma, beta) = (numbers(&gamma), numbers(&beta));
        let made = kernels::normalise(numbers(&input), gamma, beta, plane, epsilon);
        let [mean, variance] = [made.mean, made.variance].map(|one| tensor(one, [shape[1]]));
        (tensor(made.output, shape), mean, variance)
    }
}

impl NormaliseGradients for Flex {
    fn gradients(
        input: FlexTensor,
        gamma: FlexTensor,
        statistics: [FlexTensor; 2],
        epsilon: f64,
        gradient: FlexTensor,
    ) -> [FlexTensor; 3] {
        let shape: [usize; 4] = dimensions(&input);
        let [input, gamma, gradient] = [input, gamma, gradient].map(|one| one.to_contiguous());
        let [mean, variance] = statistics.map(|one| one.to_contiguous());
        let [slopes, gamma, beta] = kernels::normalise_gradients(
            numbers(&input),
            numbers(&gamma),
            [numbers(&mean), numbers(&variance)],
            shape[2] * shape[3],
            epsilon,
            numbers(&gradient),
        );
        [tensor(slopes, shape), tensor(gamma, [shape[1]]), tensor(beta, [shape[1]])]
    }
}

impl<B: NormaliseGradients, C: CheckpointStrategy> Normalise for Autodiff<B, C> {
    fn normalise(
        input: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f64,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let prepared = StepBack.prepare::<C>([input.node(), gamma.node(), beta.node()]);
        let (output, statistics) = match prepared.compute_bound().stateful() {
            OpsKind::Tracked(mut step) => {
                let nodes = [step.checkpoint(&input), step.checkpoint(&gamma)];
                let [input, gamma, beta] = [input, gamma, beta].map(|one| one.into_primitive());
                let (output, mean, variance) = B::normalise(input, gamma, beta, epsilon);
                let statistics = [mean, variance];
                let state = (nodes, statistics.clone(), epsilon);
                (step.finish(state, output), statistics)
            }
            OpsKind::UnTracked(step) => {
                let [input, gamma, beta] = [input, gamma, beta].map(|one| one.into_primitive());
                let (output, mean, variance) = B::normalise(input, gamma, beta, epsilon);
                (step.finish(output), [mean, variance])
            }
        };
        let [mean, variance] = statistics.map(<Self as AutodiffBackend>::from_inner);
        (output, mean, variance)
    }
}

#[derive(Debug)]
struct StepBack;

impl<B: NormaliseGradients> Backward<B, 3> for StepBack {
    type State = ([NodeId; 2], [FloatTensor<B>; 2], f64);

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        gradients: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let gradient = gradients.consume::<B>(&ops.node);
        let ([input, gamma], statistics, epsilon) = ops.state;
        let input: FloatTensor<B> = checkpointer.retrieve_node_output(input);
        let gamma: FloatTensor<B> = checkpointer.retrieve_node_output(gamma);
        let slopes = B::gradients(input, gamma, statistics, epsilon, gradient);
        for (node, slopes) in ops.parents.into_iter().zip(slopes) {
            if let Some(node) = node {
                gradients.register::<B>(node.id, slopes);
            }
        }
    }
}
