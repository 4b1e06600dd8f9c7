//! No command and no display: what the window would show first, as text.

use serde_json::json;

use crate::support::{Folder, assert_refused, json, sample, text};

#[test]
fn cells_cost_predictions_and_how_to_get_the_window() {
    let lines = text(&["--device", "cpu"]);
    for part in [
        "NASNet-A Shapes",
        "The normal cell\nb0 = sep 5×5(h) + sep 3×3(p)",
        "The reduction cell\n",
        "out = [b1, b2, b3, b4]",
        "143,552 trainable parameters, ",
        "Red triangle (",
        "Evening (",
        "There is no display",
    ] {
        assert!(lines.contains(part), "no {part:?} in {lines}");
    }
    assert!(lines.lines().last().unwrap().ends_with("to get the window"), "{lines}");
    assert_eq!(lines.matches(" %  ").count(), 12 * 3, "three classes of twelve pictures");
    assert!(!lines.contains("untrained"), "{lines}");
}

#[test]
fn the_same_as_one_value() {
    let value = json(&["--device", "cpu"]);
    assert_eq!(value["name"], "NASNet-A Shapes");
    assert_eq!(value["params"]["trainable"], 143_552);
    let pictures = value["pictures"].as_array().unwrap();
    assert_eq!(pictures.len(), 12);
    assert!(pictures.iter().all(|picture| picture["training"] == "loaded"), "{value}");
    // The last two are a ball and a landscape, which the network does not know.
    for picture in &pictures[..10] {
        let (image, best) = (picture["image"].as_str().unwrap(), &picture["top"][0]);
        let label = best["label"].as_str().unwrap();
        assert!(image.to_lowercase().contains(label), "{image} is taken for {label}");
    }
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
