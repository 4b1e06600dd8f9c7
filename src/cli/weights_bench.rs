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
use crate::weights;

/// `weights bench FILE`
pub fn bench(arguments: &WeightsBench) -> Result<Answer> {
    let file = &arguments.file;
    // A file is laid out for its own network; the open one only stands in for what it leaves unsaid.
    let open = zoo::architecture("nasnet-a-mobile").expect("a test finds every preset");
    let before = memory().map(|memory| memory.now);
    let mut seconds = Vec::new();
    let (mut values, mut peak, mut container) = (0, None, String::new());
    for run in 0..arguments.runs {
        let start = Instant::now();
        let loaded = weights::load(file, &open)?;
        seconds.push(start.elapsed().as_secs_f64());
        if run == 0 {
            peak = memory().zip(before).map(|(memory, before)| memory.peak.saturating_sub(before));
            values = loaded.weights.table().values().map(|tensor| tensor.data.len()).sum();
            container = loaded.report.container.to_string();
        }
    }
    seconds.sort_by(f64::total_cmp);
    let median = seconds[seconds.len() / 2];
    let (size, plain) = read_through(file)
        .with_context(|| format!("cannot read {} a second time", file.display()))?;
    let weights = 4 * values as u64;
    let mut text = format!(
        "{}: {container}, {}; {} numbers, {} as float32\n",
        file.display(),
        bytes(size),
        grouped(values as u64),
        bytes(weights),
    );
    text.push_str(&format!(
        "read in {} (median of {}), {} per second; its bytes alone take {}\n",
        milliseconds(median * 1e3),
        arguments.runs,
        bytes((size as f64 / median) as u64),
        milliseconds(plain * 1e3),
    ));
    if let Some(peak) = peak {
        let share = peak as f64 / weights.max(1) as f64;
        text.push_str(&format!(
            "at most {} of memory, {share:.2} times the weights\n",
            bytes(peak)
        ));
    }
    let value = json!({
        "container": container,
        "file_bytes": size,
        "weight_bytes": weights,
        "seconds": median,
        "bytes_per_second": size as f64 / median,
        "plain_seconds": plain,
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
