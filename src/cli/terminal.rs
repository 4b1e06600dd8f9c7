//! What the window shows first, as text: for computers without a display.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use serde_json::json;

use super::Answer;
use super::commands::units;
use super::compute::{Classified, predictions, untrained};
use super::progress::reported;
use crate::arch::{Architecture, CellKind, Document, Edit, cell_as_text, zoo};
use crate::cost::analyse;
use crate::data::{Picture, samples};
use crate::engine::{DeviceChoice, Session};
use crate::format::grouped;
use crate::plan::lower;

/// Both cells, the cost, and what the network says of the pictures given, or of the samples.
/// `why` says why there is no window.
pub fn tour(files: &[PathBuf], device: DeviceChoice, why: &str) -> Result<Answer> {
    let Opened { mut network, is_chosen, weights, pictures } = open(files)?;
    let mut session = Session::new(device)?;
    let mut loaded = None;
    if let Some(path) = weights {
        let report = session.load_weights(&path, &network)?;
        if let Some(own) = report.architecture.filter(|_| !is_chosen) {
            network = (*own).clone();
        } else if let Some(settings) = report.fits {
            network = network.edited(&Edit::SetSettings(settings))?;
        }
        loaded = Some(format!("\n{}: {}\n", path.display(), report.load));
    }
    let plan = lower(&network);
    let cost = analyse(&plan);
    let mut text = format!("{}\n", network.name());
    for kind in CellKind::BOTH {
        text.push_str(&format!("\nThe {kind} cell\n{}\n", cell_as_text(network.cell(kind))));
    }
    let parameters = cost.parameters();
    text.push_str(&format!(
        "\n{} trainable parameters, {} multiply-adds\n{}",
        grouped(parameters.trainable),
        grouped(cost.total.macs),
        units(&cost),
    ));
    text.push_str(loaded.as_deref().unwrap_or_default());
    reported(|go_on| session.build(&network, go_on))?;
    text.push_str(&format!("\nOn the {}\n", session.device().name));
    let mut classified = Vec::new();
    for (image, picture) in pictures {
        let run = reported(|go_on| session.look_at(&picture, None, false, go_on))?;
        let top: Vec<_> = run.predictions.into_iter().take(3).collect();
        let ms = run.forward_ms;
        text.push_str(&format!("{image} ({ms:.1} ms)\n{}", predictions(&top)));
        classified.push(Classified { image, top, ms, training: session.training() });
    }
    text.push_str(&untrained(&session.training()));
    text.push_str(&format!(
        "\n{why}: run the same command on a desktop, or with DISPLAY set (ssh -X), to get the window\n"
    ));
    let value = json!({
        "name": network.name(),
        "params": parameters,
        "macs": cost.total.macs,
        "device": session.device().name,
        "pictures": classified,
        "window": why,
    });
    Ok(Answer::new(text, &value))
}

struct Opened {
    network: Architecture,
    /// Whether one of the files is a document.
    is_chosen: bool,
    weights: Option<PathBuf>,
    pictures: Vec<(String, Picture)>,
}

fn open(files: &[PathBuf]) -> Result<Opened> {
    let small = zoo::architecture(zoo::DEFAULT);
    let Some(mut network) = small else { bail!("the preset {} is missing", zoo::DEFAULT) };
    let (mut is_chosen, mut weights, mut pictures) = (false, None, Vec::new());
    for path in files {
        match extension(path).as_deref() {
            Some("json") => {
                network = Document::open(path)?.architecture;
                is_chosen = true;
            }
            Some("h5" | "hdf5" | "keras" | "pth" | "pt" | "bin" | "safetensors") => {
                weights = Some(path.clone())
            }
            _ => pictures.push((path.display().to_string(), Picture::open(path)?)),
        }
    }
    if pictures.is_empty() {
        for sample in samples::all() {
            pictures.push((sample.name.to_owned(), Picture::decode(sample.bytes, sample.name)?));
        }
    }
    Ok(Opened { network, is_chosen, weights, pictures })
}

fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}
