//! No command and no display: what the window would show first, as text.

use serde_json::json;

use crate::support::{Folder, assert_refused, json, sample, text};

#[test]
fn cells_cost_predictions_and_how_to_get_the_window() {
    let lines = text(&["--device", "cpu"]);
    for part in [
        "NASNet-A Small",
        "The normal cell\nb0 = sep 5×5(h) + sep 3×3(p)",
        "The reduction cell\n",
        "out = [b1, b2, b3, b4]",
        "363,194 trainable parameters, 65,761,024 multiply-adds",
        "Red triangle (",
        "Evening (",
        "The network is untrained",
        "There is no display",
    ] {
        assert!(lines.contains(part), "no {part:?} in {lines}");
    }
    assert!(lines.lines().last().unwrap().ends_with("to get the window"), "{lines}");
    assert_eq!(lines.matches(" %  class ").count(), 6 * 3, "three classes of six pictures");
}

#[test]
fn the_same_as_one_value() {
    let value = json(&["--device", "cpu"]);
    assert_eq!(value["name"], "NASNet-A Small");
    assert_eq!(value["params"]["trainable"], 363_194);
    assert_eq!(value["pictures"].as_array().unwrap().len(), 6);
    assert_eq!(value["pictures"][0]["training"], "untrained");
}

#[test]
fn files_are_used() {
    let folder = Folder::new();
    let star = sample("star.jpg");
    let weights = folder.fixture("keras_n1.keras");
    let lines = text(&["--device", "cpu", &star, &weights]);
    assert!(lines.contains(&format!("{star} (")), "{lines}");
    assert!(!lines.contains("Red triangle"), "the samples are for those without a picture");
    assert!(lines.contains("491 of 491 parameters matched by name"), "{lines}");
    assert!(!lines.contains("untrained"), "{lines}");

    let network = folder.path("mine.json");
    text(&["export", "nasnet-a-small", "--to", "json", "--classes", "3", "-o", &network]);
    let value = json(&["--device", "cpu", &network, &star]);
    assert_eq!(value["pictures"][0]["image"], json!(star));
    assert_eq!(value["pictures"][0]["top"].as_array().unwrap().len(), 3);
}

#[test]
fn bad_files_are_named() {
    let folder = Folder::new();
    for (name, says) in
        [("text.h5", "a text file"), ("text.json", "is not JSON"), ("text.png", "not a picture")]
    {
        let path = folder.write(name, "Dear reader,");
        assert_refused(&[&path], &[&path, says]);
    }
    let missing = folder.path("missing");
    assert_refused(&[&missing], &[&missing, "check the path"]);
}

#[test]
fn a_screenshot_is_a_png() {
    for name in ["window.jpg", "window"] {
        assert_refused(&["--screenshot", name], &["is a PNG", "name it window.png"]);
    }
}

#[test]
fn a_screenshot_needs_a_window() {
    let folder = Folder::new();
    let path = folder.path("window.png");
    assert_refused(&["--screenshot", &path], &["There is no display", "run it with a display"]);
    assert!(folder.names().is_empty());
}
