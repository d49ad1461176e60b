"""The approximate indexes that street to shop asks, each beside a look at all rows: what they cost and what they miss.

    python -m benchmarks.shop_index PICTURES

Garments lie beside words, or beside the joint space for typed words, and questions are mixed as the task mixes them,
each part divided by the deviation of its cosines. The gallery is that of `benchmarks.million`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from benchmarks.timing import Row, side_by_side
from core.contracts import Proposer
from core.index.approximate_build import PROPOSED, SETS, approximation
from core.index.approximate_file import open_approximate, write_approximate
from core.index.approximate_recall import AskedSets, mixed_questions
from core.index.bundle import open_bundle
from core.index.proposing import ExactProposer
from core.plurals import counted

ROUNDS, SEED = 20, 99
ASKED_BY_SHOP = tuple(names for names in SETS if len(names) > 1)


def rows(bundle: Path, rounds: int = ROUNDS) -> Iterator[Row]:
    """Yields making each index of a gallery, its size, a question to it, and how many of the best twelve it misses.

    Args:
        bundle: the gallery's folder, in which the indexes stay.
        rounds: questions that are timed.
    """
    gallery = open_bundle(bundle)
    for names in ASKED_BY_SHOP:
        sides, named = [gallery.vectors(name) for name in names], " + ".join(names)
        began = time.perf_counter()
        index, about = approximation(sides, names, gallery.vectors_digest)
        file = write_approximate(bundle, index, about)
        seconds, size = time.perf_counter() - began, file.stat().st_size / 1e6
        mapped = open_approximate(bundle, names, gallery.vectors_digest, (about.count, about.width))
        assert mapped is not None, "it was written"
        questions = mixed_questions(AskedSets(sides, names, {}), rounds + 1, SEED)
        ways: dict[str, Proposer] = {"ours": mapped, "all": ExactProposer(sides)}
        took = side_by_side({name: partial(_proposed, way, questions) for name, way in ways.items()}, rounds)
        label = f"{counted(about.count, 'picture')}, {named}: "
        yield Row(label + "index made", seconds, unit="s")
        yield Row(label + "its file", size, unit="MB")
        yield Row(label + f"{PROPOSED} rows proposed", took["ours"], took["all"], beside="a look at all rows")
        yield Row(label + "of the best 12 missed", 100 * (1 - about.recall), unit="%")


def _proposed(way: Proposer, questions: Float32[np.ndarray, "m d"], number: int) -> None:
    way.propose(questions[[number]], PROPOSED)


if __name__ == "__main__":
    from benchmarks.million import write_segments

    with tempfile.TemporaryDirectory() as folder:
        write_segments(Path(folder), int(sys.argv[1]))
        for row in rows(Path(folder)):
            bare = "" if row.bare is None else f", {row.beside} {row.bare:,.2f} {row.unit}"
            sys.stdout.write(f"{row.name}: {row.ours:,.2f} {row.unit}{bare}\n")
