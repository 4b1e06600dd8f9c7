//! How far apart columns and rows stand: a pane is used to its edges.

use eframe::egui::{Pos2, pos2};

/// The least space between two columns, where wires change height.
pub(in crate::ui::canvas) const NARROWEST_GAP: f32 = 46.0;
/// The most space between two columns; the plan of a cell has it.
pub(in crate::ui::canvas) const WIDEST_GAP: f32 = 180.0;

/// The most that heights grow.
pub(in crate::ui::canvas) const HIGHEST_STRETCH: f32 = 1.7;

/// How much room a drawing has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::ui::canvas) struct Room {
    /// The space between two columns.
    pub(in crate::ui::canvas) gap: f32,
    /// How many times the planned height there is.
    pub(in crate::ui::canvas) stretch: f32,
}

impl Room {
    /// The least that a drawing needs.
    pub(in crate::ui::canvas) const LEAST: Room = Room { gap: NARROWEST_GAP, stretch: 1.0 };
}

/// Brings the columns of a plan closer together and their nodes further apart. Columns keep their widths, so that a node moved
/// by hand within one stays in line with it, and the space between them shrinks.
///
/// Positions are remembered as planned: what a user arranged in one pane keeps its order in
/// another.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ui::canvas) struct Spread {
    /// The edges of the columns as planned.
    columns: Vec<[f32; 2]>,
    /// The share of the planned space that is left between them.
    share: f32,
    stretch: f32,
}

impl Spread {
    /// Gives the planned columns `room`.
    pub(in crate::ui::canvas) fn new(columns: &[[f32; 2]], room: Room) -> Spread {
        let share = room.gap.clamp(NARROWEST_GAP, WIDEST_GAP) / WIDEST_GAP;
        let stretch = room.stretch.clamp(1.0, HIGHEST_STRETCH);
        Spread { columns: columns.to_vec(), share, stretch }
    }

    /// Where a planned point is drawn.
    pub(in crate::ui::canvas) fn drawn(&self, at: Pos2) -> Pos2 {
        let past: f32 = self.gaps().map(|[left, right]| at.x.clamp(left, right) - left).sum();
        pos2(at.x - past * (1.0 - self.share), at.y * self.stretch)
    }

    /// The planned point that is drawn at `at`.
    pub(in crate::ui::canvas) fn planned(&self, at: Pos2) -> Pos2 {
        let mut x = at.x;
        // From left to right, each gap widens what lies beyond its left edge.
        for [left, right] in self.gaps() {
            let inside = (x - left).max(0.0).min((right - left) * self.share);
            x += inside / self.share - inside;
        }
        pos2(x, at.y / self.stretch)
    }

    fn gaps(&self) -> impl Iterator<Item = [f32; 2]> {
        self.columns.windows(2).map(|pair| [pair[0][1], pair[1][0]])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [[f32; 2]; 3] = [[0.0, 80.0], [260.0, 400.0], [580.0, 650.0]];

    #[test]
    fn columns_keep_their_widths_and_stand_a_gap_apart() {
        let spread = Spread::new(&COLUMNS, Room { gap: 60.0, stretch: 1.5 });
        let edges = COLUMNS.map(|edges| edges.map(|x| spread.drawn(pos2(x, 7.0)).x));
        assert_eq!(edges, [[0.0, 80.0], [140.0, 280.0], [340.0, 410.0]]);
        assert_eq!(spread.drawn(pos2(-30.0, 7.0)), pos2(-30.0, 10.5));
        assert_eq!(spread.drawn(pos2(700.0, 7.0)), pos2(460.0, 10.5));
    }

    #[test]
    fn what_is_drawn_leads_back_to_the_plan() {
        for (gap, stretch) in [(NARROWEST_GAP, 1.0), (77.0, 1.3), (WIDEST_GAP, 1.7)] {
            let spread = Spread::new(&COLUMNS, Room { gap, stretch });
            for step in -10..80 {
                let at = pos2(step as f32 * 11.0, 3.0);
                assert!(spread.planned(spread.drawn(at)).distance(at) < 1e-2, "{gap} {at}");
            }
        }
    }
}
