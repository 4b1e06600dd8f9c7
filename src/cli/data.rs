//! `data`: what a set of labelled pictures holds.

use std::io::Cursor;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use image::{ImageFormat, RgbImage};
use serde_json::json;

use super::Answer;
use super::arguments::Data;
use super::progress::reported;
use super::table::table;
use crate::data::{
    self, DataSource, Dataset, OpenOptions, Picture, Preprocessing, Splits, linear_accuracy,
};
use crate::files;
use crate::format::grouped;

/// Skipped files that are named in the text; `--json` names up to [`Splits::MOST_SKIPPED`].
const NAMED: usize = 20;

/// `data SOURCE`
pub fn data(arguments: &Data) -> Result<Answer> {
    let source: DataSource = arguments.source.parse()?;
    if let Some(path) = &arguments.sheet {
        check_is_png(path)?;
    }
    let options = OpenOptions {
        size: arguments.size,
        seed: arguments.seed,
        limit: arguments.limit.map(|limit| limit as usize),
        held_out: arguments.held_out.map(|count| count as usize),
    };
    let splits = reported(|go_on| data::open(&source, &options, go_on))?;
    let mut text = summary(&splits);
    if let Some(path) = &arguments.sheet {
        files::write_atomic(path, &sheet(&splits.train)?)?;
        text.push_str(&format!("Wrote {}\n", path.display()));
    }
    let mut linear = None;
    if arguments.linear {
        let Splits { train, test, .. } = &splits;
        let right = reported(|go_on| linear_accuracy(train, test, options.seed, go_on))?;
        let (percent, count) = (right * 100.0, grouped(test.len() as u64));
        text.push_str(&format!(
            "A linear classifier on the pixels gets {percent:.1} % of {count} test pictures right\n"
        ));
        linear = Some(right);
    }
    let counts = splits.train.classes.iter().enumerate().map(|(label, name)| {
        let [train, validation, test] = sets(&splits).map(|set| set.counts()[label]);
        json!({ "name": name, "train": train, "validation": validation, "test": test })
    });
    let value = json!({
        "source": splits.source,
        "size": splits.train.size,
        "mirrored": splits.mirrored,
        "train": splits.train.len(),
        "validation": splits.validation.len(),
        "test": splits.test.len(),
        "classes": counts.collect::<Vec<_>>(),
        "skipped_in_all": splits.skipped_in_all,
        "skipped": splits.skipped,
        "linear_accuracy": linear,
        "sheet": arguments.sheet.as_ref().map(|path| path.display().to_string()),
    });
    Ok(Answer::new(text, &value))
}

fn check_is_png(path: &Path) -> Result<()> {
    if !path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png")) {
        bail!("a contact sheet is a PNG: name it {}", path.with_extension("png").display());
    }
    Ok(())
}

fn sets(splits: &Splits) -> [&Dataset; 3] {
    [&splits.train, &splits.validation, &splits.test]
}

fn summary(splits: &Splits) -> String {
    let size = splits.train.size;
    let mut rows = vec![["class", "train", "validation", "test"].map(str::to_owned).to_vec()];
    let counts = sets(splits).map(Dataset::counts);
    for (label, name) in splits.train.classes.iter().enumerate() {
        let numbers = counts.iter().map(|counts| grouped(counts[label] as u64));
        rows.push(std::iter::once(name.clone()).chain(numbers).collect());
    }
    let totals = sets(splits).map(|set| grouped(set.len() as u64));
    rows.push(std::iter::once("all".to_owned()).chain(totals).collect());
    let mirrored = match splits.mirrored {
        true => "a mirrored picture keeps its class",
        false => "whether a mirrored picture keeps its class is not known",
    };
    let mut text = format!(
        "{}: {} classes, {size}×{size} pixels, {mirrored}\n{}",
        splits.source,
        splits.train.classes.len(),
        table(&rows)
    );
    if splits.skipped_in_all > 0 {
        text.push_str(&format!("Skipped: {}\n", grouped(splits.skipped_in_all as u64)));
        for skipped in splits.skipped.iter().take(NAMED) {
            // The reasons of pictures name the file themselves.
            match skipped.reason.contains(&skipped.file) {
                true => text.push_str(&format!("  {}\n", skipped.reason)),
                false => text.push_str(&format!("  {} {}\n", skipped.file, skipped.reason)),
            }
        }
        if splits.skipped_in_all > NAMED {
            text.push_str("  and more; --json names them\n");
        }
    }
    text
}

/// Pixels a side of a picture on the sheet, and between two.
const TILE: u32 = 64;
const GAP: u32 = 2;
/// Pictures of a class.
const COLUMNS: u32 = 12;
/// Classes; more would make a picture that few programs open.
const MOST_ROWS: u32 = 200;

/// A PNG with a row of pictures for each class.
fn sheet(set: &Dataset) -> Result<Vec<u8>> {
    let rows = u32::try_from(set.classes.len())?.min(MOST_ROWS);
    let mut image = RgbImage::new(COLUMNS * (TILE + GAP) - GAP, rows * (TILE + GAP) - GAP);
    let mut columns = vec![0; rows as usize];
    for (index, label) in set.labels().iter().enumerate() {
        let Some(column) = columns.get_mut(*label as usize) else { continue };
        if *column < COLUMNS {
            let tile = tile(&set.picture(index)).context("a picture has no pixels")?;
            let (x, y) = (*column * (TILE + GAP), *label * (TILE + GAP));
            image::imageops::replace(&mut image, &tile, x.into(), y.into());
            *column += 1;
        }
    }
    let mut png = Cursor::new(Vec::new());
    image.write_to(&mut png, ImageFormat::Png)?;
    Ok(png.into_inner())
}

/// Small pictures with their pixels visible, large ones averaged.
fn tile(picture: &Picture) -> Option<RgbImage> {
    if picture.width > TILE {
        let input = picture.to_input(TILE as usize, Preprocessing::Square);
        let rgb = Picture::from_input(&input, TILE as usize)?.rgb;
        return RgbImage::from_raw(TILE, TILE, rgb);
    }
    let whole = RgbImage::from_raw(picture.width, picture.height, picture.rgb.clone())?;
    let filter = image::imageops::FilterType::Nearest;
    Some(image::imageops::resize(&whole, TILE, TILE, filter))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn every_class_has_a_row_of_its_pictures() {
        let classes: Arc<[String]> = ["a", "b"].map(str::to_owned).into();
        for size in [8, 32, 100] {
            let pixels = (0..20).flat_map(|index| vec![index * 10; (size * size * 3) as usize]);
            let labels = (0..20).map(|index| u32::from(index % 10 == 0)).collect();
            let set = Dataset::new(classes.clone(), size, pixels.collect(), labels).unwrap();
            let image = image::load_from_memory(&sheet(&set).unwrap()).unwrap().to_rgb8();
            assert_eq!(image.dimensions(), (12 * 66 - 2, 2 * 66 - 2));
            let at = |column: u32, row: u32| image.get_pixel(column * 66 + 30, row * 66 + 30).0;
            assert_eq!((at(0, 0), at(1, 0), at(9, 0)), ([10; 3], [20; 3], [110; 3]));
            assert_eq!((at(0, 1), at(1, 1), at(2, 1)), ([0; 3], [100; 3], [0; 3]));
        }
    }
}
