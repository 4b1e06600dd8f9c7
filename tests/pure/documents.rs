//! Document files of every kind of badness: a clear error that names the file, never a panic.

use std::fs;
use std::path::Path;

use nasnet_explorer::arch::{Document, DocumentError};
use serde_json::{Value, json};

use crate::support::network;

fn document() -> Document {
    Document::new(network("nasnet-a-mobile", &[]))
}

fn refusal(bytes: &[u8]) -> String {
    Document::parse(bytes, "mine.json").expect_err("a bad file").to_string()
}

/// What is said of a good file after one change to it.
fn refusal_after(change: impl FnOnce(&mut Value)) -> String {
    let mut file: Value = serde_json::from_str(&document().to_json()).unwrap();
    change(&mut file);
    refusal(file.to_string().as_bytes())
}

#[test]
fn a_file_cut_short_anywhere_is_said_to_be() {
    let text = document().to_json();
    let whole = text.trim_end().len();
    for length in 0..text.len() {
        let cut = &text.as_bytes()[..length];
        if length < whole {
            let message = refusal(cut);
            assert!(message.starts_with("mine.json is not JSON ("), "{length}: {message}");
            assert!(message.ends_with("cut short, or another kind of file"), "{message}");
        } else {
            assert_eq!(
                Document::parse(cut, "mine.json").unwrap().architecture,
                document().architecture
            );
        }
    }
}

#[test]
fn a_byte_changed_anywhere_never_panics() {
    let text = document().to_json();
    let mut refused = 0;
    for place in 0..text.len() {
        for byte in [0, b'"', b'9', b'}', 0xff] {
            let mut bytes = text.clone().into_bytes();
            bytes[place] = byte;
            if let Err(error) = Document::parse(&bytes, "mine.json") {
                assert!(error.to_string().starts_with("mine.json "), "{error}");
                refused += 1;
            }
        }
    }
    assert!(refused > text.len(), "most changes break a file, only {refused} did");
}

#[test]
fn files_of_other_kinds_are_told_apart() {
    for bytes in [&b"\x89HDF\r\n\x1a\n"[..], b"hello", b"", b"<!DOCTYPE html>", b"{} {}"] {
        assert!(refusal(bytes).starts_with("mine.json is not JSON ("));
    }
    for json in ["{}", "[]", "3", "null", r#"{"format": "onnx"}"#, r#"{"format": 1}"#] {
        assert_eq!(
            refusal(json.as_bytes()),
            "mine.json is JSON but no NASNet Explorer architecture: its \"format\" is not \
             \"nasnet-explorer architecture\""
        );
    }
    assert_eq!(
        refusal_after(|file| file["version"] = json!(4)),
        "mine.json has version 4, this program reads up to 3; update the program to open it"
    );
}

#[test]
fn brackets_without_end_are_refused() {
    for bracket in ["[", "{\"format\":"] {
        let deep = bracket.repeat(100_000);
        assert!(refusal(deep.as_bytes()).starts_with("mine.json is not JSON (recursion limit"));
    }
    let inside = refusal_after(|file| {
        file["note"] = (0..120).fold(json!(1), |inner, _| json!([inner]));
        file["version"] = json!(4);
    });
    assert!(inside.contains("version 4"), "depth below the limit is fine: {inside}");
}

#[test]
fn numbers_no_network_can_have_are_named() {
    let n = |value: Value| refusal_after(|file| file["n"] = value);
    let start = "mine.json holds no legal network: N cannot be";
    assert_eq!(n(json!(1_000_000_000)), format!("{start} 1000000000: it may be 1 to 200"));
    for (value, text) in [
        (json!(-1), "-1"),
        (json!(1e300), "1e+300"),
        (json!(2.5), "2.5"),
        (json!("4"), "\"4\""),
        (json!(1_u64 << 32), "4294967296"),
    ] {
        assert_eq!(n(value), format!("{start} {text}: it is a whole number from 1 to 200"));
    }
    assert_eq!(
        refusal_after(|file| file["f"] = json!(45)),
        "mine.json holds no legal network: F cannot be 45: with the ImageNet stem it is a \
         multiple of 4 (the stem cells have F/4 and F/2 filters), for example 44 or 48"
    );
    let missing = refusal_after(|file| drop(file.as_object_mut().unwrap().remove("n")));
    assert_eq!(missing, "mine.json holds no legal network: missing field `n`");
}

#[test]
fn cells_that_are_none_are_named_with_what_is_wrong() {
    let start = "mine.json holds no legal network: normal cell:";
    assert_eq!(
        refusal_after(|file| file["normal"]["blocks"][0]["left"]["from"] = json!("b1")),
        format!("{start} b0 left cannot read b1: it may read h, p")
    );
    let unknown = refusal_after(|file| {
        file["normal"]["blocks"][0]["left"]["op"] = json!("sep_conv_9x9");
    });
    assert!(unknown.starts_with(&format!("{start} unknown variant `sep_conv_9x9`")), "{unknown}");
    assert!(unknown.contains("`sep_conv_7x7`"), "says what is legal: {unknown}");
    assert_eq!(
        refusal_after(|file| file["normal"]["blocks"][1]["name"] = json!("b0")),
        format!("{start} b0 cannot name a new block: blocks have distinct names b0 to b999")
    );
    assert_eq!(
        refusal_after(|file| file["normal"]["blocks"][1]["name"] = json!("p")),
        format!("{start} p cannot name a new block: blocks have distinct names b0 to b999")
    );
    assert_eq!(
        refusal_after(|file| file["normal"]["blocks"][1]["name"] = json!("b01")),
        format!(
            "{start} \"b01\" names no hidden state: expected h, p, b0, b1, ... or, in cells of four inputs, input2, input3"
        )
    );
    assert_eq!(
        refusal_after(|file| file["normal"]["blocks"] = json!([])),
        format!("{start} a cell has 1 to 32 blocks, this would have 0")
    );
    assert_eq!(
        refusal_after(|file| file["normal"]["output"] = json!(["b0", "b7"])),
        format!("{start} b7 cannot be an output: the states are h, p, b0, b1, b2, b3, b4")
    );
    let other = refusal_after(|file| file["reduction"]["output"] = json!([]));
    assert!(other.contains("reduction cell: a cell needs at least one output"), "{other}");
}

fn open(path: &Path) -> String {
    Document::open(path).expect_err("a bad file").to_string()
}

#[test]
fn paths_that_cannot_be_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().display();
    assert_eq!(open(folder.path()), format!("{name} is a folder; name a file"));
    let missing = folder.path().join("no.json");
    assert_eq!(open(&missing), format!("{name}/no.json does not exist; check the name"));
    let large = folder.path().join("large.json");
    fs::File::create(&large).unwrap().set_len(1 << 30).unwrap();
    assert_eq!(
        open(&large),
        format!(
            "{name}/large.json has 1073741824 bytes, more than the 16777216 that such a file may have"
        )
    );
    let foreign = folder.path().join("foreign.json");
    fs::write(&foreign, "[]").unwrap();
    assert!(open(&foreign).starts_with(&format!("{name}/foreign.json is JSON but")));
}

#[test]
fn a_target_that_cannot_be_written_is_named_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let save = |path: &Path| document().save(path).expect_err("an impossible target").to_string();
    let nowhere = folder.path().join("no/mine.json");
    let message = save(&nowhere);
    assert!(message.starts_with(&format!("cannot write {}: ", nowhere.display())), "{message}");
    assert!(
        message.ends_with("choose a folder that exists and that you may write to"),
        "{message}"
    );
    assert!(save(folder.path()).ends_with("is a folder; name a file"));
    let below_a_file = folder.path().join("file/mine.json");
    fs::write(folder.path().join("file"), "kept").unwrap();
    assert!(save(&below_a_file).starts_with("cannot write "));
    assert_eq!(fs::read_to_string(folder.path().join("file")).unwrap(), "kept");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn saving_replaces_the_file_and_opening_gives_it_back() -> Result<(), DocumentError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.json");
    fs::write(&path, "an older file, longer than nothing").unwrap();
    document().save(&path)?;
    let read = Document::open(&path)?;
    assert_eq!(read.architecture, document().architecture);
    assert_eq!(fs::read_to_string(&path).unwrap(), document().to_json());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    Ok(())
}

#[test]
fn a_version_that_is_no_number_is_no_version() {
    for version in [Value::Null, json!(-1), json!(0.5), json!("1")] {
        let message = refusal_after(|file| file["version"] = version);
        assert_eq!(
            message,
            "mine.json holds no legal network: its \"version\" is missing or no whole number"
        );
    }
}

/// `inputs` is a word of ours in a cell; anywhere else it is the user's, and stays.
#[test]
fn a_key_of_the_users_is_kept_where_ours_has_another_place() {
    let mut file: Value = serde_json::from_str(&document().to_json()).unwrap();
    file["inputs"] = json!("photographs of birds");
    let read = Document::parse(file.to_string().as_bytes(), "mine.json").unwrap();
    let saved: Value = serde_json::from_str(&read.to_json()).unwrap();
    assert_eq!(saved["inputs"], "photographs of birds");
}
