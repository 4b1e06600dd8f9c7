//! Networks against Keras: logits and every cell's output.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;

use nasnet_explorer::arch::{Architecture, CellKind, Edit, Flavour, Op, Settings, Side, StateName};
use nasnet_explorer::arch::{Family, StemKind, zoo};
use nasnet_explorer::engine::{DeviceChoice, DeviceError, Forward, Session, Training};
use nasnet_explorer::weights::Tensor;

use crate::weights::{fixture, fixture_path, written};

/// The containers of the first fixture.
const CONTAINERS: [&str; 4] =
    ["keras_n1.keras2.h5", "keras_n1.keras3.h5", "keras_n1.weights.h5", "keras_n1.keras"];

fn with(settings: Settings) -> Architecture {
    let mobile = zoo::architecture("nasnet-a-mobile").unwrap();
    mobile.edited(&Edit::SetSettings(settings)).unwrap()
}

/// N = 1, F = 4, wired as Mobile.
fn n1() -> Architecture {
    with(Settings {
        n: 1,
        f: 4,
        stem: StemKind::Imagenet,
        stem_channels: 8,
        input: 32,
        classes: 10,
        skip_reduction: false,
        flavour: Flavour::Keras,
        family: Family::Nasnet,
    })
}

/// N = 2, F = 4, odd sizes, wired as Large.
fn n2s() -> Architecture {
    with(Settings {
        n: 2,
        stem_channels: 12,
        input: 33,
        classes: 7,
        skip_reduction: true,
        ..*n1().settings()
    })
}

/// The arrays of an `.npz` file.
pub fn reference(name: &str) -> BTreeMap<String, Tensor> {
    let mut archive = zip::ZipArchive::new(fs::File::open(fixture_path(name)).unwrap()).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let read = |name: String| {
        let array = npyz::NpyFile::new(archive.by_name(&name).unwrap()).unwrap();
        let shape = array.shape().iter().map(|size| *size as usize).collect();
        let data = array.into_vec().unwrap();
        (name.trim_end_matches(".npy").to_owned(), Tensor { shape, data })
    };
    names.into_iter().map(read).collect()
}

/// A session with the fixture's weights in the network.
pub fn session(device: DeviceChoice, fixture_name: &str, network: &Architecture) -> Session {
    let mut session = Session::new(device).unwrap();
    let (_folder, path) = written(fixture_name, &fixture(fixture_name));
    let report = session.load_weights(&path, network).unwrap();
    assert!(report.load.is_complete(), "{}", report.load);
    assert_eq!(report.fits, None);
    session
}

pub fn forward(session: &mut Session, network: &Architecture, input: &Tensor) -> Forward {
    let mut go_on = |_: &str, _: usize, _: usize| ControlFlow::Continue(());
    session.build(network, &mut go_on).unwrap();
    let shape = input.shape.clone().try_into().unwrap();
    session.forward(input.data.clone(), shape, true, &mut go_on).unwrap()
}

pub fn largest_difference(left: &[f32], right: &[f32]) -> f32 {
    assert_eq!(left.len(), right.len());
    left.iter().zip(right).map(|(left, right)| (left - right).abs()).fold(0.0, f32::max)
}

pub fn assert_reference(forward: &Forward, reference: &BTreeMap<String, Tensor>, tolerance: f32) {
    let logits = largest_difference(&forward.logits, &reference["logits"].data);
    assert!(logits < tolerance, "logits differ by {logits}");
    for (path, shape, numbers) in &forward.units {
        let expected = reference.get(path).unwrap_or_else(|| &reference[&format!("cell_{path}")]);
        assert_eq!(shape[..], expected.shape[..], "{path}");
        let difference = largest_difference(numbers, &expected.data);
        assert!(difference < tolerance, "{path} differs by {difference}");
    }
}

#[test]
fn logits_and_cells_equal_keras_from_every_container() {
    let reference = reference("keras_n1_io.npz");
    for container in CONTAINERS {
        let mut session = session(DeviceChoice::Cpu, container, &n1());
        let forward = forward(&mut session, &n1(), &reference["x_nchw"]);
        assert_eq!(session.training(), Training::Loaded);
        assert_eq!(forward.units.len(), 8, "stem, two stem cells, three cells, two reductions");
        assert_reference(&forward, &reference, 1e-4);
    }
}

#[test]
fn odd_sizes_and_the_wiring_of_large_equal_keras() {
    let reference = reference("keras_n2s_io.npz");
    let mut session = session(DeviceChoice::Cpu, "keras_n2s.keras2.h5", &n2s());
    assert_reference(&forward(&mut session, &n2s(), &reference["x_nchw"]), &reference, 1e-4);
}

#[test]
fn another_flavour_or_wiring_does_not_equal_keras() {
    let reference = reference("keras_n2s_io.npz");
    let mut session = session(DeviceChoice::Cpu, "keras_n2s.keras2.h5", &n2s());
    for edit in [
        Edit::SetFlavour(Flavour::Slim),
        Edit::SetFlavour(Flavour::Timm),
        Edit::SetSkipReduction(false),
    ] {
        let network = n2s().edited(&edit).unwrap();
        let forward = forward(&mut session, &network, &reference["x_nchw"]);
        let difference = largest_difference(&forward.logits, &reference["logits"].data);
        assert!(difference > 1e-2, "{edit:?} changes the logits by only {difference}");
    }
}

#[test]
fn the_gpu_equals_keras() {
    let mut session = match Session::new(DeviceChoice::Gpu) {
        Ok(session) => session,
        Err(error @ DeviceError::NoGpu) => {
            eprintln!("skipped: {error}");
            return;
        }
    };
    let (_folder, path) = written("keras_n1.keras2.h5", &fixture("keras_n1.keras2.h5"));
    session.load_weights(&path, &n1()).unwrap();
    let reference = reference("keras_n1_io.npz");
    let forward = forward(&mut session, &n1(), &reference["x_nchw"]);
    assert!(session.device().gpu);
    assert_reference(&forward, &reference, 1e-3);
}

#[test]
fn an_edit_leaves_only_what_it_changed_untrained() {
    let mut session = session(DeviceChoice::Cpu, "keras_n1.keras2.h5", &n1());
    let reference = reference("keras_n1_io.npz");
    let edit = Edit::SetOp {
        cell: CellKind::Normal,
        block: StateName::Block(4),
        side: Side::Left,
        op: Op::SeparableConv5x5,
    };
    let edited = n1().edited(&edit).unwrap();
    let changed = forward(&mut session, &edited, &reference["x_nchw"]);
    let untrained = ["cell_0/b4/left", "cell_1/b4/left", "cell_2/b4/left"].map(str::to_owned);
    assert_eq!(session.training(), Training::Partly { untrained: untrained.into() });
    // What comes before the change still computes what Keras computes.
    for (path, _, numbers) in &changed.units[..3] {
        let expected = reference.get(path).unwrap_or_else(|| &reference[&format!("cell_{path}")]);
        assert!(largest_difference(numbers, &expected.data) < 1e-4, "{path}");
    }
    let logits = &reference["logits"].data;
    assert!(largest_difference(&changed.logits, logits) > 1e-3);
    // And taking it back brings everything back.
    let back = forward(&mut session, &n1(), &reference["x_nchw"]);
    assert!(largest_difference(&back.logits, logits) < 1e-4);
    assert_eq!(session.training(), Training::Loaded);
}

#[test]
fn untrained_networks_are_the_same_every_time_and_every_preset_runs() {
    let picture = vec![0.5; 3 * 32 * 32];
    let run = |network: &Architecture| {
        let mut session = Session::new(DeviceChoice::Cpu).unwrap();
        let input = Tensor { shape: vec![1, 3, 32, 32], data: picture.clone() };
        let forward = forward(&mut session, network, &input);
        assert_eq!(session.training(), Training::Untrained);
        forward.logits
    };
    let small = zoo::architecture("nasnet-a-small").unwrap();
    let logits = run(&small);
    assert_eq!(logits, run(&small));
    assert!(logits.iter().all(|logit| logit.abs() < 50.0), "{logits:?}");
}

#[test]
fn every_operation_and_combination_runs_in_both_cells() {
    let small = zoo::architecture(zoo::DEFAULT).unwrap();
    let mut session = Session::new(DeviceChoice::Cpu).unwrap();
    let input = Tensor { shape: vec![1, 3, 32, 32], data: vec![0.25; 3 * 32 * 32] };
    for op in Op::ALL {
        for cell in CellKind::BOTH {
            let block = StateName::Block(0);
            let set = |network: Architecture, side| {
                network.edited(&Edit::SetOp { cell, block, side, op }).unwrap()
            };
            let network = set(set(small.clone(), Side::Left), Side::Right);
            let combine = nasnet_explorer::arch::Combine::Concat;
            let network = network.edited(&Edit::SetCombine { cell, block, combine }).unwrap();
            let mut output = network.cell(cell).output().to_vec();
            output.extend(
                [StateName::H, block]
                    .iter()
                    .filter(|name| !network.cell(cell).output().contains(name)),
            );
            let network = network.edited(&Edit::SetOutput { cell, output }).unwrap();
            let forward = forward(&mut session, &network, &input);
            let plan = session.plan().unwrap();
            for ((path, shape, _), unit) in forward.units.iter().zip(&plan.units) {
                let planned = plan.output_shape(unit).to_array().map(|size| size as usize);
                assert_eq!((path, &shape[1..]), (&unit.path, &planned[..]), "{op} {cell}");
            }
        }
    }
}
