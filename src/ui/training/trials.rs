//! The table of cells that were tried.

use crate::arch::{Architecture, EditError};
use crate::train::{SeedResult, Trial};

/// As many cells are kept; the oldest go first.
const MOST: usize = 200;

/// A column that the table can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The order in which cells were first tried.
    Order,
    /// The document's name.
    Name,
    /// Mean accuracy.
    Accuracy,
    /// Parameters of the small network.
    Parameters,
    /// Multiply-adds of the small network.
    Macs,
    /// Parameters of the document.
    DocumentParameters,
    /// Multiply-adds of the document.
    DocumentMacs,
    /// Seconds of training.
    Seconds,
}

/// The cells that were tried.
#[derive(Debug)]
pub struct Trials {
    /// Oldest first.
    list: Vec<Trial>,
    sorted_by: Column,
    descending: bool,
}

impl Default for Trials {
    fn default() -> Self {
        Trials { list: Vec::new(), sorted_by: Column::Accuracy, descending: true }
    }
}

impl Trials {
    /// Reads what [`Trials::to_json`] wrote; an empty table if it is something else.
    pub fn from_json(text: &str) -> Self {
        let mut list: Vec<Trial> = serde_json::from_str(text).unwrap_or_else(|error| {
            tracing::warn!(%error, "the saved trials cannot be read");
            Vec::new()
        });
        list.drain(..list.len().saturating_sub(MOST));
        Trials { list, ..Self::default() }
    }

    /// The table as text, to keep until the next start.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.list).unwrap_or_default()
    }

    /// The cells, oldest first.
    pub fn list(&self) -> &[Trial] {
        &self.list
    }

    /// What the table is sorted by, and whether the largest comes first.
    pub fn order(&self) -> (Column, bool) {
        (self.sorted_by, self.descending)
    }

    /// Sorts by a column; by the same once more, the other way round.
    pub fn sort_by(&mut self, column: Column) {
        self.descending = match self.sorted_by == column {
            true => !self.descending,
            false => column == Column::Accuracy,
        };
        self.sorted_by = column;
    }

    /// The places of the cells in [`Trials::list`], in the order of the table.
    pub fn sorted(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.list.len()).collect();
        let key = |trial: &Trial| match self.sorted_by {
            Column::Accuracy => trial.mean().unwrap_or(-1.0),
            Column::Parameters => trial.trained_size.parameters as f64,
            Column::Macs => trial.trained_size.macs as f64,
            Column::DocumentParameters => trial.size.parameters as f64,
            Column::DocumentMacs => trial.size.macs as f64,
            Column::Seconds => trial.seconds(),
            Column::Order | Column::Name => 0.0,
        };
        // A stable sort: equal ones stay in the order in which they were tried.
        places.sort_by(|one, other| {
            let (one, other) = (&self.list[*one], &self.list[*other]);
            match self.sorted_by {
                Column::Name => one.network.name().cmp(other.network.name()),
                _ => key(one).total_cmp(&key(other)),
            }
        });
        if self.descending {
            places.reverse();
        }
        places
    }

    /// The trial of these cells, if they were tried.
    pub fn of(&self, network: &Architecture) -> Option<&Trial> {
        self.list.iter().find(|trial| trial.is_of(network))
    }

    /// Adds what a seed came to, to the row of the same cells if there is one.
    ///
    /// # Errors
    ///
    /// If the cells make no small network.
    pub fn add(&mut self, network: &Architecture, result: SeedResult) -> Result<(), EditError> {
        let place = match self.list.iter().position(|trial| trial.is_of(network)) {
            Some(place) => place,
            None => {
                self.list.push(Trial::new(network.clone())?);
                self.list.drain(..self.list.len().saturating_sub(MOST));
                self.list.len() - 1
            }
        };
        self.list[place].results.push(result);
        Ok(())
    }

    /// Removes a row.
    pub fn remove(&mut self, place: usize) {
        if place < self.list.len() {
            self.list.remove(place);
        }
    }

    /// The table as a CSV file's text, in its order.
    pub fn to_csv(&self) -> String {
        let mut text = String::from(
            "name,mean_accuracy,standard_deviation,seeds,trained_parameters,trained_multiply_adds,\
             document_parameters,document_multiply_adds,seconds\n",
        );
        for place in self.sorted() {
            let trial = &self.list[place];
            let part =
                |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.6}"));
            let fields = [
                quoted(trial.network.name()),
                part(trial.mean()),
                part(trial.deviation()),
                trial.results.len().to_string(),
                trial.trained_size.parameters.to_string(),
                trial.trained_size.macs.to_string(),
                trial.size.parameters.to_string(),
                trial.size.macs.to_string(),
                format!("{:.1}", trial.seconds()),
            ];
            text.push_str(&fields.join(","));
            text.push('\n');
        }
        text
    }
}

/// A field of a CSV file.
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{Edit, zoo};

    fn result(seed: u64, accuracy: f64) -> SeedResult {
        SeedResult { seed, accuracy, seconds: 10.0 }
    }

    fn network(name: &str) -> Architecture {
        zoo::architecture(name).unwrap()
    }

    #[test]
    fn the_same_cell_adds_seeds_to_its_row() {
        let mut trials = Trials::default();
        let (small, large) = (network("nasnet-a-small"), network("nasnet-a-large"));
        trials.add(&small, result(0, 0.5)).unwrap();
        trials.add(&small, result(1, 0.75)).unwrap();
        trials.add(&large, result(0, 0.25)).unwrap();
        let seeds = |network| trials.of(network).map(|trial| trial.results.len());
        assert_eq!((trials.list().len(), seeds(&small), seeds(&large)), (2, Some(2), Some(1)));
        let again = Trials::from_json(&trials.to_json());
        assert_eq!(again.list(), trials.list());
        assert!(Trials::from_json("{").list().is_empty());
    }

    #[test]
    fn rows_are_sorted_both_ways_and_written_in_that_order() {
        let mut trials = Trials::default();
        let base = network("nasnet-a-small");
        let named = |name: &str, skip| {
            let edited = base.edited(&Edit::Rename(name.to_owned())).unwrap();
            edited.edited(&Edit::SetSkipReduction(skip)).unwrap()
        };
        let skip = base.settings().skip_reduction;
        trials.add(&named("b, \"x\"", skip), result(0, 0.5)).unwrap();
        trials.add(&named("a", !skip), result(0, 0.75)).unwrap();
        trials.add(&named("a", !skip), result(1, 0.25)).unwrap();
        trials.add(&named("a", !skip), result(2, 0.75)).unwrap();
        assert_eq!((trials.order(), trials.sorted()), ((Column::Accuracy, true), vec![1, 0]));
        trials.sort_by(Column::Accuracy);
        assert_eq!(trials.sorted(), [0, 1]);
        trials.sort_by(Column::Name);
        assert_eq!(trials.sorted(), [1, 0]);
        let csv = trials.to_csv();
        let lines: Vec<_> = csv.lines().collect();
        assert!(lines[1].starts_with("a,0.583333,0.288675,3,"), "{}", lines[1]);
        assert!(lines[2].starts_with("\"b, \"\"x\"\"\",0.500000,,1,"), "{}", lines[2]);
        trials.remove(0);
        trials.remove(9);
        assert_eq!(trials.list().len(), 1);
    }
}
