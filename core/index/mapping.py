"""Gives a gallery that was made before there were maps its maps: from its own vectors, without models or pictures."""

from __future__ import annotations

import json
from pathlib import Path

from core.errors import InputError
from core.index.bundle import open_bundle
from core.index.manifest import MANIFEST_NAME, parsed
from core.index.picture_map import MOST_MAPPED, PictureMap, maps_of
from core.index.place import building
from core.index.writer import REJECTS_NAME, BundleWriter, Reject


def add_maps(bundle: Path) -> dict[str, PictureMap]:
    """Makes the maps of a gallery and publishes it with them.

    Args:
        bundle: the gallery's folder.

    Returns:
        Name of a vector set -> its map.

    Raises:
        ArtifactError: it is no gallery, or damaged.
        InputError: it has more than 20,000 pictures.
        CapacityError: another process builds it, or it cannot be written.
    """
    gallery = open_bundle(bundle)
    if len(gallery) > MOST_MAPPED:
        raise InputError(
            f"The gallery {gallery.title!r} has {len(gallery):,} pictures; maps are made of up to {MOST_MAPPED:,}."
        )
    with building(bundle):
        names = parsed((bundle / MANIFEST_NAME).read_bytes(), gallery.title).shapes
        vectors = {name: gallery.vectors(name) for name in names}
        maps = maps_of(vectors)
        BundleWriter(bundle).publish(
            items=gallery.items,
            vectors=vectors,
            constants=gallery.constants,
            models=gallery.models,
            rejects=_rejects(bundle, gallery.rejected),
            maps=maps,
        )
    return maps


def lines_of(maps: dict[str, PictureMap]) -> list[str]:
    """Returns what the command says of maps that were made."""
    return [
        f"{name}: {each.method}; of ten nearest pictures {10 * each.kept:.1f} are among the ten nearest on the map."
        for name, each in maps.items()
    ]


def _rejects(bundle: Path, count: int) -> list[Reject]:
    """Returns what the build could not use, by its report; where that is gone, as many without a name."""
    try:
        lines = (bundle / REJECTS_NAME).read_text(encoding="utf-8").splitlines()
        rejects = [Reject(**json.loads(line)) for line in lines]
    except (OSError, ValueError, TypeError):
        rejects = []
    return rejects if len(rejects) == count else [Reject("", "The report of the build is gone.")] * count
