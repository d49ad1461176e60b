"""The look of gradio's own parts: paper or ink, one typeface, no colour but the evidence's."""

from __future__ import annotations

import gradio as gr
from gradio.themes.utils.colors import Color
from gradio.themes.utils.fonts import LocalFont
from gradio.themes.utils.sizes import Size

GREY = Color(
    name="grey",
    c50="#f6f7f8",
    c100="#eceef0",
    c200="#dcdfe3",
    c300="#c2c7ce",
    c400="#969daa",
    c500="#6b7280",
    c600="#545b67",
    c700="#3a4049",
    c800="#262a31",
    c900="#1a1d22",
    c950="#121417",
)
TEXT = Size(
    name="projector", xxs="0.9375rem", xs="0.9375rem", sm="0.9375rem", md="1.0625rem", lg="1.1875rem", xl="1.4375rem",
    xxl="1.75rem",
)  # fmt: skip
"""In rem, which style.css lets grow with the window: 15 px is the least that a hall can read in 1280."""
AIR = Size(
    name="air",
    xxs="0.125rem",
    xs="0.25rem",
    sm="0.375rem",
    md="0.5rem",
    lg="0.75rem",
    xl="1rem",
    xxl="1.5rem",
)
CORNERS = Size(name="corners", xxs="2px", xs="3px", sm="4px", md="6px", lg="6px", xl="8px", xxl="12px")


LOOK = {
    "body_background_fill": "#ffffff",
    "body_background_fill_dark": "*neutral_950",
    "body_text_color": "*neutral_900",
    "body_text_color_dark": "*neutral_50",
    "body_text_color_subdued": "*neutral_600",
    "body_text_color_subdued_dark": "*neutral_400",
    "background_fill_primary": "#ffffff",
    "background_fill_primary_dark": "*neutral_950",
    "background_fill_secondary": "*neutral_50",
    "background_fill_secondary_dark": "*neutral_900",
    "border_color_primary": "*neutral_200",
    "border_color_primary_dark": "*neutral_700",
    "border_color_accent": "*neutral_900",
    "border_color_accent_dark": "*neutral_50",
    "color_accent": "*neutral_900",
    "color_accent_soft": "*neutral_100",
    "color_accent_soft_dark": "*neutral_800",
    "link_text_color": "*neutral_900",
    "link_text_color_dark": "*neutral_50",
    "block_background_fill": "transparent",
    "block_background_fill_dark": "transparent",
    "checkbox_border_color": "*neutral_500",
    "checkbox_border_color_dark": "*neutral_400",
    "block_border_width": "0px",
    "block_padding": "0px",
    "block_shadow": "none",
    "block_label_background_fill": "*background_fill_primary",
    "block_label_text_color": "*neutral_600",
    "block_label_text_color_dark": "*neutral_400",
    "block_title_text_color": "*neutral_600",
    "block_title_text_color_dark": "*neutral_400",
    "block_title_text_weight": "600",
    "block_title_text_size": "*text_sm",
    "block_info_text_size": "*text_sm",
    "input_background_fill": "#ffffff",
    "input_background_fill_dark": "*neutral_900",
    "input_border_color": "#7d8591",
    "input_border_color_dark": "#79828f",
    "input_border_color_focus": "*neutral_900",
    "input_border_color_focus_dark": "*neutral_50",
    "input_placeholder_color": "*neutral_500",
    "input_placeholder_color_dark": "*neutral_400",
    "input_shadow": "none",
    "input_shadow_focus": "none",
    "button_primary_background_fill": "*neutral_900",
    "button_primary_background_fill_dark": "*neutral_50",
    "button_primary_background_fill_hover": "*neutral_700",
    "button_primary_background_fill_hover_dark": "*neutral_200",
    "button_primary_text_color": "#ffffff",
    "button_primary_text_color_dark": "*neutral_950",
    "button_secondary_background_fill": "transparent",
    "button_secondary_background_fill_dark": "transparent",
    "button_secondary_background_fill_hover": "*neutral_100",
    "button_secondary_background_fill_hover_dark": "*neutral_800",
    "button_secondary_border_color": "#7d8591",
    "button_secondary_border_color_dark": "#79828f",
    "button_border_width": "1px",
    "slider_color": "*neutral_900",
    "slider_color_dark": "*neutral_50",
    "checkbox_background_color_selected": "*neutral_900",
    "checkbox_background_color_selected_dark": "*neutral_500",
}
"""gradio's variables; those that end in _dark hold on the dark ground."""


TYPEFACE = LocalFont("IBM Plex Sans", weights=(400, 700))
"""It comes with gradio."""


def theme() -> gr.themes.Base:
    """Returns the theme; nothing in it is fetched from outside."""
    chosen = gr.themes.Base(
        primary_hue=GREY,
        secondary_hue=GREY,
        neutral_hue=GREY,
        text_size=TEXT,
        spacing_size=AIR,
        radius_size=CORNERS,
        font=[TYPEFACE, "system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    )
    return chosen.set(**LOOK)
