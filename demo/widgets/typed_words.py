"""A field for words with a button in its row; the words count at Enter, at the button, or when typing has paused."""

from __future__ import annotations

from typing import Any

import gradio as gr

from demo.widgets.pause import TypingPause


def typed_words(
    words: str,
    field: str,
    *,
    button: str,
    button_width: int = 60,
    button_id: str | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Returns the row's fields by name: `words`, `use` (the button) and `pause`.

    Args:
        words: what stands in the field at first.
        field: its `elem_id`.
        button: what stands on the button.
        button_width: in pixels, at least.
        button_id: its `elem_id`.
        **options: label, placeholder and the like, as `gr.Textbox` takes them.
    """
    shape: dict[str, Any] = {"lines": 1, "max_lines": 2, "max_length": 2000, "scale": 1, "elem_id": field}
    with gr.Row(elem_classes="caption-row"):
        typed = gr.Textbox(words, **shape | options)
        use = gr.Button(
            button, size="sm", elem_classes="beside", min_width=button_width, scale=0, elem_id=button_id
        )
    return {"words": typed, "use": use, "pause": TypingPause(field)}
