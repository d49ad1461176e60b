"""Stand-ins for the models behind the real tasks and the real page; every encoder call is counted."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from core.errors import ArtifactError
from core.images import open_picture
from core.settings import Settings
from core.store import Manifest
from core.tasks.field_road import FieldRoadTask
from core.tasks.sketch import SketchTask
from core.types import Caption, Picture, Slot, Unread
from demo.services import Services

LABELS = ("airplane", "apple", "bicycle", "cat", "church", "guitar", "horse", "teapot", "violin", "zebra")
WIDTH = 16


class FakeEncoder:
    """Turns pictures and words into rows of numbers that depend on them alone, and counts."""

    scale = 10.0
    width = WIDTH
    id = "fake-joint"

    def __init__(self) -> None:
        self.calls: list[str] = []

    def shortened_after(self, text: str) -> str | None:
        """Reads 77 words."""
        words = text.split()
        return " ".join(words[74:77]) if len(words) > 77 else None

    def unread(self, text: str) -> Unread:
        """Reads every word, but those in square brackets."""
        words = text.split()
        strange = tuple(word for word in words if word.startswith("["))
        return Unread(strange, nothing_else=bool(words) and len(strange) == len(words))

    def pooled(self, pictures: Sequence[Picture]) -> np.ndarray:
        """Returns a row for each picture."""
        self.calls.append("picture")
        return np.stack([_row(picture.digest) for picture in pictures])

    def encode_pictures(self, pictures: Sequence[Picture]) -> np.ndarray:
        """Returns a unit row for each picture."""
        return _unit(self.pooled(pictures))

    def sentences(self, texts: Sequence[str]) -> np.ndarray:
        """Returns a row for each text; a text that names a class points to it."""
        self.calls.append("words")
        return np.stack([_words_row(text) for text in texts])

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Returns a unit row for each text."""
        return _unit(self.sentences(texts))

    def caption_many(self, pictures: Sequence[Picture]) -> list[Caption]:
        """Returns the same caption for every picture."""
        return [self.caption(picture) for picture in pictures]

    def caption(self, picture: Picture) -> Caption:
        """Returns the same caption for every picture."""
        self.calls.append("captioner")
        return Caption("a sketch of a guitar", "captioner", (Slot("thing", "guitar", 0.41, "violin", 0.22),))


class FakeSketchHead:
    """f and g that read the first numbers of a row as logits."""

    labels = LABELS
    alpha, beta, none_threshold = 0.9, 0.3, 0.2
    manifest = Manifest("sketch", {}, [], "", 0, {}, {}, 0.0, {"labels": list(LABELS)})

    def picture_logits(self, features: np.ndarray) -> np.ndarray:
        """Returns f; every sketch looks like a violin."""
        logits = features[:, : len(LABELS)].copy()
        logits[:, LABELS.index("violin")] += 3
        return logits.astype(np.float32)

    def words_logits(self, features: np.ndarray) -> np.ndarray:
        """Returns g."""
        return features[:, : len(LABELS)].astype(np.float32)

    def concat_picture(self, features: np.ndarray) -> np.ndarray:
        """Returns the row itself."""
        return features[:, : len(LABELS)].astype(np.float32)

    def concat_parts(self, inside: np.ndarray, words: np.ndarray) -> np.ndarray:
        """Returns the rows and a base of zero."""
        read = words[:, : len(LABELS)]
        return np.stack([inside, read, np.zeros_like(read)], axis=1).astype(np.float32)


class FakeRoadHead:
    """A head whose answers depend on the picture's row alone."""

    manifest = Manifest("field_road", {}, [], "", 0, {}, {}, 0.0)
    smallest_error = 1 / 44

    def road_probability(self, embeddings: np.ndarray) -> np.ndarray:
        """Returns a probability for each picture."""
        return 1 / (1 + np.exp(-4 * embeddings[:, 0].astype(np.float64)))

    usual_distance = 0.5

    def distances(self, embeddings: np.ndarray) -> np.ndarray:
        """Returns a distance for each picture."""
        return np.clip(np.abs(embeddings[:, 3].astype(np.float64)), 0.0, 1.0)

    def p_values(self, embeddings: np.ndarray) -> np.ndarray:
        """Returns two p-values for each picture."""
        return np.clip(np.abs(embeddings[:, 1:3].astype(np.float64)), 0.01, 1.0)

    def three_way(self, embeddings: np.ndarray) -> None:
        """Knows no third class."""


class FakeModels:
    """What a profile gives, without weights; the two retrieval tasks are missing."""

    def __init__(self) -> None:
        self.encoder = FakeEncoder()
        self.broken = False

    def sketch(self) -> SketchTask:
        """Returns the real task on fake models."""
        fake = self.encoder
        roles = {"picture": "fake-tower", "words": "fake-words", "captioner": "fake-slots"}
        head: Any = FakeSketchHead()
        task: Any = SketchTask("pocket", roles, fake, fake, fake, head, clean_ink=True)
        if self.broken:
            task.evidence = _break
        checked: SketchTask = task
        return checked

    def field_road(self) -> FieldRoadTask:
        """Returns the real task on fake models."""
        joint: Any = self.encoder
        return FieldRoadTask("pocket", {"joint": "fake-joint"}, joint, FakeRoadHead())

    def gallery_models(self, task: str) -> dict[str, str]:
        return {"joint": "fake-joint"}

    def street_to_shop(self, gallery: Any) -> Any:
        """Refuses, as when weights are missing."""
        raise ArtifactError("The weights 'garment' are missing their manifest.json.")

    def compose(self, gallery: Any) -> Any:
        """Refuses, as when weights are missing."""
        raise ArtifactError("The weights 'combiner' are missing their manifest.json.")


def draw_sketch(path: Path) -> Path:
    """Draws something like a violin."""
    image = Image.new("RGB", (512, 512), "white")
    pen = ImageDraw.Draw(image)
    pen.ellipse((150, 250, 362, 460), outline="black", width=6)
    pen.ellipse((185, 150, 327, 290), outline="black", width=6)
    pen.line((256, 40, 256, 300), fill="black", width=6)
    image.save(path)
    return path


def draw_field(path: Path, ground: tuple[int, int, int] = (90, 150, 60)) -> Path:
    """Draws a path in a field."""
    image = Image.new("RGB", (640, 420), (150, 190, 230))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 200, 640, 420), fill=ground)
    pen.polygon([(300, 200), (340, 200), (480, 420), (200, 420)], fill=(190, 170, 120))
    image.save(path)
    return path


def services_with_examples(folder: Path) -> tuple[Services, FakeModels]:
    """Returns the real services on fake models, with worked examples, over assets made in `folder`.

    The models have counted nothing yet.
    """
    examples = folder / "examples"
    examples.mkdir(parents=True)
    models = FakeModels()
    sheet = open_picture(draw_sketch(examples / "violin.png"))
    photo = open_picture(draw_field(examples / "path.png"))
    sketch = models.sketch()
    misled = sketch.evidence(sheet)
    helped = sketch.with_words(misled, "a drawing of a violin")
    _write(
        examples / "sketch.json",
        {"title": "words mislead", "picture": "violin.png", "evidence": misled.to_json()},
        {
            "title": "words help",
            "picture": "violin.png",
            "evidence": helped.to_json(),
            "settings": {"alpha": 0.4},
        },
    )
    evidence = models.field_road().evidence(photo)
    _write(
        examples / "field_road.json",
        {"title": "a path", "picture": "path.png", "evidence": evidence.to_json()},
    )
    models.encoder.calls.clear()
    given: Any = models
    return Services(Settings(cache=folder / "cache"), models=given, assets=folder), models


def _write(path: Path, *rows: dict[str, Any]) -> None:
    path.write_text(json.dumps({"examples": rows}))


def _break(*_: Any) -> Any:
    raise RuntimeError("a secret detail in /somewhere/private.py")


def _row(key: str) -> np.ndarray:
    seed = int(hashlib.sha256(key.encode()).hexdigest()[:8], 16)
    return np.random.default_rng(seed).normal(size=WIDTH).astype(np.float32)


def _words_row(text: str) -> np.ndarray:
    row = _row(text)
    for word in re.findall("[a-z]+", text.lower()):
        if word in LABELS:
            row[LABELS.index(word)] += 4
    return row


def _unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
