//! Weight files: what they hold, whether they fit, and written as our own.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::json;

use super::Answer;
use super::arguments::Convert;
use crate::arch::{Architecture, Settings};
use crate::format::{bytes, grouped};
use crate::plan::lower;
use crate::weights::{self, Inspection, Loaded, OwnNetwork, SaveOptions};

/// The weights of a file that holds every one of a network, or of the network that it was edited
/// from.
pub(super) fn loaded(path: &Path, network: &Architecture) -> Result<Loaded> {
    let loaded = weights::load(path, network)?;
    let (report, file) = (&loaded.report, path.display());
    tracing::info!("{report}");
    let own = loaded.architecture.as_ref().map(Architecture::settings);
    if own.is_some_and(|settings| is_other_network(settings, network)) {
        bail!("{file} is for another network, which it brings; give it as --arch without changes");
    }
    if let Some(settings) = loaded.fits.filter(|settings| is_other_network(settings, network)) {
        bail!("{file} is for another network; {}", suggestion(&settings));
    }
    if !report.is_complete() {
        bail!("{file} does not fit: {report} Give a file with all the weights");
    }
    if let Some(broken) = report.not_finite.first() {
        let (count, name) = (broken.count, &broken.path);
        bail!(
            "{file} is damaged: {name} holds {count} values that are NaN or infinite; download or save it again"
        );
    }
    Ok(loaded)
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
    if inspection.averages > 0 {
        text.push_str(&format!("{} of the tensors are moving averages\n", inspection.averages));
    }
    if inspection.set_aside > 0 {
        let count = inspection.set_aside;
        text.push_str(&format!("{count} more tensors, which only training needs, were left out\n"));
    }
    if inspection.not_finite > 0 {
        let count = grouped(inspection.not_finite as u64);
        text.push_str(&format!("{count} values are NaN or infinite\n"));
    }
    if let Some(network) = &inspection.network {
        let classes = match network.classes {
            Some(classes) => format!("{classes} classes"),
            None => "no classifier".to_owned(),
        };
        let own = inspection.own.as_ref();
        let name = own.map_or("A NASNet-A", |own| own.name.as_str());
        let penultimate = own.map_or(24 * network.f, |own| own.penultimate as usize);
        let stem = own.map_or("stem".to_owned(), |own| own.stem.to_string());
        text.push_str(&format!(
            "{name}: N = {}, F = {} ({} @ {penultimate}), {stem} of {} channels, {classes}, flavour {}\n",
            network.n, network.f, network.n, network.stem_channels, network.flavour,
        ));
    }
    if let Some(OwnNetwork { labels, training, .. }) = &inspection.own {
        if let Some(labels) = labels {
            text.push_str(&format!("Classes: {}\n", labels.join(", ")));
        }
        if let Some(training) = training {
            text.push_str(&format!("Training: {training:#}\n"));
        }
    }
    if let Some(problem) = &inspection.problem {
        text.push_str(&format!("{problem}\n"));
    }
    text
}

/// `weights convert FILE --arch ARCH -o OUT.safetensors [--half]`
pub fn convert(arguments: &Convert) -> Result<Answer> {
    let (file, output) = (&arguments.file, &arguments.output);
    let network = arguments.network.resolve()?;
    let Loaded { weights, report, labels, training, .. } = loaded(file, &network)?;
    let plan = lower(&network);
    let fitted = weights.fit(&plan);
    if let [first, ..] = fitted.untrained_groups().as_slice() {
        let (file, count) = (file.display(), fitted.untrained_groups().len());
        bail!(
            "{file} has no weights for {first} and {} more groups of layers, which were edited; \
             give the network that it was saved from",
            count - 1
        );
    }
    let options = SaveOptions {
        half: arguments.half,
        labels: labels.as_deref(),
        training: training.as_ref(),
    };
    let table = fitted.to_table();
    weights::save(output, &network, &table, &options)
        .with_context(|| format!("cannot convert {}", file.display()))?;
    let size = output.metadata().map_or(0, |metadata| metadata.len());
    let precision = if arguments.half { "float16" } else { "float32" };
    let text = format!(
        "{report}\nWrote {} tensors as {precision} to {} ({})\n",
        table.len(),
        output.display(),
        bytes(size),
    );
    let value = json!({
        "output": output.display().to_string(),
        "bytes": size,
        "tensors": table.len(),
        "precision": precision,
        "report": report,
    });
    Ok(Answer::new(text, &value))
}
