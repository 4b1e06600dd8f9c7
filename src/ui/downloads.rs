//! Fetching published weight files while the window goes on.

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

use crate::engine::Wake;
use crate::ui::notices::sentence;
use crate::weights::published::{
    FILES, FetchError, Fetched, Progress, PublishedFile, Source, fetch,
};

/// How often the window hears of bytes.
const PULSE: Duration = Duration::from_millis(100);
/// The speed is the mean over this time.
const SPAN: Duration = Duration::from_secs(3);

/// What is the matter with a published file.
#[derive(Clone, Debug, PartialEq)]
pub enum Download {
    /// It is not here.
    Absent,
    /// It is here.
    Here(PathBuf),
    /// It is being fetched, at so many bytes a second where that is known.
    Running(Progress, Option<f64>),
    /// The user stopped it; what came is kept.
    Stopped,
    /// It could not be fetched, for this reason.
    Failed(String),
}

enum News {
    Progress(Progress),
    Ended(Result<Fetched, FetchError>),
}

/// A file that is being fetched.
struct Job {
    news: Receiver<News>,
    stop: Arc<AtomicBool>,
    progress: Progress,
    speed: Speed,
}

/// How fast bytes come.
#[derive(Default)]
struct Speed(VecDeque<(Instant, u64)>);

/// The published files, and those that are being fetched.
pub struct Downloads {
    source: Source,
    jobs: BTreeMap<&'static str, Job>,
    /// What is known of files that are not being fetched.
    known: BTreeMap<&'static str, Download>,
}

impl Downloads {
    /// From and to where `source` says.
    pub fn new(source: Source) -> Self {
        Downloads { source, jobs: BTreeMap::new(), known: BTreeMap::new() }
    }

    /// Looks again which files are here; others may have fetched or removed them.
    pub fn refresh(&mut self) {
        for file in &FILES {
            if let Some(path) = self.path(file) {
                self.known.insert(file.id, Download::Here(path));
            } else if let Some(Download::Here(_)) = self.known.get(file.id) {
                self.known.remove(file.id);
            }
        }
    }

    fn path(&self, file: &PublishedFile) -> Option<PathBuf> {
        self.source.path(file).ok().filter(|path| path.is_file())
    }

    /// The folder of the files, where the system names one.
    pub fn folder(&self) -> Option<PathBuf> {
        let path = self.source.path(FILES.first()?).ok()?;
        path.parent().map(ToOwned::to_owned)
    }

    /// What is the matter with a file.
    pub fn of(&self, file: &PublishedFile) -> Download {
        match self.jobs.get(file.id) {
            Some(job) => Download::Running(job.progress.clone(), job.speed.per_second()),
            None => self.known.get(file.id).cloned().unwrap_or(Download::Absent),
        }
    }

    /// Begins to fetch a file, or goes on with it. `wake` is called whenever something changed.
    pub fn begin(&mut self, file: &'static PublishedFile, wake: Wake) {
        if self.jobs.contains_key(file.id) {
            return;
        }
        let (sender, news) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let (source, stopped) = (self.source.clone(), stop.clone());
        let spawned = std::thread::Builder::new().name("fetch weights".into()).spawn(move || {
            run(file, &source, &stopped, &sender, &wake);
        });
        match spawned {
            Ok(_) => {
                let job =
                    Job { news, stop, progress: Progress::Connecting, speed: Speed::default() };
                self.jobs.insert(file.id, job);
            }
            Err(error) => {
                let text = format!("The system refuses a thread to fetch it on ({error})");
                self.known.insert(file.id, Download::Failed(text));
            }
        }
    }

    /// Ends the fetching of a file; what came is kept.
    pub fn stop(&mut self, file: &PublishedFile) {
        if let Some(job) = self.jobs.get(file.id) {
            job.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Whether a file is being fetched.
    pub fn is_busy(&self) -> bool {
        !self.jobs.is_empty()
    }

    /// What is being done, in a few words.
    pub fn activity(&self) -> Option<String> {
        let mut running = FILES.iter().filter_map(|file| Some((file, self.jobs.get(file.id)?)));
        let (file, job) = running.next()?;
        let others = running.count();
        let share = match job.progress {
            Progress::Receiving { done, total: Some(total) } if total > 0 => {
                format!(", {}%", done * 100 / total)
            }
            _ => String::new(),
        };
        let others = if others > 0 { format!(" and {others} more") } else { String::new() };
        Some(format!("Fetching {}{share}{others}", file.file))
    }

    /// Takes in what happened. Returns the files that have come, to be opened.
    pub fn poll(&mut self) -> Vec<PathBuf> {
        let mut arrived = Vec::new();
        let known = &mut self.known;
        self.jobs.retain(|id, job| {
            let Some(ended) = job.listen() else { return true };
            if let Download::Here(path) = &ended {
                arrived.push(path.clone());
            }
            known.insert(id, ended);
            false
        });
        arrived
    }
}

impl Job {
    /// Takes in what happened. Returns what came of it, once it has ended.
    fn listen(&mut self) -> Option<Download> {
        loop {
            match self.news.try_recv() {
                Ok(News::Progress(progress)) => {
                    self.speed.note(&progress);
                    self.progress = progress;
                }
                Ok(News::Ended(Ok(fetched))) => return Some(Download::Here(fetched.path)),
                Ok(News::Ended(Err(FetchError::Cancelled))) => return Some(Download::Stopped),
                Ok(News::Ended(Err(error))) => {
                    return Some(Download::Failed(sentence(&error.to_string())));
                }
                Err(TryRecvError::Empty) => return None,
                Err(TryRecvError::Disconnected) => {
                    let text = "Fetching ended in an internal error; try again";
                    return Some(Download::Failed(text.to_owned()));
                }
            }
        }
    }
}

impl Drop for Downloads {
    /// What came is kept.
    fn drop(&mut self) {
        self.jobs.values().for_each(|job| job.stop.store(true, Ordering::Relaxed));
    }
}

/// Fetches a file on a thread of its own.
fn run(
    file: &PublishedFile,
    source: &Source,
    stopped: &AtomicBool,
    sender: &Sender<News>,
    wake: &Wake,
) {
    let mut told: Option<(Instant, Progress)> = None;
    let outcome = fetch(file, source, &mut |progress| {
        if stopped.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        let is_new = told.as_ref().is_none_or(|(when, last)| {
            let other = std::mem::discriminant(last) != std::mem::discriminant(progress);
            other || (last != progress && when.elapsed() >= PULSE)
        });
        if is_new {
            told = Some((Instant::now(), progress.clone()));
            if sender.send(News::Progress(progress.clone())).is_err() {
                return ControlFlow::Break(());
            }
            wake();
        }
        ControlFlow::Continue(())
    });
    // Nobody listens any more when the window was closed.
    let _ = sender.send(News::Ended(outcome));
    wake();
}

impl Speed {
    fn note(&mut self, progress: &Progress) {
        let Progress::Receiving { done, .. } = progress else {
            self.0.clear();
            return;
        };
        let now = Instant::now();
        self.0.push_back((now, *done));
        while self.0.len() > 2 && now - self.0[0].0 > SPAN {
            self.0.pop_front();
        }
    }

    /// Bytes a second, once that can be said.
    fn per_second(&self) -> Option<f64> {
        let ((began, first), (ended, last)) = (self.0.front()?, self.0.back()?);
        let seconds = (*ended - *began).as_secs_f64();
        (seconds > 0.2).then(|| last.saturating_sub(*first) as f64 / seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_speed_is_that_of_the_last_seconds() {
        let now = Instant::now();
        let ago = |seconds: u64| now.checked_sub(Duration::from_secs(seconds)).unwrap();
        let mut speed = Speed(VecDeque::from([(ago(9), 0), (ago(5), 100), (ago(2), 1000)]));
        speed.note(&Progress::Receiving { done: 3000, total: None });
        let per_second = speed.per_second().unwrap();
        assert!((990.0..=1000.0).contains(&per_second), "{per_second}");
        speed.note(&Progress::Checking);
        assert_eq!(speed.per_second(), None);
    }
}
