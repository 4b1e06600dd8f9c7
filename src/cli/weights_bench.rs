//! `weights bench`: how fast a weight file is read, and in how much memory.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use serde_json::json;

use super::Answer;
use super::arguments::WeightsBench;
use crate::arch::zoo;
use crate::format::{bytes, grouped, milliseconds};
use crate::weights::{self, Container};

/// `weights bench FILE`
pub fn bench(arguments: &WeightsBench) -> Result<Answer> {
    let file = &arguments.file;
    // A file is laid out for its own network; the open one only stands in for what it leaves unsaid.
    let open = zoo::architecture("nasnet-a-mobile").expect("a test finds every preset");
    let before = memory().map(|memory| memory.now);
    let mut seconds = Vec::new();
    let (mut values, mut peak, mut container) = (0, None, None);
    for run in 0..arguments.runs {
        let start = Instant::now();
        let loaded = weights::load(file, &open)?;
        seconds.push(start.elapsed().as_secs_f64());
        if run == 0 {
            peak = memory().zip(before).map(|(memory, before)| memory.peak.saturating_sub(before));
            values = loaded.weights.table().values().map(|tensor| tensor.data.len()).sum();
            container = Some(loaded.report.container);
        }
    }
    seconds.sort_by(f64::total_cmp);
    let median = seconds[seconds.len() / 2];
    let weights = 4 * values as u64;
    let speed = weights as f64 / median;
    // Of several files the one named only lists the others.
    let lists = matches!(container, Some(Container::TensorFlow | Container::KerasShards));
    let plain = (!lists).then(|| read_through(file)).transpose();
    let plain = plain.with_context(|| format!("cannot read {} a second time", file.display()))?;
    let container = container.map(|container| container.to_string()).unwrap_or_default();
    let mut text = format!(
        "{}: {container}, {} numbers, {} as float32\nread in {} (median of {}), {} of them per second\n",
        file.display(),
        grouped(values as u64),
        bytes(weights),
        milliseconds(median * 1e3),
        arguments.runs,
        bytes(speed as u64),
    );
    if let Some((size, seconds)) = plain {
        let (size, seconds) = (bytes(size), milliseconds(seconds * 1e3));
        text.push_str(&format!("to read the file's {size} alone takes {seconds}\n"));
    }
    if let Some(peak) = peak {
        let share = peak as f64 / weights.max(1) as f64;
        text.push_str(&format!(
            "at most {} of memory, {share:.2} times the weights\n",
            bytes(peak)
        ));
    }
    let value = json!({
        "container": container,
        "file_bytes": plain.map(|(size, _)| size),
        "weight_bytes": weights,
        "seconds": median,
        "weight_bytes_per_second": speed,
        "plain_seconds": plain.map(|(_, seconds)| seconds),
        "peak_bytes": peak,
    });
    Ok(Answer::new(text, &value))
}

/// The size of a file, and how many seconds its bytes take, which are in the system's memory by now.
fn read_through(path: &Path) -> std::io::Result<(u64, f64)> {
    let start = Instant::now();
    let mut file = File::open(path)?;
    let (mut size, mut piece) = (0, vec![0; 1 << 20]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok((size, start.elapsed().as_secs_f64())),
            count => size += count as u64,
        }
    }
}

/// What this process holds, in bytes.
struct Memory {
    now: u64,
    /// The most so far.
    peak: u64,
}

/// Only Linux tells the most so far.
fn memory() -> Option<Memory> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        let kilobytes: u64 = line[name.len()..].trim().strip_suffix(" kB")?.parse().ok()?;
        Some(1024 * kilobytes)
    };
    Some(Memory { now: field("VmRSS:")?, peak: field("VmHWM:")? })
}
