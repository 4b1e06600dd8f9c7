//! From this crate's parameter paths to the names of timm's and Cadene's modules.

use super::modules;
use super::names::stem;
use crate::arch::{Family, Settings};

/// How the tensors of a network are to be called.
pub(in crate::weights) struct WrittenNames<'a> {
    family: Family,
    /// Normal cells per stage.
    n: usize,
    /// Numbers left out between two stages.
    gap: usize,
    has: Box<dyn Fn(&str) -> bool + 'a>,
}

impl<'a> WrittenNames<'a> {
    /// For a NASNet-A or a PNASNet-5 that has the parameters of which `has` says so.
    pub(in crate::weights) fn new(
        settings: &Settings,
        gap: usize,
        has: impl Fn(&str) -> bool + 'a,
    ) -> Self {
        let (family, n) = (settings.family, settings.n as usize);
        WrittenNames { family, n, gap, has: Box::new(has) }
    }

    /// What the tensor of this parameter is called; `None` for one that no such network has.
    pub(in crate::weights) fn name(&self, path: &str) -> Option<String> {
        let stem = stem(self.family);
        let (unit, inside) = path.split_once('/')?;
        match (unit, inside) {
            ("stem", "conv/weight") => return Some(format!("{stem}.conv.weight")),
            ("stem", inside) => {
                let tensor = modules::norm_tensor(inside.strip_prefix("bn/")?)?;
                return Some(format!("{stem}.bn.{tensor}"));
            }
            ("head", "dense/weight") => return Some("last_linear.weight".to_owned()),
            ("head", "dense/bias") => return Some("last_linear.bias".to_owned()),
            _ => {}
        }
        let factorised = (self.has)(&format!("{unit}/p/path_1/weight"));
        let name = modules::name(inside, factorised)?;
        let name = match self.family {
            Family::Pnasnet => modules::with_halves(name),
            _ => name,
        };
        Some(format!("{}.{name}", self.cell(unit)))
    }

    fn cell(&self, unit: &str) -> String {
        let number = unit.strip_prefix("cell_").and_then(|number| number.parse::<usize>().ok());
        match number {
            Some(number) => format!("cell_{}", number + self.gap * (number / self.n)),
            None => unit.to_owned(),
        }
    }
}

/// The counter that PyTorch keeps beside a tensor of this name: one for each batch norm.
pub(in crate::weights) fn counter(name: &str) -> Option<String> {
    let norm = name.strip_suffix(".running_var")?;
    Some(format!("{norm}.num_batches_tracked"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::zoo;

    #[test]
    fn names_of_each_class() {
        let halves = |path: &str| path == "cell_6/p/path_1/weight";
        for (preset, gap, path, name) in [
            ("nasnet-a-large", 0, "stem/bn/variance", "conv0.bn.running_var"),
            ("pnasnet-5-large", 0, "stem/conv/weight", "conv_0.conv.weight"),
            ("nasnet-a-large", 0, "head/dense/bias", "last_linear.bias"),
            ("nasnet-a-large", 0, "cell_17/h/conv/weight", "cell_17.conv_1x1.conv.weight"),
            ("nasnet-a-large", 0, "cell_6/p/bn/mean", "cell_6.final_path_bn.running_mean"),
            ("nasnet-a-large", 0, "cell_7/p/bn/mean", "cell_7.conv_prev_1x1.bn.running_mean"),
            ("pnasnet-5-large", 0, "cell_6/p/bn/beta", "cell_6.conv_prev_1x1.final_path_bn.bias"),
            (
                "pnasnet-5-large",
                0,
                "cell_6/p/path_1/weight",
                "cell_6.conv_prev_1x1.path_1.conv.weight",
            ),
            ("nasnet-a-mobile", 2, "cell_3/h/bn/gamma", "cell_3.conv_1x1.bn.weight"),
            ("nasnet-a-mobile", 2, "cell_4/h/bn/gamma", "cell_6.conv_1x1.bn.weight"),
            ("nasnet-a-mobile", 2, "cell_11/h/bn/gamma", "cell_15.conv_1x1.bn.weight"),
            (
                "nasnet-a-mobile",
                2,
                "cell_stem_0/b4/left/depthwise_2/weight",
                "cell_stem_0.comb_iter_4_left.separable_2.depthwise_conv2d.weight",
            ),
        ] {
            let network = zoo::architecture(preset).unwrap();
            let names = WrittenNames::new(network.settings(), gap, halves);
            assert_eq!(names.name(path).as_deref(), Some(name));
        }
        assert_eq!(counter("a.bn.running_var").as_deref(), Some("a.bn.num_batches_tracked"));
        assert_eq!(counter("a.bn.running_mean"), None);
    }
}
