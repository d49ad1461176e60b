"""Where a number of an answer comes from: a map over the picture, one kind of evidence at a time."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
from jaxtyping import Float64

from core.instruments.parts_apart import PartApart
from demo.html import isolated
from demo.widgets.wanted import WantedHTML

DEEPER = "The deeper the colour, the more a place adds; dashed places take away."
REFERENCE_PLACES = "Places of the reference: press one, or walk with the arrow keys, for its matches"
PAIRS_TABLE = (
    '<table class="places-pairs tabular"><caption>Pairs of places that add most</caption><thead><tr><th scope="col">'
    'Pair</th><th scope="col">Reference</th><th scope="col">Result</th><th scope="col">Adds</th></tr></thead>'
    "<tbody></tbody></table>"
)
WHY = "Why the caption says what it says"
MOST_STEPS = 32767
"""Of a pair's number, which travels in 16 bits."""
LONGEST = 2
"""Beyond this many times longer than wide a picture is padded with white before it is looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class PictureApart:
    """A picture of the answer, or a class, and what its numbers are the sums of.

    Attributes:
        parts: the numbers.
        title: its name for people; any text, escaped here.
        address: of the picture on which the places lie.
        size: (width, height) of the picture, in any unit.
        rank: in the answer; 0 where it is the only one.
        index: of the candidate in the gallery, -1 where there is none.
        note: said behind every number, such as that it is estimated; "" for none.
        small: address of its small picture in the row of results; "" for `address`.
        lies_on: what the picture under the map is, where it is not the result itself.
        own: key of a part -> address of the picture on which its places lie, where that is another one.
        reference: (places + 1,) what each place of the reference adds to the part "q", and last what belongs to none.
        pairs: (places, places + 1) what each place of the reference and each place of the picture add together.
    """

    parts: Sequence[PartApart]
    title: str
    address: str
    size: tuple[int, int]
    rank: int = 0
    index: int = -1
    note: str = ""
    small: str = ""
    lies_on: str = ""
    own: Mapping[str, str] = field(default_factory=dict)
    reference: Float64[np.ndarray, " places_and_bias"] | None = None
    pairs: Float64[np.ndarray, "places places_and_bias"] | None = None

    @property
    def caption(self) -> str:
        """What it is called in the row of results."""
        return f"{self.rank}. {self.title}" if self.rank else self.title


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


@dataclass(frozen=True, slots=True)
class PlacesTold:
    """What is said around the maps.

    Attributes:
        sentence: first of all.
        hint: how to use them.
        worth: key of a part -> what was measured of such maps.
        reference: address and size (width, height) of the picture that was asked with, where it has a map, too.
        strip: what stands in the row of results: "pictures", "names" or "" for one alone.
    """

    sentence: str
    hint: str
    worth: Mapping[str, str] = field(default_factory=dict)
    reference: tuple[str, tuple[int, int]] | None = None
    strip: str = ""


def places_html(results: Sequence[PictureApart], told: PlacesTold) -> str:
    """Returns the results to choose from, their numbers, and the pictures with their maps.

    Args:
        results: the first ones of the answer, at least one, all with the same parts.
        told: what is said around them.
    """
    first = results[0]
    parts, gaps = (
        "".join(_button(number, part) for number, part in enumerate(first.parts) if of_gap(part) is wanted)
        for wanted in (False, True)
    )
    if gaps:
        chosen = f'<div class="places-parts" role="group" aria-label="{WHY}">{gaps}</div>'
        gaps = f'<details class="fold"><summary>{WHY}</summary>{chosen}</details>'
    reading = escape(json.dumps([_plain(result, told.worth) for result in results], separators=(",", ":")))
    reference = _stage("reference", *told.reference) if told.reference else ""
    pairs = PAIRS_TABLE if told.reference else ""
    return (
        f'<div class="places" data-reading="{reading}">'
        f'<p class="atlas-said">{isolated(told.sentence)}</p>{_strip(results, told.strip)}'
        f'<div class="places-parts" role="group" aria-label="What is taken apart">{parts}</div>{gaps}'
        '<div class="places-words" role="group" aria-label="What it is the sum of" hidden></div>'
        f'<div class="places-pair{"" if reference else " places-single"}">{reference}'
        f'{_stage("result", first.address, first.size)}<svg class="places-lines" aria-hidden="true"></svg></div>'
        f'<p class="places-read tabular" aria-live="polite"></p><p class="simplex-hint">{isolated(told.hint)}</p>'
        f'<details class="fold"><summary>As a table</summary>{pairs}<div class="places-rows">'
        '<table class="places-table tabular"><caption></caption><tbody></tbody></table></div></details>'
        '<p class="fine places-worth"></p></div>'
    )


def of_gap(part: PartApart) -> bool:
    """Tells whether a part says why a caption's gap was filled as it is, and scores nothing of the answer."""
    return part.key.startswith("gap_")


def _button(number: int, part: PartApart) -> str:
    label = escape(part.label if of_gap(part) else part.label[0].upper() + part.label[1:])
    return (
        f'<button type="button" class="tool places-part" data-part="{number}" aria-pressed="false">'
        f'<span class="swatch part-{part.kind}"></span> {label}</button>'
    )


def _strip(results: Sequence[PictureApart], kind: str) -> str:
    if not kind:
        return ""
    shown = "".join(
        f'<button type="button" data-result="{number}" aria-pressed="false" title="{escape(result.title)}">'
        + (
            escape(result.caption)
            if kind == "names"
            else f'<img alt="{escape(result.caption)}" src="{escape(result.small or result.address)}">'
        )
        + "</button>"
        for number, result in enumerate(results)
    )
    return f'<div class="places-strip places-{kind}" role="group" aria-label="Results">{shown}</div>'


def _stage(name: str, address: str, size: tuple[int, int]) -> str:
    chosen = f' tabindex="0" role="group" aria-label="{REFERENCE_PLACES}"' if name == "reference" else ""
    return (
        f'<figure class="places-{name}"><div class="places-stage" style="{_padding(size)}"{chosen}><img alt="" '
        f'src="{escape(address)}"><svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true"></svg></div>'
        f"<figcaption>{'Reference' if name == 'reference' else ''}</figcaption></figure>"
    )


def _padding(size: tuple[int, int]) -> str:
    """Returns how far the map reaches beyond the picture, in percent of it, for one that was padded."""
    width, height = size
    wide, high = max(width, height / LONGEST), max(height, width / LONGEST)
    beyond = [50 * (wide / width - 1), 50 * (high / height - 1)]
    return f"--beyond-x: {beyond[0]:.2f}%; --beyond-y: {beyond[1]:.2f}%"


def _plain(result: PictureApart, worth: Mapping[str, str]) -> dict[str, Any]:
    plain = {
        "index": result.index,
        "caption": f"{result.lies_on}, for {result.caption}" if result.lies_on else result.caption,
        "address": result.address,
        "padding": _padding(result.size),
        "note": result.note,
        "parts": [_part(part, worth.get(part.key, ""), result.own.get(part.key)) for part in result.parts],
    }
    if result.reference is not None and result.pairs is not None:
        most = float(np.abs(result.pairs).max()) or 1.0
        steps = np.round(result.pairs / most * MOST_STEPS).astype("<i2")
        plain["reference"] = _packed(result.reference.astype("<f4"))
        plain["pairs"] = {"step": most / MOST_STEPS, "rows": _packed(steps)}
    return plain


def _part(part: PartApart, worth: str, address: str | None) -> dict[str, Any]:
    rows = np.vstack([part.places[None], part.by_word]) if len(part.words) else part.places[None]
    return {
        "label": part.label,
        "kind": part.kind,
        "words": list(part.words),
        "holds": part.holds,
        "estimated": part.estimated,
        "score": part.score,
        "worth": worth,
        "address": address,
        "rows": _packed(rows.astype("<f4")),
    }


def _packed(numbers: np.ndarray) -> str:
    return base64.b64encode(numbers.tobytes()).decode("ascii")
