//! `forward` with arrays and targets that cannot be.

use std::fs;
use std::path::Path;

use nasnet_explorer::data::npy;
use nasnet_explorer::weights::Tensor;

use crate::forward::reference;
use crate::support::{Folder, N1, assert_refused};

/// A folder with weights and a good array of two inputs.
struct Prepared {
    folder: Folder,
    weights: String,
    good: String,
}

impl Prepared {
    fn new() -> Self {
        let folder = Folder::new();
        let (weights, good) = (folder.fixture("keras_n1.keras"), folder.path("x.npy"));
        npy::write(Path::new(&good), &reference("keras_n1_io.npz")["x_nchw"]).unwrap();
        Prepared { folder, weights, good }
    }

    fn refuses(&self, input: &str, output: &str, more: &[&str], says: &[&str]) {
        let files = ["forward", "--weights", &self.weights, "--tensor", input, "--output", output];
        assert_refused(&[&files[..], more, &N1].concat(), says);
    }

    /// Checks the refusal of an input, and that no output is made of it.
    fn refuses_input(&self, input: &str, says: &[&str]) {
        let output = self.folder.path("y.npy");
        self.refuses(input, &output, &[], &[&[input], says].concat());
        assert!(!Path::new(&output).exists());
    }

    fn refuses_shape(&self, shape: &[usize], says: &[&str]) {
        let input = self.folder.path("shape.npy");
        let data = vec![0.0; shape.iter().product()];
        npy::write(Path::new(&input), &Tensor { shape: shape.to_vec(), data }).unwrap();
        self.refuses_input(&input, says);
    }
}

#[test]
fn arrays_of_other_shapes() {
    let prepared = Prepared::new();
    prepared.refuses_shape(&[3, 32, 32], &["has shape [3, 32, 32]", "must be [N, 3, H, W]"]);
    prepared.refuses_shape(&[], &["has shape []"]);
    prepared.refuses_shape(&[2, 3, 31, 32], &["[2, 3, 31, 32]", "takes [N, 3, 32, 32]"]);
    prepared.refuses_shape(&[2, 32, 32, 3], &["[2, 32, 32, 3]", "takes [N, 3, 32, 32]"]);
    prepared.refuses_shape(&[0, 3, 32, 32], &["[0, 3, 32, 32]", "takes [N, 3, 32, 32]"]);
}

#[test]
fn arrays_that_are_none() {
    let prepared = Prepared::new();
    let bytes = fs::read(&prepared.good).unwrap();
    let given = |name: &str, bytes: &[u8]| prepared.folder.write(name, bytes);
    prepared.refuses_input(&given("short.npy", &bytes[..bytes.len() / 2]), &["is cut short"]);
    prepared.refuses_input(&given("text.npy", b"1, 2, 3"), &["not a .npy array", "numpy.save"]);
    let place = bytes.windows(3).position(|part| part == b"<f4").expect("the type is named");
    let mut whole = bytes.clone();
    whole[place..place + 3].copy_from_slice(b"<i4");
    prepared.refuses_input(&given("whole.npy", &whole), &["<i4", "astype(\"float32\")"]);
    let mut torn = bytes.clone();
    torn[place + 2..place + 5].copy_from_slice(b"???");
    prepared.refuses_input(&given("torn.npy", &torn), &["not a .npy array (its header: "]);
    prepared.refuses_input(&prepared.folder.path("no.npy"), &["does not exist; check the name"]);
    prepared.refuses_input(&prepared.folder.path(""), &["is a folder; name a file"]);
}

#[test]
fn an_input_that_is_not_a_number() {
    let prepared = Prepared::new();
    let mut tensor = npy::read(Path::new(&prepared.good)).unwrap();
    tensor.data[100] = f32::NAN;
    let input = prepared.folder.path("nan.npy");
    npy::write(Path::new(&input), &tensor).unwrap();
    prepared.refuses_input(&input, &["NaN or infinity", "check both"]);
}

#[test]
fn targets_that_cannot_be_written() {
    let prepared = Prepared::new();
    let Prepared { folder, good, .. } = &prepared;
    let (nowhere, here) = (folder.path("no/such/y.npy"), folder.path(""));
    prepared.refuses(good, &nowhere, &[], &[&nowhere, "choose a folder that exists"]);
    prepared.refuses(good, &here, &[], &["is a folder; name a file"]);
    let in_the_way = folder.write("file", "kept");
    let output = folder.path("y.npy");
    for taps in [in_the_way.clone(), format!("{in_the_way}/taps")] {
        prepared.refuses(good, &output, &["--taps", &taps], &[&taps, "choose another place"]);
    }
    assert!(!Path::new(&output).exists(), "all or nothing");
    assert_eq!(fs::read_to_string(in_the_way).unwrap(), "kept");
}
