"""The reports' data sets in their true layouts, a few painted pictures each."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.datasets.sketch_embeddings import SketchEmbeddings
from core.images import encode_png
from tests.core.cir_layouts import cirr as write_cirr
from tests.core.cir_layouts import cirr_entry, put
from tests.pocket import painted

WIDTH = 768
CHANGES = ("make the dog red", "two dogs in a field", "a blue shirt", "less white and more black")


def paint(path: Path, seed: int, size: tuple[int, int] = (48, 40)) -> str:
    """Writes a picture, another one for each seed, and returns its file's name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode_png(painted(seed, size).pixels))
    return path.name


def sketches(folder: Path, classes: int = 3) -> Path:
    """Writes the competition's layout: train/ and val/ with folders of classes, test/ without labels."""
    seed = 0
    for split, count in (("train_images", 4), ("val_images", 2)):
        for label in range(classes):
            for number in range(count):
                seed += 1
                paint(folder / split / f"n0000000{label}" / f"{number}.png", seed)
    paint(folder / "test_images" / "mistery_category" / "secret.png", 999)
    return folder


def sketch_archive(folder: Path, classes: int = 2, each: int = 10) -> Path:
    """Writes ImageNet-Sketch as its archive unpacks: one folder for each class and no split."""
    for label in range(classes):
        for number in range(each):
            paint(
                folder / "sketch" / f"n0000000{label}" / f"sketch_{number}.png",
                100 * label + number,
                (32, 32),
            )
    return folder


def embeddings(split: str, width: int = WIDTH) -> SketchEmbeddings:
    """Returns a split of the published embeddings as its reader gives it."""
    count = {"train": 12, "validation": 6, "test": 3}[split]
    rows = np.random.default_rng(count).normal(0, 1, (2, count, width)).astype(np.float32)
    labels = tuple("" if split == "test" else ("cat", "dog")[row % 2] for row in range(count))
    captions = tuple(f"a drawing of a {label}" for label in labels)
    files = tuple(f"{split}/{row}.jpeg" for row in range(count))
    return SketchEmbeddings(split, labels, captions, files, rows[0], rows[1])


def roads(folder: Path, each: int = 12, test: int = 4) -> Path:
    """Writes the photos of fields and roads: greenish and greyish pictures, some of them for testing."""
    lines = ["file,label,label_clean,split"]
    for number in range(2 * each + test):
        label = ("field", "road")[number % 2]
        split = "original_train" if number < 2 * each else "original_test"
        tone = np.array([40, 150, 40] if label == "field" else [120, 120, 120])
        pixels = np.clip(painted(number, (40, 48)).pixels * 0.3 + tone, 0, 255).astype(np.uint8)
        file = f"images/{split}_{label}_{number - 2 * each + 1 if split.endswith('test') else number}_ab.png"
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(encode_png(pixels))
        lines.append(f"{file},{label},{label},{split}")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    return folder


def cirr(folder: Path, queries: dict[str, int], pictures: int = 8) -> Path:
    """Writes CIRR with its pictures: split -> how many queries; references, changes and targets go round."""
    for split, count in queries.items():
        names = [f"{split}-{number}-0-img0" for number in range(pictures)]
        for number, name in enumerate(names):
            paint(folder / "img_raw" / split / f"{name}.png", 50 * len(split) + number, (40, 40))
        entries = [
            cirr_entry(
                pairid=number,
                reference=names[number % pictures],
                target_hard=names[(number + 1 + number // pictures) % pictures],
                target_soft={},
                caption=CHANGES[number % len(CHANGES)],
                img_set={"id": 1, "members": names},
            )
            for number in range(count)
        ]
        write_cirr(folder, entries, {name: f"./{split}/{name}.png" for name in names}, split)
    return folder


def deepfashion2(folder: Path, splits: tuple[str, ...] = ("train", "validation"), products: int = 5) -> Path:
    """Writes DeepFashion2: of each product a customer's and a shop's picture, and a shop's without a style."""
    for at, split in enumerate(splits):
        number = 0
        for product in range(products):
            for source, style in (("user", 1), ("shop", 1), ("shop", 0)):
                number += 1
                name = f"{number:06d}"
                paint(folder / split / "image" / f"{name}.jpg", 1000 * at + number, (60, 50))
                item = {"style": style, "category_id": 1 + product % 13, "bounding_box": [5, 6, 45, 50],
                        "viewpoint": 1 + number % 3, "occlusion": 1, "scale": 2, "zoom_in": 3}  # fmt: skip
                if number == 2:
                    item["bounding_box"] = [48, 50, 49, 51]  # of no use: the whole picture stands in
                entry = {"source": source, "pair_id": product, "item1": item}
                put(folder / split / "annos" / f"{name}.json", entry)
    return folder
