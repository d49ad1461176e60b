"""Maps of typed words: they learn kinds and colours, are shipped as they were trained, and equal pictures tie."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.encoders.towers import WIDTH
from core.errors import ArtifactError, DataError
from core.features.store import FeatureStore
from core.heads.typed_words import KIND, TypedWordsHead
from core.reporting import RunRecord, publish
from core.training.typed_words.data import Wares, read_wares
from core.training.typed_words.fit import ClothesMaps, fit
from core.training.typed_words.measure import measured

GARMENT, JOINT, KINDS = 20, 30, 6
MODELS = {"joint": "joint-1", "garment": "garment-1"}


def wares(count: int, seed: int) -> Wares:
    """Products of six labels, each with a direction of its own in pictures and in sentences."""
    chance, centres = np.random.default_rng(seed), np.random.default_rng(0)
    in_garment, in_joint, in_words = (
        centres.normal(size=(KINDS, width)).astype(np.float32) for width in (GARMENT, JOINT, WIDTH)
    )
    labels = chance.integers(KINDS, size=count)

    def noisy(rows: np.ndarray, *shape: int) -> np.ndarray:
        return (rows + 0.7 * chance.normal(size=shape)).astype(np.float32)

    return Wares(
        noisy(in_garment[labels], count, GARMENT),
        noisy(in_joint[labels], count, JOINT),
        noisy(in_words[labels][:, None], count, 3, WIDTH),
        labels,
        [(f"kind {label}", "red") for label in range(KINDS)],
        [f"{number:064x}" for number in range(count)],
    )


def saved(folder: Path, model: ClothesMaps) -> TypedWordsHead:
    manifest = RunRecord(0).manifest(KIND, MODELS, data=["some"], split="none", metrics={})
    publish(folder, model.tensors(), manifest, ["card"])
    return TypedWordsHead(folder, MODELS)


@pytest.fixture(scope="module")
def model() -> ClothesMaps:
    return fit(wares(300, 1), seed=0, steps=60)


def test_maps_find_the_kind_and_colour_of_products_that_they_never_saw(model: ClothesMaps) -> None:
    new = wares(120, 2)
    with torch.no_grad():
        rows = torch.from_numpy(np.concatenate([new.garment, new.joint], axis=1))
        logits = model(rows, torch.from_numpy(new.sentences[:, 0]))
    best = new.labels[logits.argmax(0).numpy()]
    assert (best == new.labels).mean() > 0.9


def test_what_ships_says_what_was_trained(tmp_path: Path, model: ClothesMaps) -> None:
    head, some = saved(tmp_path, model), wares(9, 3)
    with torch.no_grad():
        rows = torch.from_numpy(np.concatenate([some.garment, some.joint], axis=1))
        logits = model(rows, torch.from_numpy(some.sentences[:, 0])).numpy()
    cosines = head.pictures(some.garment, some.joint) @ head.words(some.sentences[:, 0]).T
    np.testing.assert_allclose(head.scale * cosines, logits, atol=0.05 * head.scale)


def test_equal_pictures_have_equal_rows_wherever_they_stand(tmp_path: Path, model: ClothesMaps) -> None:
    head, some = saved(tmp_path, model), wares(301, 4)
    some.garment[[0, 17, 300]], some.joint[[0, 17, 300]] = some.garment[0], some.joint[0]
    rows = head.pictures(some.garment, some.joint)
    assert (rows[0] == rows[17]).all() and (rows[0] == rows[300]).all()


def test_maps_for_other_encoders_are_refused(tmp_path: Path, model: ClothesMaps) -> None:
    saved(tmp_path, model)
    with pytest.raises(ArtifactError):
        TypedWordsHead(tmp_path, MODELS | {"joint": "joint-2"})


def test_without_a_catalogue_one_sentence_says_which_are_read(tmp_path: Path) -> None:
    nothing = None
    with pytest.raises(DataError, match="has none of the packs fashion_products_224, mango_products"):
        read_wares(tmp_path, nothing, nothing, FeatureStore(tmp_path))  # type: ignore[arg-type]


def test_kept_back_products_are_asked_for_by_kind_and_colour(tmp_path: Path, model: ClothesMaps) -> None:
    head, back = saved(tmp_path, model), wares(60, 5)

    class Joint:
        """Answers each text with the sentence of the kind that it names."""

        def sentences(self, texts: list[str]) -> np.ndarray:
            kinds = [next(kind for kind in range(KINDS) if str(kind) in text) for text in texts]
            return np.stack([back.sentences[back.labels == kind].mean(axis=(0, 1)) for kind in kinds])

        def project_sentences(self, rows: np.ndarray) -> np.ndarray:
            return np.ones((len(rows), JOINT), np.float32)

    figures = measured(head, Joint(), back, seed=0)  # type: ignore[arg-type]
    assert figures["share_right"].n == KINDS
    assert figures["share_right"].value > 0.9 > figures["joint_space_share_right"].value
