"""A small shop drawn on the spot and stand-ins for the models, for the tests of the two retrieval tabs."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from core.errors import NotReadyError
from core.images import open_picture, thumbnail
from core.index.bundle import Gallery
from core.index.items import Item
from core.index.vectors import IndexedVectors
from core.settings import ASSETS, Settings
from core.store import Manifest
from core.task_table import find_task
from core.tasks.compose import ComposeTask
from core.tasks.start_weights import start_weights
from core.tasks.street_to_shop import StreetToShopTask
from core.types import Box, Caption, Conversation, Exchange, Picture, Slot, Unread
from demo.services import Example

COLOURS = {
    "red": (196, 44, 52), "blue": (48, 92, 190), "green": (60, 150, 84), "yellow": (232, 190, 50),
    "black": (40, 40, 44), "grey": (150, 152, 158), "pink": (232, 150, 178), "brown": (130, 84, 54),
}  # fmt: skip
SHAPES = ("shirt", "dress", "skirt")
WORDS = (*COLOURS, *SHAPES)
FOLDER = tempfile.TemporaryDirectory(prefix="blendscope-shop-")
MODELS = {"joint": "fake-joint", "garment": "fake-garment", "captioner": "fake-captioner"}


def draw_garment(
    colour: str, shape: str, size: tuple[int, int] = (240, 300), ground: Any = "white"
) -> Image.Image:
    """Draws a flat garment."""
    image = Image.new("RGB", size, ground)
    pen = ImageDraw.Draw(image)
    outlines = {
        "shirt": [(.2, .2), (.4, .12), (.6, .12), (.8, .2), (.95, .45), (.8, .5), (.72, .38), (.72, .85),
                  (.28, .85), (.28, .38), (.2, .5), (.05, .45)],
        "dress": [(.36, .08), (.64, .08), (.62, .4), (.85, .92), (.15, .92), (.38, .4)],
        "skirt": [(.35, .2), (.65, .2), (.85, .85), (.15, .85)],
    }  # fmt: skip
    points = [(x * size[0], y * size[1]) for x, y in outlines[shape]]
    pen.polygon(points, fill=COLOURS[colour], outline=(30, 30, 30))
    return image


class FakeEncoders:
    """Sees the commonest garment colour and reads colour and shape words; counts what it was asked."""

    mean_by_tokens = True

    def __init__(self) -> None:
        self.calls: list[str] = []

    def shortened_after(self, text: str) -> str | None:
        """Reads 77 words."""
        words = text.split()
        return " ".join(words[74:77]) if len(words) > 77 else None

    def unread(self, text: str) -> Unread:
        """Reads every word, but those in square brackets; has "asdf" in scraps."""
        words = text.split()
        if words and set(words) == {"asdf"}:
            return Unread(in_scraps=tuple(words))
        strange = tuple(word for word in words if word.startswith("["))
        return Unread(strange, nothing_else=bool(words) and len(strange) == len(words))

    def garment_features(self, pictures: Sequence[Picture]) -> np.ndarray:
        self.calls.append("picture")
        return np.stack([_seen(picture) for picture in pictures])

    def street(self, features: np.ndarray) -> np.ndarray:
        return features

    def sentences(self, texts: Sequence[str]) -> np.ndarray:
        self.calls.append("words")
        return np.stack([_read(text) for text in texts])

    def caption_many(self, pictures: Sequence[Picture]) -> list[Caption]:
        return [self.caption(picture) for picture in pictures]

    def caption(self, picture: Picture) -> Caption:
        self.calls.append("caption")
        order = np.argsort(-_seen(picture)[: len(COLOURS)])
        first, second = (list(COLOURS)[index] for index in order[:2])
        slots = (
            Slot("colour", first, 0.81, second, 0.11),
            Slot("garment", "dress", 0.52, "skirt", 0.31),
            Slot("viewpoint", "frontal", 0.7, "side", 0.2),
        )
        return Caption(
            f"an image of a {first} dress with viewpoint frontal, occlusion level slight, scale moderate, "
            "and zoom in none",
            "captioner",
            slots,
        )

    def about(self, picture: Picture) -> Conversation:
        self.calls.append("dialogue")
        order = np.argsort(-_seen(picture)[: len(COLOURS)])
        first, second = (list(COLOURS)[index] for index in order[:2])
        exchange = Exchange("What colour is it?", first, 0.81, second, 0.11)
        return Conversation((exchange,), f"a {first} dress that seems to be made of cotton")

    def propose(self, pictures: Sequence[Picture]) -> list[Box]:
        self.calls.append("box")
        return [Box(30.0, 40.0, 180.0, 260.0) for _ in pictures]

    def picture_tokens(self, picture: Picture) -> np.ndarray:
        self.calls.append("picture")
        return np.stack([_unit(_seen(picture) + 0.02 * row) for row in range(4)])

    def text_tokens(self, text: str) -> np.ndarray:
        self.calls.append("words")
        return np.stack([_read(word) for word in text.split()])

    def fuse(self, reference: Picture, modification: str, q: np.ndarray, t: np.ndarray) -> np.ndarray:
        return self.combine(q, t)

    def combine(self, pictures: np.ndarray, words: np.ndarray) -> np.ndarray:
        return np.stack([_unit(0.5 * q + t) for q, t in zip(pictures, words, strict=True)])


class FakeServices:
    """What a tab needs of `Services`, over a gallery drawn once for all tests.

    Args:
        examples: whether there are worked examples.
    """

    profile = "pocket"

    def __init__(self, *, examples: bool = True) -> None:
        self.settings = Settings()
        self.encoders = FakeEncoders()
        self.ready = True
        self._gallery = drawn_gallery()
        self._examples = copy.deepcopy(answered_examples()) if examples else {}

    def gallery(self) -> Gallery:
        return self._gallery

    def task(self, name: str) -> Any:
        return getattr(self, find_task(name).key)()

    def street_to_shop(self) -> StreetToShopTask:
        self._check()
        fake = self.encoders
        return StreetToShopTask(
            self._gallery,
            joint=fake,
            garment=fake,
            captioner=fake,
            interviewer=fake,
            boxes=fake.propose,
            profile="pocket",
            models=MODELS,
        )

    def compose(self) -> ComposeTask:
        self._check()
        fake = self.encoders
        return ComposeTask(self._gallery, joint=fake, combiner=fake, profile="pocket", models=MODELS)

    def examples(self, tab: str) -> tuple[Example, ...]:
        return tuple(self._examples.get(tab, ()))

    def manifest(self, head: str) -> Manifest | None:
        metrics = {"recall_at_1": {"value": 0.5, "low": 0.4, "high": 0.6, "n": 100}}
        return Manifest(head, {}, [], "", 0, {}, metrics, 1.0)

    def start_weights(self, head: str, usual: Sequence[float]) -> tuple[float, float, float]:
        return start_weights(self.manifest(head), usual)

    def original(self, index: int) -> Path | None:
        return None

    def weights(self, head: str) -> Path:
        return ASSETS / "models" / "pocket" / head

    @property
    def pictures(self) -> Path:
        return ASSETS / "examples"

    def sample_figures(self, tab: str) -> list[Mapping[str, Any]]:
        return []

    def _check(self) -> None:
        if not self.ready:
            raise NotReadyError("The models are still loading; try again in a moment.")


@cache
def drawn_gallery() -> Gallery:
    """Draws every garment in every colour into a bundle's layout."""
    folder = Path(FOLDER.name) / "gallery"
    (folder / "thumbnails").mkdir(parents=True)
    items, rows = [], []
    for number, (shape, colour) in enumerate((shape, colour) for shape in SHAPES for colour in COLOURS):
        original = folder / "original.png"
        draw_garment(colour, shape).save(original)
        picture = open_picture(original)
        file = f"thumbnails/{picture.digest[:16]}.webp"
        (folder / file).write_bytes(thumbnail(picture))
        items.append(
            Item(
                f"{colour}-{shape}", f"shop/{number:02d}.png", file, f"{colour} {shape}",
                f"an image of a {colour} {shape}", 240, 300, picture.digest, "",
            )
        )  # fmt: skip
        rows.append(_unit(_seen(picture) + 0.6 * _read(shape)))
        original.unlink()
    vectors = {name: np.stack(rows).astype(np.float32) for name in ("joint", "garment")}
    vectors["words"] = np.stack([_read(item.caption) for item in items])
    constants = {f"{part}_{name}": 0.35 for part in ("picture", "words", "box") for name in ("mean", "std")}
    return Gallery(
        folder, "gallery", tuple(items), constants, MODELS, 0, IndexedVectors(vectors),
        {item.digest: (index,) for index, item in enumerate(items)},
    )  # fmt: skip


@cache
def answered_examples() -> dict[str, list[Example]]:
    """Answers the questions that the tabs open with, as the command that writes the worked examples does."""
    folder, services = Path(FOLDER.name), FakeServices(examples=False)
    street, reference = folder / "street.png", folder / "reference.png"
    scene = Image.new("RGB", (600, 800), (120, 124, 120))
    scene.paste((86, 60, 40), (0, 0, 600, 300))
    scene.paste(draw_garment("pink", "dress", (220, 300), (120, 124, 120)), (300, 400))
    scene.save(street)
    draw_garment("blue", "dress").save(reference)
    box = [300, 400, 520, 700]
    crop = open_picture(street, box=_box(box))
    worn = services.street_to_shop().evidence(open_picture(street), crop, "")
    plain = services.street_to_shop().evidence(open_picture(street), None, "a pink dress")
    change = services.compose().evidence(open_picture(reference), "the same dress in red")
    right = {"weights": [0.3, 0.2, 0.5], "box": box, "right": ["pink-dress"]}
    return {
        "street_to_shop": [
            Example("Only the box finds it", _through_json(worn), street, right),
            Example("No box, but words", _through_json(plain), street, {"weights": [0.5, 0.5, 0.0]}),
        ],
        "compose": [
            Example("Another colour", _through_json(change), reference,
                    {"weights": [0.1, 0.2, 0.7], "pooling": "mean", "right": ["red-dress"]}),
        ],
    }  # fmt: skip


def _through_json(evidence: Any) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(json.dumps(evidence.to_json()))
    return value


def _box(edges: list[int]) -> Any:
    from core.images import parse_box

    return parse_box(edges)


def _unit(row: np.ndarray) -> np.ndarray:
    return np.asarray(row / max(float(np.linalg.norm(row)), 1e-9), dtype=np.float32)


def _seen(picture: Picture) -> np.ndarray:
    pixels = picture.pixels[::3, ::3].reshape(-1, 3).astype(np.float64)
    coloured = pixels[(pixels < 240).any(axis=1)]
    coloured = coloured if len(coloured) else pixels
    near = [np.exp(-np.linalg.norm(coloured - colour, axis=1) / 30).mean() for colour in COLOURS.values()]
    jitter = int(hashlib.sha256(picture.pixels.tobytes()).hexdigest()[:4], 16) / 65536
    return _unit(np.array([*near, *[0.05 + 0.02 * jitter] * len(SHAPES)]))


def _read(text: str) -> np.ndarray:
    counts = [float(word in re.findall("[a-z]+", text.lower())) for word in WORDS]
    return _unit(np.array(counts) + 0.05)
