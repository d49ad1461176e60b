"""What a slider move costs the server: blending, ordering and writing the answer, without an encoder."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from benchmarks.timing import Row, milliseconds
from core.tasks import compose, street_to_shop
from core.types import Caption

LIMIT = {10_000: 5.0, 100_000: 30.0}
SHOWN = 20


def bare(weights: np.ndarray, scores: np.ndarray) -> list[int]:
    """Blends and finds the best in three NumPy calls, with nothing explained."""
    blended = weights @ scores
    best = np.argpartition(-blended, SHOWN)[:SHOWN]
    rows: list[int] = best[np.argsort(-blended[best], kind="stable")].tolist()
    return rows


def rows(sizes: tuple[int, ...] = (1000, 10_000, 100_000)) -> list[Row]:
    """Measures both retrieval tasks on galleries of these sizes, from evidence to the endpoint's JSON."""
    chance = np.random.default_rng(0)
    table = []
    for n in sizes:
        items = tuple((f"item-{number}", f"item-{number}.webp") for number in range(n))
        scores = chance.normal(size=(3, 3, n)).astype(np.float32)
        gram = np.stack([np.eye(3)] * 3)
        gallery: dict[str, Any] = {"profile": "pocket", "models": {}, "items": items}
        mixed = compose.ComposeEvidence("red", scores, gram, (), **gallery)
        caption = Caption("a red shirt", "person")
        street = street_to_shop.StreetEvidence(caption, scores[0], True, **gallery)
        weights = np.array([0.2, 0.3, 0.5])
        reference = milliseconds(lambda w=weights, s=scores[0]: bare(w, s))  # type: ignore[misc]
        for name, move in (
            ("compose", lambda e=mixed: compose.answer(e, 0.2, 0.3, 0.5, "mean", SHOWN)),
            ("street to shop", lambda e=street: street_to_shop.answer(e, 0.2, 0.3, 0.5, SHOWN)),
        ):
            ours = milliseconds(lambda move=move: json.dumps(move().to_json()))  # type: ignore[misc]
            table.append(Row(f"slider, {name}, {n:,} pictures", ours, reference, LIMIT.get(n)))
    return table
