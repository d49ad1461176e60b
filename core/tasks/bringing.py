"""Bringing a picture of a ranking among the first k: which picture is meant, and whether a mix can do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.checks import MOST_RESULTS, whole_number
from core.errors import InputError
from core.instruments.bring_to_top import Brought, bring_to_top
from core.instruments.rank_map import rank_map_of
from core.tasks.ranking import Ranking

FORM = 'Give what to bring to the top as {"item": an item of the gallery, "k": a whole number}, or null.'


def brought(ranking: Ranking | None, row: int, k: object) -> Brought:
    """Returns the smallest change of weights that brings a picture among the first k.

    Args:
        ranking: at the weights in use; None where nothing was ranked.
        row: the picture's place in the gallery.
        k: among how many it is to be.

    Raises:
        InputError: k is no whole number from 1 to 100, the picture is no part of the ranking, or the rule takes no
            weights.
    """
    places = whole_number(k, name="k")
    if not 1 <= places <= MOST_RESULTS:
        raise InputError(f"k must lie between 1 and {MOST_RESULTS}, but {places} was given.")
    if ranking is None or not ranking.additive:
        raise InputError(
            "This rule of joining takes no weights, so none can be changed; choose another rule."
        )
    candidate = ranking.evidence.candidate_of(row)
    if candidate in ranking.evidence.hidden:
        raise InputError(
            "This picture is left out of the ranking: it is the reference, or a copy; choose another one."
        )
    return bring_to_top(ranking.blended(), candidate, places)


def readings_as_asked(ranking: Ranking | None, asked: object) -> dict[str, Any]:
    """Returns the same for what a program asked, as JSON, and the picture's rank over all mixes; nothing for nothing.

    Args:
        ranking: as for `brought`.
        asked: an object with the item's id and, where it is not 1, k; None for nothing.

    Raises:
        InputError: as for `brought`, or it has another form, or there is no such item.
    """
    if asked is None:
        return {}
    if not isinstance(asked, Mapping) or not {"item"} <= set(asked) <= {"item", "k"}:
        raise InputError(FORM)
    candidate = None if ranking is None else ranking.evidence.candidate_called(asked["item"])
    if ranking is None or candidate is None:
        whole = ranking is None or ranking.evidence.window is None
        where = "in the gallery" if whole else "among the pictures that were compared for this question"
        raise InputError(f"There is no such item {where} to bring to the top; give the id of a hit.")
    change = brought(ranking, ranking.evidence.row_of(candidate), asked.get("k", 1))
    blended = ranking.blended()
    return {"bring_to_top": change.to_json(), "rank_map": rank_map_of(blended, candidate).to_json()}
