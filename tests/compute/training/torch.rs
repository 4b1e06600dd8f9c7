//! What PyTorch computes of the same network in training (`tests/fixtures/make_training_fixture.py`).

use std::collections::BTreeMap;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::sync::Arc;

use burn::tensor::{Device, Tensor as Numbers, TensorData};
use nasnet_explorer::arch::{Architecture, Settings, zoo};
use nasnet_explorer::cost::analyse;
use nasnet_explorer::net::{Batch, DevicePass, HostPass, Lesson, Network, PathFactors, Trainable};
use nasnet_explorer::plan::{Plan, lower, lower_for_training, lower_with_auxiliary};
use nasnet_explorer::train::{Recipe, State, Stepper};
use nasnet_explorer::weights::{Tensor, WeightTable, Weights};

use super::support::{
    assert_near, by_path, cpu, host, largest, nasnet, settings, targets, trainable,
};
use crate::network::largest_difference;
use crate::weights::fixture;

pub type Arrays = BTreeMap<String, Tensor>;

pub fn arrays(name: &str) -> Arrays {
    let mut archive = zip::ZipArchive::new(Cursor::new(fixture(name))).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let read = |name: String| {
        let array = npyz::NpyFile::new(archive.by_name(&name).unwrap()).unwrap();
        let shape = array.shape().iter().map(|size| *size as usize).collect();
        let data = array.into_vec().unwrap();
        (name.trim_end_matches(".npy").to_owned(), Tensor { shape, data })
    };
    names.into_iter().map(read).collect()
}

/// The arrays below a name.
pub fn below(arrays: &Arrays, prefix: &str) -> WeightTable {
    let inside = |(path, tensor): (&String, &Tensor)| {
        path.strip_prefix(prefix).map(|rest| (rest.to_owned(), tensor.clone()))
    };
    arrays.iter().filter_map(inside).collect()
}

fn tiny(input: u32) -> Architecture {
    nasnet(Settings { input, ..settings(2, 16, 5) })
}

fn labels(arrays: &Arrays) -> Vec<u32> {
    arrays["labels"].data.iter().map(|label| *label as u32).collect()
}

pub fn batch_of(arrays: &Arrays, factors: PathFactors) -> Batch {
    let labels = labels(arrays);
    Batch {
        pictures: arrays["input"].data.clone(),
        targets: targets(&labels, 5, 0.1),
        examples: labels.len(),
        factors,
        auxiliary: 0.4,
    }
}

/// What both of our passes make of it.
pub fn lessons(network: &Trainable, start: WeightTable, batch: &Batch) -> [Lesson; 2] {
    let weights = Weights::new(start, network.plan());
    let fitted = weights.fit(network.plan());
    assert_eq!(fitted.untrained_groups(), Vec::<String>::new());
    let [trained, gathered] = network.numbers(&fitted).map(|numbers| cpu(&numbers));
    let host = HostPass::new(network.clone()).learn(&trained, &gathered, batch);
    let device = DevicePass::new(network.clone(), Device::flex());
    [host, device.learn(&trained, &gathered, batch)]
}

/// Fails unless loss, logits and every gradient are PyTorch's. In single precision PyTorch itself
/// is 1e-5 off.
pub fn assert_lesson(network: &Trainable, lesson: &Lesson, arrays: &Arrays, prefix: &str) {
    let wanted = |name: &str| &arrays[&format!("{prefix}{name}")].data;
    let loss = largest_difference(&host(&lesson.loss), wanted("loss"));
    assert!(loss < 1e-5, "the loss differs by {loss}");
    let logits = largest_difference(&host(&lesson.logits), wanted("logits"));
    assert!(logits < 1e-4, "the logits differ by {logits}");
    let mut found = by_path(network, lesson);
    found.retain(|path, _| !path.ends_with("/mean") && !path.ends_with("/variance"));
    let gradients = below(arrays, &format!("{prefix}gradient/"));
    let floor = gradients.values().map(|tensor| largest(&tensor.data)).fold(0.0, f32::max) * 1e-3;
    assert_near(&found, &gradients, 1e-4, floor);
}

#[test]
fn loss_and_gradients_are_pytorchs() {
    let arrays = arrays("training_n1.npz");
    let network = trainable(lower(&tiny(16)));
    let start = below(&arrays, "start/");
    for lesson in lessons(&network, start, &batch_of(&arrays, Vec::new())) {
        assert_lesson(&network, &lesson, &arrays, "");
    }
}

/// The masks in the order of the blocks. Every path that ours may drop must have one, and no other.
fn masks(plan: &Plan, arrays: &Arrays) -> PathFactors {
    let mut masks = below(arrays, "drop_path/mask/");
    let mut of = |path: &str, side: &str| masks.remove(&format!("{path}/{side}"));
    let blocks = plan.blocks.iter().map(|block| {
        let path = &plan.layers[block.layer].path;
        let path = path.strip_suffix("/add").unwrap_or(path);
        let sides = ["left", "right"].map(|side| of(path, side).map(|mask| mask.data));
        assert_eq!(sides.each_ref().map(Option::is_some), block.droppable, "{path}");
        sides
    });
    let factors = blocks.collect();
    assert_eq!(masks.keys().collect::<Vec<_>>(), Vec::<&String>::new());
    factors
}

#[test]
fn dropped_paths_are_pytorchs() {
    let arrays = arrays("training_n1.npz");
    let network = trainable(lower(&tiny(16)));
    let factors = masks(network.plan(), &arrays);
    assert!(factors.iter().flatten().flatten().flatten().any(|factor| *factor == 0.0));
    for lesson in lessons(&network, below(&arrays, "start/"), &batch_of(&arrays, factors)) {
        assert_lesson(&network, &lesson, &arrays, "drop_path/");
    }
}

#[test]
fn the_auxiliary_head_is_pytorchs() {
    let aux = arrays("training_aux.npz");
    let mut start = below(&arrays("training_n1.npz"), "start/");
    start.extend(below(&aux, "start/"));
    let network = trainable(lower_with_auxiliary(&tiny(32), [12, 20]));
    for lesson in lessons(&network, start, &batch_of(&aux, Vec::new())) {
        assert_lesson(&network, &lesson, &aux, "");
    }
}

fn recipe() -> Recipe {
    Recipe {
        batch: 6,
        momentum: 0.9,
        weight_decay: 5e-4,
        clip: 5.0,
        label_smoothing: 0.1,
        average: 0.999,
        batch_norm_momentum: 0.9,
        ..Recipe::default()
    }
}

/// The first gradient is longer than the clip, so that clipping counts.
#[test]
fn three_steps_are_pytorchs() {
    let arrays = arrays("training_n1.npz");
    let plan = Arc::new(lower(&tiny(16)));
    let network = Trainable::new(plan.clone(), 0);
    let device = Device::flex();
    let weights = Weights::new(below(&arrays, "start/"), &plan);
    let mut state = State::new(&network, &weights, 0, &device);
    let mut stepper = Stepper::new(network.clone(), recipe(), device.clone());
    let (mut losses, mut norms) = (Vec::new(), Vec::new());
    for rate in [0.05, 0.04, 0.03] {
        let pictures = arrays["input"].data.clone();
        let result = stepper.step_at(&mut state, pictures, &labels(&arrays), Vec::new(), rate);
        losses.extend(host(&result.loss));
        norms.extend(host(&result.norm));
    }
    assert!(norms[0] > 5.0, "{norms:?}");
    for (found, wanted) in [(losses, "steps/losses"), (norms, "steps/norms")] {
        let wanted = &arrays[wanted].data;
        let difference = largest_difference(&found, wanted);
        assert!(difference < 1e-4 * largest(wanted), "{found:?} is not {wanted:?}");
    }
    let state_on_host = state.to_host().unwrap();
    assert_eq!(state_on_host.step, 3);
    let [trained, _, _, gathered, _] = &state_on_host.numbers;
    let after = network.table(trained, gathered);
    let mut wanted = below(&arrays, "after/");
    let logits = wanted.remove("logits_evaluation").unwrap();
    wanted.retain(|path, _| !path.ends_with("/variance_biased"));
    assert_near(&after, &wanted, 1e-5, 0.0);
    let mut average = state.averaged(&network).unwrap();
    average.retain(|path, _| !path.ends_with("/mean") && !path.ends_with("/variance"));
    assert_near(&average, &below(&arrays, "average/"), 1e-5, 0.0);
    // And the network that answers, its batch norms folded, answers as PyTorch's does.
    let go_on = |_| ControlFlow::Continue(());
    let answers =
        Network::build(plan.clone(), &Weights::new(after, &plan), &device, go_on).unwrap();
    let input = TensorData::new(arrays["input"].data.clone(), [6, 3, 16, 16]);
    let found = answers.run(Numbers::from_data(input, &device), |_, _| ControlFlow::Continue(()));
    let difference = largest_difference(&host(&found.unwrap()), &logits.data);
    assert!(difference < 1e-4 * largest(&logits.data), "the answers differ by {difference}");
}

/// The published heads (TF-slim): 1001 classes, but for CIFAR-10.
#[test]
fn the_published_auxiliary_heads_have_their_parameters() {
    for (name, classes, parameters) in [
        ("nasnet-a-mobile", 1001, 2_412_009),
        ("nasnet-a-large", 1001, 4_568_553),
        ("nasnet-a-cifar-6-768", 10, 1_631_498),
    ] {
        let preset = zoo::architecture(name).unwrap();
        let edit =
            nasnet_explorer::arch::Edit::Set(nasnet_explorer::arch::Setting::Classes, classes);
        let network = preset.edited(&edit).unwrap();
        let count = |plan: &Plan| analyse(plan).parameters().trainable;
        let [with, without] = [lower_for_training(&network), lower(&network)];
        assert_eq!(count(&with) - count(&without), parameters, "{name}");
        let head = with.parameters().into_iter().filter(|one| one.path.starts_with("aux/"));
        let trained = head.filter(|one| one.role.trainable()).map(|one| one.elements());
        assert_eq!(trained.sum::<u64>(), parameters, "{name}");
    }
}
