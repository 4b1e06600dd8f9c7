//! Published networks to start from.

use super::{
    Architecture, Block, Cell, CellKind, Combine, Flavour, Op, Operand, Settings, StateName,
    StemKind,
};

/// A network of the zoo.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preset {
    /// The name on the command line and in files.
    pub name: &'static str,
    /// The name in the window.
    pub title: &'static str,
    /// Where it comes from, in a line.
    pub note: &'static str,
    settings: Settings,
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
};

/// Every network of the zoo, the one that a new window opens last.
pub const PRESETS: [Preset; 6] = [
    Preset {
        name: "nasnet-a-mobile",
        title: "NASNet-A Mobile",
        note: "4 @ 1056 for ImageNet at 224 px (Zoph et al. 2018)",
        settings: MOBILE,
    },
    Preset {
        name: "nasnet-a-large",
        title: "NASNet-A Large",
        note: "6 @ 4032 for ImageNet at 331 px (Zoph et al. 2018)",
        settings: Settings {
            n: 6,
            f: 168,
            stem_channels: 96,
            input: 331,
            skip_reduction: true,
            ..MOBILE
        },
    },
    Preset {
        name: "nasnet-a-cifar-6-768",
        title: "NASNet-A CIFAR 6 @ 768",
        note: "For CIFAR-10 at 32 px (Zoph et al. 2018)",
        settings: CIFAR,
    },
    Preset {
        name: "nasnet-a-cifar-7-2304",
        title: "NASNet-A CIFAR 7 @ 2304",
        note: "The widest for CIFAR-10 at 32 px (Zoph et al. 2018)",
        settings: Settings { n: 7, f: 96, stem_channels: 288, ..CIFAR },
    },
    Preset {
        name: "nasnet-a-small",
        title: "NASNet-A Small",
        note: "Our own small size, quick on any computer: 2 @ 384 at 32 px",
        settings: Settings { n: 2, f: 16, stem_channels: 48, ..CIFAR },
    },
    Preset {
        name: "nasnet-a-shapes",
        title: "NASNet-A Shapes",
        note: "Our own, trained to name 20 shapes and textures: 1 @ 288 at 32 px",
        settings: Settings { n: 1, f: 12, stem_channels: 36, classes: 20, ..CIFAR },
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
    /// The preset as a document.
    pub fn architecture(&self) -> Architecture {
        let cell = nasnet_a;
        Architecture::from_preset(
            self,
            self.settings,
            cell(CellKind::Normal),
            cell(CellKind::Reduction),
        )
    }
}

/// The cells of NASNet-A as released in TF-slim, Keras and timm. Their outputs are not "all
/// unused states": the normal cell also concatenates `p`, the reduction cell also `b1`.
pub fn nasnet_a(kind: CellKind) -> Cell {
    use Op::{
        AveragePool3x3 as Avg3, Identity, MaxPool3x3 as Max3, SeparableConv3x3 as Sep3,
        SeparableConv5x5 as Sep5, SeparableConv7x7 as Sep7,
    };
    use StateName::Block as B;
    const H: StateName = StateName::H;
    const P: StateName = StateName::P;
    let (operands, output) = match kind {
        CellKind::Normal => (
            [
                [(Sep5, H), (Sep3, P)],
                [(Sep5, P), (Sep3, P)],
                [(Avg3, H), (Identity, P)],
                [(Avg3, P), (Avg3, P)],
                [(Sep3, H), (Identity, H)],
            ],
            vec![P, B(0), B(1), B(2), B(3), B(4)],
        ),
        CellKind::Reduction => (
            [
                [(Sep5, H), (Sep7, P)],
                [(Max3, H), (Sep7, P)],
                [(Avg3, H), (Sep5, P)],
                [(Identity, B(1)), (Avg3, B(0))],
                [(Sep3, B(0)), (Max3, H)],
            ],
            vec![B(1), B(2), B(3), B(4)],
        ),
    };
    let operand = |(op, from)| Operand { op, from };
    let blocks: Vec<_> = (0..)
        .zip(operands)
        .map(|(number, [left, right])| Block {
            name: B(number),
            left: operand(left),
            right: operand(right),
            combine: Combine::Add,
        })
        .collect();
    Cell::new(&blocks, output).expect("the published cells are cells")
}

#[cfg(test)]
mod tests {
    use super::*;

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
