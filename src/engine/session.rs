//! A device, weights and a network, used from one thread: what the engine's thread and the
//! command line both work with.

use std::any::Any;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use burn::tensor::{Device, Tensor, TensorData};

use super::device::{self, DeviceChoice, DeviceError, DeviceReport};
use super::memory::{self, TooLarge, TooMany};
use super::message::WeightsReport;
use super::observe::{self, Activation};
use super::predict::{self, Prediction};
use crate::arch::Architecture;
use crate::cost;
use crate::data::{Picture, Preprocessing};
use crate::net::{BuildError, Network};
use crate::plan::{Plan, lower};
use crate::weights::{self, Loaded, Weights, WeightsError, embedded};

/// Why a network was not built or not run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// It does not fit in memory.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// So many inputs at once do not fit in memory.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The user, or a later request, ended it.
    #[error("cancelled")]
    Cancelled,
    /// The input is not of the network's size.
    #[error(
        "the input is {found:?}, the network takes [N, {}, {}, {}]; \
         change the input, or set the network's input size",
        .wanted[0], .wanted[1], .wanted[2]
    )]
    InputShape {
        /// What was given.
        found: Vec<usize>,
        /// `[C, H, W]` of the network's input.
        wanted: [u32; 3],
    },
    /// The logits are not numbers.
    #[error(
        "the network computes NaN or infinity instead of scores: \
         the weights or the input hold such values, or far too large ones; check both"
    )]
    NotFinite,
    /// The device gave up.
    #[error("the {device} failed ({reason}); choose another device")]
    Device {
        /// Its name.
        device: String,
        /// What it said.
        reason: String,
    },
}

/// Which of a network's weights came from a file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Training {
    /// None: every weight is a seeded random number.
    Untrained,
    /// All of them.
    Loaded,
    /// All but those of these groups of layers (`cell_7/b3/left`), which an edit changed.
    Partly {
        /// The groups that are seeded random numbers, in the order of the network.
        untrained: Vec<String>,
    },
}

/// Numbers that a network made of an input.
#[derive(Clone, Debug, PartialEq)]
pub struct Forward {
    /// Logits `[N, classes]`, row by row.
    pub logits: Vec<f32>,
    /// Milliseconds of the pass alone, the device synchronised before and after.
    pub ms: f64,
    /// For every unit but the head, in order: its path, its shape `[N, C, H, W]`, its numbers;
    /// empty unless asked for.
    pub units: Vec<(String, [usize; 4], Vec<f32>)>,
}

/// What a network made of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureRun {
    /// Milliseconds of the forward pass alone, the device synchronised.
    pub forward_ms: f64,
    /// The picture as the network saw it: cropped and scaled to its input size.
    pub seen: Picture,
    /// How that was done.
    pub preprocessing: Preprocessing,
    /// Every class, best first.
    pub predictions: Vec<Prediction>,
    /// Every unit but the head, in order; empty unless asked for.
    pub activations: Vec<Activation>,
}

/// Whether to go on, asked between the steps of long work with the step's name, the steps done
/// and the steps in all.
pub type GoOn<'a> = &'a mut dyn FnMut(&str, usize, usize) -> ControlFlow<()>;

/// A device, weights and the network built last.
pub struct Session {
    device: Device,
    report: DeviceReport,
    weights: Weights,
    /// What the classes are called that the weights tell apart, where their file says so.
    labels: Option<Vec<String>>,
    /// What the weights that the network at hand was built with call its classes.
    names: Option<Vec<String>>,
    network: Option<Built>,
}

/// The network built last.
struct Built {
    /// [`Architecture::fingerprint`] of it.
    fingerprint: u64,
    network: Network,
    /// How pictures are usually brought to its input.
    usual: Preprocessing,
}

impl Session {
    /// A session on a device.
    pub fn new(choice: DeviceChoice) -> Result<Self, DeviceError> {
        let (device, report) = device::choose(choice)?;
        let (weights, labels, names, network) = Default::default();
        Ok(Session { device, report, weights, labels, names, network })
    }

    /// Where it computes.
    pub fn device(&self) -> &DeviceReport {
        &self.report
    }

    /// Computes elsewhere from now on; stays where it is if that is impossible.
    pub fn use_device(&mut self, choice: DeviceChoice) -> Result<(), DeviceError> {
        (self.device, self.report) = device::choose(choice)?;
        self.network = None;
        Ok(())
    }

    /// Leaves a device that failed for the CPU.
    pub fn fall_back(&mut self, why: String) {
        // Giving tensors back to a device that is gone may panic as well.
        let network = self.network.take();
        let _ = self.guarded(|| drop(network));
        (self.device, self.report) = device::cpu(self.report.choice, why);
    }

    /// Reads a weight file; what fits is used in every network from now on.
    pub fn load_weights(
        &mut self,
        path: &Path,
        architecture: &Architecture,
    ) -> Result<WeightsReport, WeightsError> {
        Ok(self.use_weights(path, weights::load(path, architecture)?))
    }

    /// Uses weights that were read; what fits, in every network from now on.
    pub fn use_weights(&mut self, path: &Path, loaded: Loaded) -> WeightsReport {
        let Loaded { weights, report, fits, architecture, labels, .. } = loaded;
        self.weights = weights;
        self.labels.clone_from(&labels);
        self.network = None;
        let architecture = architecture.map(Arc::new);
        WeightsReport { path: path.to_owned(), load: report, fits, architecture, labels }
    }

    /// Goes back to seeded weights.
    pub fn forget_weights(&mut self) {
        self.weights = Weights::default();
        self.labels = None;
        self.network = None;
    }

    /// The weights that a network is built with, and what its classes are called: those that were
    /// read, or where none of them fits the program's own.
    fn weights_for(&self, plan: &Plan) -> (&Weights, Option<Vec<String>>) {
        let fits = !self.weights.fit(plan).is_untrained();
        match embedded::weights_for(plan).filter(|_| !fits) {
            Some(own) => (&own.weights, own.labels.clone()),
            None => (&self.weights, self.labels.clone()),
        }
    }

    /// Builds the network of a document unless it is the one at hand, and returns the
    /// milliseconds that took.
    pub fn build(
        &mut self,
        architecture: &Architecture,
        go_on: GoOn<'_>,
    ) -> Result<f64, SessionError> {
        let start = Instant::now();
        let fingerprint = architecture.fingerprint();
        if self.network.as_ref().is_some_and(|built| built.fingerprint == fingerprint) {
            return Ok(0.0);
        }
        // The old network's memory counts as free.
        self.network = None;
        let plan = Arc::new(lower(architecture));
        memory::check(&cost::analyse(&plan), memory::free())?;
        let layers = plan.layers.len();
        let (weights, labels) = self.weights_for(&plan);
        let device = &self.device;
        let built = self.guarded(|| {
            Network::build(plan.clone(), weights, device, |layer| {
                go_on("Building the network", layer, layers)
            })
        })?;
        let network = built.map_err(|BuildError::Cancelled| SessionError::Cancelled)?;
        self.names = labels;
        let settings = architecture.settings();
        let usual = Preprocessing::usual(settings.input, settings.flavour);
        self.network = Some(Built { fingerprint, network, usual });
        Ok(start.elapsed().as_secs_f64() * 1e3)
    }

    /// The plan of the network at hand.
    pub fn plan(&self) -> Option<&Arc<Plan>> {
        self.network.as_ref().map(|built| built.network.plan())
    }

    /// Which weights of the network at hand came from a file.
    pub fn training(&self) -> Training {
        match &self.network {
            Some(Built { network, .. }) if network.is_untrained() => Training::Untrained,
            Some(Built { network, .. }) if network.untrained_groups().is_empty() => {
                Training::Loaded
            }
            Some(Built { network, .. }) => {
                Training::Partly { untrained: network.untrained_groups().to_vec() }
            }
            None => Training::Untrained,
        }
    }

    /// The names of the classes of the network at hand, where its weights bring one for each.
    pub fn class_names(&self) -> &[String] {
        let names = self.names.as_deref().unwrap_or_default();
        let classes = self.plan().map_or(0, |plan| plan.shape(plan.output()).channels as usize);
        if names.len() == classes { names } else { &[] }
    }

    /// Whether so many inputs at once fit in memory.
    ///
    /// # Panics
    ///
    /// If no network was built.
    pub fn check_batch(&self, examples: usize) -> Result<(), TooMany> {
        let plan = self.plan().expect("build comes first");
        memory::check_batch(&cost::analyse(plan), examples, memory::free())
    }

    /// Runs the network at hand on `[N, 3, H, W]` numbers that are already scaled.
    ///
    /// # Panics
    ///
    /// If no network was built.
    pub fn forward(
        &self,
        input: Vec<f32>,
        shape: [usize; 4],
        keep_units: bool,
        go_on: GoOn<'_>,
    ) -> Result<Forward, SessionError> {
        let Built { network, .. } = self.network.as_ref().expect("build comes first");
        let wanted = network.plan().shape(0).to_array();
        let [examples, ..] = shape;
        if shape[1..] != wanted.map(|size| size as usize) || examples == 0 {
            return Err(SessionError::InputShape { found: shape.to_vec(), wanted });
        }
        if examples > 1 {
            self.check_batch(examples)?;
        }
        let forward = self.guarded(|| self.forward_on(network, input, shape, keep_units, go_on))?;
        let forward = forward?;
        match forward.logits.iter().all(|logit| logit.is_finite()) {
            true => Ok(forward),
            false => Err(SessionError::NotFinite),
        }
    }

    fn forward_on(
        &self,
        network: &Network,
        input: Vec<f32>,
        shape: [usize; 4],
        keep_units: bool,
        go_on: GoOn<'_>,
    ) -> Result<Forward, SessionError> {
        let failed = |error: String| SessionError::Device {
            device: self.report.name.clone(),
            reason: error,
        };
        let input = Tensor::<4>::from_data(TensorData::new(input, shape), &self.device);
        self.device.sync().map_err(|error| failed(error.to_string()))?;
        let total = network.plan().units.len();
        let mut kept = Vec::new();
        let mut done = 0;
        let start = Instant::now();
        let logits = network.run(input, |unit, output| {
            done += 1;
            if keep_units && done < total {
                kept.push((unit.path.clone(), output.clone()));
            }
            go_on(&format!("Ran {}", unit.path), done, total)
        });
        let logits = logits.ok_or(SessionError::Cancelled)?;
        self.device.sync().map_err(|error| failed(error.to_string()))?;
        let ms = start.elapsed().as_secs_f64() * 1e3;
        let numbers = |data: Result<TensorData, _>| -> Result<Vec<f32>, SessionError> {
            let data =
                data.map_err(|error: burn::tensor::ExecutionError| failed(error.to_string()))?;
            data.try_into_vec().map_err(|error| failed(format!("{error:?}")))
        };
        let logits = numbers(logits.try_into_data())?;
        let units = kept.into_iter().map(|(path, value)| {
            let shape = value.dims();
            Ok((path, shape, numbers(value.try_into_data())?))
        });
        Ok(Forward { logits, ms, units: units.collect::<Result<_, SessionError>>()? })
    }

    /// Shows the network at hand a picture, preprocessed as asked for or as is usual for it.
    ///
    /// # Panics
    ///
    /// If no network was built.
    pub fn look_at(
        &self,
        picture: &Picture,
        preprocessing: Option<Preprocessing>,
        keep_activations: bool,
        go_on: GoOn<'_>,
    ) -> Result<PictureRun, SessionError> {
        let Built { network, usual, .. } = self.network.as_ref().expect("build comes first");
        let size = network.plan().shape(0).width as usize;
        let preprocessing = preprocessing.unwrap_or(*usual);
        let input = picture.to_input(size, preprocessing);
        let seen = Picture::from_input(&input, size).expect("made for this size");
        let forward = self.forward(input, [1, 3, size, size], keep_activations, go_on)?;
        let units = forward.units.iter();
        let activations = units.map(|(path, shape, numbers)| {
            let [_, channels, height, width] = *shape;
            observe::activation(path, [channels, height, width], numbers)
        });
        Ok(PictureRun {
            forward_ms: forward.ms,
            seen,
            preprocessing,
            predictions: predict::ranked(&forward.logits, self.names.as_deref()),
            activations: activations.collect(),
        })
    }

    /// burn reports a lost device or an impossible kernel by a panic: make it an error.
    fn guarded<T>(&self, work: impl FnOnce() -> T) -> Result<T, SessionError> {
        catch_unwind(AssertUnwindSafe(work)).map_err(|panic| SessionError::Device {
            device: self.report.name.clone(),
            reason: panic_message(panic.as_ref()),
        })
    }
}

/// What a panic said, on one line.
pub(super) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.and_then(|text| text.lines().next()).unwrap_or("no reason given").to_owned()
}
