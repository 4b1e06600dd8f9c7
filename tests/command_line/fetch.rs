//! `weights fetch`.

use std::fs;

use serde_json::json;

use crate::server::{Answer, Server};
use crate::support::{Folder, assert_keys, assert_refused, json, program, text};

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/slim_n4.ckpt.tar.gz");

#[test]
fn published_files_are_listed() {
    let listed = text(&["weights", "fetch"]);
    assert!(
        listed.contains("nasnet-large            360 MB  Keras; nasnet-a-large, 1000 classes"),
        "{listed}"
    );
    let listed = json(&["weights", "fetch"]);
    let files = listed.as_array().unwrap();
    assert_eq!(files.len(), 12);
    for file in files {
        assert_keys(file, &["id", "file", "from", "url", "preset", "licence", "hash"]);
    }
    let timm = files.iter().find(|file| file["id"] == "nasnet-large-timm").unwrap();
    assert_eq!(timm["hash"], json!({"kind": "sha256", "digits": "dc4a7b8b"}));
}

#[test]
fn a_file_is_fetched_and_can_be_looked_into() {
    let folder = Folder::new();
    let kept = folder.path("kept");
    // No hash is published of this one, so that any checkpoint may stand for it.
    let server = Server::start(fs::read(FIXTURE).unwrap(), vec![Answer::Good("\"one\"")]);
    let mirror = server.url();
    let arguments =
        ["weights", "fetch", "nasnet-mobile-slim", "--folder", &kept, "--mirror", &mirror];
    let fetched = json(&arguments);
    let size = fs::metadata(FIXTURE).unwrap().len();
    assert_eq!((&fetched["bytes"], &fetched["received"]), (&json!(size), &json!(size)));
    assert_eq!(fetched["hash_matches"], json!(null));
    let path = fetched["path"].as_str().unwrap();
    assert_eq!(json(&["weights", "inspect", path])["network"]["n"], json!(4));
    let again = text(&arguments);
    assert!(again.contains("was here already; no hash was published to check it with"), "{again}");
    assert!(again.contains(&format!("classify PICTURE --arch {path}\n")), "{again}");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn it_is_kept_in_the_users_cache_folder() {
    let home = Folder::new();
    let server = Server::start(fs::read(FIXTURE).unwrap(), vec![Answer::Good("\"one\"")]);
    let mut command = program();
    command.args(["weights", "fetch", "nasnet-mobile-slim", "--mirror", &server.url()]);
    for variable in ["HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"] {
        command.env(variable, home.path("home"));
    }
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with(&home.path("home")), "{said}");
    assert!(said.contains("weights"), "{said}");
}

#[test]
fn the_way_out_may_be_a_proxy() {
    let folder = Folder::new();
    let server = Server::start(fs::read(FIXTURE).unwrap(), vec![Answer::Good("\"one\"")]);
    let kept = folder.path("kept");
    let mut command = program();
    command.args(["weights", "fetch", "nasnet-mobile-slim", "--folder", &kept]);
    // A name that only the proxy can find.
    command.args(["--mirror", "http://mirror.invalid/models"]);
    for variable in ["http_proxy", "https_proxy", "all_proxy", "no_proxy", "NO_PROXY"] {
        command.env_remove(variable);
    }
    let output = command.env("ALL_PROXY", server.url()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let requests = server.requests();
    assert!(requests[0].contains("mirror.invalid"), "{requests:?}");
}

#[test]
fn what_cannot_be_fetched_is_said_in_a_sentence() {
    let folder = Folder::new();
    let kept = folder.path("kept");
    assert_refused(
        &["weights", "fetch", "nasnet"],
        &["no published file is called", "nasnet-mobile,"],
    );
    let fetch = |answer: Answer| {
        let server = Server::start(b"something else".to_vec(), vec![answer]);
        server.url()
    };
    for (answer, words) in [
        (Answer::Good("\"one\""), ["has the MD5 ", "it was removed"]),
        (Answer::Status(404), ["NASNet-mobile.h5 answers 404", "no longer offered there"]),
        (Answer::WebPage, ["a web page instead of the file", "log in to the network"]),
    ] {
        let mirror = fetch(answer);
        assert_refused(
            &["weights", "fetch", "nasnet-mobile", "--folder", &kept, "--mirror", &mirror],
            &words,
        );
    }
    assert_refused(
        &["weights", "fetch", "nasnet-mobile", "--folder", &kept, "--mirror", "http://127.0.0.1:1"],
        &["cannot reach http://127.0.0.1:1/NASNet-mobile.h5", "check the network connection"],
    );
    assert_refused(
        &[
            "weights",
            "fetch",
            "nasnet-mobile",
            "--folder",
            FIXTURE,
            "--mirror",
            "http://127.0.0.1:1",
        ],
        &["cannot write", "choose another folder"],
    );
    assert_refused(
        &["weights", "fetch", "nasnet-mobile", "--folder", &kept, "--mirror", "nonsense"],
        &["cannot reach nonsense/NASNet-mobile.h5"],
    );
}
