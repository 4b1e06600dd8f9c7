//! Commands that run networks.

use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use serde::Serialize;
use serde_json::json;

use super::Answer;
use super::arguments::{Activations, Classify, Forward};
use super::montage::montage;
use super::progress::reported;
use super::table::table;
use super::weights::loaded;
use crate::arch::Architecture;
use crate::data::{Picture, npy};
use crate::engine::{DeviceChoice, Prediction, Session, Training};
use crate::files;
use crate::plan::lower;
use crate::weights::{Tensor, embedded};

/// A session with the network built, and with all its weights from `weights` if that is given.
pub(super) fn session(
    device: DeviceChoice,
    network: &Architecture,
    weights: Option<&Path>,
) -> Result<Session> {
    let mut session = Session::new(device)?;
    tracing::info!("computing on the {}: {}", session.device().name, session.device().why);
    if let Some(path) = weights {
        let loaded = loaded(path, network)?;
        session.use_weights(path, loaded);
    }
    reported(|go_on| session.build(network, go_on))?;
    if session.training() == Training::Untrained {
        tracing::info!("the network is untrained: its weights are seeded random numbers");
    }
    Ok(session)
}

/// A line that says which weights are random numbers, if any are.
pub(super) fn untrained(training: &Training) -> String {
    match training {
        Training::Loaded => String::new(),
        Training::Untrained => {
            "The network is untrained: its weights are random, its answers mean nothing\n"
                .to_owned()
        }
        Training::Partly { untrained } => {
            format!("Untrained, for no weight in the file fits: {}\n", untrained.join(", "))
        }
    }
}

/// What a network says of one picture.
#[derive(Serialize)]
pub(super) struct Classified {
    pub image: String,
    pub top: Vec<Prediction>,
    pub ms: f64,
    pub training: Training,
}

/// `classify IMAGE... --arch ARCH`
pub fn classify(arguments: &Classify) -> Result<Answer> {
    let network = arguments.network.resolve()?;
    // Every picture is read before the network is built: a wrong name costs no waiting.
    let pictures: Vec<_> =
        arguments.images.iter().map(|path| Picture::open(path)).collect::<Result<_, _>>()?;
    let session = session(
        arguments.device.into(),
        &network,
        arguments.network.weights(arguments.weights.as_deref()),
    )?;
    let way = arguments.preprocess.way();
    let mut text = String::new();
    let mut all = Vec::new();
    for (path, picture) in arguments.images.iter().zip(&pictures) {
        let run = reported(|go_on| session.look_at(picture, way, false, go_on))?;
        let top: Vec<_> = run.predictions.into_iter().take(arguments.top as usize).collect();
        let image = path.display().to_string();
        text.push_str(&format!("{image} ({:.1} ms)\n{}", run.forward_ms, predictions(&top)));
        all.push(Classified { image, top, ms: run.forward_ms, training: session.training() });
    }
    text.push_str(&untrained(&session.training()));
    Ok(Answer::new(text, &all))
}

/// Classes with their scores, a line each.
pub(super) fn predictions(top: &[Prediction]) -> String {
    let line = |one: &Prediction| format!("  {:5.1} %  {}\n", one.score * 100.0, one.label);
    top.iter().map(line).collect()
}

/// `forward --arch ARCH --weights FILE --tensor X.npy --output Y.npy`
pub fn forward(arguments: &Forward) -> Result<Answer> {
    let network = arguments.network.resolve()?;
    let weights = arguments.network.weights(arguments.weights.as_deref());
    if weights.is_none() && embedded::weights_for(&lower(&network)).is_none() {
        bail!(
            "forward needs weights; \
             give them with --weights, or as --arch a weight file that brings its network"
        );
    }
    let input = npy::read(&arguments.tensor)?;
    let Ok(shape) = <[usize; 4]>::try_from(input.shape.clone()) else {
        let path = arguments.tensor.display();
        bail!("{path} has shape {:?}; it must be [N, 3, H, W]", input.shape);
    };
    let session = session(arguments.device.into(), &network, weights)?;
    if let Some(folder) = &arguments.taps {
        make_folder(folder)?;
    }
    let keep_units = arguments.taps.is_some();
    let forward = reported(|go_on| session.forward(input.data, shape, keep_units, go_on))
        .with_context(|| format!("cannot run {}", arguments.tensor.display()))?;
    let classes = forward.logits.len() / shape[0];
    let logits = Tensor { shape: vec![shape[0], classes], data: forward.logits };
    npy::write(&arguments.output, &logits)?;
    let mut taps = Vec::new();
    if let Some(folder) = &arguments.taps {
        for (path, shape, data) in forward.units {
            let file = folder.join(format!("{path}.npy"));
            npy::write(&file, &Tensor { shape: shape.to_vec(), data })?;
            taps.push(file.display().to_string());
        }
    }
    let output = arguments.output.display().to_string();
    let mut text = format!("Wrote logits {:?} to {output} ({:.1} ms)\n", logits.shape, forward.ms);
    if let Some(folder) = &arguments.taps {
        text.push_str(&format!("Wrote {} taps to {}\n", taps.len(), folder.display()));
    }
    let value = json!({
        "output": output,
        "shape": logits.shape,
        "ms": forward.ms,
        "taps": taps,
    });
    Ok(Answer::new(text, &value))
}

#[derive(Serialize)]
struct Statistics<'a> {
    path: &'a str,
    shape: [usize; 3],
    mean: f32,
    deviation: f32,
    zeros: f32,
    min: f32,
    max: f32,
    file: String,
}

/// `activations IMAGE --arch ARCH --out DIR`
pub fn activations(arguments: &Activations) -> Result<Answer> {
    let network = arguments.network.resolve()?;
    let picture = Picture::open(&arguments.image)?;
    let session = session(
        arguments.device.into(),
        &network,
        arguments.network.weights(arguments.weights.as_deref()),
    )?;
    make_folder(&arguments.out)?;
    let way = arguments.preprocess.way();
    let run = reported(|go_on| session.look_at(&picture, way, true, go_on))?;
    let mut rows =
        vec![["unit", "C×H×W", "mean", "deviation", "zeros"].map(str::to_owned).to_vec()];
    let mut statistics = Vec::new();
    for activation in &run.activations {
        let [channels, height, width] = activation.shape;
        let name = format!("{}.png", activation.path);
        let png = montage(&activation.maps, activation.shape)?;
        files::write_atomic(&arguments.out.join(&name), &png)?;
        let [min, max] = activation.range;
        statistics.push(Statistics {
            path: &activation.path,
            shape: activation.shape,
            mean: activation.mean,
            deviation: activation.deviation,
            zeros: activation.zeros,
            min,
            max,
            file: name,
        });
        rows.push(vec![
            activation.path.clone(),
            format!("{channels}×{height}×{width}"),
            format!("{:.4}", activation.mean),
            format!("{:.4}", activation.deviation),
            format!("{:.1} %", activation.zeros * 100.0),
        ]);
    }
    let answer = json!({ "training": session.training(), "units": statistics });
    let file = arguments.out.join("statistics.json");
    files::write_atomic(&file, format!("{answer:#}\n").as_bytes())?;
    let folder = arguments.out.display();
    let mut text = format!("Wrote {} montages and statistics.json to {folder}\n", statistics.len());
    text.push_str(&table(&rows));
    text.push_str(&untrained(&session.training()));
    Ok(Answer::new(text, &answer))
}

fn make_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| {
        let (folder, reason) = (folder.display(), error.kind());
        anyhow!("cannot make the folder {folder}: {reason}; choose another place for it")
    })
}
