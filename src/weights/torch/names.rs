//! The names of timm's and Cadene's modules, and this crate's parameter paths.
//!
//! timm and Cadene's Large number normal cells as TF-slim does, 0 to 3N-1. Cadene's Mobile was
//! made from Large by leaving cells out, and keeps Large's numbers: 0-3, 6-9, 12-15. PNASNet-5
//! calls its stem `conv_0` instead of `conv0`, and has no cells called reductions.

use std::collections::BTreeSet;

use super::modules;
use crate::arch::Family;

/// What the stem is called, which no other network has.
const STEMS: [(&str, Family); 2] = [("conv0", Family::Nasnet), ("conv_0", Family::Pnasnet)];

/// Also bounds what a hostile file can make us build; NASNet-Large has 6.
pub(super) const MOST_CELLS: usize = 100;

/// How a file names its tensors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    prefix: String,
    pub(super) family: Family,
    /// Normal cells per stage.
    pub(super) n: usize,
    /// Numbers left out between two stages.
    pub(super) gap: usize,
}

/// What comes before all names of a network: nothing, `module.` of `DataParallel`, `model.`, or
/// several of such; and whose stem it has. `None` if that is neither's.
pub(super) fn prefix<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<(&'a str, Family)> {
    names.find_map(|name| {
        let stem = name.strip_suffix(".conv.weight")?;
        STEMS.into_iter().find_map(|(called, family)| {
            let prefix = stem.strip_suffix(called)?;
            (prefix.is_empty() || prefix.ends_with('.')).then_some((prefix, family))
        })
    })
}

/// What a family's class calls the stem.
pub(super) fn stem(family: Family) -> &'static str {
    let stem = STEMS.into_iter().find(|(_, other)| *other == family);
    stem.map_or("conv0", |(called, _)| called)
}

/// The numbers of all normal cells of a file.
pub(super) fn cells<'a>(names: impl Iterator<Item = &'a str>, prefix: &str) -> BTreeSet<usize> {
    names.filter_map(|name| number(name.strip_prefix(prefix)?.split_once('.')?.0)).collect()
}

/// `cell_7` -> 7
fn number(cell: &str) -> Option<usize> {
    let digits = cell.strip_prefix("cell_")?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.len() <= 4;
    digits.parse().ok().filter(|number: &usize| plain && number.to_string() == digits)
}

impl Names {
    /// How a file with these names does it; `None` if that is in neither way.
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Option<Self> {
        let (prefix, family) = prefix(names.clone())?;
        let numbers: Vec<usize> = cells(names, prefix).into_iter().collect();
        let n = numbers.len() / 3;
        if !numbers.len().is_multiple_of(3) || !(1..=MOST_CELLS).contains(&n) {
            return None;
        }
        let gap = numbers[n].checked_sub(n)?;
        let found = Self { prefix: prefix.to_owned(), family, n, gap };
        let expected = (0..3 * n).map(|cell| cell + gap * (cell / n));
        expected.eq(numbers).then_some(found)
    }

    /// What the stem is called.
    pub(super) fn stem(&self) -> &'static str {
        stem(self.family)
    }

    /// Where a tensor goes, or `None` for one that no such network has.
    pub(super) fn path(&self, name: &str) -> Option<String> {
        let name = name.strip_prefix(self.prefix.as_str())?;
        match name {
            "last_linear.weight" => return Some("head/dense/weight".into()),
            "last_linear.bias" => return Some("head/dense/bias".into()),
            _ => {}
        }
        let (cell, inside) = name.split_once('.')?;
        if cell == self.stem() {
            return Some(match inside.strip_prefix("bn.") {
                Some(last) => format!("stem/bn/{}", modules::norm(last)?),
                None => (inside == "conv.weight").then(|| "stem/conv/weight".to_owned())?,
            });
        }
        let within = modules::without_halves(inside);
        Some(format!("{}/{}", self.cell(cell)?, modules::path(within)?))
    }

    fn cell(&self, cell: &str) -> Option<String> {
        match cell {
            "cell_stem_0" | "cell_stem_1" | "reduction_cell_0" | "reduction_cell_1" => {
                Some(cell.to_owned())
            }
            _ => {
                let number = number(cell)?;
                let (stage, within) = (number / (self.n + self.gap), number % (self.n + self.gap));
                let normal = stage < 3 && within < self.n;
                normal.then(|| format!("cell_{}", stage * self.n + within))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(prefix: &str, numbers: &[usize]) -> Option<Names> {
        names_behind(&format!("{prefix}conv0"), prefix, numbers)
    }

    fn names_behind(stem: &str, prefix: &str, numbers: &[usize]) -> Option<Names> {
        let mut list = vec![format!("{stem}.conv.weight")];
        list.extend(numbers.iter().map(|cell| format!("{prefix}cell_{cell}.conv_1x1.bn.bias")));
        Names::of(list.iter().map(String::as_str))
    }

    #[test]
    fn both_numberings() {
        let mobile = [0, 1, 2, 3, 6, 7, 8, 9, 12, 13, 14, 15];
        for prefix in ["", "module.", "model.module."] {
            let found = names(prefix, &(0..18).collect::<Vec<_>>()).unwrap();
            assert_eq!((found.n, found.gap), (6, 0));
            let found = names(prefix, &mobile).unwrap();
            assert_eq!((found.n, found.gap), (4, 2));
            // TF-slim's cell i is cell i + 2 (i / 4).
            for (slim, number) in mobile.into_iter().enumerate() {
                let name = format!("{prefix}cell_{number}.conv_1x1.conv.weight");
                assert_eq!(found.path(&name), Some(format!("cell_{slim}/h/conv/weight")));
            }
            for number in [4, 5, 10, 11, 16, 17, 18] {
                assert_eq!(
                    found.path(&format!("{prefix}cell_{number}.conv_1x1.conv.weight")),
                    None
                );
            }
        }
        for numbers in [&[0, 1, 2, 4][..], &[0, 1, 3], &[1, 2, 3], &[0, 2, 5], &[]] {
            assert_eq!(names("", numbers), None, "{numbers:?}");
        }
    }

    #[test]
    fn names_of_each_form() {
        let found = names("module.", &[0, 1, 2]).unwrap();
        for (name, path) in [
            ("conv0.bn.running_var", "stem/bn/variance"),
            ("cell_2.conv_prev_1x1.bn.weight", "cell_2/p/bn/gamma"),
            ("cell_stem_1.final_path_bn.bias", "cell_stem_1/p/bn/beta"),
            ("reduction_cell_1.path_2.conv.weight", "reduction_cell_1/p/path_2/weight"),
            (
                "cell_1.comb_iter_4_left.separable_2.pointwise_conv2d.weight",
                "cell_1/b4/left/pointwise_2/weight",
            ),
            ("cell_0.comb_iter_1_right.bn_sep_1.running_mean", "cell_0/b1/right/bn_1/mean"),
        ] {
            assert_eq!(found.path(&format!("module.{name}")).as_deref(), Some(path));
            assert_eq!(found.path(name), None, "without the file's prefix");
        }
        let found = names_behind("module.conv_0", "module.", &[0, 1, 2]).unwrap();
        assert_eq!(found.family, Family::Pnasnet);
        for (name, path) in [
            ("conv_0.bn.running_var", "stem/bn/variance"),
            ("conv_0.conv.weight", "stem/conv/weight"),
            ("cell_2.conv_prev_1x1.bn.weight", "cell_2/p/bn/gamma"),
            ("cell_2.conv_prev_1x1.conv.weight", "cell_2/p/conv/weight"),
            ("cell_0.conv_prev_1x1.path_2.conv.weight", "cell_0/p/path_2/weight"),
            ("cell_0.conv_prev_1x1.final_path_bn.bias", "cell_0/p/bn/beta"),
            ("cell_1.comb_iter_4_right.conv.weight", "cell_1/b4/right/conv/weight"),
            ("cell_stem_0.comb_iter_0_right.bn.running_mean", "cell_stem_0/b0/right/bn/mean"),
        ] {
            assert_eq!(found.path(&format!("module.{name}")).as_deref(), Some(path));
        }
        assert_eq!(found.path("module.conv0.conv.weight"), None, "the other stem");
        let found = names("module.", &[0, 1, 2]).unwrap();
        for name in [
            "cell_00.conv_1x1.bn.bias",
            "cell_0.comb_iter_5_left.bn_sep_1.bias",
            "cell_0.comb_iter_1_middle.bn_sep_1.bias",
            "cell_stem_2.conv_1x1.bn.bias",
            "conv0.bn.num_batches_tracked",
            "cell_0",
            "",
        ] {
            assert_eq!(found.path(&format!("module.{name}")), None, "{name}");
        }
    }
}
