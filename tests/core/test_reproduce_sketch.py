"""Report 1 again, on tiny models: from pictures and from the published embeddings to a head and a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from core.datasets.imagenet_sketch import read_imagenet_sketch
from core.encoders.bert import Bert
from core.errors import ArtifactError, DataError, SettingsError
from core.evaluation.reproduce import reproduce, sketch
from core.evaluation.reproduce.base import ReproductionOptions
from core.evaluation.reproduce.sketch import _parts
from core.features.store import FeatureStore
from core.heads.fusion import FusionHead
from core.hub.choice import chosen
from core.store import read_manifest, sha256_of
from tests import checkpoints
from tests.core.report_data import WIDTH, embeddings, sketch_archive, sketches
from tests.core.report_models import TinyModels

MODELS = {"picture": "tiny-dinov2", "words": "tiny-bert"}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> TinyModels:
    return TinyModels(tmp_path_factory.mktemp("tiny"))


def test_pictures_become_a_head_and_a_table_and_are_encoded_once(models: TinyModels, tmp_path: Path) -> None:
    data, out = sketches(tmp_path / "data"), tmp_path / "sketch"
    options = ReproductionOptions(tmp_path / "cache", seed=1)
    report = reproduce("sketch", data, models, out, options)
    text = report.as_text()
    for figure in ("98.19 / 97.79", "89.44 / 90.32", "89.78 / 91.2", "95.98", "86.72", "87.95", "87.34"):
        assert figure in text
    assert report.n == {"classes": 3, "train": 12, "val": 6}
    assert "not published" in text, "the test split has no labels"
    rows = json.loads(report.as_json())["tables"][0]["rows"]
    assert [row["name"] for row in rows][:4] == [
        "f(v) alone",
        "concatenation",
        "v1 (lambda 0.1)",
        "v2 (lambda 0.3)",
    ]
    assert all(0 <= row["here"]["val"]["value"] <= 100 and row["here"]["test"] is None for row in rows)
    head = FusionHead(out, MODELS)
    assert head.labels == ("n00000000", "n00000001", "n00000002")
    assert head.manifest.has_seen(sha256_of(data / "train_images" / "n00000000" / "0.png"))
    assert not head.manifest.has_seen(sha256_of(data / "test_images" / "mistery_category" / "secret.png"))
    for row in ("", "picture_", "words_", "concat_", "v1_", "v2_"):
        assert {f"{row}top_1", f"{row}top_5"} <= set(head.manifest.metrics), "the page shows these"
    seen = head.picture_logits(np.ones((1, 32), dtype=np.float32))
    inside = head.concat_picture(np.ones((1, 32), dtype=np.float32))
    assert seen.shape == (1, 3) and inside is not None
    assert head.concat_parts(inside, np.ones((1, 32), dtype=np.float32)).shape == (1, 3, 3)

    before, weights = models.encoded, read_manifest(out).tensors_sha256
    reproduce("sketch", data, models, out, options)
    assert models.encoded == before, "the second run encodes nothing"
    assert read_manifest(out).tensors_sha256 == weights, "the same seed gives the same weights"


def test_counted_padding_survives_a_killed_run(tmp_path: Path) -> None:
    bert = Bert(checkpoints.tiny_bert(tmp_path / "bert"), id="counted", padding="counted")
    texts = [" ".join(["dog"] * (1 + number % 7)) for number in range(21)]
    wanted = bert.sentences(texts)
    assert np.abs(wanted - bert.sentences(texts[::-1])[::-1]).max() > 1e-3, "a row depends on its neighbours"

    class Killed(Exception):
        pass

    def dies_in_the_second_batch(some: Sequence[str]) -> np.ndarray:
        if some[0] == texts[16]:
            raise Killed
        return bert.sentences(some)

    with pytest.raises(Killed):
        FeatureStore(tmp_path).text_rows("words", texts, dies_in_the_second_batch, together=True)
    encoded: list[str] = []

    def noted(some: Sequence[str]) -> np.ndarray:
        encoded.extend(some)
        return bert.sentences(some)

    rows = FeatureStore(tmp_path).text_rows("words", texts, noted, together=True)
    assert encoded == texts[16:]
    np.testing.assert_allclose(rows, wanted, atol=1e-6)


def test_the_published_embeddings_need_no_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sketch, "read_sketch_embeddings", lambda folder, split: embeddings(split))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train-00000-of-00001.parquet").touch()
    seer = SimpleNamespace(id="meta/dinov2@0123 (all)", width=WIDTH, pooled=None)
    reader = SimpleNamespace(id="google/bert@4567 (masked)", width=WIDTH, sentences=None)
    models = SimpleNamespace(profile="tiny", sketch_picture=seer, sketch_words=reader)
    report = reproduce("sketch", tmp_path, models, tmp_path / "out", ReproductionOptions(tmp_path / "cache"))
    assert report.n == {"classes": 2, "train": 12, "val": 6}
    true = {"picture": "meta/dinov2@0123 (squared)", "words": "google/bert@4567 (counted)"}
    assert FusionHead(tmp_path / "out", true).labels == ("cat", "dog")
    assert report.models["picture"] == true["picture"] and report.models["words"] == true["words"]
    with pytest.raises(ArtifactError):
        FusionHead(tmp_path / "out", {"picture": seer.id, "words": reader.id})
    (note,) = [note for note in report.notes if "BLENDSCOPE_MODELS" in note]
    playing = chosen({"BLENDSCOPE_MODELS": note.split('"')[1]})
    assert (playing["sketch_picture"].way, playing["sketch_words"].way) == ("squared", "counted")
    seer.id, reader.id = true.values()
    again = reproduce("sketch", tmp_path, models, tmp_path / "out", ReproductionOptions(tmp_path / "cache"))
    assert again.models == report.models
    assert not any("BLENDSCOPE_MODELS" in note for note in again.notes), "the page uses it as it is"
    seer.width = 1536
    with pytest.raises(DataError, match="768 numbers.*DINOv2-base"):
        reproduce("sketch", tmp_path, models, tmp_path / "out", ReproductionOptions(tmp_path / "cache"))


def test_an_archive_without_a_split_is_split_by_class(tmp_path: Path) -> None:
    sketches = read_imagenet_sketch(sketch_archive(tmp_path))
    parts, notes = _parts(sketches, ReproductionOptions(tmp_path))
    assert {name: len(rows) for name, rows in parts.items()} == {"train": 16, "validation": 2, "test": 2}
    files = [row.file for rows in parts.values() for row in rows]
    assert len(set(files)) == 20, "no sketch stands in two splits"
    assert "no split of its own" in notes[0]
    limited, _ = _parts(sketches, ReproductionOptions(tmp_path, limit=4))
    assert len({row.label for row in limited["train"]}) == 2, "a limit keeps every class"


def test_models_without_a_role_are_refused(tmp_path: Path) -> None:
    models = SimpleNamespace(profile="pocket")
    with pytest.raises(SettingsError, match="'pocket' has no model for sketch picture"):
        reproduce(
            "sketch", sketches(tmp_path), models, tmp_path / "out", ReproductionOptions(tmp_path / "cache")
        )
