//! Networks of cells with four inputs on the command line, and the templates of NASNet-B and C.

use serde_json::json;

use crate::support::{Folder, assert_refused, json, run, sample, text};

const SIZE: [&str; 6] = ["--n", "1", "--f", "4", "--stem", "12"];

#[test]
fn the_templates_are_called_so_and_have_the_named_sizes() {
    for (name, penultimate) in [("nasnet-b-template", 1152), ("nasnet-c-template", 640)] {
        assert_eq!(json(&["info", name])["penultimate"], penultimate);
        let listed = text(&["presets"]);
        let line = listed.lines().find(|line| line.starts_with(name)).expect(name);
        assert!(line.contains("Not NASNet-") && line.contains("placeholders"), "{line}");
    }
    let lines = text(&["diff", "nasnet-b-template", "nasnet-c-template"]);
    assert!(
        lines.contains("b2: identity(h) + identity(input2) | identity(h) + identity(h)"),
        "{lines}"
    );
}

#[test]
fn a_filled_in_template_is_classified_trained_and_read_again() {
    let folder = Folder::new();
    let mut document = json(&["export", "nasnet-b-template", "--to", "json"]);
    assert_eq!((&document["version"], &document["normal"]["inputs"]), (&json!(3), &json!(4)));
    document["normal"]["blocks"][1]["left"] = json!({ "op": "sep_conv_3x3", "from": "input3" });
    document["normal"]["blocks"][0]["combine"] = json!("add_layer_norm");
    document["reduction"]["blocks"][3]["combine"] = json!("add_instance_norm");
    let mine = folder.write("mine.json", document.to_string());
    let answer = json(&[&["classify", &sample("star.jpg"), "--arch", &mine][..], &SIZE].concat());
    assert_eq!(answer[0]["training"], "untrained");

    let trained = folder.path("run");
    let start = ["train", &mine, "--limit", "32", "--held-out", "16", "--epochs", "1"];
    let end = ["--batch", "16", "--device", "cpu", "-o", &trained];
    let ended = run(&[&start[..], &SIZE, &end].concat());
    assert_eq!(ended.status, Some(0), "{}", ended.stderr);
    let weights = format!("{trained}/network.safetensors");
    let of_file = json(&["info", &weights]);
    assert_eq!(
        of_file["params"],
        json(&[&["info", &mine, "--classes", "20"][..], &SIZE].concat())["params"]
    );
}

#[test]
fn a_line_of_four_inputs_is_a_network() {
    let line = text(&["export", "nasnet-b-template", "--to", "line"]);
    assert!(line.contains(" inputs=4 | id(h)+id(h) id(h)+id(p) "), "{line}");
    assert_eq!(json(&["info", line.trim()])["macs"], json(&["info", "nasnet-b-template"])["macs"]);
    let folder = Folder::new();
    assert_refused(
        &["export", "nasnet-b-template", "--to", "genotype", "-o", &folder.path("out")],
        &["the cells have 4 inputs", "write a line instead"],
    );
}
