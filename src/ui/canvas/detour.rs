//! Ways past nodes, for wires whose ends were moved away from where their lanes were planned.

use eframe::egui::{Pos2, Rect, pos2};

/// Space between a wire and a node that it passes.
const CLEARANCE: f32 = 3.0;

/// Where a wire from `start` to `end` passes `obstacles`: above or below or between them, as near
/// to the straight line as there is room. Nothing is avoided that is nearer than `bend` to an end,
/// because the wire could not turn.
pub(super) fn detour(start: Pos2, end: Pos2, obstacles: &[Rect], bend: f32) -> Vec<[Pos2; 2]> {
    let mut reached: Vec<Rect> = obstacles.to_vec();
    reached.retain(|rect| rect.left() >= start.x + bend && rect.right() <= end.x - bend);
    reached.sort_by(|one, other| one.left().total_cmp(&other.left()));
    let mut columns: Vec<Vec<Rect>> = Vec::new();
    for rect in reached {
        match columns.last_mut() {
            Some(column) if column.iter().any(|other| rect.left() < other.right() + bend) => {
                column.push(rect);
            }
            _ => columns.push(vec![rect]),
        }
    }
    let lane = |column: Vec<Rect>| {
        let span = column.iter().copied().reduce(Rect::union)?;
        let share = (span.center().x - start.x) / (end.x - start.x);
        let y = nearest_free(start.y + (end.y - start.y) * share, &column);
        Some([pos2(span.left(), y), pos2(span.right(), y)])
    };
    columns.into_iter().filter_map(lane).collect()
}

/// The height nearest to `wish` that is clear of every one of `column`.
fn nearest_free(wish: f32, column: &[Rect]) -> f32 {
    let is_free = |y: &f32| {
        // A little less than what the candidates keep, for the sake of rounding.
        let near = CLEARANCE - 0.1;
        column.iter().all(|rect| *y < rect.top() - near || *y > rect.bottom() + near)
    };
    let edges = column.iter().flat_map(|rect| [rect.top() - CLEARANCE, rect.bottom() + CLEARANCE]);
    let free = std::iter::once(wish).chain(edges).filter(is_free);
    free.min_by(|one, other| (one - wish).abs().total_cmp(&(other - wish).abs())).unwrap_or(wish)
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::vec2;

    fn block(x: f32, y: f32) -> Rect {
        Rect::from_center_size(pos2(x, y), vec2(60.0, 40.0))
    }

    #[test]
    fn a_wire_passes_above_below_or_between() {
        let [start, end] = [pos2(0.0, 0.0), pos2(300.0, 0.0)];
        for (obstacles, heights) in [
            (vec![], vec![]),
            (vec![block(100.0, 0.0)], vec![-23.0]),
            (vec![block(100.0, -10.0)], vec![13.0]),
            (vec![block(100.0, 70.0)], vec![0.0]),
            (vec![block(100.0, -10.0), block(110.0, 36.0)], vec![13.0]),
            // Too near to each other for a wire between.
            (vec![block(100.0, -10.0), block(110.0, 34.0)], vec![-33.0]),
            (vec![block(100.0, 10.0), block(220.0, -10.0)], vec![-13.0, 13.0]),
            // Too near to an end for a turn.
            (vec![block(30.0, 0.0)], vec![]),
        ] {
            let lanes = detour(start, end, &obstacles, 20.0);
            assert!(lanes.iter().all(|[enter, leave]| enter.x < leave.x && enter.y == leave.y));
            assert_eq!(lanes.iter().map(|lane| lane[0].y).collect::<Vec<_>>(), heights);
        }
    }

    #[test]
    fn a_wire_to_the_left_has_no_lanes() {
        let obstacles = [block(100.0, 0.0)];
        assert!(detour(pos2(300.0, 0.0), pos2(0.0, 0.0), &obstacles, 20.0).is_empty());
    }
}
