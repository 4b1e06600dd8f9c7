//! What is learned, and what is kept of what was learned before.

use std::ops::ControlFlow;
use std::sync::Arc;

use nasnet_explorer::arch::{Edit, Setting};
use nasnet_explorer::net::Trainable;
use nasnet_explorer::plan::lower;
use nasnet_explorer::train::{Job, Outcome, Recipe, network_for};
use nasnet_explorer::weights::{self, WeightTable};

use super::runs::{COLOURS, created, job, job_in, splits, train, trainer};

fn learner() -> Job {
    let recipe = Recipe { epochs: 12, batch: 16, ..Recipe::default() };
    Job { recipe, data: splits(&COLOURS, 96), ..job() }
}

fn table(outcome: &Outcome, job: &Job) -> WeightTable {
    let network = network_for(&job.architecture, &job.data).unwrap();
    outcome.weights.fit(&lower(&network)).to_table()
}

#[test]
fn a_tiny_network_learns_and_is_saved_as_it_was_tested() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = learner();
    job.folder = Some(created(folder.path(), &job.architecture, &job.recipe).unwrap());
    let outcome = train(&job).unwrap();
    assert!(outcome.test.accuracy >= 0.95, "{:?}", outcome.test);
    assert_eq!(outcome.test.pictures, 24);
    let first = outcome.points.first().unwrap();
    assert!(first.loss > 2.0 * outcome.points.last().unwrap().loss);
    let right: u32 = (0..3).map(|class| outcome.test.confusion[class][class]).sum();
    assert_eq!(f64::from(right) / 24.0, outcome.test.accuracy);
    // The file holds the averaged weights, the names of the classes and how it came about.
    let path = folder.path().join("network.safetensors");
    let loaded = weights::load(&path, &job.architecture).unwrap();
    assert!(loaded.report.is_complete(), "{}", loaded.report);
    let go_on = &mut |_: &str, _: usize, _: usize| ControlFlow::Continue(());
    let again = trainer().evaluate(&job.architecture, &loaded.weights, &job.data.test, go_on);
    assert_eq!(again.unwrap(), outcome.test);
    assert_eq!(loaded.weights.fit(&lower(&job.architecture)).to_table(), table(&outcome, &job));
    assert_eq!(outcome.training["test_accuracy"], outcome.test.accuracy);
    assert_eq!(outcome.training["steps"], 72);
}

/// Averages lag behind: with nearly everything kept, they are of the weights to begin with.
#[test]
fn the_averaged_weights_are_the_ones_that_are_tested() {
    let mut job = learner();
    job.recipe.average = 0.0;
    let last = train(&job).unwrap();
    job.recipe.average = 0.999;
    let averaged = train(&job).unwrap();
    assert_eq!(averaged.points.len(), last.points.len());
    for (one, other) in averaged.points.iter().zip(&last.points) {
        assert_eq!((one.step, one.loss), (other.step, other.loss));
    }
    assert_ne!(table(&last, &job), table(&averaged, &job));
}

/// From three colours to two others; frozen stages do not move by a bit, the rest does.
#[test]
fn a_trained_network_takes_a_new_head_and_keeps_its_frozen_stages() {
    let first = learner();
    let taught = train(&first).unwrap();
    let before = table(&taught, &first);
    for frozen in [4, 2] {
        let mut job = learner();
        job.data = splits(&["warm", "cold"], 64);
        job.weights = taught.weights.clone();
        job.recipe.frozen_stages = frozen;
        let outcome = train(&job).unwrap();
        assert!(outcome.test.accuracy >= 0.9, "{frozen} frozen: {:?}", outcome.test);
        let after = table(&outcome, &job);
        let plan = Arc::new(lower(&network_for(&job.architecture, &job.data).unwrap()));
        assert_eq!(after["head/dense/weight"].shape[0], 2);
        for unit in &plan.units {
            for parameter in Trainable::new(plan.clone(), 0).plan().parameters() {
                if !unit.layers.contains(&parameter.layer) || unit.path == "head" {
                    continue;
                }
                let same = before[&parameter.path] == after[&parameter.path];
                assert_eq!(same, unit.stage < frozen, "{} with {frozen} frozen", parameter.path);
            }
        }
    }
}

/// The auxiliary head is thrown away: what is saved is the network alone.
#[test]
fn the_auxiliary_head_is_not_saved() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = job_in(folder.path());
    job.recipe.auxiliary = 0.4;
    job.recipe.epochs = 1;
    let outcome = train(&job).unwrap();
    let path = folder.path().join("network.safetensors");
    let (tensors, _) = weights::read_tensors(&path).unwrap();
    assert!(!tensors.is_empty());
    assert!(tensors.iter().all(|(path, _)| !path.starts_with("aux/")));
    assert!(table(&outcome, &job).keys().all(|path| !path.starts_with("aux/")));
}

#[test]
fn the_classes_follow_the_pictures() {
    let job = learner();
    let more = job.architecture.edited(&Edit::Set(Setting::Classes, 10)).unwrap();
    assert_eq!(network_for(&more, &job.data).unwrap(), job.architecture);
    let larger = job.architecture.edited(&Edit::Set(Setting::Input, 20)).unwrap();
    assert_eq!(
        network_for(&larger, &job.data).unwrap_err().to_string(),
        "the network is for 20 px but the pictures are 16 px; open them at the network's size"
    );
}
