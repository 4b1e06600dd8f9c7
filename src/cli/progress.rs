//! How far long work is, on the terminal.

use std::io::{self, IsTerminal as _, Write as _};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::engine::GoOn;

/// Work that is done sooner says nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// Does long work with one line on stderr that says how far it is: written over and over, gone in
/// the end. Nothing is written where stderr is no terminal. Ctrl+C ends the program.
pub fn reported<T>(work: impl FnOnce(GoOn<'_>) -> T) -> T {
    let start = Instant::now();
    let terminal = io::stderr().is_terminal();
    let mut shown = false;
    let outcome = work(&mut |what, done, total| {
        if terminal && start.elapsed() > PATIENCE {
            // Back to the start of the line, and clear to its end.
            let _ = write!(io::stderr(), "\r{what}, {done} of {total}\u{1b}[K");
            shown = true;
        }
        ControlFlow::Continue(())
    });
    if shown {
        let _ = write!(io::stderr(), "\r\u{1b}[K");
    }
    outcome
}
