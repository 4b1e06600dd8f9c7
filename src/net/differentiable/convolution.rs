//! Convolution.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::ops::ModuleOps as _;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Cube, Dispatch, Flex, backend_extension};
use burn::tensor::Tensor;
use burn::tensor::ops::ConvOptions;

use super::{dimensions, numbers, tensor};
use crate::net::kernels::{self, Geometry};
use crate::plan::Convolution;

/// `input` `[N, C, H, W]` convolved with `weight` `[O, I, KH, KW]`.
pub fn convolve(input: Tensor<4>, weight: Tensor<4>, convolution: Convolution) -> Tensor<4> {
    let (input, weight) = (input.into_dispatch(), weight.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Convolve>::convolve(input, weight, convolution))
}

#[backend_extension(Cube, Flex, Autodiff)]
trait Convolve: Backend {
    fn convolve(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        convolution: Convolution,
    ) -> FloatTensor<Self>;
}

/// The gradients on a device that computes.
trait ConvolveGradients: Convolve {
    fn input_gradient(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        convolution: Convolution,
    ) -> FloatTensor<Self>;

    fn weight_gradient(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        convolution: Convolution,
    ) -> FloatTensor<Self>;
}

fn options(convolution: &Convolution) -> ConvOptions<2> {
    let groups = if convolution.depthwise { convolution.input } else { 1 } as usize;
    let padding = convolution.padding;
    let pairs = [(padding.top, padding.bottom), (padding.left, padding.right)]
        .map(|(before, after)| (before as usize, after as usize));
    let stride = convolution.stride.map(|step| step as usize);
    ConvOptions::new_with_padding(stride, pairs, [convolution.dilation as usize; 2], groups)
}

impl Convolve for Cube {
    fn convolve(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        convolution: Convolution,
    ) -> FloatTensor<Self> {
        Self::conv2d(input, weight, None, options(&convolution))
    }
}

impl ConvolveGradients for Cube {
    fn input_gradient(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        convolution: Convolution,
    ) -> FloatTensor<Self> {
        Self::conv2d_x_backward(input, weight, gradient, options(&convolution))
    }

    fn weight_gradient(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        convolution: Convolution,
    ) -> FloatTensor<Self> {
        Self::conv2d_weight_backward(input, weight, gradient, options(&convolution))
    }
}

impl Convolve for Flex {
    fn convolve(input: FlexTensor, weight: FlexTensor, convolution: Convolution) -> FlexTensor {
        let geometry = Geometry::new(convolution, dimensions(&input));
        let (input, weight) = (input.to_contiguous(), weight.to_contiguous());
        let output = kernels::convolve(&geometry, numbers(&input), numbers(&weight));
        tensor(output, geometry.output_shape())
    }
}

impl ConvolveGradients for Flex {
    fn input_gradient(
        input: FlexTensor,
        weight: FlexTensor,
        gradient: FlexTensor,
        convolution: Convolution,
    ) -> FlexTensor {
        let shape = dimensions(&input);
        let geometry = Geometry::new(convolution, shape);
        let (weight, gradient) = (weight.to_contiguous(), gradient.to_contiguous());
        let made = kernels::input_gradient(&geometry, numbers(&weight), numbers(&gradient));
        tensor(made, shape)
    }

    fn weight_gradient(
        input: FlexTensor,
        weight: FlexTensor,
        gradient: FlexTensor,
        convolution: Convolution,
    ) -> FlexTensor {
        let geometry = Geometry::new(convolution, dimensions(&input));
        let (input, gradient) = (input.to_contiguous(), gradient.to_contiguous());
        let made = kernels::weight_gradient(&geometry, numbers(&input), numbers(&gradient));
        tensor(made, dimensions::<4>(&weight))
    }
}

impl<B: ConvolveGradients, C: CheckpointStrategy> Convolve for Autodiff<B, C> {
    fn convolve(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        convolution: Convolution,
    ) -> FloatTensor<Self> {
        let prepared = StepBack.prepare::<C>([input.node(), weight.node()]);
        match prepared.compute_bound().stateful() {
            OpsKind::Tracked(mut step) => {
                let state = (step.checkpoint(&input), step.checkpoint(&weight), convolution);
                let (input, weight) = (input.into_primitive(), weight.into_primitive());
                step.finish(state, B::convolve(input, weight, convolution))
            }
            OpsKind::UnTracked(step) => {
                let (input, weight) = (input.into_primitive(), weight.into_primitive());
                step.finish(B::convolve(input, weight, convolution))
            }
        }
    }
}

#[derive(Debug)]
struct StepBack;

impl<B: ConvolveGradients> Backward<B, 2> for StepBack {
    type State = (NodeId, NodeId, Convolution);

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        gradients: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let [input_node, weight_node] = ops.parents;
        let gradient = gradients.consume::<B>(&ops.node);
        let (input, weight, convolution) = ops.state;
        let input: FloatTensor<B> = checkpointer.retrieve_node_output(input);
        let weight: FloatTensor<B> = checkpointer.retrieve_node_output(weight);
        if let Some(node) = input_node {
            let (input, weight) = (input.clone(), weight.clone());
            let slopes = B::input_gradient(input, weight, gradient.clone(), convolution);
            gradients.register::<B>(node.id, slopes);
        }
        if let Some(node) = weight_node {
            let slopes = B::weight_gradient(input, weight, gradient, convolution);
            gradients.register::<B>(node.id, slopes);
        }
    }
}
