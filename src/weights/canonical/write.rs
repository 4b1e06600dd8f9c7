//! Weights to the bytes of a file.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::FORMAT;
use crate::arch::{Architecture, Document};
use crate::files::{self, FileError};
use crate::plan::{Parameter, lower};
use crate::weights::WeightTable;
use crate::weights::half::f32_to_half;

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

/// Why weights cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SaveError {
    /// The system refused.
    #[error(transparent)]
    File(#[from] FileError),
    /// The network wants a tensor that is not there.
    #[error("the weights lack {path}, which the network wants; save them with their own network")]
    Missing {
        /// The parameter.
        path: String,
    },
    /// A tensor is not of the shape that the network wants.
    #[error(
        "the weights' {path} is {found:?} where the network wants {expected:?}; \
         save them with their own network"
    )]
    Shape {
        /// The parameter.
        path: String,
        /// The tensor's shape.
        found: Vec<usize>,
        /// The network's.
        expected: Vec<usize>,
    },
    /// A file with such numbers would be of no use.
    #[error("the weights' {path} holds NaN or infinity, so they are not saved")]
    NotFinite {
        /// The parameter.
        path: String,
    },
    /// float16 ends at 65504.
    #[error(
        "the weights' {path} holds {value:e}, which is infinite as float16; save them as float32"
    )]
    BeyondHalf {
        /// The parameter.
        path: String,
        /// Its first such number.
        value: f32,
    },
    /// Not one label a class.
    #[error("there are {labels} labels for {classes} classes; give one for each")]
    Labels {
        /// Labels given.
        labels: usize,
        /// Classes of the network.
        classes: u32,
    },
}

/// Writes weights with their network, whole or not at all. Tensors of `table` that are not the
/// network's are left out.
///
/// # Errors
///
/// Any [`SaveError`]; the file is then as it was.
pub fn save(
    path: &Path,
    architecture: &Architecture,
    table: &WeightTable,
    options: &SaveOptions<'_>,
) -> Result<(), SaveError> {
    Ok(files::write_atomic(path, &to_bytes(architecture, table, options)?)?)
}

/// The bytes of such a file; the same for the same weights, network and options.
///
/// # Errors
///
/// Any [`SaveError`] but `File`.
pub fn to_bytes(
    architecture: &Architecture,
    table: &WeightTable,
    options: &SaveOptions<'_>,
) -> Result<Vec<u8>, SaveError> {
    let classes = architecture.settings().classes;
    if let Some(labels) = options.labels.filter(|labels| labels.len() != classes as usize) {
        return Err(SaveError::Labels { labels: labels.len(), classes });
    }
    let plan = lower(architecture);
    let mut parameters = plan.parameters();
    parameters.sort_by(|left, right| left.path.cmp(&right.path));
    let header = header(architecture, &parameters, options);
    let count: u64 = parameters.iter().map(Parameter::elements).sum();
    let mut bytes = Vec::with_capacity(8 + header.len() + 4 * count as usize);
    bytes.extend((header.len() as u64).to_le_bytes());
    bytes.extend(header.as_bytes());
    for parameter in &parameters {
        append(&mut bytes, parameter, table, options.half)?;
    }
    Ok(bytes)
}

/// Adds the numbers of one parameter.
fn append(
    bytes: &mut Vec<u8>,
    parameter: &Parameter,
    table: &WeightTable,
    half: bool,
) -> Result<(), SaveError> {
    let path = || parameter.path.clone();
    let tensor = table.get(&parameter.path).ok_or_else(|| SaveError::Missing { path: path() })?;
    if tensor.shape != parameter.shape || tensor.data.len() as u64 != parameter.elements() {
        let (found, expected) = (tensor.shape.clone(), parameter.shape.clone());
        return Err(SaveError::Shape { path: path(), found, expected });
    }
    if tensor.count_not_finite() > 0 {
        return Err(SaveError::NotFinite { path: path() });
    }
    if !half {
        bytes.extend(tensor.data.iter().flat_map(|value| value.to_le_bytes()));
        return Ok(());
    }
    for &value in &tensor.data {
        let rounded = f32_to_half(value);
        if rounded & 0x7fff == 0x7c00 {
            return Err(SaveError::BeyondHalf { path: path(), value });
        }
        bytes.extend(rounded.to_le_bytes());
    }
    Ok(())
}

#[derive(Serialize)]
struct Entry<'a> {
    dtype: &'static str,
    shape: &'a [usize],
    data_offsets: [u64; 2],
}

/// The JSON header: the metadata, then the tensors in the order of their numbers.
fn header(
    architecture: &Architecture,
    parameters: &[Parameter],
    options: &SaveOptions<'_>,
) -> String {
    let mut metadata = BTreeMap::new();
    metadata.insert("format", FORMAT.to_owned());
    metadata.insert("document", Document::new(architecture.clone()).to_json());
    if let Some(labels) = options.labels {
        metadata.insert("labels", json(&labels));
    }
    if let Some(training) = options.training {
        metadata.insert("training", json(training));
    }
    let (dtype, width) = if options.half { ("F16", 2) } else { ("F32", 4) };
    let mut header = format!("{{\"__metadata__\":{}", json(&metadata));
    let mut begin = 0;
    for parameter in parameters {
        let end = begin + width * parameter.elements();
        let entry = Entry { dtype, shape: &parameter.shape, data_offsets: [begin, end] };
        header.push_str(&format!(",{}:{}", json(&parameter.path), json(&entry)));
        begin = end;
    }
    header.push('}');
    let padding = header.len().next_multiple_of(8) - header.len();
    header.extend(std::iter::repeat_n(' ', padding));
    header
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("text, numbers and lists of them are JSON")
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
