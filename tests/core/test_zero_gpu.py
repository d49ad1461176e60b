"""On ZeroGPU the paper profile's models answer from a forked worker as they would here; elsewhere nothing changes."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.captioners import CAPTIONERS
from core.encoders import ENCODERS
from core.encoders.open_clip_joint import OpenClipJoint
from core.errors import ArtifactError, CapacityError
from core.hub import pins_of
from core.hub.fetch import fetch_all
from core.profiles.zero_gpu import OTHERWISE, SECONDS, Lent, lent
from core.residency import KEEPER
from tests import checkpoints
from tests.hub_server import HubServer
from tests.paper import paper_models, serve_tiny
from tests.pocket import painted
from tests.zero_gpu import Spaces, on_zero_gpu

ROOT = Path(__file__).resolve().parents[2]
PICTURES = [painted(seed) for seed in range(3)]
TEXTS = ["a red dress", "two dogs"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Writes each tiny checkpoint once."""
    written: dict[str, Path] = {}

    def folder(name: str) -> Path:
        if name not in written:
            written[name] = getattr(checkpoints, f"tiny_{name}")(tmp_path_factory.mktemp(name))
        return written[name]

    return folder


@pytest.fixture
def spaces(monkeypatch: pytest.MonkeyPatch) -> Iterator[Spaces]:
    gc.collect()  # models of the test before, whose weights lie in this process
    with on_zero_gpu(monkeypatch) as zero_gpu:
        yield zero_gpu


def here(family: str, *folders: Path) -> Any:
    """Returns a model that runs in this process, which one on loan never does."""
    registry = ENCODERS if family in ENCODERS else CAPTIONERS
    return registry.load(family)(*folders, id=f"{family} here")


def test_without_the_package_a_model_is_itself(folders: Callable[[str], Path]) -> None:
    assert type(lent(ENCODERS, "open_clip", folders("open_clip"), id="clip")) is OpenClipJoint


def test_where_the_package_changes_nothing_a_model_is_itself(
    folders: Callable[[str], Path], spaces: Spaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every Space has the package; its decorator returns what it is given where there is no ZeroGPU."""
    monkeypatch.setattr(spaces, "GPU", lambda duration: lambda task: task)
    assert type(lent(ENCODERS, "open_clip", folders("open_clip"), id="clip")) is OpenClipJoint


def test_a_folder_called_spaces_is_not_the_package(
    folders: Callable[[str], Path], spaces: Spaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(Spaces, "GPU")
    assert type(lent(ENCODERS, "open_clip", folders("open_clip"), id="clip")) is OpenClipJoint


def test_a_worker_gives_the_same_vectors_and_this_process_loads_nothing(
    folders: Callable[[str], Path], spaces: Spaces
) -> None:
    calls = {
        "encode_pictures": PICTURES,
        "encode_texts": TEXTS,
        "picture_tokens": PICTURES[0],
        "text_tokens": TEXTS[0],
        "garment_features": PICTURES,
    }
    away = lent(ENCODERS, "open_clip", folders("open_clip"), id="clip")
    assert isinstance(away, Lent) and away.id == "clip" and away.width == 24
    assert not spaces.seconds
    rows = {method: getattr(away, method)(given) for method, given in calls.items()}
    assert KEEPER.device_of("clip") is None and len(spaces.workers) == 1
    direct = here("open_clip", folders("open_clip"))
    for method, given in calls.items():
        assert rows[method].dtype == np.float32
        np.testing.assert_allclose(rows[method], getattr(direct, method)(given), atol=1e-6)


def test_what_is_a_weight_is_asked_for_once_and_what_needs_none_not_at_all(
    folders: Callable[[str], Path], spaces: Spaces
) -> None:
    away = lent(ENCODERS, "open_clip", folders("open_clip"), id="clip")
    assert away.scale == away.scale and KEEPER.device_of("clip") is None
    assert len(spaces.seconds) == 1
    direct = here("open_clip", folders("open_clip"))
    assert away.scale == direct.scale
    long = "dog " * 200
    assert away.shortened_after(long) == direct.shortened_after(long) is not None
    rows = np.eye(2, dtype=np.float32)
    assert away.project_pictures(rows) is rows and away.project_sentences(rows) is rows
    assert len(spaces.seconds) == 1
    with pytest.raises(AttributeError):
        away.no_such_thing  # noqa: B018


def test_models_made_after_the_fork_answer_too(folders: Callable[[str], Path], spaces: Spaces) -> None:
    first = lent(ENCODERS, "bert", folders("bert"), id="bert")
    np.testing.assert_allclose(
        first.sentences(TEXTS), here("bert", folders("bert")).sentences(TEXTS), atol=1e-6
    )
    later = lent(ENCODERS, "blip_itm", folders("blip_itm"), id="itm")
    captioner = lent(CAPTIONERS, "blip", folders("blip_caption"), id="blip")
    direct = here("blip_itm", folders("blip_itm"))
    assert later.scale == direct.scale
    np.testing.assert_allclose(
        later.compose(PICTURES[:2], TEXTS), direct.compose(PICTURES[:2], TEXTS), atol=1e-6
    )
    assert captioner.captions(PICTURES) == here("blip", folders("blip_caption")).captions(PICTURES)
    assert len(spaces.workers) == 1
    assert spaces.seconds == [OTHERWISE, OTHERWISE, SECONDS["blip"]]


def test_a_model_of_two_folders_talks(folders: Callable[[str], Path], spaces: Spaces) -> None:
    both = folders("blip_vqa"), folders("smollm")
    talk = lent(CAPTIONERS, "interview", *both, id="both").about(PICTURES[0])
    assert talk == here("interview", *both).about(PICTURES[0])
    assert spaces.seconds == [SECONDS["interview"]]


def test_an_error_for_a_person_comes_back_as_itself(tmp_path: Path, spaces: Spaces) -> None:
    away = lent(ENCODERS, "bert", checkpoints.tiny_bert(tmp_path), id="bert")
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ArtifactError, match=r"The model bert cannot be loaded: .*fetch it again\."):
        away.sentences(TEXTS)


def test_a_fault_of_ours_is_told_apart_from_a_gpu_that_is_refused(
    folders: Callable[[str], Path], spaces: Spaces
) -> None:
    away = lent(ENCODERS, "bert", folders("bert"), id="bert")
    with pytest.raises(RuntimeError, match="TypeError"):
        away.sentences()
    assert away.sentences(TEXTS).shape[0] == 2, "the worker goes on"
    spaces.refusal = "You have exceeded your free ZeroGPU quota (30s requested vs. 4s left)."
    with pytest.raises(CapacityError, match=r"lends no GPU now: You have exceeded .* 4s left\)\.$"):
        away.sentences(TEXTS)


def test_the_paper_profile_answers_from_the_worker(
    hub_server: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve_tiny(hub_server, tmp_path / "tiny", monkeypatch)
    fetch_all(pins_of("field-road"))
    question = painted(1), "a red thing", "a blue thing"
    expected = paper_models(tmp_path / "own").field_road().evidence(*question)
    with on_zero_gpu(monkeypatch) as spaces:
        models = paper_models(tmp_path / "own")
        evidence = models.field_road().evidence(*question)
        assert isinstance(models.joint, Lent) and len(spaces.workers) == 1
    assert evidence.zero_shot_road_probability == pytest.approx(expected.zero_shot_road_probability, abs=1e-6)
    assert evidence.models == expected.models


def test_the_package_is_imported_before_torch_and_knows_the_function_before_the_page(tmp_path: Path) -> None:
    """As ZeroGPU asks for it, whether the app is run or its `demo` is imported and launched."""
    (tmp_path / "spaces.py").write_text(
        "import sys\nassert 'torch' not in sys.modules\n"
        "def GPU(duration):\n    print('decorated')\n    return lambda task: lambda *given: task(*given)\n"
    )
    code = (
        "import app, demo.page\nbuild = demo.page.build\n"
        "demo.page.build = lambda *given: print('page') or build(*given)\nprint(type(app.demo).__name__)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.stdout.split() == ["decorated", "page", "Page"], run.stderr
