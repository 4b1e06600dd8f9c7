//! `forward`: exact numbers, compared with those that Keras gave.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use nasnet_explorer::data::npy;
use nasnet_explorer::weights::Tensor;
use serde_json::json;

use crate::support::{Folder, N1, assert_refused, fixture, json, text};

/// The arrays of an `.npz` file.
pub fn reference(name: &str) -> BTreeMap<String, Tensor> {
    let mut archive = zip::ZipArchive::new(fs::File::open(fixture(name)).unwrap()).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let read = |name: String| {
        let array = npyz::NpyFile::new(archive.by_name(&name).unwrap()).unwrap();
        let shape = array.shape().iter().map(|size| *size as usize).collect();
        let data = array.into_vec().unwrap();
        (name.trim_end_matches(".npy").to_owned(), Tensor { shape, data })
    };
    names.into_iter().map(read).collect()
}

fn assert_close(path: &str, wanted: &Tensor, tolerance: f32) {
    let found = npy::read(Path::new(path)).unwrap();
    assert_eq!(found.shape, wanted.shape, "{path}");
    let differences = found.data.iter().zip(&wanted.data).map(|(left, right)| (left - right).abs());
    let largest = differences.fold(0.0, f32::max);
    assert!(largest <= tolerance, "{path} differs by {largest}");
}

/// Runs a fixture with taps and compares everything; returns the paths of the taps.
fn compare(weights: &str, network: &[&str], references: &str) -> usize {
    let folder = Folder::new();
    let reference = reference(references);
    let (input, output, taps) = (folder.path("x.npy"), folder.path("y.npy"), folder.path("taps"));
    npy::write(Path::new(&input), &reference["x_nchw"]).unwrap();
    let weights = folder.fixture(weights);
    let files = ["forward", "--weights", &weights, "--tensor", &input, "--output", &output];
    let answer = json(&[&files[..], &["--taps", &taps], network].concat());
    assert_eq!(answer["output"], output);
    assert_eq!(answer["shape"], json!(reference["logits"].shape));
    assert_close(&output, &reference["logits"], 1e-4);
    let written = fs::read_dir(&taps).unwrap().count();
    for (unit, wanted) in
        reference.iter().filter(|(name, _)| !["x_nchw", "logits"].contains(&name.as_str()))
    {
        assert_close(&format!("{taps}/{unit}.npy"), wanted, 1e-4);
    }
    assert_eq!(written, reference.len() - 2, "one file for each unit and no other");
    written
}

#[test]
fn every_container_gives_what_keras_gives() {
    for container in [
        "keras_n1.keras",
        "keras_n1.keras2.h5",
        "keras_n1.keras3.h5",
        "keras_n1.weights.h5",
        "keras_n1.keras3_0.weights.h5",
        "keras_n1.tf2_13.weights.h5",
        "keras_n1.whole_model.h5",
        "keras_n1.float16.keras2.h5",
        "keras_n1.float64.keras2.h5",
        "keras_n1.bfloat16.weights.h5",
    ] {
        assert_eq!(compare(container, &N1, "keras_n1_io.npz"), 8, "{container}");
    }
}

/// Odd sizes, the wiring of Large, and weights found by the order of the layers.
#[test]
fn the_wiring_of_large() {
    let network = [
        "--arch",
        "nasnet-a-large",
        "--n",
        "2",
        "--f",
        "4",
        "--stem",
        "12",
        "--input",
        "33",
        "--classes",
        "7",
        "--device",
        "cpu",
    ];
    for container in ["keras_n2s.keras", "keras_n2s.keras2.h5", "keras_n2s.renamed.h5"] {
        assert_eq!(compare(container, &network, "keras_n2s_io.npz"), 11, "{container}");
    }
}

/// timm's flavour, from the containers of PyTorch.
#[test]
fn every_container_gives_what_timm_gives() {
    let network: Vec<&str> = "--arch nasnet-a-large --n 6 --f 4 --stem 4 --input 32 --classes 7 \
                              --flavour timm --device cpu"
        .split_whitespace()
        .collect();
    for container in ["timm_n6.pth", "timm_n6.legacy.pth", "timm_n6.safetensors"] {
        assert_eq!(compare(container, &network, "timm_n6_io.npz"), 23, "{container}");
    }
}

#[test]
fn without_taps_there_is_only_the_output() {
    let folder = Folder::new();
    let input = folder.path("x.npy");
    npy::write(Path::new(&input), &reference("keras_n1_io.npz")["x_nchw"]).unwrap();
    let (output, weights) = (folder.path("y.npy"), folder.fixture("keras_n1.weights.h5"));
    let files = ["forward", "--weights", &weights, "--tensor", &input, "--output", &output];
    let lines = text(&[&files[..], &N1].concat());
    assert!(lines.starts_with(&format!("Wrote logits [2, 10] to {output} (")), "{lines}");
    assert_eq!(lines.lines().count(), 1);
    assert_eq!(folder.names(), ["keras_n1.weights.h5", "x.npy", "y.npy"]);
}

#[test]
fn no_weights() {
    let start = ["forward", "--tensor", "x.npy", "--output", "y.npy"];
    assert_refused(&[&start[..], &N1].concat(), &["give them with --weights"]);
}
