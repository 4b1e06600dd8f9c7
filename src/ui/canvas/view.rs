//! Painting through `egui_graphs`, and only when something has changed.
//!
//! `GraphView` asks for another frame whenever it is shown. So it is shown only when the looks
//! differ from those of the last time, with an empty clip rectangle, which also keeps it from
//! taking the pointer; the shapes it made are kept, and painted in this and every later frame.

use std::collections::BTreeMap;

use eframe::egui::epaint::CubicBezierShape;
use eframe::egui::{Color32, Pos2, Rect, Shape, Stroke, Ui, UiBuilder, Vec2};
use egui_graphs::{
    DisplayEdge, DisplayNode, DrawContext, EdgeProps, Graph, GraphView, Layout, LayoutState, Node,
    NodeProps, SettingsInteraction, SettingsNavigation,
};
use petgraph::EdgeType;
use petgraph::stable_graph::{DefaultIx, IndexType};
use serde::{Deserialize, Serialize};

use super::look::{Looks, NodeLook, WireLook};
use super::paint::node_shapes;

type CellGraph = Graph<NodeLook, WireLook, petgraph::Directed, DefaultIx, NodeShape, WireShape>;

/// The painted drawing of one cell.
#[derive(Default)]
pub(super) struct View {
    painted: Option<Painted>,
}

struct Painted {
    looks: Looks,
    pane: Rect,
    pixels_per_point: f32,
    /// Falls when the font atlas was made anew: the texts in `shapes` then point to nowhere.
    atlas_fill: f32,
    shapes: Vec<Shape>,
}

impl View {
    /// Paints `looks` into `pane`.
    pub(super) fn show(&mut self, ui: &mut Ui, pane: Rect, looks: Looks) {
        let pixels_per_point = ui.ctx().pixels_per_point();
        let atlas_fill = ui.fonts_mut(|fonts| fonts.font_atlas_fill_ratio());
        let is_current = self.painted.as_ref().is_some_and(|painted| {
            painted.looks == looks
                && painted.pane == pane
                && painted.pixels_per_point == pixels_per_point
                && painted.atlas_fill <= atlas_fill
        });
        if !is_current {
            let shapes = paint(ui, pane, &looks);
            let atlas_fill = ui.fonts_mut(|fonts| fonts.font_atlas_fill_ratio());
            self.painted = Some(Painted { looks, pane, pixels_per_point, atlas_fill, shapes });
        }
        if let Some(painted) = &mut self.painted {
            painted.atlas_fill = atlas_fill.max(painted.atlas_fill);
            ui.painter_at(pane).extend(painted.shapes.iter().cloned());
        }
    }
}

/// The shapes that `GraphView` paints.
fn paint(ui: &mut Ui, pane: Rect, looks: &Looks) -> Vec<Shape> {
    let layer = ui.layer_id();
    let first = ui.ctx().graphics_mut(|graphics| graphics.entry(layer).next_idx());
    let mut hidden = ui.new_child(UiBuilder::new().max_rect(pane).id_salt("cell graph"));
    hidden.set_clip_rect(Rect::NOTHING);
    GraphView::<Still, StillLayout>::new()
        .with_id(Some("cell canvas".to_owned()))
        .with_interactions(&SettingsInteraction::default())
        .with_navigations(
            &SettingsNavigation::default()
                .with_fit_to_screen_enabled(false)
                .with_zoom_and_pan_enabled(false),
        )
        .show(&mut hidden, &mut graph(looks));
    ui.ctx().graphics(|graphics| {
        let entries = graphics.get(layer).into_iter().flat_map(|list| list.all_entries());
        entries.skip(first.0).map(|entry| entry.shape.clone()).collect()
    })
}

fn graph(looks: &Looks) -> CellGraph {
    let mut graph = CellGraph::new();
    let mut ids = BTreeMap::new();
    for look in &looks.nodes {
        let at = look.rect.center();
        ids.insert(look.name, graph.add_node_with_location(look.clone(), at));
    }
    for (from, to, look) in &looks.wires {
        graph.add_edge(ids[from], ids[to], look.clone());
    }
    graph
}

/// The state of a layout that moves nothing: positions are the document's.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Still;

impl LayoutState for Still {}

#[derive(Debug, Default)]
struct StillLayout;

impl Layout<Still> for StillLayout {
    fn from_state(_: Still) -> impl Layout<Still> {
        StillLayout
    }

    fn next<N, E, Ty, Ix, Dn, De>(&mut self, _: &mut Graph<N, E, Ty, Ix, Dn, De>, _: &Ui)
    where
        N: Clone,
        E: Clone,
        Ty: EdgeType,
        Ix: IndexType,
        Dn: DisplayNode<N, E, Ty, Ix>,
        De: DisplayEdge<N, E, Ty, Ix, Dn>,
    {
    }

    fn state(&self) -> Still {
        Still
    }
}

#[derive(Clone)]
struct NodeShape(NodeLook);

impl From<NodeProps<NodeLook>> for NodeShape {
    fn from(props: NodeProps<NodeLook>) -> Self {
        NodeShape(props.payload)
    }
}

impl<E: Clone, Ty: EdgeType, Ix: IndexType> DisplayNode<NodeLook, E, Ty, Ix> for NodeShape {
    fn closest_boundary_point(&self, direction: Vec2) -> Pos2 {
        let half = self.0.rect.size() / 2.0;
        let reach = (half / direction.abs().max(Vec2::splat(f32::EPSILON))).min_elem();
        self.0.rect.center() + direction * reach
    }

    fn shapes(&mut self, context: &DrawContext) -> Vec<Shape> {
        node_shapes(&self.0, context.ctx)
    }

    fn update(&mut self, props: &NodeProps<NodeLook>) {
        self.0 = props.payload.clone();
    }

    fn is_inside(&self, at: Pos2) -> bool {
        self.0.rect.contains(at)
    }
}

#[derive(Clone)]
struct WireShape(WireLook);

impl From<EdgeProps<WireLook>> for WireShape {
    fn from(props: EdgeProps<WireLook>) -> Self {
        WireShape(props.payload)
    }
}

impl<Ty: EdgeType, Ix: IndexType> DisplayEdge<NodeLook, WireLook, Ty, Ix, NodeShape> for WireShape {
    fn shapes(
        &mut self,
        _: &Node<NodeLook, WireLook, Ty, Ix, NodeShape>,
        _: &Node<NodeLook, WireLook, Ty, Ix, NodeShape>,
        _: &DrawContext,
    ) -> Vec<Shape> {
        let look = &self.0;
        let stroke = Stroke::new(look.width * look.camera.zoom.clamp(0.6, 1.6), look.color);
        let curve = |piece: &[Pos2; 4]| {
            let points = piece.map(|at| look.camera.to_screen(at));
            CubicBezierShape::from_points_stroke(points, false, Color32::TRANSPARENT, stroke).into()
        };
        look.path.pieces.iter().map(curve).collect()
    }

    fn update(&mut self, props: &EdgeProps<WireLook>) {
        self.0 = props.payload.clone();
    }

    fn is_inside(
        &self,
        _: &Node<NodeLook, WireLook, Ty, Ix, NodeShape>,
        _: &Node<NodeLook, WireLook, Ty, Ix, NodeShape>,
        at: Pos2,
    ) -> bool {
        self.0.path.distance(at) < 1.0
    }
}
