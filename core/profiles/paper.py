"""The workshop of the paper profile: the reports' own models from the Hub, and the heads that were trained on them.

Heads come from `python -m core reproduce`. Until there is one, a task answers with what works without, and says so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Float32

from core.captioners import CAPTIONERS
from core.captioners.dialogue import Dialogue
from core.captioners.slots import SlotCaptioner
from core.captioners.templates import GARMENT, prompts_of
from core.encoders import ENCODERS
from core.errors import NotReadyError
from core.heads import HEADS
from core.heads.zero_shot import ZeroShotHead
from core.hub import PINS, Pin, command_for, is_cached, local_folder, missing
from core.profiles.base import Profile
from core.profiles.zero_gpu import lent
from core.registry import Registry
from core.settings import ASSETS, Settings
from core.store import Manifest, read_manifest
from core.tasks.composed import ComposedTask
from core.tasks.field_road import FieldRoadTask
from core.tasks.gallery import Encoded
from core.tasks.results import SearchableGallery
from core.tasks.sketch import SketchTask
from core.tasks.street_to_shop import StreetToShopTask
from core.types import Picture

Made = TypeVar("Made")
BEST_AT_ONE = (0.0, 1 / 3, 2 / 3)
"""Where report 4 found the best recall at 1 with mean pooling."""
NOT_TRAINED = (
    "Nothing is trained here yet: {instead}. Train it with `python -m core reproduce {task} --data DIR`."
)
NO_SKETCH_HEAD = NOT_TRAINED.format(
    instead="CLIP compares picture and caption with the names of the classes", task="sketch"
)
NO_ROAD_HEAD = NOT_TRAINED.format(instead="the two captions answer alone", task="field-road")
NOT_TUNED = NOT_TRAINED.format(instead="BLIP’s f(q, t) has not seen composed queries", task="composed")


class Unchanged:
    """Stands in for a garment head: both sides are compared as the encoder describes them."""

    def __init__(self, encoder: str) -> None:
        self.id = f"none, {encoder}"

    def street(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n d"]:
        """Returns the features of worn garments as they are."""
        return features

    def shop(self, features: Float32[np.ndarray, "n d"]) -> Float32[np.ndarray, "n d"]:
        """Returns the features of shop pictures as they are."""
        return features


class Grounded:
    """f(q, t) by BLIP's text encoder, which reads the change while it looks at the picture (Ventura et al. 2024)."""

    def __init__(self, encoder: Any) -> None:
        self._encoder = encoder

    def fuse(
        self, reference: Picture, change: str, q: Float32[np.ndarray, "1 d"], t: Float32[np.ndarray, "1 d"]
    ) -> Float32[np.ndarray, "1 d"]:
        """Returns a unit row; the pooled tokens are not needed."""
        rows: Float32[np.ndarray, "1 d"] = self._encoder.composed([reference], [change])
        return rows


class PaperGallery:
    """Describes the pictures of a gallery for those retrieval tasks whose models are here.

    Args:
        composing: the encoder of the compose task, None while its files are missing.
        garment: encoder, head and captioner of street to shop, None while its files are missing.
        models: role -> id.
    """

    def __init__(
        self, composing: Any, garment: tuple[Any, Any, SlotCaptioner] | None, models: dict[str, str]
    ) -> None:
        self._composing, self._garment = composing, garment
        self.models = models

    def encode(self, pictures: Sequence[Picture]) -> Encoded:
        """Returns captions and vectors, one for each picture."""
        vectors: dict[str, np.ndarray] = {}
        captions = [""] * len(pictures)
        if self._composing is not None:
            vectors["joint"] = self._composing.encode_pictures(pictures)
        if self._garment is not None:
            encoder, head, captioner = self._garment
            seen = encoder.garment_features(pictures)
            captions = [caption.sentence for caption in captioner.captions_of(seen)]
            vectors |= {"garment": head.shop(seen), "words": encoder.sentences(captions)}
        return Encoded(captions, vectors)


class PaperModels:
    """The models of the paper profile; each is made when it is first asked for, and shared from then on.

    Args:
        chosen: the profile.
        settings: where the heads lie that were trained here.
    """

    def __init__(self, chosen: Profile, settings: Settings) -> None:
        self._chosen, self._settings = chosen, settings
        self._lock = threading.RLock()
        self._made: dict[str, Any] = {}

    @property
    def profile(self) -> str:
        """The profile's name."""
        return self._chosen.name

    @property
    def joint(self) -> Any:
        """CLIP, for field or road, and for sketches without a head."""
        return self._encoder("joint")

    @property
    def composing(self) -> Any:
        """BLIP, for compose."""
        return self._encoder("composing")

    def manifest(self, head: str) -> Manifest | None:
        """Returns what is known of a head that was trained here, None when none was."""
        folder = self._settings.weights(self.profile, head)
        return read_manifest(folder) if (folder / "manifest.json").is_file() else None

    def sketch(self) -> SketchTask:
        """Returns the sketch task.

        Raises:
            NotReadyError: a model's file is missing.
        """
        captioner = self._captioner()
        if self.manifest("sketch") is None:
            joint = self.joint
            head = self._once("zero-shot sketch", lambda: ZeroShotHead(joint, _labels()))
            roles = {"picture": joint.id, "words": joint.id, "captioner": captioner.id, "head": head.id}
            return SketchTask(self.profile, roles, joint, joint, captioner, head, NO_SKETCH_HEAD)
        pictures, words = self._encoder("sketch_picture"), self._encoder("sketch_words")
        head = self._head("sketch", {"picture": pictures.id, "words": words.id})
        roles = {"picture": pictures.id, "words": words.id, "captioner": captioner.id}
        return SketchTask(
            self.profile, roles | {"head": _named("sketch", head)}, pictures, words, captioner, head
        )

    def field_road(self) -> FieldRoadTask:
        """Returns the field-or-road task.

        Raises:
            NotReadyError: a model's file is missing.
        """
        joint = self.joint
        if self.manifest("field_road") is None:
            return FieldRoadTask(self.profile, {"joint": joint.id, "head": "none"}, joint, None, NO_ROAD_HEAD)
        head = self._head("field_road", {"joint": joint.id})
        return FieldRoadTask(
            self.profile, {"joint": joint.id, "head": _named("field-road", head)}, joint, head
        )

    def street_to_shop(self, gallery: SearchableGallery) -> StreetToShopTask:
        """Returns the street-to-shop task over a gallery.

        Raises:
            NotReadyError: a model's file is missing.
        """
        encoder, head, captioner = self._garment()
        return StreetToShopTask(
            gallery,
            joint=encoder,
            garment=head,
            captioner=captioner,
            interviewer=self._interviewer(encoder),
            profile=self.profile,
            models={"joint": encoder.id, "garment": head.id, "captioner": captioner.id},
        )

    def composed(self, gallery: SearchableGallery) -> ComposedTask:
        """Returns the compose task over a gallery.

        Raises:
            NotReadyError: a model's file is missing.
        """
        blip, known = self.composing, self.manifest("combiner")
        return ComposedTask(
            gallery,
            joint=blip,
            combiner=Grounded(blip),
            profile=self.profile,
            models={"joint": blip.id, "combiner": f"image-grounded text encoder of {blip.id}"},
            start_weights=BEST_AT_ONE,
            remark="" if known is not None else NOT_TUNED,
        )

    def gallery_encoders(self) -> PaperGallery:
        """Returns what describes a gallery's pictures, for the tasks whose models are here.

        Raises:
            NotReadyError: the models of both retrieval tasks are missing.
        """
        here = {role: is_cached(self._pin(role)) for role in ("composing", "garment")}
        if not any(here.values()):
            raise NotReadyError(
                f"Neither the model of street to shop is here ({self._pin('garment').repository}: "
                f"{missing(self._pin('garment'))}) nor that of compose; get one of them with "
                f"`{command_for(self._pin('garment'))}` or `{command_for(self._pin('composing'))}`."
            )
        composing = self.composing if here["composing"] else None
        garment = self._garment() if here["garment"] else None
        models = {} if composing is None else {"composing": composing.id}
        if garment is not None:
            models |= {"garment": garment[1].id, "captioner": garment[2].id}
        return PaperGallery(composing, garment, models)

    def _garment(self) -> tuple[Any, Any, SlotCaptioner]:
        """Returns encoder, head and captioner of street to shop."""
        encoder = self._encoder("garment")
        if self.manifest("garment") is None:
            head: Any = self._once("no garment head", lambda: Unchanged(encoder.id))
        else:
            head = self._head("garment", {"features": encoder.id})
        return encoder, head, self._once("garment captioner", lambda: _slot_captioner(encoder))

    def _interviewer(self, encoder: Any) -> Any:
        """Returns the two models of the caption dialogue, or fixed questions while their files are missing."""
        pins = [self._pin("answers"), self._pin("asks")]
        if not all(map(is_cached, pins)):
            return self._once("dialogue", lambda: Dialogue(encoder))
        folders = [local_folder(pin) for pin in pins]
        name = ", ".join(_id(pin, folder) for pin, folder in zip(pins, folders, strict=True))
        family = self._chosen.parts["answers"].family
        return self._once("interview", lambda: lent(CAPTIONERS, family, *folders, id=name))

    def _captioner(self) -> Any:
        return self._model("captioner", CAPTIONERS)

    def _encoder(self, role: str) -> Any:
        return self._model(role, ENCODERS)

    def _model(self, role: str, registry: Registry) -> Any:
        """Returns the model that plays a role; one that plays two is made once."""
        part, pin = self._chosen.parts[role], self._pin(role)
        folder = local_folder(pin)
        return self._once(pin.name, lambda: lent(registry, part.family, folder, id=_id(pin, folder)))

    def _pin(self, role: str) -> Pin:
        return PINS[self._chosen.parts[role].pin]

    def _head(self, name: str, models: Mapping[str, str]) -> Any:
        folder = self._settings.weights(self.profile, name)
        return self._once(name, lambda: HEADS.load(name)(folder, models))

    def _once(self, name: str, make: Callable[[], Made]) -> Made:
        with self._lock:
            if name not in self._made:
                self._made[name] = make()
            made: Made = self._made[name]
            return made


def _id(pin: Pin, folder: Path) -> str:
    """Returns the name of a model and its commit, which is what the Hub's cache calls the folder."""
    return f"{pin.repository}@{folder.name[:12]}"


def _labels() -> tuple[str, ...]:
    """Returns the classes to choose from while no head names its own: those of the pocket profile."""
    return tuple(read_manifest(ASSETS / "models" / "pocket" / "sketch").details["labels"])


def _slot_captioner(encoder: Any) -> SlotCaptioner:
    sentences = {gap: encoder.sentences(prompts_of(GARMENT, gap)) for gap in GARMENT.candidates}
    return SlotCaptioner(encoder, GARMENT, sentences)


def _named(head: str, made: Any) -> str:
    return f"{head}-{made.manifest.tensors_sha256[:12]}"
