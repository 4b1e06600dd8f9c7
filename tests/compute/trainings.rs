//! A training on a thread of its own: events, pause, stop, failures.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nasnet_explorer::arch::{Architecture, Edit, Setting, zoo};
use nasnet_explorer::engine::{
    DeviceChoice, RunRequest, TrainingEvent, TrainingHandle, TrainingProgress, TrainingRequest,
    TrainingResult, TrialRequest, start_training,
};
use nasnet_explorer::train::{DataChoice, Recipe};
use nasnet_explorer::weights;

/// The smallest network of the preset's cells.
fn tiny() -> Arc<Architecture> {
    let network = zoo::architecture(zoo::DEFAULT).unwrap();
    let sizes = [(Setting::N, 1), (Setting::F, 2), (Setting::StemChannels, 4), (Setting::Input, 8)];
    let edited = |network: Architecture, (setting, value)| {
        network.edited(&Edit::Set(setting, value)).unwrap()
    };
    Arc::new(sizes.into_iter().fold(network, edited))
}

fn request(epochs: u32, folder: Option<&Path>) -> RunRequest {
    RunRequest {
        architecture: tiny(),
        data: DataChoice {
            source: "shapes".to_owned(),
            seed: 0,
            limit: Some(64),
            held_out: Some(30),
        },
        recipe: Recipe { epochs, batch: 16, warm_up: 0.0, ..Recipe::default() },
        start_from: None,
        folder: folder.map(Path::to_owned),
    }
}

fn start(request: TrainingRequest) -> TrainingHandle {
    start_training(DeviceChoice::Cpu, request, Arc::new(|| {}))
}

fn run(request: RunRequest) -> TrainingHandle {
    start(TrainingRequest::Run(Box::new(request)))
}

/// Every event up to the end.
fn heard(handle: &TrainingHandle) -> Vec<TrainingEvent> {
    std::iter::from_fn(|| handle.wait()).collect()
}

fn first_progress(handle: &TrainingHandle) -> Arc<TrainingProgress> {
    loop {
        match handle.wait().expect("the training goes on") {
            TrainingEvent::Progress(progress) => return progress,
            TrainingEvent::Preparing { .. } | TrainingEvent::Started(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

fn result(handle: &TrainingHandle) -> Arc<TrainingResult> {
    match heard(handle).pop() {
        Some(TrainingEvent::Finished(result)) => result,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_training_tells_its_course_and_leaves_a_network_that_loads() {
    let handle = run(request(2, None));
    let events = heard(&handle);
    assert!(matches!(events[0], TrainingEvent::Preparing { .. }), "{:?}", events[0]);
    let started = events.iter().find_map(|event| match event {
        TrainingEvent::Started(start) => Some(start.clone()),
        _ => None,
    });
    let start = started.expect("it begins");
    assert_eq!((start.pictures, start.steps, start.samples.len()), ([64, 30, 30], 8, 24));
    assert_eq!(start.architecture.settings().classes as usize, start.classes.len());
    let progress: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            TrainingEvent::Progress(progress) => Some(progress),
            _ => None,
        })
        .collect();
    let points: Vec<_> = progress.iter().flat_map(|progress| &progress.points).collect();
    let steps: Vec<_> = points.iter().map(|point| point.step).collect();
    assert_eq!(steps, (1..=8).collect::<Vec<_>>(), "each point is told once");
    let last = progress.last().unwrap();
    let confusion = &last.validation.as_ref().unwrap().confusion;
    assert_eq!(confusion.iter().flatten().sum::<u32>(), 30);
    assert_eq!(last.answers.len(), 24);
    for (answer, sample) in last.answers.iter().zip(&start.samples) {
        assert_eq!((answer.picture, answer.label), (sample.index, sample.label));
        assert!((0.0..=1.0).contains(&answer.confidence), "{answer:?}");
    }
    let Some(TrainingEvent::Finished(result)) = events.last() else { panic!("{events:?}") };
    let loaded = weights::load(&result.file, &result.architecture).unwrap();
    assert_eq!(loaded.labels.as_deref(), Some(&*start.classes));
    assert_eq!(loaded.architecture.as_ref(), Some(&*result.architecture));
}

#[test]
fn a_pause_holds_the_training_and_does_not_change_its_course() {
    let whole = result(&run(request(3, None)));
    let handle = run(request(3, None));
    first_progress(&handle);
    handle.pause();
    assert!(handle.is_paused());
    // The step that was being done, and what was told before, may still come.
    std::thread::sleep(Duration::from_millis(300));
    while handle.poll().is_some() {}
    std::thread::sleep(Duration::from_secs(3));
    assert!(handle.poll().is_none(), "nothing happens in a pause");
    handle.resume();
    let paused = result(&handle);
    let course = |result: &TrainingResult| {
        let points = result.outcome.points.iter();
        points.map(|point| (point.step, point.loss, point.accuracy)).collect::<Vec<_>>()
    };
    assert_eq!(course(&paused), course(&whole));
    assert_eq!(paused.outcome.test, whole.outcome.test);
    let seconds = paused.outcome.points.last().unwrap().seconds;
    let plain = whole.outcome.points.last().unwrap().seconds;
    assert!(seconds < plain + 3.0, "the pause of 3.3 s counts: {seconds} s, not {plain} s");
}

#[test]
fn a_stopped_training_leaves_a_checkpoint_that_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let whole = result(&run(request(30, None)));
    let handle = run(request(30, Some(&path)));
    first_progress(&handle);
    let asked = Instant::now();
    handle.stop();
    assert!(matches!(heard(&handle).pop(), Some(TrainingEvent::Stopped)));
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    assert!(path.join("checkpoint.safetensors").is_file());
    assert!(!path.join("result.json").exists());
    let resumed = result(&start(TrainingRequest::Resume(path.clone())));
    assert_eq!(resumed.file, path.join("network.safetensors"));
    assert!(path.join("result.json").is_file());
    assert_eq!(resumed.outcome.test, whole.outcome.test, "the same as without a stop");
}

#[test]
fn dropping_a_training_ends_it_with_its_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let handle = run(request(10_000, Some(&path)));
    first_progress(&handle);
    handle.pause();
    let asked = Instant::now();
    drop(handle);
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    assert!(path.join("checkpoint.safetensors").is_file());
}

#[test]
fn failures_are_sentences() {
    let folder = tempfile::tempdir().unwrap();
    let said = |request: TrainingRequest| match heard(&start(request)).pop() {
        Some(TrainingEvent::Failed(text)) => text,
        _ => panic!("it does not fail"),
    };
    let changed = |change: fn(&mut RunRequest)| {
        let mut request = request(1, None);
        change(&mut request);
        said(TrainingRequest::Run(Box::new(request)))
    };
    assert_eq!(
        changed(|request| request.recipe.batch = 1),
        "batch cannot be 1: it may be 2 to 4096"
    );
    let text = changed(|request| request.recipe.batch = 128);
    assert!(text.contains("lower the batch size"), "{text}");
    let text = changed(|request| request.data.source = "mnist:x".to_owned());
    assert!(text.contains("is no picture set"), "{text}");
    let text = changed(|request| request.start_from = Some("/no/such/weights.h5".into()));
    assert!(text.contains("/no/such/weights.h5"), "{text}");
    let text = said(TrainingRequest::Resume(folder.path().to_owned()));
    assert!(text.contains("holds no training"), "{text}");
    let blocked = folder.path().join("file");
    std::fs::write(&blocked, b"x").unwrap();
    let mut request = request(1, None);
    request.folder = Some(blocked.join("run"));
    let text = said(TrainingRequest::Run(Box::new(request)));
    assert!(text.contains("cannot") && text.contains("run"), "{text}");
}

#[test]
fn a_trial_can_be_stopped() {
    let architecture = Arc::new(zoo::architecture(zoo::DEFAULT).unwrap());
    let handle = start(TrainingRequest::Trial(TrialRequest { architecture, seeds: 0..3 }));
    loop {
        match handle.wait().expect("the trial goes on") {
            TrainingEvent::Started(start) => {
                let settings = start.architecture.settings();
                assert_eq!((settings.n, settings.f, start.pictures), (1, 8, [4000, 1000, 1000]));
                break;
            }
            TrainingEvent::Preparing { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    handle.stop();
    assert!(matches!(heard(&handle).pop(), Some(TrainingEvent::Stopped)));
}
