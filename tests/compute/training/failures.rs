//! Trainings that cannot go on: what is said, and that the last checkpoint stays.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use nasnet_explorer::train::{Job, Recipe, RunFolder, TrainError};
use serde_json::{Value, json};

use super::runs::{SIZE, checkpoint, created, job, job_in, train, train_until, trainer};
use super::support::{nasnet, settings};

/// A rate at which numbers run away within a few steps.
fn reckless(recipe: &Recipe) -> Recipe {
    Recipe { epochs: 40, learning_rate: 100.0, warm_up: 0.0, weight_decay: 1.0, ..recipe.clone() }
}

#[test]
fn a_loss_that_is_no_number_ends_the_training_and_keeps_the_checkpoint() {
    let mut first = job();
    first.recipe = reckless(&first.recipe);
    let error = train(&first).unwrap_err().to_string();
    let start = "the loss is not a number any more after step ";
    assert!(error.starts_with(start), "{error}");
    assert!(error.ends_with("is too high for this network; lower it"), "{error}");

    let folder = tempfile::tempdir().unwrap();
    let job = job_in(folder.path());
    train_until(&job, 5);
    let kept = fs::read(checkpoint(folder.path())).unwrap();
    let worse = Job { recipe: reckless(&job.recipe), resume: true, ..job.clone() };
    let error = train(&worse).unwrap_err().to_string();
    assert!(error.starts_with(start), "{error}");
    assert!(error.ends_with("lower it (the last checkpoint is as it was)"), "{error}");
    // Epochs that ended well have moved the checkpoint on; what it holds are numbers.
    let (_, _, network) = RunFolder::open(folder.path()).unwrap();
    assert_eq!(network, job.architecture);
    fs::write(checkpoint(folder.path()), kept).unwrap();
    train(&Job { resume: true, ..job }).unwrap();
}

#[test]
fn a_file_that_cannot_be_written_ends_the_training_and_keeps_the_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let job = job_in(folder.path());
    let course = folder.path().join("curves.csv");
    train_until(&job, 4);
    let kept = fs::read(checkpoint(folder.path())).unwrap();
    let saved = fs::read(&course).unwrap();
    // Nothing can be renamed over a folder, whoever runs the test.
    fs::remove_file(&course).unwrap();
    fs::create_dir(&course).unwrap();
    let again = Job { resume: true, ..job.clone() };
    let error = train(&again).unwrap_err().to_string();
    assert!(error.contains("curves.csv"), "{error}");
    assert!(fs::read(checkpoint(folder.path())).unwrap() == kept);
    fs::remove_dir(&course).unwrap();
    fs::write(&course, saved).unwrap();
    train(&again).unwrap();
}

#[test]
fn a_folder_that_goes_away_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let job = job_in(&path);
    let error = trainer().train(&job, &mut |progress| {
        if progress.step == 2 {
            fs::remove_dir_all(&path).unwrap();
        }
        ControlFlow::Continue(())
    });
    let error = error.unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot write {}", path.display())), "{error}");
}

#[test]
fn a_folder_cannot_be_made_in_a_file_nor_used_twice() {
    let folder = tempfile::tempdir().unwrap();
    let job = job();
    let file = folder.path().join("file");
    fs::write(&file, "text").unwrap();
    for path in [file.clone(), file.join("run")] {
        let error = created(&path, &job.architecture, &job.recipe).unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot write {}", path.display())), "{error}");
    }
    let path = folder.path().join("run");
    created(&path, &job.architecture, &job.recipe).unwrap();
    assert_eq!(
        created(&path, &job.architecture, &job.recipe).unwrap_err().to_string(),
        format!(
            "{} holds a training already; choose another folder, or go on with it by --resume",
            path.display()
        )
    );
}

#[test]
fn a_damaged_checkpoint_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let job = Job { resume: true, ..job_in(folder.path()) };
    train_until(&job, 2);
    let path = checkpoint(folder.path());
    let good = fs::read(&path).unwrap();
    let refused = |bytes: &[u8], part: &str| {
        fs::write(&path, bytes).unwrap();
        let error = train(&job).unwrap_err().to_string();
        assert!(error.contains(&path.display().to_string()), "{error}");
        assert!(error.contains(part), "no {part:?} in: {error}");
    };
    refused(b"", "");
    refused(&good[..good.len() / 2], "");
    refused(&[&[255; 8], &good[8..]].concat(), "");
    let replaced = |from: &str, to: &str| {
        let end = 8 + u64::from_le_bytes(*good.first_chunk().unwrap()) as usize;
        let header = std::str::from_utf8(&good[8..end]).unwrap();
        assert!(header.contains(from), "{header}");
        let header = header.replace(from, to);
        let length = (header.len() as u64).to_le_bytes();
        [&length[..], header.as_bytes(), &good[end..]].concat()
    };
    refused(&replaced("\"step\":\"2\"", "\"step\":\"two\""), "cannot be used: it has no step");
    refused(&replaced("training state", "shopping list"), "it is not a training's state");
    refused(&replaced("average_gathered", "averages"), "it belongs to another network");
    let mut endless = good.clone();
    let end = endless.len();
    endless[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    refused(&endless, "it holds numbers that are not finite");
    // Another network's state.
    let other = tempfile::tempdir().unwrap();
    let mut wider = job_in(other.path());
    wider.architecture = nasnet(settings(3, SIZE, 3));
    train_until(&wider, 1);
    refused(&fs::read(checkpoint(other.path())).unwrap(), "it belongs to another network");
    fs::write(&path, good).unwrap();
    train(&job).unwrap();
}

fn opened(path: &Path) -> String {
    match RunFolder::open(path) {
        Ok(_) => "opened".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_damaged_description_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().display().to_string();
    assert_eq!(
        opened(folder.path()),
        format!("{at} holds no training (no run.json); name the folder given to -o")
    );
    job_in(folder.path());
    let file = folder.path().join("run.json");
    let good: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(opened(folder.path()), "opened");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut value = good.clone();
        change(&mut value);
        fs::write(&file, value.to_string()).unwrap();
        opened(folder.path())
    };
    assert_eq!(with(&|_| ()), "opened");
    let cannot = format!("{at} holds a run.json that cannot be used: ");
    type Change<'a> = &'a dyn Fn(&mut Value);
    let changes: [(Change<'_>, &str); 5] = [
        (&|value| value["format"] = json!("other"), "its format is"),
        (&|value| value["recipe"]["epochs"] = json!("many"), "many"),
        (&|value| value["recipe"]["speed"] = json!(1), "speed"),
        (&|value| value["document"] = json!(null), "document"),
        (&|value| value["document"] = json!({ "name": 1 }), "document"),
    ];
    for (change, part) in changes {
        let error = with(change);
        assert!(error.starts_with(&cannot) && error.contains(part), "{error}");
    }
    assert_eq!(
        with(&|value| value["recipe"]["batch"] = json!(1)),
        "batch cannot be 1: it may be 2 to 4096"
    );
    fs::write(&file, &b"{\"format\": "[..]).unwrap();
    assert!(opened(folder.path()).starts_with(&cannot));
}

#[test]
fn too_few_pictures_and_bad_recipes_are_refused_before_anything_is_computed() {
    let mut small = job();
    small.recipe.batch = 41;
    assert_eq!(
        train(&small).unwrap_err().to_string(),
        "40 pictures to train on are fewer than one batch of 41; lower the batch size"
    );
    small.recipe.batch = 0;
    assert!(matches!(train(&small), Err(TrainError::Recipe(_))));
    let mut large = job();
    large.architecture = nasnet(settings(5_000, SIZE, 3));
    let error = train(&large).unwrap_err().to_string();
    assert!(error.starts_with("training with batches of 8 needs about "), "{error}");
    assert!(error.ends_with("that are free; lower the batch size, F or N"), "{error}");
}
