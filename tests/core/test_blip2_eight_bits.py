"""BLIP-2 on a GPU: with 8-bit weights where the libraries are there, else in bfloat16, and then it says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.captioners import blip2
from core.captioners.blip2 import Blip2Captioner
from core.devices import CPU, GPU, Place
from core.errors import ArtifactError
from core.residency import Keeper
from tests import checkpoints


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoints.tiny_blip2_opt(tmp_path_factory.mktemp("blip2"))


def test_blip2_says_what_eight_bits_on_a_gpu_need(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = Keeper(10**9)
    monkeypatch.setattr(blip2, "KEEPER", keeper)
    # There may be no GPU to load it on.
    monkeypatch.setattr(blip2, "load_model", lambda kind, at, id, place, **_: kind.from_pretrained(at))
    captioner = Blip2Captioner(folder, id="blip2")
    for quiet in (CPU, Place("cuda", "int8")):
        captioner._load(quiet)
    assert keeper.notices() == ()
    captioner._load(GPU)
    (notice,) = keeper.notices()
    assert "bfloat16" in notice and "`pip install bitsandbytes accelerate`" in notice


def test_blip2_takes_eight_bits_on_a_gpu_where_the_libraries_are_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captioner = Blip2Captioner(folder, id="blip2")
    monkeypatch.setattr(blip2, "find_spec", lambda name: None if name == "accelerate" else name)
    assert captioner._gpu() == GPU
    monkeypatch.setattr(blip2, "find_spec", lambda name: name)
    assert captioner._gpu() == Place("cuda", "int8")
    quantisation: dict[str, Any] = {}

    def noted(*_: Any, **options: Any) -> Any:
        quantisation.update(options)
        raise ArtifactError("enough")

    monkeypatch.setattr(blip2, "load_model", noted)
    with pytest.raises(ArtifactError, match="enough"):
        captioner._load(Place("cuda", "int8"))
    assert quantisation["quantization_config"].load_in_8bit and quantisation["device_map"] == {"": 0}
