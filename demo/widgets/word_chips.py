"""The words of a question as chips: each says what it does, and a press leaves it out."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from core.instruments.words_off import WordOff, WordsOff
from demo.html import isolated
from demo.widgets.sources import script

HINT = "Press a word to leave it out, and again to bring it back."
LEAST = 0.0005
"""An effect below this is said to be none."""


class WordChips(gr.HTML):
    """Chips whose value is the HTML of `chips_html`; `wanted` comes when they are seen and the answer is another one.

    Args:
        value: HTML at first.
        words: `elem_id` of the field whose words they are.
        watches: `elem_id` of what changes with the answer.
    """

    def __init__(self, value: str = "", *, words: str, watches: str, **options: Any) -> None:
        super().__init__(
            value=value,
            html_template=(
                f'<div class="chips-frame" data-words="{escape(words)}" data-watches="{escape(watches)}">'
                "${value}</div>"
            ),
            js_on_load=script("word_chips.js"),
            apply_default_css=False,
            **options,
        )

    def api_info(self) -> dict[str, Any]:
        """Returns the value's type for the description of the interface."""
        return {"type": "string", "description": "HTML of the words and what each does"}


def chips_html(reading: WordsOff, unit: str) -> str:
    """Returns the sentence, and a chip for each word.

    Args:
        reading: what each word does.
        unit: of the effects, with what they are effects on.
    """
    strongest = max((abs(word.effect) for word in reading.words), default=0.0) or 1.0
    chips = "".join(_chip(word, reading, strongest) for word in reading.words)
    about = f"{HINT} Each number is what the word adds to “{reading.names[reading.first]}”, in {unit}."
    hint = f'<p class="simplex-hint">{isolated(about)}</p>' if chips else ""
    return (
        f'<div class="chips-of" data-text="{escape(reading.text)}">'
        f'<p class="chips-said">{isolated(reading.sentence)}</p>'
        f'<div class="chips" role="group" aria-label="Words of the question">{chips}</div>{hint}</div>'
    )


def _chip(word: WordOff, reading: WordsOff, strongest: float) -> str:
    does = "none" if abs(word.effect) < LEAST else ("adds" if word.effect > 0 else "takes")
    takes_over = "" if word.first == reading.first else reading.names[word.first]
    after = f'<span class="chip-after">else <bdi>{escape(takes_over)}</bdi></span>' if takes_over else ""
    number = f"{word.effect:+.3f}".replace("-", "\u2212") if does != "none" else "0"
    return (
        f'<button type="button" class="chip chip-{does}" aria-pressed="true" data-word="{escape(word.word)}" '
        f'style="--strength: {abs(word.effect) / strongest:.3f}"><bdi class="chip-word">{escape(word.word)}</bdi>'
        f'<span class="chip-effect tabular">{number}</span>{after}</button>'
    )
