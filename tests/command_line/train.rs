//! `train`: what is left in the folder, what it is good for, and what is refused.

use std::fs;
use std::path::Path;

use image::{Rgb, RgbImage};
use serde_json::{Value, json};

use crate::support::{
    Ended, Folder, assert_keys, assert_refused, assert_wrong_usage, json, program, run, text,
};

/// A network of 3000 weights on 64 shapes, eight steps in all.
const TINY: [&str; 19] = [
    "train",
    "nasnet-a-shapes",
    "--n",
    "1",
    "--f",
    "2",
    "--stem",
    "6",
    "--limit",
    "64",
    "--held-out",
    "32",
    "--epochs",
    "2",
    "--batch",
    "16",
    "--device",
    "cpu",
    "-o",
];

/// A training that ends well, as JSON, and what it says meanwhile.
fn trained(arguments: &[&str]) -> (Value, String) {
    let Ended { status, stdout, stderr } = run(&[arguments, &["--json"]].concat());
    assert_eq!(status, Some(0), "{arguments:?}: {stderr}");
    (serde_json::from_str(&stdout).unwrap(), stderr)
}

fn read(folder: &str, name: &str) -> Vec<u8> {
    fs::read(Path::new(folder).join(name)).unwrap()
}

/// The course without what depends on the clock.
fn course(folder: &str) -> Vec<Vec<String>> {
    let text = String::from_utf8(read(folder, "curves.csv")).unwrap();
    let fields = |line: &str| -> Vec<String> { line.split(',').map(str::to_owned).collect() };
    let lines = text.lines().map(fields).map(|mut fields| {
        assert_eq!(fields.len(), 10, "{fields:?}");
        fields.drain(6..8);
        fields
    });
    lines.collect()
}

#[test]
fn a_training_leaves_everything_in_its_folder() {
    let folder = Folder::new();
    let run_folder = folder.path("runs/first");
    let (value, said) = trained(&[&TINY[..], &[&run_folder]].concat());
    assert!(said.starts_with("Training nasnet-a-shapes ("), "{said}");
    assert!(said.contains(" on shapes, seed 0: 64 pictures, 20 classes; CPU"), "{said}");
    assert_eq!(said.lines().filter(|line| line.starts_with("Epoch ")).count(), 2, "{said}");
    assert!(said.contains("\nEpoch 2 of 2: loss "), "{said}");

    assert_keys(&value, &["run", "network", "device", "training", "test", "pictures_per_second"]);
    assert_eq!(value["run"], json!(run_folder));
    assert_eq!((&value["training"]["steps"], &value["test"]["pictures"]), (&json!(8), &json!(32)));
    assert_eq!(value["training"]["recipe"]["batch"], 16);
    assert_eq!(value["device"]["gpu"], false);
    assert!(value["pictures_per_second"].as_f64().unwrap() > 0.0);

    let mut names: Vec<String> = fs::read_dir(&run_folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "checkpoint.safetensors",
            "confusion.csv",
            "curves.csv",
            "network.safetensors",
            "result.json",
            "run.json"
        ]
    );
    let course = course(&run_folder);
    assert_eq!(
        course[0].join(","),
        "step,epoch,learning_rate,keep_path,loss,accuracy,validation_loss,validation_accuracy"
    );
    assert_eq!(course.len(), 9);
    for (step, row) in (1..).zip(&course[1..]) {
        assert_eq!(
            (row[0].as_str(), row[6].is_empty()),
            (step.to_string().as_str(), step % 4 != 0)
        );
    }
    let described: Value = serde_json::from_slice(&read(&run_folder, "run.json")).unwrap();
    let command = described["command"].as_str().unwrap();
    assert!(command.starts_with("nasnet-explorer train nasnet-a-shapes --n 1"), "{command}");
    assert_eq!(described["data"]["limit"], 64);
    let result: Value = serde_json::from_slice(&read(&run_folder, "result.json")).unwrap();
    assert_eq!(result, value["training"]);
    let confusion = String::from_utf8(read(&run_folder, "confusion.csv")).unwrap();
    assert_eq!(confusion.lines().count(), 21, "{confusion}");
    let shown: u32 = confusion
        .lines()
        .skip(1)
        .flat_map(|line| line.split(',').skip(1))
        .map(|count| count.parse::<u32>().unwrap())
        .sum();
    assert_eq!(shown, 32);

    // The folder is not used a second time, but gone on with; there is nothing left to do.
    let holds = format!(
        "{run_folder} holds a training already; choose another folder, or go on with it by --resume"
    );
    let ended = run(&[&TINY[..], &[&run_folder]].concat());
    assert_eq!((ended.status, ended.stderr), (Some(1), format!("error: {holds}\n")));
    let again = trained(&["train", "--resume", &run_folder, "--device", "cpu"]).0;
    assert_eq!(again["test"], value["test"]);
    assert_eq!(again["training"]["steps"], value["training"]["steps"]);
}

#[test]
fn a_trained_network_is_a_network_like_any_other() {
    let folder = Folder::new();
    let run_folder = folder.path("run");
    trained(&[&TINY[..], &[&run_folder]].concat());
    let network = network_in(&run_folder);
    let star = crate::support::sample("star.jpg");
    let answer = json(&["classify", &star, "--arch", &network, "--device", "cpu"]);
    assert_eq!(answer[0]["training"], "loaded");
    let labels = answer[0]["top"].as_array().unwrap();
    let shapes = json(&["data", "shapes", "--limit", "20", "--held-out", "20"]);
    let names: Vec<&str> = shapes["classes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert!(labels.iter().all(|one| names.contains(&one["label"].as_str().unwrap())), "{answer}");
    assert!(text(&["info", &network]).contains("20"));
    // It is also what a second training can begin with, stages frozen, another head on it.
    let colours = colours(&folder, 20);
    let second = folder.path("second");
    let source = format!("folder:{colours}");
    let (value, said) = trained(&[
        "train", &network, "--data", &source, "--freeze", "4", "--epochs", "1", "--batch", "8",
        "--device", "cpu", "-o", &second,
    ]);
    assert_eq!(value["test"]["confusion"].as_array().unwrap().len(), 3, "{said}");
}

fn network_in(folder: &str) -> String {
    format!("{folder}/network.safetensors")
}

/// A folder of three classes: pictures of mostly one colour, of several sizes.
fn colours(folder: &Folder, count: u32) -> String {
    let path = folder.path("colours");
    for (channel, class) in ["red", "green", "blue"].into_iter().enumerate() {
        fs::create_dir_all(Path::new(&path).join(class)).unwrap();
        for number in 0..count {
            let picture = RgbImage::from_fn(24 + number % 7, 24, |x, y| {
                let noise = (x * 37 + y * 101 + number * 53).wrapping_mul(2_654_435_761) >> 24;
                let mut pixel = [(noise / 3) as u8; 3];
                pixel[channel] += 120;
                Rgb(pixel)
            });
            picture.save(Path::new(&path).join(format!("{class}/{number}.png"))).unwrap();
        }
    }
    path
}

#[test]
fn a_folder_of_pictures_gives_a_network_that_classifies_them() {
    let folder = Folder::new();
    let source = format!("folder:{}", colours(&folder, 40));
    let run_folder = folder.path("run");
    let (value, said) = trained(&[
        "train",
        "nasnet-a-shapes",
        "--f",
        "2",
        "--stem",
        "6",
        "--input",
        "16",
        "--data",
        &source,
        "--epochs",
        "8",
        "--batch",
        "16",
        "--device",
        "cpu",
        "-o",
        &run_folder,
    ]);
    assert!(said.contains("3 classes"), "{said}");
    assert!(value["test"]["accuracy"].as_f64().unwrap() > 0.9, "{value}");
    let network = network_in(&run_folder);
    for class in ["red", "green", "blue"] {
        let picture = folder.path(&format!("colours/{class}/7.png"));
        let answer = json(&["classify", &picture, "--arch", &network, "--device", "cpu"]);
        assert_eq!(answer[0]["top"][0]["label"], class, "{answer}");
    }
    let all = json(&["evaluate", &network, "--data", &source, "--split", "all", "--device", "cpu"]);
    assert_eq!(all["pictures"], 120);
    assert!(all["accuracy"].as_f64().unwrap() > 0.9, "{all}");
}

#[test]
fn what_cannot_be_trained_is_refused() {
    let folder = Folder::new();
    let out = folder.path("run");
    let with = |options: &[&str], parts: &[&str]| {
        assert_refused(&[&TINY[..], &[&out], options].concat(), parts);
        assert!(!Path::new(&out).exists(), "{options:?} leave a folder");
    };
    with(&["--data", "mnist"], &["\"mnist\" is no picture set"]);
    with(&["--data", "folder:/nowhere/at/all"], &["cannot list the folder /nowhere/at/all"]);
    with(&["--rate", "0"], &["learning rate cannot be 0: it may be 0.000000001 to 100"]);
    with(&["--rate", "nan"], &["learning rate cannot be NaN"]);
    with(&["--keep-path", "0"], &["keep-path probability cannot be 0: it may be 0.05 to 1"]);
    with(&["--warm-up", "3"], &["warm-up cannot be 3: it may be 0 to 2"]);
    with(&["--freeze", "5"], &["frozen stages cannot be 5: it may be 0 to 4"]);
    with(&["--weights", "/no/such/file.safetensors"], &["/no/such/file.safetensors"]);
    let none = folder.path("");
    assert_refused(
        &["train", "--resume", &none, "--device", "cpu"],
        &["holds no training (no run.json); name the folder given to -o"],
    );
    let file = folder.write("file", "text");
    assert_refused(
        &[&TINY[..], &[&format!("{file}/run")]].concat(),
        &["cannot write", &format!("{file}/run")],
    );
}

#[test]
fn more_pictures_in_a_batch_than_there_are() {
    let folder = Folder::new();
    let out = folder.path("run");
    let mut arguments = TINY;
    arguments[15] = "65";
    assert_refused(
        &[&arguments[..], &[&out]].concat(),
        &["64 pictures to train on are fewer than one batch of 65; lower the batch size"],
    );
    // Nothing stands in the way of the next try.
    assert!(!Path::new(&out).exists());
}

#[test]
fn wrong_usage() {
    assert_wrong_usage(&["train"], "-o");
    assert_wrong_usage(&["train", "nasnet-a-shapes"], "-o");
    assert_wrong_usage(&["train", "nasnet-a-shapes", "--resume", "run"], "cannot be used with");
    assert_wrong_usage(&["train", "--resume", "run", "--weights", "file"], "cannot be used with");
    assert_wrong_usage(&[&TINY[..], &["run", "--epochs", "two"]].concat(), "--epochs");
}

/// What was asked for at the start is what goes on: a recipe given with `--resume` would be lost.
#[test]
fn the_recipe_of_a_resumed_training_is_its_own() {
    for option in [
        &["--epochs", "5"][..],
        &["--no-augment"],
        &["--f", "4"],
        &["--limit", "9"],
        &["--held-out", "9"],
        &["--data-seed", "9"],
        &["--seed", "9"],
    ] {
        let arguments = [&["train", "--resume", "run"], option].concat();
        assert_wrong_usage(&arguments, "cannot be used with");
    }
}

fn killed_at_its_first_checkpoint(arguments: &[&str], folder: &str) {
    let mut child = program()
        .args(arguments)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let checkpoint = Path::new(folder).join("checkpoint.safetensors");
    let before = fs::metadata(&checkpoint).and_then(|data| data.modified()).ok();
    let start = std::time::Instant::now();
    while fs::metadata(&checkpoint).and_then(|data| data.modified()).ok() == before {
        assert!(start.elapsed().as_secs() < 30, "no checkpoint");
        assert_eq!(child.try_wait().unwrap(), None, "it ended before a checkpoint was seen");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    // SIGKILL: nothing is put in order.
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_killed_training_goes_on_to_the_same_weights_and_curves() {
    let folder = Folder::new();
    let mut arguments = TINY;
    arguments[13] = "12";
    let options = ["--keep-path", "0.6", "--cutout", "--checkpoint-seconds", "1"];
    let [whole, killed] = ["whole", "killed"].map(|name| folder.path(name));
    let wanted = trained(&[&arguments[..], &[&whole], &options].concat()).0;
    killed_at_its_first_checkpoint(&[&arguments[..], &[&killed], &options].concat(), &killed);
    let resume = ["train", "--resume", &killed, "--device", "cpu"];
    killed_at_its_first_checkpoint(&resume, &killed);
    assert!(!Path::new(&killed).join("result.json").exists());
    let found = trained(&resume).0;
    assert_eq!(found["test"], wanted["test"]);
    assert_eq!(course(&killed), course(&whole));
    let state = |folder: &str| read(folder, "checkpoint.safetensors");
    assert!(state(&killed) == state(&whole), "the weights differ");
}

#[test]
fn a_resumed_training_does_not_need_the_weights_that_it_began_with() {
    let folder = Folder::new();
    let [first, second] = ["first", "second"].map(|name| folder.path(name));
    trained(&[&TINY[..], &[&first]].concat());
    let weights = network_in(&first);
    let mut arguments = TINY;
    arguments[13] = "12";
    let start = [&arguments[..], &[&second, "--weights", &weights]].concat();
    killed_at_its_first_checkpoint(&start, &second);
    fs::remove_file(&weights).unwrap();
    trained(&["train", "--resume", &second, "--device", "cpu"]);
    // Without a checkpoint it does.
    fs::remove_file(Path::new(&second).join("checkpoint.safetensors")).unwrap();
    assert_refused(
        &["train", "--resume", &second, "--device", "cpu"],
        &["cannot open the weight file", &weights],
    );
}

/// A file that may not grow past 20 blocks stands in for a full disk: the checkpoint is larger.
#[cfg(unix)]
#[test]
fn a_full_disk_is_reported_and_the_checkpoint_stays() {
    let folder = Folder::new();
    let out = folder.path("run");
    let mut arguments = TINY;
    arguments[13] = "12";
    killed_at_its_first_checkpoint(&[&arguments[..], &[&out]].concat(), &out);
    let before = read(&out, "checkpoint.safetensors");
    assert!(before.len() > 20 * 1024);
    let ended = std::process::Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 20; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_nasnet-explorer"))
        .args(["train", "--resume", &out, "--device", "cpu"])
        .output()
        .unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    let last = said.lines().last().unwrap();
    let path = format!("{out}/checkpoint.safetensors");
    assert!(last.starts_with(&format!("error: cannot write {path}")), "{said}");
    assert!(read(&out, "checkpoint.safetensors") == before, "the checkpoint changed");
    trained(&["train", "--resume", &out, "--device", "cpu"]);
}

/// Rates at which nothing is learned any more.
#[test]
fn a_loss_that_is_no_number_is_one_sentence() {
    let folder = Folder::new();
    let out = folder.path("run");
    let mut arguments = TINY;
    arguments[13] = "40";
    let options = ["--rate", "100", "--weight-decay", "1", "--warm-up", "0"];
    let ended = run(&[&arguments[..], &[&out], &options].concat());
    assert_eq!((ended.status, ended.stdout.as_str()), (Some(1), ""));
    let last = ended.stderr.lines().last().unwrap();
    let start = "error: the loss is not a number any more after step ";
    assert!(last.starts_with(start), "{last}");
    assert!(last.contains(": the learning rate ") && last.contains("lower it"), "{last}");
}
