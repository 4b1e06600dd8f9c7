//! Running the program, and what to give it.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// The network of the fixtures `keras_n1.*`.
pub const N1: [&str; 14] = [
    "--arch",
    "nasnet-a-mobile",
    "--n",
    "1",
    "--f",
    "4",
    "--stem",
    "8",
    "--input",
    "32",
    "--classes",
    "10",
    "--device",
    "cpu",
];

/// The preset that is quick anywhere.
pub const SMALL: [&str; 4] = ["--arch", "nasnet-a-small", "--device", "cpu"];

/// A good or bad input is answered within this time, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program, where there is no display.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nasnet-explorer"));
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("XDG_RUNTIME_DIR");
    command
}

/// What the program says and how it ends.
pub struct Ended {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

pub fn run(arguments: &[&str]) -> Ended {
    let start = Instant::now();
    let Output { status, stdout, stderr } = program().args(arguments).output().unwrap();
    assert!(start.elapsed() < PATIENCE, "{arguments:?} took {:?}", start.elapsed());
    Ended {
        status: status.code(),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

/// The text of a command that ends well and has nothing to say on stderr.
pub fn text(arguments: &[&str]) -> String {
    let Ended { status, stdout, stderr } = run(arguments);
    assert_eq!((status, stderr.as_str()), (Some(0), ""), "{arguments:?}");
    assert!(stdout.ends_with('\n'), "{stdout}");
    stdout
}

/// The same with `--json`: one value, nothing after it.
pub fn json(arguments: &[&str]) -> Value {
    let stdout = text(&[arguments, &["--json"]].concat());
    serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}"))
}

/// The one line on stderr of a command that fails, with and without `--json`.
pub fn refusal(arguments: &[&str]) -> String {
    let plain = refusal_once(arguments);
    let json = refusal_once(&[arguments, &["--json"]].concat());
    // How much memory is free may have changed in between.
    let words = |line: &str| line.replace(|letter: char| letter.is_ascii_digit(), "");
    assert_eq!(words(&json), words(&plain));
    plain
}

fn refusal_once(arguments: &[&str]) -> String {
    let Ended { status, stdout, stderr } = run(arguments);
    assert_eq!((status, stdout.as_str()), (Some(1), ""), "{arguments:?}: {stderr}");
    let line = stderr.strip_prefix("error: ").and_then(|rest| rest.strip_suffix('\n'));
    let line = line.unwrap_or_else(|| panic!("not one error: {stderr}"));
    assert!(!line.contains('\n'), "not one line: {stderr}");
    line.to_owned()
}

/// Fails unless a refusal has all these parts.
pub fn assert_refused(arguments: &[&str], parts: &[&str]) {
    let line = refusal(arguments);
    for part in parts {
        assert!(line.contains(part), "no {part:?} in: {line}");
    }
}

/// Fails unless the command is refused as wrong usage, with a text that has this part.
pub fn assert_wrong_usage(arguments: &[&str], part: &str) {
    let Ended { status, stdout, stderr } = run(arguments);
    assert_eq!((status, stdout.as_str()), (Some(2), ""), "{arguments:?}: {stderr}");
    assert!(stderr.starts_with("error: ") && stderr.contains(part), "{stderr}");
}

/// The keys of an object, in order.
pub fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Fails unless the object has all these keys.
pub fn assert_keys(value: &Value, wanted: &[&str]) {
    for key in wanted {
        assert!(value.get(key).is_some(), "no {key} among {:?}", keys(value));
    }
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The path of a sample picture.
pub fn sample(name: &str) -> String {
    project("assets/samples").join(name).to_str().unwrap().to_owned()
}

/// The path of a fixture that is not in a zip.
pub fn fixture(name: &str) -> PathBuf {
    project("tests/fixtures").join(name)
}

/// The bytes of a fixture, which lies in a zip of one entry.
pub fn fixture_bytes(name: &str) -> Vec<u8> {
    let file = fs::File::open(fixture(&format!("{name}.zip"))).unwrap();
    let mut bytes = Vec::new();
    zip::ZipArchive::new(file).unwrap().by_index(0).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// A folder that goes away with the test.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    /// The path of a file in it, whether there is one or not.
    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    /// Writes a file and returns its path.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Unpacks a fixture and returns its path.
    pub fn fixture(&self, name: &str) -> String {
        self.write(name, fixture_bytes(name))
    }

    /// Names of what is in it, in order.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}
