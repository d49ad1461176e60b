"""Heads from few pictures: more pictures help, nothing that trained is judged, what cannot be told stays at chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from core.errors import DataError
from core.own_head import few_pictures as few
from core.own_head.few_pictures import COUNTS, LEAST_JUDGED, few_pictures
from core.small_heads.samples import CODE, TEXT

WIDTH = 12


class Words:
    """Encodes a sentence as a direction that its letters choose; "a photo of a right" points to the second class."""

    scale = 10.0

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.stack([np.random.default_rng(list(text.encode())).normal(size=WIDTH) for text in texts])
        for row, text in zip(rows, texts, strict=True):
            row[0] = {"left": -30.0, "right": 30.0}.get(text.rsplit(" ", 1)[-1], row[0])
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few draws of short trainings, for time."""
    monkeypatch.setattr(few, "DRAWS", 3)
    monkeypatch.setattr(few, "SCHEDULES", {"text": TEXT, "code": replace(CODE, rate=3e-3, epochs=6)})


def cloud(each: int, apart: float) -> tuple[np.ndarray, list[str]]:
    rows = np.random.default_rng(0).normal(size=(2 * each, WIDTH))
    rows[:, 0] += np.repeat([-apart, apart], each)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32), ["left"] * each + ["right"] * each


def test_more_pictures_help_and_captions_need_none(monkeypatch: pytest.MonkeyPatch) -> None:
    shorter(monkeypatch)
    rows, labels = cloud(40, 2.0)
    figures = few_pictures(Words(), rows, labels, list(map(str, range(80))), ["a", "b"] * 40)  # type: ignore[arg-type]
    assert set(figures.heads) == {
        (kind, name) for kind in ("embedding", "descriptors", "random words") for name in ("text", "code")
    }
    curve = [figure.value for figure in figures.heads["embedding", "text"]]
    assert curve[-1] > 0.9 > curve[0] and curve[-1] > curve[0] + 0.05
    assert figures.captions.value > 0.9 and figures.best in figures.heads
    assert all(figure.low <= figure.value <= figure.high for figure in figures.heads["embedding", "code"])
    assert list(figures.to_json()["right"]) == list(map(str, COUNTS))
    assert len(figures.table()["rows"]) == 7 and all(len(row) == 6 for row in figures.table()["rows"])


def test_a_group_that_trained_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs of equal pictures of random labels: judged on its twin, a head would be right by heart."""
    shorter(monkeypatch)
    rows, labels = cloud(30, 0.0)
    twice, both = np.repeat(rows, 2, axis=0), [label for label in labels for _ in range(2)]
    apart = few_pictures(Words(), twice, both, [str(i // 2) for i in range(120)])  # type: ignore[arg-type]
    assert 0.35 < apart.heads["embedding", "code"][-1].value < 0.62
    assert ("random words", "text") not in apart.heads, "without nouns there is no control"


def test_too_few_pictures_are_refused_in_a_sentence() -> None:
    least = COUNTS[-1] + LEAST_JUDGED
    rows, labels = cloud(least, 1.0)
    with pytest.raises(DataError, match=f"two labels with at least {least} pictures each.*this data has 1"):
        few_pictures(Words(), rows[1:], labels[1:], list(map(str, range(2 * least - 1))))  # type: ignore[arg-type]
