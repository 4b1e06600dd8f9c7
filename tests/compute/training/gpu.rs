//! Training through wgpu, on a software GPU where there is no other.

use std::sync::Arc;

use nasnet_explorer::engine::{DeviceChoice, DeviceError, Trainer};
use nasnet_explorer::plan::lower;
use nasnet_explorer::train::{Job, Recipe};
use nasnet_explorer::weights::{Weights, seeded_table};

use super::runs::{COLOURS, job, splits_of};
use super::support::{largest, nasnet, settings};
use crate::network::largest_difference;

/// One step of two pictures without momentum, decay and averaging: it moves the weights by the
/// gradient alone.
fn one_step() -> Job {
    let recipe = Recipe {
        epochs: 1,
        batch: 2,
        learning_rate: 1.0,
        warm_up: 0.0,
        momentum: 0.0,
        weight_decay: 0.0,
        clip: 1e6,
        average: 0.0,
        ..Recipe::default()
    };
    let architecture = nasnet(settings(1, 8, 3));
    Job { architecture, data: Arc::new(splits_of(&COLOURS, 8, [2, 2, 2])), recipe, ..job() }
}

#[test]
fn a_step_on_the_gpu_is_the_step_on_the_cpu() {
    let gpu = match Trainer::new(DeviceChoice::Gpu) {
        Ok(trainer) => trainer,
        Err(error @ DeviceError::NoGpu) => {
            eprintln!("skipped: {error}");
            return;
        }
    };
    assert!(gpu.device().gpu);
    let job = one_step();
    let plan = lower(&job.architecture);
    let start = seeded_table(&plan, job.recipe.seed);
    let cpu = Trainer::new(DeviceChoice::Cpu).unwrap();
    let [ours, wanted] = [gpu, cpu].map(|trainer| {
        let outcome = trainer.train(&job, &mut |_| std::ops::ControlFlow::Continue(())).unwrap();
        outcome.weights.fit(&plan).to_table()
    });
    assert_eq!(Weights::default().fit_seeded(&plan, job.recipe.seed).to_table(), start);
    let moves =
        wanted.iter().map(|(path, tensor)| largest_difference(&tensor.data, &start[path].data));
    let floor = moves.fold(0.0, f32::max) * 1e-2;
    for (path, wanted) in &wanted {
        let moved = largest_difference(&wanted.data, &start[path].data).max(floor);
        let difference = largest_difference(&ours[path].data, &wanted.data);
        let rounding = 1e-6 * largest(&wanted.data);
        assert!(
            difference <= 1e-3 * moved + rounding,
            "{path}: {difference} off, it moved {moved}"
        );
    }
}
