"""The models of the pocket profile: towers from two packages, heads of ours, each made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32

from core.blend import unit
from core.captioners import CAPTIONERS
from core.captioners.dialogue import Dialogue
from core.captioners.slots import SlotCaptioner
from core.conformal.calibrations import digest_of_candidates, read_calibrations
from core.contracts import SearchableGallery
from core.encoders import ENCODERS, garment_features
from core.encoders.garment_features import PLACES_ID
from core.encoders.kept_rows import kept_rows
from core.encoders.pocket import PocketJoint
from core.encoders.sketch_tower import SketchTower
from core.encoders.towers import TOWERS_ID
from core.heads import HEADS
from core.index.segmented_rows import StoredRows
from core.profiles.base import ProfileModels
from core.settings import ASSETS, SHIPPED_GALLERY, Profile, tower_runtime
from core.store import Manifest, read_manifest
from core.task_table import find_task
from core.tasks.compose import F_ALONE, ComposeTask
from core.tasks.compose.task import QUERY
from core.tasks.field_road import FieldRoadTask
from core.tasks.promise import Promise, promise_of
from core.tasks.sketch import SketchTask
from core.tasks.sketch.apart import SketchPlaces
from core.tasks.sketch.task import DRAWING
from core.tasks.start_weights import start_weights
from core.tasks.street_to_shop import WITHOUT_BOX, StreetToShopTask, with_box_share
from core.tasks.street_to_shop.task import BOXED, WHOLE
from core.tasks.street_to_shop.typed_words import TypedWords
from core.types import Box, EncodedPictures, Picture

MANY = 20_000
"""Pictures of a gallery of which some thousand tell its kind as well as all would, which lie on the disk."""


class GalleryModels:
    """Describes the pictures of a gallery for both retrieval tabs, see `core.contracts.GalleryEncoders`.

    Args:
        joint: encodes pictures and captions.
        garment: turns garment features into vectors of the shop side.
        captioner: writes the captions.
        models: role -> id.
    """

    def __init__(
        self, joint: PocketJoint, garment: Any, captioner: SlotCaptioner, models: dict[str, str]
    ) -> None:
        self._joint, self._garment, self._captioner = joint, garment, captioner
        self.models = models

    def encode(self, pictures: Sequence[Picture]) -> EncodedPictures:
        """Returns captions and vectors, one for each picture."""
        pooled, garments = self._joint.pooled_and_garment_features(pictures)
        captions = [caption.sentence for caption in self._captioner.captions_of(pooled)]
        return EncodedPictures(
            captions,
            {
                "joint": self._joint.project_pictures(pooled),
                "garment": self._garment.shop(garments),
                "words": unit(self._joint.sentences(captions)),
            },
        )


class PocketModels(ProfileModels):
    """The models of a profile; each is made when it is first asked for, and shared from then on.

    Args:
        chosen: the profile.
        assets: where the trained weights lie.
    """

    def __init__(self, chosen: Profile, assets: Path = ASSETS) -> None:
        super().__init__(chosen)
        self._folder = assets / "models" / chosen.name

    @property
    def joint(self) -> PocketJoint:
        """The joint encoder."""
        encoder: PocketJoint = self._once(
            "joint", lambda: ENCODERS.load(self._chosen.encoder)(self._folder / "joint")
        )
        return encoder

    @property
    def composing(self) -> PocketJoint:
        """The joint encoder of the compose task: the one of all tasks."""
        return self.joint

    def manifest(self, head: str) -> Manifest:
        """Returns what is known of trained weights, without loading them.

        Raises:
            ArtifactError: they are missing.
        """
        return read_manifest(self._folder / head)

    def sketch(self) -> SketchTask:
        """Returns the sketch task."""
        tower = self._once("sketch tower", lambda: SketchTower(self._folder / "sketch_tower"))
        head = self._head("sketch", {"towers": TOWERS_ID, "sketch_tower": tower.id})
        models = {
            "picture": tower.id,
            "words": TOWERS_ID.split("+")[1],
            "captioner": f"{self._captioners[0].id}, {self.joint.id}",
            "head": _named("sketch", head.manifest),
        }
        known = read_calibrations(self._folder / "sketch").get("sketch")
        pair = {DRAWING: (head.alpha, head.beta)}
        fits = known is not None and known.made_for(models, pair, digest_of_candidates(head.labels))
        return SketchTask(
            self.profile,
            models,
            tower,
            self.joint,
            self._captioners[0],
            head,
            clean_ink=True,
            promise=Promise(known) if fits and known is not None else None,
            places=SketchPlaces(tower, self.joint, head),
            prepare=(self.joint.prepare, tower.prepare),
        )

    def field_road(self) -> FieldRoadTask:
        """Returns the field-or-road task."""
        head = self._head("field_road", {"joint": self.joint.id})
        models = {"joint": self.joint.id, "head": _named("field-road", head.manifest)}
        return FieldRoadTask(self.profile, models, self.joint, head, described=head.described)

    def street_to_shop(self, gallery: SearchableGallery) -> StreetToShopTask:
        """Returns the street-to-shop task over a gallery."""
        joint, start = gallery.index("joint"), start_weights(self._garment.manifest, WITHOUT_BOX)
        weights = {WHOLE: start, BOXED: with_box_share(start)}
        typed = TypedWords(
            joint,
            self.joint,
            garment=gallery.vectors("garment"),
            head=self._garment,
            maps=self._words_maps(),
            joint_rows=gallery.vectors("joint"),
            cached_rows=self._cached_rows,
        )
        return StreetToShopTask(
            gallery,
            look=self.joint.see,
            joint=self.joint,
            garment=self._garment,
            captioner=self._captioners[1],
            interviewer=self._once("dialogue", lambda: Dialogue(self.joint)),
            boxes=self._boxes(),
            typed=typed,
            promise=self._promise(gallery, "street_to_shop", self._gallery_ids(), weights),
            profile=self.profile,
            models=self._gallery_ids(),
        )

    def compose(self, gallery: SearchableGallery) -> ComposeTask:
        """Returns the compose task over a gallery."""
        combiner = self._head("combiner", {"joint": self.joint.id})
        models = {"joint": self.joint.id, "combiner": _named("combiner", combiner.manifest)}
        usual = start_weights(combiner.manifest, F_ALONE)
        start = combiner.weights_for(_some(gallery.vectors("joint"))) or usual
        return ComposeTask(
            gallery,
            joint=self.joint,
            combiner=combiner,
            profile=self.profile,
            models=models,
            start_weights=start,
            promise=self._promise(gallery, "compose", models, {QUERY: start}),
            prepare=self.joint.prepare,
        )

    def gallery_models(self, task: str) -> dict[str, str]:
        """Returns role -> id of the models that must have described a gallery; the same for both retrieval tasks.

        Args:
            task: a name of `core.task_table.TASKS`.

        Raises:
            SettingsError: there is no such task.
        """
        find_task(task)
        return self._gallery_ids()

    def gallery_encoders(self) -> GalleryModels:
        """Returns what describes a gallery's pictures."""
        return GalleryModels(self.joint, self._garment, self._captioners[1], self._gallery_ids())

    def _promise(
        self,
        gallery: SearchableGallery,
        task: str,
        models: Mapping[str, str],
        weights: Mapping[str, Sequence[float]],
    ) -> Promise | None:
        """Returns how good the best pictures of a gallery are where none is right, as far as that was calibrated."""
        return promise_of(gallery, task, models, weights, SHIPPED_GALLERY)

    def _gallery_ids(self) -> dict[str, str]:
        return {
            "joint": self.joint.id,
            "garment": _named("garment", self._garment.manifest),
            "captioner": self._captioners[1].id,
        }

    def _cached_rows(self, name: str, made_of: Sequence[str], make: Callable[[], np.ndarray]) -> np.ndarray:
        """Returns rows of the joint and of the garment space, cached for the next start."""
        spaces = [
            TOWERS_ID,
            garment_features.ID,
            tower_runtime(),
            self.joint.id,
            _named("garment", self._garment.manifest),
        ]
        return kept_rows(name, [*spaces, *made_of], make)

    def _words_maps(self) -> Any:
        """Returns the maps of typed words, None in a profile that has no weights for them."""
        if not (self._folder / "typed_words" / "manifest.json").is_file():
            return None
        garment = _named("garment", self._garment.manifest)
        return self._head("typed_words", {"joint": self.joint.id, "garment": garment})

    def _boxes(self) -> Callable[[Sequence[Picture]], list[Box]] | None:
        """Returns what proposes boxes, None in a profile that has no weights for it."""
        if not (self._folder / "garment_box" / "manifest.json").is_file():
            return None
        head = self._head("garment_box", {"towers": TOWERS_ID, "places": PLACES_ID})
        return partial(head.propose, self.joint)

    @property
    def _garment(self) -> Any:
        return self._head("garment", {"towers": TOWERS_ID, "features": garment_features.ID})

    @property
    def _captioners(self) -> tuple[SlotCaptioner, SlotCaptioner]:
        load = CAPTIONERS.load(self._chosen.captioner)
        captioners: tuple[SlotCaptioner, SlotCaptioner] = self._once(
            "captioners", lambda: load(self.joint, self._folder / "captioner", TOWERS_ID)
        )
        return captioners

    def _head(self, name: str, models: dict[str, str]) -> Any:
        return self._once(name, lambda: HEADS.load(name)(self._folder / name, models))


def _named(head: str, manifest: Manifest) -> str:
    return f"{head}-{manifest.tensors_sha256[:12]}"


def _some(rows: Float32[StoredRows, "n d"]) -> Float32[np.ndarray, "r d"]:
    """Returns all rows of a gallery, or of many every so-manyth."""
    return np.asarray(rows[:: -(-len(rows) // MANY) * 8] if len(rows) > MANY else rows)
