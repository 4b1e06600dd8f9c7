//! The numbers around the cells: how often they repeat, how wide they are, what goes in and out.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Family;

/// Whose arithmetic a network follows where published implementations differ.
///
/// They differ in the borders of the stride-2 pools: TF-slim leaves the padding out of mean and
/// maximum, today's Keras pads zeros that take part in both, timm leaves them out of the maximum
/// but divides the mean by the whole window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flavour {
    /// TensorFlow-slim, with which the published weights were trained; Cadene's port agrees.
    Slim,
    /// `keras.applications` since December 2020.
    Keras,
    /// timm (PyTorch image models).
    Timm,
}

impl Flavour {
    /// Every flavour.
    pub const ALL: [Flavour; 3] = [Flavour::Slim, Flavour::Keras, Flavour::Timm];

    /// What the flavour does at the border of a stride-2 pool, for a tooltip.
    pub fn description(self) -> &'static str {
        match self {
            Flavour::Slim => "TF-slim: stride-2 pools leave padding out of mean and maximum",
            Flavour::Keras => "Keras: stride-2 pools pad zeros that count in mean and maximum",
            Flavour::Timm => {
                "timm: stride-2 pools leave padding out of the maximum, but the mean divides by 9"
            }
        }
    }
}

impl fmt::Display for Flavour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Flavour::Slim => "slim",
            Flavour::Keras => "keras",
            Flavour::Timm => "timm",
        })
    }
}

/// What comes before the first normal cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StemKind {
    /// A 3x3 convolution of stride 2 without padding, then two reduction cells of F/4 and F/2
    /// filters: an eighth of the input size reaches the first normal cell.
    Imagenet,
    /// A 3x3 convolution of stride 1: the full input size reaches the first normal cell.
    Cifar,
    /// Three 3x3 convolutions of stride 2 (DARTS on ImageNet), of which the cells read the second
    /// and the third: an eighth of the input size reaches the first cell.
    Convolutions,
}

impl StemKind {
    /// Every stem.
    pub const ALL: [StemKind; 3] = [StemKind::Imagenet, StemKind::Cifar, StemKind::Convolutions];

    /// The word in files and on the command line.
    pub fn code(self) -> &'static str {
        match self {
            StemKind::Imagenet => "imagenet",
            StemKind::Cifar => "cifar",
            StemKind::Convolutions => "convolutions",
        }
    }

    /// The stem called `code`, if there is one.
    pub fn from_code(code: &str) -> Option<StemKind> {
        StemKind::ALL.into_iter().find(|stem| stem.code() == code)
    }
}

impl fmt::Display for StemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StemKind::Imagenet => "ImageNet stem",
            StemKind::Cifar => "CIFAR stem",
            StemKind::Convolutions => "stem of three convolutions",
        })
    }
}

/// The macro-architecture of a NASNet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Settings {
    /// Normal cells in each of the three stages; for PNASNet, cells of either kind.
    pub n: u32,
    /// Filters of the first stage; each reduction doubles them.
    pub f: u32,
    /// What comes before the first normal cell.
    pub stem: StemKind,
    /// Channels of the stem convolution.
    pub stem_channels: u32,
    /// Height and width of the input, in pixels.
    pub input: u32,
    /// Classes told apart.
    pub classes: u32,
    /// Whether the normal cell after a reduction reads, as `p`, what the reduction itself read
    /// as `p` (Large) rather than what the reduction reduced (Mobile, CIFAR).
    pub skip_reduction: bool,
    /// Whose arithmetic is followed where implementations differ.
    pub flavour: Flavour,
    /// Whose way of putting cells together is followed.
    #[serde(default, skip_serializing_if = "Family::is_nasnet")]
    pub family: Family,
}

/// A number of the macro-architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Setting {
    /// Normal cells per stage.
    N,
    /// Filters of the first stage.
    F,
    /// Channels of the stem convolution.
    StemChannels,
    /// Input height and width.
    Input,
    /// Number of classes.
    Classes,
}

impl Setting {
    /// Every setting.
    pub const ALL: [Setting; 5] =
        [Setting::N, Setting::F, Setting::StemChannels, Setting::Input, Setting::Classes];

    /// The name in messages and on sliders.
    pub fn label(self) -> &'static str {
        match self {
            Setting::N => "N",
            Setting::F => "F",
            Setting::StemChannels => "Stem channels",
            Setting::Input => "Input size",
            Setting::Classes => "Classes",
        }
    }

    /// The name in files.
    pub fn key(self) -> &'static str {
        match self {
            Setting::N => "n",
            Setting::F => "f",
            Setting::StemChannels => "stem_channels",
            Setting::Input => "input",
            Setting::Classes => "classes",
        }
    }

    /// The smallest and the largest value, whatever the other settings.
    pub fn range(self, stem: StemKind) -> (u32, u32) {
        match (self, stem) {
            (Setting::N, _) => (1, 200),
            (Setting::F, StemKind::Imagenet) => (4, 16_384),
            (Setting::F, StemKind::Cifar | StemKind::Convolutions) => (1, 16_384),
            // The first of the three convolutions has half.
            (Setting::StemChannels, StemKind::Convolutions) => (2, 16_384),
            (Setting::StemChannels, _) => (1, 16_384),
            // Keras refuses less than 32 px for this stem.
            (Setting::Input, StemKind::Imagenet | StemKind::Convolutions) => (32, 4_096),
            (Setting::Input, StemKind::Cifar) => (8, 4_096),
            (Setting::Classes, _) => (1, 1_000_000),
        }
    }

    /// The value is a multiple of this. Others than NASNet round the filters of stem
    /// cells down: PNASNet's published F of 54 and AmoebaNet's of 190 are no multiples of 4.
    pub fn step(self, settings: &Settings) -> u32 {
        match (self, settings.stem, settings.family) {
            (Setting::F, StemKind::Imagenet, Family::Nasnet) => 4,
            _ => 1,
        }
    }
}

/// Why settings are not legal, or do not go with the cells, and what would.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// Outside the range.
    #[error("{} cannot be {value}: it may be {least} to {most}", .setting.label())]
    OutOfRange {
        /// The setting.
        setting: Setting,
        /// The value asked for.
        value: u32,
        /// The smallest legal value.
        least: u32,
        /// The largest legal value.
        most: u32,
    },
    /// Not a multiple of the step.
    #[error(
        "F cannot be {value}: with the ImageNet stem it is a multiple of {step} \
         (the stem cells have F/4 and F/2 filters), for example {below} or {above}"
    )]
    NotAMultiple {
        /// The value asked for.
        value: u32,
        /// What it must be a multiple of.
        step: u32,
        /// The nearest legal value below.
        below: u32,
        /// The nearest legal value above.
        above: u32,
    },
    /// One cell has two inputs, the other four.
    #[error(
        "the normal cell has {normal} inputs and the reduction cell {reduction}; both have 2 or both 4"
    )]
    MixedInputs {
        /// Inputs of the normal cell.
        normal: usize,
        /// Inputs of the reduction cell.
        reduction: usize,
    },
    /// Only NASNet's own networks are put together of cells of four inputs.
    #[error("the family {0} takes cells of 2 inputs; cells of 4 go with the family nasnet")]
    FamilyOfFourInputs(Family),
    /// The wiring of Large says what two inputs read.
    #[error(
        "p cannot be wired as in Large (skip_reduction) with cells of 4 inputs: \
         each reads the four cells before it, reductions included"
    )]
    SkipOfFourInputs,
}

impl Settings {
    /// The value of one setting.
    pub fn get(&self, setting: Setting) -> u32 {
        match setting {
            Setting::N => self.n,
            Setting::F => self.f,
            Setting::StemChannels => self.stem_channels,
            Setting::Input => self.input,
            Setting::Classes => self.classes,
        }
    }

    /// The same with one setting replaced, unchecked: an [`Edit`](super::Edit) checks.
    #[must_use]
    pub fn with(mut self, setting: Setting, value: u32) -> Settings {
        self.set(setting, value);
        self
    }

    fn set(&mut self, setting: Setting, value: u32) {
        match setting {
            Setting::N => self.n = value,
            Setting::F => self.f = value,
            Setting::StemChannels => self.stem_channels = value,
            Setting::Input => self.input = value,
            Setting::Classes => self.classes = value,
        }
    }

    /// The batch norm's epsilon: 1e-3 in the ImageNet networks, 1e-5 in the CIFAR ones (TF-slim)
    /// and wherever PyTorch's or ENAS's default is kept.
    pub fn batch_norm_epsilon(&self) -> f64 {
        match (self.family, self.stem) {
            (Family::Darts | Family::Enas, _) | (_, StemKind::Cifar) => 1e-5,
            (_, StemKind::Imagenet | StemKind::Convolutions) => 1e-3,
        }
    }

    /// Whether every number is legal.
    pub fn check(&self) -> Result<(), SettingError> {
        for setting in Setting::ALL {
            let value = self.get(setting);
            let (least, most) = setting.range(self.stem);
            if !(least..=most).contains(&value) {
                return Err(SettingError::OutOfRange { setting, value, least, most });
            }
            let step = setting.step(self);
            if !value.is_multiple_of(step) {
                let below = (value / step * step).max(step);
                return Err(SettingError::NotAMultiple { value, step, below, above: below + step });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_name_in_files() {
        for (number, setting) in (1..).zip(Setting::ALL) {
            let mut settings = *super::super::zoo::PRESETS[0].architecture().settings();
            settings.set(setting, number);
            let file = serde_json::to_value(settings).unwrap();
            assert_eq!(file[setting.key()], number);
        }
    }
}
