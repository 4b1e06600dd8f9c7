//! Weight files: what they hold, and whether they fit.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use super::Answer;
use crate::arch::{Architecture, Settings};
use crate::format::grouped;
use crate::weights::{self, Identity, Inspection, Loaded, OwnNetwork, Published};

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
    let file = weights::read(path)?;
    let inspection = file.inspect();
    // Of a checkpoint's files the index, whichever was named.
    let path = file.path();
    let identity = weights::identify(path)
        .with_context(|| format!("cannot read {} a second time", path.display()))?;
    let text =
        inspection_text(path, &inspection) + &identity_text(&identity, inspection.old_keras_names);
    Ok(Answer::new(text, &Inspected { inspection: &inspection, identity: &identity }))
}

/// What `weights inspect --json` prints.
#[derive(Serialize)]
struct Inspected<'a> {
    #[serde(flatten)]
    inspection: &'a Inspection,
    #[serde(flatten)]
    identity: &'a Identity,
}

fn identity_text(identity: &Identity, old_keras_names: bool) -> String {
    let hash = format!("SHA-256 {}\n", identity.sha256);
    let Some(Published { name, from, matches }) = identity.published else { return hash };
    let published = format!("the published {name} of {from}");
    let says = match matches {
        Some(true) => format!("This is {published} (hash matches)"),
        Some(false) if from == "Keras" && old_keras_names => format!(
            "Named as {published}, but the hash differs and its layers have the names of before \
             18 May 2018: it seems to be the wrong file that was replaced then, which predicts \
             badly; download it again"
        ),
        Some(false) if from == "Keras" => format!(
            "Named as {published}, but the hash differs: it is changed, or it is the wrong file \
             of before 18 May 2018, which predicts badly; download it again if you did not change it"
        ),
        Some(false) => format!("Named as {published}, but the hash differs: it was changed"),
        None => format!("Named as {published}, whose hash was not published"),
    };
    format!("{hash}{says}\n")
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
