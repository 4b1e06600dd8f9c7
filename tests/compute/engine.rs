//! The engine's thread: requests in, events out.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use nasnet_explorer::arch::{Architecture, CellKind, Edit, Op, Setting, Side, StateName, zoo};
use nasnet_explorer::data::{Picture, samples};
use nasnet_explorer::engine::{self, DeviceChoice, Engine, Event, JobId, Request, Training};

fn small() -> Arc<Architecture> {
    Arc::new(zoo::architecture("nasnet-a-small").unwrap())
}

fn edited(edit: Edit) -> Arc<Architecture> {
    Arc::new(small().edited(&edit).unwrap())
}

fn picture() -> Option<Arc<Picture>> {
    let sample = samples::all()[0];
    Some(Arc::new(Picture::decode(sample.bytes, sample.name).unwrap()))
}

fn start() -> Engine {
    engine::start(DeviceChoice::Cpu, Arc::new(|| {}))
}

fn run(engine: &mut Engine, architecture: Arc<Architecture>) -> JobId {
    engine.send(|job| Request::Run { job, architecture, picture: picture(), preprocessing: None })
}

/// The next event that is no progress.
fn news(engine: &Engine) -> Event {
    loop {
        match engine.wait().expect("the engine lives") {
            Event::Progress { .. } => {}
            event => return event,
        }
    }
}

#[test]
fn a_run_reports_device_progress_and_result() {
    let woken = Arc::new(AtomicUsize::new(0));
    let counter = woken.clone();
    let wake = Arc::new(move || {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let mut engine = engine::start(DeviceChoice::Cpu, wake);
    let job = run(&mut engine, small());
    let Some(Event::Device(device)) = engine.wait() else { panic!("the device comes first") };
    assert!(!device.gpu && device.name.starts_with("CPU"), "{device:?}");
    let mut steps = Vec::new();
    let result = loop {
        match engine.wait() {
            Some(Event::Progress { job: of, what, done, total }) => {
                assert_eq!(of, job);
                assert!(done <= total);
                steps.push(what);
            }
            Some(Event::Done { job: of, result }) if of == job => break result,
            other => panic!("{other:?}"),
        }
    };
    assert!(steps.contains(&"Ran cell_3".to_owned()), "{steps:?}");
    assert_eq!(result.fingerprint, small().fingerprint());
    assert_eq!(result.training, Training::Untrained);
    let shown = result.run.as_ref().unwrap();
    assert_eq!((shown.seen.width, shown.seen.height), (32, 32));
    assert_eq!(shown.predictions.len(), 10);
    let sum: f32 = shown.predictions.iter().map(|one| one.score).sum();
    assert!((sum - 1.0).abs() < 1e-5);
    let paths: Vec<_> = shown.activations.iter().map(|one| one.path.as_str()).collect();
    let stages = ["cell_2", "cell_3", "reduction_cell_1", "cell_4", "cell_5"];
    assert_eq!(paths[..4], ["stem", "cell_0", "cell_1", "reduction_cell_0"]);
    assert_eq!(paths[4..], stages);
    assert!(woken.load(Ordering::Relaxed) > steps.len());
}

#[test]
fn of_several_runs_only_the_latest_is_answered() {
    let mut engine = start();
    let jobs: Vec<_> =
        (1..=6).map(|n| run(&mut engine, edited(Edit::Set(Setting::N, n)))).collect();
    let mut answered = Vec::new();
    while answered.last() != jobs.last() {
        match news(&engine) {
            Event::Done { job, .. } => answered.push(job),
            Event::Device(_) => {}
            other => panic!("{other:?}"),
        }
    }
    // The first may have been finished before the second was sent.
    assert!(answered.len() < jobs.len(), "{answered:?}");
}

#[test]
fn a_cancelled_run_says_so_and_the_next_one_works() {
    let mut engine = start();
    let mobile = Arc::new(zoo::architecture("nasnet-a-large").unwrap());
    let job = run(&mut engine, mobile);
    engine.cancel();
    let cancelled = loop {
        match news(&engine) {
            Event::Device(_) => {}
            Event::Cancelled { job } => break job,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(cancelled, job);
    let next = run(&mut engine, small());
    assert!(matches!(news(&engine), Event::Done { job, .. } if job == next));
}

#[test]
fn what_cannot_be_done_is_said_and_leaves_the_engine_working() {
    let mut engine = start();
    assert!(matches!(news(&engine), Event::Device(_)));
    let mobile = zoo::architecture("nasnet-a-mobile").unwrap();
    let wide = Arc::new(mobile.edited(&Edit::Set(Setting::F, 16_384)).unwrap());
    let job = run(&mut engine, wide.clone());
    match news(&engine) {
        Event::Failed { job: of, message } if of == job => {
            assert!(message.starts_with("this network needs about "), "{message}");
            assert!(message.contains("lower F, N or the input size"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    let path = PathBuf::from("/no/such/file.h5");
    let job = engine.send(|job| Request::LoadWeights { job, path, architecture: wide });
    match news(&engine) {
        Event::Failed { job: of, message } if of == job => {
            assert!(message.contains("/no/such/file.h5"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    let job = run(&mut engine, small());
    assert!(matches!(news(&engine), Event::Done { job: of, .. } if of == job));
}

#[test]
fn an_edit_changes_the_answer_and_undoing_it_brings_it_back() {
    let mut engine = start();
    let edit = Edit::SetOp {
        cell: CellKind::Normal,
        block: StateName::Block(0),
        side: Side::Left,
        op: Op::MaxPool3x3,
    };
    let mut scores = |architecture| {
        run(&mut engine, architecture);
        loop {
            if let Event::Done { result, .. } = news(&engine) {
                break result.run.as_ref().unwrap().predictions.clone();
            }
        }
    };
    let before = scores(small());
    let after = scores(edited(edit));
    assert_ne!(before, after);
    assert_eq!(before, scores(small()));
}
