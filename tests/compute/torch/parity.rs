//! Networks against timm and Cadene: logits and every cell's output.

use nasnet_explorer::arch::{Architecture, Edit, Flavour};
use nasnet_explorer::engine::{DeviceChoice, Forward};

use super::{cadene_n4, timm_n6};
use crate::network::{assert_reference, forward, largest_difference, reference, session};

fn run(fixture_name: &str, network: &Architecture, io: &str) -> Forward {
    let mut session = session(DeviceChoice::Cpu, fixture_name, network);
    forward(&mut session, network, &reference(io)["x_nchw"])
}

#[test]
fn logits_and_cells_equal_timm_from_every_container() {
    let reference = reference("timm_n6_io.npz");
    for container in [
        "timm_n6.pth",
        "timm_n6.legacy.pth",
        "timm_n6.safetensors",
        "timm_n6.checkpoint.pth",
        "timm_n6.float16.safetensors",
    ] {
        let forward = run(container, &timm_n6(), "timm_n6_io.npz");
        assert_eq!(forward.units.len(), 23, "stem, two stem cells, 18 cells, two reductions");
        assert_reference(&forward, &reference, 1e-4);
    }
}

#[test]
fn logits_and_cells_equal_cadene() {
    let mut reference = reference("cadene_n4_io.npz");
    let forward = run("cadene_n4.pth", &cadene_n4(1001), "cadene_n4_io.npz");
    assert_eq!(forward.units.len(), 17, "stem, two stem cells, 12 cells, two reductions");
    assert_reference(&forward, &reference, 1e-4);
    // Without the background, the other classes' logits are what they were.
    let forward = run("cadene_n4.pth", &cadene_n4(1000), "cadene_n4_io.npz");
    let logits = &mut reference.get_mut("logits").unwrap().data;
    let foreground = logits.chunks(1001).flat_map(|row| row[1..].to_vec()).collect();
    *logits = foreground;
    assert_reference(&forward, &reference, 1e-4);
}

#[test]
fn another_flavour_or_wiring_does_not_equal_timm() {
    let reference = reference("timm_n6_io.npz");
    let mut session = session(DeviceChoice::Cpu, "timm_n6.pth", &timm_n6());
    for edit in [
        Edit::SetFlavour(Flavour::Slim),
        Edit::SetFlavour(Flavour::Keras),
        Edit::SetSkipReduction(false),
    ] {
        let network = timm_n6().edited(&edit).unwrap();
        let forward = forward(&mut session, &network, &reference["x_nchw"]);
        let difference = largest_difference(&forward.logits, &reference["logits"].data);
        assert!(difference > 1e-2, "{edit:?} changes the logits by only {difference}");
    }
}
