//! `activations`.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Folder, N1, SMALL, assert_keys, assert_refused, json, sample, text};

/// The size of a montage: as near to a square as rows of channels come, a line between them.
fn montage_size(shape: &Value) -> (u32, u32) {
    let [channels, height, width] = [0, 1, 2].map(|axis| shape[axis].as_u64().unwrap() as u32);
    let columns = (1..).find(|columns| columns * columns >= channels).unwrap();
    let rows = channels.div_ceil(columns);
    (columns * (width + 1) - 1, rows * (height + 1) - 1)
}

#[test]
fn every_unit_has_a_montage_and_statistics() {
    let folder = Folder::new();
    let (star, out) = (sample("star.jpg"), folder.path("made/here"));
    let weights = folder.fixture("keras_n1.keras");
    let start = ["activations", &star, "--weights", &weights, "--out", &out];
    let answer = json(&[&start[..], &N1].concat());
    assert_eq!(answer["training"], "loaded");
    let written = fs::read_to_string(format!("{out}/statistics.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), answer);

    let units = answer["units"].as_array().unwrap();
    let paths: Vec<_> = units.iter().map(|unit| unit["path"].as_str().unwrap()).collect();
    let wanted = [
        "stem",
        "cell_stem_0",
        "cell_stem_1",
        "cell_0",
        "reduction_cell_0",
        "cell_1",
        "reduction_cell_1",
        "cell_2",
    ];
    assert_eq!(paths, wanted);
    assert_eq!(units[0]["shape"], json!([8, 15, 15]));
    for unit in units {
        assert_keys(unit, &["shape", "mean", "deviation", "zeros", "min", "max", "file"]);
        let number = |key: &str| unit[key].as_f64().unwrap();
        assert!(number("min") <= number("mean") && number("mean") <= number("max"), "{unit}");
        assert!((0.0..=1.0).contains(&number("zeros")) && number("deviation") > 0.0, "{unit}");
        let picture = image::open(format!("{out}/{}", unit["file"].as_str().unwrap())).unwrap();
        assert_eq!((picture.width(), picture.height()), montage_size(&unit["shape"]));
    }
    assert_eq!(fs::read_dir(&out).unwrap().count(), units.len() + 1);
}

#[test]
fn untrained_is_said() {
    let folder = Folder::new();
    let (star, out) = (sample("star.jpg"), folder.path("out"));
    let arguments = [&["activations", &star, "--out", &out][..], &SMALL].concat();
    let lines = text(&arguments);
    assert!(lines.starts_with(&format!("Wrote 9 montages and statistics.json to {out}\n")));
    assert!(lines.contains("The network is untrained"), "{lines}");
    assert_eq!(json(&arguments)["training"], "untrained");
}

#[test]
fn folders_that_cannot_be_made() {
    let folder = Folder::new();
    let file = folder.write("file", "kept");
    let star = sample("star.jpg");
    for out in [file.clone(), format!("{file}/out")] {
        let arguments = [&["activations", &star, "--out", &out][..], &SMALL].concat();
        assert_refused(&arguments, &[&out, "choose another place"]);
    }
    assert_eq!(fs::read_to_string(file).unwrap(), "kept");
    let missing = folder.path("missing.png");
    let out = folder.path("out");
    assert_refused(&[&["activations", &missing, "--out", &out][..], &SMALL].concat(), &[&missing]);
    assert_eq!(folder.names(), ["file"], "nothing is made for a picture that is not there");
}
