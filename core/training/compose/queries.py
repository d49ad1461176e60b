"""Composed queries about pictures in the joint space, and their texts, each encoded once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32, Int

from core.blend import unit
from core.datasets.changes import Change
from core.datasets.shelves import Shelf
from core.encoders.pocket import PocketJoint
from core.encoders.pooling import POOLINGS, pooled_text, pooled_tokens
from core.encoders.towers import TOWERS_ID
from core.features.store import FeatureStore

BATCH = 64
Places = tuple[Int[np.ndarray, " _"], ...]


class Words:
    """Texts in the joint space; what the text tower says of each is kept on disk: projections do not change it."""

    def __init__(self, joint: PocketJoint, store: FeatureStore) -> None:
        self.joint, self.store = joint, store

    def rows(self, texts: Sequence[str]) -> Float32[np.ndarray, "n d"]:
        """Returns the unit row of each text."""
        # Texts of like length share a batch, so that little padding is encoded.
        new = sorted(set(texts), key=lambda text: (len(text), text))
        if not new:
            return np.zeros((0, self.joint.width), dtype=np.float32)
        sentences = self.store.text_rows(f"sentences {TOWERS_ID}", new, self.joint.sentences, batch=BATCH)
        place = {text: row for row, text in enumerate(new)}
        return self.joint.project_sentences(sentences)[[place[text] for text in texts]]

    def pooled(self, texts: Sequence[str]) -> Float32[np.ndarray, "3 n d"]:
        """Returns what stands for each text in all poolings."""
        rows = {text: pooled_text(self.joint, text) for text in sorted(set(texts))}
        return np.stack([rows[text] for text in texts], axis=1)


def pooled_pictures(
    joint: PocketJoint, paths: Sequence[Path], own: Float32[np.ndarray, "n d"], store: FeatureStore
) -> Float32[np.ndarray, "3 n d"]:
    """Returns what stands for each picture in all poolings; what its tokens give is kept on disk.

    `own` are the encoder's rows of the pictures, which are the mean of their tokens.

    Raises:
        DataError: a picture cannot be read.
    """
    tokens, _ = store.rows(
        f"pooled {joint.id}",
        paths,
        lambda pictures: pooled_tokens(joint.picture_tokens(pictures[0])).reshape(1, -1),
    )
    rows = np.ascontiguousarray(tokens.reshape(len(paths), len(POOLINGS), -1).transpose(1, 0, 2))
    rows[0] = own
    return rows


@dataclass(frozen=True, slots=True, eq=False)
class Queries:
    """Composed queries about some pictures.

    Attributes:
        gallery: unit rows of the candidates.
        references: unit rows of what is asked with.
        words: unit rows of the texts.
        targets: the right candidates of each.
        ignored: candidates that are neither right nor wrong.
        hidden: candidates that are left out of the ranking: the reference and copies of its file.
    """

    gallery: Float32[np.ndarray, "m d"]
    references: Float32[np.ndarray, "n d"]
    words: Float32[np.ndarray, "n d"]
    targets: Places
    ignored: Places
    hidden: Sequence[Sequence[int]]

    def __len__(self) -> int:
        return len(self.references)


def queries_of(shelf: Shelf, changes: Sequence[Change], words: Words) -> Queries:
    """Returns the changes of a shelf's pictures as queries about all of them."""
    copies: dict[str, list[int]] = {}
    for row, digest in enumerate(shelf.digests):
        copies.setdefault(digest, []).append(row)
    hidden = [
        # A reference that shows a part of its answer is no picture of the gallery.
        [] if change.kept else sorted(set(copies[shelf.digests[change.reference]]) - set(change.targets))
        for change in changes
    ]
    shares = np.array([[change.kept] for change in changes], dtype=np.float32).reshape(-1, 1)
    references = shelf.rows[[change.reference for change in changes]]
    answers = shelf.rows[[change.targets[0] for change in changes]]
    return Queries(
        shelf.rows,
        unit(np.where(shares > 0, (1 - shares) * references + shares * answers, references)),
        words.rows([change.text for change in changes]),
        _places(change.targets for change in changes),
        _places(change.ignored for change in changes),
        hidden,
    )


def _places(rows: Iterable[Sequence[int]]) -> Places:
    return tuple(np.array(some, dtype=np.int64) for some in rows)
