//! The same training gives the same bits: again, on more threads, after a stop.

use std::fs;

use nasnet_explorer::train::{DropPathVersion, Job, Recipe};

use super::runs::{checkpoint, job_in, train, train_until};

/// The bytes of the last checkpoint: all five rows of numbers.
fn state_after(change: impl FnOnce(Job) -> Job) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let job = change(job_in(folder.path()));
    train(&job).unwrap();
    fs::read(checkpoint(folder.path())).unwrap()
}

/// The same with a number of threads.
fn state_on(threads: usize) -> Vec<u8> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| state_after(|job| job))
}

#[test]
fn the_same_training_gives_the_same_bits_on_any_number_of_threads() {
    let once = state_after(|job| job);
    for threads in [1, 3, 4] {
        assert!(state_on(threads) == once, "{threads} threads give other numbers");
    }
}

/// What is held equal above does depend on each of these.
#[test]
fn another_seed_or_recipe_gives_others() {
    let with = |change: fn(&mut Recipe)| {
        state_after(|mut job| {
            change(&mut job.recipe);
            job
        })
    };
    let usual = with(|_| ());
    for (name, change) in [
        ("seed", (|recipe| recipe.seed = 1) as fn(&mut Recipe)),
        ("paths", |recipe| recipe.keep_path = 1.0),
        ("schedule", |recipe| recipe.drop_path = DropPathVersion::V1),
        ("cutout", |recipe| recipe.cutout = false),
        ("augmentation", |recipe| recipe.augment = false),
        ("smoothing", |recipe| recipe.label_smoothing = 0.0),
        ("average", |recipe| recipe.average = 0.1),
        ("clip", |recipe| recipe.clip = 0.01),
    ] {
        assert!(with(change) != usual, "{name} makes no difference");
    }
}

#[test]
fn a_stopped_training_goes_on_to_the_same_bits() {
    let whole = tempfile::tempdir().unwrap();
    let wanted = train(&job_in(whole.path())).unwrap();
    let state = fs::read(checkpoint(whole.path())).unwrap();
    // In the first epoch, at its end, in the second, twice, at the very end.
    for stops in [&[3][..], &[5], &[7], &[2, 6], &[10]] {
        let folder = tempfile::tempdir().unwrap();
        let job = job_in(folder.path());
        for step in stops {
            train_until(&Job { resume: true, ..job.clone() }, *step);
        }
        let outcome = train(&Job { resume: true, ..job }).unwrap();
        assert!(fs::read(checkpoint(folder.path())).unwrap() == state, "stopped at {stops:?}");
        assert_eq!(outcome.test, wanted.test);
        let course = |points: &[nasnet_explorer::train::Point]| -> Vec<_> {
            let part = |accuracy: Option<f64>| accuracy.map(|part| (part * 24.0).round());
            let each = points.iter();
            each.map(|one| (one.step, (one.loss * 1e5).round(), part(one.validation_accuracy)))
                .collect()
        };
        assert_eq!(course(&outcome.points), course(&wanted.points), "stopped at {stops:?}");
    }
}

/// `--resume` of what is done repeats the evaluation and changes nothing.
#[test]
fn a_finished_training_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let job = job_in(folder.path());
    let outcome = train(&job).unwrap();
    let files = ["checkpoint.safetensors", "curves.csv", "network.safetensors", "result.json"];
    let read = || files.map(|name| fs::read(folder.path().join(name)).unwrap());
    let before = read();
    let again = train(&Job { resume: true, ..job }).unwrap();
    assert_eq!(again.test, outcome.test);
    for ((name, before), after) in files.iter().zip(before).zip(read()) {
        assert!(before == after, "{name} changed");
    }
}
