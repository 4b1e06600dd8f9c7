//! `export --to json`, and its files as networks.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Folder, assert_refused, assert_wrong_usage, json, text};

#[test]
fn a_document_goes_to_a_file_and_comes_back() {
    let folder = Folder::new();
    let path = folder.path("mine.json");
    let options = ["--n", "3", "--f", "12", "--input", "96", "--classes", "4", "--flavour", "slim"];
    let start =
        [&["export", "nasnet-a-mobile", "--to", "json", "-o", &path][..], &options].concat();
    assert_eq!(text(&start), format!("Wrote {path}\n"));
    assert_eq!(folder.names(), ["mine.json"], "no temporary file is left");
    let mut back = json(&["info", &path]);
    let mut wanted = json(&[&["info", "nasnet-a-mobile"][..], &options].concat());
    assert_eq!(back["name"], "NASNet-A Mobile", "a document is called what it calls itself");
    back["name"].take();
    wanted["name"].take();
    assert_eq!(back, wanted);
    assert_eq!(json(&start), json!({ "output": path }), "an older file is replaced");
}

#[test]
fn a_document_goes_to_stdout() {
    let start = ["export", "nasnet-a-large", "--to", "json"];
    let folder = Folder::new();
    let path = folder.write("large.json", text(&start));
    assert_eq!(json(&["info", &path])["macs"], 23_783_414_658_u64);
    let document: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(json(&start), document);
}

#[test]
fn an_edited_document_differs_from_its_preset() {
    let mut document = json(&["export", "nasnet-a-small", "--to", "json"]);
    document["normal"]["blocks"][2]["left"]["op"] = json!("max_pool_5x5");
    document["normal"]["output"] = json!(["b0", "b1"]);
    let folder = Folder::new();
    let path = folder.write("edited.json", document.to_string());
    let lines = text(&["diff", "nasnet-a-small", &path]);
    assert!(lines.contains("b2: avg 3×3(h) + identity(p) | max 5×5(h) + identity(p)"), "{lines}");
    assert!(lines.contains("out: [p, b0, b1, b2, b3, b4] | [b0, b1]"), "{lines}");
    assert!(lines.contains("The reduction cells are the same"), "{lines}");
    let difference = json(&["diff", "nasnet-a-small", &path]);
    assert_eq!(difference["cells"][0]["blocks"].as_array().unwrap().len(), 1);
}

#[test]
fn targets_that_cannot_be_written() {
    let folder = Folder::new();
    let (nowhere, below) = (folder.path("no/such/a.json"), folder.path("file/a.json"));
    let file = folder.write("file", "kept");
    let export = |path: &str, says: &str| {
        assert_refused(&["export", "nasnet-a-small", "--to", "json", "-o", path], &[path, says]);
    };
    export(&nowhere, "its folder does not exist; choose a folder that exists");
    export(&below, "its folder does not exist");
    export(&folder.path("."), "is a folder; name a file");
    assert_eq!(fs::read_to_string(file).unwrap(), "kept");
    assert_eq!(folder.names(), ["file"]);
}

/// Renaming a finished file over a device would replace the device, for everybody.
#[cfg(unix)]
#[test]
fn a_device_is_written_to_and_stays_one() {
    use std::os::unix::fs::FileTypeExt as _;
    text(&["export", "nasnet-a-small", "--to", "json", "-o", "/dev/null"]);
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}

#[cfg(unix)]
#[test]
fn what_a_link_points_to_is_written() {
    let folder = Folder::new();
    let target = folder.write("target.json", "old");
    let link = folder.path("link.json");
    std::os::unix::fs::symlink(&target, &link).unwrap();
    text(&["export", "nasnet-a-small", "--to", "json", "-o", &link]);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(json(&["info", &target])["n"], 2);
}

#[test]
fn wrong_usage() {
    assert_wrong_usage(&["export", "nasnet-a-small"], "--to");
    assert_wrong_usage(
        &["export", "nasnet-a-small", "--to", "png"],
        "[possible values: json, line,",
    );
}
