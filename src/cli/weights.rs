//! Weight files: what they hold, and whether they fit.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use super::Answer;
use crate::arch::{Architecture, Family, Setting, Settings, StemKind};
use crate::format::grouped;
use crate::plan::{Parameter, lower};
use crate::weights::{self, Identity, Inspection, Loaded, OpensAs, OwnNetwork};

/// The weights of a file that holds every one of a network, or of the network that it was edited
/// from.
pub(super) fn loaded(path: &Path, network: &Architecture) -> Result<Loaded> {
    let loaded = weights::load(path, network)?;
    let (report, file) = (&loaded.report, path.display());
    tracing::info!("{report}");
    let own = loaded.architecture.as_ref();
    if let Some(own) = own.filter(|own| is_other_network(own.settings(), network)) {
        let (name, differences) = (own.name(), differences(own, network));
        match loaded.fits {
            Some(fits) => {
                bail!("{file} is for another network{differences}; {}", suggestion(&fits))
            }
            None => bail!(
                "{file} is for another network, {name}, which it brings{differences}; give it as --arch without changes"
            ),
        }
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

/// The first parameters that two networks have in different shapes: " (stem/conv/weight is [32, 3,
/// 3, 3] in the file, the network wants [96, 3, 3, 3])".
fn differences(own: &Architecture, network: &Architecture) -> String {
    const SHOWN: usize = 2;
    let [theirs, wanted] = [own, network].map(|network| lower(network).parameters());
    let theirs: BTreeMap<_, _> =
        theirs.iter().map(|parameter| (&parameter.path, &parameter.shape)).collect();
    let mut different =
        wanted.iter().filter_map(|Parameter { path, shape, .. }| match theirs.get(path) {
            Some(found) if *found == shape => None,
            Some(found) => {
                Some(format!("{path} is {found:?} in the file, the network wants {shape:?}"))
            }
            None => Some(format!("{path} {shape:?} is not in the file")),
        });
    let first: Vec<_> = different.by_ref().take(SHOWN).collect();
    match (first.is_empty(), different.count()) {
        (true, _) => String::new(),
        (false, 0) => format!(" ({})", first.join("; ")),
        (false, others) => format!(" ({}; and {others} more)", first.join("; ")),
    }
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
    let preset = match (settings.family, settings.stem, skip_reduction) {
        (Family::Pnasnet, ..) => "pnasnet-5-mobile",
        (_, StemKind::Cifar, _) => "nasnet-a-cifar-6-768",
        (_, _, true) => "nasnet-a-large",
        (_, _, false) => "nasnet-a-mobile",
    };
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
    let text = inspection_text(path, &inspection, &identity);
    let container = inspection.container;
    let value = Inspected {
        framework: container.framework(),
        age: container.age(),
        inspection: &inspection,
        identity: &identity,
    };
    Ok(Answer::new(text, &value))
}

/// What `weights inspect --json` prints.
#[derive(Serialize)]
struct Inspected<'a> {
    framework: &'static str,
    age: Option<&'static str>,
    #[serde(flatten)]
    inspection: &'a Inspection,
    #[serde(flatten)]
    identity: &'a Identity,
}

/// One paragraph.
fn inspection_text(path: &Path, inspection: &Inspection, identity: &Identity) -> String {
    let Inspection { container, layers_with_weights, tensors, parameters, .. } = inspection;
    let mut text = format!("{}: {container}", path.display());
    if let Some(version) = &inspection.keras_version {
        text.push_str(&format!(" of Keras {version}"));
    }
    if let Some(age) = container.age() {
        text.push_str(&format!(" ({age})"));
    }
    let numbers = grouped(*parameters as u64);
    text.push_str(&format!(
        " with {tensors} tensors in {layers_with_weights} layers, {numbers} parameters and statistics."
    ));
    if inspection.averages > 0 {
        text.push_str(&format!(" {} of the tensors are moving averages.", inspection.averages));
    }
    if inspection.set_aside > 0 {
        let count = inspection.set_aside;
        text.push_str(&format!(" {count} more tensors, which only training needs, were left out."));
    }
    if inspection.not_finite > 0 {
        let count = grouped(inspection.not_finite as u64);
        text.push_str(&format!(" {count} values are NaN or infinite."));
    }
    text.push_str(&network_text(inspection));
    text.push_str(&format!(" {}", identity.sentences(inspection.old_keras_names)));
    text.push('\n');
    if let Some(OwnNetwork { labels, training }) = &inspection.own {
        if let Some(labels) = labels {
            text.push_str(&format!("Classes: {}\n", labels.join(", ")));
        }
        if let Some(training) = training {
            text.push_str(&format!("Training: {training:#}\n"));
        }
    }
    text
}

/// Which network the weights belong to, or why to none.
fn network_text(inspection: &Inspection) -> String {
    if let Some(problem) = &inspection.problem {
        return format!(" {problem}.");
    }
    let (Some(shape), Some(opens)) = (&inspection.network, &inspection.opens_as) else {
        return String::new();
    };
    let OpensAs { name, penultimate, settings } = opens;
    let mut text = match &inspection.own {
        Some(_) => {
            let Settings { n, f, stem, stem_channels, classes, flavour, .. } = settings;
            format!(
                " Its network is {name}: N = {n}, F = {f} ({n} @ {penultimate}), {stem} of \
                 {stem_channels} channels, {classes} classes, flavour {flavour}."
            )
        }
        None => format!(" The weights are of a {shape}; opened alone it is {name}."),
    };
    let (input, (least, _)) = (settings.input, Setting::Input.range(settings.stem));
    text.push_str(&match shape.input {
        Some(_) => {
            format!(" It says {input} x {input} pixels; every other size from {least} fits.")
        }
        None => format!(" It opens at {input} x {input} pixels; every size from {least} fits."),
    });
    if shape.skip_reduction.is_none() && settings.family == Family::Nasnet {
        let like = if settings.skip_reduction { "Large" } else { "Mobile" };
        text.push_str(&format!(
            " No tensor tells what the cell after a reduction reads as p; taken as in {like}."
        ));
    }
    if shape.classes == Some(1001) && settings.classes == 1000 {
        text.push_str(" Of its 1001 classes the first, the background, is left out.");
    }
    text
}
