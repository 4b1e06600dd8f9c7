//! One training step of the network that a new window opens, and the loops that take most of it.

use std::sync::Arc;

use burn::tensor::Device;
use divan::{Bencher, black_box};
use nasnet_explorer::arch::zoo;
use nasnet_explorer::net::Trainable;
use nasnet_explorer::net::kernels::{self, Geometry};
use nasnet_explorer::plan::{Convolution, Padding, lower};
use nasnet_explorer::train::{Recipe, State, Stepper};
use nasnet_explorer::weights::Weights;

fn main() {
    divan::main();
}

const BATCH: usize = 16;

/// Numbers from -1 to 1 that are no pattern.
fn numbers(count: usize) -> Vec<f32> {
    (0..count as u32)
        .map(|place| (place.wrapping_mul(2_654_435_761) >> 16) as f32 / 32_768.0 - 1.0)
        .collect()
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn a_step_of_sixteen_pictures(bencher: Bencher) {
    let plan = Arc::new(lower(&zoo::architecture("nasnet-a-shapes").expect("a preset")));
    let network = Trainable::new(plan.clone(), 0);
    let device = Device::flex();
    let mut state = State::new(&network, &Weights::default(), 0, &device);
    let recipe = Recipe { batch: BATCH as u32, ..Recipe::default() };
    let mut stepper = Stepper::new(network, recipe, device);
    let pictures = numbers(BATCH * plan.shape(0).elements() as usize);
    let labels: Vec<u32> = (0..BATCH as u32).collect();
    bencher
        .with_inputs(|| pictures.clone())
        .bench_local_values(|pictures| stepper.step(&mut state, pictures, &labels, 1000).norm);
}

/// A convolution of 12 channels at 32 pixels, as in the first stage.
fn geometry(window: Window) -> Geometry {
    let (kernel, depthwise) = (window.side(), window == Window::Depthwise);
    let padding = Padding::same([32; 2], [kernel; 2], [1; 2], 1);
    let convolution = Convolution {
        input: 12,
        output: 12,
        kernel: [kernel; 2],
        stride: [1; 2],
        dilation: 1,
        depthwise,
        padding,
    };
    Geometry::new(convolution, [BATCH, 12, 32, 32])
}

/// What a separable convolution is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Window {
    Depthwise,
    Pointwise,
}

impl Window {
    const ALL: [Window; 2] = [Window::Depthwise, Window::Pointwise];

    fn side(self) -> u32 {
        match self {
            Window::Depthwise => 5,
            Window::Pointwise => 1,
        }
    }

    fn weights(self) -> Vec<f32> {
        numbers(match self {
            Window::Depthwise => 12 * 25,
            Window::Pointwise => 12 * 12,
        })
    }
}

#[divan::bench(args = Window::ALL)]
fn convolution_forward(bencher: Bencher, window: Window) {
    let geometry = geometry(window);
    let (input, weight) = (numbers(BATCH * 12 * 1024), window.weights());
    let mut made = vec![0.0; input.len()];
    bencher.bench_local(|| {
        kernels::convolve(&geometry, black_box(&input), &weight, &mut made);
    });
}

#[divan::bench(args = Window::ALL)]
fn convolution_input_gradient(bencher: Bencher, window: Window) {
    let geometry = geometry(window);
    let (slope, weight) = (numbers(BATCH * 12 * 1024), window.weights());
    let mut result = vec![0.0; slope.len()];
    bencher.bench_local(|| {
        kernels::input_gradient(&geometry, &weight, black_box(&slope), &mut result);
    });
}

#[divan::bench(args = Window::ALL)]
fn convolution_weight_gradient(bencher: Bencher, window: Window) {
    let geometry = geometry(window);
    let input = numbers(BATCH * 12 * 1024);
    let mut result = window.weights();
    bencher.bench_local(|| {
        kernels::weight_gradient(&geometry, black_box(&input), &input, &mut result);
    });
}
