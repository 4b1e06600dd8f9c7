//! What became of every tensor when a weight file met a network.

use std::fmt;

use serde::Serialize;

use super::{Container, NetworkShape};

/// A parameter that a network wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected<'a> {
    /// Its path, such as `cell_7/b3/left/depthwise_1/weight`.
    pub path: &'a str,
    /// Convolutions `[out, in, height, width]`, the classifier `[classes, features]`.
    pub shape: &'a [usize],
}

/// How a file's tensors found their parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// By the names of the layers.
    ByName,
    /// By the place of the layers, as Keras does it: the file's names say nothing or not enough.
    ByOrder,
}

/// A tensor of the file that no parameter took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unused {
    /// Its layer and weight in the file.
    pub name: String,
    /// The missing parameter whose layer has the most similar name, if one is similar at all.
    pub nearest: Option<String>,
}

/// A tensor that belongs to a parameter of another shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WrongShape {
    /// The parameter.
    pub path: String,
    /// Layer and weight in the file.
    pub file_name: String,
    /// The file's tensor, turned into this crate's layout.
    pub in_file: Vec<usize>,
    /// What the network wants.
    pub expected: Vec<usize>,
}

/// A parameter with values that are NaN or infinite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotFinite {
    /// The parameter.
    pub path: String,
    /// How many of its values are.
    pub count: usize,
}

/// What became of every tensor when a weight file met a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoadReport {
    /// The file's format.
    pub container: Container,
    /// The version of Keras that wrote it, where it says so.
    pub keras_version: Option<String>,
    /// Whether its layers have the names of Keras before 18 May 2018.
    pub old_keras_names: bool,
    /// The network that the tensors tell, where the file does not bring it.
    pub network: Option<NetworkShape>,
    /// How tensors found their parameters.
    pub how: How,
    /// Parameters the network wants.
    pub expected: usize,
    /// Parameters that the file gave, in the right shape.
    pub matched: usize,
    /// Numbers in the matched parameters.
    pub values: usize,
    /// Parameters that the file has nothing for.
    pub missing: Vec<String>,
    /// Parameters whose tensor in the file has another shape.
    pub wrong_shape: Vec<WrongShape>,
    /// Tensors of the file that no parameter took.
    pub unused: Vec<Unused>,
    /// Matched parameters that hold NaN or infinities.
    pub not_finite: Vec<NotFinite>,
    /// Whether the classifier's first row, the background class of TF-slim's checkpoints, was left
    /// out, so that 1000 of 1001 classes remain.
    pub dropped_background: bool,
    /// How many of the matched tensors are moving averages, taken instead of what they average.
    pub averages: usize,
    /// Tensors of the file that only training needs: optimiser, auxiliary head, what was averaged.
    pub set_aside: usize,
}

impl LoadReport {
    /// The report on a file of which nothing has been matched yet.
    pub(super) fn new(container: Container, how: How, expected: usize) -> Self {
        LoadReport {
            container,
            keras_version: None,
            old_keras_names: false,
            network: None,
            how,
            expected,
            matched: 0,
            values: 0,
            missing: Vec::new(),
            wrong_shape: Vec::new(),
            unused: Vec::new(),
            not_finite: Vec::new(),
            dropped_background: false,
            averages: 0,
            set_aside: 0,
        }
    }

    /// Whether every parameter got its tensor. Unused tensors and values that are not finite do
    /// not make a load incomplete.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.matched == self.expected
    }
}

/// Names in full sentences, never more than a few: a whole file's worth helps nobody.
const SHOWN: usize = 3;

fn some_of(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(SHOWN);
    let list = names.take(SHOWN).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{list} and {more} more") } else { list }
}

impl fmt::Display for LoadReport {
    /// One paragraph.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = match &self.keras_version {
            Some(version) => format!(" of Keras {version}"),
            None => String::new(),
        };
        let how = match self.how {
            How::ByName => "by name",
            How::ByOrder => "by the order of the layers",
        };
        write!(
            formatter,
            "{}{version}: {} of {} parameters matched {how} ({} values).",
            self.container, self.matched, self.expected, self.values
        )?;
        if let Some(network) = &self.network {
            write!(formatter, " The weights are of a {network}.")?;
        }
        if self.dropped_background {
            write!(formatter, " Of 1001 classes the first, the background, was left out.")?;
        }
        if self.averages > 0 {
            write!(formatter, " {} tensors are moving averages.", self.averages)?;
        }
        if self.set_aside > 0 {
            write!(formatter, " {} that only training needs were left out.", self.set_aside)?;
        }
        if !self.missing.is_empty() {
            write!(formatter, " Missing: {}.", some_of(self.missing.iter().cloned()))?;
        }
        if !self.wrong_shape.is_empty() {
            let wrong = self.wrong_shape.iter().map(|wrong| {
                let WrongShape { path, file_name, in_file, expected } = wrong;
                format!("{path} wants {expected:?} but {file_name} is {in_file:?}")
            });
            write!(formatter, " Wrong shape: {}.", some_of(wrong))?;
        }
        if !self.unused.is_empty() {
            let unused = self.unused.iter().map(|unused| match &unused.nearest {
                Some(nearest) => format!("{} (is it {nearest}?)", unused.name),
                None => unused.name.clone(),
            });
            write!(formatter, " Not used: {}.", some_of(unused))?;
        }
        if !self.not_finite.is_empty() {
            let bad =
                self.not_finite.iter().map(|bad| format!("{} ({} values)", bad.path, bad.count));
            write!(formatter, " NaN or infinite: {}.", some_of(bad))?;
        }
        Ok(())
    }
}
