//! Which networks are shown, under which papers, and where the arrow keys lead.

use eframe::egui::Key;

use crate::arch::zoo::{PRESETS, Paper, Preset};

/// The networks of one paper.
pub struct Group {
    /// The paper.
    pub paper: &'static Paper,
    /// Its networks.
    pub presets: Vec<&'static Preset>,
}

/// The networks that have every word of `text` somewhere: in name, note, size, figures or paper.
/// Papers are in the order of their first network.
pub fn found(text: &str) -> Vec<Group> {
    let wanted: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
    let mut groups: Vec<Group> = Vec::new();
    for preset in &PRESETS {
        let said = said_of(preset).to_lowercase();
        if !wanted.iter().all(|word| said.contains(word)) {
            continue;
        }
        let paper = preset.published.paper;
        match groups.iter_mut().find(|group| group.paper == paper) {
            Some(group) => group.presets.push(preset),
            None => groups.push(Group { paper, presets: vec![preset] }),
        }
    }
    groups
}

fn said_of(preset: &Preset) -> String {
    let paper = preset.published.paper;
    let figures = preset.published.figures().unwrap_or_default();
    format!(
        "{} {} {} {figures} {} {} {} {}",
        preset.title,
        preset.name,
        preset.note,
        paper.title,
        paper.authors.join(" "),
        paper.year,
        paper.arxiv
    )
}

/// Where an arrow key leads from the card `from`: to the row above or below as far to the right as
/// that goes, or one card on. Nothing at the ends.
pub fn neighbour(
    groups: &[Group],
    columns: usize,
    from: &str,
    key: Key,
) -> Option<&'static Preset> {
    let rows: Vec<&[&'static Preset]> =
        groups.iter().flat_map(|group| group.presets.chunks(columns.max(1))).collect();
    let place = |row: &&[&Preset]| row.iter().position(|preset| preset.name == from);
    let (row, column) = rows.iter().enumerate().find_map(|(row, all)| Some((row, place(all)?)))?;
    let all: Vec<_> = rows.iter().flat_map(|row| row.iter().copied()).collect();
    let index = all.iter().position(|preset| preset.name == from)?;
    let in_row = |row: usize| {
        let row = rows.get(row)?;
        row.get(column).or(row.last()).copied()
    };
    match key {
        Key::ArrowLeft => index.checked_sub(1).map(|index| all[index]),
        Key::ArrowRight => all.get(index + 1).copied(),
        Key::ArrowUp => row.checked_sub(1).and_then(in_row),
        Key::ArrowDown => in_row(row + 1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&'static str> {
        found(text).iter().flat_map(|group| &group.presets).map(|preset| preset.name).collect()
    }

    #[test]
    fn everything_is_found_without_words_each_paper_once() {
        assert_eq!(names("").len(), PRESETS.len());
        let groups = found("");
        let mut papers: Vec<_> = groups.iter().map(|group| group.paper.arxiv).collect();
        assert_eq!(papers.len(), 7);
        papers.sort_unstable();
        papers.dedup();
        assert_eq!(papers.len(), 7);
    }

    #[test]
    fn every_word_counts_wherever_it_stands() {
        assert_eq!(names("Large imagenet"), ["nasnet-a-large", "pnasnet-5-large"]);
        assert_eq!(names("vasudevan MOBILE"), ["nasnet-a-mobile"]);
        assert_eq!(names("1802.03268"), ["enas-cifar"]);
        assert_eq!(names("83.1"), ["amoebanet-c"]);
        assert!(names("resnet").is_empty());
    }

    #[test]
    fn arrows_keep_their_column_across_papers() {
        let groups = found("");
        let to = |from, key| neighbour(&groups, 3, from, key).map(|preset| preset.name);
        // Nine of NASNet in three rows, then two of PNASNet.
        assert_eq!(to("nasnet-a-mobile", Key::ArrowDown), Some("nasnet-a-cifar-7-2304"));
        assert_eq!(to("nasnet-a-mobile", Key::ArrowUp), None);
        assert_eq!(to("nasnet-a-shapes", Key::ArrowDown), Some("nasnet-c-template"));
        assert_eq!(to("nasnet-a-unused-cifar", Key::ArrowDown), Some("pnasnet-5-mobile"));
        assert_eq!(to("nasnet-c-template", Key::ArrowDown), Some("pnasnet-5-large"));
        assert_eq!(to("nasnet-c-template", Key::ArrowRight), Some("pnasnet-5-mobile"));
        assert_eq!(to("pnasnet-5-large", Key::ArrowUp), Some("nasnet-b-template"));
        assert_eq!(to("nasnet-a-mobile", Key::ArrowLeft), None);
        assert_eq!(to("pc-darts-imagenet", Key::ArrowRight), None);
        assert_eq!(to("pc-darts-imagenet", Key::ArrowDown), None);
        assert_eq!(to("nothing", Key::ArrowDown), None);
    }
}
