//! Published files from a server that misbehaves.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use nasnet_explorer::weights::identify;
use nasnet_explorer::weights::published::{
    FILES, FetchError, Fetched, Progress, PublishedFile, PublishedHash, Source, fetch,
};
use tempfile::TempDir;

use crate::server::{Answer, Server};

const VERSION: &str = "\"one\"";

/// Half a megabyte that does not repeat.
fn content() -> Vec<u8> {
    (0..500_000_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

/// A file to publish with this content.
fn published(content: &[u8]) -> PublishedFile {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, content).unwrap();
    let digits = identify(&path).unwrap().sha256[..8].to_owned().leak();
    PublishedFile { file: "net-12345678.pth", hash: PublishedHash::Sha256(digits), ..FILES[4] }
}

fn source(server: &Server, folder: &Path) -> Source {
    Source {
        folder: Some(folder.to_owned()),
        mirror: Some(server.url()),
        pause: Some(Duration::from_millis(1)),
    }
}

/// Fetches `content` from a server with these answers; what came of it, and the server.
fn fetched(
    folder: &TempDir,
    answers: Vec<Answer>,
) -> (Result<Fetched, FetchError>, Server, Vec<Progress>) {
    let server = Server::start(content(), answers);
    let mut seen = Vec::new();
    let outcome = fetch(&published(&content()), &source(&server, folder.path()), &mut |progress| {
        seen.push(progress.clone());
        ControlFlow::Continue(())
    });
    (outcome, server, seen)
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_file_is_fetched_once() {
    let folder = TempDir::new().unwrap();
    let (outcome, server, seen) = fetched(&folder, vec![Answer::Good(VERSION)]);
    let outcome = outcome.unwrap();
    assert_eq!((outcome.matches, outcome.received), (Some(true), 500_000));
    assert_eq!(fs::read(&outcome.path).unwrap(), content());
    assert_eq!(names(&folder), ["net-12345678.pth"]);
    assert_eq!(seen.first(), Some(&Progress::Connecting));
    assert!(seen.contains(&Progress::Receiving { done: 500_000, total: Some(500_000) }));
    assert_eq!(seen.last(), Some(&Progress::Checking));
    assert!(server.requests()[0].starts_with("get /net-12345678.pth http/1.1"));

    let again = fetch(&published(&content()), &source(&server, folder.path()), &mut |_| {
        ControlFlow::Continue(())
    });
    assert_eq!(again.unwrap().received, 0);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_file_that_was_changed_is_fetched_again() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("net-12345678.pth"), b"something else").unwrap();
    let (outcome, ..) = fetched(&folder, vec![Answer::Good(VERSION)]);
    assert_eq!(fs::read(outcome.unwrap().path).unwrap(), content());
}

#[test]
fn a_cut_connection_is_gone_on_with() {
    let folder = TempDir::new().unwrap();
    let cut = Answer::Cut(VERSION, 200_000);
    let (outcome, server, seen) = fetched(&folder, vec![cut.clone(), cut, Answer::Good(VERSION)]);
    assert_eq!(outcome.unwrap().received, 500_000, "no byte came twice");
    let requests = server.requests();
    assert!(!requests[0].contains("range:"));
    assert!(requests[1].contains("\r\nrange: bytes=200000-\r\n"), "{}", requests[1]);
    assert!(requests[1].contains("\r\nif-range: \"one\"\r\n"), "{}", requests[1]);
    assert!(requests[2].contains("\r\nrange: bytes=400000-\r\n"), "{}", requests[2]);
    assert!(seen.iter().any(|progress| matches!(progress, Progress::Waiting { .. })));
}

#[test]
fn a_connection_that_is_cut_for_ever_is_given_up_and_what_came_is_kept() {
    let folder = TempDir::new().unwrap();
    let (outcome, server, _) =
        fetched(&folder, vec![Answer::Cut(VERSION, 200_000), Answer::Cut(VERSION, 0)]);
    let error = outcome.unwrap_err();
    assert!(
        matches!(error, FetchError::Interrupted { received: 200_000, attempts: 4, .. }),
        "{error}"
    );
    assert_eq!(server.requests().len(), 5);
    let (outcome, server, _) = fetched(&folder, vec![Answer::Good(VERSION)]);
    assert_eq!(outcome.unwrap().received, 300_000);
    assert!(server.requests()[0].contains("bytes=200000-"));
}

#[test]
fn the_same_bytes_again_and_again_are_no_progress() {
    let folder = TempDir::new().unwrap();
    let (outcome, server, _) = fetched(&folder, vec![Answer::WholeCut(100_000)]);
    let error = outcome.unwrap_err();
    assert!(matches!(error, FetchError::Interrupted { attempts: 4, .. }), "{error}");
    assert_eq!(server.requests().len(), 5);
}

#[test]
fn a_checkpoint_without_a_published_hash_is_read_through() {
    let folder = TempDir::new().unwrap();
    let file = PublishedFile { hash: PublishedHash::Unknown, ..FILES[7] };
    let mut archive =
        fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/slim_n4.ckpt.tar.gz"))
            .unwrap();
    let bring = |content: Vec<u8>| {
        let server = Server::start(content, vec![Answer::Good(VERSION)]);
        fetch(&file, &source(&server, folder.path()), &mut |_| ControlFlow::Continue(()))
    };
    for content in [b"not it".to_vec(), archive[..100_000].to_vec()] {
        let error = bring(content).unwrap_err();
        assert!(matches!(error, FetchError::Damaged { .. }), "{error}");
        assert_eq!(names(&folder), [""; 0]);
    }
    let middle = archive.len() / 2;
    archive[middle] ^= 4;
    assert!(matches!(bring(archive.clone()), Err(FetchError::Damaged { .. })));
    archive[middle] ^= 4;
    assert_eq!(bring(archive).unwrap().matches, None);
}

#[test]
fn a_server_without_ranges_sends_everything_again() {
    let folder = TempDir::new().unwrap();
    let (outcome, server, _) = fetched(&folder, vec![Answer::Cut(VERSION, 200_000), Answer::Whole]);
    assert_eq!(outcome.unwrap().received, 700_000);
    assert!(server.requests()[1].contains("bytes=200000-"));
}

#[test]
fn another_version_on_the_server_starts_again() {
    let folder = TempDir::new().unwrap();
    let (outcome, ..) =
        fetched(&folder, vec![Answer::Cut("\"old\"", 200_000), Answer::Good("\"new\"")]);
    assert_eq!(outcome.unwrap().received, 700_000);
}

#[test]
fn a_whole_file_that_was_not_yet_renamed_is_taken() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("net-12345678.pth.part"), content()).unwrap();
    let (outcome, ..) = fetched(&folder, vec![Answer::Good(VERSION)]);
    assert_eq!(outcome.unwrap().received, 0);
    assert_eq!(names(&folder), ["net-12345678.pth"]);
}

#[test]
fn more_than_the_whole_file_starts_again() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("net-12345678.pth.part"), vec![7; 600_000]).unwrap();
    let (outcome, ..) = fetched(&folder, vec![Answer::Good(VERSION)]);
    assert_eq!(outcome.unwrap().received, 500_000);
}

#[test]
fn a_server_in_trouble_is_asked_again_and_one_that_says_no_is_not() {
    let folder = TempDir::new().unwrap();
    let (outcome, server, _) =
        fetched(&folder, vec![Answer::Status(503), Answer::Status(429), Answer::Good(VERSION)]);
    assert!(outcome.is_ok());
    assert_eq!(server.requests().len(), 3);

    let folder = TempDir::new().unwrap();
    for (status, tries, advice) in [
        (404, 1, "the file is no longer offered there"),
        (403, 1, "you may not have it from here"),
        (503, 4, "try again later"),
    ] {
        let (outcome, server, _) = fetched(&folder, vec![Answer::Status(status)]);
        let error = outcome.unwrap_err().to_string();
        assert!(error.contains(&format!("answers {status}; {advice}")), "{error}");
        assert_eq!(server.requests().len(), tries);
        assert_eq!(names(&folder), [""; 0]);
    }
}

#[test]
fn a_redirect_is_followed() {
    let folder = TempDir::new().unwrap();
    let (outcome, server, _) =
        fetched(&folder, vec![Answer::Redirect("/elsewhere"), Answer::Good(VERSION)]);
    assert!(outcome.is_ok());
    assert!(server.requests()[1].starts_with("get /elsewhere "));
}

#[test]
fn what_is_not_the_published_file_does_not_stay() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(b"not it".to_vec(), vec![Answer::Good(VERSION)]);
    let outcome = fetch(&published(&content()), &source(&server, folder.path()), &mut |_| {
        ControlFlow::Continue(())
    });
    let error = outcome.unwrap_err();
    assert!(matches!(error, FetchError::WrongHash { kind: "SHA-256", .. }), "{error}");
    assert_eq!(names(&folder), [""; 0]);

    let (outcome, ..) = fetched(&folder, vec![Answer::WebPage]);
    assert!(matches!(outcome, Err(FetchError::WebPage { .. })));
    let (outcome, ..) = fetched(&folder, vec![Answer::Announce(1 << 40)]);
    assert!(matches!(outcome, Err(FetchError::TooLarge { .. })));
    assert_eq!(names(&folder), [""; 0]);
}

#[test]
fn who_says_stop_keeps_what_came() {
    let folder = TempDir::new().unwrap();
    let file = published(&content());
    let server = Server::start(
        content(),
        vec![Answer::Slow(Duration::from_millis(5)), Answer::Good(VERSION)],
    );
    let mut came = 0;
    let stopped = fetch(&file, &source(&server, folder.path()), &mut |progress| match progress {
        Progress::Receiving { done, .. } if *done > 100_000 => {
            came = *done;
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    });
    assert!(matches!(stopped, Err(FetchError::Cancelled)));
    let rest = fetch(&file, &source(&server, folder.path()), &mut |_| ControlFlow::Continue(()));
    assert_eq!(rest.unwrap().received, 500_000 - came);
}

#[test]
fn a_silent_server_can_be_left() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(content(), vec![Answer::Silent]);
    let mut asked = 0;
    let stopped = fetch(&published(&content()), &source(&server, folder.path()), &mut |_| {
        asked += 1;
        if asked < 5 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    assert!(matches!(stopped, Err(FetchError::Cancelled)));
    assert_eq!(names(&folder), [""; 0]);
}

#[test]
fn a_file_is_fetched_by_one_at_a_time() {
    let folder = TempDir::new().unwrap();
    let file = published(&content());
    let server = Server::start(content(), vec![Answer::Slow(Duration::from_millis(5))]);
    let mut second = None;
    let first = fetch(&file, &source(&server, folder.path()), &mut |progress| {
        if matches!(progress, Progress::Receiving { .. }) && second.is_none() {
            let go_on = &mut |_: &Progress| ControlFlow::Continue(());
            second = Some(fetch(&file, &source(&server, folder.path()), go_on));
        }
        ControlFlow::Continue(())
    });
    assert!(first.is_ok());
    assert!(matches!(second, Some(Err(FetchError::Busy { .. }))), "{second:?}");
}

#[test]
fn nobody_there_is_said_at_once() {
    let folder = TempDir::new().unwrap();
    let nowhere = Source {
        folder: Some(folder.path().to_owned()),
        // Port 1 of this machine: nothing listens there.
        mirror: Some("http://127.0.0.1:1".to_owned()),
        pause: None,
    };
    let error = fetch(&published(b""), &nowhere, &mut |_| ControlFlow::Continue(())).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("cannot reach http://127.0.0.1:1/net-12345678.pth: "), "{text}");
    assert!(text.contains("check the network connection"), "{text}");
}

#[test]
fn published_files_have_ids_and_addresses_of_their_own() {
    for (index, file) in FILES.iter().enumerate() {
        assert!(
            FILES[..index].iter().all(|other| other.id != file.id && other.url() != file.url())
        );
        assert_eq!(PublishedFile::by_id(file.id), Some(file));
        assert!(nasnet_explorer::arch::zoo::architecture(file.preset).is_some(), "{}", file.preset);
        // PyTorch's makers put the hash into the name.
        if let PublishedHash::Sha256(digits) = file.hash {
            assert!(file.file.ends_with(&format!("-{digits}.pth")), "{}", file.file);
        }
    }
}
