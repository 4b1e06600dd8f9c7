//! Every colour and distance of the window, light and dark.

use eframe::egui::{
    self, Color32, Context, CornerRadius, FontFamily, FontId, Stroke, Style, TextStyle, Theme,
};

/// The colours of one theme. Text on `ground` has a contrast of at least 4.5 to 1, see the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Behind panels and windows.
    pub ground: Color32,
    /// Behind text fields and canvases.
    pub sunken: Color32,
    /// Behind what is set apart from the panel: notices, cards.
    pub raised: Color32,
    /// Lines between panels.
    pub line: Color32,
    /// Text.
    pub text: Color32,
    /// Text that explains.
    pub weak: Color32,
    /// What is chosen, and the bars of the first of two.
    pub accent: Color32,
    /// The bars of the second of two.
    pub second: Color32,
    /// The empty part of a bar.
    pub track: Color32,
    /// Behind a chosen row or item.
    pub chosen: Color32,
    /// Warnings, and what is untrained.
    pub warning: Color32,
    /// Errors.
    pub error: Color32,
}

/// The distance between things that belong together.
pub const GAP: f32 = 6.0;
/// The height of a bar.
pub const BAR: f32 = 6.0;
/// The opacity of what is out of date.
pub const OUTDATED: f32 = 0.45;

/// A colour with the name that tooltips and screen readers give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// In lower case.
    pub name: &'static str,
    /// The colour, the same in every theme: it is part of a picture.
    pub color: Color32,
}

const fn named(name: &'static str, code: u32) -> Named {
    Named { name, color: rgb(code) }
}

/// The pens of the drawing pad.
pub const PENS: [Named; 6] = [
    named("black", 0x000000),
    named("white", 0xffffff),
    named("red", 0xd62828),
    named("yellow", 0xf2b705),
    named("green", 0x2a9d3a),
    named("blue", 0x1f5fd0),
];

/// The papers of the drawing pad, with the same names and colours as the first pens.
pub const PAPERS: [Named; 2] = [PENS[1], PENS[0]];

/// What is written on empty paper, white or black: 4.5 to 1 on both.
pub const ON_PAPER: Color32 = rgb(0x767676);

const fn rgb(code: u32) -> Color32 {
    let [_, red, green, blue] = code.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}

const LIGHT: Palette = Palette {
    ground: rgb(0xf6f7f9),
    sunken: rgb(0xffffff),
    raised: rgb(0xebeef2),
    line: rgb(0xc9cfd6),
    text: rgb(0x1d232a),
    weak: rgb(0x56606b),
    accent: rgb(0x0b62b8),
    second: rgb(0xa34d00),
    track: rgb(0xdde2e8),
    chosen: rgb(0xa9cff5),
    warning: rgb(0x8a4b00),
    error: rgb(0xb3161c),
};

const DARK: Palette = Palette {
    ground: rgb(0x1c1f24),
    sunken: rgb(0x14161a),
    raised: rgb(0x272b32),
    line: rgb(0x3b414a),
    text: rgb(0xe2e6eb),
    weak: rgb(0xa1abb7),
    accent: rgb(0x62aefc),
    second: rgb(0xf0a45c),
    track: rgb(0x343a43),
    chosen: rgb(0x2a5a86),
    warning: rgb(0xf2b35e),
    error: rgb(0xff8080),
};

/// The colours of a theme.
pub fn palette(theme: Theme) -> Palette {
    match theme {
        Theme::Light => LIGHT,
        Theme::Dark => DARK,
    }
}

/// The colours in use.
pub fn of(ui: &egui::Ui) -> Palette {
    palette(if ui.visuals().dark_mode { Theme::Dark } else { Theme::Light })
}

/// Gives the window both themes.
pub fn install(ctx: &Context) {
    for theme in [Theme::Light, Theme::Dark] {
        ctx.style_mut_of(theme, |style| restyle(style, palette(theme)));
    }
    // Zoom is among our own commands, so that menus and help show it.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
}

fn restyle(style: &mut Style, palette: Palette) {
    let sizes = [
        (TextStyle::Small, 11.5, FontFamily::Proportional),
        (TextStyle::Body, 13.5, FontFamily::Proportional),
        (TextStyle::Button, 13.5, FontFamily::Proportional),
        (TextStyle::Heading, 15.5, FontFamily::Proportional),
        (TextStyle::Monospace, 12.5, FontFamily::Monospace),
    ];
    style.text_styles =
        sizes.map(|(style, size, family)| (style, FontId::new(size, family))).into();
    style.spacing.item_spacing = egui::vec2(GAP, GAP);
    style.spacing.button_padding = egui::vec2(7.0, 3.0);
    style.spacing.interact_size.y = 22.0;
    style.spacing.scroll = egui::style::ScrollStyle::solid();
    style.spacing.scroll.bar_width = 8.0;
    style.interaction.tooltip_delay = 0.4;
    // A label that can be selected takes the pointer from the row it is in, and with it the tooltip.
    style.interaction.selectable_labels = false;

    let visuals = &mut style.visuals;
    visuals.panel_fill = palette.ground;
    visuals.window_fill = palette.ground;
    visuals.window_stroke = Stroke::new(1.0, palette.line);
    visuals.extreme_bg_color = palette.sunken;
    visuals.faint_bg_color = palette.raised;
    visuals.code_bg_color = palette.raised;
    visuals.warn_fg_color = palette.warning;
    visuals.error_fg_color = palette.error;
    visuals.hyperlink_color = palette.accent;
    visuals.weak_text_color = Some(palette.weak);
    visuals.selection.bg_fill = palette.chosen;
    visuals.selection.stroke = Stroke::new(1.0, palette.text);
    visuals.slider_trailing_fill = true;
    // A window that nothing happens in sleeps, even while a field has the keyboard.
    visuals.text_cursor.blink = false;
    let widgets = &mut visuals.widgets;
    widgets.noninteractive.bg_fill = palette.ground;
    widgets.noninteractive.weak_bg_fill = palette.ground;
    widgets.noninteractive.bg_stroke = Stroke::new(1.0, palette.line);
    widgets.noninteractive.fg_stroke = Stroke::new(1.0, palette.text);
    widgets.inactive.bg_fill = palette.track;
    widgets.inactive.weak_bg_fill = palette.raised;
    widgets.inactive.bg_stroke = Stroke::new(1.0, palette.line);
    widgets.inactive.fg_stroke = Stroke::new(1.0, palette.text);
    widgets.open.bg_fill = palette.raised;
    widgets.open.weak_bg_fill = palette.raised;
    widgets.hovered.weak_bg_fill = palette.track;
    widgets.active.weak_bg_fill = palette.chosen;
    for state in [&mut widgets.hovered, &mut widgets.active, &mut widgets.open] {
        state.fg_stroke.color = palette.text;
    }
    widgets.hovered.bg_stroke = Stroke::new(1.0, palette.accent);
    widgets.active.bg_stroke = Stroke::new(1.5, palette.accent);
    for state in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active] {
        state.corner_radius = CornerRadius::same(3);
        // Growing under the pointer would be cut off at the edges of scrolled panels.
        state.expansion = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance as WCAG 2 defines it.
    fn luminance(color: Color32) -> f32 {
        let [red, green, blue, _] = egui::Rgba::from(color).to_array();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_and_bars_can_be_seen() {
        for palette in [LIGHT, DARK] {
            for ground in [palette.ground, palette.sunken, palette.raised] {
                let readable = contrast(palette.text, ground);
                assert!(readable >= 7.0, "{readable} on {ground:?}");
            }
            let chosen = contrast(palette.text, palette.chosen);
            assert!(chosen >= 4.5, "{chosen}");
            for ground in [palette.ground, palette.sunken, palette.raised] {
                for text in [palette.weak, palette.accent, palette.warning, palette.error] {
                    let readable = contrast(text, ground);
                    assert!(readable >= 4.5, "{readable}: {text:?} on {ground:?}");
                }
            }
            for paper in PAPERS {
                let readable = contrast(ON_PAPER, paper.color);
                assert!(readable >= 4.5, "{readable} on {} paper", paper.name);
            }
            for bar in [palette.accent, palette.second] {
                assert!(contrast(bar, palette.track) >= 3.0);
            }
        }
    }
}
