"""The models of the paper profile: the reports' own models from the Hub, and the heads that were trained on them.

Heads come from `python -m core reproduce`. Until there is one, a task answers with what works without, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.captioners import CAPTIONERS
from core.captioners.dialogue import Dialogue
from core.captioners.slots import SlotCaptioner
from core.captioners.templates import GARMENT, prompts_of
from core.contracts import SearchableGallery
from core.encoders import ENCODERS
from core.errors import NotReadyError
from core.heads import HEADS
from core.heads.zero_shot import ZeroShotHead
from core.hub import Pin, command_for, is_cached, local_folder, missing
from core.hub import chosen as choices
from core.profiles.base import ProfileModels
from core.profiles.paper_parts import Grounded, PaperGallery, Unchanged
from core.profiles.zero_gpu import lent
from core.registry import Registry
from core.settings import ASSETS, Profile, Settings
from core.store import Manifest, read_manifest
from core.task_table import find_task
from core.tasks.compose import REPORTS_BEST, ComposeTask
from core.tasks.field_road import FieldRoadTask
from core.tasks.sketch import SketchTask
from core.tasks.start_weights import start_weights
from core.tasks.street_to_shop import StreetToShopTask

FAMILIES = {
    "sketch_picture": "dinov2", "sketch_words": "bert", "joint": "open_clip", "garment": "open_clip",
    "answers": "interview",
}  # fmt: skip
"""Role -> the usual family of its model, a name in a registry; see `_family` for the others."""
OPTIONS = {"sketch_picture": "tokens", "sketch_words": "padding"}
"""Role -> the option that says how its model is read."""
NOT_TRAINED = (
    "Nothing is trained here yet: {instead}. Train it with `python -m core reproduce {task} --data DIR`."
)
NO_SKETCH_HEAD = NOT_TRAINED.format(
    instead="CLIP compares picture and caption with the names of the classes", task="sketch"
)
NO_ROAD_HEAD = NOT_TRAINED.format(instead="the two captions answer alone", task="field-road")
NO_GARMENT_HEAD = NOT_TRAINED.format(
    instead="garments are compared as the encoder describes them", task="street-to-shop"
)
ONLY_WEIGHTS = "Only the three weights were trained here; BLIP’s f(q, t) is as published, not fine-tuned."
NOT_TUNED = NOT_TRAINED.format(instead="BLIP’s f(q, t) has not seen composed queries", task="compose")


class PaperModels(ProfileModels):
    """The models of the paper profile; each is made when it is first asked for, and shared from then on.

    Args:
        chosen: the profile.
        settings: where the heads lie that were trained here.
    """

    def __init__(self, chosen: Profile, settings: Settings) -> None:
        super().__init__(chosen)
        self._settings = settings
        self._playing = choices()

    @property
    def joint(self) -> Any:
        """CLIP, for field or road, and for sketches without a head."""
        return self._encoder("joint")

    @property
    def composing(self) -> Any:
        """BLIP, for compose."""
        return self._encoder("composing")

    # The further roles that `reproduce` asks for, see core.evaluation.reproduce.base.

    @property
    def sketch_picture(self) -> Any:
        """DINOv2, for sketches."""
        return self._encoder("sketch_picture")

    @property
    def sketch_words(self) -> Any:
        """BERT, for captions of sketches."""
        return self._encoder("sketch_words")

    @property
    def captioner(self) -> Any:
        """What writes captions of sketches."""
        return self._model("captioner", CAPTIONERS)

    @property
    def garment(self) -> Any:
        """The encoder of street to shop."""
        return self._encoder("garment")

    def manifest(self, head: str) -> Manifest | None:
        """Returns what is known of a head that was trained here, None when none was."""
        folder = self._settings.weights(self.profile, head)
        return read_manifest(folder) if (folder / "manifest.json").is_file() else None

    def sketch(self) -> SketchTask:
        """Returns the sketch task.

        Raises:
            NotReadyError: a model's file is missing.
        """
        captioner, manifest = self.captioner, self.manifest("sketch")
        in_use = (
            {} if manifest is None else {"picture": self.sketch_picture.id, "words": self.sketch_words.id}
        )
        if not _fits(manifest, in_use):
            joint = self.joint
            zero_shot = self._once("zero-shot sketch", lambda: ZeroShotHead(joint, _labels()))
            roles = {"picture": joint.id, "words": joint.id, "captioner": captioner.id, "head": zero_shot.id}
            remark = _why(manifest) + NO_SKETCH_HEAD
            return SketchTask(self.profile, roles, joint, joint, captioner, zero_shot, remark)
        head = self._head("sketch", in_use)
        roles = {**in_use, "captioner": captioner.id, "head": _named("sketch", head)}
        return SketchTask(self.profile, roles, self.sketch_picture, self.sketch_words, captioner, head)

    def field_road(self) -> FieldRoadTask:
        """Returns the field-or-road task.

        Raises:
            NotReadyError: a model's file is missing.
        """
        joint, manifest = self.joint, self.manifest("field_road")
        if not _fits(manifest, {"joint": joint.id}):
            remark = _why(manifest) + NO_ROAD_HEAD
            return FieldRoadTask(self.profile, {"joint": joint.id, "head": "none"}, joint, None, remark)
        head = self._head("field_road", {"joint": joint.id})
        return FieldRoadTask(
            self.profile,
            {"joint": joint.id, "head": _named("field-road", head)},
            joint,
            head,
            described=head.described,
        )

    def street_to_shop(self, gallery: SearchableGallery) -> StreetToShopTask:
        """Returns the street-to-shop task over a gallery.

        Raises:
            NotReadyError: a model's file is missing.
        """
        encoder, head, captioner = self._garment_models()
        return StreetToShopTask(
            gallery,
            joint=encoder,
            garment=head,
            captioner=captioner,
            interviewer=self._interviewer(encoder),
            profile=self.profile,
            models={"joint": encoder.id, "garment": head.id, "captioner": captioner.id},
            remark=_why(self.manifest("garment")) + NO_GARMENT_HEAD if isinstance(head, Unchanged) else "",
        )

    def compose(self, gallery: SearchableGallery) -> ComposeTask:
        """Returns the compose task over a gallery.

        Raises:
            NotReadyError: a model's file is missing.
        """
        blip, manifest = self.composing, self.manifest("combiner")
        if not _fits(manifest, {"joint": blip.id}):
            manifest = None
        return ComposeTask(
            gallery,
            joint=blip,
            combiner=Grounded(blip),
            profile=self.profile,
            models={"joint": blip.id, "combiner": f"image-grounded text encoder of {blip.id}"},
            start_weights=start_weights(manifest, REPORTS_BEST),
            remark=NOT_TUNED if manifest is None else ONLY_WEIGHTS,
        )

    def gallery_models(self, task: str) -> Mapping[str, str]:
        """Returns role -> id of the models that must have described a gallery for a task.

        Args:
            task: a name of `core.task_table.TASKS`.

        Raises:
            NotReadyError: a model's file is missing.
            SettingsError: there is no such task.
        """
        if find_task(task).key == "compose":
            return {"composing": self.composing.id}
        _, head, captioner = self._garment_models()
        return {"garment": head.id, "captioner": captioner.id}

    def gallery_encoders(self) -> PaperGallery:
        """Returns what describes a gallery's pictures, for the tasks whose models are here.

        Raises:
            NotReadyError: the models of both retrieval tasks are missing.
        """
        here = {role: is_cached(self._pin(role), thorough=True) for role in ("composing", "garment")}
        if not any(here.values()):
            raise NotReadyError(
                f"Neither the model of street to shop is here ({self._pin('garment').repository}: "
                f"{missing(self._pin('garment'))}) nor that of compose; get one of them with "
                f"`{command_for(self._pin('garment'))}` or `{command_for(self._pin('composing'))}`."
            )
        composing = self.composing if here["composing"] else None
        garment = self._garment_models() if here["garment"] else None
        models = {} if composing is None else {"composing": composing.id}
        if garment is not None:
            models |= {"garment": garment[1].id, "captioner": garment[2].id}
        return PaperGallery(composing, garment, models)

    def _garment_models(self) -> tuple[Any, Any, SlotCaptioner]:
        """Returns encoder, head and captioner of street to shop."""
        encoder = self.garment
        if not _fits(self.manifest("garment"), {"features": encoder.id}):
            head: Any = self._once("no garment head", lambda: Unchanged(encoder.id))
        else:
            head = self._head("garment", {"features": encoder.id})
        return encoder, head, self._once("garment captioner", lambda: _slot_captioner(encoder))

    def _interviewer(self, encoder: Any) -> Any:
        """Returns the two models of the caption dialogue, or fixed questions while their files are missing."""
        pins = [self._pin("answers"), self._pin("asks")]
        if not all(is_cached(pin, thorough=True) for pin in pins):
            return self._once("dialogue", lambda: Dialogue(encoder))
        folders = [local_folder(pin) for pin in pins]
        name = ", ".join(_id(pin, folder) for pin, folder in zip(pins, folders, strict=True))
        return self._once("interview", lambda: lent(CAPTIONERS, FAMILIES["answers"], *folders, id=name))

    def _encoder(self, role: str) -> Any:
        return self._model(role, ENCODERS)

    def _model(self, role: str, registry: Registry) -> Any:
        """Returns the model that plays a role; one that plays two is made once."""
        pin, way = self._pin(role), self._playing[role].way
        folder, options = local_folder(pin), dict[str, Any]({OPTIONS[role]: way} if role in OPTIONS else {})
        if pin.quick_gelu:
            options["quick_gelu"] = True
        family = _family(role, pin)
        return self._once(
            f"{pin.name} {way}", lambda: lent(registry, family, folder, id=_id(pin, folder, way), **options)
        )

    def _pin(self, role: str) -> Pin:
        return self._playing[role].pin

    def _head(self, name: str, models: Mapping[str, str]) -> Any:
        folder = self._settings.weights(self.profile, name)
        return self._once(name, lambda: HEADS.load(name)(folder, models))


def _family(role: str, pin: Pin) -> str:
    """Returns the name of a model's family in its registry."""
    if role == "captioner":
        return "blip2" if pin.name.startswith("blip2") else "blip"
    return "blip_itm" if pin.name.startswith("blip-itm") else FAMILIES[role]


def _id(pin: Pin, folder: Path, way: str = "") -> str:
    """Returns the name of a model, its commit, which is what the Hub's cache calls the folder, and how it is read."""
    return f"{pin.repository}@{folder.name[:12]}" + (f" ({way})" if way else "")


def _fits(manifest: Manifest | None, in_use: Mapping[str, str]) -> bool:
    """Tells whether a head was trained, and on the models in use."""
    return manifest is not None and manifest.models == dict(in_use)


def _why(manifest: Manifest | None) -> str:
    """Returns what is to be said of a head that was trained on other models than those in use."""
    if manifest is None:
        return ""
    return f"The head here was trained on {', '.join(manifest.models.values())}; see BLENDSCOPE_MODELS. "


def _labels() -> tuple[str, ...]:
    """Returns the classes to choose from while no head names its own: those of the pocket profile."""
    return tuple(read_manifest(ASSETS / "models" / "pocket" / "sketch").details["labels"])


def _slot_captioner(encoder: Any) -> SlotCaptioner:
    sentences = {gap: encoder.sentences(prompts_of(GARMENT, gap)) for gap in GARMENT.candidates}
    return SlotCaptioner(encoder, GARMENT, sentences)


def _named(head: str, model: Any) -> str:
    return f"{head}-{model.manifest.tensors_sha256[:12]}"
