//! `train` and `evaluate`: networks that learn, and what they then get right.

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::json;

use super::Answer;
use super::arguments::{DropPath, Evaluate, Network, RecipeOptions, Split, Train};
use super::progress::reported;
use super::table::table;
use super::weights::loaded;
use crate::arch::Architecture;
use crate::cost::analyse;
use crate::data::{self, DataSource, Dataset, OpenOptions, Splits};
use crate::engine::Trainer;
use crate::files;
use crate::format::grouped;
use crate::plan::lower;
use crate::train::{
    DataChoice, Description, DropPathVersion, Evaluation, Job, Outcome, Progress, Recipe,
    RunFolder, Series, to_svg,
};
use crate::weights::{self, Weights, embedded};

/// `train ARCH --data SOURCE -o RUN_DIR`, `train --resume RUN_DIR`
pub fn train(arguments: &Train) -> Result<Answer> {
    if arguments.compare_drop_path {
        return compare_drop_path(arguments);
    }
    let trainer = Trainer::new(arguments.device.into())?;
    let (job, folder) = match &arguments.resume {
        Some(path) => resumed(path, arguments)?,
        None => begun(arguments, &trainer, named(arguments)?, recipe(&arguments.recipe))?,
    };
    let outcome = trained(&trainer, &job)?;
    Ok(answer(&outcome, &job, &folder, &trainer))
}

/// The folder named by `-o`.
fn named(arguments: &Train) -> Result<&Path> {
    arguments.output.as_deref().context("name a folder by -o")
}

fn trained(trainer: &Trainer, job: &Job) -> Result<Outcome> {
    let parameters = analyse(&lower(&job.architecture)).parameters();
    say(&format!(
        "Training {} ({} parameters) on {}: {} pictures, {} classes; {}",
        job.architecture.preset(),
        grouped(parameters.trainable),
        job.data.source,
        grouped(job.data.train.len() as u64),
        job.data.train.classes.len(),
        trainer.device().name
    ));
    let mut told = 0;
    let outcome = trainer.train(job, &mut |progress| {
        report(progress, &mut told);
        ControlFlow::Continue(())
    })?;
    Ok(outcome)
}

/// The lowest probability that a path is kept, as published for CIFAR.
const PUBLISHED_KEEP_PATH: f64 = 0.6;

/// `train ARCH --compare-drop-path -o RUN_DIR`: the same training twice, each in a folder of its
/// own, and both courses in one chart.
fn compare_drop_path(arguments: &Train) -> Result<Answer> {
    let path = named(arguments)?;
    let trainer = Trainer::new(arguments.device.into())?;
    let recipe = recipe(&arguments.recipe);
    let keep_path = if recipe.keep_path < 1.0 { recipe.keep_path } else { PUBLISHED_KEEP_PATH };
    let mut outcomes = Vec::new();
    for (name, keep_path) in [("without", 1.0), ("with", keep_path)] {
        let recipe = Recipe { keep_path, ..recipe.clone() };
        let (job, _) = begun(arguments, &trainer, &path.join(name), recipe)?;
        outcomes.push((name, trained(&trainer, &job)?));
    }
    let with = format!("with ScheduledDropPath, {keep_path} kept in the end");
    let names = ["without", &with];
    let series: Vec<_> = names
        .into_iter()
        .zip(&outcomes)
        .map(|(name, (_, outcome))| Series { name, points: &outcome.points })
        .collect();
    let chart = path.join("drop_path.svg");
    files::write_atomic(
        &chart,
        to_svg("The same network with and without dropped paths", &series).as_bytes(),
    )?;
    let lines = names.into_iter().zip(&outcomes).map(|(name, (_, outcome))| {
        format!("{:.2} % of the test pictures right {name}\n", outcome.test.accuracy * 100.0)
    });
    let text = lines.chain([format!("Wrote {}\n", chart.display())]).collect::<String>();
    let value = json!({
        "chart": chart.display().to_string(),
        "keep_path": keep_path,
        "without": outcomes[0].1.training,
        "with": outcomes[1].1.training,
    });
    Ok(Answer::new(text, &value))
}

fn begun(
    arguments: &Train,
    trainer: &Trainer,
    path: &Path,
    recipe: Recipe,
) -> Result<(Job, RunFolder)> {
    let name = arguments.architecture.clone().context("name a network")?;
    let network = Network { architecture: name, overrides: arguments.overrides };
    let architecture = network.resolve()?;
    recipe.check()?;
    let choice = DataChoice {
        source: arguments.data.clone(),
        seed: arguments.data_seed,
        limit: arguments.limit.map(|limit| limit as usize),
        held_out: arguments.held_out.map(|count| count as usize),
    };
    let weights = match network.weights(arguments.weights.as_deref()) {
        None => Weights::default(),
        Some(path) => {
            let loaded = weights::load(path, &architecture)?;
            say(&loaded.report.to_string());
            loaded.weights
        }
    };
    let data = opened(&choice, &architecture)?;
    let architecture = crate::train::network_for(&architecture, &data)?;
    let mut description = Description::new(&architecture, choice, recipe.clone());
    description.command = Some(command_line());
    let begun_with = network.weights(arguments.weights.as_deref());
    description.started_from = begun_with.map(Path::to_path_buf);
    let mut job = job(arguments, architecture, data, recipe, weights);
    // Before there is a folder that the next try would have to avoid.
    trainer.check(&job)?;
    let folder = RunFolder::create(path, &description)?;
    job.folder = Some(folder.clone());
    Ok((job, folder))
}

fn resumed(path: &Path, arguments: &Train) -> Result<(Job, RunFolder)> {
    let (folder, description, architecture) = RunFolder::open(path)?;
    // The checkpoint holds all weights; the file that they began with may have gone.
    let weights = match description.started_from.as_ref().filter(|_| !folder.has_state()) {
        Some(path) => weights::load(path, &architecture)?.weights,
        None => Weights::default(),
    };
    let data = opened(&description.data, &architecture)?;
    let job = Job {
        folder: Some(folder.clone()),
        resume: true,
        ..job(arguments, architecture, data, description.recipe, weights)
    };
    Ok((job, folder))
}

fn job(
    arguments: &Train,
    architecture: Architecture,
    data: Splits,
    recipe: Recipe,
    weights: Weights,
) -> Job {
    Job {
        architecture,
        data: Arc::new(data),
        recipe,
        weights,
        folder: None,
        resume: false,
        checkpoint_every: Duration::from_secs(arguments.checkpoint_seconds.into()),
    }
}

fn opened(choice: &DataChoice, architecture: &Architecture) -> Result<Splits> {
    let source: DataSource = choice.source.parse()?;
    let options = OpenOptions {
        size: architecture.settings().input,
        seed: choice.seed,
        limit: choice.limit,
        held_out: choice.held_out,
    };
    let splits = reported(|go_on| data::open(&source, &options, go_on))?;
    if splits.skipped_in_all > 0 {
        let first = &splits.skipped[0];
        say(&format!(
            "Skipped {} files, the first: {} ({})",
            grouped(splits.skipped_in_all as u64),
            first.file,
            first.reason
        ));
    }
    Ok(splits)
}

fn recipe(options: &RecipeOptions) -> Recipe {
    let usual = Recipe::default();
    Recipe {
        epochs: options.epochs.unwrap_or(usual.epochs),
        batch: options.batch.unwrap_or(usual.batch),
        learning_rate: options.rate.unwrap_or(usual.learning_rate),
        warm_up: options.warm_up.unwrap_or(usual.warm_up),
        momentum: options.momentum.unwrap_or(usual.momentum),
        weight_decay: options.weight_decay.unwrap_or(usual.weight_decay),
        clip: options.clip.unwrap_or(usual.clip),
        label_smoothing: options.label_smoothing.unwrap_or(usual.label_smoothing),
        average: options.average.unwrap_or(usual.average),
        auxiliary: options.auxiliary.unwrap_or(usual.auxiliary),
        keep_path: options.keep_path.unwrap_or(usual.keep_path),
        drop_path: options.drop_path.map_or(usual.drop_path, |version| match version {
            DropPath::V1 => DropPathVersion::V1,
            DropPath::V2 => DropPathVersion::V2,
            DropPath::V3 => DropPathVersion::V3,
        }),
        batch_norm_momentum: options.batch_norm_momentum.unwrap_or(usual.batch_norm_momentum),
        augment: !options.no_augment,
        cutout: options.cutout,
        frozen_stages: options.freeze.unwrap_or(usual.frozen_stages),
        seed: options.seed.unwrap_or(usual.seed),
    }
}

/// The command as typed, for the record.
fn command_line() -> String {
    let words = std::env::args().skip(1).map(|word| match word.contains(' ') {
        true => format!("'{word}'"),
        false => word,
    });
    std::iter::once("nasnet-explorer".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

/// A line after each epoch.
fn report(progress: &Progress<'_>, told: &mut u64) {
    let Some(point) = progress.points.last() else { return };
    let Some(validation) = point.validation_accuracy else { return };
    if *told == point.step {
        return;
    }
    *told = point.step;
    let left = progress.left.map_or(String::new(), |left| format!(", {} left", duration(left)));
    say(&format!(
        "Epoch {:.0} of {}: loss {:.4}, {:.1} % of the training and {:.2} % of the validation pictures right, \
         {:.0} pictures/s{left}",
        point.epoch,
        progress.epochs,
        point.loss,
        point.accuracy * 100.0,
        validation * 100.0,
        point.pictures_per_second
    ));
}

fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..=99 => format!("{seconds} s"),
        100..=5999 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{:.1} h", seconds as f64 / 3600.0),
    }
}

fn answer(outcome: &Outcome, job: &Job, folder: &RunFolder, trainer: &Trainer) -> Answer {
    let test = &outcome.test;
    let seconds = outcome.points.last().map_or(0.0, |point| point.seconds);
    let path = folder.network();
    let text = format!(
        "{:.2} % of {} test pictures right after {} epochs, {} of training on the {}\nWrote {}\n",
        test.accuracy * 100.0,
        grouped(test.pictures as u64),
        job.recipe.epochs,
        duration(Duration::from_secs_f64(seconds)),
        trainer.device().name,
        path.display()
    );
    let value = json!({
        "run": folder.path().display().to_string(),
        "network": path.display().to_string(),
        "device": trainer.device(),
        "training": outcome.training,
        "test": test,
        "pictures_per_second": median(outcome.points.iter().map(|point| point.pictures_per_second)),
    });
    Answer::new(text, &value)
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(0.0)
}

fn say(line: &str) {
    // Nobody may be reading.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// `evaluate ARCH --data SOURCE`
pub fn evaluate(arguments: &Evaluate) -> Result<Answer> {
    let architecture = arguments.network.resolve()?;
    let weights = match arguments.network.weights(arguments.weights.as_deref()) {
        Some(path) => loaded(path, &architecture)?.weights,
        None => match embedded::weights_for(&lower(&architecture)) {
            Some(own) => own.weights.clone(),
            None => bail!(
                "an untrained network gets nothing right but by chance; \
                 give its weights by --weights"
            ),
        },
    };
    let trainer = Trainer::new(arguments.device.into())?;
    let limit = arguments.limit.map(|limit| limit as usize);
    let choice = DataChoice {
        source: arguments.data.clone(),
        seed: arguments.data_seed,
        limit: limit.filter(|_| arguments.split != Split::Test),
        held_out: limit,
    };
    let splits = opened(&choice, &architecture)?;
    let classes = architecture.settings().classes as usize;
    let set = split(&splits, arguments.split);
    if set.classes.len() != classes {
        let found = set.classes.len();
        bail!(
            "the network tells {classes} classes apart, the pictures have {found}; train it on them first"
        );
    }
    if set.is_empty() {
        bail!("that part of {} has no pictures; name another by --split", splits.source);
    }
    let evaluation = reported(|go_on| trainer.evaluate(&architecture, &weights, &set, go_on))?;
    let text = evaluation_text(&evaluation, &set, &splits.source);
    let value = json!({
        "data": splits.source,
        "pictures": evaluation.pictures,
        "accuracy": evaluation.accuracy,
        "loss": evaluation.loss,
        "classes": set.classes.to_vec(),
        "confusion": evaluation.confusion,
    });
    Ok(Answer::new(text, &value))
}

fn split(splits: &Splits, wanted: Split) -> Dataset {
    match wanted {
        Split::Train => splits.train.clone(),
        Split::Validation => splits.validation.clone(),
        Split::Test => splits.test.clone(),
        Split::All => splits.all(),
    }
}

fn evaluation_text(evaluation: &Evaluation, set: &Dataset, source: &str) -> String {
    let mut rows =
        vec![["class", "pictures", "right", "mostly taken for"].map(str::to_owned).to_vec()];
    for (class, row) in evaluation.confusion.iter().enumerate() {
        let pictures: u32 = row.iter().sum();
        let others = row.iter().enumerate().filter(|(other, count)| *other != class && **count > 0);
        let worst = others.max_by_key(|(_, count)| **count);
        let right = 100.0 * f64::from(row[class]) / f64::from(pictures.max(1));
        rows.push(vec![
            set.classes[class].clone(),
            grouped(u64::from(pictures)),
            format!("{right:.1} %"),
            worst.map_or(String::new(), |(other, count)| {
                format!("{} ({count})", set.classes[other])
            }),
        ]);
    }
    format!(
        "{source}: {:.2} % of {} pictures right, loss {:.4}\n{}",
        evaluation.accuracy * 100.0,
        grouped(evaluation.pictures as u64),
        evaluation.loss,
        table(&rows)
    )
}
