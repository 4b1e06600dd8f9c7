//! Pools. On a GPU burn's own have gradients; on the CPU they took a quarter of a training step.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::{Device, Tensor};

use super::{dimensions, numbers, tensor};
use crate::net::kernels::{self, PoolGeometry};
use crate::net::layers;
use crate::plan::Pool;

/// `input` `[N, C, H, W]` pooled.
pub fn pool(input: Tensor<4>, pool: Pool) -> Tensor<4> {
    if input.device().inner() != Device::flex() {
        return layers::pool(&pool, input);
    }
    Tensor::from_dispatch(<Dispatch as Pooling>::pool(input.into_dispatch(), pool))
}

#[backend_extension(Flex, Autodiff)]
trait Pooling: Backend {
    fn pool(input: FloatTensor<Self>, pool: Pool) -> FloatTensor<Self>;
}

/// The gradient on a device that computes.
trait PoolingGradient: Pooling {
    fn gradient(
        input: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        pool: Pool,
    ) -> FloatTensor<Self>;
}

impl Pooling for Flex {
    fn pool(input: FlexTensor, pool: Pool) -> FlexTensor {
        let geometry = PoolGeometry::new(pool, dimensions(&input));
        let input = input.to_contiguous();
        tensor(kernels::pool(&geometry, numbers(&input)), geometry.output_shape())
    }
}

impl PoolingGradient for Flex {
    fn gradient(input: FlexTensor, gradient: FlexTensor, pool: Pool) -> FlexTensor {
        let shape = dimensions(&input);
        let geometry = PoolGeometry::new(pool, shape);
        let (input, gradient) = (input.to_contiguous(), gradient.to_contiguous());
        tensor(kernels::pool_gradient(&geometry, numbers(&input), numbers(&gradient)), shape)
    }
}

impl<B: PoolingGradient, C: CheckpointStrategy> Pooling for Autodiff<B, C> {
    fn pool(input: FloatTensor<Self>, pool: Pool) -> FloatTensor<Self> {
        let prepared = StepBack.prepare::<C>([input.node()]);
        match prepared.compute_bound().stateful() {
            OpsKind::Tracked(mut step) => {
                let state = (step.checkpoint(&input), pool);
                step.finish(state, B::pool(input.into_primitive(), pool))
            }
            OpsKind::UnTracked(step) => step.finish(B::pool(input.into_primitive(), pool)),
        }
    }
}

#[derive(Debug)]
struct StepBack;

impl<B: PoolingGradient> Backward<B, 1> for StepBack {
    type State = (NodeId, Pool);

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        gradients: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let [node] = ops.parents;
        let gradient = gradients.consume::<B>(&ops.node);
        let (input, pool) = ops.state;
        let input: FloatTensor<B> = checkpointer.retrieve_node_output(input);
        if let Some(node) = node {
            gradients.register::<B>(node.id, B::gradient(input, gradient, pool));
        }
    }
}
