//! The formats that weights can be written in, and which networks each can hold.

use std::path::Path;

use super::SaveError;
use crate::arch::{Architecture, CellKind, Family, Flavour, StemKind, zoo};

/// Cadene's Mobile has the cell numbers of a Large with 6 normal cells a stage, and 4 of these.
pub(super) const CADENE_GAP: usize = 2;
/// Normal cells per stage of the classes of timm and Cadene.
const TIMM_LARGE: u32 = 6;
const TIMM_PNASNET: u32 = 4;
const CADENE_MOBILE: u32 = 4;

/// A format that weights can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// This program's, which brings the network.
    Own,
    /// A `.safetensors` with the names of timm's `nasnetalarge` and `pnasnet5large`.
    Timm,
    /// The same with the cell numbers of Cadene's `nasnetamobile`.
    Cadene,
    /// Keras' `.h5`: a group per layer, in the order of the layers.
    KerasLegacy,
    /// Keras' `.weights.h5`, since version 3.
    Keras,
}

impl FileFormat {
    /// The format that a file of this name must have; `None` for an ending of no format. A
    /// `.safetensors` may also be timm's or Cadene's.
    #[must_use]
    pub fn of_name(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_lowercase();
        if name.ends_with(".weights.h5") {
            Some(Self::Keras)
        } else if name.ends_with(".h5") {
            Some(Self::KerasLegacy)
        } else {
            name.ends_with(".safetensors").then_some(Self::Own)
        }
    }

    /// Who loads such a file.
    #[must_use]
    pub fn program(self) -> &'static str {
        match self {
            Self::Own => "NASNet Explorer",
            Self::Timm => "timm",
            Self::Cadene => "Cadene's pretrainedmodels",
            Self::KerasLegacy | Self::Keras => "Keras",
        }
    }

    /// Whose arithmetic the program follows that loads such a file; `None` for this one, which
    /// follows any.
    #[must_use]
    pub fn flavour(self) -> Option<Flavour> {
        match self {
            Self::Own => None,
            Self::Timm => Some(Flavour::Timm),
            Self::Cadene => Some(Flavour::Slim),
            Self::KerasLegacy | Self::Keras => Some(Flavour::Keras),
        }
    }

    /// Checks that the program which loads such a file builds this network.
    ///
    /// # Errors
    ///
    /// [`SaveError::Unfit`] says what differs.
    pub fn check(self, architecture: &Architecture) -> Result<(), SaveError> {
        let settings = architecture.settings();
        let (program, family) = (self.program(), settings.family);
        let unfit = |reason: String| Err(SaveError::Unfit { program, reason });
        let like = match (self, family) {
            (Self::Own, _) => return Ok(()),
            (Self::Timm, Family::Pnasnet) => "pnasnet-5-large",
            (_, Family::Nasnet) => "nasnet-a-mobile",
            (Self::Cadene, Family::Pnasnet) => {
                return unfit(
                    "its class for PNASNet-5 has timm's names: convert for timm".to_owned(),
                );
            }
            (_, other) => return unfit(format!("it has no network of the family {other}")),
        };
        if settings.stem != StemKind::Imagenet {
            return unfit(format!(
                "its networks have the ImageNet stem, not the {}",
                settings.stem
            ));
        }
        let like = zoo::architecture(like).expect("a test finds every preset");
        if [CellKind::Normal, CellKind::Reduction]
            .into_iter()
            .any(|kind| architecture.cell(kind) != like.cell(kind))
        {
            let cells = if family == Family::Pnasnet { "PNASNet-5" } else { "NASNet-A" };
            return unfit(format!("its networks have the cells of {cells}, and these differ"));
        }
        let skips = settings.skip_reduction;
        if self == Self::Timm && family == Family::Nasnet && !skips {
            return unfit(
                "its cell after a reduction reads what the reduction read as p, as in Large, \
                 and here it reads what the reduction read as h, as in Mobile and Cadene's nasnetamobile"
                    .to_owned(),
            );
        }
        if self == Self::Cadene && (settings.n != CADENE_MOBILE || skips) {
            return unfit(format!(
                "its class for Mobile has N = {CADENE_MOBILE} and Mobile's wiring, and its class \
                 for Large has timm's names"
            ));
        }
        Ok(())
    }

    /// What someone should know who gives these weights to the program, a sentence each.
    #[must_use]
    pub fn notes(self, architecture: &Architecture) -> Vec<String> {
        let (settings, program) = (architecture.settings(), self.program());
        let mut notes = Vec::new();
        if let Some(theirs) = self.flavour().filter(|flavour| *flavour != settings.flavour) {
            notes.push(format!(
                "{program} follows the arithmetic {theirs}, these weights {}: the borders of \
                 stride-2 pools differ, and with them what it computes.",
                settings.flavour
            ));
        }
        let class = match settings.family {
            Family::Pnasnet => ("pnasnet5large", TIMM_PNASNET),
            _ => ("nasnetalarge", TIMM_LARGE),
        };
        if self == Self::Timm && settings.n != class.1 {
            notes.push(format!(
                "timm's {} has N = {}: only a class with N = {} loads this file.",
                class.0, class.1, settings.n
            ));
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{Edit, Op, Settings, Side, StateName};

    fn refusal(format: FileFormat, architecture: &Architecture) -> String {
        format.check(architecture).unwrap_err().to_string()
    }

    fn preset(name: &str) -> Architecture {
        zoo::architecture(name).unwrap()
    }

    #[test]
    fn names_tell_formats() {
        for (name, format) in [
            ("a.safetensors", Some(FileFormat::Own)),
            ("folder.h5/a.SAFETENSORS", Some(FileFormat::Own)),
            ("a.h5", Some(FileFormat::KerasLegacy)),
            ("weights.h5", Some(FileFormat::KerasLegacy)),
            ("a.weights.h5", Some(FileFormat::Keras)),
            ("a.pth", None),
            ("h5", None),
            ("", None),
        ] {
            assert_eq!(FileFormat::of_name(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn the_published_networks_fit_where_they_come_from() {
        use FileFormat::{Cadene, Keras, KerasLegacy, Own, Timm};
        for (name, formats) in [
            ("nasnet-a-mobile", &[Own, Cadene, KerasLegacy, Keras][..]),
            ("nasnet-a-large", &[Own, Timm, KerasLegacy, Keras]),
            ("pnasnet-5-large", &[Own, Timm]),
            ("nasnet-a-cifar-6-768", &[Own]),
            ("darts-v2-cifar", &[Own]),
        ] {
            for format in [Own, Timm, Cadene, KerasLegacy, Keras] {
                let fits = format.check(&preset(name)).is_ok();
                assert_eq!(fits, formats.contains(&format), "{name} {format:?}");
            }
        }
    }

    #[test]
    fn what_differs_is_said() {
        let (mobile, large) = (preset("nasnet-a-mobile"), preset("nasnet-a-large"));
        let text = refusal(FileFormat::Timm, &mobile);
        assert!(text.starts_with("timm cannot load these weights: its cell after a reduction"));
        let text = refusal(FileFormat::Cadene, &large);
        assert!(text.contains("N = 4 and Mobile's wiring"), "{text}");
        let text = refusal(FileFormat::Keras, &preset("darts-v2-cifar"));
        assert!(text.contains("no network of the family darts"), "{text}");
        let text = refusal(FileFormat::Keras, &preset("nasnet-a-cifar-6-768"));
        assert!(text.contains("have the ImageNet stem, not the CIFAR stem"), "{text}");
        let edit = Edit::SetOp {
            cell: CellKind::Reduction,
            block: StateName::Block(4),
            side: Side::Left,
            op: Op::SeparableConv5x5,
        };
        let text = refusal(FileFormat::Timm, &large.edited(&edit).unwrap());
        assert!(text.contains("have the cells of NASNet-A, and these differ"), "{text}");
    }

    #[test]
    fn notes_on_flavours_and_sizes() {
        let large = preset("nasnet-a-large");
        let with = |n: u32, flavour: Flavour| {
            let settings = Settings { n, flavour, ..*large.settings() };
            large.edited(&Edit::SetSettings(settings)).unwrap()
        };
        assert_eq!(FileFormat::Timm.notes(&with(6, Flavour::Timm)), [""; 0]);
        assert_eq!(FileFormat::Own.notes(&with(2, Flavour::Slim)), [""; 0]);
        let notes = FileFormat::Timm.notes(&with(2, Flavour::Slim));
        assert!(notes[0].starts_with("timm follows the arithmetic timm, these weights slim"));
        assert_eq!(
            notes[1],
            "timm's nasnetalarge has N = 6: only a class with N = 2 loads this file."
        );
        assert_eq!(FileFormat::Keras.notes(&with(2, Flavour::Slim)).len(), 1);
    }
}
