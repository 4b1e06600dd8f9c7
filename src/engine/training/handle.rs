//! The two ends of a training: the window's and the thread's.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::TrainingEvent;
use crate::engine::handle::Wake;
use crate::engine::session::panic_message;

/// What the user wants of a training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    GoOn,
    Pause,
    Stop,
}

/// The wish of the moment, and word of its change.
#[derive(Debug)]
struct Wishes {
    wish: Mutex<Wish>,
    changed: Condvar,
}

impl Wishes {
    fn set(&self, wish: Wish) {
        let mut current = self.wish.lock().unwrap_or_else(PoisonError::into_inner);
        // A training that was told to stop does not go on.
        if *current != Wish::Stop {
            *current = wish;
        }
        self.changed.notify_all();
    }

    fn current(&self) -> Wish {
        *self.wish.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_while_paused(&self) -> Wish {
        let wish = self.wish.lock().unwrap_or_else(PoisonError::into_inner);
        let paused = |wish: &mut Wish| *wish == Wish::Pause;
        *self.changed.wait_while(wish, paused).unwrap_or_else(PoisonError::into_inner)
    }
}

/// The user's end of a training. Dropping it stops the training and waits for its checkpoint.
pub struct TrainingHandle {
    events: Receiver<TrainingEvent>,
    wishes: Arc<Wishes>,
    thread: Option<JoinHandle<()>>,
}

/// The thread's end, or that of a test that plays a training.
pub struct TrainingSide {
    events: Sender<TrainingEvent>,
    wishes: Arc<Wishes>,
    wake: Wake,
}

impl TrainingHandle {
    /// Both ends of a new training.
    pub fn pair(wake: Wake) -> (TrainingHandle, TrainingSide) {
        let (sender, events) = channel();
        let wishes = Arc::new(Wishes { wish: Mutex::new(Wish::GoOn), changed: Condvar::new() });
        let side = TrainingSide { events: sender, wishes: wishes.clone(), wake };
        (TrainingHandle { events, wishes, thread: None }, side)
    }

    /// Does the work on a thread of its own.
    pub(super) fn run(
        &mut self,
        side: TrainingSide,
        work: impl FnOnce(&TrainingSide) + Send + 'static,
    ) {
        let failures = side.events.clone();
        let guarded = move || {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| work(&side))) {
                let reason = panic_message(&*panic);
                side.tell(TrainingEvent::Failed(format!("the training failed ({reason})")));
            }
        };
        match thread::Builder::new().name("training".to_owned()).spawn(guarded) {
            Ok(thread) => self.thread = Some(thread),
            Err(error) => {
                let text = format!("the system refuses a thread to train on ({error})");
                // The receiver is ours.
                let _ = failures.send(TrainingEvent::Failed(text));
            }
        }
    }

    /// Waits after the step that is being done.
    pub fn pause(&self) {
        self.wishes.set(Wish::Pause);
    }

    /// Goes on after a pause.
    pub fn resume(&self) {
        self.wishes.set(Wish::GoOn);
    }

    /// Ends after the step that is being done, with a checkpoint where there is a folder.
    pub fn stop(&self) {
        self.wishes.set(Wish::Stop);
    }

    /// Whether it was asked to pause.
    pub fn is_paused(&self) -> bool {
        self.wishes.current() == Wish::Pause
    }

    /// Whether it was asked to stop.
    pub fn is_stopping(&self) -> bool {
        self.wishes.current() == Wish::Stop
    }

    /// The next event that has happened, without waiting.
    pub fn poll(&self) -> Option<TrainingEvent> {
        self.events.try_recv().ok()
    }

    /// Waits for the next event; `None` when the training has ended.
    pub fn wait(&self) -> Option<TrainingEvent> {
        self.events.recv().ok()
    }
}

impl Drop for TrainingHandle {
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take() {
            // Its panics have been told.
            let _ = thread.join();
        }
    }
}

impl TrainingSide {
    /// Tells the user's end of an event and wakes it.
    pub fn tell(&self, event: TrainingEvent) {
        // Nobody listens any more when the window closes.
        let _ = self.events.send(event);
        (self.wake)();
    }

    /// Whether to go on; while the user wants a pause, this does not return.
    pub fn go_on(&self) -> ControlFlow<()> {
        match self.wishes.wait_while_paused() {
            Wish::Stop => ControlFlow::Break(()),
            Wish::GoOn | Wish::Pause => ControlFlow::Continue(()),
        }
    }

    /// Whether the user wants a pause.
    pub fn is_paused(&self) -> bool {
        self.wishes.current() == Wish::Pause
    }

    /// Whether the user wants an end.
    pub fn is_stopped(&self) -> bool {
        self.wishes.current() == Wish::Stop
    }
}
