"""What the joint encoder learns from catalogues of clothes: what people call each product, and its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float32

from core.augmentation.scenes import Painter
from core.augmentation.views import alone, on_paper
from core.datasets.catalogues import asked_for, kind_sentences
from core.datasets.folder import LabelledPicture
from core.encoders.towers import TOWERS_ID, WIDTH, Towers
from core.features.store import FeatureStore, View
from core.training.joint.pairs import Kinds, SentencePairs
from core.training.shared.catalogues import EncodedCatalogue

WORDINGS = 4
"""Ways to ask for a product that are drawn, beside its name and its attributes."""
ROUND = 101  # of the scenes, so that they are not those of the box head
CLOTHES = "Apparel"
LEAST = 5
"""Products of a kind, below which nothing is learned of it."""


class Products(EncodedCatalogue):
    """The products of a catalogue that train; an eighth trains nothing."""

    @classmethod
    def read(cls, pack: Path, towers: Towers, store: FeatureStore) -> Products:
        """Reads and encodes one of `CATALOGUES`."""
        whole = EncodedCatalogue.read(pack, towers, store)
        rows = [row for row, back in enumerate(whole.back) if not back]
        digests, groups = [whole.digests[row] for row in rows], tuple(whole.groups[row] for row in rows)
        return cls([whole.rows[row] for row in rows], whole.pooled[rows], digests, groups)

    def pairs(self, towers: Towers, store: FeatureStore) -> SentencePairs:
        """Returns the photos with what people may call each product."""
        sentences = [asked_for(row, WORDINGS) for row in self.rows]
        texts = [text for some in sentences for text in some]
        rows = store.text_rows(f"sentences {TOWERS_ID}", texts, towers.sentences)
        embedded = rows.reshape(len(self.rows), -1, WIDTH)
        return SentencePairs(torch.from_numpy(self.pooled), torch.from_numpy(embedded))

    def kinds(self, towers: Towers, store: FeatureStore, painter: Painter) -> list[Kinds]:
        """Returns all products with their kinds, and views of those that are clothes; the painter pastes them.

        Nothing of a catalogue that does not tell what is clothes.
        """
        counts = Counter(row.label for row in self.rows if "masterCategory" in row.columns)
        names = sorted(name for name, count in counts.items() if count >= LEAST)
        if len(names) < 2:
            return []
        sentences = torch.from_numpy(np.stack([towers.sentences(kind_sentences(name)) for name in names]))

        def labelled(rows: Sequence[LabelledPicture], features: np.ndarray) -> Kinds:
            places = [place for place, row in enumerate(rows) if row.label in names]
            labels = torch.tensor([names.index(rows[place].label) for place in places])
            return Kinds(torch.from_numpy(features[places]), labels, sentences)

        worn = [
            row for row in self.rows if row.label in names and row.columns.get("masterCategory") == CLOTHES
        ]
        if not worn:
            return [labelled(self.rows, self.pooled)]
        features = views(store, towers, [row.path for row in worn], [row.label for row in worn], painter)
        return [labelled(self.rows, self.pooled), labelled(worn * len(features), np.concatenate(features))]


def views(
    store: FeatureStore, towers: Towers, paths: Sequence[Path], kinds: Sequence[str], painter: Painter
) -> list[Float32[np.ndarray, "n 1280"]]:
    """Returns the features of three views of each catalogue photo, of which `kinds` tells what it shows."""
    kind_of = dict(zip(paths, kinds, strict=True))
    view_of: dict[str, View] = {
        "on paper 1": lambda path, _: on_paper(path),
        "alone 1": lambda path, _: alone(path, kind_of[path]),
        f"elsewhere {painter.id}-{ROUND}": lambda path, _: painter.scene(path, ROUND).picture,
    }
    return [
        store.rows(f"{name} pooled {TOWERS_ID}", paths, towers.pooled, pictures=view)[0]
        for name, view in view_of.items()
    ]
