//! `presets`, `info`, `diff`.

use serde_json::{Value, json};

use crate::support::{assert_keys, assert_refused, assert_wrong_usage, json, text};

#[test]
fn presets_are_listed() {
    let presets = json(&["presets"]);
    let names: Vec<_> =
        presets.as_array().unwrap().iter().map(|preset| preset["name"].as_str().unwrap()).collect();
    let wanted = [
        "nasnet-a-mobile",
        "nasnet-a-large",
        "nasnet-a-cifar-6-768",
        "nasnet-a-cifar-7-2304",
        "nasnet-a-small",
        "nasnet-a-shapes",
        "pnasnet-5-mobile",
        "pnasnet-5-large",
        "amoebanet-a",
        "amoebanet-b",
        "amoebanet-c",
        "amoebanet-d",
        "enas-cifar",
        "darts-v1-cifar",
        "darts-v1-imagenet",
        "darts-v2-cifar",
        "darts-v2-imagenet",
        "p-darts-cifar",
        "p-darts-imagenet",
        "pc-darts-cifar",
        "pc-darts-imagenet",
        "nasnet-a-unused-cifar",
        "nasnet-b-template",
        "nasnet-c-template",
    ];
    assert_eq!(names, wanted);
    assert_eq!(
        presets[1],
        json!({
            "name": "nasnet-a-large", "title": "NASNet-A Large", "input": [3, 331, 331],
            "n": 6, "f": 168, "classes": 1000,
            "published": {
                "paper": {
                    "title": "Learning Transferable Architectures for Scalable Image Recognition",
                    "authors": ["Zoph", "Vasudevan", "Shlens", "Le"],
                    "year": 2018, "arxiv": "1707.07012",
                },
                "parameters": "88.9M",
                "accuracy": [{ "data_set": "imagenet", "top_1": 82.7, "top_5": 96.2 }],
            },
        })
    );
    let amoebanet_d = &presets[11]["published"];
    assert_eq!((&amoebanet_d["parameters"], &amoebanet_d["accuracy"]), (&Value::Null, &json!([])));
    let lines = text(&["presets"]);
    assert!(lines.lines().zip(wanted).all(|(line, name)| line.starts_with(name)), "{lines}");
    assert!(lines.contains("  CIFAR-10 error 3.41%, error 2.65% with cutout"), "{lines}");
    for name in wanted {
        assert_eq!(json(&["info", name])["name"], name);
    }
}

#[test]
fn large_has_its_published_numbers() {
    let large = json(&["info", "nasnet-a-large"]);
    assert_eq!(large["params"], json!({ "trainable": 88_753_150, "total": 88_949_818 }));
    assert_eq!(large["macs"], 23_783_414_658_u64);
    assert_eq!(large["flops"], 47_566_829_316_u64);
    assert_eq!(large["input"], json!([3, 331, 331]));
    assert_eq!((&large["penultimate"], &large["flavour"]), (&json!(4032), &json!("keras")));
    assert_eq!(
        (&large["n"], &large["f"], &large["classes"]),
        (&json!(6), &json!(168), &json!(1000))
    );
    assert_keys(&large["activation_bytes"], &["sum", "peak"]);
    let cells = large["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 22, "two in the stem, eighteen normal, two reductions");
    assert_eq!(
        cells[0],
        json!({
            "path": "cell_stem_0", "kind": "reduction", "output": [168, 83, 83],
            "params": 49_230, "macs": 414_774_786,
        })
    );
    assert_eq!(cells[21]["path"], "cell_17");
    assert_eq!(cells[21]["output"], json!([4032, 11, 11]));

    let lines = text(&["info", "nasnet-a-large"]);
    for part in ["NASNet-A Large: 6 @ 4032", "88,753,150", "88,949,818", "23,783,414,658"] {
        assert!(lines.contains(part), "no {part} in {lines}");
    }
}

#[test]
fn every_setting_can_be_overridden() {
    let options = [
        "--n",
        "2",
        "--f",
        "8",
        "--stem",
        "16",
        "--input",
        "64",
        "--classes",
        "7",
        "--flavour",
        "timm",
    ];
    let network = json(&[&["info", "nasnet-a-mobile"][..], &options].concat());
    assert_eq!(network["input"], json!([3, 64, 64]));
    assert_eq!(network["penultimate"], 24 * 8);
    let settings = ["n", "f", "classes", "flavour"].map(|key| network[key].clone());
    assert_eq!(settings, [json!(2), json!(8), json!(7), json!("timm")]);
    let lines = text(&[&["info", "nasnet-a-mobile"][..], &options].concat());
    assert!(lines.contains("stem of 16 channels"), "{lines}");
}

#[test]
fn the_stem_counts_in_the_cost() {
    let macs =
        |stem: &str| json(&["info", "nasnet-a-mobile", "--stem", stem])["macs"].as_u64().unwrap();
    assert!(macs("64") > macs("32"));
}

#[test]
fn mobile_and_large_side_by_side() {
    let difference = json(&["diff", "nasnet-a-mobile", "nasnet-a-large"]);
    assert_eq!(difference["a"]["params"]["trainable"], 5_289_978);
    assert_eq!(difference["b"]["macs"], 23_783_414_658_u64);
    let differs = |setting: &str| {
        let mut pairs = difference["settings"].as_array().unwrap().iter();
        let pair = pairs.find(|pair| pair["setting"] == setting).unwrap();
        pair["a"] != pair["b"]
    };
    assert!(differs("N") && differs("F") && differs("Input size"));
    assert!(!differs("Classes"));
    for cell in difference["cells"].as_array().unwrap() {
        assert_eq!(cell["blocks"], json!([]), "both have the cells of NASNet-A");
    }
    let lines = text(&["diff", "nasnet-a-mobile", "nasnet-a-large"]);
    assert!(lines.contains("5,289,978      88,753,150"), "{lines}");
    assert!(lines.contains("The normal cells are the same"), "{lines}");
}

#[test]
fn overrides_of_a_comparison_are_for_both() {
    let difference =
        json(&["diff", "nasnet-a-mobile", "nasnet-a-large", "--n", "2", "--classes", "5"]);
    let pairs = difference["settings"].as_array().unwrap();
    let value = |setting: &str| pairs.iter().find(|pair| pair["setting"] == setting).unwrap();
    let both = |pair: &Value| (pair["a"].clone(), pair["b"].clone());
    assert_eq!(both(value("N")), (json!("2"), json!("2")));
    assert_eq!(both(value("Classes")), (json!("5"), json!("5")));
}

#[test]
fn networks_that_cannot_be() {
    assert_refused(
        &["info", "nasnet-z"],
        &["nasnet-z is no preset and no file", "nasnet-a-mobile"],
    );
    assert_refused(&["info", "nothing.json"], &["nothing.json does not exist"]);
    assert_refused(&["diff", "nasnet-a-mobile", "nasnet-z"], &["nasnet-z", "nasnet-a-large"]);
    assert_refused(&["info", "nasnet-a-mobile", "--f", "45"], &["F cannot be 45", "44 or 48"]);
    assert_refused(&["info", "nasnet-a-mobile", "--n", "0"], &["N cannot be 0", "1 to 200"]);
    assert_refused(&["info", "nasnet-a-mobile", "--n", "1000000000"], &["N cannot be 1000000000"]);
    assert_refused(&["info", "nasnet-a-mobile", "--input", "31"], &["Input size cannot be 31"]);
}

#[test]
fn wrong_usage() {
    assert_wrong_usage(&["info"], "<ARCH>");
    assert_wrong_usage(&["diff", "nasnet-a-mobile"], "<ARCH_B>");
    assert_wrong_usage(&["info", "nasnet-a-mobile", "--flavour", "vanilla"], "slim, keras, timm");
    assert_wrong_usage(&["info", "nasnet-a-mobile", "--n", "many"], "'many'");
    assert_wrong_usage(&["info", "nasnet-a-mobile", "--frobnicate"], "--frobnicate");
    assert_wrong_usage(&["pressets"], "'pressets' is neither a command nor a file");
    assert_wrong_usage(&["--screenshot", "out.png", "presets"], "--screenshot");
    assert_wrong_usage(&["--device", "cpu", "presets"], "--device");
}
