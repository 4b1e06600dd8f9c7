//! The order within each column: barycentre sweeps, then exchanges of neighbours, from several
//! starts; the order with the fewest crossings wins.

use super::ranks::{Link, Ranks};

const SWEEPS: usize = 8;

/// Reorders the columns so that few wires cross.
pub(super) fn reduce_crossings(ranks: &mut Ranks) {
    let named = ranks.columns.clone();
    let mut flipped = named.clone();
    flipped.iter_mut().for_each(|column| column.reverse());
    let mut inputs_flipped = named.clone();
    inputs_flipped[0].reverse();
    let mut best: Option<(usize, Vec<Vec<usize>>)> = None;
    // The order of names comes first: among equals it is kept, so that pictures change little.
    for start in [named, inputs_flipped, flipped] {
        ranks.columns = start;
        for sweep in 0..=SWEEPS {
            exchange_neighbours(ranks);
            let count = crossings(ranks);
            if best.as_ref().is_none_or(|(fewest, _)| count < *fewest) {
                best = Some((count, ranks.columns.clone()));
            }
            sort_by_neighbours(ranks, sweep % 2 == 0);
        }
    }
    if let Some((_, columns)) = best {
        ranks.columns = columns;
    }
}

/// How many pairs of wires cross between the columns.
pub(super) fn crossings(ranks: &Ranks) -> usize {
    let place = places(ranks);
    let links = |column: &Vec<usize>| {
        column.iter().flat_map(|id| ranks.leaving[*id].iter().copied()).collect::<Vec<_>>()
    };
    let count = |links: Vec<Link>| {
        let pairs = links.iter().enumerate().flat_map(|(index, first)| {
            links[index + 1..].iter().map(move |second| (*first, *second))
        });
        pairs.filter(|(first, second)| cross(&place, first, second)).count()
    };
    ranks.columns.iter().map(|column| count(links(column))).sum()
}

fn places(ranks: &Ranks) -> Vec<usize> {
    let mut place = vec![0; ranks.vertices.len()];
    for column in &ranks.columns {
        for (index, id) in column.iter().enumerate() {
            place[*id] = index;
        }
    }
    place
}

/// Whether two links between the same columns cross: their ends are in opposite orders.
fn cross(place: &[usize], first: &Link, second: &Link) -> bool {
    let start = place[first.from].cmp(&place[second.from]);
    let end = place[first.to].cmp(&place[second.to]);
    let end = end.then(first.offset.total_cmp(&second.offset));
    start.is_ne() && end.is_ne() && start != end
}

fn exchange_neighbours(ranks: &mut Ranks) {
    let mut place = places(ranks);
    // Each exchange removes a crossing, so that this ends; the bound is for 32 tangled blocks.
    for _ in 0..100 {
        let mut improved = false;
        for column in 0..ranks.columns.len() {
            for upper in 0..ranks.columns[column].len().saturating_sub(1) {
                let pair = [ranks.columns[column][upper], ranks.columns[column][upper + 1]];
                let before = crossings_between(ranks, &place, pair);
                place.swap(pair[0], pair[1]);
                if crossings_between(ranks, &place, pair) < before {
                    ranks.columns[column].swap(upper, upper + 1);
                    improved = true;
                } else {
                    place.swap(pair[0], pair[1]);
                }
            }
        }
        if !improved {
            return;
        }
    }
}

/// How often the wires of one vertex cross those of another in the same column.
fn crossings_between(ranks: &Ranks, place: &[usize], [one, other]: [usize; 2]) -> usize {
    let count = |one: &[Link], other: &[Link]| {
        let pairs = one.iter().flat_map(|first| other.iter().map(move |second| (first, second)));
        pairs.filter(|(first, second)| cross(place, first, second)).count()
    };
    count(&ranks.arriving[one], &ranks.arriving[other])
        + count(&ranks.leaving[one], &ranks.leaving[other])
}

/// Sorts each column by the mean place of its neighbours on the left or on the right.
fn sort_by_neighbours(ranks: &mut Ranks, rightwards: bool) {
    let order: Vec<_> = match rightwards {
        true => (1..ranks.columns.len()).collect(),
        false => (0..ranks.columns.len() - 1).rev().collect(),
    };
    for column in order {
        let place = places(ranks);
        let mean = |id: &usize| {
            let sum: f32 = match rightwards {
                true => ranks.arriving[*id].iter().map(|link| place[link.from] as f32).sum(),
                // A port within its node counts as a fraction of a place.
                false => ranks.leaving[*id]
                    .iter()
                    .map(|link| place[link.to] as f32 + link.offset / 1000.0)
                    .sum(),
            };
            let links = if rightwards { &ranks.arriving[*id] } else { &ranks.leaving[*id] };
            if links.is_empty() { place[*id] as f32 } else { sum / links.len() as f32 }
        };
        let mut sorted = ranks.columns[column].clone();
        sorted.sort_by(|first, second| mean(first).total_cmp(&mean(second)));
        ranks.columns[column] = sorted;
    }
}
