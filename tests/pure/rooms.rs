//! The one way of imports: a room imports only from those before it.

use std::fs;
use std::path::{Path, PathBuf};

/// Every room, in order.
const ROOMS: [&str; 14] = [
    "files", "format", "arch", "plan", "cost", "weights", "net", "interop", "data", "train",
    "search", "engine", "cli", "ui",
];

/// Rooms that are to stay free of the libraries that run networks and draw windows.
const PURE: [&str; 6] = ["files", "format", "arch", "plan", "cost", "interop"];
const HEAVY: [&str; 3] = ["burn", "egui", "eframe"];

/// What is wrong with a source file at `path` (below `src`, with `/`), each as a sentence.
fn complaints(path: &str, source: &str) -> Vec<String> {
    let parts: Vec<_> = path.trim_end_matches(".rs").split('/').collect();
    let room = parts[0];
    let Some(place) = ROOMS.iter().position(|name| *name == room) else {
        return vec![format!("{path} is in no known room; give it a place in the order of rooms")];
    };
    let code = without_comments(source);
    let modules = parts.iter().filter(|part| **part != "mod").count();
    let mut found = Vec::new();
    for name in imported(&code, modules) {
        match ROOMS.iter().position(|other| *other == name) {
            None => found.push(format!("{path} imports {name}, which is no room")),
            Some(other) if other > place => found.push(format!("{path} imports {name}")),
            Some(_) => {}
        }
    }
    let heavy = words(&code).into_iter().filter(|word| HEAVY.contains(word));
    if PURE.contains(&room) {
        found.extend(heavy.map(|word| format!("{path} mentions {word}")));
    }
    found
}

/// Good enough for formatted code: a string that holds `//` would lose its end, never gain one.
fn without_comments(source: &str) -> String {
    let lines = source.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code));
    lines.collect::<Vec<_>>().join("\n")
}

/// The first names behind `crate::`, and those rooms that enough `super::`s reach from a file
/// `modules` deep.
fn imported(code: &str, modules: usize) -> Vec<String> {
    let words = words(code);
    let mut names = Vec::new();
    for (start, word) in words.iter().enumerate() {
        let rest = &words[start..];
        if *word == "crate" && rest.get(1) == Some(&"::") {
            names.extend(heads(&rest[2..]));
        }
        let supers = rest.chunks(2).take_while(|pair| *pair == ["super", "::"]).count();
        if supers >= modules {
            let reached = heads(&rest[2 * supers..]);
            names.extend(reached.into_iter().filter(|name| ROOMS.contains(&name.as_str())));
        }
    }
    names
}

/// The first name of a path, or of each path of a group in braces.
fn heads(words: &[&str]) -> Vec<String> {
    let Some((&first, rest)) = words.split_first() else { return Vec::new() };
    if first != "{" {
        return vec![first.to_owned()];
    }
    let (mut depth, mut expected, mut names) = (1, true, Vec::new());
    for word in rest {
        match *word {
            "{" => depth += 1,
            "}" => depth -= 1,
            "," if depth == 1 => expected = true,
            name if depth == 1 && expected => {
                names.push(name.to_owned());
                expected = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

/// Identifiers, `::` and single other signs.
fn words(code: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let named = |sign: char| sign.is_alphanumeric() || sign == '_';
        let length = match first {
            _ if named(first) => rest.find(|sign| !named(sign)).unwrap_or(rest.len()),
            ':' if rest.starts_with("::") => 2,
            _ => first.len_utf8(),
        };
        let (word, after) = rest.split_at(length);
        words.push(word);
        rest = after.trim_start();
    }
    words
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_room_imports_only_from_those_before_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut found = Vec::new();
    for file in &files {
        let path = file.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        if path != "lib.rs" && path != "main.rs" {
            found.extend(complaints(&path, &fs::read_to_string(file).unwrap()));
        }
    }
    assert!(files.len() > 40, "only {} files were found", files.len());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn imports_from_later_rooms_are_found_however_they_are_written() {
    let one = |path: &str, source: &str| complaints(path, source).join("; ");
    for source in [
        "use crate::net::Network;",
        "use crate::{arch::Op, net::{Network, ui}};",
        "use crate::{\n    arch::{Op, Side},\n    net,\n};",
        "fn f() -> crate :: net::Network {}",
        "pub(crate) use super::super::net::Network;",
        "use crate::{self as whole, net};",
    ] {
        let expected = "plan/cell.rs imports net";
        assert!(one("plan/cell.rs", source).ends_with(expected), "{source}");
    }
    assert_eq!(one("plan/mod.rs", "use super::net;"), "plan/mod.rs imports net");
    assert_eq!(one("files.rs", "use super::arch;"), "files.rs imports arch");
    assert_eq!(one("plan/cell.rs", "use crate::Op;"), "plan/cell.rs imports Op, which is no room");
    assert_eq!(one("cost/mod.rs", "fn f(ui: &egui::Ui) {}"), "cost/mod.rs mentions egui");
    assert_eq!(one("arch/op.rs", "burn::tensor()"), "arch/op.rs mentions burn");
    let unknown = "attic/mod.rs is in no known room; give it a place in the order of rooms";
    assert_eq!(one("attic/mod.rs", ""), unknown);
}

#[test]
fn imports_from_earlier_rooms_and_words_in_comments_are_fine() {
    for source in [
        "use crate::{arch::Op, plan};",
        "// like crate::net, and burn",
        "/// See [`crate::ui`].",
        "pub(crate) fn net() {}",
        "use super::net;",
        "let burned = 1;",
    ] {
        assert_eq!(complaints("cost/layer.rs", source), Vec::<String>::new(), "{source}");
    }
    assert_eq!(complaints("net/fold.rs", "use burn::tensor;"), Vec::<String>::new());
}
