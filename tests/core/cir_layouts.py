"""Small CIRR and FashionIQ folders of the official layout, made by hand for tests."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

MEMBERS = ("dev-0-0-img0", "dev-0-0-img1", "dev-1-0-img0", "dev-2-0-img0")
FILES = {name: f"./dev/{name}.png" for name in (*MEMBERS, "dev-3-0-img0", "dev-4-0-img0")}


def cirr_entry(**changes: Any) -> dict[str, Any]:
    """Returns one query as the captions of CIRR write it, with some values changed; None removes one."""
    entry = {
        "pairid": 7,
        "reference": MEMBERS[0],
        "target_hard": MEMBERS[2],
        "target_soft": {MEMBERS[2]: 1.0, MEMBERS[3]: -1.0},
        "caption": "two dogs instead of one",
        "img_set": {"id": 1, "members": list(MEMBERS), "reference_rank": 0, "target_rank": 2},
    } | changes
    return {name: value for name, value in entry.items() if value is not None}


def put(path: Path, value: Any, *, zipped: bool = False) -> None:
    """Writes a value as JSON, gzipped under a name that ends in .gz when asked for; text is written as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = (value if isinstance(value, str) else json.dumps(value)).encode()
    if zipped:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(data))
    else:
        path.write_bytes(data)


def cirr(folder: Path, captions: Any, files: Any = FILES, split: str = "val", zipped: bool = False) -> Path:
    """Writes the two files of a split and returns the folder."""
    put(folder / "captions" / f"cap.rc2.{split}.json", captions, zipped=zipped)
    put(folder / "image_splits" / f"split.rc2.{split}.json", files, zipped=zipped)
    return folder


def fashion_entry(**changes: Any) -> dict[str, Any]:
    """Returns one query as the captions of FashionIQ write it, with some values changed; None removes one."""
    entry = {"target": "B2", "candidate": "B1", "captions": ["is red", " longer "]} | changes
    return {name: value for name, value in entry.items() if value is not None}


def fashion(
    folder: Path, captions: Any, names: Any = ("B1", "B2", "B3"), category: str = "dress", split: str = "val"
) -> Path:
    """Writes the two files of a category and returns the folder."""
    put(folder / "captions" / f"cap.{category}.{split}.json", captions)
    put(folder / "image_splits" / f"split.{category}.{split}.json", names)
    return folder
