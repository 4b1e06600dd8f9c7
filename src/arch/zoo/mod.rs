//! Published networks to start from, and templates of two whose cells are only drawn.

mod genotypes;
mod published;
mod templates;

pub use genotypes::Numbering;
pub use published::{Accuracy, Paper, Published};

use genotypes::Genotype;

use super::{Architecture, Cell, CellKind, Family, Flavour, Settings, StateName, StemKind};

/// A network of the zoo.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preset {
    /// The name on the command line and in files.
    pub name: &'static str,
    /// The name in the window.
    pub title: &'static str,
    /// Where it comes from, in a line.
    pub note: &'static str,
    /// What its paper says.
    pub published: Published,
    settings: Settings,
    cells: Cells,
}

/// Where a preset's cells come from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Cells {
    Published(&'static Genotype),
    /// Placeholders with these inputs.
    Template(&'static [StateName]),
}

const MOBILE: Settings = Settings {
    n: 4,
    f: 44,
    stem: StemKind::Imagenet,
    stem_channels: 32,
    input: 224,
    classes: 1000,
    skip_reduction: false,
    flavour: Flavour::Keras,
    family: Family::Nasnet,
};

const CIFAR: Settings = Settings {
    n: 6,
    f: 32,
    stem: StemKind::Cifar,
    // Three times F: TF-slim multiplies F by 3 in the CIFAR stem.
    stem_channels: 96,
    input: 32,
    classes: 10,
    skip_reduction: false,
    flavour: Flavour::Slim,
    family: Family::Nasnet,
};

/// PNASNet's settings are Mobile's but for widths and depths; `p` is always two cells back.
const PNASNET: Settings =
    Settings { n: 4, flavour: Flavour::Slim, family: Family::Pnasnet, ..MOBILE };

const AMOEBANET: Settings = Settings {
    n: 6,
    f: 190,
    input: 331,
    flavour: Flavour::Slim,
    family: Family::Amoebanet,
    ..MOBILE
};

const DARTS: Settings = Settings { f: 36, stem_channels: 108, family: Family::Darts, ..CIFAR };

const DARTS_IMAGENET: Settings = Settings {
    n: 4,
    f: 48,
    stem: StemKind::Convolutions,
    stem_channels: 48,
    input: 224,
    classes: 1000,
    ..DARTS
};

/// Every network of the zoo, the one that a new window opens last.
pub const PRESETS: [Preset; 24] = [
    Preset {
        name: "nasnet-a-mobile",
        title: "NASNet-A Mobile",
        note: "4 @ 1056 for ImageNet at 224 px (Zoph et al. 2018)",
        published: published::NASNET_A_MOBILE,
        settings: MOBILE,
        cells: Cells::Published(&genotypes::NASNET_A),
    },
    Preset {
        name: "nasnet-a-large",
        title: "NASNet-A Large",
        note: "6 @ 4032 for ImageNet at 331 px (Zoph et al. 2018)",
        published: published::NASNET_A_LARGE,
        settings: Settings {
            n: 6,
            f: 168,
            stem_channels: 96,
            input: 331,
            skip_reduction: true,
            ..MOBILE
        },
        cells: Cells::Published(&genotypes::NASNET_A),
    },
    Preset {
        name: "nasnet-a-cifar-6-768",
        title: "NASNet-A CIFAR 6 @ 768",
        note: "For CIFAR-10 at 32 px (Zoph et al. 2018)",
        published: published::NASNET_A_6_768,
        settings: CIFAR,
        cells: Cells::Published(&genotypes::NASNET_A),
    },
    Preset {
        name: "nasnet-a-cifar-7-2304",
        title: "NASNet-A CIFAR 7 @ 2304",
        note: "The widest for CIFAR-10 at 32 px (Zoph et al. 2018)",
        published: published::NASNET_A_7_2304,
        settings: Settings { n: 7, f: 96, stem_channels: 288, ..CIFAR },
        cells: Cells::Published(&genotypes::NASNET_A),
    },
    Preset {
        name: "nasnet-a-small",
        title: "NASNet-A Small",
        note: "Our own small size, quick on any computer: 2 @ 384 at 32 px",
        published: published::NASNET_OTHER,
        settings: Settings { n: 2, f: 16, stem_channels: 48, ..CIFAR },
        cells: Cells::Published(&genotypes::NASNET_A),
    },
    Preset {
        name: "nasnet-a-shapes",
        title: "NASNet-A Shapes",
        note: "Our own, trained to name 20 shapes and textures: 1 @ 288 at 32 px",
        published: published::NASNET_A_SHAPES,
        settings: Settings { n: 1, f: 12, stem_channels: 36, classes: 20, ..CIFAR },
        cells: Cells::Published(&genotypes::NASNET_A),
    },
    Preset {
        name: "pnasnet-5-mobile",
        title: "PNASNet-5 Mobile",
        note: "3 cells a stage, F = 54, for ImageNet at 224 px (Liu et al. 2018)",
        published: published::PNASNET_5_MOBILE,
        settings: Settings { n: 3, f: 54, ..PNASNET },
        cells: Cells::Published(&genotypes::PNASNET_5),
    },
    Preset {
        name: "pnasnet-5-large",
        title: "PNASNet-5 Large",
        note: "4 cells a stage, F = 216, for ImageNet at 331 px (Liu et al. 2018)",
        published: published::PNASNET_5_LARGE,
        settings: Settings { f: 216, stem_channels: 96, input: 331, ..PNASNET },
        cells: Cells::Published(&genotypes::PNASNET_5),
    },
    Preset {
        name: "amoebanet-a",
        title: "AmoebaNet-A",
        note: "N = 6, F = 190 for ImageNet at 331 px (Real et al. 2019)",
        published: published::AMOEBANET_A,
        settings: AMOEBANET,
        cells: Cells::Published(&genotypes::AMOEBANET_A),
    },
    Preset {
        name: "amoebanet-b",
        title: "AmoebaNet-B",
        note: "N = 6, F = 190 for ImageNet at 331 px (Real et al. 2019)",
        published: published::AMOEBANET_OTHER,
        settings: AMOEBANET,
        cells: Cells::Published(&genotypes::AMOEBANET_B),
    },
    Preset {
        name: "amoebanet-c",
        title: "AmoebaNet-C",
        note: "N = 6, F = 228 for ImageNet at 331 px (Real et al. 2019)",
        published: published::AMOEBANET_C,
        settings: Settings { f: 228, ..AMOEBANET },
        cells: Cells::Published(&genotypes::AMOEBANET_C),
    },
    Preset {
        name: "amoebanet-d",
        title: "AmoebaNet-D",
        note: "N = 6, F = 190 for ImageNet at 331 px (Real et al. 2019)",
        published: published::AMOEBANET_OTHER,
        settings: AMOEBANET,
        cells: Cells::Published(&genotypes::AMOEBANET_D),
    },
    Preset {
        name: "enas-cifar",
        title: "ENAS CIFAR",
        note: "The released micro cells for CIFAR-10 at 32 px (Pham et al. 2018)",
        published: published::ENAS_CIFAR,
        settings: Settings { n: 5, family: Family::Enas, ..DARTS },
        cells: Cells::Published(&genotypes::ENAS),
    },
    Preset {
        name: "darts-v1-cifar",
        title: "DARTS V1 CIFAR",
        note: "20 cells for CIFAR-10 at 32 px (Liu et al. 2019, first order)",
        published: published::DARTS_V1_CIFAR,
        settings: DARTS,
        cells: Cells::Published(&genotypes::DARTS_V1),
    },
    Preset {
        name: "darts-v1-imagenet",
        title: "DARTS V1 ImageNet",
        note: "14 cells for ImageNet at 224 px (Liu et al. 2019, first order)",
        published: published::DARTS_V1_IMAGENET,
        settings: DARTS_IMAGENET,
        cells: Cells::Published(&genotypes::DARTS_V1),
    },
    Preset {
        name: "darts-v2-cifar",
        title: "DARTS V2 CIFAR",
        note: "20 cells for CIFAR-10 at 32 px (Liu et al. 2019, second order)",
        published: published::DARTS_V2_CIFAR,
        settings: DARTS,
        cells: Cells::Published(&genotypes::DARTS_V2),
    },
    Preset {
        name: "darts-v2-imagenet",
        title: "DARTS V2 ImageNet",
        note: "14 cells for ImageNet at 224 px (Liu et al. 2019, second order)",
        published: published::DARTS_V2_IMAGENET,
        settings: DARTS_IMAGENET,
        cells: Cells::Published(&genotypes::DARTS_V2),
    },
    Preset {
        name: "p-darts-cifar",
        title: "P-DARTS CIFAR",
        note: "20 cells for CIFAR-10 at 32 px (Chen et al. 2019)",
        published: published::P_DARTS_CIFAR,
        settings: DARTS,
        cells: Cells::Published(&genotypes::P_DARTS),
    },
    Preset {
        name: "p-darts-imagenet",
        title: "P-DARTS ImageNet",
        note: "14 cells for ImageNet at 224 px (Chen et al. 2019)",
        published: published::P_DARTS_IMAGENET,
        settings: DARTS_IMAGENET,
        cells: Cells::Published(&genotypes::P_DARTS),
    },
    Preset {
        name: "pc-darts-cifar",
        title: "PC-DARTS CIFAR",
        note: "20 cells for CIFAR-10 at 32 px (Xu et al. 2020)",
        published: published::PC_DARTS_CIFAR,
        settings: DARTS,
        cells: Cells::Published(&genotypes::PC_DARTS_CIFAR),
    },
    Preset {
        name: "pc-darts-imagenet",
        title: "PC-DARTS ImageNet",
        note: "14 cells for ImageNet at 224 px (Xu et al. 2020)",
        published: published::PC_DARTS_IMAGENET,
        settings: DARTS_IMAGENET,
        cells: Cells::Published(&genotypes::PC_DARTS_IMAGENET),
    },
    Preset {
        name: "nasnet-a-unused-cifar",
        title: "NASNet-A unused only",
        note: "NASNet-A as the DARTS code builds it: only unused states come out",
        published: published::NASNET_OTHER,
        settings: DARTS,
        cells: Cells::Published(&genotypes::NASNET_A_UNUSED),
    },
    Preset {
        name: "nasnet-b-template",
        title: "NASNet-B template",
        note: "Not NASNet-B: its blocks are placeholders, to be filled in from the paper's figure",
        published: published::NASNET_OTHER,
        // The last cell's four outputs have 4 F channels each: 4 @ 1152.
        settings: Settings { n: 4, f: 72, stem_channels: 216, ..CIFAR },
        cells: Cells::Template(&StateName::FOUR_INPUTS),
    },
    Preset {
        name: "nasnet-c-template",
        title: "NASNet-C template",
        note: "Not NASNet-C: its blocks are placeholders, to be filled in from the paper's figure",
        published: published::NASNET_OTHER,
        // 4 @ 640 where four states of 4 F channels are concatenated.
        settings: Settings { n: 4, f: 40, stem_channels: 120, ..CIFAR },
        cells: Cells::Template(&StateName::INPUTS),
    },
];

/// The preset that a new window opens.
pub const DEFAULT: &str = "nasnet-a-shapes";

/// The names of all presets.
pub fn names() -> Vec<&'static str> {
    PRESETS.iter().map(|preset| preset.name).collect()
}

/// The network of this name.
pub fn architecture(name: &str) -> Option<Architecture> {
    PRESETS.iter().find(|preset| preset.name == name).map(Preset::architecture)
}

impl Preset {
    /// Whether its cells are placeholders, about which nothing was published.
    pub fn is_template(&self) -> bool {
        matches!(self.cells, Cells::Template(_))
    }

    /// The settings around its cells.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The preset as a document.
    pub fn architecture(&self) -> Architecture {
        let [normal, reduction] = CellKind::BOTH.map(|kind| match self.cells {
            Cells::Published(genotype) => genotype.cell(kind),
            Cells::Template(inputs) => templates::cell(inputs),
        });
        Architecture::from_preset(self, self.settings, normal, reduction)
    }
}

/// The cells of NASNet-A as released in TF-slim, Keras and timm. Their outputs are not "all
/// unused states": the normal cell also concatenates `p`, the reduction cell also `b1`.
pub fn nasnet_a(kind: CellKind) -> Cell {
    genotypes::NASNET_A.cell(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::StateName;

    #[test]
    fn every_preset_is_legal_and_found_by_name() {
        for preset in PRESETS {
            let network = architecture(preset.name).expect(preset.name);
            assert_eq!(network.settings().check(), Ok(()), "{}", preset.name);
            assert_eq!(network.preset(), preset.name);
        }
        assert!(architecture(DEFAULT).is_some());
        assert!(architecture("nasnet-z").is_none());
    }

    #[test]
    fn nasnet_a_normal_concatenates_one_used_state() {
        let cell = nasnet_a(CellKind::Normal);
        let names = |states: Vec<StateName>| states.iter().map(ToString::to_string).collect();
        let unused: Vec<String> = names(cell.unused_states());
        assert_eq!(unused, ["b0", "b1", "b2", "b3", "b4"]);
        let unused: Vec<String> = names(nasnet_a(CellKind::Reduction).unused_states());
        assert_eq!(unused, ["b2", "b3", "b4"]);
    }
}
