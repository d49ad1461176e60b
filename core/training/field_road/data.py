"""The pictures of the recipe `field-road`: those that train, with their copies, and those that it never sees.

Beside report 2's pictures train everyday photos whose captions speak of open country, or of a road.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import Float32, Int

from core.augmentation.copies import STRANGE, altered, strange, swapped
from core.datasets.captions import CAPTIONS, read_captions
from core.datasets.fields_roads import LABELS_OF_OURS, Unseen, column_of, label_of
from core.datasets.folder import LabelledPicture
from core.datasets.packs import find_packs
from core.datasets.split import kept_back
from core.encoders.pocket import PocketJoint
from core.encoders.towers import TOWERS_ID
from core.features.store import BATCH, FeatureStore
from core.heads.field_road import LABELS, THREE
from core.images import open_picture
from core.small_heads.samples import Classes, Rows, Samples
from core.store import sha256_of
from core.training.field_road import schedules
from core.types import Box, Picture

COPIES = {"road": 4, "field": 10}
"""Copies of each picture; fields are 43 of 153, so that a field needs 2.5 times as many for equal numbers. Beside these
as many more have the other class's sky and hills above their own ground."""
PACKS = ("coco_captions", "flickr8k")
PHOTO_COPIES = 3
"""Changed copies of each photo."""
COPY = 0.99
"""Cosine of two pictures from which they count as one."""
CopiedRows = Float32[np.ndarray, "_ d"]


@dataclass(frozen=True, slots=True)
class CaptionedPhotos:
    """Photos that train some schedules beside the pictures, and the SHA-256 of each file."""

    samples: Samples
    digests: list[str]


@dataclass(frozen=True, slots=True)
class Training:
    """All that heads are trained and judged on.

    Attributes:
        samples: the training pictures with their copies.
        checks: kind -> one strange copy of each, by which settings are chosen.
        digests: SHA-256 of each training picture's file.
        three: the classes of `THREE`, None when our label file does not know the pictures.
        photos: what trains the schedules of `schedules.BESIDE_PHOTOS` beside the pictures.
    """

    samples: Samples
    checks: dict[str, Rows]
    digests: list[str]
    three: Samples | None
    photos: CaptionedPhotos | None = None

    def samples_of(self, schedule: str) -> tuple[Samples, Samples | None]:
        """Returns the pictures, with how often an epoch of a schedule draws each, and photos that train beside them."""
        times = schedules.BESIDE_PHOTOS.get(schedule, 1)
        often = np.full(len(self.samples.plain), times)
        photos = self.photos if schedule in schedules.BESIDE_PHOTOS else None
        pictures = self.samples if times == 1 else replace(self.samples, often=often)
        return pictures, None if photos is None else photos.samples

    def seen_by(self, schedule: str) -> list[str]:
        """Returns the SHA-256 of each file that a schedule trains on."""
        beside = self.photos.digests if self.photos and schedule in schedules.BESIDE_PHOTOS else ()
        return [*self.digests, *beside]


def training_of(joint: PocketJoint, store: FeatureStore, rows: list[LabelledPicture]) -> Training:
    """Encodes the training pictures and their copies, each once."""
    copier = Copier(joint, store, [row.path for row in rows], [row.label for row in rows])
    plain, digests = copier.rows()
    checks = {kind: copier.rows(kind, partial(strange, kind=kind))[0] for kind in STRANGE}
    checks["other sky"] = np.concatenate(copier.swapped(checks=True)[0])
    changed = copier.copies([COPIES[row.label] for row in rows], "copy {}", altered)
    spliced, donors = copier.swapped()
    copies = tuple(np.concatenate(both) for both in zip(changed, spliced, strict=True))
    sources = tuple(
        np.concatenate([np.full(len(some), -1), whose]) for some, whose in zip(changed, donors, strict=True)
    )
    labels, three = column_of(LABELS_OF_OURS, "label"), None
    if all(row.file in labels for row in rows):
        classes = np.array([THREE.index(labels[row.file]) for row in rows])
        three = Samples(plain, classes, changed, outputs=len(THREE))
    samples = Samples(plain, _classes(rows), copies, sources)
    return Training(samples, checks, digests, three)


def unseen_of(joint: PocketJoint, store: FeatureStore, rows: list[LabelledPicture]) -> Unseen:
    """Encodes the pictures that neither the head nor the encoder was trained on."""
    if not rows:
        return Unseen(np.zeros((0, joint.width), np.float32), np.zeros(0, int))
    embeddings, digests = Copier(joint, store, [row.path for row in rows]).rows()
    new = [i for i, digest in enumerate(digests) if not joint.manifest.has_seen(digest)]
    some = [rows[i] for i in new]
    sources, files = tuple(row.columns["split"] for row in some), tuple(row.file for row in some)
    return Unseen(embeddings[new], _classes(some), sources, files)


def _classes(rows: Sequence[LabelledPicture]) -> Classes:
    return np.array([row.label == "road" for row in rows]).astype(int)


def _numbered(change: Callable[[Picture, int], Picture], number: int, picture: Picture) -> Picture:
    return change(picture, number)


class Copier:
    """Encodes pictures, and changed copies of them, each once; copies with the other class's sky need their labels."""

    def __init__(
        self, joint: PocketJoint, store: FeatureStore, paths: Sequence[Path], labels: Sequence[str] = ()
    ) -> None:
        self._joint, self._store, self._paths, self._labels = joint, store, paths, labels

    def rows(
        self,
        name: str = "",
        change: Callable[[Picture], Picture] = lambda picture: picture,
        paths: Sequence[Path] | None = None,
    ) -> tuple[Rows, list[str]]:
        """Returns the embeddings of pictures as a named change leaves them, and the digests of their files."""

        def changed(path: Path, _: Box | None) -> Picture:
            return change(open_picture(path))

        name = f"pooled {TOWERS_ID}" + (f", {name}" if name else "")
        some = self._paths if paths is None else paths
        pooled, digests = self._store.rows(name, some, self._joint.pooled, pictures=changed, batch=BATCH)
        return self._joint.project_pictures(pooled), digests

    def copies(
        self, counts: Sequence[int], name: str, change: Callable[[Picture, int], Picture]
    ) -> tuple[CopiedRows, ...]:
        """Returns for each picture the embeddings of its copies, each changed by its number from 0.

        The name of the change has {} for the number of the copy from 1.
        """
        rows: list[list[np.ndarray]] = [[] for _ in self._paths]
        for number in range(max(counts, default=0)):
            chosen = [i for i, count in enumerate(counts) if count > number]
            paths, copy = [self._paths[i] for i in chosen], partial(_numbered, change, number)
            copied, _ = self.rows(name.format(number + 1), copy, paths)
            for i, row in zip(chosen, copied, strict=True):
                rows[i].append(row)
        empty = np.zeros((0, self._joint.width), dtype=np.float32)
        return tuple(np.stack(some) if some else empty for some in rows)

    def swapped(
        self, *, checks: bool = False
    ) -> tuple[tuple[CopiedRows, ...], tuple[Int[np.ndarray, " _"], ...]]:
        """Returns the embeddings of copies with the other class's upper part, and whose part each shows.

        For `checks` there is one of each picture, not changed further, by which settings are chosen.
        """
        digests = [sha256_of(path) for path in self._paths]
        pool = hashlib.sha256("".join(digests).encode()).hexdigest()[:12]
        counts = [1 if checks else COPIES[label] for label in self._labels]
        donors = []
        for i, count in enumerate(counts):
            others = [j for j, label in enumerate(self._labels) if label != self._labels[i]]
            draws = (np.random.default_rng([i, number, int(checks)]) for number in range(count))
            donors.append(np.array([others[int(draw.integers(len(others)))] for draw in draws]))
        donors_of = dict(zip(digests, donors, strict=True))

        def change(picture: Picture, number: int) -> Picture:
            above = open_picture(self._paths[donors_of[picture.digest][number]])
            copy = swapped(picture, above, number)
            return copy if checks else altered(copy, 100 + number)

        name = f"{'check' if checks else 'copy'} {{}} with another sky, of {pool}"
        return self.copies(counts, name, change), tuple(donors)


def photos_of(data: Path, joint: PocketJoint, store: FeatureStore, judged: Rows) -> CaptionedPhotos | None:
    """Returns the captioned photos of a field or of a road that no measurement needs, None when there are none.

    Copies of the pictures that judge the head, given as embeddings, are left out.

    Raises:
        DataError: the captions of a pack cannot be read.
    """
    photos = [photo for pack in find_packs(data, PACKS, CAPTIONS) for photo in read_captions(pack)]
    labels = ((photo, label_of(photo.captions)) for photo in photos if not kept_back(photo.file))
    chosen = [(photo.path, LABELS.index(label)) for photo, label in labels if label is not None]
    if not chosen:
        return None
    paths, classes = zip(*chosen, strict=True)
    rows, digests = Copier(joint, store, paths).rows()
    new = np.flatnonzero((rows @ judged.T).max(axis=1, initial=-1) < COPY)
    copies = Copier(joint, store, [paths[i] for i in new]).copies(
        [PHOTO_COPIES] * len(new), "copy {}", altered
    )
    return CaptionedPhotos(Samples(rows[new], np.array(classes)[new], copies), [digests[i] for i in new])
