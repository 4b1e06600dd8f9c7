//! Weight files of this program: converted, inspected, used as networks.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Folder, N1, SMALL, assert_refused, assert_wrong_usage, json, sample, text};

/// The fixture's weights as a file of ours, with its path.
fn converted(folder: &Folder, options: &[&str]) -> String {
    let (keras, own) = (folder.fixture("keras_n1.keras"), folder.path("own.safetensors"));
    let start = ["weights", "convert", &keras, "-o", &own];
    text(&[&start[..], &N1[..12], options].concat());
    own
}

/// A file of ours whose metadata is another.
fn with_metadata(folder: &Folder, own: &str, key: &str, value: Value) -> String {
    let bytes = fs::read(own).unwrap();
    let end = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    let mut header: Value = serde_json::from_slice(&bytes[8..end]).unwrap();
    header["__metadata__"][key] = json!(value.to_string());
    let header = header.to_string();
    let length = (header.len() as u64).to_le_bytes();
    folder.write("changed.safetensors", [&length, header.as_bytes(), &bytes[end..]].concat())
}

#[test]
fn a_converted_file_is_a_network_with_its_weights() {
    let folder = Folder::new();
    let own = converted(&folder, &[]);
    let star = sample("star.jpg");
    let keras = folder.path("keras_n1.keras");
    let expected = json(&[&["classify", &star, "--weights", &keras][..], &N1].concat());
    for weights in [&[][..], &["--weights", &own]] {
        let arguments = ["classify", &star, "--arch", &own, "--device", "cpu"];
        let found = json(&[&arguments[..], weights].concat());
        assert_eq!(
            (&found[0]["top"], &found[0]["training"]),
            (&expected[0]["top"], &json!("loaded"))
        );
    }
    // Flavours and input sizes are in the file as well.
    assert_eq!(
        json(&["info", &own])["params"],
        json(&[&["info", "nasnet-a-mobile"][..], &N1[2..12]].concat())["params"]
    );
    let answer = json(&["bench", &own, "--runs", "1", "--device", "cpu"]);
    assert!(answer["median_ms"].as_f64().unwrap() > 0.0);
    let out = folder.path("maps");
    let answer = json(&["activations", &star, "--arch", &own, "--out", &out, "--device", "cpu"]);
    assert_eq!(answer["training"], "loaded");
    assert!(text(&["--device", "cpu", &star, &own]).contains("491 of 491 parameters"));
}

#[test]
fn half_the_size_is_the_same_network() {
    let folder = Folder::new();
    let own = converted(&folder, &[]);
    let whole = fs::metadata(&own).unwrap().len();
    let half = folder.path("half.safetensors");
    let answer = json(&["weights", "convert", &own, "--arch", &own, "-o", &half, "--half"]);
    assert_eq!((&answer["tensors"], &answer["precision"]), (&json!(491), &json!("float16")));
    let small = fs::metadata(&half).unwrap().len();
    assert_eq!(answer["bytes"], small);
    // 27 896 numbers; the offsets in the header may become shorter, too.
    assert!(whole - small >= 2 * 27_896 && whole - small < 2 * 27_896 + 4000, "{whole} {small}");
    let star = sample("star.jpg");
    let top = |file: &str| {
        json(&["classify", &star, "--arch", file, "--top", "10", "--device", "cpu"])[0]["top"]
            .clone()
    };
    // The fixture's numbers are float16 already, so that it compresses.
    assert_eq!(top(&own), top(&half));
}

#[test]
fn labels_name_the_answers_and_are_inspected() {
    let folder = Folder::new();
    let own = converted(&folder, &[]);
    let labels: Vec<String> = (0..10).map(|class| format!("thing {class}")).collect();
    let own = with_metadata(&folder, &own, "labels", json!(labels));
    let own = with_metadata(&folder, &own, "training", json!({ "seed": 7 }));
    let answer = json(&["classify", &sample("star.jpg"), "--arch", &own, "--device", "cpu"]);
    for one in answer[0]["top"].as_array().unwrap() {
        assert_eq!(one["label"], format!("thing {}", one["class"]));
    }
    let found = json(&["weights", "inspect", &own]);
    assert_eq!(
        (&found["container"], &found["own"]["labels"]),
        (&json!("canonical"), &json!(labels))
    );
    assert_eq!(found["own"]["training"]["seed"], 7);
    let lines = text(&["weights", "inspect", &own]);
    assert!(lines.contains("NASNet Explorer .safetensors"), "{lines}");
    assert!(lines.contains("N = 1, F = 4 (1 @ 96)"), "{lines}");
    assert!(
        lines.contains("Classes: thing 0, thing 1,") && lines.contains("\"seed\": 7"),
        "{lines}"
    );
    // Converting keeps what the file says.
    let again = folder.path("again.safetensors");
    text(&["weights", "convert", &own, "--arch", &own, "-o", &again]);
    let kept = json(&["weights", "inspect", &again]);
    assert_eq!(kept["own"], found["own"]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let folder = Folder::new();
    let own = converted(&folder, &[]);
    let star = sample("star.jpg");
    assert_refused(
        &[&["classify", &star, "--weights", &own][..], &SMALL].concat(),
        &[
            "own.safetensors is for another network, ",
            "which it brings (stem/",
            "; give it as --arch",
        ],
    );
    assert_refused(
        &["classify", &star, "--arch", &own, "--n", "2", "--device", "cpu"],
        &["is for another network", "without changes"],
    );
    let keras = folder.path("keras_n1.keras");
    let vgg = folder.fixture("vgg_like.h5");
    assert_refused(&["info", &vgg], &["vgg_like.h5 holds the layers", "not a NASNet's"]);
    let out = folder.path("out.safetensors");
    assert_refused(
        &["weights", "convert", &keras, "--arch", "nasnet-a-mobile", "-o", &out],
        &[" more); it fits nasnet-a-mobile --n 1"],
    );
    let mut document = json(&["export", &own, "--to", "json"]);
    document["normal"]["blocks"][0]["left"]["op"] = json!("sep_conv_7x7");
    let edited = folder.write("edited.json", document.to_string());
    assert_refused(
        &["weights", "convert", &own, "--arch", &edited, "-o", &out],
        &["has no weights for cell_0/b0/left and", "which were edited"],
    );
    let nowhere = folder.path("no/such/folder.safetensors");
    assert_refused(
        &["weights", "convert", &own, "--arch", &own, "-o", &nowhere],
        &["cannot convert", "choose a folder that exists"],
    );
    assert!(!folder.names().contains(&"out.safetensors".to_owned()));
    assert_wrong_usage(&["weights", "convert", &own, "--arch", &own], "--output");
    let bytes = fs::read(&own).unwrap();
    let cut = folder.write("cut.safetensors", &bytes[..bytes.len() - 100]);
    assert_refused(
        &["classify", &star, "--arch", &cut, "--device", "cpu"],
        &["cut.safetensors is damaged or incomplete", "beyond the end of the file"],
    );
}
