//! `bench`.

use crate::support::{Folder, assert_keys, assert_refused, assert_wrong_usage, json, text};

const START: [&str; 4] = ["bench", "nasnet-a-small", "--device", "cpu"];

#[test]
fn times_agree_with_each_other() {
    for (batch, options) in [(1.0, &["--runs", "4"][..]), (3.0, &["--batch", "3", "--runs", "3"])] {
        let times = json(&[&START, options].concat());
        assert_keys(
            &times,
            &["device", "build_ms", "first_ms", "median_ms", "min_ms", "images_per_second"],
        );
        assert!(times["device"].as_str().unwrap().starts_with("CPU"), "{times}");
        let number = |key: &str| times[key].as_f64().unwrap();
        assert!(number("min_ms") > 0.0 && number("min_ms") <= number("median_ms"), "{times}");
        assert!(number("build_ms") > 0.0 && number("first_ms") > 0.0, "{times}");
        let speed = number("images_per_second") * number("median_ms") / (1000.0 * batch);
        assert!((speed - 1.0).abs() < 1e-9, "{times}");
    }
    let lines = text(&[&START[..], &["--runs", "1"]].concat());
    assert!(lines.contains("of 1 passes") && lines.contains("pictures per second"), "{lines}");
}

#[test]
fn weights_are_used() {
    let folder = Folder::new();
    let weights = folder.fixture("keras_n1.keras");
    assert_refused(
        &[&START[..], &["--weights", &weights]].concat(),
        &[&weights, "is for another network"],
    );
}

/// One input of this size takes about 340 MB, a thousand of them more than any machine has.
#[test]
fn a_batch_larger_than_memory_is_refused_with_its_estimate() {
    assert_refused(
        &[&START[..], &["--input", "384", "--batch", "1024"]].concat(),
        &["1024 inputs at once need about", "that are free; run fewer at once"],
    );
}

#[test]
fn wrong_usage() {
    assert_wrong_usage(&["bench"], "<ARCH>");
    for options in [["--runs", "0"], ["--batch", "0"], ["--batch", "1025"]] {
        assert_wrong_usage(&[&START[..], &options].concat(), options[0]);
    }
}
