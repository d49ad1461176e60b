"""A gallery on disk, opened: everything is verified first, and nothing changes afterwards.

    manifest.json                     models, constants, counts, SHA-256 of every file below; replaced last
    items-<digest>.jsonl              one picture a line
    vectors-<digest>.safetensors      one (n, d) set of unit rows for each purpose
    maps-<digest>.safetensors         one (n, 2) set of places for each of them; none in galleries of the first format
    thumbnails/<digest>.webp          re-encoded, without metadata
    rejects.jsonl                     what the build could not use: a report, not part of the gallery

Data files are called by their content, so a new gallery never overwrites a file of the old one: whoever
reads while one is published sees the old gallery or the new one. A gallery of many pictures lies in segments
and is verified where it is touched, see `core.index.segmented`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from core.errors import ArtifactError
from core.index.base import checked_rows
from core.index.gallery import PLACEHOLDER, Gallery
from core.index.items import Item, items_from_bytes, rows_by_digest
from core.index.manifest import MANIFEST_NAME, BundleManifest
from core.index.names import THUMBNAIL
from core.index.picture_map import PictureMap, maps_from_bytes
from core.index.segmented import opened_in_segments
from core.index.segmented_manifest import AnyManifest, parsed
from core.index.vectors import IndexedVectors
from core.index.verified import verified
from core.settings import EXACT

__all__ = ["PLACEHOLDER", "Gallery", "Item", "open_bundle"]

LONGEST_MANIFEST = 256 * 2**20
LONGEST_HEADER = 2**20


def open_bundle(path: Path, *, models: Mapping[str, str] | None = None, engine: str = EXACT) -> Gallery:
    """Opens a gallery after verifying all of it; one in segments is verified where it is touched later.

    Args:
        path: the bundle's folder.
        models: role -> id of the models in use; a gallery made by others is refused. None skips this check.
        engine: which index searches it, a name in `core.index.INDEXES`.

    Raises:
        SettingsError: there is no index of that name.
        ArtifactError: no gallery, damaged (one flipped bit is enough), inconsistent, or made by other models.
    """
    title = path.resolve().name
    while True:
        data = _manifest_bytes(path, title)
        try:
            return _opened(path, title, parsed(data, title), models, engine)
        except ArtifactError:
            # Two builds may have been published meanwhile, and the files of this one be gone.
            if _manifest_bytes(path, title) == data:
                raise


def _manifest_bytes(path: Path, title: str) -> bytes:
    try:
        with (path / MANIFEST_NAME).open("rb") as stream:
            data = stream.read(LONGEST_MANIFEST + 1)
    except OSError:
        raise ArtifactError(
            f"{title!r} is not a gallery: it has no readable {MANIFEST_NAME}; make one with "
            f"`python -m core index PICTURES --out {title}`."
        ) from None
    if len(data) > LONGEST_MANIFEST:
        raise ArtifactError(f"The {MANIFEST_NAME} of the gallery {title!r} is too large; rebuild it.")
    return data


def _opened(
    path: Path, title: str, manifest: AnyManifest, models: Mapping[str, str] | None, engine: str
) -> Gallery:
    check_models(manifest.models, models, title)
    if not isinstance(manifest, BundleManifest):
        return opened_in_segments(path, title, manifest, engine)
    _check_thumbnails(path, manifest, title)
    items = read_items(path, manifest, title)
    vectors = _vectors(_verified(path, manifest.vectors, manifest, title), manifest, title)
    return Gallery(
        path=path,
        title=title,
        items=items,
        constants=MappingProxyType(dict(manifest.constants)),
        models=MappingProxyType(dict(manifest.models)),
        rejected=manifest.rejected,
        _vectors=IndexedVectors(vectors, engine, bundle=path, fingerprint=manifest.files[manifest.vectors]),
        _by_digest=MappingProxyType(rows_by_digest(item.digest for item in items)),
        maps=MappingProxyType(_maps(path, manifest, title)),
        version=manifest.version,
    )


def read_items(path: Path, manifest: BundleManifest, title: str) -> tuple[Item, ...]:
    """Returns the items of a bundle, verified; thumbnails are not looked at.

    Args:
        path: the bundle's folder.
        manifest: its manifest.
        title: its name, for sentences.

    Raises:
        ArtifactError: a file is missing, damaged or inconsistent.
    """
    items = items_from_bytes(
        _verified(path, manifest.items, manifest, title), count=manifest.count, bundle=title
    )
    if any(item.thumbnail not in manifest.files for item in items):
        raise ArtifactError(f"The gallery {title!r} lists a picture without a thumbnail; rebuild it.")
    return items


def check_models(
    made_by: Mapping[str, str], in_use: Mapping[str, str] | None, title: str, profile: str = "pocket"
) -> None:
    """Makes sure that a gallery was made by the models that will search it.

    Args:
        made_by: role -> id of the models that made it.
        in_use: role -> id of the models in use; None skips the check.
        title: the gallery's name, for the sentence.
        profile: that of the models in use, likewise.

    Raises:
        ArtifactError: another model made it.
    """
    for role, model in (in_use or {}).items():
        if made_by.get(role) != model:
            models = (
                f"was made with {role} model {made_by[role]!r}"
                if role in made_by
                else f"knows no {role} model"
            )
            option = "" if profile == "pocket" else f" --profile {profile}"
            raise ArtifactError(
                f"The gallery {title!r} {models}, but {model!r} is in use; rebuild it with "
                f"`python -m core index PICTURES --out {title}{option}`."
            )


def _verified(path: Path, name: str, manifest: BundleManifest, title: str) -> bytes:
    """Returns the bytes of a file of the bundle after comparing their digest."""
    return verified(path, name, manifest.files[name], title)


def _check_thumbnails(path: Path, manifest: BundleManifest, title: str) -> None:
    """Verifies the thumbnails that are there; one that is gone costs a tile, not the gallery."""
    for name in manifest.files:
        if THUMBNAIL.fullmatch(name) and (path / name).exists():
            _verified(path, name, manifest, title)


def _vectors(data: bytes, manifest: BundleManifest, title: str) -> dict[str, np.ndarray]:
    try:
        if int.from_bytes(data[:8], "little") > min(LONGEST_HEADER, len(data)):
            raise ValueError("its header is too long")
        tensors = load_tensors(data)
        if {name: list(rows.shape) for name, rows in tensors.items()} != manifest.shapes:
            raise ValueError("its shapes are not those of the manifest")
        if any(rows.dtype != np.float32 for rows in tensors.values()):
            raise ValueError("its numbers are not float32")
    except (SafetensorError, ValueError, KeyError, OverflowError) as error:
        raise ArtifactError(f"{manifest.vectors} of the gallery {title!r} is unusable: {error}.") from None
    checked = {name: checked_rows(rows, f"{title} {name}") for name, rows in tensors.items()}
    for rows in checked.values():
        rows.setflags(write=False)
    return checked


def _maps(path: Path, manifest: BundleManifest, title: str) -> dict[str, PictureMap]:
    if not manifest.places:
        return {}
    data = _verified(path, manifest.places, manifest, title)
    try:
        return maps_from_bytes(data, manifest.maps, manifest.count)
    except (ValueError, KeyError) as error:
        raise ArtifactError(f"{manifest.places} of the gallery {title!r} is unusable: {error}.") from None
