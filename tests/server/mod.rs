//! A small HTTP server on the loopback address that misbehaves as told.

use std::io::{BufRead, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What the server does with one request.
#[derive(Clone)]
#[allow(dead_code, reason = "not every test crate needs every misbehaviour")]
pub enum Answer {
    /// Sends what is asked for, ranges too, under this version.
    Good(&'static str),
    /// The same, but closes the connection after so many bytes of the body.
    Cut(&'static str, usize),
    /// Sends everything from the start, whatever part was asked for, and no version.
    Whole,
    /// The same, but closes the connection after so many bytes.
    WholeCut(usize),
    /// Sends pieces of 16 kB with pauses between them.
    Slow(Duration),
    /// Answers with this status and nothing else.
    Status(u16),
    /// Sends the client to another path.
    Redirect(&'static str),
    /// A page that asks people to log in.
    WebPage,
    /// Announces so many bytes.
    Announce(u64),
    /// Takes the request and says nothing.
    Silent,
}

/// The running server. It ends with the test's process.
pub struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Serves `content` under every path; the first request gets the first answer, and so on, and
    /// the last answer goes to all that follow.
    pub fn start(content: Vec<u8>, answers: Vec<Answer>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&requests);
        let content = Arc::new(content);
        thread::spawn(move || {
            for (number, stream) in listener.incoming().flatten().enumerate() {
                let answer = answers.get(number).or(answers.last()).unwrap().clone();
                let (content, heard) = (Arc::clone(&content), Arc::clone(&heard));
                // Whether the client is still there does not matter here.
                thread::spawn(move || {
                    let _ = serve(stream, &answer, &content, &heard);
                });
            }
        });
        Server { address, requests }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The heads of all requests so far, in small letters.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn head(reader: &mut impl BufRead) -> std::io::Result<String> {
    let mut head = String::new();
    while reader.read_line(&mut head)? > 2 {}
    Ok(head.to_lowercase())
}

fn serve(
    mut stream: TcpStream,
    answer: &Answer,
    content: &[u8],
    heard: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = head(&mut reader)?;
    heard.lock().unwrap().push(request.clone());
    if request.starts_with("connect ") {
        // As a proxy that finds every host here.
        stream.write_all(b"HTTP/1.1 200 Found\r\n\r\n")?;
        request = head(&mut reader)?;
        heard.lock().unwrap().push(request.clone());
    }
    if let Answer::Silent = answer {
        thread::sleep(Duration::from_secs(60));
        return Ok(());
    }
    let (head, body) = reply(answer, &request, content);
    stream.write_all(format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").as_bytes())?;
    for piece in body.chunks(16 << 10) {
        stream.write_all(piece)?;
        if let Answer::Slow(pause) = answer {
            thread::sleep(*pause);
        }
    }
    stream.flush()
}

/// The head and the body that answer a request.
fn reply<'a>(answer: &Answer, request: &str, content: &'a [u8]) -> (String, &'a [u8]) {
    let length = content.len();
    let asked = || {
        let start = request.split_once("\r\nrange: bytes=")?.1.split_once('-')?.0;
        start.parse::<usize>().ok()
    };
    let same = |version: &str| {
        let given = request.split_once("\r\nif-range: ");
        given.is_none_or(|(_, rest)| rest.starts_with(&version.to_lowercase()))
    };
    let good = |version: &'static str| match asked().filter(|_| same(version)) {
        Some(start) if start >= length => {
            (format!("416 No\r\nContent-Range: bytes */{length}\r\nContent-Length: 0"), &[][..])
        }
        Some(start) => {
            let (end, count) = (length - 1, length - start);
            let range = format!("Content-Range: bytes {start}-{end}/{length}");
            let head = format!("206 Part\r\n{range}\r\nContent-Length: {count}\r\nETag: {version}");
            (head, &content[start..])
        }
        None => (format!("200 OK\r\nContent-Length: {length}\r\nETag: {version}"), content),
    };
    match answer {
        Answer::Good(version) => good(version),
        Answer::Cut(version, bytes) => {
            let (head, body) = good(version);
            (head, &body[..(*bytes).min(body.len())])
        }
        Answer::Whole | Answer::Slow(_) => (format!("200 OK\r\nContent-Length: {length}"), content),
        Answer::WholeCut(bytes) => {
            (format!("200 OK\r\nContent-Length: {length}"), &content[..(*bytes).min(length)])
        }
        Answer::Status(status) => (format!("{status} No\r\nContent-Length: 0"), &[][..]),
        Answer::Redirect(path) => {
            (format!("302 There\r\nLocation: {path}\r\nContent-Length: 0"), &[][..])
        }
        Answer::WebPage => {
            let page = b"<html>Log in</html>";
            let kind = "Content-Type: text/html; charset=utf-8";
            (format!("200 OK\r\n{kind}\r\nContent-Length: {}", page.len()), &page[..])
        }
        Answer::Announce(bytes) => (format!("200 OK\r\nContent-Length: {bytes}"), &[][..]),
        Answer::Silent => unreachable!("it is not answered"),
    }
}
