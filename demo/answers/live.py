"""What a browser needs to go on with an answer by itself: the evidence of a question, and the names of the gallery."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.blend import blend, order, simplex_grid
from core.encoders.pooling import POOLINGS
from core.joining import PRODUCT, SUM
from core.tasks.candidates import Copies, item_copies
from core.tasks.ranking import Ranking, Remark
from core.tasks.spoken import says_nothing, shared_titles
from demo.answers.joining import ScoreUnit
from demo.answers.retrieval import Addresses
from demo.html import models_text
from demo.links import gallery_digest
from demo.widgets.live_ranking import shown_sign

if TYPE_CHECKING:
    from core.index.picture_map import PictureMap
    from core.index.qdrant_gallery import AnyGallery as Gallery

MOST_CANDIDATES = 20_000
"""Of so many pictures the evidence is 320 kB of text; beyond, the server answers every move."""
CALLED = "called"
"""The key by which evidence remembers what its pictures are called."""
STEPS, TO_FRONT = 9, 24
"""The grid of mixes, and how many of each, whose pictures a browser is given of a window; for another it asks."""
MADE_BEFORE_MAPS = (
    "The gallery \u201c{title}\u201d was made before maps: index it again, or make its map alone with "
    "\u201cpython -m core map\u201d and its folder."
)
TOO_MANY_TO_MAP = (
    "The gallery \u201c{title}\u201d has {count:,} pictures; the page draws a map of up to {most:,}, and the endpoint "
    "/map_gallery tells where every so-manyth lies."
)
NO_MAP = "The gallery \u201c{title}\u201d has no map of these vectors; index it again to make it."


def question_value(
    ranking: Ranking | None, unit: ScoreUnit, addresses: Addresses | None = None
) -> dict[str, Any] | None:
    """Returns the evidence of a question as the page takes it; None where the server is to answer every move.

    Args:
        ranking: what was ranked; None for no question.
        unit: of the scores.
        addresses: of the pictures `to_front`, where the evidence is of a window.
    """
    if ranking is None:
        return None
    label = ranking.evidence.searched.label
    searched = {"searched": label} if label else {}
    if not ranking.additive or not 0 < len(ranking.evidence.items) <= MOST_CANDIDATES:
        return searched or None
    evidence = ranking.evidence
    rows = np.ascontiguousarray(ranking.rows, dtype="<f4")
    return {
        "parts": base64.b64encode(rows.tobytes()).decode("ascii"),
        "profile": evidence.profile,
        "models": models_text(evidence.models),
        "joined": joined_text(ranking),
        "counted": ranking.counted,
        "look": {"decimals": unit.decimals, "sign": shown_sign(unit.sign)},
        "positive": ranking.rule == PRODUCT,
        "voices": list(ranking.voices.values()),
        "hidden": list(evidence.hidden),
        "right": ranking.right_rows(),
        "fits": {ranking.voices[part]: [fit.best, fit.usual] for part, fit in evidence.fits.items()},
        "doubt": "" if evidence.finding is None else evidence.finding.doubt(),
        "gram": None if ranking.gram is None else np.asarray(ranking.gram, dtype=np.float64).tolist(),
        "nothing": ranking.nothing,
        "before": _remark(ranking.before),
        "after": _remark(ranking.after),
        **searched,
        **({} if evidence.window is None else {"names": _names(ranking, addresses or {})}),
    }


def joined_text(ranking: Ranking) -> str:
    """Returns what was chosen of how parts are joined, a few words; "" for what is usual."""
    chosen = [
        "" if ranking.rule == SUM else f"joined by {ranking.rule}",
        f"{POOLINGS[ranking.pooling]} over tokens" if ranking.pooling else "",
        "" if ranking.gram is None else "cosines",
    ]
    return ", ".join(filter(None, chosen))


def to_front(ranking: Ranking | None) -> list[int]:
    """Returns which rows of the gallery come to the front at some mix of a grid; nothing where a catalogue names all.

    Args:
        ranking: what was ranked.
    """
    if ranking is None or ranking.evidence.window is None or not ranking.additive:
        return []
    evidence, counted = ranking.evidence, ranking.counted
    shown = np.setdiff1d(np.arange(len(evidence.items)), evidence.hidden)
    grid = simplex_grid(STEPS)
    mixes = grid if counted == len(ranking.rows) else grid[grid[:, counted:].sum(axis=1) == 0]
    found: set[int] = set(ranking.right_rows())
    for weights in mixes:
        found.update(shown[order(blend(weights, ranking.rows[:, shown]), TO_FRONT)].tolist())
    return [evidence.row_of(candidate) for candidate in sorted(found)]


def _names(ranking: Ranking, addresses: Addresses) -> dict[str, Any]:
    """Returns what a catalogue says of a gallery, of the candidates of a window; their rows in the gallery, too."""
    evidence, window = ranking.evidence, ranking.evidence.window
    assert window is not None, "other galleries have a catalogue"
    folder = _folder(addresses)
    # No weight changes what the pictures of a question are called.
    if CALLED not in evidence.memory:
        called = evidence.titles or [""] * len(evidence.items)
        titles = [title or name for title, (name, _) in zip(called, evidence.items, strict=True)]
        evidence.memory[CALLED] = _called(titles, [file for _, file in evidence.items], evidence.copies)
    return {
        **evidence.memory[CALLED],
        "folder": folder,
        "pictures": {
            str(window.candidate_of(row)): address.removeprefix(folder) for row, address in addresses.items()
        },
        "rows": base64.b64encode(np.ascontiguousarray(window.rows, dtype="<i4").tobytes()).decode("ascii"),
    }


def _called(titles: Sequence[str], files: Sequence[str], copies: Copies) -> dict[str, Any]:
    """Returns what pictures are called, which names say nothing or are of several, and how many copies are."""
    return {
        "titles": titles,
        "files": files,
        "quiet": [row for row, file in enumerate(files) if says_nothing(titles[row], file)],
        "shared": shared_titles(titles, copies),
        "copies": {str(row): len(later) for row, later in copies.items()},
    }


def _folder(addresses: Addresses) -> str:
    """Returns the folder in which all small pictures lie, "" where they lie in several."""
    folders = {address.rpartition("/")[0] for address in addresses.values() if address}
    return f"{folders.pop()}/" if len(folders) == 1 else ""


def _remark(remark: Remark) -> dict[str, Any]:
    return {"text": remark.text, "parts": list(remark.parts), "weighted": remark.weighted}


def catalogue_value(gallery: Gallery, addresses: Addresses) -> dict[str, Any]:
    """Returns what the pictures of a gallery are called and where they are.

    Args:
        gallery: the open one, of at most `MOST_CANDIDATES` pictures.
        addresses: of all items, in order.
    """
    items = gallery.items
    folder = _folder(addresses)
    titles, files = [item.title or item.id for item in items], [item.file for item in items]
    return {
        **_called(titles, files, item_copies(items)),
        "gallery": gallery_digest(gallery),
        "folder": folder,
        "pictures": [address.removeprefix(folder) for address in addresses.values()],
    }


def map_value(gallery: Gallery, charts: Mapping[str, str]) -> dict[str, Any]:
    """Returns the gallery's maps as the page takes them, or why there are none.

    Args:
        gallery: the open one, as the models that answer describe it.
        charts: name of a set of vectors -> what the page calls its map, in the order in which they are offered.
    """
    few = len(gallery.items) <= MOST_CANDIDATES
    made = {name: gallery.maps[name] for name in charts if few and name in gallery.maps}
    if not made:
        return {"charts": [], "reason": missing_map(gallery)}
    return {"charts": [_chart(name, charts[name], each) for name, each in made.items()], "reason": ""}


def missing_map(gallery: Gallery) -> str:
    """Returns why a gallery has no map, one sentence."""
    count = len(gallery.items)
    reason = (
        TOO_MANY_TO_MAP if count > MOST_CANDIDATES else NO_MAP if gallery.version > 1 else MADE_BEFORE_MAPS
    )
    return reason.format(title=gallery.title, count=count, most=MOST_CANDIDATES)


def _chart(name: str, label: str, chart: PictureMap) -> dict[str, Any]:
    places = np.ascontiguousarray(chart.places, dtype="<f4")
    return {
        "name": name,
        "label": label,
        "method": chart.method,
        "kept": chart.kept,
        "places": base64.b64encode(places.tobytes()).decode("ascii"),
    }
