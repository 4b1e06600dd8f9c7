//! Weights of one network used in another: what an edit left unchanged keeps its weights.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::seed::{SEED, seeded};
use super::{Tensor, WeightTable};
use crate::plan::{Parameter, Plan};

/// Weights with the network that they were learned in.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    table: WeightTable,
    signatures: BTreeMap<String, String>,
}

impl Weights {
    /// Weights that belong to `plan`.
    pub fn new(table: WeightTable, plan: &Plan) -> Self {
        Weights { table, signatures: plan.signatures.clone() }
    }

    /// The tensors by path.
    pub fn table(&self) -> &WeightTable {
        &self.table
    }

    /// Fits the weights to a network.
    pub fn fit<'a>(&'a self, plan: &'a Plan) -> Fitted<'a> {
        self.fit_seeded(plan, SEED)
    }

    /// The same with another seed for what the weights lack.
    pub fn fit_seeded<'a>(&'a self, plan: &'a Plan, seed: u64) -> Fitted<'a> {
        let parameters = plan.parameters();
        let mut untrained = BTreeSet::new();
        for parameter in &parameters {
            let group = plan.layers[parameter.layer].group();
            let same = self.signatures.get(group) == plan.signatures.get(group);
            let tensor = self.table.get(&parameter.path);
            if !same || tensor.is_none_or(|tensor| tensor.shape != parameter.shape) {
                untrained.insert(group);
            }
        }
        Fitted { table: &self.table, plan, parameters, untrained, seed }
    }
}

/// Weights for every parameter of a network, from a file or seeded.
#[derive(Debug)]
pub struct Fitted<'a> {
    table: &'a WeightTable,
    plan: &'a Plan,
    parameters: Vec<Parameter>,
    untrained: BTreeSet<&'a str>,
    seed: u64,
}

impl Fitted<'_> {
    /// The network's parameters, in its order.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The numbers of one parameter.
    pub fn numbers(&self, parameter: &Parameter) -> Cow<'_, [f32]> {
        let group = self.plan.layers[parameter.layer].group();
        match self.table.get(&parameter.path) {
            Some(Tensor { data, .. }) if !self.untrained.contains(group) => Cow::Borrowed(data),
            _ => Cow::Owned(seeded(self.plan, parameter, self.seed)),
        }
    }

    /// The numbers of every parameter.
    pub fn to_table(&self) -> WeightTable {
        let tensor = |parameter: &Parameter| Tensor {
            shape: parameter.shape.clone(),
            data: self.numbers(parameter).into_owned(),
        };
        let parameters = self.parameters.iter();
        parameters.map(|parameter| (parameter.path.clone(), tensor(parameter))).collect()
    }

    /// The groups of layers whose weights are seeded random numbers, in the network's order.
    pub fn untrained_groups(&self) -> Vec<String> {
        let mut groups: Vec<String> = Vec::new();
        for parameter in &self.parameters {
            let group = self.plan.layers[parameter.layer].group();
            if self.untrained.contains(group) && groups.last().is_none_or(|last| last != group) {
                groups.push(group.to_owned());
            }
        }
        groups
    }

    /// Whether no weight came from a file.
    pub fn is_untrained(&self) -> bool {
        let mut parameters = self.parameters.iter();
        parameters
            .all(|parameter| self.untrained.contains(self.plan.layers[parameter.layer].group()))
    }
}
