//! What a training has come to.

use burn::tensor::{Device, Tensor};

use crate::net::{Trainable, upload};
use crate::plan::Plan;
use crate::weights::{WeightTable, Weights};

/// Everything that the next step depends on, beside the recipe and the pictures.
#[derive(Clone, Debug)]
pub struct State {
    /// Steps done.
    pub step: u64,
    /// The trained numbers, `[T]`.
    pub trained: Tensor<1>,
    /// What momentum keeps, `[T]`.
    pub velocity: Tensor<1>,
    /// The moving average of the trained numbers, `[T]`, which the network is used with.
    pub average: Tensor<1>,
    /// The batch norms' moving statistics, `[G]`.
    pub gathered: Tensor<1>,
    /// Their moving average, `[G]`.
    pub average_gathered: Tensor<1>,
}

/// A [`State`] in host memory, as a checkpoint holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct HostState {
    /// Steps done.
    pub step: u64,
    /// Trained, velocity, average, gathered, average of the gathered.
    pub numbers: [Vec<f32>; 5],
}

impl HostState {
    /// The names of the numbers, in order.
    pub const NAMES: [&str; 5] = ["trained", "velocity", "average", "gathered", "average_gathered"];

    /// Whether every number is finite.
    pub fn is_finite(&self) -> bool {
        self.numbers.iter().flatten().all(|number| number.is_finite())
    }
}

impl State {
    /// The beginning: those of `weights` that fit, the others seeded.
    pub fn new(network: &Trainable, weights: &Weights, seed: u64, device: &Device) -> Self {
        let plan: &Plan = network.plan();
        let fitted = weights.fit_seeded(plan, seed);
        let [trained, gathered] = network.numbers(&fitted);
        let velocity = vec![0.0; trained.len()];
        let numbers = [trained.clone(), velocity, trained, gathered.clone(), gathered];
        State::from_host(HostState { step: 0, numbers }, device)
    }

    /// Back from a checkpoint.
    pub fn from_host(host: HostState, device: &Device) -> Self {
        let [trained, velocity, average, gathered, average_gathered] =
            host.numbers.map(|numbers| upload(numbers, device));
        State { step: host.step, trained, velocity, average, gathered, average_gathered }
    }

    /// To a checkpoint.
    ///
    /// # Errors
    ///
    /// What a device that failed says.
    pub fn to_host(&self) -> Result<HostState, String> {
        let all =
            [&self.trained, &self.velocity, &self.average, &self.gathered, &self.average_gathered];
        let mut numbers: [Vec<f32>; 5] = Default::default();
        for (numbers, tensor) in numbers.iter_mut().zip(all) {
            *numbers = host(tensor.clone())?;
        }
        Ok(HostState { step: self.step, numbers })
    }

    /// The averaged weights by path: the network to use.
    ///
    /// # Errors
    ///
    /// What a device that failed says.
    pub fn averaged(&self, network: &Trainable) -> Result<WeightTable, String> {
        let average = host(self.average.clone())?;
        Ok(network.table(&average, &host(self.average_gathered.clone())?))
    }
}

/// The numbers of a tensor.
pub(super) fn host<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, String> {
    let data = tensor.try_into_data().map_err(|error| error.to_string())?;
    data.try_into_vec().map_err(|error| format!("{error:?}"))
}
