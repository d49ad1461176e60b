"""Edits between captioned photos, as triplets, for a collection of which people wrote captions and no modification."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np

from core.datasets.captions import CAPTIONS, CaptionedPicture, read_captions
from core.datasets.photo_changes import edits
from core.datasets.triplets import TRIPLETS, Triplet, TripletSet, read_triplets
from core.errors import DataError
from core.evaluation.memory import MemoryGallery
from core.plurals import counted


def read_asked(folder: Path) -> tuple[TripletSet, Mapping[str, CaptionedPicture]]:
    """Returns the triplets of a folder; of one that has only captions the gallery, and what is said of each photo.

    Raises:
        DataError: neither layout, or an unusable one.
    """
    if (folder / TRIPLETS).is_file() or not (folder / CAPTIONS).is_file():
        return read_triplets(folder), {}
    photos = {photo.file: photo for photo in read_captions(folder)}
    return TripletSet(folder, tuple(photos), (), "edits between photos, made of a caption of each"), photos


def edited(
    photos: Mapping[str, CaptionedPicture], gallery: MemoryGallery, fresh: Collection[str], seed: int
) -> tuple[Triplet, ...]:
    """Returns as many edits as there are photos, each from one of the 20 photos that are most like its target.

    Args:
        photos: file -> what is said of a photo.
        gallery: the photos that may answer.
        fresh: files of those that no training saw; only these ask and are asked for.
        seed: draws targets, references and captions.

    Raises:
        DataError: there are fewer than two.
    """
    places = [place for place, item in enumerate(gallery.items) if item.file in fresh]
    if len(places) < 2:
        raise DataError(
            f"An edit leads from one photo to another, and only {counted(len(places), 'photo')} can be used."
        )
    files, rows = [gallery.items[place].file for place in places], gallery.vectors("joint")[places]
    captions, random = [photos[file].captions for file in files], np.random.default_rng(seed)
    changes = edits(captions, np.asarray(rows @ rows.T), len(files), random)
    return tuple(
        Triplet(files[change.reference], change.text, (files[change.targets[0]],), {"kind": change.kind})
        for change in changes
    )
