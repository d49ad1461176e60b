"""The words of a question as chips: each says what it does, and a press leaves it out; below them, other words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from core.instruments.question_words import QuestionWords, Reworded
from core.instruments.words_off import WordOff, WordsOff
from demo.html import fine, isolated
from demo.widgets.wanted import WantedHTML

HINT = "Press a word to leave it out, and again to bring it back. "
NOT_YOURS = "These words are the captioner’s; type your own to change them. "
ADDS = (
    "Each number is what the word adds to “{name}”, in {unit}: a bar below it adds, one above it takes away."
)
OTHER_WORDS = "Other words, by templates of ours{press}"
PRESS = "; press some to ask with them"
KINDS = {"paraphrase": "said otherwise", "negation": "negated", "count": "counted", "swap": "caption of {of}"}
LEAST = 0.0005
"""An effect below this is said to be none."""
FieldWords = tuple[QuestionWords, str]
"""What the words of a text do, and the `elem_id` of the field that they stand in."""


class WordChips(WantedHTML):
    """Chips whose value is the HTML of `words_html`."""

    frame, source, shows = "chips-frame", "word_chips.js", "HTML of the words and what each does"


def words_html(texts: Sequence[FieldWords], unit: str, more: str = "") -> str:
    """Returns for each text a sentence, a chip for each word, and a table of other words.

    Args:
        texts: of the question; the field is "" for words that nobody can change by a press.
        unit: of the effects, with what they are effects on.
        more: a sentence that follows them all, "" for none.
    """
    many = len(texts) > 1
    groups = [
        _group(reading, field, unit, f"Words of “{reading.off.text}”" if many else "Words of the question")
        for reading, field in texts
    ]
    return "".join(groups) + (fine(more) if more else "")


def _group(reading: QuestionWords, field: str, unit: str, label: str) -> str:
    off = reading.off
    strongest = max((abs(word.effect) for word in off.words), default=0.0) or 1.0
    chips = "".join(_chip(word, off, strongest, bool(field)) for word in off.words)
    about = (HINT if field else NOT_YOURS) + ADDS.format(name=off.names[off.first], unit=unit)
    hint = f'<p class="simplex-hint">{isolated(about)}</p>' if chips else ""
    return (
        f'<div class="chips-of" data-text="{escape(off.text)}" data-field="{escape(field)}">'
        f'<p class="chips-said">{isolated(off.sentence)}</p>'
        f'<div class="chips" role="group" aria-label="{escape(label)}">{chips}</div>{hint}'
        f"{_other_words(reading, field)}</div>"
    )


def _chip(word: WordOff, reading: WordsOff, strongest: float, can_be_pressed: bool) -> str:
    does = "none" if abs(word.effect) < LEAST else ("adds" if word.effect > 0 else "takes")
    takes_over = "" if word.first == reading.first else reading.names[word.first]
    after = f'<span class="chip-after">else <bdi>{escape(takes_over)}</bdi></span>' if takes_over else ""
    number = f"{word.effect:+.3f}".replace("-", "\u2212") if does != "none" else "0"
    tag, press = ("button", 'type="button" aria-pressed="true" ') if can_be_pressed else ("span", "")
    return (
        f'<{tag} {press}class="chip chip-{does}" data-word="{escape(word.word)}" '
        f'style="--strength: {abs(word.effect) / strongest:.3f}"><bdi class="chip-word">{escape(word.word)}</bdi>'
        f'<span class="chip-effect tabular">{number}</span>{after}</{tag}>'
    )


def _other_words(reading: QuestionWords, field: str) -> str:
    """Returns the table of other words, with the rank of the one that is followed; "" without any."""
    if not reading.other:
        return ""
    rows = "".join(_row(row, reading, bool(field)) for row in reading.other)
    caption = OTHER_WORDS.format(press=PRESS if field else "")
    return (
        f'<p class="wordings-said">{isolated(reading.sentence)}</p>'
        f'<table class="wordings tabular"><caption>{escape(caption)}</caption><thead><tr><th scope="col">Words</th>'
        '<th scope="col">First</th><th scope="col">Rank</th>'
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(row: Reworded, reading: QuestionWords, can_be_pressed: bool) -> str:
    words = isolated(row.wording.text)
    if can_be_pressed:
        words = (
            f'<button type="button" class="atlas-go" data-ask="{escape(row.wording.text)}">{words}</button>'
        )
    kind = isolated(KINDS[row.wording.kind].format(of=row.wording.of))
    moved = ' class="wording-moved"' if row.rank != reading.rank else ""
    return (
        f'<tr{moved}><th scope="row">{words}<small>{kind}</small></th>'
        f"<td>{isolated(reading.off.names[row.first])}</td><td>{row.rank}</td></tr>"
    )
