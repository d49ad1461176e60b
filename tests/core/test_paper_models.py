"""All tasks on the paper profile's models, from the Hub to the answer, and what is said while files are missing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import __main__ as cli
from core.blend import softmax
from core.encoders.open_clip_joint import OpenClipJoint
from core.errors import NotReadyError
from core.heads.field_road import KIND
from core.hub import pins_of
from core.hub.fetch import fetch_all
from core.images import encode_png, open_picture
from core.index.build import build_gallery
from core.index.bundle import open_bundle
from core.profiles.paper import PaperModels
from core.small_heads.network import Heads
from core.store import Manifest, save_artifact
from core.tasks import compose, field_road, sketch, street_to_shop
from core.training.field_road import schedules as schedules
from tests import checkpoints
from tests.core import report_data
from tests.hub_server import HubServer
from tests.paper import paper_models, serve_tiny
from tests.pocket import drawn, painted

ASKS: dict[str, Callable[[PaperModels], Any]] = {
    "sketch": lambda models: models.sketch(),
    "field-road": lambda models: models.field_road(),
    "street-to-shop": lambda models: models.street_to_shop(None),  # type: ignore[arg-type]
    "compose": lambda models: models.compose(None),  # type: ignore[arg-type]
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tiny")


@pytest.fixture
def hub(hub_server: HubServer, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> HubServer:
    serve_tiny(hub_server, tiny, monkeypatch)
    return hub_server


def fetched(task: str, tmp_path: Path) -> PaperModels:
    fetch_all(pins_of(task))
    return paper_models(tmp_path / "own")


@pytest.mark.fault_rows(47)
def test_without_files_every_task_says_at_once_which_command_gets_them(
    hub: HubServer, tmp_path: Path
) -> None:
    models = paper_models(tmp_path / "own")
    start = time.perf_counter()
    for task, ask in ASKS.items():
        with pytest.raises(NotReadyError, match=r"is missing.*python -m core models --fetch paper --task"):
            ask(models)
        assert not hub.requests, f"{task} asked the network"
    with pytest.raises(NotReadyError, match="--task compose"):
        models.gallery_encoders()
    assert time.perf_counter() - start < 2


def test_a_task_works_as_soon_as_its_own_files_are_here(hub: HubServer, tmp_path: Path) -> None:
    models = fetched("field-road", tmp_path)
    evidence = models.field_road().evidence(painted(1), "a red thing", "a blue thing")
    verdict = field_road.answer(evidence, 0.4, 0.6, 0.9)
    cosines = (
        models.joint.encode_pictures([painted(1)])
        @ models.joint.encode_texts(["a red thing", "a blue thing"]).T
    )
    expected = softmax(models.joint.scale * cosines.astype(np.float64))[0, 1]
    assert evidence.zero_shot_road_probability == pytest.approx(expected, abs=1e-6)
    assert verdict.head is None and verdict.agree is None and verdict.conformal_set is None
    assert verdict.to_json()["head"] is None and "no trained head" in verdict.sentence
    assert any("reproduce field-road" in note for note in evidence.notes)
    assert field_road.FieldRoadEvidence.from_json(evidence.to_json()) == evidence
    with pytest.raises(NotReadyError, match="--task compose"):
        models.compose(None)  # type: ignore[arg-type]


def test_a_head_that_was_trained_here_answers(hub: HubServer, tmp_path: Path) -> None:
    models = fetched("field-road", tmp_path)
    tensors = dict(Heads(1, models.joint.width, 1, 0).network().tensors)
    rows = models.joint.encode_pictures([painted(seed) for seed in range(6)])
    tensors |= {"members.field": rows[:3], "members.road": rows[3:]}
    manifest = Manifest(KIND, {"joint": models.joint.id}, [], "", 0, {}, {}, 0.0, {"temperature": 1.0})
    save_artifact(tmp_path / "own" / "models" / "paper" / "field_road", tensors, manifest)
    evidence = models.field_road().evidence(painted(2))
    assert evidence.head_road_probability is not None and not evidence.notes
    assert models.field_road().models["head"].startswith("field-road-")


def test_sketches_are_read_zero_shot_until_a_head_is_trained(hub: HubServer, tmp_path: Path) -> None:
    models = fetched("sketch", tmp_path)
    task = models.sketch()
    evidence = task.evidence(drawn(1), "a dog")
    verdict = sketch.answer(evidence, 0.3)
    joint = models.joint
    classes = joint.encode_texts([f"a sketch of a {label.replace('_', ' ')}" for label in task.labels])
    seen = joint.scale * joint.encode_pictures([drawn(1)])[0] @ classes.T
    read = joint.scale * joint.encode_texts(["a dog"])[0] @ classes.T
    order = np.argsort(-(0.3 * (seen - seen.mean()) + 0.7 * (read - read.mean())))
    assert verdict.classes[0].label == task.labels[order[0]] and len(task.labels) == 125
    assert "zero-shot" in verdict.models["head"] and any(
        "reproduce sketch" in note for note in evidence.notes
    )
    assert sketch.concat_answer(evidence) is None and not verdict.none_of_these
    written = task.caption(drawn(1))
    assert written.author == "captioner" and written.sentence


def test_the_retrieval_tasks_search_a_gallery_of_these_models(hub: HubServer, tmp_path: Path) -> None:
    fetch_all(pins_of("street-to-shop"))
    models = fetched("compose", tmp_path)
    gallery = made_gallery(models, tmp_path)
    shop = models.street_to_shop(gallery)
    third, fourth = (open_picture(tmp_path / "pictures" / f"{seed}.png") for seed in (2, 3))
    street_evidence = shop.evidence(third, None, "a red dress")
    assert street_to_shop.answer(street_evidence, 1, 0, 0, 5).hits[0].index == 2
    assert street_evidence.dialogue is not None and street_evidence.dialogue.summary
    task = models.compose(gallery)
    compose_evidence = task.evidence(fourth, "it is red")
    assert compose_evidence.masked == (3,)
    ranked = compose.answer(compose_evidence, *task.start_weights, "median", 5)
    assert len(ranked.hits) == 4 and any("reproduce compose" in note for note in task.notes("it is red"))
    blip = models.composing
    direct = blip.compose([fourth], ["it is red"])[0] @ blip.encode_pictures([painted(1)])[0]
    assert compose_evidence.scores[0, 2, 1] == pytest.approx(direct, abs=1e-5)


def test_a_gallery_holds_the_vectors_of_the_models_that_are_here(hub: HubServer, tmp_path: Path) -> None:
    gallery = made_gallery(fetched("compose", tmp_path), tmp_path)
    assert set(gallery.models) == {"composing"}
    assert gallery.vectors("joint").shape[0] == 5


def test_one_encoder_that_plays_two_roles_is_made_once(hub: HubServer, tmp_path: Path) -> None:
    models = fetched("sketch", tmp_path)
    assert models.sketch().models["picture"] == models.field_road().models["joint"] == models.joint.id
    assert models.joint is models.joint and models.manifest("sketch") is None
    assert models.joint.id.startswith("timm/vit_base_patch32_clip_224.openai@a6f597a30f7b")


def made_gallery(models: PaperModels, tmp_path: Path) -> Any:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for seed in range(5):
        (folder / f"{seed}.png").write_bytes(encode_png(painted(seed).pixels))
    build_gallery(folder, tmp_path / "bundle", encoders=models.gallery_encoders())
    return open_bundle(tmp_path / "bundle", models=models.gallery_encoders().models)


def test_what_reproduce_trains_answers_from_then_on(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, schedule in schedules.CANDIDATES.items():
        monkeypatch.setitem(schedules.CANDIDATES, name, replace(schedule, epochs=2))
    fetch_all(pins_of())
    data = {
        "sketch": report_data.sketches(tmp_path / "sketches"),
        "field-road": report_data.roads(tmp_path / "roads"),
        "street-to-shop": report_data.deepfashion2(tmp_path / "clothes"),
        "compose": report_data.cirr(tmp_path / "cirr", {"train": 4, "val": 4}),
    }
    for task, folder in data.items():
        arguments = ["reproduce", task, "--data", str(folder), "--profile", "paper", "--json"]
        assert cli.main(arguments) == 0, task
    models = paper_models(tmp_path / "own")
    assert models.sketch().models["head"].startswith("sketch-") and len(models.sketch().labels) == 3
    assert not models.sketch().evidence(drawn(1), "a dog").notes
    road = models.field_road().evidence(painted(2))
    assert road.head_road_probability is not None and not road.notes
    gallery = made_gallery(models, tmp_path)
    assert gallery.models["garment"].startswith("garment-")
    evidence = models.street_to_shop(gallery).evidence(painted(2), painted(2), "a red dress")
    assert np.isfinite(evidence.parts).all() and evidence.parts[2].any()
    task_ = models.compose(gallery)
    monkeypatch.setenv("BLENDSCOPE_MODELS", "sketch_words=bert-base:counted")
    other = paper_models(tmp_path / "own").sketch()
    assert other.models["head"].startswith("zero-shot")
    notes = other.evidence(drawn(1), "a dog").notes
    assert "was trained on facebook/dinov2-base@" in notes[0] and "BLENDSCOPE_MODELS" in notes[0]
    manifest = models.manifest("combiner")
    assert manifest is not None and task_.start_weights == pytest.approx(manifest.start_weights)
    assert task_.notes("it is red")[0].startswith("Only the three weights")


def test_blip_can_describe_garments_too(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLENDSCOPE_MODELS", "garment=blip-itm-large")
    fetch_all(pins_of("street-to-shop"))
    models = paper_models(tmp_path / "own")
    evidence = models.street_to_shop(made_gallery(models, tmp_path)).evidence(painted(2), None)
    assert evidence.caption.sentence.startswith("an image of a") and evidence.models["joint"].startswith(
        "Salesforce/blip"
    )


def test_a_model_chosen_by_its_open_clip_name_gets_the_activation_of_its_weights(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = checkpoints.tiny_open_clip(tmp_path / "metaclip")
    described = json.loads((folder / "open_clip_config.json").read_text())
    del described["model_cfg"]["quick_gelu"]
    (folder / "open_clip_config.json").write_text(json.dumps(described))
    hub.add("timm/vit_base_patch32_clip_224.metaclip_400m", folder)
    monkeypatch.setenv("BLENDSCOPE_MODELS", "joint=ViT-B-32/metaclip_400m")
    rows = fetched("field-road", tmp_path).joint.encode_texts(["a dog"])
    quick, plain = (
        OpenClipJoint(folder, id="metaclip", quick_gelu=quick).encode_texts(["a dog"])
        for quick in (True, False)
    )
    assert np.allclose(rows, quick, atol=1e-6) and not np.allclose(rows, plain, atol=1e-4)
