//! `evaluate`: what a trained network gets right.

use serde_json::json;

use crate::support::{Folder, assert_keys, assert_refused, json, keys, run, text};

/// Trains a tiny network; its file and what `train` said of it.
fn trained(folder: &Folder) -> (String, serde_json::Value) {
    let out = folder.path("run");
    let ended = run(&[
        "train",
        "nasnet-a-shapes",
        "--n",
        "1",
        "--f",
        "2",
        "--stem",
        "6",
        "--limit",
        "64",
        "--held-out",
        "40",
        "--epochs",
        "1",
        "--batch",
        "16",
        "--device",
        "cpu",
        "-o",
        &out,
        "--json",
    ]);
    assert_eq!(ended.status, Some(0), "{}", ended.stderr);
    (format!("{out}/network.safetensors"), serde_json::from_str(&ended.stdout).unwrap())
}

#[test]
fn the_test_split_gives_what_training_said() {
    let folder = Folder::new();
    let (network, said) = trained(&folder);
    let arguments = ["evaluate", &network, "--data", "shapes", "--limit", "40", "--device", "cpu"];
    let value = json(&arguments);
    assert_eq!(keys(&value), ["data", "pictures", "accuracy", "loss", "classes", "confusion"]);
    assert_eq!((&value["data"], &value["pictures"]), (&json!("shapes, seed 0"), &json!(40)));
    for key in ["accuracy", "loss", "confusion"] {
        assert_eq!(value[key], said["test"][key], "{key}");
    }
    let lines = text(&arguments);
    let percent = value["accuracy"].as_f64().unwrap() * 100.0;
    let start = format!("shapes, seed 0: {percent:.2} % of 40 pictures right, loss ");
    assert!(lines.starts_with(&start), "{lines}");
    assert_eq!(lines.lines().count(), 22, "{lines}");
    // Other splits and seeds are other pictures; all are the sum of the three.
    for (options, pictures) in [
        (["--split", "validation"], 40),
        (["--split", "train"], 40),
        (["--data-seed", "1"], 40),
        (["--split", "all"], 120),
    ] {
        let other = json(&[&arguments[..], &options].concat());
        assert_eq!(other["pictures"], pictures, "{options:?}");
        assert_ne!(other["loss"], value["loss"], "{options:?}");
        assert_keys(&other, &["confusion"]);
    }
    // The same weights named apart from the network.
    let preset = [
        "evaluate",
        "nasnet-a-shapes",
        "--n",
        "1",
        "--f",
        "2",
        "--stem",
        "6",
        "--weights",
        &network,
    ];
    let rest = ["--limit", "40", "--device", "cpu"];
    assert_eq!(json(&[&preset[..], &rest].concat()), value);
}

#[test]
fn what_cannot_be_evaluated_is_refused() {
    let folder = Folder::new();
    let (network, _) = trained(&folder);
    let few = ["--limit", "20", "--device", "cpu"];
    let with = |arguments: &[&str], parts: &[&str]| {
        assert_refused(&[&["evaluate"], arguments, &few].concat(), parts);
    };
    with(&["nasnet-a-small"], &["an untrained network gets nothing right but by chance"]);
    with(&[&network, "--data", "mnist"], &["\"mnist\" is no picture set"]);
    with(&[&network, "--data", "folder:/nowhere/at/all"], &["cannot list the folder"]);
    with(&["no_such_network"], &["no_such_network"]);
    let drawings = format!("folder:{}/assets/samples", env!("CARGO_MANIFEST_DIR"));
    with(&[&network, "--data", &drawings], &["folder"]);
    let two = folder.path("two");
    for class in ["a", "b"] {
        std::fs::create_dir_all(format!("{two}/{class}")).unwrap();
        for number in 0..12 {
            let picture = image::RgbImage::from_pixel(9, 9, image::Rgb([number; 3]));
            picture.save(format!("{two}/{class}/{number}.png")).unwrap();
        }
    }
    let source = format!("folder:{two}");
    with(
        &[&network, "--data", &source],
        &["the network tells 20 classes apart, the pictures have 2; train it on them first"],
    );
}
