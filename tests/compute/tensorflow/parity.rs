//! The same logits and cells as from the files of PyTorch that the weights were taken from.

use std::path::Path;

use nasnet_explorer::arch::Architecture;
use nasnet_explorer::engine::{DeviceChoice, Forward, Session};
use nasnet_explorer::weights::load;

use super::{ARCHIVE, n4, n6, n6_files};
use crate::network::{assert_reference, forward, reference};
use crate::weights::{fixture, fixture_path, unpacked, written};

fn run(path: &Path, network: &Architecture, io: &str) -> Forward {
    let mut session = Session::new(DeviceChoice::Cpu).unwrap();
    let report = session.load_weights(path, network).unwrap();
    assert!(report.load.is_complete() && report.load.unused.is_empty(), "{}", report.load);
    forward(&mut session, network, &reference(io)["x_nchw"])
}

#[test]
fn logits_and_cells_of_a_published_archive() {
    let mut reference = reference("cadene_n4_io.npz");
    let archive = fixture_path(ARCHIVE);
    let forward = run(&archive, &n4(1001), "cadene_n4_io.npz");
    assert_eq!(forward.units.len(), 17, "stem, two stem cells, 12 cells, two reductions");
    assert_reference(&forward, &reference, 1e-4);
    // Without the background, the other classes' logits are what they were.
    let forward = run(&archive, &n4(1000), "cadene_n4_io.npz");
    let logits = &mut reference.get_mut("logits").unwrap().data;
    *logits = logits.chunks(1001).flat_map(|row| row[1..].to_vec()).collect();
    assert_reference(&forward, &reference, 1e-4);
}

#[test]
fn logits_and_cells_of_index_and_data() {
    let (_folder, index) = n6_files();
    let reference = reference("timm_n6_io.npz");
    let forward = run(&index, &n6(), "timm_n6_io.npz");
    assert_eq!(forward.units.len(), 23, "stem, two stem cells, 18 cells, two reductions");
    assert_reference(&forward, &reference, 1e-4);
}

/// The weights are those of PyTorch's files to the bit, whatever wrote them.
#[test]
fn every_bit_is_that_of_the_other_framework() {
    let table = |path: &Path, network: &Architecture| {
        let plan = nasnet_explorer::plan::lower(network);
        load(path, network).unwrap().weights.fit(&plan).to_table()
    };
    let (_folder, torch) = written("n6.pth", &fixture("timm_n6.pth"));
    let expected = table(&torch, &n6());
    let (_folder, index) = n6_files();
    assert!(table(&index, &n6()) == expected);
    let folder = unpacked("slim_n6.objects.ckpt");
    assert!(table(&folder.path().join("objects.index"), &n6()) == expected);
    let (_folder, torch) = written("n4.pth", &fixture("cadene_n4.pth"));
    for classes in [1000, 1001] {
        assert!(table(&fixture_path(ARCHIVE), &n4(classes)) == table(&torch, &n4(classes)));
    }
}
