"""What a head of two classes is worth that learned from 1, 2, 4 or 8 pictures of each, and on what it learns best.

It learns on the pictures' embeddings as they are, or on how well each fits sentences that describe what can be seen
(classification by description, Menon and Vondrick 2023); as many random words stand beside these as a control.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32, Int

from core.blend import dot_products, unit
from core.captioners.templates import with_articles
from core.contracts import JointEncoder
from core.errors import DataError
from core.metrics import Estimate, bootstrap
from core.reporting import Table, cell, table
from core.small_heads.fit import fit_heads
from core.small_heads.network import decided
from core.small_heads.samples import SCHEDULES, Rows, Samples

COUNTS = (1, 2, 4, 8)
DRAWS = 20
LEAST_JUDGED = 4
MOST = 48
"""Pictures of a label that take part, at most."""
DESCRIPTORS = Path(__file__).with_name("descriptors.txt")
CAPTION = "this is a photo of a {}"
EMBEDDING, DESCRIBED, CONTROL = "embedding", "descriptors", "random words"
CAPTIONS = "captions"


@dataclass(frozen=True, slots=True)
class FewPictures:
    """How heads from few pictures do, as means over draws of pictures and of two labels.

    Attributes:
        heads: (what a head learns on, schedule) -> for each of `COUNTS` the share of held-out pictures named rightly.
        captions: the share that two captions name rightly without any training.
        labels: that took part.
    """

    heads: Mapping[tuple[str, str], tuple[Estimate, ...]]
    captions: Estimate
    labels: tuple[str, ...]

    @property
    def best(self) -> tuple[str, str]:
        """What does best on the mean over all counts; the first of equals."""
        return max(self.heads, key=lambda name: round(sum(figure.value for figure in self.heads[name]), 6))

    def to_json(self) -> dict[str, Any]:
        """Returns what the page says of a head as it ships: on embeddings, by the schedule that stands first."""
        figures = self.heads[EMBEDDING, next(iter(SCHEDULES))]
        right = {str(count): cell(figure) for count, figure in zip(COUNTS, figures, strict=True)}
        return {"right": right, "captions": cell(self.captions)}

    def table(self) -> Table:
        """Returns the figures as manifests keep them."""
        rows: list[list[Any]] = [[*name, *map(cell, row)] for name, row in self.heads.items()]
        rows.append(["two captions, no training", "", *[cell(self.captions)] * len(COUNTS)])
        return table(
            "A head from few pictures",
            f"Two labels of {len(self.labels)} and so many pictures of each drawn {DRAWS} times, with 95 % intervals "
            "over the draws; judged on pictures that it did not learn from, the same for every number. Descriptors: "
            "how well a picture fits each of some sentences on what can be seen; beside them as many random nouns.",
            ["learns on", "schedule", *[f"{count} of each" for count in COUNTS]],
            rows,
        )


def representations(
    joint: JointEncoder, rows: Rows, words: Sequence[str], seed: int
) -> dict[str, np.ndarray]:
    """Returns name -> what heads may learn on; of the words some are drawn for the control, see `few_pictures`."""
    sentences = DESCRIPTORS.read_text(encoding="utf-8").splitlines()
    named: dict[str, np.ndarray] = {EMBEDDING: rows, DESCRIBED: _described(joint, rows, sentences)}
    if len(words) >= len(sentences):
        chosen = np.random.default_rng(seed).choice(len(words), len(sentences), replace=False)
        named[CONTROL] = _described(joint, rows, [with_articles(f"a photo of a {words[i]}") for i in chosen])
    return named


def _described(joint: JointEncoder, rows: Rows, sentences: Sequence[str]) -> Float32[np.ndarray, "n m"]:
    """Returns unit rows of how well each sentence fits a picture, beyond what all fit it on average."""
    cosines = dot_products(rows, joint.encode_texts(sentences))
    return unit(cosines - cosines.mean(axis=1, keepdims=True)).astype(np.float32)


def few_pictures(
    joint: JointEncoder,
    rows: Rows,
    labels: Sequence[str],
    groups: Sequence[str],
    words: Sequence[str] = (),
    seed: int = 0,
) -> FewPictures:
    """Trains heads on few pictures of two labels, many times.

    Args:
        joint: encodes sentences.
        rows: unit embeddings of the pictures.
        labels: of each picture; "" takes no part.
        groups: a head that learned from one picture of a group is judged on none of it.
        words: nouns for the control; () for none.
        seed: of all draws.

    Raises:
        DataError: there are not two labels with enough groups of pictures.
    """
    label, group, least = np.array(labels), np.array(groups), COUNTS[-1] + LEAST_JUDGED
    sizes = {str(name): len(np.unique(group[label == name])) for name in np.unique(label) if name}
    names = tuple(name for name, size in sizes.items() if size >= least)
    if len(names) < 2:
        raise DataError(
            f"Heads from few pictures need two labels with at least {least} pictures each, of different groups; "
            f"this data has {len(names)}."
        )
    features = representations(joint, rows, words, seed)
    captions = joint.encode_texts([with_articles(CAPTION.format(name.replace("_", " "))) for name in names])
    shares: dict[tuple[str, str], list[np.ndarray]] = {both: [] for both in product(features, SCHEDULES)}
    zero_shot = []
    for number in range(DRAWS):
        draw = np.random.default_rng([seed, number])
        pair = draw.choice(len(names), 2, replace=False)
        picked, classes, order = _drawn(label, group, [names[i] for i in pair], draw)
        judged, direction = order < 0, captions[pair[1]] - captions[pair[0]]
        says = dot_products(rows[picked][judged], direction[None])[:, 0] >= 0
        zero_shot.append(float((says == classes[judged]).mean()))
        members = np.stack([(order >= 0) & (order < count) for count in COUNTS])
        for (kind, name), runs in shares.items():
            embeddings = np.ascontiguousarray(features[kind][picked])
            heads, _ = fit_heads(Samples(embeddings, classes), members, number, SCHEDULES[name])
            says = decided(heads(embeddings[judged][None]))
            runs.append((says == classes[judged]).mean(axis=1))
    figures = {
        name: tuple(bootstrap(values, range(DRAWS), seed) for values in np.stack(runs).T)
        for name, runs in shares.items()
    }
    return FewPictures(figures, bootstrap(zero_shot, range(DRAWS), seed), names)


def _drawn(
    label: np.ndarray, group: np.ndarray, pair: Sequence[str], draw: np.random.Generator
) -> tuple[Int[np.ndarray, " m"], Int[np.ndarray, " m"], Int[np.ndarray, " m"]]:
    """Returns the pictures of two labels, their classes, and each one's place among those that train, -1 for judged."""
    picked, classes, order = [], [], []
    for number, name in enumerate(pair):
        shuffled = draw.permutation(np.flatnonzero(label == name))
        _, first = np.unique(group[shuffled], return_index=True)
        training = shuffled[np.sort(first)[: COUNTS[-1]]]
        judged = shuffled[~np.isin(group[shuffled], group[training])][:MOST]
        picked += [training, judged]
        classes.append(np.full(len(training) + len(judged), number))
        order += [np.arange(len(training)), np.full(len(judged), -1)]
    return np.concatenate(picked), np.concatenate(classes), np.concatenate(order)
