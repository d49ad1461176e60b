"""Composed queries about photos with captions: an edit between two photos, and a thing more or less.

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
KEPT = (0.5, 0.9)
"""The share of its target that a reference shows where an edit leaves most of a picture as it was."""
MOST_WORDS = 3
LITTLE_WORDS = frozenset((
    "a", "an", "the", "of", "in", "on", "at", "with", "and", "is", "are", "to", "his", "her", "its", "their", "by",
    "for", "from", "as", "while", "that", "it", "this", "one", "some", "other", "another", "there", "near",
))  # fmt: skip
Captions = Sequence[Sequence[str]]
Likeness = Float32[np.ndarray, "photos photos"]


def edits(captions: Captions, likeness: Likeness, count: int, random: np.random.Generator) -> list[Change]:
    """Returns queries from one photo to another that is like it, told apart by a caption of each.

    Args:
        captions: (photos,) what people wrote about each.
        likeness: (photos, photos) how alike they are; a reference is among the 20 most like the target.
        count: how many queries.
        random: chooses targets, references and captions.
    """
    apart = likeness.copy()
    np.fill_diagonal(apart, -np.inf)
    near = np.argsort(-apart, axis=1, kind="stable")[:, : min(NEIGHBOURS, len(captions) - 1)]
    changes = []
    for _ in range(count):
        target = int(random.integers(len(captions)))
        reference = int(random.choice(near[target]))
        old, new = (str(random.choice(captions[photo])).rstrip(" .") for photo in (reference, target))
        changes.append(Change(reference, told_apart(old, new, random), (target,), "edit"))
    return changes


def told_apart(old: str, new: str, random: np.random.Generator) -> str:
    """Returns words that lead from what one caption says to what another says.

    They are the new caption, both captions, or the words that only one of them has.
    """
    gone, come = only_in(old, new), only_in(new, old)
    form = int(random.integers(4)) if gone and come else 0
    if form == 1:
        return f"instead of {old.lower()}, {new.lower()}"
    if form == 2:
        return f"{' '.join(come[:MOST_WORDS])} instead of {' '.join(gone[:MOST_WORDS])}"
    return f"with {' and '.join(come[:2])}" if form == 3 else new


def only_in(caption: str, other: str) -> list[str]:
    """Returns the words of a caption that another lacks, without the little ones."""
    spoken = set(re.findall(r"[a-z']+", other.lower())) | LITTLE_WORDS
    return [word for word in re.findall(r"[a-z']+", caption.lower()) if word not in spoken]


def concept_changes(
    captions: Captions, likeness: Likeness, count: int, random: np.random.Generator
) -> list[Change]:
    """Returns queries that add a thing to a photo or take it away; for the arguments see `edits`.

    Right are the photos most like the reference among those with (or without) the thing; others with the thing are
    neither right nor wrong. None where the captions name too few things.
    """
    shown = concepts_in(captions)
    named = [name for name in CONCEPTS if 10 <= shown[name].sum() <= len(captions) - 10]
    changes: list[Change] = []
    while named and len(changes) < count:
        name = str(random.choice(named))
        add = bool(random.random() < 0.75)
        start, wanted = np.flatnonzero(shown[name] != add), np.flatnonzero(shown[name] == add)
        reference = int(random.choice(start))
        ordered = wanted[np.argsort(-likeness[reference, wanted], kind="stable")]
        text = str(random.choice(ADD if add else REMOVE)).format(name if add else name.removeprefix("a "))
        right, rest = (tuple(some.tolist()) for some in (ordered[:RIGHT], ordered[RIGHT:]))
        changes.append(Change(reference, text, right, "concept", rest))
    return changes


def concepts_in(captions: Captions) -> Mapping[str, Bool[np.ndarray, " n"]]:
    """Tells for each thing which photos show it: at least two captions name it, or the only one does."""
    shown = {}
    for name, words in CONCEPTS.items():
        spoken = re.compile(rf"\b({words})\b", re.IGNORECASE).search
        counts = [sum(bool(spoken(text)) for text in texts) for texts in captions]
        shown[name] = np.array(
            [count >= min(2, len(texts)) for count, texts in zip(counts, captions, strict=True)]
        )
    return shown
