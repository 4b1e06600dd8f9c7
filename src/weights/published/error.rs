//! Why a published file could not be fetched, with what to do.

use std::io;
use std::path::PathBuf;

/// Why a file could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The system names no folder for the user's caches.
    #[error("the system names no folder for caches; say with --folder where the file should go")]
    NoFolder,
    /// The server cannot be reached at all.
    #[error(
        "cannot reach {url}: {reason}; check the network connection, or set HTTPS_PROXY where the way out is a proxy"
    )]
    Unreachable {
        /// Where the file is offered.
        url: String,
        /// What went wrong.
        reason: String,
    },
    /// The connection broke again and again; what came is kept.
    #[error(
        "{url} broke off after {received} bytes, {attempts} times without a byte more: {reason}; try again, what came is kept"
    )]
    Interrupted {
        /// Where the file is offered.
        url: String,
        /// The bytes that came, in all.
        received: u64,
        /// How often it was tried without getting further.
        attempts: u32,
        /// What went wrong the last time.
        reason: String,
    },
    /// The server says no.
    #[error("{url} answers {status}; {advice}")]
    Refused {
        /// Where the file is offered.
        url: String,
        /// The status of the answer.
        status: u16,
        /// What that means for the user.
        advice: &'static str,
    },
    /// What comes is not the file, but a page that says something to people.
    #[error(
        "{url} answers with a web page instead of the file; log in to the network, or fetch it with a browser and open it here"
    )]
    WebPage {
        /// Where the file is offered.
        url: String,
    },
    /// More comes than any published file has.
    #[error(
        "{url} offers more than {limit} bytes, more than any published file has; it is something else"
    )]
    TooLarge {
        /// Where the file is offered.
        url: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// What came is not what was published.
    #[error(
        "what came from {url} has the {kind} {found}, published is {published}; it was removed, for it is not the published file"
    )]
    WrongHash {
        /// Where the file is offered.
        url: String,
        /// `MD5` or `SHA-256`.
        kind: &'static str,
        /// The digits of what came.
        found: String,
        /// The digits that were published.
        published: &'static str,
    },
    /// What came has no published hash, and is no whole checkpoint.
    #[error("what came from {url} is no whole checkpoint: {reason}; it was removed, try again")]
    Damaged {
        /// Where the file is offered.
        url: String,
        /// What reading it came to.
        reason: String,
    },
    /// Another program fetches the same file at this moment.
    #[error("another window or command fetches {file} right now; wait for it")]
    Busy {
        /// The file's name.
        file: String,
    },
    /// The file could not be written.
    #[error("cannot write {}: {reason}; make room or choose another folder", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
    /// The user said stop; what came is kept.
    #[error("stopped; what came is kept, and fetching goes on from there the next time")]
    Cancelled,
}

impl FetchError {
    /// What an answer's status means, for those that are no use asking again for.
    pub(super) fn refused(url: &str, status: u16) -> FetchError {
        let advice = match status {
            401 | 403 | 407 => {
                "you may not have it from here; if the way out is a proxy, check its password"
            }
            404 | 410 => {
                "the file is no longer offered there; look for it elsewhere and open it here"
            }
            _ => "try again later",
        };
        FetchError::Refused { url: url.to_owned(), status, advice }
    }
}
