//! How far long work is, on the terminal.

use std::io::{self, IsTerminal as _, Write as _};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Work that is done sooner says nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// One line on stderr that is written over and over, and gone in the end. Nothing is written
/// where stderr is no terminal.
pub struct Progress {
    start: Instant,
    terminal: bool,
    shown: bool,
}

impl Progress {
    /// Progress of work that begins now.
    pub fn new() -> Self {
        Progress { start: Instant::now(), terminal: io::stderr().is_terminal(), shown: false }
    }

    /// Says that `done` of `total` steps are done. Always goes on: Ctrl+C ends the program.
    pub fn step(&mut self, what: &str, done: usize, total: usize) -> ControlFlow<()> {
        if self.terminal && self.start.elapsed() > PATIENCE {
            // Back to the start of the line, and clear to its end.
            let _ = write!(io::stderr(), "\r{what}, {done} of {total}\u{1b}[K");
            self.shown = true;
        }
        ControlFlow::Continue(())
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}
