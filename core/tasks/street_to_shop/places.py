"""Where in a street photo, and in which words, the parts of a shop picture's score come from.

A garment embedding is no sum over places, so its part is looked into by hiding each place in turn: an estimate, whose
numbers do not add up. A captioner's words are compared with captions, a mean over tokens with a mean over tokens, so
that this part is a sum; a person's words are compared in several ways at once, and each word is left out instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Float64

from core.contracts import SomeRows, SummedEncoder
from core.instruments.faithful import Scores
from core.instruments.parts_apart import PartApart
from core.instruments.places import MARKS, words_of
from core.instruments.words_off import without_each_word
from core.tasks.evidence import check_same_models
from core.tasks.hidden_places import hidden_parts
from core.tasks.street_to_shop.evidence import StreetEvidence
from core.tasks.street_to_shop.task import StreetToShopTask
from core.types import Caption, Picture

GRID = 5
USUAL = "mean of the gallery"
GARMENT = "picture"
"""Key of the part that is the garment embedding of the whole photo."""
PICTURE, WORDS, BOX = range(3)


@dataclass(frozen=True, slots=True, eq=False)
class ShopApart:
    """A shop picture, and where the parts of its score come from.

    Attributes:
        index: of the shop picture, its row in the gallery.
        parts: picture, words, and box where there is one, in standard deviations.
    """

    index: int
    parts: tuple[PartApart, ...]


def located(
    task: StreetToShopTask,
    evidence: StreetEvidence,
    picture: Picture,
    crop: Picture | None,
    rows: Sequence[int],
) -> list[ShopApart]:
    """Takes the parts of some shop pictures' scores apart.

    Args:
        task: the encoders that found the evidence.
        evidence: of the question.
        picture: the whole street photo.
        crop: what the box cuts from it, None without a box.
        rows: of the gallery.

    Raises:
        InputError: other models found the evidence.
    """
    check_same_models(evidence.models, task.models)
    seen = {PICTURE: _hidden(task.score_garments, picture, rows)}
    if crop is not None and evidence.has_box:
        seen[BOX] = _hidden(task.score_boxes, crop, rows)
    words, by_word, estimated = _words(task, evidence, rows)
    candidates = [evidence.candidate_of(row) for row in rows]
    return [
        ShopApart(
            row,
            tuple(
                _words_part(float(evidence.parts[WORDS, candidate]), words, by_word[:, place], estimated)
                if part == WORDS
                else _seen_part(part, float(evidence.parts[part, candidate]), seen[part][:, place])
                for part in sorted({WORDS, *seen})
            ),
        )
        for place, (row, candidate) in enumerate(zip(rows, candidates, strict=True))
    ]


def map_of(
    task: StreetToShopTask, picture: Picture, row: int
) -> tuple[Float64[np.ndarray, " places"], Scores]:
    """Returns what hiding each place takes from a shop picture's score, and what scores the photo with some shown.

    Args:
        task: whose garment embedding answers.
        picture: the street photo, or what a box cuts from it.
        row: of the shop picture in the gallery.
    """

    def score_of(shown: Bool[np.ndarray, "pictures places"]) -> Float[np.ndarray, "1 pictures"]:
        return task.score_garments(hidden_parts(picture, shown), np.array([row])).T

    return _hidden(task.score_garments, picture, [row])[:, 0], score_of


def sentence_of(apart: ShopApart, name: str, caption: Caption) -> str:
    """Says which place of the photo or of the box, and which word, does most for a shop picture, one plain sentence.

    Args:
        apart: as `located` gives it.
        name: of the shop picture.
        caption: the words; of a filled template those in its gaps alone are told, for all others stand in every one.
    """
    words = apart.parts[1]
    seen = max((part for part in apart.parts if part.estimated and part.grid), key=lambda part: part.score)
    place, where = int(seen.places[:-1].argmax()), "the box" if seen.key == "box" else "the photo"
    said = (
        f"For “{name}” row {place // GRID + 1}, column {place % GRID + 1} of {where} matters most: hidden, it takes "
        f"{seen.places[place]:.2f} away"
    )
    chosen = {word for slot in caption.slots for word in slot.choice.lower().split()}
    telling = [
        (float(adds), word)
        for word, (adds,) in zip(words.words, words.by_word, strict=True)
        if word not in (USUAL, MARKS) and (not chosen or word in chosen)
    ]
    if not telling:
        return f"{said}."
    adds, word = max(telling)
    return f"{said}; of the words “{word}” does most ({adds:+.2f})."


def _hidden(
    score: Callable[[Sequence[Picture], SomeRows], np.ndarray], picture: Picture, rows: Sequence[int]
) -> Float64[np.ndarray, "places rows"]:
    """Returns what hiding each place takes from the scores of some rows."""
    shown = np.vstack([np.ones(GRID**2, dtype=bool), ~np.eye(GRID**2, dtype=bool)])
    scores = score(hidden_parts(picture, shown), np.array(rows, dtype=np.int64)).astype(np.float64)
    return np.asarray(scores[:1] - scores[1:])


def _words(
    task: StreetToShopTask, evidence: StreetEvidence, rows: Sequence[int]
) -> tuple[tuple[str, ...], Float64[np.ndarray, "words rows"], bool]:
    """Returns words, what each adds, and whether that is estimated by leaving each out."""
    caption, joint = evidence.caption, task.joint
    if caption.author == "person" or not isinstance(joint, SummedEncoder):
        return _left_out(task, evidence, rows)
    words, shares = words_of(joint.text_pieces(caption.sentence), joint.sentence_shares(caption.sentence))
    captions = task.gallery.vectors("words")[list(rows)].astype(np.float64)
    cosines = shares / np.linalg.norm(shares.sum(axis=0)) @ captions.T
    mean, spread = task.usual("words")
    return (*words, USUAL), np.vstack([cosines / spread, np.full((1, len(rows)), -mean / spread)]), False


def _left_out(
    task: StreetToShopTask, evidence: StreetEvidence, rows: Sequence[int]
) -> tuple[tuple[str, ...], Float64[np.ndarray, "words rows"], bool]:
    every = without_each_word(evidence.caption.sentence)
    shorter = [(word, text) for word, _, text in every if task.can_ask(text)]
    if not shorter:
        return (), np.zeros((0, len(rows))), True
    others = task.with_each(evidence, [replace(evidence.caption, sentence=text) for _, text in shorter])
    candidates = [evidence.candidate_of(row) for row in rows]
    without = np.stack([other.parts[WORDS, candidates] for other in others]).astype(np.float64)
    whole = evidence.parts[WORDS, candidates].astype(np.float64)
    return tuple(word for word, _ in shorter), whole[None] - without, True


def _seen_part(part: int, score: float, effects: Float64[np.ndarray, " places"]) -> PartApart:
    key, label, kind = (
        (GARMENT, "whole picture", "picture") if part == PICTURE else ("box", "what is in the box", "both")
    )
    return PartApart(key, label, kind, score, np.append(effects, 0.0), estimated=True)


def _words_part(
    score: float, words: tuple[str, ...], adds: Float64[np.ndarray, " words"], estimated: bool
) -> PartApart:
    whole = np.array([score if estimated else adds.sum()])
    return PartApart("words", "words", "words", score, whole, words, adds[:, None], estimated=estimated)
