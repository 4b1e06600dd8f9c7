//! The layered graph behind a layout: nodes and lanes in columns, joined by level-to-level links.

use std::collections::BTreeMap;

use super::{output_port_offset, port_offset};
use crate::arch::{Cell, Side, StateName};
use crate::ui::canvas::names::{NodeName, WireName};

/// Something that takes a place in a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Vertex {
    /// A node of the drawing.
    Node(NodeName),
    /// A wire that passes the column.
    Lane(WireName),
}

/// A piece of a wire between neighbouring columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// The vertex in the earlier column.
    pub(super) from: usize,
    /// The vertex in the later column.
    pub(super) to: usize,
    /// Where it ends, over the middle of `to`.
    pub(super) offset: f32,
}

/// A cell as columns of vertices.
#[derive(Clone, Debug)]
pub(super) struct Ranks {
    pub(super) vertices: Vec<Vertex>,
    /// The vertices of each column, from top to bottom.
    pub(super) columns: Vec<Vec<usize>>,
    /// The links that arrive from the left, for each vertex.
    pub(super) arriving: Vec<Vec<Link>>,
    /// The links that leave to the right, for each vertex.
    pub(super) leaving: Vec<Vec<Link>>,
}

impl Ranks {
    /// Columns by longest path, in the order of names.
    pub(super) fn new(cell: &Cell) -> Ranks {
        let rank = longest_paths(cell);
        let last = rank.values().max().map_or(1, |deepest| deepest + 1);
        let mut ranks = Ranks {
            vertices: Vec::new(),
            columns: vec![Vec::new(); last + 1],
            arriving: Vec::new(),
            leaving: Vec::new(),
        };
        let mut ids = BTreeMap::new();
        for (state, column) in &rank {
            ids.insert(*state, ranks.add(Vertex::Node(NodeName::State(*state)), *column));
        }
        let output = ranks.add(Vertex::Node(NodeName::Output), last);
        for block in cell.blocks() {
            for side in Side::BOTH {
                let wire = WireName::Operand { block: block.name, side };
                let source = block.operand(side).from;
                let span = rank[&source]..rank[&block.name];
                ranks.wire(wire, ids[&source], ids[&block.name], span, port_offset(side));
            }
        }
        for (index, source) in cell.output().iter().enumerate() {
            let offset = output_port_offset(index, cell.output().len());
            ranks.wire(WireName::Output(*source), ids[source], output, rank[source]..last, offset);
        }
        ranks
    }

    fn add(&mut self, vertex: Vertex, column: usize) -> usize {
        let id = self.vertices.len();
        self.vertices.push(vertex);
        self.columns[column].push(id);
        self.arriving.push(Vec::new());
        self.leaving.push(Vec::new());
        id
    }

    /// Joins two vertices, with a lane in each column strictly within `span`.
    fn wire(
        &mut self,
        wire: WireName,
        from: usize,
        to: usize,
        span: std::ops::Range<usize>,
        offset: f32,
    ) {
        let mut previous = from;
        for column in span.start + 1..span.end {
            let lane = self.add(Vertex::Lane(wire), column);
            self.link(Link { from: previous, to: lane, offset: 0.0 });
            previous = lane;
        }
        self.link(Link { from: previous, to, offset });
    }

    fn link(&mut self, link: Link) {
        self.leaving[link.from].push(link);
        self.arriving[link.to].push(link);
    }
}

/// The length of the longest path from an input to each state.
fn longest_paths(cell: &Cell) -> BTreeMap<StateName, usize> {
    let mut rank: BTreeMap<_, _> = cell.inputs().iter().map(|name| (*name, 0)).collect();
    for block in cell.blocks() {
        let deepest = rank[&block.left.from].max(rank[&block.right.from]);
        rank.insert(block.name, deepest + 1);
    }
    rank
}
