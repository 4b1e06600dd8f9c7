//! Gradients through wgpu, on a software GPU where there is no other.

use burn::tensor::{Device, DeviceKind};
use nasnet_explorer::arch::{Combine, Op};
use nasnet_explorer::engine::{DeviceChoice, DeviceError, Trainer};
use nasnet_explorer::net::{DevicePass, HostPass, upload};
use nasnet_explorer::plan::lower;

use super::support::{
    assert_near, batch, by_path, cpu, factors, host, largest, numbers, one_operation, settings,
    trainable,
};
use crate::network::largest_difference;

/// The smallest network with every kind of layer but a pool: on a software GPU each size of a
/// convolution costs seconds, in which burn compares its kernels.
#[test]
#[ignore = "takes minutes on a software GPU: run it with --ignored"]
fn the_gpus_gradient_is_the_cpus() {
    // Also says where kernels are cached.
    if let Err(error @ DeviceError::NoGpu) = Trainer::new(DeviceChoice::Gpu) {
        eprintln!("skipped: {error}");
        return;
    }
    let device = Device::wgpu(DeviceKind::DefaultDevice);
    let network = one_operation(Op::Conv1x1, Combine::Concat, settings(1, 8, 3));
    let network = trainable(lower(&network));
    let mut batch = batch(network.plan(), 2, 1);
    batch.factors = factors(network.plan(), 2, 1);
    let [trained, gathered] = numbers(&network, 7);
    let wanted = HostPass::new(network.clone()).learn(&cpu(&trained), &cpu(&gathered), &batch);
    let pass = DevicePass::new(network.clone(), device.clone());
    let found = pass.learn(&upload(trained, &device), &upload(gathered, &device), &batch);
    let logits = largest_difference(&host(&found.logits), &host(&wanted.logits));
    assert!(logits < 1e-3, "the logits differ by {logits}");
    let floor = largest(&host(&wanted.gradient)) * 1e-2;
    assert_near(&by_path(&network, &found), &by_path(&network, &wanted), 1e-3, floor);
}
