"""Calibrations on disk: what is written is read, what is damaged refused, what was made with others is no promise."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.conformal.calibrations import FILE, Calibration, read_calibrations, write_calibrations
from core.errors import ArtifactError
from core.tasks.promise import ELSEWHERE, Finding, Promise, candidates_of, finding_from_json, promise_of

MODELS = {"joint": "j", "garment": "g"}
WEIGHTS = {"picture": (0.85, 0.15, 0.0)}


def gallery(path: Path | None, *digests: str) -> Any:
    items = [SimpleNamespace(id=digest, file=digest, digest=digest) for digest in digests]
    return SimpleNamespace(items=items, **({} if path is None else {"path": path}))


def calibration(some: Any) -> Calibration:
    return Calibration(
        MODELS, candidates_of(some), WEIGHTS, {"picture": tuple(map(float, range(9)))}, note="nine"
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    written = calibration(gallery(None, "a", "b"))
    assert read_calibrations(tmp_path) == {}
    write_calibrations(tmp_path, {"street_to_shop": written})
    assert read_calibrations(tmp_path) == {"street_to_shop": written}
    first = (tmp_path / FILE).read_bytes()
    write_calibrations(tmp_path, read_calibrations(tmp_path))
    assert (tmp_path / FILE).read_bytes() == first


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.update(version=2),
        lambda body: body["tasks"]["a"].update(alpha=0),
        lambda body: body["tasks"]["a"].update(null={"picture": [1e999]}),
        lambda body: body["tasks"]["a"].update(null={"box": [1]}),
        lambda body: body["tasks"]["a"].pop("models"),
        lambda body: body.update(tasks=[]),
    ],
)
def test_a_damaged_calibration_is_one_sentence(tmp_path: Path, change: Any) -> None:
    write_calibrations(tmp_path, {"a": calibration(gallery(None, "a"))})
    body = json.loads((tmp_path / FILE).read_text())
    change(body)
    (tmp_path / FILE).write_text(json.dumps(body))
    with pytest.raises(
        ArtifactError, match=r"^The calibration.json of .* make it again with `python -m core calibrate`"
    ):
        read_calibrations(tmp_path)
    (tmp_path / FILE).write_text("{")
    with pytest.raises(ArtifactError, match="is damaged"):
        read_calibrations(tmp_path)


def test_only_the_same_models_weights_and_pictures_make_a_promise(tmp_path: Path) -> None:
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    for folder in (shipped, own):
        folder.mkdir()
    theirs, ours = gallery(own, "a", "b"), gallery(shipped, "c")

    def promised(some: Any, models: dict[str, str] = MODELS, weights: Any = WEIGHTS) -> Promise | None:
        return promise_of(some, "shop", models, weights, shipped)

    assert promised(theirs) is None and promised(gallery(None, "a")) is None
    write_calibrations(shipped, {"shop": calibration(ours)})
    assert promised(ours) == Promise(calibration(ours))
    hint = promised(theirs)
    assert hint is not None and hint.hint == ELSEWHERE
    write_calibrations(own, {"shop": calibration(theirs)})
    assert promised(theirs) == Promise(calibration(theirs))
    changed = promised(gallery(own, "a", "b", "new"))
    assert changed is not None and changed.hint == ELSEWHERE, "pictures came, so that nothing is promised"
    assert promised(theirs, {**MODELS, "joint": "other"}) is None
    assert promised(theirs, weights={"picture": (0.5, 0.5, 0.0)}) is None


def test_a_finding_says_how_good_it_is_and_whether_it_is_a_promise() -> None:
    promise = Promise(calibration(gallery(None, "a")))
    sure = promise.finding("picture", 8.5)
    assert sure == Finding(0.1, 9, 0.1) and sure.found
    assert sure.sentence() == (
        "At the usual weights something here answers (p = 0.10; of questions without an answer at most 10% do as well)."
    )
    unsure = promise.finding("picture", 8.0)
    assert unsure is not None and not unsure.found and unsure.p_value == 0.2 and unsure.doubt() == ""
    assert unsure.sentence("among these") == (
        "At the usual weights it is not certain that anything among these answers (p = 0.20; at 0.1 or less it would "
        "be promised)."
    )
    hopeless = promise.finding("picture", -1.0)
    assert hopeless is not None and hopeless.doubt() == (
        "Perhaps nothing here answers: 100% of questions without an answer do as well."
    )
    hint = replace(promise, hint=ELSEWHERE).finding("picture", 9.0)
    assert hint is not None
    assert (
        hint.sentence()
        == "At the usual weights something here answers (p = 0.10; a hint, calibrated on another gallery)."
    )
    assert "p < 0.01" in Finding(0.004, 400, 0.1).sentence()
    assert (
        finding_from_json(json.loads(json.dumps(hint.to_json()))) == hint and finding_from_json(None) is None
    )
    assert promise.finding("box", 9.0) is None
    few = Promise(replace(calibration(gallery(None, "a")), null={"picture": (1.0,) * 8}))
    assert few.finding("picture", 9.0) is None, "with eight no p-value reaches a tenth"
