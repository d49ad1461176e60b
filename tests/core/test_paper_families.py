"""Every family that can be chosen, from the Hub to its answer, as the paper profile makes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import hub as models_hub
from core.captioners.interview import Interview
from core.errors import ArtifactError
from core.hub import Pin
from core.hub.fetch import fetch, fetch_all
from core.images import encode_png, open_picture
from core.index.build import build_gallery
from core.index.bundle import open_bundle
from core.profiles.paper import PaperModels
from core.residency import KEEPER
from tests import checkpoints
from tests.hub_server import HubServer
from tests.paper import OTHERS, USUAL, paper_models, serve_tiny
from tests.pocket import drawn, painted

Served = Callable[..., dict[str, Pin]]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tiny")


@pytest.fixture
def served(hub_server: HubServer, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Served:
    """Serves the usual models and those that are named, and lets the latter play their roles."""

    def serve(*others: str, playing: str = "") -> dict[str, Pin]:
        monkeypatch.setenv("BLENDSCOPE_MODELS", playing)
        return serve_tiny(hub_server, tiny, monkeypatch, others)

    return serve


def test_every_pin_has_a_tiny_model_of_its_kind() -> None:
    assert set(USUAL) | set(OTHERS) == set(models_hub.PINS) and not set(USUAL) & set(OTHERS)


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("blip2-opt", "model-00002-of-00002.safetensors"),
        ("blip2-flan-t5", "pytorch_model-00002-of-00002.bin"),
    ],
)
def test_blip2_captions_from_its_shards(served: Served, tmp_path: Path, name: str, weights: str) -> None:
    pin = served(name, playing=f"captioner={name}")[name]
    folder = fetch(pin)
    assert (folder / weights).is_file() and not list(folder.glob("*model.*n*s"))
    captioner = paper_models(tmp_path / "own").captioner
    written = captioner.captions([drawn(1), painted(2)])
    assert captioner.id.startswith(f"{pin.repository}@{str(pin.revision)[:12]}")
    assert any(written) and written == captioner.captions([drawn(1), painted(2)])
    (folder / weights).unlink()
    assert models_hub.missing(pin) == f"{weights} is missing"


def test_sketches_are_seen_by_the_giant(served: Served, tmp_path: Path) -> None:
    pin = served("dinov2-giant", playing="sketch_picture=dinov2-giant:cls")["dinov2-giant"]
    fetch(pin)
    eyes = paper_models(tmp_path / "own").sketch_picture
    assert eyes.id == f"{pin.repository}@{str(pin.revision)[:12]} (cls)"
    rows = eyes.pooled([drawn(1), drawn(2)])
    assert rows.shape == (2, eyes.width) and not np.allclose(rows[0], rows[1])


def test_the_smaller_blip_composes(served: Served, tmp_path: Path) -> None:
    pin = served("blip-itm-base", playing="composing=blip-itm-base")["blip-itm-base"]
    fetch(pin)
    models = paper_models(tmp_path / "own")
    task = models.compose(made_gallery(models, tmp_path))
    evidence = task.evidence(open_picture(tmp_path / "pictures" / "1.png"), "it is red")
    assert evidence.masked == (1,) and np.isfinite(evidence.scores[0, 2, [0, 2]]).all()
    assert evidence.models["joint"].startswith(pin.repository)


def test_the_interview_is_held_by_both_models(served: Served, tmp_path: Path) -> None:
    pins = served("blip-vqa", "smollm2")
    answers, asks = pins["blip-vqa"], pins["smollm2"]
    fetch_all([pins["fashion-siglip"], answers])
    models = paper_models(tmp_path / "own")
    gallery = made_gallery(models, tmp_path)
    fixed = models.street_to_shop(gallery).evidence(painted(2), None).dialogue
    folder = fetch(asks)
    assert (folder / "chat_template.jinja").is_file()
    talk = models.street_to_shop(gallery).evidence(painted(2), None).dialogue
    assert talk is not None and fixed is not None and talk != fixed
    assert len(talk.exchanges) == 6 and talk.summary
    held = {model.id.partition("@")[0] for model in KEEPER.state()}
    assert {answers.repository, asks.repository} <= held


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        (None, "The model asks@2 lacks its chat template; fetch it again."),
        ("{% if %}", "The model asks@2 cannot"),
    ],
)
def test_a_language_model_that_cannot_talk_is_refused_in_a_sentence(
    tmp_path: Path, template: str | None, sentence: str
) -> None:
    folder = checkpoints.tiny_smollm(tmp_path / "mute")
    (folder / "chat_template.jinja").unlink()
    if template:
        (folder / "chat_template.jinja").write_text(template)
    mute = Interview(checkpoints.tiny_blip_vqa(tmp_path / "vqa"), folder, id="answers@1, asks@2")
    for _ in range(2):
        with pytest.raises(ArtifactError, match=sentence):
            mute.about(painted(1))


def made_gallery(models: PaperModels, tmp_path: Path) -> Any:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for seed in range(3):
        (folder / f"{seed}.png").write_bytes(encode_png(painted(seed).pixels))
    build_gallery(folder, tmp_path / "bundle", encoders=models.gallery_encoders())
    return open_bundle(tmp_path / "bundle", models=models.gallery_encoders().models)
