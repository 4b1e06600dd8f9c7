//! One request to a server, on a thread of its own: whoever waits for bytes can stop waiting.

use std::io::Read as _;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use ureq::http::{HeaderMap, StatusCode, header};
use ureq::tls::{RootCerts, TlsConfig};

/// A server that says nothing for so long is taken for dead.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a request is for.
pub(super) struct Request {
    pub(super) url: String,
    /// The bytes that are there already.
    pub(super) from: u64,
    /// The version of the file that they are of, as the server called it.
    pub(super) version: Option<String>,
}

/// What comes of a request, in this order: one head, pieces, one end.
pub(super) enum Part {
    Head(Head),
    Piece(Vec<u8>),
    /// The body is complete, or what broke.
    End(Result<(), Broken>),
}

/// The answer's first lines.
pub(super) struct Head {
    pub(super) status: u16,
    /// Where in the file the body begins.
    pub(super) start: u64,
    /// The file's whole length.
    pub(super) total: Option<u64>,
    /// What the server calls this version of the file.
    pub(super) version: Option<String>,
    pub(super) is_web_page: bool,
}

/// Why a transfer ended early.
pub(super) struct Broken {
    pub(super) reason: String,
    /// Whether the same request may succeed in a moment.
    pub(super) worth_retrying: bool,
    /// The server's answer, if it is what said no.
    pub(super) status: Option<u16>,
}

impl Broken {
    /// What may be gone in a moment.
    pub(super) fn passing(reason: String) -> Broken {
        Broken { reason, worth_retrying: true, status: None }
    }
}

/// Sends the request. Dropping the receiver ends the transfer with the next piece.
pub(super) fn start(request: Request) -> Receiver<Part> {
    // A few pieces: who does not read is not sent more.
    let (sender, receiver) = sync_channel(4);
    let refused = sender.clone();
    let spawned = thread::Builder::new().name("transfer".into()).spawn(move || {
        let end = transfer(&request, &sender);
        let _ = sender.send(Part::End(end));
    });
    if let Err(error) = spawned {
        let reason = format!("the system refuses a thread ({error})");
        let _ = refused.send(Part::End(Err(Broken::passing(reason))));
    }
    receiver
}

fn transfer(request: &Request, sender: &SyncSender<Part>) -> Result<(), Broken> {
    let agent = agent(&request.url);
    let mut asked = agent.get(&request.url);
    if request.from > 0 {
        asked = asked.header(header::RANGE, format!("bytes={}-", request.from));
        if let Some(version) = &request.version {
            asked = asked.header(header::IF_RANGE, version);
        }
    }
    let answer = asked.call().map_err(broken)?;
    let head = head(answer.status(), answer.headers());
    let announced = head.total;
    let mut position = head.start;
    if sender.send(Part::Head(head)).is_err() {
        return Ok(());
    }
    // The receiver refuses what is too large.
    let mut body = answer.into_body().into_with_config().limit(u64::MAX).reader();
    let mut piece = vec![0; 64 << 10];
    loop {
        match body.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => {
                position += count as u64;
                if sender.send(Part::Piece(piece[..count].to_vec())).is_err() {
                    return Ok(());
                }
            }
            Err(error) => return Err(broken(ureq::Error::from(error))),
        }
    }
    match announced {
        Some(total) if position < total => {
            Err(Broken::passing(format!("the connection was cut at byte {position} of {total}")))
        }
        _ => Ok(()),
    }
}

fn agent(url: &str) -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .timeout_per_read(Some(PATIENCE))
        .user_agent(concat!("nasnet-explorer/", env!("CARGO_PKG_VERSION")));
    // No proxy leads to this machine's own servers.
    let config = if is_here(url) { config.proxy(None) } else { config };
    config.build().new_agent()
}

/// Whether the address is one of this machine itself.
fn is_here(url: &str) -> bool {
    let host = url.split_once("://").map_or("", |(_, rest)| rest);
    ["127.", "localhost", "[::1]"].iter().any(|start| host.starts_with(start))
}

fn head(status: StatusCode, headers: &HeaderMap) -> Head {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let length = || text(header::CONTENT_LENGTH).and_then(|digits| digits.parse().ok());
    let range = text(header::CONTENT_RANGE).and_then(range);
    let (start, total) = match (status, range) {
        (StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE, Some(range)) => range,
        _ => (0, length()),
    };
    // A weak version says nothing of bytes.
    let version = text(header::ETAG).filter(|version| !version.starts_with("W/"));
    let is_web_page = text(header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html"));
    Head { status: status.as_u16(), start, total, version: version.map(str::to_owned), is_web_page }
}

/// Start and whole length in `bytes 10-99/100` or `bytes */100`.
fn range(text: &str) -> Option<(u64, Option<u64>)> {
    let (bytes, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let start = match bytes.split_once('-') {
        Some((start, _)) => start.parse().ok()?,
        None => 0,
    };
    Some((start, total.parse().ok()))
}

/// The reason in words, and whether another try makes sense.
fn broken(error: ureq::Error) -> Broken {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionReset, TimedOut, UnexpectedEof};
    let (reason, worth_retrying) = match error {
        ureq::Error::HostNotFound => ("its address was not found".to_owned(), false),
        ureq::Error::Timeout(_) => {
            (format!("no answer within {} seconds", PATIENCE.as_secs()), true)
        }
        ureq::Error::Io(error) => {
            let passing = [ConnectionAborted, ConnectionReset, TimedOut, UnexpectedEof];
            (error.to_string(), passing.contains(&error.kind()))
        }
        ureq::Error::Protocol(error) => (error.to_string(), true),
        error => (error.to_string(), false),
    };
    Broken { reason, worth_retrying, status: None }
}

#[cfg(test)]
mod tests {
    use super::{is_here, range};

    #[test]
    fn this_machine() {
        assert!(is_here("http://127.0.0.1:80/a") && is_here("https://localhost/a"));
        assert!(!is_here("https://example.org/localhost"));
    }

    #[test]
    fn ranges_of_answers() {
        assert_eq!(range("bytes 10-99/100"), Some((10, Some(100))));
        assert_eq!(range("bytes 10-99/*"), Some((10, None)));
        assert_eq!(range("bytes */100"), Some((0, Some(100))));
        assert_eq!(range("bytes x-9/100"), None);
        assert_eq!(range("lines 1-2/3"), None);
    }
}
