//! Gradients of our own loops against finite differences and against burn's autodiff.

use std::sync::Arc;

use burn::tensor::Device;
use nasnet_explorer::arch::{Architecture, Combine, Flavour, Op, Settings};
use nasnet_explorer::net::{Batch, DevicePass, HostPass, Trainable};
use nasnet_explorer::plan::{lower, lower_with_auxiliary};
use nasnet_explorer::weights::WeightTable;
use rayon::prelude::*;

use super::double::Double;
use super::support::{
    Random, assert_near, batch, by_path, cpu, factors, host, largest, nasnet, numbers,
    one_operation, settings, trainable,
};
use crate::network::largest_difference;

const EXAMPLES: usize = 3;

/// Fails unless the gradient of every trained tensor along a direction of random signs, in which
/// each of its numbers has a part, is that of the loss in double precision.
///
/// A step of 1e-8 leaves six digits and hardly ever reaches the kink of a ReLU or a maximum; where
/// it does, a tenth of it does not.
pub fn assert_finite_differences(network: &Trainable, first_stage: u8, batch: &Batch, name: &str) {
    const STEPS: [f64; 2] = [1e-8, 1e-9];
    let [trained, gathered] = numbers(network, 7);
    let lesson = HostPass::new(network.clone()).learn(&cpu(&trained), &cpu(&gathered), batch);
    let gradient = host(&lesson.gradient);
    let double = Double::new(network.plan(), first_stage);
    let start: Vec<f64> = trained.iter().map(|number| f64::from(*number)).collect();
    let loss = double.loss(&start, &gathered, batch);
    let found = f64::from(host(&lesson.loss)[0]);
    assert!((found - loss).abs() < 1e-5 * loss, "{name}: the loss is {found}, not {loss}");
    let floor = f64::from(largest(&gradient)) * 1e-3;
    network.plan().parameters().par_iter().for_each(|parameter| {
        if !parameter.role.trainable() {
            return;
        }
        let range = double.ranges[&parameter.path].clone();
        let mut random = Random(range.start as u64);
        let signs: Vec<f64> =
            range.clone().map(|_| if random.below(2) == 0 { 1.0 } else { -1.0 }).collect();
        let moved = |step: f64| {
            let mut moved = start.clone();
            moved[range.clone()].iter_mut().zip(&signs).for_each(|(to, sign)| *to += step * sign);
            double.loss(&moved, &gathered, batch)
        };
        let frozen = network
            .plan()
            .units
            .iter()
            .any(|unit| unit.layers.contains(&parameter.layer) && unit.stage < first_stage);
        let slope = |step: f64| match frozen {
            true => 0.0,
            false => (moved(step) - moved(-step)) / (2.0 * step),
        };
        let own: Vec<f64> = gradient[range.clone()].iter().map(|slope| f64::from(*slope)).collect();
        let along = own.iter().zip(&signs).map(|(slope, sign)| slope * sign).sum::<f64>();
        let length = own.iter().map(|slope| slope * slope).sum::<f64>().sqrt();
        let near = |step| (along - slope(step)).abs() <= 1e-3 * length.max(floor);
        assert!(
            STEPS.into_iter().any(near),
            "{name}: along {} the gradient is {along}, not {}; its length is {length}",
            parameter.path,
            slope(STEPS[0])
        );
    });
}

/// Fails unless our own loops and burn's autodiff find the same.
pub fn assert_passes_agree(network: &Trainable, batch: &Batch, name: &str) -> WeightTable {
    let [trained, gathered] = numbers(network, 7);
    let [trained, gathered] = [cpu(&trained), cpu(&gathered)];
    let ours = HostPass::new(network.clone()).learn(&trained, &gathered, batch);
    let burns = DevicePass::new(network.clone(), Device::flex()).learn(&trained, &gathered, batch);
    let difference = |left: &[f32], right: &[f32]| largest_difference(left, right);
    let loss = difference(&host(&ours.loss), &host(&burns.loss));
    assert!(loss < 1e-5, "{name}: the loss differs by {loss}");
    let logits = difference(&host(&ours.logits), &host(&burns.logits));
    assert!(logits < 1e-4, "{name}: the logits differ by {logits}");
    let floor = largest(&host(&ours.gradient)) * 1e-2;
    let (ours, burns) = (by_path(network, &ours), by_path(network, &burns));
    assert_near(&ours, &burns, 1e-4, floor);
    ours
}

/// Odd and even sizes, every flavour, both ways to join, `p` wired both ways: turn by turn.
fn variant(number: usize) -> (Combine, Settings) {
    let sizes = [8, 9, 11, 10];
    let mut settings = settings(2, sizes[number % 4], 3);
    settings.flavour = Flavour::ALL[number % 3];
    settings.skip_reduction = number % 5 < 2;
    ([Combine::Add, Combine::Concat][number % 2], settings)
}

fn every_operation(mut check: impl FnMut(&Trainable, &Batch, &str)) {
    for (number, op) in Op::ALL.into_iter().enumerate() {
        for number in [number, number + 7] {
            let (combine, settings) = variant(number);
            let network = trainable(lower(&one_operation(op, combine, settings)));
            let mut batch = batch(network.plan(), EXAMPLES, number as u64);
            if number % 2 == 0 {
                batch.factors = factors(network.plan(), EXAMPLES, number as u64);
            }
            let name = format!("{op}, {combine}, {settings:?}");
            // Shown where the check fails.
            eprintln!("{name}");
            check(&network, &batch, &name);
        }
    }
}

#[test]
fn every_operation_has_the_gradient_of_finite_differences() {
    every_operation(|network, batch, name| assert_finite_differences(network, 0, batch, name));
}

#[test]
fn every_operation_has_the_gradient_of_autodiff() {
    every_operation(|network, batch, name| {
        assert_passes_agree(network, batch, name);
    });
}

fn whole(input: u32) -> Architecture {
    nasnet(settings(2, input, 4))
}

/// The auxiliary head needs 5 pixels where it begins, and has 2 by 2 left of 8.
#[test]
fn the_auxiliary_head_has_both() {
    let plan = lower_with_auxiliary(&whole(15), [3, 5]);
    assert!(plan.auxiliary_output().is_some());
    let network = trainable(plan);
    let batch = batch(network.plan(), EXAMPLES, 1);
    assert_finite_differences(&network, 0, &batch, "auxiliary head");
    let gradient = assert_passes_agree(&network, &batch, "auxiliary head");
    assert!(largest(&gradient["aux/proj/weight"].data) > 1e-4);
    let small = lower_with_auxiliary(&whole(8), [3, 5]);
    assert_eq!((small.auxiliary_output(), &small), (None, &lower(&whole(8))));
}

#[test]
fn frozen_stages_have_no_gradient_and_use_the_moving_statistics() {
    let plan = Arc::new(lower(&whole(9)));
    for first_stage in 1..=4 {
        let network = Trainable::new(plan.clone(), first_stage);
        let batch = batch(&plan, EXAMPLES, 5);
        let name = format!("{first_stage} frozen");
        assert_finite_differences(&network, first_stage, &batch, &name);
        let found = assert_passes_agree(&network, &batch, &name);
        let [trained, gathered] = numbers(&network, 7);
        let before = network.table(&trained, &gathered);
        for parameter in plan.parameters() {
            let unit = plan.units.iter().find(|unit| unit.layers.contains(&parameter.layer));
            let (frozen, path) = (unit.unwrap().stage < first_stage, &parameter.path);
            match parameter.role.trainable() {
                true => assert_eq!(frozen, largest(&found[path].data) == 0.0, "{path}, {name}"),
                false => assert_eq!(frozen, found[path] == before[path], "{path}, {name}"),
            }
        }
    }
}

/// A head alone is trained on fixed features: its gradient is known in closed form.
#[test]
fn the_dense_layer_alone_has_the_textbook_gradient() {
    let network = Trainable::new(Arc::new(lower(&whole(8))), 4);
    let batch = batch(network.plan(), EXAMPLES, 3);
    let [trained, gathered] = numbers(&network, 7);
    let lesson = HostPass::new(network.clone()).learn(&cpu(&trained), &cpu(&gathered), &batch);
    let logits = host(&lesson.logits);
    let classes = logits.len() / EXAMPLES;
    let mut bias = vec![0.0; classes];
    for (row, targets) in logits.chunks(classes).zip(batch.targets.chunks(classes)) {
        let sum: f32 = row.iter().map(|logit| logit.exp()).sum();
        for (class, bias) in bias.iter_mut().enumerate() {
            *bias += (row[class].exp() / sum - targets[class]) / EXAMPLES as f32;
        }
    }
    let found = &by_path(&network, &lesson)["head/dense/bias"].data;
    assert!(largest_difference(found, &bias) < 1e-6, "{found:?} is not {bias:?}");
}
