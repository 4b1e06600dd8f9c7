//! What papers say about the networks of the zoo: who found the cells, and how well they did.
//!
//! The figures are those of the papers' own tables, single crop, of the network with this N and F.
//! A network without such a figure has none here; none is computed or carried over from another.

use std::fmt;

use serde::Serialize;

/// A paper.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// Its title.
    pub title: &'static str,
    /// The family names of its authors, in order, without "and".
    pub authors: &'static [&'static str],
    /// The year it was published in, at the conference where it was one.
    pub year: u16,
    /// Its number at arXiv.
    pub arxiv: &'static str,
}

/// How well a network did, and on what.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "data_set")]
pub enum Accuracy {
    /// Percent right of ImageNet's validation pictures, single crop.
    #[serde(rename = "imagenet")]
    ImageNet {
        /// The first guess.
        top_1: f64,
        /// One of the first five, where the paper says so.
        top_5: Option<f64>,
    },
    /// Percent wrong of CIFAR-10's test pictures.
    #[serde(rename = "cifar-10")]
    Cifar10 {
        /// The mean over the paper's runs, or the one that it gives.
        error: f64,
        /// Whether squares were cut out of the training pictures.
        cutout: bool,
    },
    /// Percent right of this program's own test pictures of shapes.
    #[serde(rename = "shapes")]
    Shapes {
        /// The first guess.
        right: f64,
    },
}

/// What was published about a network.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Published {
    /// Where the cells come from.
    pub paper: &'static Paper,
    /// The parameters as the paper prints them, where it lists this network.
    pub parameters: Option<&'static str>,
    /// How well it did, the paper's first figure first.
    pub accuracy: &'static [Accuracy],
}

impl Paper {
    /// First author and year, "Zoph et al. 2018".
    pub fn short(&self) -> String {
        let first = self.authors.first().unwrap_or(&"");
        format!("{first} et al. {}", self.year)
    }
}

impl Published {
    /// What is printed of its accuracy, in a line; nothing where no figure is.
    pub fn figures(&self) -> Option<String> {
        let [first, others @ ..] = self.accuracy else { return None };
        let others: String = others.iter().map(|other| format!(", {other}")).collect();
        Some(format!("{} {first}{others}", first.data_set()))
    }
}

impl Accuracy {
    /// The pictures that it was measured on.
    pub fn data_set(&self) -> &'static str {
        match self {
            Accuracy::ImageNet { .. } => "ImageNet",
            Accuracy::Cifar10 { .. } => "CIFAR-10",
            Accuracy::Shapes { .. } => "20 shapes",
        }
    }
}

/// Without the data set: "top-1 74.0%, top-5 91.6%".
impl fmt::Display for Accuracy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Accuracy::ImageNet { top_1, top_5: Some(top_5) } => {
                write!(f, "top-1 {top_1:.1}%, top-5 {top_5:.1}%")
            }
            Accuracy::ImageNet { top_1, top_5: None } => write!(f, "top-1 {top_1:.1}%"),
            Accuracy::Cifar10 { error, cutout: true } => write!(f, "error {error:.2}% with cutout"),
            Accuracy::Cifar10 { error, cutout: false } => write!(f, "error {error:.2}%"),
            Accuracy::Shapes { right } => write!(f, "{right:.1}% right"),
        }
    }
}

/// Tables 1 (CIFAR-10), 2 (ImageNet) and 3 (ImageNet, mobile).
static NASNET: Paper = Paper {
    title: "Learning Transferable Architectures for Scalable Image Recognition",
    authors: &["Zoph", "Vasudevan", "Shlens", "Le"],
    year: 2018,
    arxiv: "1707.07012",
};

/// The tables of ImageNet, mobile and large.
static PNASNET: Paper = Paper {
    title: "Progressive Neural Architecture Search",
    authors: &[
        "Liu", "Zoph", "Neumann", "Shlens", "Hua", "Li", "Fei-Fei", "Yuille", "Huang", "Murphy",
    ],
    year: 2018,
    arxiv: "1712.00559",
};

/// The table of ImageNet; that of C is in the versions of spring 2018.
static AMOEBANET: Paper = Paper {
    title: "Regularized Evolution for Image Classifier Architecture Search",
    authors: &["Real", "Aggarwal", "Huang", "Le"],
    year: 2019,
    arxiv: "1802.01548",
};

/// The table of CIFAR-10, rows "micro search space".
static ENAS: Paper = Paper {
    title: "Efficient Neural Architecture Search via Parameter Sharing",
    authors: &["Pham", "Guan", "Zoph", "Le", "Dean"],
    year: 2018,
    arxiv: "1802.03268",
};

/// Tables of CIFAR-10 and ImageNet.
static DARTS: Paper = Paper {
    title: "DARTS: Differentiable Architecture Search",
    authors: &["Liu", "Simonyan", "Yang"],
    year: 2019,
    arxiv: "1806.09055",
};

/// Tables of CIFAR-10 and ImageNet, rows of the search on CIFAR-10.
static P_DARTS: Paper = Paper {
    title: "Progressive Differentiable Architecture Search: Bridging the Depth Gap between Search and Evaluation",
    authors: &["Chen", "Xie", "Wu", "Tian"],
    year: 2019,
    arxiv: "1904.12760",
};

/// Tables of CIFAR-10 and ImageNet, on which each of the two was found.
static PC_DARTS: Paper = Paper {
    title: "PC-DARTS: Partial Channel Connections for Memory-Efficient Architecture Search",
    authors: &["Xu", "Xie", "Zhang", "Chen", "Qi", "Tian", "Xiong"],
    year: 2020,
    arxiv: "1907.05737",
};

const fn imagenet(top_1: f64, top_5: f64) -> Accuracy {
    Accuracy::ImageNet { top_1, top_5: Some(top_5) }
}

const fn cifar(error: f64, cutout: bool) -> Accuracy {
    Accuracy::Cifar10 { error, cutout }
}

const fn of(
    paper: &'static Paper,
    parameters: &'static str,
    accuracy: &'static [Accuracy],
) -> Published {
    Published { paper, parameters: Some(parameters), accuracy }
}

const fn without_figures(paper: &'static Paper) -> Published {
    Published { paper, parameters: None, accuracy: &[] }
}

pub(super) const NASNET_A_MOBILE: Published = of(&NASNET, "5.3M", &[imagenet(74.0, 91.6)]);
pub(super) const NASNET_A_LARGE: Published = of(&NASNET, "88.9M", &[imagenet(82.7, 96.2)]);
pub(super) const NASNET_A_6_768: Published =
    of(&NASNET, "3.3M", &[cifar(3.41, false), cifar(2.65, true)]);
pub(super) const NASNET_A_7_2304: Published =
    of(&NASNET, "27.6M", &[cifar(2.97, false), cifar(2.40, true)]);
/// Sizes and wirings of NASNet-A that the paper does not have.
pub(super) const NASNET_OTHER: Published = without_figures(&NASNET);
/// The figure is that of the weights that come with the program, see their card.
pub(super) const NASNET_A_SHAPES: Published =
    Published { paper: &NASNET, parameters: None, accuracy: &[Accuracy::Shapes { right: 99.78 }] };
pub(super) const PNASNET_5_MOBILE: Published = of(&PNASNET, "5.1M", &[imagenet(74.2, 91.9)]);
pub(super) const PNASNET_5_LARGE: Published = of(&PNASNET, "86.1M", &[imagenet(82.9, 96.2)]);
pub(super) const AMOEBANET_A: Published = of(&AMOEBANET, "86.7M", &[imagenet(82.8, 96.1)]);
pub(super) const AMOEBANET_C: Published =
    of(&AMOEBANET, "155.3M", &[Accuracy::ImageNet { top_1: 83.1, top_5: None }]);
/// B, whose code and paper may not be the same network, and D, which only the code has.
pub(super) const AMOEBANET_OTHER: Published = without_figures(&AMOEBANET);
pub(super) const ENAS_CIFAR: Published =
    of(&ENAS, "4.6M", &[cifar(3.54, false), cifar(2.89, true)]);
pub(super) const DARTS_V1_CIFAR: Published = of(&DARTS, "3.3M", &[cifar(3.00, true)]);
pub(super) const DARTS_V1_IMAGENET: Published = without_figures(&DARTS);
pub(super) const DARTS_V2_CIFAR: Published = of(&DARTS, "3.3M", &[cifar(2.76, true)]);
pub(super) const DARTS_V2_IMAGENET: Published = of(&DARTS, "4.7M", &[imagenet(73.3, 91.3)]);
pub(super) const P_DARTS_CIFAR: Published = of(&P_DARTS, "3.4M", &[cifar(2.50, true)]);
pub(super) const P_DARTS_IMAGENET: Published = of(&P_DARTS, "4.9M", &[imagenet(75.6, 92.6)]);
pub(super) const PC_DARTS_CIFAR: Published = of(&PC_DARTS, "3.6M", &[cifar(2.57, true)]);
pub(super) const PC_DARTS_IMAGENET: Published = of(&PC_DARTS, "5.3M", &[imagenet(75.8, 92.7)]);

#[cfg(test)]
mod tests {
    use super::super::{PRESETS, StemKind};
    use super::*;

    #[test]
    fn figures_are_of_the_pictures_that_the_network_is_for() {
        for preset in PRESETS {
            let network = preset.architecture();
            let settings = network.settings();
            for accuracy in preset.published.accuracy {
                let (classes, stem) = (settings.classes, settings.stem == StemKind::Cifar);
                let fits = match accuracy {
                    Accuracy::ImageNet { .. } => (1000, false),
                    Accuracy::Cifar10 { .. } => (10, true),
                    Accuracy::Shapes { .. } => (20, true),
                };
                assert_eq!((classes, stem), fits, "{}", preset.name);
            }
        }
    }

    #[test]
    fn the_figure_of_the_own_weights_is_that_of_their_card() {
        let card = include_str!("../../../assets/networks/shapes.md");
        let [Accuracy::Shapes { right }] = NASNET_A_SHAPES.accuracy else { panic!() };
        assert!(card.contains(&format!("{right:.2} %")), "{right}");
    }

    #[test]
    fn words() {
        assert_eq!(NASNET.short(), "Zoph et al. 2018");
        assert_eq!(imagenet(74.0, 91.6).to_string(), "top-1 74.0%, top-5 91.6%");
        assert_eq!(AMOEBANET_C.accuracy[0].to_string(), "top-1 83.1%");
        assert_eq!(cifar(2.4, true).to_string(), "error 2.40% with cutout");
        let both = "CIFAR-10 error 3.41%, error 2.65% with cutout";
        assert_eq!(NASNET_A_6_768.figures().as_deref(), Some(both));
        assert_eq!(NASNET_OTHER.figures(), None);
    }
}
