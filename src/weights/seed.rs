//! Weights for networks that have none: random, but the same for the same seed and path.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

use super::{Tensor, WeightTable};
use crate::plan::{Kind, Parameter, Plan, Role};

/// The seed of untrained networks, wherever they are shown.
pub const SEED: u64 = 0;

/// How the paths of the batch norms at a cell's entrance end.
const AT_ENTRANCE: [&str; 4] = ["/h/bn", "/p/bn", "/input2/bn", "/input3/bn"];

/// Numbers for one parameter of an untrained network. Each path has its own random stream, so an
/// edit elsewhere in the network leaves them as they are.
///
/// Convolutions keep the variance of what they read (He et al. 2015, uniform): twice as much
/// where a ReLU comes before. The batch norms at a cell's entrance halve the variance that the
/// blocks' sums double, so that logits stay of order one however many cells there are.
pub fn seeded(plan: &Plan, parameter: &Parameter, seed: u64) -> Vec<f32> {
    let count = usize::try_from(parameter.elements()).expect("the caller checked that it fits");
    let layer = &plan.layers[parameter.layer];
    match parameter.role {
        Role::Weight => {
            let read = parameter.shape[1..].iter().product::<usize>() as f32;
            let after_relu =
                layer.inputs.iter().any(|input| plan.layers[*input].kind == Kind::Relu);
            let variance = if after_relu { 2.0 } else { 1.0 } / read;
            uniform(&parameter.path, seed, count, (3.0 * variance).sqrt())
        }
        Role::Gamma if AT_ENTRANCE.iter().any(|end| layer.path.ends_with(end)) => {
            vec![std::f32::consts::FRAC_1_SQRT_2; count]
        }
        Role::Gamma | Role::Variance => vec![1.0; count],
        Role::Bias | Role::Beta | Role::Mean => vec![0.0; count],
    }
}

/// Weights for every parameter of an untrained network.
pub fn seeded_table(plan: &Plan, seed: u64) -> WeightTable {
    let parameters = plan.parameters().into_iter();
    let tensor = |parameter: &Parameter| Tensor {
        shape: parameter.shape.clone(),
        data: seeded(plan, parameter, seed),
    };
    parameters.map(|parameter| (parameter.path.clone(), tensor(&parameter))).collect()
}

fn uniform(path: &str, seed: u64, count: usize, limit: f32) -> Vec<f32> {
    let mut stream = ChaCha8Rng::seed_from_u64(seed ^ fnv1a(path));
    // The upper 24 bits fill a float32's mantissa.
    let scale = limit * 2.0 / (1 << 24) as f32;
    (0..count).map(|_| (stream.next_u32() >> 8) as f32 * scale - limit).collect()
}

/// FNV-1a, a hash that is the same in every version and on every machine.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
