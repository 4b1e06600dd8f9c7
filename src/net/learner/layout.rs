//! Which numbers of a network are trained, and where they lie.

use std::ops::Range;
use std::sync::Arc;

use crate::plan::{Parameter, Plan};
use crate::weights::{Fitted, Tensor, WeightTable};

/// Where one parameter lies among all those of its sort.
#[derive(Clone, Debug)]
struct Slot {
    parameter: Parameter,
    range: Range<usize>,
}

/// Which numbers of a network are trained and which are gathered, one after the other.
///
/// An optimiser then works on one tensor for the whole network, `[T]`, and the moving statistics
/// are another, `[G]`: a NASNet has hundreds of small tensors, and each operation has a price.
#[derive(Clone, Debug)]
pub struct Trainable {
    plan: Arc<Plan>,
    trained: Vec<Slot>,
    gathered: Vec<Slot>,
    /// For each layer where its weight or gamma is among the trained, if it has one.
    first_trained: Vec<Option<usize>>,
    /// The same for its moving mean.
    first_gathered: Vec<Option<usize>>,
    frozen: Vec<bool>,
}

impl Trainable {
    /// The layout of a plan's parameters. Units whose stage is below `first_stage` are frozen: their weights
    /// get no gradient and their batch norms use the moving statistics.
    pub fn new(plan: Arc<Plan>, first_stage: u8) -> Self {
        let mut trained: Vec<Slot> = Vec::new();
        let mut gathered: Vec<Slot> = Vec::new();
        let mut first_trained = vec![None; plan.layers.len()];
        let mut first_gathered = vec![None; plan.layers.len()];
        for parameter in plan.parameters() {
            let (slots, first) = match parameter.role.trainable() {
                true => (&mut trained, &mut first_trained),
                false => (&mut gathered, &mut first_gathered),
            };
            first[parameter.layer].get_or_insert(slots.len());
            let start = slots.last().map_or(0, |slot| slot.range.end);
            let range = start..start + parameter.shape.iter().product::<usize>();
            slots.push(Slot { parameter, range });
        }
        let mut frozen = vec![false; plan.layers.len()];
        for unit in plan.units.iter().filter(|unit| unit.stage < first_stage) {
            frozen[unit.layers.clone()].fill(true);
        }
        Trainable { plan, trained, gathered, first_trained, first_gathered, frozen }
    }

    /// The plan.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// How many numbers are trained, T.
    pub fn trained_count(&self) -> usize {
        self.trained.last().map_or(0, |slot| slot.range.end)
    }

    /// How many numbers are gathered, G.
    pub fn gathered_count(&self) -> usize {
        self.gathered.last().map_or(0, |slot| slot.range.end)
    }

    /// A number for each trained number, `[T]`, by its parameter and whether that is frozen.
    pub fn per_trained(&self, number: impl Fn(&Parameter, bool) -> f32) -> Vec<f32> {
        self.each(&self.trained, number)
    }

    /// The same for each gathered number, `[G]`.
    pub fn per_gathered(&self, number: impl Fn(&Parameter, bool) -> f32) -> Vec<f32> {
        self.each(&self.gathered, number)
    }

    fn each(&self, slots: &[Slot], number: impl Fn(&Parameter, bool) -> f32) -> Vec<f32> {
        let numbers = slots.iter().flat_map(|slot| {
            let value = number(&slot.parameter, self.frozen[slot.parameter.layer]);
            std::iter::repeat_n(value, slot.range.len())
        });
        numbers.collect()
    }

    /// The numbers of `fitted`, trained `[T]` and gathered `[G]`.
    pub fn numbers(&self, fitted: &Fitted<'_>) -> [Vec<f32>; 2] {
        [&self.trained, &self.gathered].map(|slots| {
            slots.iter().flat_map(|slot| fitted.numbers(&slot.parameter).into_owned()).collect()
        })
    }

    /// The numbers as tensors by path.
    pub fn table(&self, trained: &[f32], gathered: &[f32]) -> WeightTable {
        let of = |slots: &[Slot], numbers: &[f32]| -> Vec<(String, Tensor)> {
            let tensor = |slot: &Slot| Tensor {
                shape: slot.parameter.shape.clone(),
                data: numbers[slot.range.clone()].to_vec(),
            };
            slots.iter().map(|slot| (slot.parameter.path.clone(), tensor(slot))).collect()
        };
        of(&self.trained, trained).into_iter().chain(of(&self.gathered, gathered)).collect()
    }

    /// Where the trained numbers of a layer lie among the `[T]`: its weight and, of the dense
    /// layer, its bias; or gamma and beta.
    pub(super) fn trained_range(&self, layer: usize, place: usize) -> Range<usize> {
        self.trained[self.trained_position(layer, place)].range.clone()
    }

    /// Which of the trained parameters that is.
    pub(super) fn trained_position(&self, layer: usize, place: usize) -> usize {
        self.first_trained[layer].expect("this kind of layer has some") + place
    }

    /// The shape of such a parameter.
    pub(super) fn trained_shape(&self, layer: usize, place: usize) -> &[usize] {
        &self.trained[self.trained_position(layer, place)].parameter.shape
    }

    /// Where a batch norm's moving mean (place 0) and variance (1) lie among the `[G]`.
    pub(super) fn gathered_range(&self, layer: usize, place: usize) -> Range<usize> {
        let first = self.first_gathered[layer].expect("a batch norm has some");
        self.gathered[first + place].range.clone()
    }

    /// The ranges of all trained parameters with whether each is frozen, in order.
    pub(super) fn trained_ranges(&self) -> impl Iterator<Item = (Range<usize>, bool)> {
        let slots = self.trained.iter();
        slots.map(|slot| (slot.range.clone(), self.frozen[slot.parameter.layer]))
    }

    /// Whether a layer's weights stay as they are.
    pub(super) fn is_frozen(&self, layer: usize) -> bool {
        self.frozen[layer]
    }
}
