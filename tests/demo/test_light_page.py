"""The page in an installation without PyTorch: every tab and command answers there as in the whole installation."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import safetensors.numpy

from core import __main__ as commands
from core.evaluation.examples import read_plan
from core.images import open_picture, parse_box
from core.index.build import build_gallery
from core.index.bundle import Gallery, open_bundle
from core.own_head.trainer import OwnTrainer
from core.settings import ASSETS
from core.tasks import compose, field_road, sketch, street_to_shop
from tests.demo.small_data import write_small_data
from tests.faults import pictures
from tests.faults.asking import ALL, GOOD, NAMES, USUAL, at
from tests.faults.visitors import Visitor, last_output
from tests.light import light_command, light_environment, light_packages, run_light
from tests.pocket import pocket
from tests.rounding import ROUNDING, assert_same_rows
from tests.running import RunningApp

pytestmark = [pytest.mark.weights, pytest.mark.slow]
EXAMPLES = ASSETS / "examples"
PLAN = read_plan(EXAMPLES)
PLANNED = [(task, number) for task, rows in PLAN.items() for number in range(len(rows))]
SHOP = ASSETS / "galleries" / "shop"
ABSENT = ("torch", "torchvision", "timm", "transformers", "open_clip", "open_clip_torch")
EVALUATED = {
    "sketch": "sketches",
    "field-road": "field_road",
    "labels": "street",
    "street-to-shop": "pairs",
    "compose": "toys",
    "joint": "captions",
}
"""Task of `evaluate` -> its data in the folder that `write_small_data` fills."""
EVALUATE = f"""
import sys
from core.__main__ import main
for task, name in {EVALUATED}.items():
    assert main(["evaluate", task, "--data", sys.argv[1] + "/" + name, "--json"]) == 0, task
"""


@dataclass(frozen=True)
class LightPage:
    """The page of the light installation with a gallery that `core index` made there of pictures of one's own.

    Attributes:
        app: the page.
        packages: of the installation.
        gallery: as that command made it.
        whole: the same gallery as the whole installation makes it.
        tasks: key -> what answers in the whole installation.
    """

    app: RunningApp
    packages: Path
    gallery: Gallery
    whole: Gallery
    tasks: dict[str, Any]


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LightPage]:
    folder = tmp_path_factory.mktemp("light page")
    (folder / "packages").mkdir()
    packages = light_packages(folder / "packages")
    own, bundle, cache = own_pictures(folder / "pictures"), folder / "bundle", str(folder / "graphs")
    done = run_light(packages, "-m", "core", "index", str(own), "--out", str(bundle), BLENDSCOPE_CACHE=cache)
    assert done.returncode == 0, done.stderr
    models = pocket()
    build_gallery(own, folder / "whole", encoders=models.gallery_encoders())
    whole = open_bundle(folder / "whole")
    tasks = {
        "sketch": models.sketch(),
        "field_road": models.field_road(),
        "street_to_shop": models.street_to_shop(whole),
        "compose": models.compose(whole),
    }
    with RunningApp(
        folder / "app",
        ("--gallery", str(bundle)),
        environment={**light_environment(packages), "BLENDSCOPE_CACHE": cache},
        python=tuple(light_command()),
    ) as app:
        yield LightPage(app, packages, open_bundle(bundle), whole, tasks)


def own_pictures(folder: Path) -> Path:
    """Fills a folder with what the worked examples ask for and with, and with photographs of nothing in the shop."""
    folder.mkdir()
    for row in PLAN["street_to_shop"] + PLAN["compose"]:
        for name in (*row["settings"]["right"], Path(row["picture"]).stem):
            if (SHOP / f"{name}.webp").exists():
                shutil.copy(SHOP / f"{name}.webp", folder)
    for seed in range(3):
        (folder / f"own {seed}.png").write_bytes(pictures.saved(pictures.photograph(seed=seed)))
    return folder


def assert_alike(light: Any, whole: Any, name: str = "") -> None:
    """Asserts that two answers are the same but for the rounding of their numbers."""
    if isinstance(whole, dict):
        assert list(light) == list(whole), name
        for key, value in whole.items():
            assert_alike(light[key], value, f"{name}.{key}")
    elif isinstance(whole, list):
        assert len(light) == len(whole), name
        for place, value in enumerate(whole):
            assert_alike(light[place], value, f"{name}[{place}]")
    elif isinstance(whole, float):
        assert light == pytest.approx(whole, rel=ROUNDING, abs=ROUNDING), name
    else:
        assert light == whole, name


def expected(key: str, task: Any, picture: Path, **inputs: Any) -> dict[str, Any]:
    """Returns what a task of the whole installation answers, with all its hits or classes, as JSON brings it.

    Args:
        key: of the task.
        task: answers.
        picture: the file that is asked about.
        inputs: of the endpoint, by its names.
    """
    shown, answered = open_picture(picture), None
    if key == "sketch":
        answered = sketch.answer(task.evidence(shown, inputs["caption"]), inputs["alpha"], 100)
    elif key == "field_road":
        captions = inputs["field_caption"], inputs["road_caption"]
        limits = inputs["band_low"], inputs["band_high"], inputs["coverage"]
        answered = field_road.answer(task.evidence(shown, *captions), *limits)
    elif key == "street_to_shop":
        box = parse_box(inputs["box"])
        crop = open_picture(picture, box=box) if box else None
        weights = (inputs[name] for name in ("w_picture", "w_words", "w_box"))
        evidence = task.evidence(shown, crop, inputs["caption"], talks=False)
        answered = street_to_shop.answer(evidence, *weights, 100)
    else:
        weights = (inputs[name] for name in ("w0", "w1", "w2"))
        evidence = task.evidence(shown, inputs["text"])
        answered = compose.answer(evidence, *weights, inputs["pooling"], 100)
    answer: dict[str, Any] = json.loads(json.dumps(answered.to_json()))
    return answer


def compared(light: LightPage, task: str, picture: Path, **inputs: Any) -> dict[str, Any]:
    """Asks the endpoint of a task about a picture, and compares its answer with the whole installation's."""
    endpoint = ALL[list(PLAN).index(task)]
    given = USUAL[endpoint] | {name: 100 for name in ("k", "top_k") if name in NAMES[endpoint]} | inputs
    sent = light.app.upload(picture.read_bytes(), picture.name)
    answer = light.app.ask(endpoint, sent, *(given[name] for name in NAMES[endpoint])).answer
    notes, view, link = (answer.pop(name) for name in ("notes", "view", "link"))
    assert_alike(answer, expected(task, light.tasks[task], picture, **given), task)
    assert isinstance(notes, list) and link == f"{light.app.url}/?{view}"
    return answer


def inputs_of(task: str, row: dict[str, Any]) -> dict[str, Any]:
    """Returns what the endpoint takes for a worked example."""
    settings = row["settings"]
    if task == "street_to_shop":
        weights = dict(zip(("w_picture", "w_words", "w_box"), settings["weights"], strict=True))
        return {"box": settings.get("box"), "caption": "", **weights}
    if task == "compose":
        return {
            "text": row["modification"],
            **dict(zip(("w0", "w1", "w2"), settings["weights"], strict=True)),
        }
    return settings | ({"caption": row.get("caption", "")} if task == "sketch" else {})


def test_tools_are_off_where_their_package_is_missing(light: LightPage) -> None:
    assert light.app.http.post("/gradio_api/mcp", json={}).status_code == 404


def test_a_gallery_of_one_s_own_is_that_of_the_whole_installation(light: LightPage) -> None:
    mine, whole = light.gallery, light.whole
    assert [(item.file, item.caption) for item in mine.items] == [
        (item.file, item.caption) for item in whole.items
    ]
    assert mine.models == whole.models and len(mine) >= 10
    assert_alike(dict(mine.constants), dict(whole.constants))
    for name in ("joint", "garment", "words"):
        assert_same_rows(mine.vectors(name), whole.vectors(name), name)


@pytest.mark.parametrize("task", list(PLAN))
def test_every_tab_answers_for_a_picture_of_one_s_own(light: LightPage, task: str, tmp_path: Path) -> None:
    picture = tmp_path / "mine.png"
    picture.write_bytes(GOOD() if task == "sketch" else pictures.saved(pictures.photograph(seed=7)))
    answer = compared(light, task, picture)
    assert answer["profile"] == "pocket"
    if task in ("street_to_shop", "compose"):
        assert {hit["file"] for hit in answer["hits"]} == {item.file for item in light.gallery.items}


@pytest.mark.parametrize(("task", "number"), PLANNED)
def test_every_worked_example_is_answered_when_it_is_asked(light: LightPage, task: str, number: int) -> None:
    row = PLAN[task][number]
    compared(light, task, (EXAMPLES / row["picture"]).resolve(), **inputs_of(task, row))


def test_a_visitor_trains_a_head_and_asks_it(light: LightPage, tmp_path: Path) -> None:
    names, classes = ("meadow", "street"), [
        sorted(EXAMPLES.glob(f"field_road/{kind}-0[1-4]*.webp")) for kind in ("field", "road")
    ]  # fmt: skip
    visitor = Visitor(light.app)
    sent = [[light.app.upload(path.read_bytes(), path.name) for path in paths] for paths in classes]
    visitor.join("trained", *sent, *names, "text")
    *_, _, download = last_output(visitor.listen())
    *_, last = OwnTrainer(pocket().joint).train(*classes, names, "text", lambda: False)
    assert last.own is not None
    mine, whole = tensors_of(Path(download["value"]["path"])), tensors_of(last.own.archive)
    assert mine.keys() == whole.keys()
    for name, array in whole.items():
        assert_same_rows(mine[name], array, name)
    sliders = ({"value": 0.4}, {"value": 0.6}, False, {"value": 0.9})
    assert "meadow" in str(visitor.send("switched", sent[0][0], None, *sliders, True, None))


def tensors_of(archive: Path) -> dict[str, Any]:
    """Returns the weights of a head that was taken away."""
    with zipfile.ZipFile(archive) as packed:
        (name,) = (name for name in packed.namelist() if name.endswith(".safetensors"))
        tensors: dict[str, Any] = safetensors.numpy.load(packed.read(name))
    return tensors


def test_every_task_is_measured(
    light: LightPage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_small_data(tmp_path)
    done = run_light(
        light.packages,
        "-c",
        EVALUATE,
        str(tmp_path),
        BLENDSCOPE_CACHE=str(light.app.folder.parent / "graphs"),
    )
    assert done.returncode == 0, done.stderr
    monkeypatch.setattr(commands, "_models", lambda options: pocket())
    for task, line in zip(EVALUATED, done.stdout.splitlines(), strict=True):
        capsys.readouterr()
        assert commands.main(["evaluate", task, "--data", str(tmp_path / EVALUATED[task]), "--json"]) == 0
        mine, whole = json.loads(line), json.loads(capsys.readouterr().out)
        assert_alike(mine | {"seconds": 0}, whole | {"seconds": 0}, task)


def test_no_framework_is_loaded_whatever_was_asked(light: LightPage) -> None:
    for endpoint in ALL:
        assert at(endpoint)(light.app).status == 200
    maps = Path("/proc") / str(light.app.process.pid) / "maps"
    if not maps.exists():
        pytest.skip("there is no /proc here")
    loaded = {line.split(maxsplit=5)[5] for line in maps.read_text().splitlines() if line.count("/")}
    assert any("onnxruntime" in name for name in loaded)
    assert not [name for name in loaded if set(Path(name).parts) & set(ABSENT) or "libtorch" in name]
