//! `bench`: how fast a network answers, or learns.

use std::ops::ControlFlow;
use std::time::Instant;

use anyhow::{Result, bail};
use serde_json::json;

use super::Answer;
use super::arguments::Bench;
use super::compute::session;
use super::progress::reported;
use crate::arch::Architecture;
use crate::engine::Trainer;
use crate::train::Recipe;

/// `bench ARCH`
pub fn bench(arguments: &Bench) -> Result<Answer> {
    let network = arguments.network.resolve()?;
    if arguments.train {
        return training(arguments, &network);
    }
    let start = Instant::now();
    let session = session(
        arguments.device.into(),
        &network,
        arguments.network.weights(arguments.weights.as_deref()),
    )?;
    let build_ms = start.elapsed().as_secs_f64() * 1e3;
    let size = network.settings().input as usize;
    let shape = [arguments.batch as usize, 3, size, size];
    session.check_batch(shape[0])?;
    // Not constant: a device might notice. A ramp over [-1, 1] stands for any picture.
    let count = shape.iter().product::<usize>();
    let input: Vec<f32> = (0..count).map(|index| (index % 511) as f32 / 255.0 - 1.0).collect();
    let pass =
        || session.forward(input.clone(), shape, false, &mut |_, _, _| ControlFlow::Continue(()));
    let first_ms = pass()?.ms;
    let times = (0..arguments.runs).map(|_| Ok(pass()?.ms)).collect::<Result<Vec<f64>>>()?;
    Ok(answer(arguments, &session.device().name, build_ms, first_ms, times))
}

/// The same of training steps: forward, back, and what the optimiser makes of it.
fn training(arguments: &Bench, network: &Architecture) -> Result<Answer> {
    let trainer = Trainer::new(arguments.device.into())?;
    let recipe = Recipe { batch: arguments.batch.max(2), ..Recipe::default() };
    if arguments.batch < 2 {
        bail!(
            "a training step needs more than one picture for the batch's statistics; give --batch 64, for example"
        );
    }
    let steps = arguments.runs + 1;
    let times = reported(|go_on| trainer.step_times(network, &recipe, steps, go_on))?;
    let [build_ms, first_ms] = [times.build_ms, times.steps_ms[0]];
    let times = times.steps_ms[1..].to_vec();
    Ok(answer(arguments, &trainer.device().name, build_ms, first_ms, times))
}

fn answer(
    arguments: &Bench,
    device: &str,
    build_ms: f64,
    first_ms: f64,
    mut times: Vec<f64>,
) -> Answer {
    times.sort_by(f64::total_cmp);
    let middle = times.len() / 2;
    let median_ms = match times.len() % 2 {
        0 => (times[middle - 1] + times[middle]) / 2.0,
        _ => times[middle],
    };
    let min_ms = times[0];
    let per_second = f64::from(arguments.batch) * 1e3 / median_ms;
    let what = if arguments.train { "training step" } else { "pass" };
    let plural = if arguments.train { "steps" } else { "passes" };
    let text = format!(
        "{device}, batch {}\nbuild {build_ms:.0} ms, first {what} {first_ms:.1} ms, then median \
         {median_ms:.1} ms, least {min_ms:.1} ms of {} {plural}: {per_second:.1} pictures per second\n",
        arguments.batch, arguments.runs,
    );
    let value = json!({
        "device": device,
        "build_ms": build_ms,
        "first_ms": first_ms,
        "median_ms": median_ms,
        "min_ms": min_ms,
        "images_per_second": per_second,
    });
    Answer::new(text, &value)
}
