//! The engine's thread.

use std::cell::Cell;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;

use super::handle::{Engine, EngineSide, Wake};
use super::session::{Session, SessionError};
use super::{DeviceChoice, Event, JobId, Request, RunResult};
use crate::arch::Architecture;
use crate::data::{Picture, Preprocessing};

/// Why the first run on a GPU stands still for a while.
const PREPARING: &str = "Preparing GPU kernels, first run only";

/// Starts the engine on a thread of its own. `wake` is called after every event.
pub fn start(choice: DeviceChoice, wake: Wake) -> Engine {
    let (engine, side) = Engine::pair(wake);
    let worker = move || match Session::new(choice) {
        Ok(session) => Worker::new(side, session).work(),
        Err(error) => {
            // The device asked for at the start is not there: say so, go on without it.
            side.tell(Event::Failed { job: 0, message: error.to_string() });
            if let Ok(session) = Session::new(DeviceChoice::Cpu) {
                Worker::new(side, session).work();
            }
        }
    };
    thread::Builder::new()
        .name("engine".to_owned())
        .spawn(worker)
        .expect("the system can start one more thread");
    engine
}

struct Worker {
    side: EngineSide,
    session: Session,
    waiting: VecDeque<Request>,
    /// Whether the device has finished a run: the first one on a GPU compiles its kernels.
    is_warm: bool,
}

impl Worker {
    fn new(side: EngineSide, session: Session) -> Self {
        Worker { side, session, waiting: VecDeque::new(), is_warm: false }
    }

    fn work(mut self) {
        self.side.tell(Event::Device(self.session.device().clone()));
        while let Some(request) = self.next() {
            match request {
                Request::Run { job, architecture, picture, preprocessing } => {
                    self.run(job, &architecture, picture.as_deref(), preprocessing);
                }
                Request::LoadWeights { job, path, architecture } => {
                    self.progress(job, "Reading the weights");
                    let event = match self.session.load_weights(&path, &architecture) {
                        Ok(report) => Event::Weights { job, report: Arc::new(report) },
                        Err(error) => Event::Failed { job, message: error.to_string() },
                    };
                    self.side.tell(event);
                }
                Request::ForgetWeights { job } => {
                    self.session.forget_weights();
                    self.side.tell(Event::WeightsForgotten { job });
                }
                Request::UseDevice { job, choice } => {
                    self.is_warm = false;
                    if let Err(error) = self.session.use_device(choice) {
                        self.side.tell(Event::Failed { job, message: error.to_string() });
                    }
                    self.side.tell(Event::Device(self.session.device().clone()));
                }
            }
        }
    }

    /// The next request; of several runs only the latest counts.
    fn next(&mut self) -> Option<Request> {
        loop {
            if self.waiting.is_empty() {
                self.waiting.push_back(self.side.requests.recv().ok()?);
            }
            self.waiting.extend(self.side.requests.try_iter());
            let request = self.waiting.pop_front()?;
            let superseded = matches!(request, Request::Run { .. })
                && self.waiting.iter().any(|later| matches!(later, Request::Run { .. }));
            if !superseded {
                return Some(request);
            }
        }
    }

    fn progress(&self, job: JobId, what: &str) {
        self.side.tell(Event::Progress { job, what: what.to_owned(), done: 0, total: 1 });
    }

    fn run(
        &mut self,
        job: JobId,
        architecture: &Architecture,
        picture: Option<&Picture>,
        preprocessing: Option<Preprocessing>,
    ) {
        let mut outcome = self.attempt(job, architecture, picture, preprocessing);
        if let Err(SessionError::Device { device, reason }) = &outcome
            && self.session.device().gpu
        {
            let message = format!("the {device} failed ({reason}); the CPU computes now");
            self.side.tell(Event::Failed { job: 0, message: message.clone() });
            self.session.fall_back(message);
            self.side.tell(Event::Device(self.session.device().clone()));
            outcome = self.attempt(job, architecture, picture, preprocessing);
        }
        match outcome {
            Ok(result) => self.side.tell(Event::Done { job, result: Arc::new(result) }),
            // A run that a later one replaced ends without a word: the later one will speak.
            Err(SessionError::Cancelled) if !self.side.is_cancelled(job) => {}
            Err(SessionError::Cancelled) => self.side.tell(Event::Cancelled { job }),
            Err(error) => self.side.tell(Event::Failed { job, message: error.to_string() }),
        }
    }

    fn attempt(
        &mut self,
        job: JobId,
        architecture: &Architecture,
        picture: Option<&Picture>,
        preprocessing: Option<Preprocessing>,
    ) -> Result<RunResult, SessionError> {
        let Worker { side, session, waiting, is_warm } = self;
        let compiles = Cell::new(false);
        let mut shown = None;
        let mut go_on = |what: &str, done: usize, total: usize| {
            waiting.extend(side.requests.try_iter());
            let replaced = waiting.iter().any(|later| matches!(later, Request::Run { .. }));
            if replaced || side.is_cancelled(job) {
                return ControlFlow::Break(());
            }
            // A hundred steps are enough for a bar; each one wakes the window.
            let percent = done * 100 / total;
            if shown != Some(percent) {
                shown = Some(percent);
                let what =
                    if compiles.get() { format!("{PREPARING}: {what}") } else { what.to_owned() };
                side.tell(Event::Progress { job, what, done, total });
            }
            ControlFlow::Continue(())
        };
        let build_ms = session.build(architecture, &mut go_on)?;
        compiles.set(session.device().gpu && !*is_warm);
        let run = match picture {
            Some(picture) => Some(session.look_at(picture, preprocessing, true, &mut go_on)?),
            None => None,
        };
        *is_warm |= run.is_some();
        Ok(RunResult {
            fingerprint: architecture.fingerprint(),
            device: session.device().clone(),
            training: session.training(),
            classes: session.class_names().to_vec(),
            build_ms,
            run,
        })
    }
}
