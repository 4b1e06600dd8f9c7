//! Keras' weights in several files.

use std::fs;

use nasnet_explorer::weights::{Container, How, match_keras, read_keras};
use serde_json::json;

use super::{load, n1, unpacked};

#[test]
fn the_parts_are_the_whole() {
    let folder = unpacked("keras_n1.shards");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4, "a list and three files");
    let parts = read_keras(&folder.path().join("n1.weights.json")).unwrap();
    let whole = load("keras_n1.weights.h5");
    assert_eq!(parts.container, Container::KerasShards);
    let weighted = |layers: &[nasnet_explorer::weights::KerasLayer]| {
        layers.iter().filter(|layer| !layer.weights.is_empty()).cloned().collect::<Vec<_>>()
    };
    assert!(weighted(&parts.layers) == weighted(&whole.layers));
    let wanted = n1();
    let (tensors, report) = match_keras(parts, 1, &wanted.expected());
    assert!(report.is_complete() && report.how == How::ByName, "{report}");
    assert!(tensors == match_keras(whole, 1, &wanted.expected()).0);
}

#[test]
fn lists_that_lead_elsewhere_or_nowhere() {
    let folder = unpacked("keras_n1.shards");
    let list = folder.path().join("n1.weights.json");
    let refusal = || read_keras(&list).unwrap_err().to_string();
    for name in ["../n1_00000.weights.h5", "/etc/passwd.weights.h5", "n1_00000.weights.h5/.."] {
        let map = json!({ "weight_map": { "/layers/dense/vars": [name] } });
        fs::write(&list, map.to_string()).unwrap();
        assert!(refusal().contains("it lists no files beside it"), "{}", refusal());
    }
    fs::write(&list, r#"{"weight_map": {"/layers/dense/vars": ["#).unwrap();
    assert!(refusal().contains("damaged or incomplete"), "{}", refusal());
    let folder = unpacked("keras_n1.shards");
    fs::remove_file(folder.path().join("n1_00001.weights.h5")).unwrap();
    let text = read_keras(&folder.path().join("n1.weights.json")).unwrap_err().to_string();
    assert!(text.contains("cannot open") && text.contains("n1_00001.weights.h5"), "{text}");
}
