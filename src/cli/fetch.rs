//! Published weight files: which there are, and how they get here.

use std::ops::ControlFlow;

use anyhow::{Result, anyhow};
use serde_json::json;

use super::Answer;
use super::arguments::Fetch;
use super::progress::reported;
use crate::format::bytes;
use crate::weights::published::{FILES, Fetched, Progress, PublishedFile, Source, fetch as bring};

/// `weights fetch [NAME]`
pub fn fetch(arguments: &Fetch) -> Result<Answer> {
    let Some(name) = &arguments.name else { return Ok(list()) };
    let file = PublishedFile::by_id(name).ok_or_else(|| {
        let known: Vec<_> = FILES.iter().map(|file| file.id).collect();
        anyhow!("no published file is called {name:?}; known are {}", known.join(", "))
    })?;
    let source =
        Source { folder: arguments.folder.clone(), mirror: arguments.mirror.clone(), pause: None };
    tracing::info!("fetching {} to {}", source.url(file), source.path(file)?.display());
    let fetched = reported(|go_on| {
        bring(file, &source, &mut |progress| match progress {
            Progress::Receiving { done, total } => {
                let megabytes = |count: u64| (count / 1_000_000) as usize;
                let total = megabytes(total.unwrap_or(*done));
                go_on(&format!("{}, megabytes", file.file), megabytes(*done), total)
            }
            Progress::Waiting { reason } => {
                tracing::info!("{reason}; trying again");
                ControlFlow::Continue(())
            }
            Progress::Connecting | Progress::Checking => ControlFlow::Continue(()),
        })
    })?;
    Ok(answer(file, &fetched))
}

fn answer(file: &PublishedFile, fetched: &Fetched) -> Answer {
    let path = fetched.path.display().to_string();
    let size = fetched.path.metadata().map_or(0, |metadata| metadata.len());
    let known = match fetched.matches {
        Some(_) => format!("{} matches", file.hash),
        None => "no hash was published to check it with".to_owned(),
    };
    let whence = if fetched.received == 0 { ", was here already" } else { "" };
    let mut text = format!("{path} ({}{whence}; {known})\n", bytes(size));
    if file.classes.is_some() {
        text.push_str(&format!("Try: nasnet-explorer classify PICTURE --arch {path}\n"));
    }
    let value = json!({
        "name": file.id,
        "path": path,
        "bytes": size,
        "received": fetched.received,
        "hash_matches": fetched.matches,
    });
    Answer::new(text, &value)
}

fn list() -> Answer {
    let line = |file: &PublishedFile| {
        let PublishedFile { id, from, preset, licence, hash, .. } = file;
        let classes = file.classes.map_or("no classifier".to_owned(), |n| format!("{n} classes"));
        let size = file.megabytes.map_or("?".to_owned(), |size| size.to_string());
        format!("{id:<22}  {size:>3} MB  {from}; {preset}, {classes}; {licence}; {hash}\n")
    };
    let text: String = FILES.iter().map(line).collect();
    let text = text + "Fetch one with: nasnet-explorer weights fetch NAME\n";
    let value: Vec<_> = FILES
        .iter()
        .map(|file| {
            let mut value = serde_json::to_value(file).unwrap_or_default();
            value["url"] = file.url().into();
            value
        })
        .collect();
    Answer::new(text, &value)
}
