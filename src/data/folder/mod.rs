//! A folder of class folders with pictures.

mod walk;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::Picture;
use super::dataset::{Dataset, DatasetError, GoOn, OpenOptions, Skipped, Splits, chunks, resized};
use super::stream::{Purpose, Stream};
use walk::{Found, walk};

/// What a picture is for: an index into three.
const TRAIN: usize = 0;
const VALIDATION: usize = 1;
const TEST: usize = 2;

/// A file that may hold a picture.
struct Candidate {
    path: PathBuf,
    label: usize,
    split: usize,
    /// Random, but the same as long as seed and relative path are.
    draw: u32,
}

/// A picture read and scaled.
struct Read {
    label: usize,
    split: usize,
    draw: u32,
    pixels: Vec<u8>,
}

/// What was left out, with a bound on how much of it is named.
#[derive(Default)]
struct Left {
    named: Vec<Skipped>,
    in_all: usize,
}

impl Left {
    fn out(&mut self, path: &Path, reason: impl Into<String>) {
        self.in_all += 1;
        if self.named.len() < Splits::MOST_SKIPPED {
            self.named.push(Skipped { file: path.display().to_string(), reason: reason.into() });
        }
    }

    /// For the end of an error's sentence.
    fn hint(&self) -> String {
        match self.named.first() {
            None => String::new(),
            Some(Skipped { file, reason }) => {
                format!(" ({} skipped, such as {file}: {reason})", self.in_all)
            }
        }
    }
}

/// Reads the pictures below `path`.
///
/// Its folders are the classes, in the order of their names. Which picture is for what depends on
/// its relative path and the seed alone (8 of 10 to train, 1 to validate, 1 to test), so adding
/// files moves none; unless there are folders `train` and `validation` (or `val`) or `test`, which
/// then hold the class folders.
pub(super) fn open(
    path: &Path,
    options: &OpenOptions,
    go_on: GoOn<'_>,
) -> Result<Splits, DatasetError> {
    let mut left = Left::default();
    let Found { classes, files } = walk(path, &mut left)?;
    let candidates = candidates(files, options);
    let mut unread = vec![0_usize; classes.len()];
    let chosen = chosen(candidates, options, &mut unread);
    options.check(chosen.len())?;
    let mut pictures = read(&chosen, options.size, &mut left, go_on)?;

    let mut kept = unread.iter().map(|count| *count > 0).collect::<Vec<_>>();
    pictures.iter().for_each(|picture| kept[picture.label] = true);
    for (class, _) in classes.iter().zip(&kept).filter(|(_, kept)| !**kept) {
        left.out(&path.join(class), "no file in this folder is a picture that can be read");
    }
    let names: Vec<_> = classes.iter().zip(&kept).filter(|(_, kept)| **kept).collect();
    if names.len() < 2 {
        let found = match names.first() {
            None => "no class".to_owned(),
            Some((class, _)) => format!("one class ({class})"),
        };
        return Err(DatasetError::TooFewClasses { path: path.into(), found, hint: left.hint() });
    }
    let names: Arc<[String]> = names.into_iter().map(|(class, _)| class.clone()).collect();
    let labels: Vec<_> = kept
        .iter()
        .scan(0, |next, kept| {
            *next += u32::from(*kept);
            Some(next.saturating_sub(1))
        })
        .collect();
    fill_empty_splits(&mut pictures);
    let set = |split: usize| {
        let mine = || pictures.iter().filter(move |picture| picture.split == split);
        let pixels = mine().flat_map(|picture| &picture.pixels).copied().collect();
        let labels = mine().map(|picture| labels[picture.label]).collect();
        Dataset::new(names.clone(), options.size, pixels, labels)
    };
    let (train, validation, test) = (set(TRAIN)?, set(VALIDATION)?, set(TEST)?);
    if train.is_empty() {
        let (path, purpose) = (path.into(), "train on");
        return Err(DatasetError::EmptySplit { path, purpose, hint: left.hint() });
    }
    left.named.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(Splits {
        train,
        validation,
        test,
        skipped: left.named,
        skipped_in_all: left.in_all,
        // Photographs may be mirrored, letters may not: nobody has said what these are.
        mirrored: false,
        source: format!("pictures in {}", path.display()),
    })
}

/// Gives every file its split.
fn candidates(files: Vec<walk::File>, options: &OpenOptions) -> Vec<Candidate> {
    let given = |split| files.iter().any(|file| file.split == Some(split));
    let (own_validation, own_test) = (given(VALIDATION), given(TEST));
    let candidate = |file: walk::File| {
        let mut stream = Stream::new(Purpose::Split, options.seed, 0, file.hash);
        let drawn = match stream.below(10) {
            0 if !own_test => TEST,
            1 if !own_validation => VALIDATION,
            _ => TRAIN,
        };
        // Only training pictures are drawn from where there are folders for the splits.
        let split = file.split.filter(|split| *split != TRAIN).unwrap_or(drawn);
        Candidate { path: file.path, label: file.label, split, draw: stream.bits() }
    };
    files.into_iter().map(candidate).collect()
}

/// At most as many as are wanted of each split, chosen at random; in the order of before.
fn chosen(
    candidates: Vec<Candidate>,
    options: &OpenOptions,
    unread: &mut [usize],
) -> Vec<Candidate> {
    let threshold = |split: usize, most: Option<usize>| {
        let mine = candidates.iter().filter(|candidate| candidate.split == split);
        let mut draws: Vec<_> = mine.map(|candidate| candidate.draw).collect();
        let most = most.unwrap_or(usize::MAX);
        draws.sort_unstable();
        draws.get(most).copied().unwrap_or(u32::MAX)
    };
    let thresholds = [options.limit, options.held_out, options.held_out]
        .into_iter()
        .enumerate()
        .map(|(split, most)| threshold(split, most))
        .collect::<Vec<_>>();
    let wanted = |candidate: &Candidate| {
        let threshold = thresholds[candidate.split];
        candidate.draw < threshold || threshold == u32::MAX
    };
    let (chosen, rest): (Vec<_>, Vec<_>) = candidates.into_iter().partition(wanted);
    rest.iter().for_each(|candidate| unread[candidate.label] += 1);
    chosen
}

/// Decodes and scales; files that are no pictures are left out.
fn read(
    candidates: &[Candidate],
    size: u32,
    left: &mut Left,
    go_on: GoOn<'_>,
) -> Result<Vec<Read>, DatasetError> {
    let mut pictures = Vec::with_capacity(candidates.len());
    chunks("Reading pictures", candidates.len(), go_on, |range| {
        let part = &candidates[range];
        let opened: Vec<_> = part
            .par_iter()
            .map(|candidate| Picture::open(&candidate.path).map(|picture| resized(&picture, size)))
            .collect();
        for (candidate, pixels) in part.iter().zip(opened) {
            let Candidate { label, split, draw, .. } = *candidate;
            match pixels {
                Ok(pixels) => pictures.push(Read { label, split, draw, pixels }),
                Err(error) => left.out(&candidate.path, error.to_string()),
            }
        }
        Ok(())
    })?;
    Ok(pictures)
}

/// A few pictures may by chance all be for one end: then the others get one each, as far as
/// there are pictures.
fn fill_empty_splits(pictures: &mut [Read]) {
    for split in [TRAIN, VALIDATION, TEST] {
        let count = |split| pictures.iter().filter(|picture| picture.split == split).count();
        if count(split) > 0 {
            continue;
        }
        let Some(from) = [TRAIN, TEST, VALIDATION].into_iter().max_by_key(|from| count(*from))
        else {
            continue;
        };
        if count(from) < 2 {
            continue;
        }
        let mine = pictures.iter_mut().filter(|picture| picture.split == from);
        if let Some(picture) = mine.min_by_key(|picture| picture.draw) {
            picture.split = split;
        }
    }
}
