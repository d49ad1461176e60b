"""ImageNet-Sketch (Wang et al. 2019): one folder of sketches for each class, and report 1's split of 500 classes.

Three layouts are read, the first that is there:

1. train/, val/ and test/ (or train_images/ and so on), each with a folder for every class: report 1's split as
   its competition gave it out; folders of test/ that are no class of train/ hold sketches without a label.
2. labels.csv with the columns file, label, split.
3. sketch/nXXXXXXXX/*.JPEG, as `unzip data/ImageNet-Sketch.zip` leaves it; all of it is one split, "all".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.datasets.base import LABELS, data_file, inside, read_json
from core.datasets.folder import LabelledPicture
from core.datasets.sources import Source
from core.errors import DataError
from core.leftovers import listed
from core.tables import file_key, read_table

SOURCE = Source(
    "ImageNet-Sketch",
    "huggingface.co/datasets/songweig/imagenet_sketch",
    "without a form; unpack data/ImageNet-Sketch.zip into the data folder",
)
ALL, TRAIN, VALIDATION, TEST = "all", "train", "validation", "test"
SPLIT_NAMES = {"train": TRAIN, "val": VALIDATION, "valid": VALIDATION, "validation": VALIDATION, "test": TEST}
ARCHIVE = "ImageNet-Sketch.zip"
WNID = re.compile(r"n\d{8}")
WNID_LISTS = ("imagenet1k_wnids.json", "wnids.json")
SUFFIXES = (".jpeg", ".jpg", ".png", ".webp")


@dataclass(frozen=True, slots=True)
class SketchSet:
    """The sketches of a folder by split.

    Attributes:
        classes: every label, sorted; WordNet ids where the set names its folders so.
        names: class -> what people call it; the class itself where no list tells.
        splits: "all", or "train", "validation" and "test" -> sketches in order; the label is "" where the split
            keeps it secret.
    """

    classes: tuple[str, ...]
    names: Mapping[str, str]
    splits: Mapping[str, tuple[LabelledPicture, ...]]

    def split(self, name: str) -> tuple[LabelledPicture, ...]:
        """Returns the sketches of one split.

        Raises:
            DataError: the folder has no such split.
        """
        if name not in self.splits:
            raise DataError(f"This data has no split {name!r}; it has {', '.join(self.splits)}.")
        return self.splits[name]


def read_imagenet_sketch(folder: Path) -> SketchSet:
    """Returns the sketches that lie in a folder; nobody has looked whether they are whole.

    Args:
        folder: in one of the three layouts. Names of classes are read from imagenet1k_wnids.json or wnids.json
            beside them, {"n01440764": {"name": "tench"}} or {"n01440764": "tench"}, when one is there.

    Raises:
        DataError: none of the layouts, an archive that is still packed, a split without a sketch, a file with
            two labels or in two splits, a name that leaves the folder, or a damaged list.
    """
    splits = _split_folders(folder) or _split_table(folder) or _sketch_folder(folder)
    labels = {row.label for rows in splits.values() for row in rows if row.label}
    if not labels:
        raise SOURCE.missing(folder, "sketch with a label")
    return SketchSet(tuple(sorted(labels)), _names(folder, labels), splits)


def _split_folders(folder: Path) -> dict[str, tuple[LabelledPicture, ...]]:
    """Returns the splits that have a folder of their own, {} without train/."""
    homes: dict[str, Path] = {}
    for written, split in SPLIT_NAMES.items():
        for home in (folder / written, folder / f"{written}_images"):
            if home.is_dir():
                if split in homes:
                    raise DataError(
                        f"The split {split} has two folders, {homes[split].name} and {home.name}."
                    )
                homes[split] = home
    if TRAIN not in homes:
        return {}
    labels = {row.label for row in _in_classes(folder, homes[TRAIN])}
    splits = {}
    for split in (TRAIN, VALIDATION, TEST):
        if split in homes:
            rows = _in_classes(folder, homes[split])
            if split == TEST:
                rows = [row if row.label in labels else _unlabelled(row) for row in rows]
            strange = next((row for row in rows if row.label and row.label not in labels), None)
            if strange is not None:
                raise DataError(f"The class {strange.label!r} of {homes[split].name} is not one of train.")
            splits[split] = tuple(rows)
    return splits


def _in_classes(folder: Path, home: Path) -> list[LabelledPicture]:
    rows = [
        LabelledPicture(file.relative_to(folder).as_posix(), file, room.name, {})
        for room in listed(home)
        if room.is_dir()
        for file in listed(room)
        if file.suffix.lower() in SUFFIXES
    ]
    if not rows:
        raise DataError(f"The folder {home.name} of the data has no sketch in folders of classes; {SOURCE}.")
    return rows


def _unlabelled(row: LabelledPicture) -> LabelledPicture:
    return LabelledPicture(row.file, row.path, "", row.columns)


def _split_table(folder: Path) -> dict[str, tuple[LabelledPicture, ...]]:
    """Returns the splits that labels.csv lists, {} without one."""
    if not (folder / LABELS).is_file():
        return {}
    splits: dict[str, dict[str, LabelledPicture]] = {}
    homes: dict[str, str] = {}
    for row in read_table(data_file(folder, LABELS), ("file", "split")):
        where = f"Line {row.line} of {LABELS}"
        if "label" not in row.columns:
            raise DataError(f"The file {LABELS} has no column 'label'; give file, label and split.")
        given, label, written = (row.columns[column] for column in ("file", "label", "split"))
        name = file_key(given)
        split = SPLIT_NAMES.get(written.lower())
        if split is None:
            raise DataError(f"{where} has the split {written!r}; use one of train, validation, test.")
        if not label and split != TEST:
            raise DataError(f"{where} has no label, which only sketches of the split test may lack.")
        if name in homes:
            raise DataError(f"{where} names the file {name!r}, which stands in a line before it.")
        homes[name] = split
        path = inside(folder, given, where=where)
        splits.setdefault(split, {})[name] = LabelledPicture(name, path, label, row.columns)
    return {split: tuple(splits[split].values()) for split in (TRAIN, VALIDATION, TEST) if split in splits}


def _sketch_folder(folder: Path) -> dict[str, tuple[LabelledPicture, ...]]:
    for home in (folder / "sketch", folder / "data" / "sketch", folder):
        if home.is_dir() and any(path.is_dir() and WNID.fullmatch(path.name) for path in home.iterdir()):
            rows = _in_classes(folder, home)
            strange = next((row for row in rows if not WNID.fullmatch(row.label)), None)
            if strange is not None:
                raise DataError(f"The folder {strange.label!r} of the data is not named by a WordNet id.")
            return {ALL: tuple(rows)}
    packed = next((path for path in (folder / ARCHIVE, folder / "data" / ARCHIVE) if path.is_file()), None)
    if packed is not None:
        raise DataError(
            f"The archive {packed.relative_to(folder).as_posix()} is still packed; unpack it into the data folder "
            f"with `unzip {packed.relative_to(folder).as_posix()}`, so that sketch/ lies there."
        )
    raise SOURCE.missing(folder, "sketch/n01440764/, train/ or labels.csv")


def _names(folder: Path, labels: set[str]) -> dict[str, str]:
    listed = next((folder / name for name in WNID_LISTS if (folder / name).is_file()), None)
    if listed is None:
        return {label: label for label in sorted(labels)}
    value = read_json(listed)
    if not isinstance(value, dict):
        raise DataError(f"The file {listed.name} must map WordNet ids to the names of classes.")
    names = {}
    for label in sorted(labels):
        entry = value.get(label, label)
        name = entry.get("name") if isinstance(entry, dict) else entry
        if not isinstance(name, str) or not name.strip():
            raise DataError(f"The file {listed.name} has no name for the class {label!r}.")
        names[label] = name.replace("_", " ").strip()
    return names
