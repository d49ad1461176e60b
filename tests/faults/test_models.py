"""Models that give no numbers, fill a memory, find no end, or would run code of a repository."""

from __future__ import annotations

import ast
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from core.captioners.blip import BlipCaptioner
from core.captioners.free import DEADLINE, LONGEST
from core.devices import CPU
from core.encoders.bert import Bert
from core.encoders.blip_itm import BlipItm
from core.encoders.dinov2 import Dinov2
from core.encoders.open_clip_joint import OpenClipJoint
from core.errors import ArtifactError, CapacityError
from tests import checkpoints
from tests.core.residency_fakes import Shelf, full, same
from tests.pocket import painted

ROOT = Path(__file__).resolve().parents[2]
FAMILIES: dict[str, tuple[Callable[[Path], Path], Any, tuple[str, ...]]] = {
    "open_clip": (checkpoints.tiny_open_clip, OpenClipJoint, ("encode_pictures", "encode_texts")),
    "blip_itm": (checkpoints.tiny_blip_itm, BlipItm, ("encode_pictures", "encode_texts")),
    "dinov2": (checkpoints.tiny_dinov2, Dinov2, ("pooled",)),
    "bert": (checkpoints.tiny_bert, Bert, ("sentences",)),
}


@pytest.mark.fault_rows(58)
@pytest.mark.parametrize("family", FAMILIES)
def test_numbers_that_are_none_never_leave_an_encoder(family: str, tmp_path: Path) -> None:
    make, encoder, ways = FAMILIES[family]
    model = encoder(make(tmp_path / family), id="tiny")

    def spoil(network: Any) -> None:
        for parameter in network.model.parameters():
            parameter.data.fill_(float("nan"))

    model._resident.run(spoil)
    for way in ways:
        given = "a dog" if way in ("encode_texts", "sentences") else painted(0, (40, 40))
        with pytest.raises(ArtifactError, match="The encoder tiny gave numbers that are not finite"):
            getattr(model, way)([given])


@pytest.mark.fault_rows(59)
def test_memory_that_is_full_everywhere_is_said_and_frees_the_model() -> None:
    shelf = Shelf(cuda=1000)
    model = shelf.resident("x")
    with pytest.raises(CapacityError, match="too full for the model x; try again later"):
        model.run(full)
    answers: list[Any] = []
    # The lock belongs to a thread, so another one shows whether it was released.
    other = threading.Thread(target=lambda: answers.append(model.run(same)["place"]), daemon=True)
    other.start()
    other.join(30)
    assert answers == [CPU] and model.busy == 0


@pytest.mark.fault_rows(60)
def test_a_caption_has_a_longest_length_and_a_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captioner = BlipCaptioner(checkpoints.tiny_blip_caption(tmp_path), id="blip")
    calls: list[dict[str, Any]] = []

    def watch(network: Any) -> None:
        generate = network.model.generate

        def noted(**options: Any) -> torch.Tensor:
            calls.append(options)
            ids: torch.Tensor = generate(**options)
            return ids

        monkeypatch.setattr(network.model, "generate", noted)

    captioner._resident.run(watch)
    picture = painted(0, (40, 40))
    captioner.captions([picture])
    captioner.captions([picture], within=0.0)
    monkeypatch.setattr(captioner, "captions", lambda some, *, within: [f"within {within}"] * len(some))
    assert captioner.caption(picture).sentence == f"within {DEADLINE}"
    assert [call["max_time"] for call in calls] == [None, 0.0]
    assert {call["max_new_tokens"] for call in calls} == {LONGEST}


@pytest.mark.fault_rows(51)
def test_no_model_brings_code_of_its_own_or_is_looked_for_on_the_network() -> None:
    calls = 0
    for path in [*ROOT.glob("core/**/*.py"), *ROOT.glob("demo/**/*.py")]:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                given = {word.arg: word.value for word in call.keywords}
                if call.func.attr == "from_pretrained":
                    calls += 1
                    for name, value in (("trust_remote_code", False), ("local_files_only", True)):
                        option = given.get(name)
                        assert isinstance(option, ast.Constant) and option.value is value, (
                            f"{path.name}:{call.lineno} {name}"
                        )
    assert calls > 2
