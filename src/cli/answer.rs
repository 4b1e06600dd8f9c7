//! What a command says.

use std::io::{self, Write as _};

use serde::Serialize;
use serde_json::Value;

/// What a command says on stdout, for people and for programs.
pub struct Answer {
    /// For people: lines of text, the last one ended.
    pub text: String,
    /// For programs, with `--json`.
    pub json: Value,
}

impl Answer {
    /// An answer whose JSON is `value`.
    ///
    /// # Panics
    ///
    /// If `value` has maps with keys that are not text; no answer has.
    pub fn new(text: impl Into<String>, value: &impl Serialize) -> Self {
        let json = serde_json::to_value(value).expect("answers have text keys");
        Answer { text: text.into(), json }
    }

    /// Prints the answer. A reader that has gone, such as `head`, is no error.
    pub fn print(&self, json: bool) -> io::Result<()> {
        let text = match json {
            true => format!("{:#}\n", self.json),
            false => self.text.clone(),
        };
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }
}
