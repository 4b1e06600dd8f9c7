//! Document files that are damaged, of other kinds, or hold no network.

use serde_json::{Value, json};

use crate::support::{Folder, assert_refused, json};

/// Checks the refusal of a file with this content.
fn refuses(content: &str, says: &[&str]) {
    let folder = Folder::new();
    let path = folder.write("given.json", content);
    assert_refused(&["info", &path], &[&[path.as_str()], says].concat());
}

/// The same of a good document with one change.
fn refuses_after(change: impl FnOnce(&mut Value), says: &[&str]) {
    let mut document = json(&["export", "nasnet-a-small", "--to", "json"]);
    change(&mut document);
    refuses(&document.to_string(), says);
}

#[test]
fn cells_that_are_none() {
    let from = |state: &'static str| {
        move |file: &mut Value| file["normal"]["blocks"][0]["left"]["from"] = json!(state)
    };
    refuses_after(from("b1"), &["normal cell: b0 left cannot read b1", "may read h, p"]);
    refuses_after(from("b0"), &["b0 left cannot read b0"]);
    refuses_after(from("b77"), &["b0 left cannot read b77"]);
    refuses_after(
        |file| file["reduction"]["blocks"][3]["right"]["op"] = json!("conv_9x9"),
        &["reduction cell", "conv_9x9", "sep_conv_7x7"],
    );
    refuses_after(|file| file["normal"]["output"] = json!([]), &["needs at least one output"]);
}

#[test]
fn numbers_that_are_too_large() {
    refuses_after(|file| file["n"] = json!(1_000_000_000), &["N cannot be 1000000000", "1 to 200"]);
    refuses_after(|file| file["classes"] = json!(u64::MAX), &["Classes cannot be"]);
}

#[test]
fn versions() {
    refuses_after(|file| file["version"] = json!(99), &["has version 99", "update the program"]);
    refuses_after(
        |file| file["version"] = json!("1"),
        &["\"version\" is missing or no whole number"],
    );
    refuses_after(
        |file| drop(file.as_object_mut().unwrap().remove("version")),
        &["\"version\" is missing"],
    );
}

#[test]
fn files_of_other_kinds() {
    let whole = json(&["export", "nasnet-a-small", "--to", "json"]).to_string();
    refuses(&whole[..300], &["is not JSON", "may be cut short"]);
    refuses("", &["is not JSON"]);
    refuses("not JSON at all", &["is not JSON", "another kind of file"]);
    refuses(&"[".repeat(100_000), &["is not JSON"]);
    refuses("{\"layers\": []}", &["no NASNet Explorer architecture"]);
}

#[test]
fn no_file() {
    let folder = Folder::new();
    let (missing, itself) = (folder.path("missing.json"), folder.path("."));
    assert_refused(&["info", &missing], &[&missing, "does not exist; check the name"]);
    assert_refused(&["info", &itself], &["is a folder; name a file"]);
}
