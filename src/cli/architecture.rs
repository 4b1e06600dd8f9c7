//! From `ARCH` and its overrides to a document.

#[cfg(feature = "compute")]
use std::fs::File;
#[cfg(feature = "compute")]
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

#[cfg(feature = "compute")]
use super::arguments::NetworkOption;
use super::arguments::{Network, Overrides};
use crate::arch::{Architecture, Document, Edit, Setting, zoo};
use crate::interop;
#[cfg(feature = "compute")]
use crate::weights::{is_checkpoint_data, looks_like_weights, network_in};

impl Network {
    /// The document asked for.
    pub fn resolve(&self) -> Result<Architecture> {
        resolve(&self.architecture, &self.overrides)
    }
}

#[cfg(feature = "compute")]
impl NetworkOption {
    /// The document asked for.
    pub fn resolve(&self) -> Result<Architecture> {
        resolve(&self.architecture, &self.overrides)
    }
}

#[cfg(feature = "compute")]
impl NetworkOption {
    /// The file with the network's weights: the one given, or else that of the network itself.
    pub fn weights<'a>(&'a self, given: Option<&'a Path>) -> Option<&'a Path> {
        weights_of(&self.architecture, given)
    }
}

#[cfg(feature = "compute")]
impl Network {
    /// The file with the network's weights: the one given, or else that of the network itself.
    pub fn weights<'a>(&'a self, given: Option<&'a Path>) -> Option<&'a Path> {
        weights_of(&self.architecture, given)
    }
}

#[cfg(feature = "compute")]
fn weights_of<'a>(name: &'a str, given: Option<&'a Path>) -> Option<&'a Path> {
    let own = || {
        (zoo::architecture(name).is_none() && is_weight_file(Path::new(name)))
            .then_some(Path::new(name))
    };
    given.or_else(own)
}

/// A preset by name, a document, a weight file or a text by path, or the text itself.
fn open(name: &str) -> Result<Architecture> {
    if let Some(architecture) = zoo::architecture(name) {
        return Ok(architecture);
    }
    let path = Path::new(name);
    if !path.exists() && interop::recognise(name).is_some() {
        return Ok(interop::read(name)?);
    }
    if !path.exists() && path.extension().is_none() {
        let presets = zoo::names().join(", ");
        bail!("{name} is no preset and no file; the presets are {presets}");
    }
    #[cfg(feature = "compute")]
    if is_weight_file(path) {
        return Ok(network_in(path)?);
    }
    match interop::text_in(path) {
        Some(text) => interop::read(&text).with_context(|| format!("cannot read {name}")),
        None => Ok(Document::open(path)?.architecture),
    }
}

/// Whether a file holds weights, by its first bytes. What cannot be read is told by who opens it.
#[cfg(feature = "compute")]
fn is_weight_file(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(512).read_to_end(&mut head));
    read.is_ok() && (looks_like_weights(&head) || is_checkpoint_data(path))
}

/// A document by name, with changes.
pub fn resolve(name: &str, overrides: &Overrides) -> Result<Architecture> {
    let architecture = open(name)?;
    let mut settings = *architecture.settings();
    let numbers = [
        (Setting::N, overrides.n),
        (Setting::F, overrides.f),
        (Setting::StemChannels, overrides.stem),
        (Setting::Input, overrides.input),
        (Setting::Classes, overrides.classes),
    ];
    for (setting, value) in numbers {
        if let Some(value) = value {
            settings = settings.with(setting, value);
        }
    }
    if let Some(flavour) = overrides.flavour {
        settings.flavour = flavour.into();
    }
    let is_text = interop::recognise(name).is_some();
    let called = if is_text { architecture.name() } else { name };
    // All at once: one number may be legal only together with another.
    architecture
        .edited(&Edit::SetSettings(settings))
        .with_context(|| format!("cannot change {called}"))
}
