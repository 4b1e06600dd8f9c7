//! Networks as text on the command line: in place of a name, in a file, and written.

use std::fs;

use clap::Parser as _;
use nasnet_explorer::cli::{Answer, Cli, run};
use nasnet_explorer::interop::Form;
use serde_json::Value;

fn answer(arguments: &[&str]) -> Result<Answer, String> {
    let line = [&["nasnet-explorer"], arguments].concat();
    let command = Cli::try_parse_from(line).expect("legal arguments").command;
    run(command.expect("a command")).map_err(|error| format!("{error:#}"))
}

fn text(arguments: &[&str]) -> String {
    answer(arguments).map(|answer| answer.text).expect("an answer")
}

fn info(arguments: &[&str]) -> Value {
    answer(&[&["info"], arguments].concat()).expect("an answer").json
}

#[test]
fn every_form_is_written_and_read_in_quotes_and_in_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    for form in Form::ALL {
        let preset = match form {
            Form::Line => "pnasnet-5-large",
            Form::Genotype => "darts-v2-cifar",
            Form::Enas => "enas-cifar",
            Form::Slim => "nasnet-a-mobile",
            // The paper's own settings for what it concatenates.
            Form::Controller => "nasnet-a-unused-cifar",
        };
        let export = ["export", preset, "--to", form.code()];
        let written = text(&export);
        let wanted = match form {
            Form::Controller => text(&["export", "nasnet-a-unused-cifar", "--to", "genotype"]),
            _ => written.clone(),
        };
        let file = folder.path().join(form.code());
        let path = file.to_str().expect("a plain path");
        let said = text(&[&export[..], &["-o", path]].concat());
        assert_eq!(said, format!("Wrote {path}\n"));
        assert_eq!(fs::read_to_string(&file).expect("the file"), written);
        for network in [written.trim_end(), path] {
            let to = if form == Form::Controller { "genotype" } else { form.code() };
            assert_eq!(text(&["export", network, "--to", to]), wanted, "{form}");
            assert_eq!(info(&[network]), info(&[written.trim_end()]), "{form}");
        }
        let json = answer(&export).expect("an answer").json;
        assert_eq!(json["text"], written.trim_end());
    }
}

#[test]
fn settings_of_a_text_change_as_those_of_any_network() {
    let genotype = text(&["export", "darts-v1-cifar", "--to", "genotype"]);
    let small = info(&[genotype.trim(), "--f", "16", "--n", "2", "--classes", "100"]);
    assert_eq!((&small["f"], &small["n"], &small["classes"]), (&16.into(), &2.into(), &100.into()));
    let whole = info(&[genotype.trim()]);
    assert_eq!(whole["params"]["trainable"], 3_169_414);
    let line = text(&["export", "nasnet-a-mobile", "--to", "line"]);
    let error = answer(&["info", line.trim(), "--f", "45"]).map(|_| ()).expect_err("no multiple");
    assert!(error.starts_with("cannot change From a line of nasnet: F cannot be 45"), "{error}");
}

#[test]
fn bad_texts_are_pointed_at_wherever_they_come_from() {
    let error = |network: &str| answer(&["info", network]).map(|_| ()).expect_err(network);
    let bad = "Genotype(normal=[('zero', 0)])";
    let pointed = "line 1, column 19: \"zero\" is no operation that can be built; known are";
    assert!(error(bad).starts_with(pointed), "{}", error(bad));
    assert!(error(bad).ends_with(&format!("\n  {bad}\n  {}^", " ".repeat(18))), "{}", error(bad));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cells.txt");
    fs::write(&file, bad).expect("written");
    let path = file.to_str().expect("a plain path");
    assert!(error(path).starts_with(&format!("cannot read {path}: {pointed}")), "{}", error(path));
    fs::write(&file, "hello").expect("written");
    assert!(error(path).contains("is not JSON"), "{}", error(path));
    fs::write(&file, format!("Genotype(\n{}", " ".repeat(70_000))).expect("written");
    assert!(error(path).contains("is not JSON"), "too long for a text: {}", error(path));
    assert!(error("Genotyp(").contains("is no preset and no file"), "{}", error("Genotyp("));
    let refused = answer(&["export", "nasnet-a-mobile", "--to", "enas"]).map(|_| ());
    let error = refused.expect_err("the output has a used state");
    assert!(error.starts_with("cannot write NASNet-A Mobile as enas: the output of"), "{error}");
}
