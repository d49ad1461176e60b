"""A little of what ships, in each of the layouts that `python -m core evaluate` reads."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from core.settings import ASSETS

EXAMPLES = ASSETS / "examples"
LABELLED = {
    "sketches": ("airplane", "cat", "candle"),
    "field_road": ("field-01", "field-02", "road-01", "road-02"),
    "street": ("01", "02", "04", "08"),
}
"""Folder of labelled examples -> how the files that are taken begin."""


def write_small_data(folder: Path) -> None:
    """Fills a folder with "sketches", "field_road", "street", "pairs", "toys" and "captions"."""
    for name, beginnings in LABELLED.items():
        (folder / name).mkdir()
        head, *lines = (EXAMPLES / name / "labels.csv").read_text().splitlines()
        lines = [line for line in lines if line.startswith(beginnings)]
        (folder / name / "labels.csv").write_text("\n".join([head, *lines]))
        for line in lines:
            shutil.copy(EXAMPLES / name / line.split(",")[0], folder / name)
    (folder / "pairs").mkdir()
    head, *lines = (ASSETS / "labels.csv").read_text().splitlines()[:5]
    rows = [line.split(",") for line in lines]
    for row in rows:
        for place in (1, 2):
            shutil.copy(ASSETS / row[place], folder / "pairs")
            row[place] = Path(row[place]).name
    (folder / "pairs" / "labels.csv").write_text("\n".join([head, *map(",".join, rows)]))
    toys = sorted(EXAMPLES.glob("toys/*.webp"))[:6]
    for name in ("toys", "captions"):
        (folder / name).mkdir()
        for toy in toys:
            shutil.copy(toy, folder / name)
    files = [toy.name for toy in toys]
    triplet = {"reference": files[0], "caption": "with another one", "targets": files[1:2]}
    (folder / "toys" / "triplets.json").write_text(json.dumps({"gallery": files, "triplets": [triplet]}))
    captions = [{"file": name, "captions": [name.replace("-", " ")]} for name in files]
    (folder / "captions" / "captions.json").write_text(json.dumps(captions))
