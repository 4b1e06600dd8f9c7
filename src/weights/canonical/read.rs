//! From the contents of a `.safetensors` to a file of this program.

use std::path::Path;

use serde_json::{Map, Value};

use super::{CanonicalFile, FORMAT, Metadata};
use crate::arch::Document;
use crate::weights::WeightsError;
use crate::weights::torch::safetensors::Contents;

/// Every network has one of these parameters, and no framework calls one so.
const EVERY_NETWORKS: [&str; 2] = ["stem/conv/weight", "stem/conv_1/weight"];

/// Whether it was written by this program, or by another with this program's names.
pub(in crate::weights) fn is_canonical(contents: &Contents) -> bool {
    let says_so = contents.metadata.as_ref().is_some_and(is_ours);
    says_so || contents.tensors.iter().any(|(name, _)| EVERY_NETWORKS.contains(&name.as_str()))
}

/// Checks what the file says.
pub(in crate::weights) fn sort_out(
    path: &Path,
    contents: Contents,
) -> Result<CanonicalFile, WeightsError> {
    let metadata = metadata_of(path, contents.metadata.as_ref())?;
    Ok(CanonicalFile { path: path.to_path_buf(), metadata, tensors: contents.tensors })
}

/// What the header's metadata say; nothing where another program wrote them.
pub(in crate::weights) fn metadata_of(
    path: &Path,
    metadata: Option<&Value>,
) -> Result<Metadata, WeightsError> {
    let Some(Value::Object(entries)) = metadata.filter(|metadata| is_ours(metadata)) else {
        return Ok(Metadata::default());
    };
    let damaged = |detail: String| WeightsError::Damaged { path: path.to_path_buf(), detail };
    let document = text(entries, "document").map_err(damaged)?;
    let document = document.ok_or_else(|| damaged("its metadata have no \"document\"".into()))?;
    let name = format!("the document in {}", path.display());
    let architecture = Document::parse(document.as_bytes(), &name)?.architecture;
    let labels = labels(entries, architecture.settings().classes).map_err(damaged)?;
    let training = json(entries, "training").map_err(damaged)?;
    Ok(Metadata { architecture: Some(architecture), labels, training })
}

fn is_ours(metadata: &Value) -> bool {
    metadata.get("format").and_then(Value::as_str) == Some(FORMAT)
}

/// The names of the classes. They are shown in terminals and windows, so that what is no
/// character but an instruction to these is made harmless.
fn labels(entries: &Map<String, Value>, classes: u32) -> Result<Option<Vec<String>>, String> {
    let Some(value) = json(entries, "labels")? else { return Ok(None) };
    let shown = |label: &Value| {
        let harmless = |letter: char| if letter.is_control() { '\u{fffd}' } else { letter };
        Some(label.as_str()?.chars().map(harmless).collect())
    };
    let labels: Option<Vec<String>> =
        value.as_array().and_then(|labels| labels.iter().map(shown).collect());
    let labels = labels.ok_or("the \"labels\" of its metadata are no list of texts")?;
    if labels.len() != classes as usize {
        return Err(format!("its metadata have {} labels for {classes} classes", labels.len()));
    }
    Ok(Some(labels))
}

/// A value that is JSON as text.
fn json(entries: &Map<String, Value>, key: &str) -> Result<Option<Value>, String> {
    let Some(text) = text(entries, key)? else { return Ok(None) };
    let value = serde_json::from_str(text);
    value.map(Some).map_err(|error| format!("the {key:?} of its metadata is not JSON: {error}"))
}

/// Every value of the metadata is text.
fn text<'a>(entries: &'a Map<String, Value>, key: &str) -> Result<Option<&'a str>, String> {
    match entries.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("the {key:?} of its metadata is not text")),
    }
}
