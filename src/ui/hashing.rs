//! The hash of the weight file in use, found while the window goes on: of 356 MB it takes a second.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use crate::engine::Wake;
use crate::weights::{Identity, identify};

/// What one file is by its hashes; the one asked for last.
#[derive(Default)]
pub struct Hashing {
    path: PathBuf,
    found: Option<Identity>,
    news: Option<Receiver<Identity>>,
}

impl Hashing {
    /// Begins to hash a file. What was asked for before is nobody's concern any more.
    pub fn begin(&mut self, path: &Path, wake: Wake) {
        let (sender, news) = channel();
        *self = Hashing { path: path.to_owned(), found: None, news: Some(news) };
        let path = path.to_owned();
        // A file that cannot be read a second time, or a system that refuses a thread, gives no hash:
        // the report stands without.
        let _ = thread::Builder::new().name("hash weights".into()).spawn(move || {
            if let Ok(identity) = identify(&path) {
                let _ = sender.send(identity);
                wake();
            }
        });
    }

    /// Takes in what was found.
    pub fn poll(&mut self) {
        let found = self.news.as_ref().and_then(|news| news.try_recv().ok());
        self.found = found.or(self.found.take());
    }

    /// What the file at `path` is, once that is known.
    pub fn of(&self, path: &Path) -> Option<&Identity> {
        self.found.as_ref().filter(|_| self.path == path)
    }
}
