//! Heights within the columns: as level as the wires allow, never overlapping.

use std::collections::BTreeMap;

use super::node_size;
use super::ranks::{Ranks, Vertex};
use crate::arch::Cell;
use crate::ui::canvas::names::WireName;

const SWEEPS: usize = 40;
/// Space between two nodes.
const NODE_GAP: f32 = 6.0;
/// Space on both sides of a lane.
const LANE_GAP: f32 = 6.0;

/// The height of the middle of each vertex; the order within the columns is kept.
pub(super) fn heights(cell: &Cell, ranks: &Ranks) -> Vec<f32> {
    let half: Vec<_> = ranks.vertices.iter().map(|vertex| half_height(cell, *vertex)).collect();
    let mut heights = vec![0.0; ranks.vertices.len()];
    for column in &ranks.columns {
        place(column, &half, &mut heights, |_| (0.0, 1.0));
    }
    for sweep in 0..SWEEPS {
        let columns: Vec<_> = match sweep % 2 {
            0 => (0..ranks.columns.len()).collect(),
            _ => (0..ranks.columns.len()).rev().collect(),
        };
        for column in columns {
            let before = heights.clone();
            place(&ranks.columns[column], &half, &mut heights, |id| wish(ranks, &before, id));
        }
    }
    straighten(ranks, &half, &mut heights);
    heights
}

/// Takes the last small steps out of long wires: neighbouring lanes of a wire get one height
/// wherever all of them have room for it.
fn straighten(ranks: &Ranks, half: &[f32], heights: &mut [f32]) {
    let mut lanes: BTreeMap<WireName, Vec<usize>> = BTreeMap::new();
    for id in ranks.columns.iter().flatten() {
        if let Vertex::Lane(wire) = ranks.vertices[*id] {
            lanes.entry(wire).or_default().push(*id);
        }
    }
    for lanes in lanes.values() {
        let mut run = Vec::new();
        let mut room = (f32::MIN, f32::MAX);
        for id in lanes {
            let own = room_of(ranks, half, heights, *id);
            let joint = (room.0.max(own.0), room.1.min(own.1));
            if joint.0 > joint.1 {
                level(&run, room, heights);
                run.clear();
                room = own;
            } else {
                room = joint;
            }
            run.push(*id);
        }
        level(&run, room, heights);
    }
}

/// How high and how low a vertex can be while its neighbours in the column stay.
fn room_of(ranks: &Ranks, half: &[f32], heights: &[f32], id: usize) -> (f32, f32) {
    let columns = ranks.columns.iter();
    let found = columns.filter_map(|column| {
        column.iter().position(|other| *other == id).map(|index| (column, index))
    });
    let mut room = (f32::MIN, f32::MAX);
    for (column, index) in found {
        if let Some(above) = index.checked_sub(1).map(|above| column[above]) {
            room.0 = heights[above] + half[above] + half[id];
        }
        if let Some(below) = column.get(index + 1) {
            room.1 = heights[*below] - half[*below] - half[id];
        }
    }
    room
}

fn level(run: &[usize], (top, bottom): (f32, f32), heights: &mut [f32]) {
    let mean = run.iter().map(|id| heights[*id]).sum::<f32>() / run.len() as f32;
    for id in run {
        heights[*id] = mean.max(top).min(bottom);
    }
}

/// Half of what a vertex takes, with the space around it.
fn half_height(cell: &Cell, vertex: Vertex) -> f32 {
    match vertex {
        Vertex::Lane(_) => LANE_GAP,
        Vertex::Node(node) => (node_size(cell, node).y + NODE_GAP) / 2.0,
    }
}

/// The height at which the wires of a vertex would be level on average, and how much it matters.
/// A bend in a long wire is uglier than a slope at its end, so lanes hold on to lanes.
fn wish(ranks: &Ranks, heights: &[f32], id: usize) -> (f32, f32) {
    let is_lane = |id: usize| matches!(ranks.vertices[id], Vertex::Lane(_));
    let pull = |other: usize| if is_lane(id) && is_lane(other) { 16.0 } else { 1.0 };
    let arriving = ranks.arriving[id].iter();
    let arriving = arriving.map(|link| (heights[link.from] - link.offset, pull(link.from)));
    let leaving = ranks.leaving[id].iter();
    let leaving = leaving.map(|link| (heights[link.to] + link.offset, pull(link.to)));
    let wishes: Vec<_> = arriving.chain(leaving).collect();
    if wishes.is_empty() {
        return (heights[id], 0.1);
    }
    let pulls: f32 = wishes.iter().map(|(_, pull)| pull).sum();
    let height = wishes.iter().map(|(height, pull)| height * pull).sum::<f32>() / pulls;
    (height, if is_lane(id) { 4.0 } else { 1.0 })
}

/// Least squares under the condition that neighbours keep their distance: vertices whose wishes
/// are too close are pooled into groups that share one shift.
fn place(column: &[usize], half: &[f32], heights: &mut [f32], wish: impl Fn(usize) -> (f32, f32)) {
    struct Group {
        shift: f32,
        weight: f32,
        members: usize,
    }
    let mut stacked = Vec::with_capacity(column.len());
    let mut top = 0.0;
    for id in column {
        stacked.push(top + half[*id]);
        top += 2.0 * half[*id];
    }
    let mut groups: Vec<Group> = Vec::new();
    for (id, stacked) in column.iter().zip(&stacked) {
        let (height, weight) = wish(*id);
        let mut group = Group { shift: height - stacked, weight, members: 1 };
        while let Some(above) = groups.pop_if(|above| above.shift > group.shift) {
            let weight = above.weight + group.weight;
            let shift = (above.shift * above.weight + group.shift * group.weight) / weight;
            group = Group { shift, weight, members: above.members + group.members };
        }
        groups.push(group);
    }
    let shifts = groups.iter().flat_map(|group| std::iter::repeat_n(group.shift, group.members));
    for ((id, stacked), shift) in column.iter().zip(&stacked).zip(shifts) {
        heights[*id] = stacked + shift;
    }
}
