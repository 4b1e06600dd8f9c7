//! `weights convert`: the same weights for another program.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::json;

use super::Answer;
use super::architecture::resolve;
use super::arguments::{Convert, ConvertTo};
use super::weights::loaded;
use crate::arch::Architecture;
use crate::format::bytes;
use crate::plan::lower;
use crate::weights::{self, FileFormat, Loaded, SaveOptions};

/// `weights convert FILE [--arch ARCH] -o OUT [--to FORMAT] [--half]`
pub fn convert(arguments: &Convert) -> Result<Answer> {
    let (file, output) = (&arguments.file, &arguments.output);
    let format = format(arguments.to, output)?;
    let named = arguments.architecture.clone();
    let name = named.unwrap_or_else(|| file.to_string_lossy().into_owned());
    let network = resolve(&name, &arguments.overrides)?;
    format.check(&network)?;
    let Loaded { weights, report, labels, training, .. } = loaded(file, &network)?;
    let plan = lower(&network);
    if let [first, others @ ..] = weights.fit(&plan).untrained_groups().as_slice() {
        let (file, count) = (file.display(), others.len());
        bail!(
            "{file} has no weights for {first} and {count} more groups of layers, which were \
             edited; give the network that it was saved from"
        );
    }
    let options = SaveOptions {
        half: arguments.half,
        labels: labels.as_deref(),
        training: training.as_ref(),
    };
    weights::save_as(output, format, &network, weights.table(), &options)
        .with_context(|| format!("cannot convert {}", file.display()))?;
    let mut notes = format.notes(&network);
    notes.extend(wiring_note(output, &network)?);
    if format != FileFormat::Own && (labels.is_some() || training.is_some()) {
        notes.push("The classes' names and the note on the training stay behind.".to_owned());
    }
    let size = output.metadata().map_or(0, |metadata| metadata.len());
    let precision = if arguments.half { "float16" } else { "float32" };
    let tensors = plan.parameters().len();
    let mut text = format!(
        "{report}\nWrote {tensors} tensors as {precision} for {} to {} ({})\n",
        format.program(),
        output.display(),
        bytes(size),
    );
    notes.iter().for_each(|note| text.push_str(&format!("{note}\n")));
    let value = json!({
        "output": output.display().to_string(),
        "bytes": size,
        "tensors": tensors,
        "program": format.program(),
        "precision": precision,
        "notes": notes,
        "report": report,
    });
    Ok(Answer::new(text, &value))
}

/// Says so where the written file, opened alone, is taken for the other wiring of `p`: no tensor
/// tells it, and these formats have no place for it.
fn wiring_note(output: &Path, network: &Architecture) -> Result<Option<String>> {
    let skips = network.settings().skip_reduction;
    let alone = weights::network_in(output)?;
    let note = (alone.settings().skip_reduction != skips).then(|| {
        let like = if skips { "Large" } else { "Mobile" };
        format!(
            "The file does not say that the cell after a reduction reads p as in {like}: give the \
             network with it, as --arch."
        )
    });
    Ok(note)
}

/// The format asked for, which the name of the file must not contradict: Keras goes by it, and so
/// do people.
fn format(to: Option<ConvertTo>, output: &Path) -> Result<FileFormat> {
    let named = FileFormat::of_name(output);
    let name = output.display();
    let is_keras = matches!(named, Some(FileFormat::Keras | FileFormat::KerasLegacy));
    match (to, named) {
        (None, Some(format)) => Ok(format),
        (Some(ConvertTo::Keras), Some(format)) if is_keras => Ok(format),
        (Some(ConvertTo::Own), Some(FileFormat::Own)) => Ok(FileFormat::Own),
        (Some(ConvertTo::Timm), Some(FileFormat::Own)) => Ok(FileFormat::Timm),
        (Some(ConvertTo::Cadene), Some(FileFormat::Own)) => Ok(FileFormat::Cadene),
        (Some(ConvertTo::Keras), _) => bail!(
            "Keras goes by the names of weight files, and {name} is no such name; end it in \
             .weights.h5 for Keras 3, or in .h5 for any"
        ),
        (Some(_), _) => {
            bail!("such a file is a .safetensors, and {name} is no such name; end it so")
        }
        (None, None) => bail!(
            "the name {name} does not say which format is wanted; end it in .safetensors, .h5 or \
             .weights.h5"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_and_names() {
        let found = |to, name: &str| format(to, Path::new(name)).ok();
        for (to, name, expected) in [
            (None, "a.h5", Some(FileFormat::KerasLegacy)),
            (None, "a.pth", None),
            (Some(ConvertTo::Keras), "a.weights.h5", Some(FileFormat::Keras)),
            (Some(ConvertTo::Keras), "a.safetensors", None),
            (Some(ConvertTo::Timm), "a.safetensors", Some(FileFormat::Timm)),
            (Some(ConvertTo::Timm), "a.h5", None),
            (Some(ConvertTo::Cadene), "a.safetensors", Some(FileFormat::Cadene)),
            (Some(ConvertTo::Own), "a.safetensors", Some(FileFormat::Own)),
            (Some(ConvertTo::Own), "a.weights.h5", None),
        ] {
            assert_eq!(found(to, name), expected, "{to:?} {name}");
        }
    }
}
