//! One cell: a directed acyclic graph of hidden states joined by operations.

use std::hash::{Hash, Hasher};

use petgraph::Direction;
use petgraph::stable_graph::{EdgeIndex, NodeIndex, StableDiGraph};
use petgraph::visit::EdgeRef as _;
use serde::{Deserialize, Serialize};

use super::{CellError, Combine, Op, Side, StateName};

/// A node of a cell's graph: one hidden state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The state's name, unique in its cell.
    pub name: StateName,
    /// How the block that makes the state joins its sides; `Add`, unused, for inputs.
    pub combine: Combine,
}

/// An edge of a cell's graph: an operation applied to the source state for one side of the
/// target's block. Two edges may join the same two states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Application {
    /// The operation.
    pub op: Op,
    /// The side of the block that it fills.
    pub side: Side,
}

/// One side of a block as data: an operation and the state it is applied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Operand {
    /// The operation.
    pub op: Op,
    /// The state it reads.
    pub from: StateName,
}

/// One block as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Block {
    /// The state that the block makes.
    pub name: StateName,
    /// The first operand.
    pub left: Operand,
    /// The second operand.
    pub right: Operand,
    /// How the two are joined.
    pub combine: Combine,
}

impl Block {
    /// The operand on `side`.
    pub fn operand(&self, side: Side) -> Operand {
        match side {
            Side::Left => self.left,
            Side::Right => self.right,
        }
    }
}

/// A cell of the search space: input states, blocks that each join two operations on earlier
/// states, and the ordered list of its output states.
///
/// A cell of two inputs concatenates its output states to one output. A cell of four (NASNet-B) has
/// exactly four and concatenates none: output k is what the cell k + 1 places later reads as its
/// input k.
#[derive(Clone, Debug)]
pub struct Cell {
    graph: StableDiGraph<State, Application>,
    output: Vec<StateName>,
}

impl Cell {
    /// The most blocks a cell may have; the published cells have five.
    pub const MAX_BLOCKS: usize = 32;
    /// The highest block number.
    pub const MAX_NUMBER: u16 = 999;

    /// Who reads each of the four outputs of a cell that does not concatenate them.
    pub const OUTPUT_READERS: [&str; 4] =
        ["the next cell", "the second next cell", "the third next cell", "the fourth next cell"];

    /// A cell of two inputs and these blocks, in order of their numbers, that concatenates
    /// `output`.
    pub fn new(blocks: &[Block], output: Vec<StateName>) -> Result<Cell, CellError> {
        Self::with_inputs(StateName::INPUTS.len(), blocks, output)
    }

    /// A cell of two or four inputs and these blocks, in order of their numbers.
    pub fn with_inputs(
        inputs: usize,
        blocks: &[Block],
        output: Vec<StateName>,
    ) -> Result<Cell, CellError> {
        let inputs: &[StateName] = match inputs {
            2 => &StateName::INPUTS,
            4 => &StateName::FOUR_INPUTS,
            _ => return Err(CellError::InputCount(inputs)),
        };
        if blocks.is_empty() || blocks.len() > Self::MAX_BLOCKS {
            return Err(CellError::BlockCount(blocks.len()));
        }
        let mut graph = StableDiGraph::new();
        for name in inputs {
            graph.add_node(State { name: *name, combine: Combine::Add });
        }
        let mut cell = Cell { graph, output: Vec::new() };
        let mut ordered = blocks.to_vec();
        ordered.sort_by_key(|block| block.name);
        for block in ordered {
            cell.insert(block)?;
        }
        cell.set_output(output)?;
        Ok(cell)
    }

    /// The graph itself: nodes are states, edges are operations.
    pub fn graph(&self) -> &StableDiGraph<State, Application> {
        &self.graph
    }

    /// The input states, the nearest cell's first.
    pub fn inputs(&self) -> &'static [StateName] {
        match self.node(StateName::Input(2)) {
            None => &StateName::INPUTS,
            Some(_) => &StateName::FOUR_INPUTS,
        }
    }

    /// Whether the output states are concatenated, which those of a cell of four inputs are not.
    pub fn concatenates(&self) -> bool {
        self.inputs().len() == StateName::INPUTS.len()
    }

    /// The output states, in order.
    pub fn output(&self) -> &[StateName] {
        &self.output
    }

    /// Every state: inputs, then blocks by number.
    pub fn states(&self) -> Vec<StateName> {
        let mut names: Vec<_> = self.graph.node_weights().map(|state| state.name).collect();
        names.sort();
        names
    }

    /// The blocks, by number.
    pub fn blocks(&self) -> Vec<Block> {
        let names = self.states().into_iter().filter(|name| !name.is_input());
        names.filter_map(|name| self.block(name).ok()).collect()
    }

    /// The block that makes `name`.
    pub fn block(&self, name: StateName) -> Result<Block, CellError> {
        let node = self.block_node(name)?;
        let operand = |side| {
            let edge = self.edge_into(node, side);
            let (source, _) = self.graph.edge_endpoints(edge).expect("the edge was just found");
            Operand { op: self.graph[edge].op, from: self.graph[source].name }
        };
        Ok(Block {
            name,
            left: operand(Side::Left),
            right: operand(Side::Right),
            combine: self.graph[node].combine,
        })
    }

    /// The states that an operand of `block` may read: inputs and blocks before it.
    pub fn legal_sources(&self, block: StateName) -> Vec<StateName> {
        self.states().into_iter().filter(|name| *name < block).collect()
    }

    /// The blocks that read `state`, each once.
    pub fn users(&self, state: StateName) -> Vec<StateName> {
        let reads = |block: &Block| block.left.from == state || block.right.from == state;
        self.blocks().iter().filter(|block| reads(block)).map(|block| block.name).collect()
    }

    /// The block states that no block reads, in order: what the paper's text concatenates.
    pub fn unused_states(&self) -> Vec<StateName> {
        let blocks = self.blocks();
        let names = blocks.iter().map(|block| block.name);
        names.filter(|name| self.users(*name).is_empty()).collect()
    }

    /// The states from which the output is reached. Others are not built and cost nothing.
    pub fn needed_states(&self) -> Vec<StateName> {
        let mut needed = self.output.clone();
        for block in self.blocks().iter().rev() {
            if needed.contains(&block.name) {
                needed.extend([block.left.from, block.right.from]);
            }
        }
        needed.sort();
        needed.dedup();
        needed
    }

    /// The name that the next added block gets.
    pub fn next_block_name(&self) -> StateName {
        match self.states().last() {
            Some(StateName::Block(number)) => StateName::Block(number + 1),
            _ => StateName::Block(0),
        }
    }

    /// Replaces the operation on one side of a block.
    pub(super) fn set_op(&mut self, block: StateName, side: Side, op: Op) -> Result<(), CellError> {
        let edge = self.edge_into(self.block_node(block)?, side);
        self.graph[edge].op = op;
        Ok(())
    }

    /// Lets one side of a block read another state.
    pub(super) fn replug(
        &mut self,
        block: StateName,
        side: Side,
        from: StateName,
    ) -> Result<(), CellError> {
        let target = self.block_node(block)?;
        let source = self.source_node(block, side, from)?;
        let edge = self.edge_into(target, side);
        let application = self.graph[edge];
        self.graph.remove_edge(edge);
        self.graph.add_edge(source, target, application);
        Ok(())
    }

    /// Replaces how a block joins its sides.
    pub(super) fn set_combine(
        &mut self,
        block: StateName,
        combine: Combine,
    ) -> Result<(), CellError> {
        let node = self.block_node(block)?;
        self.graph[node].combine = combine;
        Ok(())
    }

    /// Appends a block. Where outputs are concatenated it becomes one of them, as the search space
    /// does with an unused state; the four of a cell that does not concatenate stay.
    pub(super) fn add_block(
        &mut self,
        left: Operand,
        right: Operand,
        combine: Combine,
    ) -> Result<(), CellError> {
        let count = self.blocks().len() + 1;
        if count > Self::MAX_BLOCKS {
            return Err(CellError::BlockCount(count));
        }
        let name = self.next_block_name();
        self.insert(Block { name, left, right, combine })?;
        if self.concatenates() {
            self.output.push(name);
        }
        Ok(())
    }

    /// Whether a block may be removed: no other block reads it, and neither the blocks nor the
    /// outputs would be gone.
    pub fn can_remove(&self, block: StateName) -> Result<(), CellError> {
        self.block_node(block)?;
        let users = self.users(block);
        if !users.is_empty() {
            return Err(CellError::BlockInUse { block, users });
        }
        if self.blocks().len() == 1 {
            return Err(CellError::BlockCount(0));
        }
        let place = self.output.iter().position(|name| *name == block);
        if let Some(number) = place.filter(|_| !self.concatenates()) {
            return Err(CellError::BlockIsOutput { block, number });
        }
        if self.output.iter().all(|name| *name == block) {
            let legal = self.states().into_iter().filter(|name| *name != block).collect();
            return Err(CellError::NoOutput { legal });
        }
        Ok(())
    }

    /// Removes a block that no other block reads, and takes it off the output list.
    pub(super) fn remove_block(&mut self, block: StateName) -> Result<(), CellError> {
        self.can_remove(block)?;
        self.graph.remove_node(self.block_node(block)?);
        self.output.retain(|name| *name != block);
        Ok(())
    }

    /// Replaces the list of output states.
    pub(super) fn set_output(&mut self, output: Vec<StateName>) -> Result<(), CellError> {
        let legal = self.states();
        if !self.concatenates() && output.len() != self.inputs().len() {
            return Err(CellError::OutputCount(output.len()));
        }
        if output.is_empty() {
            return Err(CellError::NoOutput { legal });
        }
        for (position, name) in output.iter().enumerate() {
            if !legal.contains(name) {
                return Err(CellError::NoSuchOutput { name: *name, legal });
            }
            if output[..position].contains(name) {
                return Err(CellError::RepeatedOutput(*name));
            }
        }
        self.output = output;
        Ok(())
    }

    fn insert(&mut self, block: Block) -> Result<(), CellError> {
        let named = matches!(block.name, StateName::Block(number) if number <= Self::MAX_NUMBER);
        if !named || self.node(block.name).is_some() {
            return Err(CellError::BadBlockName(block.name));
        }
        let left = self.source_node(block.name, Side::Left, block.left.from)?;
        let right = self.source_node(block.name, Side::Right, block.right.from)?;
        let node = self.graph.add_node(State { name: block.name, combine: block.combine });
        self.graph.add_edge(left, node, Application { op: block.left.op, side: Side::Left });
        self.graph.add_edge(right, node, Application { op: block.right.op, side: Side::Right });
        Ok(())
    }

    fn node(&self, name: StateName) -> Option<NodeIndex> {
        self.graph.node_indices().find(|node| self.graph[*node].name == name)
    }

    fn block_node(&self, name: StateName) -> Result<NodeIndex, CellError> {
        self.node(name).filter(|_| !name.is_input()).ok_or_else(|| CellError::NoSuchBlock {
            name,
            known: self.states().into_iter().filter(|state| !state.is_input()).collect(),
        })
    }

    fn source_node(
        &self,
        block: StateName,
        side: Side,
        from: StateName,
    ) -> Result<NodeIndex, CellError> {
        let earlier = self.node(from).filter(|_| from < block);
        earlier.ok_or_else(|| CellError::IllegalSource {
            block,
            side,
            from,
            legal: self.legal_sources(block),
        })
    }

    /// The edge that fills one side of a block; every block has both, `insert` sees to it.
    fn edge_into(&self, node: NodeIndex, side: Side) -> EdgeIndex {
        let edges = self.graph.edges_directed(node, Direction::Incoming);
        let mut filled = edges.filter(|edge| edge.weight().side == side);
        filled.next().expect("a block has both sides").id()
    }
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.inputs() == other.inputs()
            && self.output == other.output
            && self.blocks() == other.blocks()
    }
}

impl Eq for Cell {}

impl Hash for Cell {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inputs().hash(state);
        self.blocks().hash(state);
        self.output.hash(state);
    }
}
