//! What a batch teaches a network: loss, gradient and statistics of one pass forward and back.
//!
//! Two ways to the same numbers, which a test holds equal: burn's autodiff on any device, and on
//! the CPU our own loops, which take a fraction of its time.

mod device;
mod host;
mod layout;
mod spare;

pub use device::DevicePass;
pub use host::HostPass;
pub use layout::Trainable;

use burn::tensor::{Device, Tensor, TensorData};

/// What is learned from in one step.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// `[N, 3, H, W]`, scaled.
    pub pictures: Vec<f32>,
    /// The wanted probability of every class, `[N, classes]`.
    pub targets: Vec<f32>,
    /// N.
    pub examples: usize,
    /// Which paths are dropped.
    pub factors: PathFactors,
    /// Weight of the auxiliary head's loss.
    pub auxiliary: f64,
}

/// The factors `[N]` of the paths that may be dropped: 0, or one over the probability of being
/// kept. For every block of the plan, left and right; empty where none is dropped.
pub type PathFactors = Vec<[Option<Vec<f32>>; 2]>;

/// What a batch teaches, on the device.
pub struct Lesson {
    /// The mean cross entropy, with the auxiliary head's share, `[1]`.
    pub loss: Tensor<1>,
    /// `[N, classes]`.
    pub logits: Tensor<2>,
    /// The loss' gradient for every trained number, `[T]`; zero where frozen.
    pub gradient: Tensor<1>,
    /// Mean and (biased) variance of the batch where the moving ones are, `[G]`.
    pub statistics: Tensor<1>,
}

/// A network that learns on a device.
pub enum Learner {
    /// With our own loops on the CPU.
    Host(Box<HostPass>),
    /// With burn's autodiff.
    Device(Box<DevicePass>),
}

impl Learner {
    /// The better way for a device.
    pub fn new(network: Trainable, device: &Device) -> Self {
        match *device == Device::flex() {
            true => Learner::Host(Box::new(HostPass::new(network))),
            false => Learner::Device(Box::new(DevicePass::new(network, device.clone()))),
        }
    }

    /// The network.
    pub fn network(&self) -> &Trainable {
        match self {
            Learner::Host(pass) => pass.network(),
            Learner::Device(pass) => pass.network(),
        }
    }

    /// What a batch teaches a network with these numbers, trained `[T]` and gathered `[G]`.
    pub fn learn(&mut self, trained: &Tensor<1>, gathered: &Tensor<1>, batch: &Batch) -> Lesson {
        match self {
            Learner::Host(pass) => pass.learn(trained, gathered, batch),
            Learner::Device(pass) => pass.learn(trained, gathered, batch),
        }
    }
}

/// Numbers on a device, `[count]`.
pub fn upload(numbers: Vec<f32>, device: &Device) -> Tensor<1> {
    let count = numbers.len();
    Tensor::from_data(TensorData::new(numbers, [count]), device)
}
