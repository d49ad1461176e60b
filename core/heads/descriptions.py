"""What classes look like, in sentences of ours, and things of any kind to compare a sentence's fit with.

Classification by description (Menon and Vondrick 2023) says more than a name only if it does better than as many random
words do (Roth et al. 2023), so the control stands here too. The things were drawn once, with seed 0, from the nouns of
the captioner.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from core.tables import read_table

HERE = Path(__file__).parent
THING = "a photo of {}"


@cache
def descriptions() -> dict[str, tuple[str, ...]]:
    """Returns label -> what such a picture shows, several sentences each; as many for every class of a kind."""
    described: dict[str, list[str]] = {}
    for row in read_table(HERE / "descriptions.csv", ("class", "says")):
        described.setdefault(row.columns["class"], []).append(row.columns["says"])
    return {label: tuple(says) for label, says in described.items()}


@cache
def things() -> tuple[str, ...]:
    """Returns the things of any kind, with their articles."""
    return tuple((HERE / "things.txt").read_text(encoding="utf-8").split("\n")[:-1])
