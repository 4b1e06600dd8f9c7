use super::*;
use crate::arch::{Block, CellKind, Combine, Op, Operand, Positions, zoo};
use crate::ui::canvas::scene::Scene;

/// Cells of many shapes: each block reads two states picked by a fixed random sequence.
fn random_cell(inputs: u8, blocks: u16, seed: u64) -> Cell {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut pick = |below: u16| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % u64::from(below)) as u16
    };
    let mut operand = |block: u16| {
        let inputs = u16::from(inputs);
        let from = match pick(block + inputs) {
            number if number < inputs => StateName::FOUR_INPUTS[usize::from(number)],
            number => StateName::Block(number - inputs),
        };
        Operand { op: Op::ALL[usize::from(pick(13))], from }
    };
    let made: Vec<_> = (0..blocks)
        .map(|number| Block {
            name: StateName::Block(number),
            left: operand(number),
            right: operand(number),
            combine: Combine::Add,
        })
        .collect();
    let output = match inputs {
        4 => (blocks - 4..blocks).rev().map(StateName::Block).collect(),
        _ => (0..blocks).filter(|number| number % 3 != 1).map(StateName::Block).collect(),
    };
    Cell::with_inputs(inputs.into(), &made, output).expect("each block reads earlier states")
}

fn cells() -> Vec<Cell> {
    let mut cells: Vec<_> = CellKind::BOTH.map(zoo::nasnet_a).to_vec();
    for (index, blocks) in [1, 2, 3, 5, 8, 13, 32].into_iter().enumerate() {
        let seeds = (0..4).map(|seed| 100 * index as u64 + seed + 1);
        cells.extend(seeds.clone().map(|seed| random_cell(2, blocks, seed)));
        if blocks >= 4 {
            cells.extend(seeds.map(|seed| random_cell(4, blocks, seed)));
        }
    }
    cells
}

/// The room of the smallest pane, of a high one, of one between, of a wide one.
const ROOMS: [Room; 4] = [
    Room::LEAST,
    Room { gap: NARROWEST_GAP, stretch: HIGHEST_STRETCH },
    Room { gap: 90.0, stretch: 1.2 },
    Room { gap: WIDEST_GAP, stretch: 1.0 },
];

fn drawn(cell: &Cell, room: Room) -> Scene {
    Scene::new(cell, &layout(cell), &Positions::new(), room)
}

fn claims(cell: &Cell, room: Room) -> Vec<(NodeName, Rect)> {
    let nodes = drawn(cell, room).nodes;
    nodes.iter().map(|(node, rect)| (*node, claimed(cell, *node, rect.center()))).collect()
}

fn cells_and_rooms() -> impl Iterator<Item = (Cell, Room)> {
    cells().into_iter().flat_map(|cell| ROOMS.map(|room| (cell.clone(), room)))
}

#[test]
fn nothing_overlaps() {
    for (cell, room) in cells_and_rooms() {
        let claims = claims(&cell, room);
        assert_eq!(claims.len(), cell.states().len() + 1);
        for (index, (one, first)) in claims.iter().enumerate() {
            for (other, second) in &claims[index + 1..] {
                assert!(!first.intersects(*second), "{one:?} {first} and {other:?} {second}");
            }
        }
    }
}

#[test]
fn operations_do_not_overlap() {
    for (cell, room) in cells_and_rooms() {
        let scene = drawn(&cell, room);
        let ops: Vec<_> = scene.wires.values().filter_map(|wire| wire.op).collect();
        for (index, op) in ops.iter().enumerate() {
            let room = op.expand(1.0);
            assert!(!ops[index + 1..].iter().any(|other| room.intersects(*other)), "{op}");
        }
    }
}

#[test]
fn every_wire_goes_right() {
    for (cell, room) in cells_and_rooms() {
        let scene = drawn(&cell, room);
        assert_eq!(scene.wires.len(), 2 * cell.blocks().len() + cell.output().len());
        for (name, wire) in &scene.wires {
            let samples = wire.path.samples();
            let rightwards = samples.windows(2).all(|pair| pair[0].x <= pair[1].x + 1e-3);
            assert!(rightwards, "{name:?} {samples:?}");
        }
    }
}

/// A wire may pass a corner of the space that belongs to a node, but not the node itself.
#[test]
fn no_wire_of_nasnet_a_runs_beneath_a_node_or_an_operation() {
    for (kind, room) in CellKind::BOTH.into_iter().flat_map(|kind| ROOMS.map(|room| (kind, room))) {
        let cell = zoo::nasnet_a(kind);
        let scene = drawn(&cell, room);
        for (name, wire) in &scene.wires {
            let ends = [NodeName::State(wire.from), name.target()];
            for (node, claim) in claims(&cell, room) {
                let crossed = wire.path.samples().iter().any(|at| claim.shrink(1.0).contains(*at));
                let is_end = ends.contains(&node);
                assert!(!crossed || is_end, "{kind}, {room:?}: {name:?} beneath {node:?}");
            }
        }
    }
}

#[test]
fn the_wires_of_a_moved_block_run_beneath_no_other() {
    for kind in CellKind::BOTH {
        let cell = zoo::nasnet_a(kind);
        let placement = layout(&cell);
        // Above and below everything, and in the space before its own column.
        for (block, by) in (0..5).flat_map(|block| {
            [vec2(0.0, -400.0), vec2(20.0, 400.0), vec2(-200.0, 0.0)].map(|by| (block, by))
        }) {
            let state = StateName::Block(block);
            let to = placement.nodes[&NodeName::State(state)] + by;
            let moved = Positions::from([(state, to.into())]);
            let room = Room { gap: WIDEST_GAP, stretch: 1.0 };
            let scene = Scene::new(&cell, &placement, &moved, room);
            for wire in [WireName::Output(state)].iter().filter_map(|name| scene.wires.get(name)) {
                for (node, rect) in &scene.nodes {
                    let ends = [NodeName::State(state), NodeName::Output];
                    let claim = claimed(&cell, *node, rect.center()).shrink(1.0);
                    let crossed = wire.path.samples().iter().any(|at| claim.contains(*at));
                    assert!(!crossed || ends.contains(node), "{kind}: {state} by {by}: {node:?}");
                }
            }
        }
    }
}

#[test]
fn the_crossings_of_nasnet_a_are_the_fewest_possible() {
    for kind in CellKind::BOTH {
        let mut ranks = Ranks::new(&zoo::nasnet_a(kind));
        let named = ranks.columns.clone();
        order::reduce_crossings(&mut ranks);
        let found = order::crossings(&ranks);
        let mut fewest = usize::MAX;
        for_each_order(&named, &mut |columns| {
            ranks.columns = columns.to_vec();
            fewest = fewest.min(order::crossings(&ranks));
        });
        assert_eq!(found, fewest, "{kind}");
    }
}

/// Calls `visit` with every way to order the columns.
fn for_each_order(columns: &[Vec<usize>], visit: &mut dyn FnMut(&[Vec<usize>])) {
    fn permute(
        columns: &mut Vec<Vec<usize>>,
        column: usize,
        place: usize,
        visit: &mut dyn FnMut(&[Vec<usize>]),
    ) {
        if column == columns.len() {
            visit(columns);
        } else if place == columns[column].len() {
            permute(columns, column + 1, 0, visit);
        } else {
            for other in place..columns[column].len() {
                columns[column].swap(place, other);
                permute(columns, column, place + 1, visit);
                columns[column].swap(place, other);
            }
        }
    }
    permute(&mut columns.to_vec(), 0, 0, visit);
}

#[test]
fn a_layout_depends_on_the_wiring_alone() {
    let cell = random_cell(2, 8, 3);
    let mut blocks = cell.blocks();
    for block in &mut blocks {
        block.left.op = Op::Identity;
    }
    let changed = Cell::new(&blocks, cell.output().to_vec()).unwrap();
    assert_ne!(cell, changed);
    assert_eq!(layout(&cell), layout(&changed));
}
