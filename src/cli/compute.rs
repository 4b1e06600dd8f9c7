//! Commands that run networks.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow, bail};
use serde::Serialize;
use serde_json::json;

use super::Answer;
use super::arguments::{Activations, Bench, Classify, Forward};
use super::montage::montage;
use super::progress::reported;
use super::table::table;
use crate::arch::{Architecture, Settings};
use crate::data::{Picture, npy};
use crate::engine::{DeviceChoice, Prediction, Session, Training};
use crate::files;
use crate::format::grouped;
use crate::weights::{self, Inspection, Tensor};

/// A session with the network built, and with all its weights from `weights` if that is given.
fn session(
    device: DeviceChoice,
    network: &Architecture,
    weights: Option<&Path>,
) -> Result<Session> {
    let mut session = Session::new(device)?;
    tracing::info!("computing on the {}: {}", session.device().name, session.device().why);
    if let Some(path) = weights {
        let (report, fits) = session.load_weights(path, network)?;
        tracing::info!("{report}");
        if let Some(settings) = fits.filter(|settings| is_other_network(settings, network)) {
            bail!("{} is for another network; {}", path.display(), suggestion(&settings));
        }
        if !report.is_complete() {
            bail!("{} does not fit: {report} Give a file with all the weights", path.display());
        }
        if let Some(broken) = report.not_finite.first() {
            let (path, count, name) = (path.display(), broken.count, &broken.path);
            bail!(
                "{path} is damaged: {name} holds {count} values that are NaN or infinite; download or save it again"
            );
        }
    }
    reported(|go_on| session.build(network, go_on))?;
    if weights.is_none() {
        tracing::info!("the network is untrained: its weights are seeded random numbers");
    }
    Ok(session)
}

/// Whether more than the input size differs, which no weight depends on: who runs a network on
/// another size than it was saved with may.
fn is_other_network(settings: &Settings, network: &Architecture) -> bool {
    let mine = network.settings();
    Settings { input: mine.input, flavour: mine.flavour, ..*settings } != *mine
}

/// The options under which a weight file fits.
fn suggestion(settings: &Settings) -> String {
    let Settings { n, f, stem_channels, classes, input, skip_reduction, flavour, .. } = settings;
    let preset = if *skip_reduction { "nasnet-a-large" } else { "nasnet-a-mobile" };
    format!(
        "it fits {preset} --n {n} --f {f} --stem {stem_channels} --classes {classes} --flavour {flavour} \
         --input {input}"
    )
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
    let session = session(arguments.device.into(), &network, arguments.weights.as_deref())?;
    let mut text = String::new();
    let mut all = Vec::new();
    for (path, picture) in arguments.images.iter().zip(&pictures) {
        let run = reported(|go_on| session.look_at(picture, false, go_on))?;
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
    let input = npy::read(&arguments.tensor)?;
    let Ok(shape) = <[usize; 4]>::try_from(input.shape.clone()) else {
        let path = arguments.tensor.display();
        bail!("{path} has shape {:?}; it must be [N, 3, H, W]", input.shape);
    };
    let session = session(arguments.device.into(), &network, Some(&arguments.weights))?;
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
    let session = session(arguments.device.into(), &network, arguments.weights.as_deref())?;
    make_folder(&arguments.out)?;
    let run = reported(|go_on| session.look_at(&picture, true, go_on))?;
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

/// `weights inspect FILE`
pub fn inspect(path: &Path) -> Result<Answer> {
    let inspection = weights::read(path)?.inspect();
    Ok(Answer::new(inspection_text(path, &inspection), &inspection))
}

fn inspection_text(path: &Path, inspection: &Inspection) -> String {
    let version = match &inspection.keras_version {
        Some(version) => format!(" of Keras {version}"),
        None => String::new(),
    };
    let mut text = format!(
        "{}: {}{version}\n{} layers with weights, {} tensors, {} parameters and statistics\n",
        path.display(),
        inspection.container,
        inspection.layers_with_weights,
        inspection.tensors,
        grouped(inspection.parameters as u64),
    );
    if inspection.not_finite > 0 {
        let count = grouped(inspection.not_finite as u64);
        text.push_str(&format!("{count} values are NaN or infinite\n"));
    }
    match (&inspection.network, &inspection.problem) {
        (Some(network), _) => {
            let classes = match network.classes {
                Some(classes) => format!("{classes} classes"),
                None => "no classifier".to_owned(),
            };
            text.push_str(&format!(
                "A NASNet-A: N = {}, F = {} ({} @ {}), stem of {} channels, {classes}, flavour {}\n",
                network.n,
                network.f,
                network.n,
                24 * network.f,
                network.stem_channels,
                network.flavour,
            ));
        }
        (None, Some(problem)) => text.push_str(&format!("{problem}\n")),
        (None, None) => {}
    }
    text
}

/// `bench ARCH`
pub fn bench(arguments: &Bench) -> Result<Answer> {
    let network = arguments.network.resolve()?;
    let start = Instant::now();
    let session = session(arguments.device.into(), &network, arguments.weights.as_deref())?;
    let build_ms = start.elapsed().as_secs_f64() * 1e3;
    let size = network.settings().input as usize;
    let shape = [arguments.batch as usize, 3, size, size];
    session.check_batch(shape[0])?;
    // Not constant: a device might notice. A ramp over [-1, 1] stands for any picture.
    let count = shape.iter().product::<usize>();
    let input: Vec<f32> = (0..count).map(|index| (index % 511) as f32 / 255.0 - 1.0).collect();
    let pass =
        || session.forward(input.clone(), shape, false, &mut |_, _, _| ControlFlow::Continue(()));
    let first_ms = pass()?.ms;
    let mut times = (0..arguments.runs).map(|_| Ok(pass()?.ms)).collect::<Result<Vec<f64>>>()?;
    times.sort_by(f64::total_cmp);
    let middle = times.len() / 2;
    let median_ms = match times.len() % 2 {
        0 => (times[middle - 1] + times[middle]) / 2.0,
        _ => times[middle],
    };
    let min_ms = times[0];
    let per_second = f64::from(arguments.batch) * 1e3 / median_ms;
    let device = &session.device().name;
    let text = format!(
        "{device}, batch {}\nbuild {build_ms:.0} ms, first pass {first_ms:.1} ms, then median \
         {median_ms:.1} ms, least {min_ms:.1} ms of {} passes: {per_second:.1} pictures per second\n",
        arguments.batch, arguments.runs,
    );
    let value = json!({
        "device": device,
        "build_ms": build_ms,
        "first_ms": first_ms,
        "median_ms": median_ms,
        "min_ms": min_ms,
        "images_per_second": per_second,
    });
    Ok(Answer::new(text, &value))
}
