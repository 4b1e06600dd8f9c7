//! `weights inspect`.

use serde_json::{Value, json};

use crate::hdf5_bytes::with_a_nan;
use crate::support::{Folder, assert_keys, assert_refused, assert_wrong_usage, json, run, text};

#[test]
fn every_container_is_told() {
    let folder = Folder::new();
    for (name, container, words) in [
        ("keras_n1.keras", "keras_archive", ".keras archive of Keras 3"),
        ("keras_n1.keras2.h5", "legacy_weights", "Keras .h5 weights of Keras 2.1.6"),
        ("keras_n1.whole_model.h5", "legacy_model", "Keras .h5 model of Keras 3"),
        ("keras_n1.weights.h5", "weights_h5", "Keras .weights.h5"),
    ] {
        let path = folder.fixture(name);
        let found = json(&["weights", "inspect", &path]);
        assert_eq!(found["container"], container);
        assert_eq!((&found["layers_with_weights"], &found["tensors"]), (&json!(171), &json!(491)));
        assert_eq!((&found["parameters"], &found["not_finite"]), (&json!(27_896), &json!(0)));
        let network =
            ["n", "f", "stem_channels", "classes"].map(|key| found["network"][key].clone());
        assert_eq!(network, [1, 4, 8, 10].map(Value::from));
        assert_keys(&found, &["keras_version", "problem", "first_layers", "age"]);
        assert_eq!(
            (&found["framework"], &found["network"]["family"]),
            (&json!("Keras"), &json!("nasnet"))
        );
        assert_eq!(found["opens_as"]["name"], "NASNet-A 1 @ 96");
        let lines = text(&["weights", "inspect", &path]);
        assert!(lines.contains(words), "{lines}");
        assert!(
            lines.contains("N = 1, F = 4 (1 @ 96), ImageNet stem of 8 channels, 10 classes"),
            "{lines}"
        );
    }
}

/// Opened alone, a file is the network that it was made for, and its numbers are those of its framework.
#[test]
fn a_weight_file_alone_is_a_network() {
    let folder = Folder::new();
    let path = folder.fixture("pnasnet_n2.pth");
    let lines = text(&["weights", "inspect", &path]);
    assert_eq!(lines.lines().count(), 1, "one paragraph: {lines}");
    for says in [
        "PyTorch .pth (as written since 2020) with",
        "of a PNASNet-5 with N = 2, F = 8 (2 @ 160), ImageNet stem of 6 channels, 1001 classes",
        "opened alone it is PNASNet-5 2 @ 160. It opens at 224 x 224 pixels; every size from 32 fits.",
        "Of its 1001 classes the first, the background, is left out.",
        "it is none of the published files",
    ] {
        assert!(lines.contains(says), "{says}: {lines}");
    }
    let found = json(&["weights", "inspect", &path]);
    assert_eq!(found["network"]["family"], "pnasnet");
    assert_eq!(
        (&found["opens_as"]["penultimate"], &found["opens_as"]["settings"]["classes"]),
        (&json!(160), &json!(1000))
    );
    assert_eq!(json(&["info", &path])["name"], "PNASNet-5 2 @ 160");
    let x = folder.path("x.npy");
    std::fs::write(&x, npy_of_io("pnasnet_n2_io.npz", "x_nchw")).unwrap();
    let y = folder.path("y.npy");
    let sizes = ["--classes", "1001", "--input", "33", "--device", "cpu"];
    let forward = ["forward", "--arch", &path, "--tensor", &x, "--output", &y];
    assert_eq!(json(&[&forward[..], &sizes].concat())["shape"], json!([2, 1001]));
    let numbers =
        |bytes: &[u8]| -> Vec<f32> { npyz::NpyFile::new(bytes).unwrap().into_vec().unwrap() };
    let ours = numbers(&std::fs::read(&y).unwrap());
    let theirs = numbers(&npy_of_io("pnasnet_n2_io.npz", "logits"));
    let difference = ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(ours.len() == theirs.len() && difference < 1e-4, "{difference}");
}

/// An array of an `.npz` fixture, as an `.npy` file.
fn npy_of_io(name: &str, array: &str) -> Vec<u8> {
    let file = std::fs::File::open(crate::support::fixture(name)).unwrap();
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let mut bytes = Vec::new();
    let mut entry = archive.by_name(&format!("{array}.npy")).unwrap();
    std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
    bytes
}

#[test]
fn what_a_file_lacks_is_told() {
    let folder = Folder::new();
    let path = folder.fixture("keras_n1.no_top.keras2.h5");
    assert_eq!(json(&["weights", "inspect", &path])["network"]["classes"], Value::Null);
    assert!(text(&["weights", "inspect", &path]).contains("no classifier"));

    let path = folder.fixture("vgg_like.h5");
    let found = json(&["weights", "inspect", &path]);
    assert_eq!(found["network"], Value::Null);
    assert!(found["problem"].as_str().unwrap().contains("block1_conv1"), "{found}");
    assert!(text(&["weights", "inspect", &path]).contains("which are not a NASNet's"));
}

#[test]
fn values_that_are_no_numbers_are_counted() {
    let folder = Folder::new();
    let whole = folder.fixture("keras_n1.keras2.h5");
    let path = folder.write("nan.h5", with_a_nan(&whole, "stem_conv1"));
    assert_eq!(json(&["weights", "inspect", &path])["not_finite"], 1);
    assert!(text(&["weights", "inspect", &path]).contains("1 values are NaN or infinite"));
}

#[test]
fn a_checkpoint_of_tensorflow_is_told_by_any_of_its_names() {
    let folder = Folder::new();
    let archive = std::fs::read(crate::support::fixture("slim_n4.ckpt.tar.gz")).unwrap();
    let path = folder.write("nasnet-a_mobile_04_10_2017.tar.gz", archive);
    let found = json(&["weights", "inspect", &path]);
    assert_eq!(found["container"], "tensorflow_archive");
    assert_eq!(found["network"]["classes"], 1001);
    assert_eq!(found["published"]["matches"], Value::Null);
    let lines = text(&["weights", "inspect", &path]);
    for says in [
        "TensorFlow checkpoint in an archive",
        "of the tensors are moving averages",
        "more tensors, which only training needs, were left out",
        "N = 4, F = 4 (4 @ 96), ImageNet stem of 8 channels, 1001 classes, flavour slim",
        "Named as the published nasnet-a_mobile_04_10_2017.tar.gz of TF-slim, whose hash was not published",
    ] {
        assert!(lines.contains(says), "{says}: {lines}");
    }
}

#[test]
fn hashes_and_published_names() {
    let folder = Folder::new();
    // The names of layers, and so the content's hash, are those of no published file.
    let path =
        folder.write("NASNet-mobile.h5", crate::support::fixture_bytes("keras_n1.keras2.h5"));
    let found = json(&["weights", "inspect", &path]);
    assert_eq!(
        found["published"],
        json!({ "name": "NASNet-mobile.h5", "from": "Keras", "matches": false })
    );
    assert_eq!(found["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(found["old_keras_names"], false);
    let lines = text(&["weights", "inspect", &path]);
    assert!(
        lines.contains("but the hash differs: it is changed, or it is the wrong file"),
        "{lines}"
    );
    assert!(lines.contains(&format!("SHA-256 {}", found["sha256"].as_str().unwrap())), "{lines}");
    let path = folder.fixture("keras_n1.keras2.h5");
    assert_eq!(json(&["weights", "inspect", &path])["published"], Value::Null);
}

#[test]
fn files_that_hold_no_weights() {
    let folder = Folder::new();
    let path = folder.write("text.h5", "Dear reader,");
    assert_refused(&["weights", "inspect", &path], &[&path, "a text file", "give a .h5"]);
    let missing = folder.path("missing.h5");
    assert_refused(&["weights", "inspect", &missing], &[&missing, "check the path"]);
    let ended = run(&["weights"]);
    assert_eq!((ended.status, ended.stdout.as_str()), (Some(2), ""));
    assert!(ended.stderr.contains("inspect"), "{}", ended.stderr);
    assert_wrong_usage(&["weights", "inspect"], "<FILE>");
}
