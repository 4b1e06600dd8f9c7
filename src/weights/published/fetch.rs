//! Brings a published file to a folder: goes on where it stopped, tries again, checks the hash.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use super::transfer::{Broken, Head, Part, Request, start};
use super::{FetchError, PublishedFile, PublishedHash, cache_folder, hash_file};

/// Twice the largest published file: what is longer is something else.
const LIMIT: u64 = 1 << 30;
/// Tries that bring no byte more before it is given up.
const ATTEMPTS: u32 = 4;
/// How often the caller is asked whether to go on.
const PULSE: Duration = Duration::from_millis(100);

/// Where a file comes from and goes to, where that is not the usual.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The folder; the user's cache folder without one.
    pub folder: Option<PathBuf>,
    /// An address that offers the same files, instead of their makers'.
    pub mirror: Option<String>,
    /// How long to wait before the second try; longer before each further one. A second without.
    pub pause: Option<Duration>,
}

impl Source {
    /// Where the file is kept once it is here.
    pub fn path(&self, file: &PublishedFile) -> Result<PathBuf, FetchError> {
        let folder = self.folder.clone().or_else(cache_folder).ok_or(FetchError::NoFolder)?;
        Ok(folder.join(file.file))
    }

    /// Where it is fetched from.
    pub fn url(&self, file: &PublishedFile) -> String {
        match &self.mirror {
            Some(mirror) => format!("{}/{}", mirror.trim_end_matches('/'), file.file),
            None => file.url(),
        }
    }
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Waits for the server's answer.
    Connecting,
    /// Bytes come.
    Receiving {
        /// Bytes that are here, those of earlier tries too.
        done: u64,
        /// Bytes in all, where the server says.
        total: Option<u64>,
    },
    /// Waits before it tries again.
    Waiting {
        /// Why the last try ended.
        reason: String,
    },
    /// Everything is here; the hash is computed.
    Checking,
}

/// A file that is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where it is.
    pub path: PathBuf,
    /// Whether its hash is the published one; `None` where none was published.
    pub matches: Option<bool>,
    /// Bytes that were received now; none if the file was here already.
    pub received: u64,
}

/// Brings `file` to its folder and gives its path. What is there already with the right hash is
/// not fetched again; what a broken try left is gone on with. `progress` is called at least ten
/// times a second and may say stop. Nothing is given out that does not match the published hash;
/// a checkpoint without one is read to the end, for its tensors carry checksums.
///
/// # Errors
///
/// [`FetchError`]: a sentence for the user.
pub fn fetch(
    file: &PublishedFile,
    source: &Source,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Fetched, FetchError> {
    let path = source.path(file)?;
    if path.is_file() && check(file, &path, &path.display().to_string(), progress).is_ok() {
        let matches = (file.hash != PublishedHash::Unknown).then_some(true);
        return Ok(Fetched { path, matches, received: 0 });
    }
    let url = source.url(file);
    let mut partial = Partial::open(&path, file)?;
    let pause = source.pause.unwrap_or(Duration::from_secs(1));
    let received = receive(&url, &mut partial, pause, progress)?;
    partial.file.sync_all().map_err(|reason| partial.failed(reason))?;
    // Windows lets no one read a locked file.
    partial.file.unlock().map_err(|reason| partial.failed(reason))?;
    let checked = check(file, &partial.path, &url, progress).and_then(|matches| match matches {
        None => read_through(&partial.path, &url),
        matches => Ok(matches),
    });
    match checked {
        Ok(matches) => {
            fs::rename(&partial.path, &path).map_err(|reason| partial.failed(reason))?;
            let _ = fs::remove_file(&partial.version);
            Ok(Fetched { path, matches, received })
        }
        Err(error) => {
            if !matches!(error, FetchError::Cancelled) {
                partial.remove();
            }
            Err(error)
        }
    }
}

/// What came of all requests so far.
#[derive(Default)]
struct Course {
    /// Bytes, those that came twice too.
    received: u64,
    /// Whether the server said anything.
    answered: bool,
}

/// Receives until the file is whole; gives the number of bytes received.
fn receive(
    url: &str,
    partial: &mut Partial,
    pause: Duration,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<u64, FetchError> {
    let mut course = Course::default();
    let (mut furthest, mut fruitless) = (partial.length, 0);
    loop {
        let broken = match attempt(url, partial, &mut course, progress)? {
            Ok(()) => return Ok(course.received),
            Err(broken) => broken,
        };
        // Not the bytes received: a server without ranges may send the same ones for ever.
        fruitless = if partial.length > furthest { 0 } else { fruitless + 1 };
        furthest = furthest.max(partial.length);
        if !broken.worth_retrying || fruitless >= ATTEMPTS {
            return Err(given_up(url, partial.length, fruitless, course.answered, broken));
        }
        let reason = broken.reason;
        let end = Instant::now() + pause * (1 << fruitless);
        while Instant::now() < end {
            go_on(progress, &Progress::Waiting { reason: reason.clone() })?;
            std::thread::sleep(PULSE.min(pause));
        }
    }
}

/// The error after the last try.
fn given_up(url: &str, received: u64, attempts: u32, answered: bool, broken: Broken) -> FetchError {
    let (url, reason) = (url.to_owned(), broken.reason);
    match broken.status {
        Some(status) => FetchError::refused(&url, status),
        None if !answered => FetchError::Unreachable { url, reason },
        None => FetchError::Interrupted { url, received, attempts, reason },
    }
}

/// One request. The inner error may be gone after another try.
fn attempt(
    url: &str,
    partial: &mut Partial,
    course: &mut Course,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Result<(), Broken>, FetchError> {
    let (from, version) = (partial.length, partial.saved_version());
    let parts = start(Request { url: url.to_owned(), from, version });
    let mut total = None;
    let mut now = Progress::Connecting;
    loop {
        go_on(progress, &now)?;
        match parts.recv_timeout(PULSE) {
            Ok(Part::Head(head)) => {
                course.answered = true;
                match admit(url, &head, partial)? {
                    Admission::Body => {
                        total = head.total;
                        now = Progress::Receiving { done: partial.length, total };
                    }
                    Admission::Complete => return Ok(Ok(())),
                    Admission::Later(broken) => return Ok(Err(broken)),
                }
            }
            Ok(Part::Piece(piece)) => {
                partial.append(&piece)?;
                course.received += piece.len() as u64;
                if partial.length > LIMIT {
                    partial.remove();
                    return Err(FetchError::TooLarge { url: url.to_owned(), limit: LIMIT });
                }
                now = Progress::Receiving { done: partial.length, total };
            }
            Ok(Part::End(end)) => return Ok(end),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                let reason = "the transfer ended without a reason".to_owned();
                return Ok(Err(Broken::passing(reason)));
            }
        }
    }
}

/// What an answer's head means.
enum Admission {
    /// The body follows, from where the partial file now ends.
    Body,
    /// Everything was here already.
    Complete,
    /// The server has a bad moment.
    Later(Broken),
}

fn admit(url: &str, head: &Head, partial: &mut Partial) -> Result<Admission, FetchError> {
    let later = |reason: &str| Ok(Admission::Later(Broken::passing(reason.to_owned())));
    match head.status {
        200 if head.is_web_page => Err(FetchError::WebPage { url: url.to_owned() }),
        200 | 206 if head.total.is_some_and(|total| total > LIMIT) => {
            Err(FetchError::TooLarge { url: url.to_owned(), limit: LIMIT })
        }
        // The whole file: the server does not know ranges, or has another version by now.
        200 => {
            partial.restart(head.version.as_deref())?;
            Ok(Admission::Body)
        }
        206 if head.start == partial.length => Ok(Admission::Body),
        206 => {
            partial.restart(None)?;
            later("the server sent another part than was asked for")
        }
        416 if head.total == Some(partial.length) => Ok(Admission::Complete),
        416 => {
            partial.restart(None)?;
            later("the file has changed on the server")
        }
        status @ (408 | 429 | 500..=599) => Ok(Admission::Later(Broken {
            status: Some(status),
            ..Broken::passing(format!("the server answers {status}"))
        })),
        status => Err(FetchError::refused(url, status)),
    }
}

/// Whether the file at `path` is the published one; `None` where no hash was published.
fn check(
    file: &PublishedFile,
    path: &Path,
    url: &str,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Option<bool>, FetchError> {
    if file.hash == PublishedHash::Unknown {
        return Ok(None);
    }
    let mut stopped = false;
    let digests = hash_file(path, &mut || {
        stopped = progress(&Progress::Checking).is_break();
        if stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .map_err(|reason| FetchError::Write { path: path.to_owned(), reason })?;
    let Some(digests) = digests else { return Err(FetchError::Cancelled) };
    let (kind, found, published) = match file.hash {
        PublishedHash::Md5(published) => ("MD5", digests.md5.clone(), published),
        PublishedHash::Sha256(published) => ("SHA-256", digests.sha256.clone(), published),
        PublishedHash::Unknown => return Ok(None),
    };
    match file.hash.matches(&digests) {
        Some(false) => Err(FetchError::WrongHash { url: url.to_owned(), kind, found, published }),
        matches => Ok(matches),
    }
}

/// Reads a checkpoint to its end: each of its tensors carries a checksum.
fn read_through(path: &Path, url: &str) -> Result<Option<bool>, FetchError> {
    match crate::weights::read(path) {
        Ok(_) => Ok(None),
        Err(reason) => {
            let (url, reason) = (url.to_owned(), reason.to_string());
            Err(FetchError::Damaged { url, reason })
        }
    }
}

fn go_on(
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    now: &Progress,
) -> Result<(), FetchError> {
    if progress(now).is_break() { Err(FetchError::Cancelled) } else { Ok(()) }
}

/// What is here of a file that is not whole, locked for this process.
struct Partial {
    file: File,
    path: PathBuf,
    /// What the server calls the version that it is of.
    version: PathBuf,
    length: u64,
}

impl Partial {
    fn open(target: &Path, published: &PublishedFile) -> Result<Partial, FetchError> {
        let beside = |end: &str| {
            let name = format!("{}.{end}", published.file);
            target.with_file_name(name)
        };
        let (path, version) = (beside("part"), beside("version"));
        let failed = |reason| FetchError::Write { path: path.clone(), reason };
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false);
        let mut file = file.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                return Err(FetchError::Busy { file: published.file.to_owned() });
            }
            Err(fs::TryLockError::Error(reason)) => return Err(failed(reason)),
        }
        let length = file.seek(io::SeekFrom::End(0)).map_err(failed)?;
        Ok(Partial { file, path, version, length })
    }

    fn failed(&self, reason: io::Error) -> FetchError {
        FetchError::Write { path: self.path.clone(), reason }
    }

    fn saved_version(&self) -> Option<String> {
        let mut text = String::new();
        File::open(&self.version).ok()?.take(1024).read_to_string(&mut text).ok()?;
        Some(text).filter(|text| !text.is_empty() && text.chars().all(|one| !one.is_control()))
    }

    /// Empties the file, for what comes now is of this version.
    fn restart(&mut self, version: Option<&str>) -> Result<(), FetchError> {
        let emptied = self.file.set_len(0).and_then(|()| self.file.rewind());
        emptied.map_err(|reason| self.failed(reason))?;
        self.length = 0;
        // Without it the next try asks for the rest of whatever is there; the hash decides.
        let _ = match version {
            Some(version) => fs::write(&self.version, version),
            None => fs::remove_file(&self.version),
        };
        Ok(())
    }

    fn append(&mut self, piece: &[u8]) -> Result<(), FetchError> {
        self.file.write_all(piece).map_err(|reason| self.failed(reason))?;
        self.length += piece.len() as u64;
        Ok(())
    }

    /// Nothing of it is worth keeping.
    fn remove(&self) {
        let _ = fs::remove_file(&self.path);
        let _ = fs::remove_file(&self.version);
    }
}

impl Drop for Partial {
    /// A try that brought nothing leaves nothing.
    fn drop(&mut self) {
        if self.length == 0 {
            self.remove();
        }
    }
}
