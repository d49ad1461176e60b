"""The approximate indexes of a large gallery, each beside a look at all rows: what they cost, and what they miss.

Measured by `python -m benchmarks million`, on its gallery. A question is mixed as the tasks mix it, by weights drawn
evenly: Compose asks the joint space, street to shop garments beside words, or beside the joint space for typed words,
each divided by the deviation of its cosines. Rows are proposed, our own dot products score them, the sum ranks them.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from jaxtyping import Float32, Int64

from benchmarks.timing import Row
from core.blend import order
from core.contracts import Proposer
from core.index.approximate_build import PROPOSED, SETS, approximation
from core.index.approximate_file import open_approximate, write_approximate
from core.index.approximate_recall import BEST, JOINT, AskedSets, answered, mixed_questions
from core.index.bundle import Gallery, open_bundle
from core.index.proposing import ExactProposer
from core.plurals import counted
from core.profiles import profile
from core.profiles.pocket import PocketModels
from core.settings import SHIPPED_GALLERY, processor_threads

ROUNDS, ALL_ROWS, SEED = 200, 5, 99
"""Questions, and how many of them are answered by a look at all rows, too."""
Questions = Float32[np.ndarray, "m d"]


@dataclass(frozen=True, slots=True, eq=False)
class AskedGallery:
    """A gallery that is asked by some sets of vectors side by side.

    Attributes:
        gallery: the open one.
        names: of the sets.
        proposer: says which rows may be the best.
        questions: (m, d) of the sets side by side.
    """

    gallery: Gallery
    names: Sequence[str]
    proposer: Proposer
    questions: Questions

    def best(self, number: int) -> Int64[np.ndarray, " 12"]:
        """Returns the best rows of a question: of those proposed, by the sum of our own scores in each set."""
        question = self.questions[number]
        near = self.proposer.propose(question[None], PROPOSED)
        scores, start = np.zeros(len(near)), 0
        for name in self.names:
            index = self.gallery.index(name)
            width = self.gallery.vectors(name).shape[1]
            scores += index.scores(question[start : start + width], near)
            start += width
        return np.asarray(near[order(scores, BEST)])


def rows(bundle: Path, rounds: int = ROUNDS) -> Iterator[Row]:
    """Yields of each index: making it, its size, opening it, a question, and how many of the best it misses.

    Args:
        bundle: the gallery's folder, in which the indexes stay.
        rounds: questions.
    """
    captions = list(dict.fromkeys(item.caption for item in open_bundle(SHIPPED_GALLERY).items))
    texts = PocketModels(profile("pocket")).joint.encode_texts(captions)
    gallery = open_bundle(bundle)
    for names in SETS:
        sides, label = (
            [gallery.vectors(name) for name in names],
            f"{counted(len(gallery), 'picture')}, {'+'.join(names)}: ",
        )
        yield from _made(gallery, names, label, {JOINT: texts[::2]})
        began = time.perf_counter()
        mapped = open_approximate(bundle, names, gallery.vectors_digest, sides)
        assert mapped is not None, "it was written"
        yield Row(label + "opened", time.perf_counter() - began, unit="s")
        questions = mixed_questions(AskedSets(sides, names, {JOINT: texts[1::2]}), rounds + 1, SEED)
        ours = AskedGallery(gallery, names, mapped, questions)
        whole = AskedGallery(gallery, names, ExactProposer(sides), questions)
        first, work = _medians(ours, rounds)
        bare, all_work = _medians(whole, min(ALL_ROWS, rounds))
        yield Row(label + "a question", first, bare, beside="a look at all rows")
        yield Row(label + "a question, of a core", work, all_work, beside="a look at all rows")
        again, work = _medians(ours, rounds)
        yield Row(label + "the same again", again)
        yield Row(label + "the same again, of a core", work)
        found = answered(questions, sides).found(np.stack([ours.best(at) for at in range(len(questions))]))
        yield Row(label + f"of the best {BEST} missed", 100 * (1 - found), unit="%")


def _medians(way: AskedGallery, rounds: int) -> tuple[float, float]:
    """Returns the median milliseconds of a question, and those that a core worked for it, whatever else it did."""
    took, worked = [], []
    for number in range(rounds + 1):
        began, work = time.perf_counter(), time.thread_time()
        way.best(number)
        worked.append(1000 * (time.thread_time() - work))
        took.append(1000 * (time.perf_counter() - began))
    return median(took[1:]), median(worked[1:])


def _made(
    gallery: Gallery, names: tuple[str, ...], label: str, texts: dict[str, Float32[np.ndarray, "q d"]]
) -> Iterator[Row]:
    sides = [gallery.vectors(name) for name in names]
    began, worked = time.perf_counter(), time.process_time()
    index, about = approximation(
        sides, names, gallery.vectors_digest, texts=texts, threads=processor_threads()
    )
    file = write_approximate(gallery.path, index, about)
    yield Row(label + "index made", (time.perf_counter() - began) / 60, unit="min")
    yield Row(label + "of processors", (time.process_time() - worked) / 60, unit="min")
    yield Row(label + "its file", file.stat().st_size / 1e6, unit="MB")
    yield Row(label + "lists looked into", about.reach, about.lists, beside="of", unit="")
    del index
    gc.collect()
