//! The colours of the canvas, in light and in dark.

use eframe::egui::{Color32, Visuals};

/// A box: what fills it, what surrounds it, what is written on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoxColors {
    /// Behind the text.
    pub fill: Color32,
    /// Around it.
    pub edge: Color32,
    /// The text.
    pub text: Color32,
}

impl BoxColors {
    const fn new(fill: [u8; 3], edge: [u8; 3], text: [u8; 3]) -> BoxColors {
        const fn opaque([red, green, blue]: [u8; 3]) -> Color32 {
            Color32::from_rgb(red, green, blue)
        }
        BoxColors { fill: opaque(fill), edge: opaque(edge), text: opaque(text) }
    }

    /// The same box, receding towards `background`.
    pub fn dimmed(self, background: Color32) -> BoxColors {
        let recede = |color: Color32| color.lerp_to_gamma(background, 0.6);
        BoxColors {
            fill: recede(self.fill),
            edge: self.edge.lerp_to_gamma(background, 0.35),
            text: self.text.lerp_to_gamma(background, 0.25),
        }
    }
}

/// The colours of the canvas. As in the papers' figures: inputs green, blocks blue, the
/// concatenation yellow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CanvasColors {
    /// Behind everything.
    pub background: Color32,
    /// The cell's inputs.
    pub input: BoxColors,
    /// Blocks.
    pub block: BoxColors,
    /// The node that concatenates.
    pub output: BoxColors,
    /// The label that carries an operation.
    pub op: BoxColors,
    /// A wire.
    pub wire: Color32,
    /// A wire into the output.
    pub thin_wire: Color32,
    /// Around what is selected, what is pointed at, and along a wire that is being pulled.
    pub accent: Color32,
    /// Where a wire may not go, and operations that have not been trained.
    pub warning: Color32,
}

impl CanvasColors {
    /// The colours that go with `visuals`.
    pub fn new(visuals: &Visuals) -> CanvasColors {
        if visuals.dark_mode { Self::dark(visuals) } else { Self::light(visuals) }
    }

    fn light(visuals: &Visuals) -> CanvasColors {
        CanvasColors {
            background: visuals.panel_fill,
            input: BoxColors::new([205, 232, 200], [84, 140, 76], [22, 52, 18]),
            block: BoxColors::new([207, 222, 245], [78, 116, 178], [16, 36, 74]),
            output: BoxColors::new([252, 236, 178], [178, 142, 40], [70, 52, 4]),
            op: BoxColors::new([255, 255, 255], [150, 156, 166], [38, 42, 50]),
            wire: Color32::from_rgb(98, 106, 120),
            thin_wire: Color32::from_rgb(176, 164, 128),
            accent: Color32::from_rgb(0, 92, 200),
            warning: Color32::from_rgb(192, 70, 10),
        }
    }

    fn dark(visuals: &Visuals) -> CanvasColors {
        CanvasColors {
            background: visuals.panel_fill,
            input: BoxColors::new([38, 66, 40], [104, 166, 100], [214, 240, 210]),
            block: BoxColors::new([36, 54, 88], [102, 146, 216], [216, 228, 250]),
            output: BoxColors::new([78, 66, 24], [206, 172, 76], [250, 240, 206]),
            op: BoxColors::new([44, 47, 53], [112, 118, 130], [226, 229, 234]),
            wire: Color32::from_rgb(150, 158, 172),
            thin_wire: Color32::from_rgb(128, 116, 78),
            accent: Color32::from_rgb(110, 178, 255),
            warning: Color32::from_rgb(255, 158, 82),
        }
    }
}
