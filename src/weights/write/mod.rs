//! Weights to files: this program's own, and those that other programs load.
//!
//! What goes where is the readers' knowledge (`keras::names`, `keras::graph`, `torch::names`), used
//! in the other direction. A file is checked before its first byte is written, and replaces an old
//! one only when it is whole.

mod checked;
mod error;
mod format;
mod keras;
mod own;
mod safetensors;
mod torch;

use std::path::Path;

pub use error::SaveError;
pub use format::FileFormat;
pub use own::{SaveOptions, save, to_bytes};

use super::WeightTable;
use crate::arch::{Architecture, Settings};
use crate::files;
use crate::plan::{Parameter, lower};

/// Weights that were found to be those of a network.
struct Source<'a> {
    settings: &'a Settings,
    parameters: &'a [Parameter],
    table: &'a WeightTable,
    /// Whether numbers are rounded to float16.
    half: bool,
}

/// Writes weights in a format, whole or not at all. Labels and notes are only kept in a file of
/// this program.
///
/// # Errors
///
/// Any [`SaveError`]; the file is then as it was.
pub fn save_as(
    path: &Path,
    format: FileFormat,
    architecture: &Architecture,
    table: &WeightTable,
    options: &SaveOptions<'_>,
) -> Result<(), SaveError> {
    if format == FileFormat::Own {
        return save(path, architecture, table, options);
    }
    format.check(architecture)?;
    let parameters = lower(architecture).parameters();
    checked::check(&parameters, table, options.half)?;
    let (settings, half) = (architecture.settings(), options.half);
    let source = Source { settings, parameters: &parameters, table, half };
    let written = files::write_atomic_with(path, |output| match format {
        FileFormat::KerasLegacy => keras::write_legacy(output, &source),
        FileFormat::Keras => keras::write(output, &source),
        FileFormat::Cadene => torch::write(output, &source, format::CADENE_GAP),
        FileFormat::Timm | FileFormat::Own => torch::write(output, &source, 0),
    });
    Ok(written?)
}
