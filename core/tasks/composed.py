"""Compose: a reference picture and a change in words ask; m = w0 q + w1 t + w2 f(q, t) answers.

q and t are pooled over unit tokens before they are mixed, so the score of every candidate is linear in the
weights. The encoders run in `ComposedTask.evidence`; `answer` is pure arithmetic on what they found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from jaxtyping import Float, Float32

from core import blend
from core import text as words_door
from core.encoders.pooling import POOLINGS, pooled_tokens
from core.errors import InputError
from core.tasks.results import (
    Hit,
    ItemName,
    Reader,
    SearchableGallery,
    check_readable,
    clamped,
    hits,
    item_names,
    item_titles,
    notes_on,
    short_floats,
    title_of,
    who_finds_what,
)
from core.types import Picture

PARTS = ("q", "t", "f")
VOICES = ("the picture", "the words", "the two together")
F_ALONE = (0.0, 0.0, 1.0)
REPORTS_BEST = (0.0, 1 / 3, 2 / 3)
"""Where report 4 found the best recall at 1 with mean pooling."""


class TokenEncoder(Reader, Protocol):
    """Pictures and words as unit tokens of one space."""

    def picture_tokens(self, picture: Picture) -> Float32[np.ndarray, "places d"]:
        """Returns one unit row for each place of the picture."""
        ...

    def text_tokens(self, text: str) -> Float32[np.ndarray, "tokens d"]:
        """Returns one unit row for each token of the text."""
        ...


class Combiner(Protocol):
    """Makes f(q, t), from what it needs of the two: the picture and the words, or their mean-pooled tokens."""

    def fuse(
        self, reference: Picture, change: str, q: Float32[np.ndarray, "1 d"], t: Float32[np.ndarray, "1 d"]
    ) -> Float32[np.ndarray, "1 d"]:
        """Returns a unit row."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ComposedEvidence:
    """All that the encoders found for one query; every slider works on this alone.

    Attributes:
        profile: name of the set of models.
        models: role -> id.
        text: the change, in words.
        scores: (3, 3, n) dot products with the gallery: pooling (mean, median, max), part (q, t, f),
            candidate.
        gram: (3, 3, 3) for each pooling the Gram matrix of q, t and f.
        masked: where the reference and copies of its file stand in the gallery; they must not answer.
        items: (id, file) of every gallery picture.
        titles: (n,) what people call them; empty when nobody has said.
    """

    profile: str
    models: dict[str, str]
    text: str
    scores: Float32[np.ndarray, "3 3 n"]
    gram: Float[np.ndarray, "3 3 3"]
    masked: tuple[int, ...]
    items: tuple[ItemName, ...]
    titles: tuple[str, ...] = ()

    def title(self, index: int) -> str:
        """Returns what a sentence calls an item: its title, or its id when it has none."""
        return title_of(index, self.items, self.titles)

    def to_json(self) -> dict[str, Any]:
        """Returns the evidence as plain JSON values, without loss."""
        return {
            "profile": self.profile,
            "models": dict(self.models),
            "text": self.text,
            "scores": short_floats(self.scores),
            "gram": np.asarray(self.gram, dtype=np.float64).tolist(),
            "masked": list(self.masked),
            "items": [list(item) for item in self.items],
            "titles": list(self.titles),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ComposedEvidence:
        """Returns the evidence that `to_json` wrote."""
        # Before copies were known this was one row, or null.
        masked = [] if value["masked"] is None else value["masked"]
        return cls(
            value["profile"],
            dict(value["models"]),
            value["text"],
            np.asarray(value["scores"], dtype=np.float32),
            np.asarray(value["gram"], dtype=np.float64),
            tuple(np.ravel(masked).astype(int).tolist()),
            tuple((str(name), str(file)) for name, file in value["items"]),
            tuple(str(title) for title in value.get("titles") or ()),
        )


@dataclass(frozen=True, slots=True)
class ComposedAnswer:
    """The ranking for one choice of weights.

    Attributes:
        profile: name of the set of models.
        models: role -> id.
        weights: w0, w1, w2; they sum to 1.
        hits: best first.
        sentence: one plain sentence made from the numbers.
    """

    profile: str
    models: dict[str, str]
    weights: tuple[float, float, float]
    hits: tuple[Hit, ...]
    sentence: str

    def to_json(self) -> dict[str, Any]:
        """Returns the object that the endpoint `/compose` gives."""
        return {
            "profile": self.profile,
            "models": dict(self.models),
            "weights": list(self.weights),
            "hits": [hit.to_json() for hit in self.hits],
            "sentence": self.sentence,
        }


def answer(
    evidence: ComposedEvidence,
    w0: float,
    w1: float,
    w2: float,
    pooling: str = "mean",
    k: int = 10,
    renormalise: bool = False,
) -> ComposedAnswer:
    """Ranks the gallery for these weights; runs no encoder.

    Args:
        evidence: what the encoders found.
        w0: weight of the picture q, of any sign; the three are rescaled to sum to 1.
        w1: weight of the words t.
        w2: weight of f(q, t).
        pooling: "mean", "median" or "max" over the tokens of q and of t.
        k: how many hits; clamped to 1..min(n, 100).
        renormalise: divide by the length of the mixed query, so that scores are cosines; ranks never change.

    Raises:
        InputError: a weight is not finite, they sum to 0, they cancel the query, or there is no such pooling.
    """
    weights = blend.simplex_weights((float(w0), float(w1), float(w2)))
    q, t, f = weights.tolist()
    if pooling not in POOLINGS:
        raise InputError(f"There is no pooling called {pooling!r}; choose one of {', '.join(POOLINGS)}.")
    row = POOLINGS.index(pooling)
    length = blend.mixed_length(weights, evidence.gram[row]) if renormalise else 1.0
    scores = blend.blend(weights, evidence.scores[row])
    shares = blend.contributions(weights, evidence.scores[row])
    # Before the division, which rounds many a pair of neighbouring scores to the same number.
    chosen = blend.order(scores, clamped(k, len(evidence.items)), evidence.masked)
    found = hits(chosen.tolist(), scores / length, shares / length, PARTS, evidence.items)
    sentence = _sentence(evidence, weights, row, found)
    return ComposedAnswer(evidence.profile, evidence.models, (q, t, f), found, sentence)


def _sentence(
    evidence: ComposedEvidence, weights: Float[np.ndarray, " 3"], row: int, found: tuple[Hit, ...]
) -> str:
    if not found:
        return "The gallery holds nothing but the reference."
    firsts = {
        VOICES[part]: evidence.title(int(blend.order(evidence.scores[row, part], 1, evidence.masked)[0]))
        for part in range(len(PARTS))
        if weights[part] > 0
    }
    sentence = who_finds_what(firsts, evidence.title(found[0].index), found[0].score)
    return f"{sentence} The reference itself is left out." if evidence.masked else sentence


class ComposedTask:
    """Runs the encoders for one gallery; safe to call from several threads.

    Args:
        gallery: with vectors "joint" (unit).
        joint: the encoder whose space that is.
        combiner: makes f(q, t).
        profile: name of the set of models.
        models: role -> id.
        start_weights: (w0, w1, w2) where the sliders start when nobody has measured better ones.
        remark: said with every answer, such as that f was not fine-tuned.
    """

    def __init__(
        self,
        gallery: SearchableGallery,
        *,
        joint: TokenEncoder,
        combiner: Combiner,
        profile: str,
        models: Mapping[str, str],
        start_weights: tuple[float, float, float] = F_ALONE,
        remark: str = "",
    ) -> None:
        self.gallery = gallery
        self._joint = joint
        self._combiner = combiner
        self.profile = profile
        self.models = dict(models)
        self.start_weights = start_weights
        self._items = item_names(gallery)
        self._remarks = (remark,) if remark else ()

    def notes(self, text: str) -> tuple[str, ...]:
        """Returns what the page must say about a text, such as that it was shortened."""
        return (*self._remarks, *notes_on(self._joint, text))

    def evidence(self, reference: Picture, text: str) -> ComposedEvidence:
        """Compares q, t and f(q, t) with every picture of the gallery.

        Args:
            reference: the picture to start from; left out of the ranking when the gallery holds it.
            text: what should change, in words.

        Raises:
            InputError: the words are empty or cannot be used.
        """
        change = words_door.clean(text, what="text")
        check_readable(self._joint, change)
        parts = self._parts(reference, pooled_tokens(self._joint.picture_tokens(reference)), change)
        return ComposedEvidence(
            self.profile,
            self.models,
            change,
            blend.dot_products(parts, self.gallery.vectors("joint")),
            np.einsum("pid,pjd->pij", parts.astype(np.float64), parts.astype(np.float64)),
            self.gallery.find(reference.digest),
            self._items,
            item_titles(self.gallery),
        )

    def part_scores(
        self, references: Sequence[Picture], texts: Sequence[str], pooling: str = "mean"
    ) -> Float32[np.ndarray, "3 n gallery"]:
        """Compares many queries with the gallery; the references are not masked here.

        Args:
            references: n pictures; one that occurs several times is encoded once.
            texts: n changes.
            pooling: "mean", "median" or "max".

        Returns:
            (3, n, gallery) dot products of q, t and f(q, t).
        """
        rows: dict[str, np.ndarray] = {}
        queries = []
        for reference, text in zip(references, texts, strict=True):
            if reference.digest not in rows:
                rows[reference.digest] = pooled_tokens(self._joint.picture_tokens(reference))
            parts = self._parts(reference, rows[reference.digest], words_door.clean(text, what="text"))
            queries.append(parts[POOLINGS.index(pooling)])
        if not queries:
            return np.zeros((3, 0, len(self._items)), dtype=np.float32)
        return blend.dot_products(np.stack(queries, axis=1), self.gallery.vectors("joint"))

    def _parts(
        self, reference: Picture, picture: Float32[np.ndarray, "3 d"], change: str
    ) -> Float32[np.ndarray, "3 3 d"]:
        """Returns (pooling, part, d)."""
        words = pooled_tokens(self._joint.text_tokens(change))
        both = np.broadcast_to(self._combiner.fuse(reference, change, picture[:1], words[:1]), picture.shape)
        return np.stack([picture, words, both], axis=1)
