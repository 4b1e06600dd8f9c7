//! The two ends of the conversation.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use super::{Event, JobId, Request};

/// Called after every event, from the engine's thread: wakes the window.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// The user's end: sends requests, receives events.
pub struct Engine {
    requests: Sender<Request>,
    events: Receiver<Event>,
    cancelled: Arc<AtomicU64>,
    next_job: JobId,
}

/// The engine's end, or that of a test that plays the engine.
pub struct EngineSide {
    /// What is asked.
    pub requests: Receiver<Request>,
    events: Sender<Event>,
    cancelled: Arc<AtomicU64>,
    wake: Wake,
}

impl Engine {
    /// Both ends of a new conversation.
    pub fn pair(wake: Wake) -> (Engine, EngineSide) {
        let (requests, requested) = channel();
        let (events, happened) = channel();
        let cancelled = Arc::new(AtomicU64::new(0));
        let side = EngineSide { requests: requested, events, cancelled: cancelled.clone(), wake };
        (Engine { requests, events: happened, cancelled, next_job: 1 }, side)
    }

    /// Sends a request made with the number of a new job, which is returned.
    pub fn send(&mut self, request: impl FnOnce(JobId) -> Request) -> JobId {
        let job = self.next_job;
        self.next_job += 1;
        // The engine's thread ends only with the program.
        let _ = self.requests.send(request(job));
        job
    }

    /// Asks the engine to end every job up to now.
    pub fn cancel(&self) {
        self.cancelled.store(self.next_job - 1, Ordering::Relaxed);
    }

    /// The next event that has happened, without waiting.
    pub fn poll(&self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// Waits for the next event; `None` when the engine has ended.
    pub fn wait(&self) -> Option<Event> {
        self.events.recv().ok()
    }
}

impl EngineSide {
    /// Tells the user's end of an event and wakes it.
    pub fn tell(&self, event: Event) {
        // Nobody listens any more when the window closes during a run.
        let _ = self.events.send(event);
        (self.wake)();
    }

    /// Whether the user has cancelled this job.
    pub fn is_cancelled(&self, job: JobId) -> bool {
        job <= self.cancelled.load(Ordering::Relaxed)
    }
}
