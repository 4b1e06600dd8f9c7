//! Weights for other programs, and how fast weight files are read.

use std::fs;

use serde_json::json;

use crate::support::{Folder, N1, assert_refused, assert_wrong_usage, json, text};

/// The network of the fixture as a file of ours.
fn own(folder: &Folder) -> String {
    let (keras, own) = (folder.fixture("keras_n1.keras"), folder.path("own.safetensors"));
    let start = ["weights", "convert", &keras, "-o", &own];
    text(&[&start[..], &N1[..12]].concat());
    own
}

/// A network with names of classes and a note on its training, and with a stem for small pictures.
fn shapes() -> String {
    format!("{}/assets/networks/shapes.safetensors", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_name_of_the_file_decides_and_every_bit_comes_back() {
    let folder = Folder::new();
    let own = own(&folder);
    let expected = fs::read(&own).unwrap();
    for (name, container) in
        [("a.h5", "legacy_weights"), ("a.weights.h5", "weights_h5"), ("b.safetensors", "canonical")]
    {
        let output = folder.path(name);
        let answer = json(&["weights", "convert", &own, "-o", &output]);
        assert_eq!((&answer["tensors"], &answer["notes"]), (&json!(491), &json!([])));
        assert_eq!(answer["bytes"], fs::metadata(&output).unwrap().len());
        assert_eq!(json(&["weights", "inspect", &output])["container"], container);
        let back = folder.path("back.safetensors");
        text(&["weights", "convert", &output, "--arch", &own, "-o", &back]);
        assert!(fs::read(&back).unwrap() == expected, "{name}");
    }
}

/// A configuration tells all but the flavour, which is the framework's.
#[test]
fn a_file_alone_says_which_network_it_is() {
    let folder = Folder::new();
    let (own, alone) = (own(&folder), folder.path("alone.safetensors"));
    text(&["weights", "convert", &folder.path("keras_n1.keras"), "-o", &alone]);
    let tensors = |file: &str| {
        let bytes = fs::read(file).unwrap();
        let end = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
        bytes[end..].to_vec()
    };
    assert!(tensors(&alone) == tensors(&own));
    let (found, expected) = (json(&["info", &alone]), json(&["info", &own]));
    for key in ["n", "f", "classes", "input", "params", "flavour"] {
        assert_eq!(found[key], expected[key], "{key}");
    }
}

#[test]
fn what_the_other_program_does_otherwise_is_said() {
    let folder = Folder::new();
    let (own, output) = (own(&folder), folder.path("a.weights.h5"));
    let lines = text(&["weights", "convert", &own, "--flavour", "slim", "-o", &output]);
    assert!(lines.contains("Wrote 491 tensors as float32 for Keras to"), "{lines}");
    assert!(lines.contains("Keras follows the arithmetic keras, these weights slim:"), "{lines}");
    let half = json(&["weights", "convert", &own, "--half", "-o", &output]);
    assert_eq!((&half["program"], &half["precision"]), (&json!("Keras"), &json!("float16")));
}

#[test]
fn wishes_that_cannot_be() {
    let folder = Folder::new();
    let own = own(&folder);
    let output = |name: &str| folder.path(name);
    for (to, name, words) in [
        ("timm", "a.safetensors", "timm cannot load these weights: its cell after a reduction"),
        ("cadene", "a.safetensors", "its class for Mobile has N = 4"),
        ("keras", "a.safetensors", "end it in .weights.h5 for Keras 3, or in .h5 for any"),
        ("timm", "a.h5", "such a file is a .safetensors"),
        ("own", "a.pth", "such a file is a .safetensors"),
    ] {
        let path = output(name);
        assert_refused(&["weights", "convert", &own, "--to", to, "-o", &path], &[words]);
    }
    let path = output("a.pth");
    assert_refused(
        &["weights", "convert", &own, "-o", &path],
        &["a.pth does not say which format is wanted; end it in .safetensors, .h5 or .weights.h5"],
    );
    let path = output("a.h5");
    assert_refused(
        &["weights", "convert", &shapes(), "-o", &path],
        &["Keras cannot load these weights: its networks have the ImageNet stem, not the CIFAR"],
    );
    assert_wrong_usage(&["weights", "convert", &own, "--to", "onnx", "-o", &path], "onnx");
    assert!(!folder.names().iter().any(|name| name.starts_with("a.")), "{:?}", folder.names());
}

#[test]
fn labels_stay_in_our_own_files() {
    let folder = Folder::new();
    let output = folder.path("again.safetensors");
    let answer = json(&["weights", "convert", &shapes(), "-o", &output]);
    assert_eq!(answer["notes"], json!([]));
    let labels = |file: &str| json(&["weights", "inspect", file])["own"]["labels"].clone();
    assert_eq!(labels(&output), labels(&shapes()));
    assert_eq!(labels(&output).as_array().unwrap().len(), 20);
}

#[test]
fn reading_is_measured() {
    let answer = json(&["weights", "bench", &shapes(), "--runs", "2"]);
    let file = fs::metadata(shapes()).unwrap().len();
    assert_eq!(answer["file_bytes"], file);
    let weights = 4 * json(&["info", &shapes()])["params"]["total"].as_u64().unwrap();
    assert_eq!(answer["weight_bytes"], weights);
    let (seconds, speed) = (&answer["seconds"], &answer["weight_bytes_per_second"]);
    let product = seconds.as_f64().unwrap() * speed.as_f64().unwrap();
    assert!((product - weights as f64).abs() < 1.0, "{product}");
    let lines = text(&["weights", "bench", &shapes(), "--runs", "1"]);
    assert!(lines.contains("read in ") && lines.contains("(median of 1)"), "{lines}");
    #[cfg(target_os = "linux")]
    assert!(answer["peak_bytes"].is_u64() && lines.contains("times the weights"), "{lines}");
    assert_refused(
        &["weights", "bench", "nowhere.h5"],
        &["cannot open the weight file nowhere.h5"],
    );
}
