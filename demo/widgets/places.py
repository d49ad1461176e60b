"""Where a part of a result's score comes from: a map over the picture, one kind of evidence at a time."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from core.instruments.places import Located
from demo.html import isolated
from demo.widgets.wanted import WantedHTML

HINT = (
    "Point at a result of the answer, or press one here. The deeper the colour, the more a place adds; dashed places "
    "take away."
)
LONGEST = 2
"""Beyond this many times longer than wide a picture is padded with white before it is looked at."""


@dataclass(frozen=True, slots=True)
class LocatedResult:
    """A result of the answer, and where its parts come from.

    Attributes:
        located: what its places and words add.
        rank: in the answer.
        title: its name for people; any text, escaped here.
        address: of its small picture.
        size: (width, height) of the picture, in any unit.
    """

    located: Located
    rank: int
    title: str
    address: str
    size: tuple[int, int]


class PlaceMaps(WantedHTML):
    """Maps whose value is the HTML of `places_html`.

    Args:
        value: HTML at first.
        name: begins the `elem_id` of the answer's results.
        watches: `elem_id` of what changes with the answer.
    """

    frame, source, shows = "places-frame", "places.js", "HTML of maps over pictures"

    def __init__(self, value: str = "", *, name: str, watches: str, **options: Any) -> None:
        super().__init__(value, watches=watches, data={"name": name}, **options)


def places_html(
    results: Sequence[LocatedResult],
    kinds: Sequence[tuple[str, str, str]],
    reference: str,
    reference_size: tuple[int, int],
) -> str:
    """Returns the results to choose from, the parts, and both pictures with their maps.

    Args:
        results: the first ones of the answer, at least one.
        kinds: (name of the part, kind of evidence, label).
        reference: address of the picture that was asked with.
        reference_size: its width and height, in any unit.
    """
    strip = "".join(
        f'<button type="button" data-result="{number}" aria-pressed="false" title="{escape(result.title)}">'
        f'<img alt="{result.rank}. {escape(result.title)}" src="{escape(result.address)}"></button>'
        for number, result in enumerate(results)
    )
    parts = "".join(
        f'<button type="button" class="tool places-part" data-part="{part}" data-label="{escape(label)}" '
        f'aria-pressed="false"><span class="swatch part-{kind}"></span> {escape(label.capitalize())}</button>'
        for part, kind, label in kinds
    )
    words = "".join(
        f'<button type="button" class="chip" data-word="{number}" aria-pressed="false">'
        f'<bdi class="chip-word">{escape(word)}</bdi><span class="chip-effect tabular"></span></button>'
        for number, word in enumerate(results[0].located.words)
    )
    reading = escape(json.dumps([_plain(result) for result in results], separators=(",", ":")))
    return (
        f'<div class="places" data-part="q" data-reading="{reading}">'
        f'<p class="atlas-said">{isolated(results[0].located.sentence(results[0].title))}</p>'
        f'<div class="places-strip" role="group" aria-label="Results">{strip}</div>'
        f'<div class="places-parts" role="group" aria-label="Kind of evidence">{parts}</div>'
        f'<div class="places-words" role="group" aria-label="Where a word looks" hidden>{words}</div>'
        f'<div class="places-pair">{_stage("reference", reference, "Reference", reference_size)}'
        f"{_stage('result', results[0].address, '', results[0].size)}</div>"
        f'<p class="places-read tabular" aria-live="polite"></p><p class="simplex-hint">{HINT}</p>'
        '<details class="fold"><summary>The map of the result as a table</summary><table class="places-table tabular">'
        "<tbody></tbody></table></details></div>"
    )


def _stage(name: str, address: str, caption: str, size: tuple[int, int]) -> str:
    return (
        f'<figure class="places-{name}"><div class="places-stage" style="{_padding(size)}"><img alt="" '
        f'src="{escape(address)}"><svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true"></svg></div>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def _padding(size: tuple[int, int]) -> str:
    """Returns how far the map reaches beyond the picture, in percent of it, for one that was padded."""
    width, height = size
    wide, high = max(width, height / LONGEST), max(height, width / LONGEST)
    beyond = [50 * (wide / width - 1), 50 * (high / height - 1)]
    return f"--beyond-x: {beyond[0]:.2f}%; --beyond-y: {beyond[1]:.2f}%"


def _plain(result: LocatedResult) -> dict[str, Any]:
    located = result.located
    rows = np.vstack([located.places, located.reference[None], located.by_word]).astype("<f4")
    return {
        "index": located.index,
        "rank": result.rank,
        "title": result.title,
        "address": result.address,
        "padding": _padding(result.size),
        "original": located.original,
        "difference": located.difference,
        "words": list(located.words),
        "rows": base64.b64encode(rows.tobytes()).decode("ascii"),
    }
