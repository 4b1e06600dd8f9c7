//! Gestures in progress: what is in hand, where it may go, and what letting go does.

use eframe::egui::{Pos2, Vec2, vec2};

use super::CanvasAction;
use super::edits::{Edited, Outcome, refused};
use super::look::Emphasis;
use super::names::{NodeName, WireName};
use super::scene::{Hit, Scene};
use crate::arch::{Side, StateName};

/// What the pointer holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Hand {
    /// Nothing.
    #[default]
    Empty,
    /// The canvas itself.
    Pan,
    /// A node, by a point that is `grip` away from its middle; its middle would go to `to`.
    Move { state: StateName, grip: Vec2, to: Pos2 },
    /// The free end of a new wire out of a state.
    Pull { from: StateName },
    /// The source end of the wire into one side of a block.
    Lift { block: StateName, side: Side },
}

impl Hand {
    /// What a drag that begins on `hit` takes in hand.
    pub(super) fn taking(hit: Option<Hit>, at: Pos2, scene: &Scene) -> Hand {
        match hit {
            Some(Hit::OutPort(from)) => Hand::Pull { from },
            Some(Hit::Operand { block, side })
            | Some(Hit::Wire(WireName::Operand { block, side })) => Hand::Lift { block, side },
            Some(Hit::Node(NodeName::State(state))) => {
                let centre = scene.node(NodeName::State(state)).center();
                Hand::Move { state, grip: at - centre, to: centre }
            }
            // The output node stays to the right of everything else.
            Some(Hit::Node(NodeName::Output) | Hit::Wire(WireName::Output(_))) | None => Hand::Pan,
        }
    }

    /// Whether a wire is in hand.
    pub(super) fn holds_wire(self) -> bool {
        matches!(self, Hand::Pull { .. } | Hand::Lift { .. })
    }

    /// The wire whose source end is in hand.
    pub(super) fn lifted(self) -> Option<WireName> {
        match self {
            Hand::Lift { block, side } => Some(WireName::Operand { block, side }),
            Hand::Empty | Hand::Pan | Hand::Move { .. } | Hand::Pull { .. } => None,
        }
    }

    /// The curve of the wire in hand, whose free end is at `at`.
    pub(super) fn wire(self, scene: &Scene, at: Pos2) -> Option<[Pos2; 4]> {
        let fixed = match self {
            Hand::Pull { from } => scene.out_port(from),
            Hand::Lift { block, side } => {
                scene.rect_of(super::Selection::Wire { block, side }).left_center()
            }
            Hand::Empty | Hand::Pan | Hand::Move { .. } => return None,
        };
        // Level at the fixed end, and straight to the hand.
        let reach = vec2((fixed.distance(at) * 0.4).min(60.0), 0.0);
        Some(match self {
            Hand::Lift { .. } => [at, at, fixed - reach, fixed],
            _ => [fixed, fixed + reach, at, at],
        })
    }

    /// How a node stands out while this is in hand.
    pub(super) fn node_emphasis(self, edited: Edited, node: NodeName) -> Emphasis {
        match (self, node) {
            (Hand::Lift { block, side }, NodeName::State(state)) => {
                match edited.source_refusal(block, side, state) {
                    None => Emphasis::Target,
                    // Its own block stays as it is: it is what is being plugged.
                    Some(_) if state == block => Emphasis::Plain,
                    Some(_) => Emphasis::Dimmed,
                }
            }
            (Hand::Lift { .. }, NodeName::Output) => Emphasis::Dimmed,
            (Hand::Pull { .. }, NodeName::Output) => Emphasis::Target,
            (Hand::Pull { from }, NodeName::State(state)) => {
                // The sides of a block that may read it light up themselves.
                match edited.source_refusal(state, Side::Left, from) {
                    Some(_) if state != from => Emphasis::Dimmed,
                    _ => Emphasis::Plain,
                }
            }
            _ => Emphasis::Plain,
        }
    }

    /// How one side of a block stands out while this is in hand.
    pub(super) fn side_emphasis(self, edited: Edited, block: StateName, side: Side) -> Emphasis {
        match self {
            Hand::Pull { from } => match edited.source_refusal(block, side, from) {
                None => Emphasis::Target,
                Some(_) => Emphasis::Dimmed,
            },
            Hand::Lift { block: lifted, side: at } if (lifted, at) != (block, side) => {
                Emphasis::Dimmed
            }
            _ => Emphasis::Plain,
        }
    }

    /// What letting go over `hit` does.
    pub(super) fn drop_on(
        self,
        edited: Edited,
        scene: &Scene,
        hit: Option<Hit>,
        at: Pos2,
    ) -> Outcome {
        match self {
            Hand::Empty | Hand::Pan => None,
            Hand::Move { state, to, .. } => {
                let to = scene.spread.planned(to).round();
                Some(CanvasAction::Moved { state, to: to.into() })
            }
            Hand::Pull { from } => match pull_target(scene, hit, from, at)? {
                PullTarget::Output if edited.cell.concatenates() => edited.toggle_output(from),
                PullTarget::Output => {
                    let count = edited.cell.output().len();
                    edited.make_output(from, scene.output_number(at, count))
                }
                PullTarget::Side(block, side) => edited.replug(block, side, from),
                PullTarget::Input(state) => refused(&input_refusal(state)),
            },
            Hand::Lift { block, side } => edited.replug(block, side, lift_target(hit)?),
        }
    }

    /// The free end of the wire in hand: at the port that it would go to, or else at the pointer.
    pub(super) fn free_end(self, scene: &Scene, hit: Option<Hit>, at: Pos2) -> Pos2 {
        let target = match self {
            Hand::Lift { .. } => lift_target(hit).map(|state| scene.out_port(state)),
            Hand::Pull { from } => match pull_target(scene, hit, from, at) {
                Some(PullTarget::Side(block, side)) => {
                    let wire = super::Selection::Wire { block, side };
                    Some(scene.rect_of(wire).left_center())
                }
                Some(PullTarget::Output | PullTarget::Input(_)) | None => None,
            },
            Hand::Empty | Hand::Pan | Hand::Move { .. } => None,
        };
        target.unwrap_or(at)
    }
}

enum PullTarget {
    Output,
    Side(StateName, Side),
    Input(StateName),
}

/// Where a wire out of `from` goes when it is let go over `hit`; the body of a block stands for
/// the nearer of its sides.
fn pull_target(scene: &Scene, hit: Option<Hit>, from: StateName, at: Pos2) -> Option<PullTarget> {
    match hit? {
        Hit::Operand { block, side } => Some(PullTarget::Side(block, side)),
        Hit::Node(NodeName::Output) => Some(PullTarget::Output),
        // Back where it came from: a change of mind.
        Hit::Node(NodeName::State(state)) | Hit::OutPort(state) if state == from => None,
        Hit::Node(NodeName::State(state)) | Hit::OutPort(state) if state.is_input() => {
            Some(PullTarget::Input(state))
        }
        Hit::Node(NodeName::State(block)) | Hit::OutPort(block) => {
            let above = at.y < scene.node(NodeName::State(block)).center().y;
            Some(PullTarget::Side(block, if above { Side::Left } else { Side::Right }))
        }
        Hit::Wire(_) => None,
    }
}

fn lift_target(hit: Option<Hit>) -> Option<StateName> {
    match hit? {
        Hit::OutPort(state) | Hit::Node(NodeName::State(state)) => Some(state),
        Hit::Operand { .. } | Hit::Wire(_) | Hit::Node(NodeName::Output) => None,
    }
}

fn input_refusal(state: StateName) -> String {
    format!("{state} is an input of the cell: it reads nothing here")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{CellKind, zoo};

    const B: fn(u16) -> StateName = StateName::Block;

    /// The states and blocks' sides that stand out in a way while `hand` holds a wire.
    fn standing_out(hand: Hand, emphasis: Emphasis) -> (Vec<StateName>, Vec<(StateName, Side)>) {
        let kind = CellKind::Reduction;
        let cell = zoo::nasnet_a(kind);
        let edited = Edited { kind, cell: &cell };
        let node = |state: &StateName| hand.node_emphasis(edited, NodeName::State(*state));
        let states = cell.states().into_iter().filter(|state| node(state) == emphasis).collect();
        let blocks = cell.blocks();
        let sides = blocks.iter().flat_map(|block| Side::BOTH.map(|side| (block.name, side)));
        let side = |(block, side): &(StateName, Side)| hand.side_emphasis(edited, *block, *side);
        (states, sides.filter(|at| side(at) == emphasis).collect())
    }

    #[test]
    fn only_the_states_that_a_lifted_wire_may_read_light_up() {
        let hand = Hand::Lift { block: B(2), side: Side::Left };
        let targets = (vec![StateName::H, StateName::P, B(0), B(1)], vec![]);
        assert_eq!(standing_out(hand, Emphasis::Target), targets);
        assert_eq!(standing_out(hand, Emphasis::Dimmed).0, [B(3), B(4)]);
    }

    #[test]
    fn only_the_sides_that_may_read_a_pulled_wire_light_up() {
        let hand = Hand::Pull { from: B(2) };
        let [left, right] = Side::BOTH;
        let later = vec![(B(3), left), (B(3), right), (B(4), left), (B(4), right)];
        assert_eq!(standing_out(hand, Emphasis::Target), (vec![], later));
        let (states, sides) = standing_out(hand, Emphasis::Dimmed);
        assert_eq!(states, [StateName::H, StateName::P, B(0), B(1)]);
        assert_eq!(sides.len(), 6);
    }

    #[test]
    fn nothing_stands_out_while_no_wire_is_in_hand() {
        for hand in [Hand::Empty, Hand::Pan] {
            assert_eq!(standing_out(hand, Emphasis::Target), (vec![], vec![]));
            assert_eq!(standing_out(hand, Emphasis::Dimmed), (vec![], vec![]));
        }
    }
}
