"""Composed queries about photos with captions: a caption that describes another photo, a thing more or less.

As in `core.datasets.changes` nobody wrote these texts; which photos are alike is for the caller to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Bool, Float32

from core.datasets.changes import Change
from core.datasets.phrases import ADD, CONCEPTS, REMOVE

NEIGHBOURS = 20
RIGHT = 5
"""Photos most like the reference that are right when a thing is added or taken away."""
Captions = Sequence[Sequence[str]]
Likeness = Float32[np.ndarray, "photos photos"]


def caption_changes(
    captions: Captions, likeness: Likeness, first: int, count: int, random: np.random.Generator
) -> list[Change]:
    """Returns queries whose text describes the right photo, whatever the reference shows.

    Args:
        captions: (photos,) what people wrote about each.
        likeness: (photos, photos) how alike they are; half of the references are among the 20 most like the target.
        first: index of the first photo.
        count: how many queries.
        random: chooses targets, references and captions.
    """
    apart = likeness.copy()
    np.fill_diagonal(apart, -np.inf)
    near = np.argsort(-apart, axis=1, kind="stable")[:, :NEIGHBOURS]
    changes = []
    for _ in range(count):
        target = int(random.integers(len(captions)))
        likely = random.random() < 0.5
        others = near[target] if likely else np.delete(np.arange(len(captions)), target)
        text = str(random.choice(captions[target]))
        changes.append(Change(first + int(random.choice(others)), text, (first + target,), "caption"))
    return changes


def concept_changes(
    captions: Captions, likeness: Likeness, first: int, count: int, random: np.random.Generator
) -> list[Change]:
    """Returns queries that add a thing to a photo or take it away; for the arguments see `caption_changes`.

    Right are the photos most like the reference among those with (or without) the thing; others with the thing are
    neither right nor wrong.
    """
    shown = concepts_in(captions)
    changes: list[Change] = []
    while len(changes) < count:
        name = str(random.choice(list(CONCEPTS)))
        add = bool(random.random() < 0.75)
        start, wanted = np.flatnonzero(shown[name] != add), np.flatnonzero(shown[name] == add)
        if len(start) < 2 or len(wanted) < 10:
            continue
        reference = int(random.choice(start))
        ordered = first + wanted[np.argsort(-likeness[reference, wanted], kind="stable")]
        text = str(random.choice(ADD if add else REMOVE)).format(name if add else name.removeprefix("a "))
        right, rest = (tuple(some.tolist()) for some in (ordered[:RIGHT], ordered[RIGHT:]))
        changes.append(Change(first + reference, text, right, "concept", rest))
    return changes


def concepts_in(captions: Captions) -> Mapping[str, Bool[np.ndarray, " n"]]:
    """Tells for each thing which photos show it: at least two captions name it."""
    shown = {}
    for name, words in CONCEPTS.items():
        named = re.compile(rf"\b({words})\b", re.IGNORECASE).search
        shown[name] = np.array([sum(bool(named(text)) for text in texts) >= 2 for texts in captions])
    return shown
