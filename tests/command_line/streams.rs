//! What goes to which stream, and streams that are closed or full.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use serde_json::Value;

use crate::support::{SMALL, program, run, sample, text};

#[test]
fn logs_go_to_stderr_only_when_asked_for() {
    let star = sample("star.jpg");
    for arguments in [
        [&["-v", "classify", &star, "--json"][..], &SMALL].concat(),
        [&["classify", &star, "--json", "-vv"][..], &SMALL].concat(),
    ] {
        let ended = run(&arguments);
        assert_eq!(ended.status, Some(0));
        assert!(ended.stderr.contains("computing on the CPU"), "{}", ended.stderr);
        assert!(ended.stderr.contains("the network is untrained"), "{}", ended.stderr);
        let value: Value = serde_json::from_str(&ended.stdout).expect("the logs are elsewhere");
        assert_eq!(value.as_array().unwrap().len(), 1);
    }
}

#[test]
fn global_options_may_come_before_the_command() {
    let before: Value = serde_json::from_str(&text(&["--json", "presets"])).unwrap();
    assert_eq!(before, crate::support::json(&["presets"]));
}

/// `nasnet-explorer info nasnet-a-large | head -1`
#[test]
fn a_reader_that_has_gone_is_no_error() {
    for json in [&[][..], &["--json"]] {
        let mut child = program()
            .args(["info", "nasnet-a-large"])
            .args(json)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Closed before the program has written anything.
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
    }
}

#[test]
fn the_first_line_can_be_read_alone() {
    let mut child =
        program().args(["info", "nasnet-a-large"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "NASNet-A Large: 6 @ 4032, input 3×331×331, 1000 classes\n");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = program().args(["info", "nasnet-a-large"]).stdout(full).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr.starts_with("error: cannot write the answer to stdout: "), "{stderr}");
    assert_eq!(stderr.lines().count(), 1);
}

#[test]
fn help_and_version_are_answers() {
    assert!(text(&["--help"]).contains("presets"));
    assert!(text(&["classify", "--help"]).contains("--top"));
    assert!(text(&["--version"]).starts_with("nasnet-explorer "));
}
