//! Cells of four inputs with every combination, against PyTorch
//! (`tests/fixtures/make_four_inputs_fixture.py`), finite differences and burn's autodiff.

use std::ops::ControlFlow;
use std::sync::Arc;

use burn::tensor::{Device, Tensor as Numbers, TensorData};
use nasnet_explorer::arch::Architecture;
use nasnet_explorer::interop;
use nasnet_explorer::net::{Network, Trainable};
use nasnet_explorer::plan::{UnitKind, lower, lower_with_auxiliary};
use nasnet_explorer::weights::Weights;

use super::gradients::{assert_finite_differences, assert_passes_agree};
use super::support::{batch, factors, host, largest, trainable};
use super::torch::{arrays, assert_lesson, batch_of, below, lessons};
use crate::network::largest_difference;

/// The cells of the fixture.
const CELLS: &str = "ln(sep3(h)+id(p)) in(avg3(input2)+1x1(h)) id(input3)&max3(b0) 1x1(b2)+id(b1) \
    > b3 b2 input3 b1 \
    | in(max3(h)+sep3(p)) ln(id(input2)+avg3(input3)) id(b0)+1x1(b1) id(b0)&id(p) > b2 b3 b1 p";

fn network(settings: &str) -> Architecture {
    interop::read(&format!("nasnet {settings} flavour=slim inputs=4 | {CELLS}")).expect("a line")
}

fn n1() -> Architecture {
    network("N=1 F=4 stem=cifar/6 input=12 classes=5")
}

#[test]
fn logits_and_every_cell_are_pytorchs() {
    let all = arrays("four_inputs.npz");
    let n2 = network("N=2 F=8 stem=imagenet/6 input=40 classes=5");
    for (prefix, network) in [("n1/", n1()), ("n2/", n2)] {
        let arrays = below(&all, prefix);
        let plan = Arc::new(lower(&network));
        let weights = Weights::new(below(&arrays, "start/"), &plan);
        assert_eq!(weights.fit(&plan).untrained_groups(), Vec::<String>::new());
        let device = Device::flex();
        let go_on = |_| ControlFlow::Continue(());
        let built = Network::build(plan.clone(), &weights, &device, go_on).unwrap();
        let input = &arrays["input"];
        let shape: [usize; 4] = input.shape.clone().try_into().unwrap();
        let pictures = Numbers::<4>::from_data(TensorData::new(input.data.clone(), shape), &device);
        let mut seen = 0;
        let logits = built.run(pictures, |unit, output| {
            if unit.kind != UnitKind::Head {
                let wanted = &arrays[&format!("unit/{}", unit.path)];
                assert_eq!(output.dims().to_vec(), wanted.shape, "{prefix}{}", unit.path);
                let difference = largest_difference(&host(output), &wanted.data);
                assert!(difference < 1e-4, "{prefix}{} differs by {difference}", unit.path);
                seen += 1;
            }
            ControlFlow::Continue(())
        });
        assert_eq!(seen, below(&arrays, "unit/").len());
        let difference = largest_difference(&host(&logits.unwrap()), &arrays["logits"].data);
        assert!(difference < 1e-4, "{prefix} the logits differ by {difference}");
    }
}

#[test]
fn loss_and_gradients_are_pytorchs() {
    let arrays = below(&arrays("four_inputs.npz"), "n1/");
    let network = trainable(lower(&n1()));
    for lesson in lessons(&network, below(&arrays, "start/"), &batch_of(&arrays, Vec::new())) {
        let mut arrays = arrays.clone();
        arrays.extend(below(&arrays.clone(), "train/"));
        assert_lesson(&network, &lesson, &arrays, "");
    }
}

#[test]
fn the_gradients_are_those_of_finite_differences_and_of_autodiff() {
    for (examples, input, dropped) in [(3, 11, true), (1, 8, false)] {
        let network =
            trainable(lower(&network(&format!("N=1 F=4 stem=cifar/6 input={input} classes=3"))));
        let mut batch = batch(network.plan(), examples, 3);
        if dropped {
            batch.factors = factors(network.plan(), examples, 5);
        }
        let name = format!("{examples} of {input} px");
        assert_finite_differences(&network, 0, &batch, &name);
        let gradient = assert_passes_agree(&network, &batch, &name);
        for norm in ["cell_1/b0/norm/gamma", "cell_1/b1/norm/beta"] {
            assert!(largest(&gradient[norm].data) > 1e-4, "{norm}");
        }
    }
}

/// The scale of a frozen norm stays, but gradients go through it by its picture's statistics.
#[test]
fn frozen_norms_and_the_auxiliary_head_have_both() {
    let network = network("N=1 F=4 stem=cifar/6 input=15 classes=3");
    let plan = Arc::new(lower_with_auxiliary(&network, [3, 5]));
    assert!(plan.auxiliary_output().is_some());
    for first_stage in [0, 2] {
        let network = Trainable::new(plan.clone(), first_stage);
        let batch = batch(&plan, 3, 5);
        let name = format!("{first_stage} frozen");
        assert_finite_differences(&network, first_stage, &batch, &name);
        assert_passes_agree(&network, &batch, &name);
    }
}
