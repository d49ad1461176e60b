"""Makes approximate indexes of a gallery's vectors, a block of rows at a time, and measures what they find."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import faiss
import numpy as np
from jaxtyping import Float32

from core.index.approximate import IVF, Approximation, blocks_of, faiss_threads, nearest
from core.index.approximate_file import fitting_approximate, remove_approximate, write_approximate
from core.index.approximate_known import segments_of
from core.index.approximate_recall import BEST, JOINT, AskedSets, KnownBest, answered, mixed_questions
from core.index.bundle import Gallery
from core.index.place import changing
from core.index.segmented_rows import StoredRows
from core.plurals import counted
from core.settings import SEARCHED_EXACTLY

EXACT_TO = SEARCHED_EXACTLY
"""Rows that are looked through whole in less time than an index would save."""
SETS = (("joint",), ("garment", "words"), ("garment", "joint"))
"""What lies side by side: Compose asks the first, street to shop the second, and the third where words are typed."""
SEED = 17
BLOCK = 16_384
LISTS_PER_ROOT, SAMPLE_PER_LIST = 2, 40
"""Lists for each unit of the square root of n, and rows for each list that k-means learns from."""
ENOUGH = 0.99
"""The recall for which `reach` is chosen, on other questions than the recall that is written down."""
PROPOSED = 100
"""Rows for a question of the try; as rows are kept to a byte a number, 24 lose as little of the best twelve as 200."""
QUESTIONS = 200
ALREADY = " It was there already."
REACHES = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 1024)

Progress = Callable[[int, int], None]
"""Told how many rows are in the index, and of how many."""
EncodeTexts = Callable[[list[str]], Float32[np.ndarray, "q d"]]
Sides = Sequence[Float32[StoredRows, "n _"]]
Texts = Mapping[str, Float32[np.ndarray, "q _"]]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one index.

    Attributes:
        about: what is known of it.
        bytes: of its file.
        kept: whether it was there already.
    """

    about: Approximation
    bytes: int
    kept: bool = False

    def sentence(self) -> str:
        """Returns what a person should know of it."""
        about = self.about
        return (
            f"{' + '.join(about.names)}: {about.kind} over {counted(about.count, 'row')}, {self.bytes / 1e6:.1f} MB; "
            f"of the exact {about.best} best of {counted(about.questions, 'mixed question')} it proposes "
            f"{100 * about.recall:.1f} %.{ALREADY if self.kept else ''}"
        )


def add_approximate(
    bundle: Path,
    *,
    sets: Sequence[tuple[str, ...]] = SETS,
    encode_texts: EncodeTexts | None = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> list[Added]:
    """Makes the approximate indexes that a gallery lacks from its own vectors; to `EXACT_TO` rows it removes all.

    One that is there, whole and of these rows, is left as it is.

    Args:
        bundle: the gallery's folder.
        sets: names of vector sets side by side, of those in `SETS`, that are asked; the index of others is removed.
        encode_texts: makes unit rows of sentences in the "joint" space; the gallery's captions are asked with, too.
        threads: that learn the lists of an inverted file; their number changes no byte of it.
        progress: told how far it is, for each index.

    Returns:
        What is there now.

    Raises:
        ArtifactError: it is no gallery, or damaged.
        CapacityError: another process builds it, or it cannot be written.
    """
    with changing(bundle) as gallery:
        if len(gallery) <= EXACT_TO:
            remove_approximate(bundle, SETS)
            return []
        remove_approximate(bundle, [names for names in SETS if names not in sets])
        there = {names: _kept(gallery, names) for names in sets}
        speaks = any(found is None and JOINT in names for names, found in there.items())
        texts = {JOINT: encode_texts(_captions(gallery))} if encode_texts is not None and speaks else {}
        return [there[names] or _added(gallery, names, texts, threads, progress) for names in sets]


def lines_of(added: Sequence[Added], bundle: Path) -> list[str]:
    """Returns what the command says of indexes that were made."""
    if not added:
        return [f"{bundle.name} is searched exactly: an approximate index pays above {EXACT_TO:,} pictures."]
    return [each.sentence() for each in added]


def _captions(gallery: Gallery) -> list[str]:
    rows = np.random.default_rng(SEED).integers(len(gallery), size=QUESTIONS)
    return [gallery.items[row].caption for row in rows.tolist()]


def _kept(gallery: Gallery, names: tuple[str, ...]) -> Added | None:
    """Returns the index that is there already, None where it is missing or does not fit."""
    sides = [gallery.vectors(name) for name in names]
    found = fitting_approximate(gallery.path, names, gallery.vectors_digest, sides)
    return None if found is None else Added(*found, kept=True)


def _added(
    gallery: Gallery,
    names: tuple[str, ...],
    texts: Texts,
    threads: int,
    progress: Progress | None,
) -> Added:
    sides = [gallery.vectors(name) for name in names]
    index, about = approximation(
        sides, names, gallery.vectors_digest, texts=texts, threads=threads, progress=progress
    )
    file = write_approximate(gallery.path, index, about)
    return Added(about, file.stat().st_size)


def approximation(
    sides: Sides,
    names: tuple[str, ...],
    rows: str,
    *,
    texts: Texts = MappingProxyType({}),
    threads: int = 1,
    progress: Progress | None = None,
) -> tuple[Any, Approximation]:
    """Returns an index of FAISS, how far a query looks in it, and how much it finds so.

    The same rows give the same index: it learns from a sample with a fixed seed, and rows are added in their order.

    Args:
        sides: the vector sets, n unit rows each.
        names: of the sets.
        rows: SHA-256 that names them.
        texts: name of a vector set -> unit rows of sentences in its space, of which the questions are mixed, too.
        threads: as of `add_approximate`.
        progress: told how far it is.
    """
    count, width = len(sides[0]), sum(int(side.shape[1]) for side in sides)
    lists = max(round(LISTS_PER_ROOT * count**0.5), 1)
    if progress is not None:
        progress(0, count)
    sample = _sample(sides, SAMPLE_PER_LIST * lists)
    index = _trained(sample, lists, threads)
    size = len(sample)
    del sample
    _fill(index, sides, threads, progress)
    asked = AskedSets(sides, names, texts)
    proposed = min(PROPOSED, count - 1)
    learned, held_out = (
        answered(mixed_questions(asked, QUESTIONS, seed), sides) for seed in (SEED, SEED + 1)
    )
    reach = _reach(index, learned, proposed)
    recall = held_out.found(nearest(index, held_out.questions, proposed, reach))
    return index, Approximation(
        names, rows, count, width, IVF, index.nlist, reach, SEED, size, faiss.__version__, round(recall, 4),
        BEST, proposed, QUESTIONS, segments_of(sides[0], rows),
    )  # fmt: skip


def _sample(sides: Sides, most: int) -> Float32[np.ndarray, "sample d"]:
    """Returns rows drawn by chance, in the order in which they lie on the disk."""
    count = len(sides[0])
    chosen = np.sort(np.random.default_rng(SEED).permutation(count)[:most])
    return np.concatenate([side[chosen] for side in sides], axis=1)


def _trained(sample: Float32[np.ndarray, "sample d"], lists: int, threads: int) -> Any:
    width, lists = sample.shape[1], min(lists, len(sample))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(width), width, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.seed = SEED
    # Else FAISS complains on standard error of a small gallery, which has no more rows to learn from.
    index.cp.min_points_per_centroid = 1
    with faiss_threads(threads):
        index.train(sample)
    return index


def _fill(index: Any, sides: Sides, threads: int, progress: Progress | None) -> None:
    total = len(sides[0])
    with faiss_threads(threads):
        for start, rows in blocks_of(sides, BLOCK):
            index.add(rows)
            if progress is not None:
                progress(start + len(rows), total)


def _reach(index: Any, learned: KnownBest, proposed: int) -> int:
    """Returns the shortest reach that finds enough; the longest one where none does."""
    most = index.nlist
    for reach in (reach for reach in REACHES if reach < most):
        if learned.found(nearest(index, learned.questions, proposed, reach)) >= ENOUGH:
            return reach
    return int(most)
