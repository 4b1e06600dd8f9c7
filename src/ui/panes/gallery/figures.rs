//! What the cards show of each network, computed once and a few at a time.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::arch::CellKind;
use crate::arch::zoo::Preset;
use crate::cost::analyse;
use crate::plan::lower;
use crate::ui::canvas::Sketch;

/// The time that one frame spends on them: so that the window stays quick while they come in.
const PATIENCE: Duration = Duration::from_millis(4);

/// What is computed of a network.
pub struct Figures {
    /// Trained parameters.
    pub parameters: u64,
    /// Multiply-adds for one picture.
    pub macs: u64,
    /// The normal and the reduction cell.
    pub sketches: [Sketch; 2],
}

/// The figures of the networks seen so far, by the name of the preset.
#[derive(Default)]
pub struct FigureCache {
    known: HashMap<&'static str, Figures>,
    /// When the frame began that is being drawn.
    began: Option<Instant>,
    missing: bool,
}

impl FigureCache {
    /// A frame begins.
    pub fn begin_frame(&mut self) {
        self.began = Some(Instant::now());
        self.missing = false;
    }

    /// Whether the frame left out figures, which the next should bring.
    pub fn is_missing_some(&self) -> bool {
        self.missing
    }

    /// The figures of a network, unless the frame has no time left for them.
    pub fn of(&mut self, preset: &Preset) -> Option<&Figures> {
        let has_time = self.began.is_none_or(|began| began.elapsed() < PATIENCE);
        if has_time && !self.known.contains_key(preset.name) {
            self.known.insert(preset.name, Figures::new(preset));
        }
        let known = self.known.get(preset.name);
        self.missing |= known.is_none();
        known
    }
}

impl Figures {
    fn new(preset: &Preset) -> Self {
        let network = preset.architecture();
        let cost = analyse(&lower(&network));
        Figures {
            parameters: cost.parameters().trainable,
            macs: cost.total.macs,
            sketches: CellKind::BOTH.map(|kind| Sketch::new(network.cell(kind))),
        }
    }
}
