//! The window, photographed by the program itself under a virtual screen.

use std::process::{Command, Output};

use crate::support::{Folder, sample};

/// The program on a virtual screen of its own, or `None`, said, where there is none to be had.
fn on_a_screen(arguments: &[&str]) -> Option<Output> {
    let mut command = Command::new("xvfb-run");
    command.args(["--auto-servernum", "--server-args=-screen 0 1400x900x24"]);
    command.arg(env!("CARGO_BIN_EXE_nasnet-explorer")).args(arguments);
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    match command.output() {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("skipped: no xvfb-run ({error})");
            None
        }
    }
}

/// The colours of a screenshot, after checks of its size.
fn colours(path: &str) -> usize {
    let picture = image::open(path).unwrap().to_rgb8();
    assert!(picture.width() >= 960 && picture.height() >= 600, "{:?}", picture.dimensions());
    let mut colours: Vec<_> = picture.pixels().map(|pixel| pixel.0).collect();
    colours.sort_unstable();
    colours.dedup();
    colours.len()
}

#[test]
fn the_window_is_saved_once_everything_is_computed() {
    let folder = Folder::new();
    let plain = folder.path("plain.png");
    let Some(output) = on_a_screen(&["--screenshot", &plain]) else { return };
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0), "{error}");
    // Sample pictures and montages have thousands; an empty window has a few dozen.
    assert!(colours(&plain) > 1000);

    let (weights, star) = (folder.fixture("keras_n1.weights.h5"), sample("star.jpg"));
    let opened = folder.path("opened.png");
    let output = on_a_screen(&[&weights, &star, "--screenshot", &opened]).unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{error}");
    let pixels = |path: &str| image::open(path).unwrap().to_rgb8().into_raw();
    assert_ne!(pixels(&plain), pixels(&opened));
}

#[test]
fn what_cannot_be_opened_or_written_is_said() {
    let folder = Folder::new();
    let picture = &folder.path("picture.png");
    for (arguments, part) in [
        (["no_such.png", "--screenshot", picture], "There is no file no_such.png"),
        (["assets", "--screenshot", picture], "The folder assets cannot be opened"),
        (
            ["assets/samples/star.jpg", "--screenshot", "/no/such/folder/a.png"],
            "/no/such/folder/a.png",
        ),
        (["assets/samples/star.jpg", "--screenshot", "picture.jpg"], "name it picture.png"),
    ] {
        let Some(output) = on_a_screen(&arguments) else { return };
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{error}");
        // The screen's own programs may add lines to ours.
        let line = error.lines().find(|line| line.starts_with("error: "));
        assert!(line.is_some_and(|line| line.contains(part)), "no {part:?} in: {error}");
    }
}
