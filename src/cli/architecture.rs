//! From `ARCH` and its overrides to a document.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

#[cfg(feature = "compute")]
use super::arguments::NetworkOption;
use super::arguments::{Network, Overrides};
use crate::arch::{Architecture, Document, Edit, Setting, zoo};

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

/// A preset by name, or a document by file.
fn open(name: &str) -> Result<Architecture> {
    if let Some(architecture) = zoo::architecture(name) {
        return Ok(architecture);
    }
    let path = Path::new(name);
    if !path.exists() && path.extension().is_none() {
        let presets = zoo::names().join(", ");
        bail!("{name} is no preset and no file; the presets are {presets}");
    }
    Ok(Document::open(path)?.architecture)
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
    // All at once: one number may be legal only together with another.
    architecture
        .edited(&Edit::SetSettings(settings))
        .with_context(|| format!("cannot change {name}"))
}
