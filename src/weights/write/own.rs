//! Weights to a file of this program.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use serde_json::Value;

use super::safetensors::{self, Entry, Numbers, json};
use super::{SaveError, checked};
use crate::arch::{Architecture, Document};
use crate::files;
use crate::plan::{Parameter, lower};
use crate::weights::WeightTable;
use crate::weights::canonical::FORMAT;

/// What a weight file holds beside the weights, and how.
#[derive(Debug, Clone, Copy, Default)]
pub struct SaveOptions<'a> {
    /// Whether numbers are rounded to float16, which takes half the space.
    pub half: bool,
    /// What the classes are called: one name for each.
    pub labels: Option<&'a [String]>,
    /// How the weights came about, for people; any JSON.
    pub training: Option<&'a Value>,
}

/// Writes weights with their network, whole or not at all. Tensors of `table` that are not the
/// network's are left out.
///
/// # Errors
///
/// Any [`SaveError`] but `Unfit`; the file is then as it was.
pub fn save(
    path: &Path,
    architecture: &Architecture,
    table: &WeightTable,
    options: &SaveOptions<'_>,
) -> Result<(), SaveError> {
    let file = Prepared::new(architecture, table, options)?;
    Ok(files::write_atomic_with(path, |output| file.write(output))?)
}

/// The bytes of such a file; the same for the same weights, network and options.
///
/// # Errors
///
/// Any [`SaveError`] but `File` and `Unfit`.
pub fn to_bytes(
    architecture: &Architecture,
    table: &WeightTable,
    options: &SaveOptions<'_>,
) -> Result<Vec<u8>, SaveError> {
    let mut bytes = Vec::new();
    let written = Prepared::new(architecture, table, options)?.write(&mut bytes);
    written.expect("memory takes any number of bytes");
    Ok(bytes)
}

/// A file whose content is known to be sound.
struct Prepared<'a> {
    table: &'a WeightTable,
    parameters: Vec<Parameter>,
    metadata: BTreeMap<&'static str, String>,
    half: bool,
}

impl<'a> Prepared<'a> {
    fn new(
        architecture: &Architecture,
        table: &'a WeightTable,
        options: &SaveOptions<'_>,
    ) -> Result<Self, SaveError> {
        let classes = architecture.settings().classes;
        if let Some(labels) = options.labels.filter(|labels| labels.len() != classes as usize) {
            return Err(SaveError::Labels { labels: labels.len(), classes });
        }
        let mut parameters = lower(architecture).parameters();
        parameters.sort_by(|left, right| left.path.cmp(&right.path));
        checked::check(&parameters, table, options.half)?;
        let mut metadata = BTreeMap::new();
        metadata.insert("format", FORMAT.to_owned());
        metadata.insert("document", Document::new(architecture.clone()).to_json());
        if let Some(labels) = options.labels {
            metadata.insert("labels", json(&labels));
        }
        if let Some(training) = options.training {
            metadata.insert("training", json(training));
        }
        Ok(Prepared { table, parameters, metadata, half: options.half })
    }

    fn write(&self, output: &mut dyn Write) -> io::Result<()> {
        let entry = |parameter: &Parameter| {
            let tensor = &self.table[&parameter.path];
            let (name, shape) = (parameter.path.clone(), tensor.shape.as_slice());
            Entry { name, shape, numbers: Numbers::Weights(&tensor.data) }
        };
        let entries: Vec<Entry<'_>> = self.parameters.iter().map(entry).collect();
        safetensors::write(output, &self.metadata, &entries, self.half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{Edit, zoo};
    use crate::weights::seeded_table;

    fn small() -> (Architecture, WeightTable) {
        let network = zoo::architecture("nasnet-a-small").unwrap();
        let settings = crate::arch::Settings { n: 1, f: 4, classes: 2, ..*network.settings() };
        let network = network.edited(&Edit::SetSettings(settings)).unwrap();
        let table = seeded_table(&lower(&network), 1);
        (network, table)
    }

    fn refusal(change: impl FnOnce(&mut WeightTable), half: bool) -> String {
        let (network, mut table) = small();
        change(&mut table);
        let options = SaveOptions { half, ..SaveOptions::default() };
        to_bytes(&network, &table, &options).unwrap_err().to_string()
    }

    #[test]
    fn the_header_is_that_of_the_format() {
        let (network, table) = small();
        let labels = ["cat".to_owned(), "do\"g".to_owned()];
        let training = serde_json::json!({ "seed": 7 });
        let options = SaveOptions { half: true, labels: Some(&labels), training: Some(&training) };
        let bytes = to_bytes(&network, &table, &options).unwrap();
        let length = u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
        assert_eq!(length % 8, 0);
        let header = std::str::from_utf8(&bytes[8..8 + length]).unwrap();
        assert!(header.starts_with(
            r#"{"__metadata__":{"document":"{\n  \"format\": \"nasnet-explorer architecture\",\n  \"version\": 1,"#
        ));
        let after = header.split_once(r#"","format":"#).unwrap().1;
        assert!(
            after.starts_with(concat!(
                r#""nasnet-explorer","labels":"[\"cat\",\"do\\\"g\"]","training":"{\"seed\":7}"},"#,
                r#""cell_0/b0/left/bn_1/beta":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},"#,
                r#""cell_0/b0/left/bn_1/gamma":{"dtype":"F16","shape":[4],"data_offsets":[8,16]},"#,
            )),
            "{after}"
        );
        let numbers: usize = table.values().map(|tensor| tensor.data.len()).sum();
        assert_eq!(bytes.len(), 8 + length + 2 * numbers);
        assert!(header.trim_end().ends_with(&format!(",{}]}}}}", 2 * numbers)), "{after}");
        assert_eq!(bytes, to_bytes(&network, &table, &options).unwrap());
        // The gammas of ones, as binary16.
        assert_eq!(bytes[8 + length + 8..8 + length + 16], [0, 0x3c].repeat(4));
    }

    #[test]
    fn weights_that_would_be_of_no_use_are_refused() {
        let path = "stem/bn/gamma";
        let set = |value: f32| {
            move |table: &mut WeightTable| {
                table.get_mut(path).unwrap().data[1] = value;
            }
        };
        assert!(refusal(set(f32::NAN), false).contains("stem/bn/gamma holds NaN or infinity"));
        assert!(refusal(set(65520.0), true).contains("6.552e4, which is infinite as float16"));
        let missing = refusal(|table| drop(table.remove(path)), false);
        assert!(missing.starts_with("the weights lack stem/bn/gamma"), "{missing}");
        let shape = refusal(|table| table.get_mut(path).unwrap().shape.push(1), false);
        assert!(shape.contains("stem/bn/gamma is [") && shape.contains("1] where"), "{shape}");
        let (network, table) = small();
        let labels = ["one".to_owned()];
        let options = SaveOptions { labels: Some(&labels), ..SaveOptions::default() };
        let text = to_bytes(&network, &table, &options).unwrap_err().to_string();
        assert_eq!(text, "there are 1 labels for 2 classes; give one for each");
    }

    #[test]
    fn the_largest_half_and_tensors_of_nobody_are_fine() {
        let (network, mut table) = small();
        table.get_mut("stem/bn/beta").unwrap().data[0] = 65504.0;
        let options = SaveOptions { half: true, ..SaveOptions::default() };
        let bytes = to_bytes(&network, &table, &options).unwrap();
        let extra = table["stem/bn/beta"].clone();
        table.insert("auxiliary/dense/bias".into(), extra);
        assert_eq!(to_bytes(&network, &table, &options).unwrap(), bytes);
    }
}
