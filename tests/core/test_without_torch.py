"""What the pocket page imports and loads needs neither PyTorch nor the libraries that stand on it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import SettingsError
from core.registry import Registry
from core.settings import ASSETS
from tests.architecture.source import ROOT

LIGHT = """
import sys


class Missing:
    LIBRARIES = ("torch", "torchvision", "timm", "transformers", "open_clip", "pytorch_metric_learning")

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.LIBRARIES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


sys.meta_path.insert(0, Missing())
"""
"""Makes them as good as not installed."""

HEADS = """
from core.heads import HEADS
from core.settings import ASSETS
from core.store import read_manifest

for name in HEADS:
    folder = ASSETS / "models" / "pocket" / name
    HEADS.load(name)(folder, read_manifest(folder).models)
    print(name)
"""

OWN_HEAD = """
import numpy as np
from pathlib import Path
from core.own_head.trainer import OwnTrainer


class Eye:
    id, width, scale = "eye", 3, 10.0

    def encode_pictures(self, pictures):
        rows = np.stack([picture.pixels.mean(axis=(0, 1)) for picture in pictures])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


folder = Path(sys.argv[1])
files = [sorted(folder.glob(f"{name}*.png")) for name in ("red", "blue")]
*_, last = OwnTrainer(Eye()).train(*files, ("red", "blue"), "text", lambda: False)
print(last.own.held_out.right)
"""

IMPORTS = """
import importlib

for name in sys.argv[1:]:
    importlib.import_module(name)
    print(name)
"""


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a program in which those libraries cannot be imported."""
    command = [sys.executable, "-c", LIGHT + code, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200)


def lines(code: str, *arguments: str) -> list[str]:
    ended = run(code, *arguments)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


@pytest.mark.weights
def test_every_head_loads() -> None:
    assert lines(HEADS) == ["sketch", "field_road", "garment_box", "garment", "typed_words", "combiner"]


def test_a_visitor_trains_a_head(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    for name, colour in (("red", (200, 40, 40)), ("blue", (40, 40, 200))):
        for number in range(4):
            pixels = np.clip(np.array(colour) + draw.integers(-30, 30, (20, 20, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / f"{name}{number}.png")
    assert lines(OWN_HEAD, str(tmp_path)) == ["(4, 4)"]


def test_what_the_page_and_its_commands_import() -> None:
    """Without what encodes, which has a test of its own."""
    rooms = ("augmentation", "encoders", "training")
    needed = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((ROOT / "core").rglob("*.py"))
        if path.parent.name not in rooms and path.relative_to(ROOT).parts[1] not in rooms
    ]
    heavy = (
        "core.captioners.blip",
        "core.captioners.blip2",
        "core.captioners.free",
        "core.captioners.interview",
    )
    chosen = [
        name
        for name in needed
        if name not in heavy and not name.startswith(("core.evaluation.reproduce.", "core.profiles."))
    ]
    assert len(chosen) > 100
    assert lines(IMPORTS, *chosen) == chosen


@pytest.mark.parametrize(
    ("arguments", "subject"),
    [
        (["train", "sketch", "--data", str(ASSETS)], "The task to train 'sketch'"),
        (["train", "field-road", "--data", str(ASSETS)], "The task to train 'field-road'"),
        (["reproduce", "compose", "--data", str(ASSETS)], "The profile 'paper'"),
        (["evaluate", "sketch", "--data", str(ASSETS), "--profile", "paper"], "The profile 'paper'"),
    ],
    ids=lambda given: given[0] if isinstance(given, list) else "",
)
def test_what_needs_pytorch_says_so_in_one_sentence(arguments: list[str], subject: str) -> None:
    ended = run("from core.__main__ import main; sys.exit(main(sys.argv[1:]))", *arguments)
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr == (
        f"python -m core: {subject} needs PyTorch, which is not installed; "
        "run `make full` (or `pip install -r requirements.txt`).\n"
    )


def test_a_fault_of_ours_is_not_taken_for_a_missing_library() -> None:
    broken = Registry("part", {"ours": "core.nothing:here", "theirs": "a_library_that_nobody_has:here"})
    with pytest.raises(ModuleNotFoundError, match=r"core\.nothing"):
        broken.load("ours")
    with pytest.raises(
        SettingsError, match="The part 'theirs' needs a_library_that_nobody_has, which is not"
    ):
        broken.load("theirs")
