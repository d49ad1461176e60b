"""A person's words, compared with pictures: what they name in the joint space, colours and patterns by drawn samples.

Machine captions are compared with machine captions, sentence by sentence; a person's "a red striped dress" is far
from all of them. So it is compared with the pictures themselves. The joint space knows kinds of garments and hardly
their colours; the garment space knows colours, but no words. Maps that learned from a catalogue bring both together;
and a colour that is named is drawn, and the drawing asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Float32

from core.blend import dot_products, unit
from core.captioners.templates import GARMENT, with_articles
from core.contracts import GarmentEmbedding, Index, SomeRows, TwoTowerEncoder
from core.index.segmented_rows import StoredRows
from core.tasks.headline import Fit
from core.tasks.street_to_shop.samples import COLOURS, PATTERNS, cloth, cloth_digests, named

if TYPE_CHECKING:
    from core.heads.typed_words import TypedWordsHead

SHARPNESS = 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Standard:
    """What brings the comparisons with words onto one scale, measured over pictures.

    Attributes:
        usual: mean and deviation of how far words exceed what a picture fits anyway.
        mapped: mean and deviation of the maps' cosines.
        centre: (g,) the mean picture in the garment space; None without that space.
        tables: mean and deviation of what samples of colours say, and of patterns.
    """

    usual: tuple[float, float]
    mapped: tuple[float, float]
    centre: Float[np.ndarray, " g"] | None
    tables: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """How much each part of the sum counts.

    Attributes:
        joint: what the joint space says.
        colour: what the sample of a named colour says.
        pattern: likewise.
    """

    joint: float
    colour: float
    pattern: float


ALONE, BESIDE_MAPS = Shares(1.0, 0.75, 0.5), Shares(0.5, 0.4, 0.5)
"""Chosen on queries made for catalogue photos and for the shop, see
docs/decisions/018-typed-words-are-compared-with-pictures.md and 032-maps-for-typed-words.md."""
USUAL = 0.35
"""Cosine of words and the best picture, below which the words are said to fit nothing; from the same photos."""
KINDS = 30
BLOCK = 4096
"""Pictures of a gallery that the maps take at a time."""
Rows = Float32[np.ndarray, "n d"]
CachedRows = Callable[[str, Sequence[str], Callable[[], Rows]], Rows]


class TypedWords:
    """Compares a person's words with the pictures of one gallery; safe to call from several threads.

    What is expensive is made when the first words are typed, and remembered: sentences about clothes against which the
    joint space is calibrated for each picture, and the drawn samples.

    Args:
        joint: what searches the gallery's rows in the joint space.
        encoder: the one whose space that is; it describes the drawn samples, too.
        garment: (n, g) its rows in the garment space; None compares in the joint space alone.
        head: takes them to the garment space.
        maps: take sentences, and both rows of a picture, to one space; None for none.
        joint_rows: (n, j) the gallery's rows in the joint space, which the maps need beside `garment`.
        cached_rows: gives rows that never change, by a name, what they are made of beside the models, and what makes
            them.
        rows: those of the gallery that `garment` and `joint_rows` are of, None for all of `joint`.
        standard: measured before, over other pictures; None measures it over these.
    """

    def __init__(
        self,
        joint: Index,
        encoder: TwoTowerEncoder,
        *,
        garment: Float32[StoredRows, "n g"] | None = None,
        head: GarmentEmbedding | None = None,
        maps: TypedWordsHead | None = None,
        joint_rows: Float32[StoredRows, "n j"] | None = None,
        cached_rows: CachedRows = lambda name, made_of, make: make(),
        rows: SomeRows | None = None,
        standard: Standard | None = None,
    ) -> None:
        self._joint, self._encoder, self._cached_rows = joint, encoder, cached_rows
        self._rows, self._given = rows, standard
        self._garment, self._head = garment, head
        self._maps, self._joint_rows = maps, joint_rows
        self._shares = ALONE if self._maps is None else BESIDE_MAPS

    def among(self, rows: SomeRows, standard: Standard | None = None) -> TypedWords:
        """Returns what compares words with some of the pictures.

        Args:
            rows: of the gallery, in the order in which they are compared.
            standard: of other pictures, so that a score does not depend on which these are; None for theirs.
        """
        known: dict[str, Rows] = self.__dict__.setdefault("_known", {})

        def remembered(name: str, made_of: Sequence[str], make: Callable[[], Rows]) -> Rows:
            if name not in known:
                known[name] = self._cached_rows(name, made_of, make)
            return known[name]

        return TypedWords(
            self._joint,
            self._encoder,
            garment=None if self._garment is None else self._garment[rows],
            head=self._head,
            maps=self._maps,
            joint_rows=None if self._joint_rows is None else self._joint_rows[rows],
            cached_rows=remembered,
            rows=rows,
            standard=standard,
        )

    @cached_property
    def standard(self) -> Standard:
        """The scale of these comparisons."""
        if self._given is not None:
            return self._given
        _, mean, deviation = self._calibration
        mapped = (0.0, 1.0) if self._maps is None else self._mapped_pictures[1:]
        return Standard((mean, deviation), mapped, self._centre, tuple(scale for _, _, scale in self._scaled))

    def row_of(self, text: str) -> Float32[np.ndarray, " d"]:
        """Returns where words lie in the joint space."""
        return np.asarray(self._encoder.encode_texts([text])[0], dtype=np.float32)

    def compare(self, text: str) -> tuple[Float32[np.ndarray, " n"], Fit]:
        """Returns how well each picture fits the words, in deviations, and how well the best one does.

        Args:
            text: the words, as the door for words passed them.
        """
        return self.compare_each([text])[0]

    def compare_each(self, texts: Sequence[str]) -> list[tuple[Float32[np.ndarray, " n"], Fit]]:
        """Returns what `compare` does of each of several texts, which are encoded together."""
        usual, mean, deviation = self._calibration
        mapped = None if self._maps is None else self._mapped(texts)
        compared = []
        for number, (text, cosines) in enumerate(zip(texts, self._cosines(texts), strict=True)):
            scores = self._shares.joint * (self._encoder.scale * cosines - usual - mean) / deviation
            if mapped is not None:
                scores = scores + mapped[number]
            for share, table in self._tables:
                rows = [table[name] for name in named(text) if name in table]
                if rows:
                    scores = scores + share * np.mean(rows, axis=0)
            fit = Fit(float(cosines.max(initial=-1.0)), USUAL)
            compared.append((np.asarray(scores, dtype=np.float32), fit))
        return compared

    @cached_property
    def _calibration(self) -> tuple[Float[np.ndarray, " n"], float, float]:
        """For each picture how well it fits sentences about clothes at all; mean and deviation of what exceeds that."""
        texts = _sentences()
        rows = self._cached_rows("clothes", texts, lambda: self._encoder.encode_texts(texts))
        logits = self._encoder.scale * self._joint.scores(rows.astype(np.float64), self._rows)
        usual = _log_sum(logits)
        if self._given is not None:
            return usual, *self._given.usual
        return usual, float((logits - usual).mean()), max(float((logits - usual).std()), 1e-6)

    def _mapped(self, texts: Sequence[str]) -> Float[np.ndarray, "q n"]:
        """Returns what the maps say of each picture, in deviations over sentences about clothes and the gallery."""
        assert self._maps is not None
        pictures, mean, deviation = self._mapped_pictures
        rows = self._maps.words(self._encoder.sentences(texts))
        return np.asarray((dot_products(rows, pictures).astype(np.float64) - mean) / deviation)

    @cached_property
    def _mapped_pictures(self) -> tuple[Rows, float, float]:
        """The gallery in the space of the maps; mean and deviation of its cosines with sentences about clothes."""
        maps, garment, joint = self._maps, self._garment, self._joint_rows
        assert maps is not None and garment is not None and joint is not None
        starts = range(0, len(garment), BLOCK)
        pictures = np.concatenate(
            [maps.pictures(garment[start : start + BLOCK], joint[start : start + BLOCK]) for start in starts]
        )
        if self._given is not None:
            return pictures, *self._given.mapped
        words = maps.words(self._encoder.sentences(_sentences()))
        # Mean and mean square over all pairs, without all pairs: of a gallery of 100,000 they would take gigabytes.
        mean = float(words.mean(axis=0, dtype=np.float64) @ pictures.mean(axis=0, dtype=np.float64))
        square = float(np.sum((words.T @ words / len(words)) * (pictures.T @ pictures / len(pictures))))
        return pictures, mean, max(square - mean * mean, 1e-12) ** 0.5

    def _cosines(self, texts: Sequence[str]) -> Float[np.ndarray, "q n"]:
        return self._joint.scores(self._encoder.encode_texts(texts).astype(np.float64), self._rows)

    @cached_property
    def _centre(self) -> Float[np.ndarray, " g"] | None:
        """What all pictures have in common in the garment space; None where nothing is compared there."""
        if self._given is not None:
            return self._given.centre
        if self._garment is None or self._head is None or len(self._garment) < 2:
            return None
        return np.asarray(self._garment.astype(np.float64).mean(axis=0))

    @cached_property
    def _tables(self) -> list[tuple[float, dict[str, Float[np.ndarray, " n"]]]]:
        """Share of the score, and name of a colour or a pattern -> how well each picture fits it, in deviations."""
        return [(share, table) for share, table, _ in self._scaled]

    @cached_property
    def _scaled(self) -> list[tuple[float, dict[str, Float[np.ndarray, " n"]], tuple[float, float]]]:
        """The tables, and mean and deviation by which each was brought onto its scale."""
        centre = self._centre
        if self._garment is None or centre is None:
            return []
        pictures = unit(self._garment.astype(np.float64) - centre)
        tables = []
        for number, (share, names) in enumerate(
            ((self._shares.colour, COLOURS), (self._shares.pattern, PATTERNS))
        ):
            drawn = [self._drawn(name) for name in names]
            samples = _directions(np.stack([rows.astype(np.float64).mean(axis=0) for rows in drawn]))
            logits = SHARPNESS * dot_products(samples, pictures)
            logits = logits - _log_sum(logits)
            mean, deviation = (
                (logits.mean(), max(float(logits.std()), 1e-6))
                if self._given is None
                else self._given.tables[number]
            )
            tables.append(
                (share, dict(zip(names, (logits - mean) / deviation, strict=True)), (float(mean), deviation))
            )
        return tables

    def _drawn(self, name: str) -> Rows:
        head = self._head
        assert head is not None
        return self._cached_rows(
            f"cloth-{name}",
            cloth_digests(name),
            lambda: head.shop(self._encoder.garment_features(cloth(name))),
        )


def _sentences() -> list[str]:
    """Returns sentences about clothes of every colour and pattern, as people type them."""
    kinds = GARMENT.candidates["garment"][:KINDS]
    return [
        with_articles(f"a {word} {kind}")
        for gap in ("colour", "pattern")
        for word in GARMENT.candidates[gap]
        for kind in kinds
    ]


def _log_sum(logits: Float[np.ndarray, "q n"]) -> Float[np.ndarray, " n"]:
    most = logits.max(axis=0)
    return np.asarray(most + np.log(np.exp(logits - most).sum(axis=0)))


def _directions(rows: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n d"]:
    """Returns what sets each row apart from the others, with length 1."""
    return unit(rows - rows.mean(axis=0))
