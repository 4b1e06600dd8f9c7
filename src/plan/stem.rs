//! The stems: what comes before the first cell.

use super::builder::{Builder, Kernel};
use super::{Padding, UnitKind, ValueId};
use crate::arch::StemKind;

impl Builder<'_> {
    /// Builds the stem; the units that the first cell reads as `p` and as `h`, often the same.
    pub fn stem(&mut self) -> [usize; 2] {
        let settings = self.settings();
        let first = self.layers.len();
        self.sign("stem".to_owned(), settings.stem.to_string());
        let kernel = Kernel::full(3, if settings.stem == StemKind::Cifar { 1 } else { 2 });
        let channels = settings.stem_channels;
        if settings.stem == StemKind::Convolutions {
            return self.three_convolutions(first, channels, kernel);
        }
        let padding = match settings.stem {
            StemKind::Imagenet => Padding::NONE,
            _ => self.construction.padding(self.shape(0), kernel),
        };
        let path = "stem/conv".to_owned();
        let convolved = self.convolution_padded(path, 0, channels, kernel, padding);
        let value = self.batch_norm("stem/bn".to_owned(), convolved);
        [self.unit("stem".to_owned(), UnitKind::Stem, 0, first, vec![value]); 2]
    }

    /// DARTS on ImageNet: `stem0` of two convolutions, the first of half as many channels, and
    /// `stem1` of one.
    fn three_convolutions(&mut self, first: usize, channels: u32, kernel: Kernel) -> [usize; 2] {
        let halfway = self.numbered("_1", 0, channels / 2, kernel);
        let activated = self.relu(halfway);
        let value = self.numbered("_2", activated, channels, kernel);
        let before = self.unit("stem".to_owned(), UnitKind::Stem, 0, first, vec![value]);
        let first = self.layers.len();
        let activated = self.relu(value);
        let value = self.convolution("stem_1/conv".to_owned(), activated, channels, kernel);
        let value = self.batch_norm("stem_1/bn".to_owned(), value);
        let source = self.output_signature(before);
        self.sign("stem_1".to_owned(), source);
        [before, self.unit("stem_1".to_owned(), UnitKind::Stem, 0, first, vec![value])]
    }

    fn numbered(&mut self, number: &str, value: ValueId, channels: u32, kernel: Kernel) -> ValueId {
        let path = ["stem/conv", number].concat();
        let convolved = self.convolution(path, value, channels, kernel);
        self.batch_norm(["stem/bn", number].concat(), convolved)
    }
}
