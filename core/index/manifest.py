"""The manifest of a bundle: what it holds, made by which models, with the SHA-256 of every file."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from core.errors import ArtifactError
from core.index.names import ITEMS, MAPS, VECTORS, digest_in

FORMAT = "blendscope-gallery"
VERSION, WITHOUT_MAPS = 2, 1
"""Of the format; the first one had no maps, and is still read."""
MANIFEST_NAME = "manifest.json"
CONSTANTS = ("picture_mean", "picture_std", "words_mean", "words_std", "box_mean", "box_std")


@dataclass(frozen=True, slots=True)
class BundleManifest:
    """What stands in manifest.json beside the format's name and the digest of the rest.

    Attributes:
        count: n, the number of pictures.
        models: role -> id of the models that made the vectors and captions.
        constants: name -> number; the means and deviations that standardise cosines.
        shapes: name of a vector set -> [n, d].
        files: name relative to the bundle -> SHA-256, for every data file.
        items: which of the files lists the items.
        vectors: which of the files holds the vectors.
        rejected: how many pictures of the folder could not be used.
        maps: name of a vector set -> method, seed and what is kept, of its map; empty where none was made.
        places: which of the files holds the maps, "" for none.
        version: of the format.
    """

    count: int
    models: dict[str, str]
    constants: dict[str, float]
    shapes: dict[str, list[int]]
    files: dict[str, str]
    items: str
    vectors: str
    rejected: int
    maps: dict[str, dict[str, str | int | float]] = field(default_factory=dict)
    places: str = ""
    version: int = VERSION


def rendered(manifest: BundleManifest) -> bytes:
    """Returns the bytes of manifest.json; equal manifests give equal bytes."""
    body = asdict(manifest)
    if manifest.version == WITHOUT_MAPS:
        del body["maps"], body["places"]
    return signed(body)


def signed(body: dict[str, Any]) -> bytes:
    """Returns the bytes of a manifest.json that says this, with the format's name and the digest of the rest."""
    whole = {"format": FORMAT, **body}
    return _text({**whole, "sha256": hashlib.sha256(_text(whole)).hexdigest()})


def parsed(data: bytes, bundle: str) -> BundleManifest:
    """Reads the bytes of manifest.json.

    Args:
        data: the file.
        bundle: name of the bundle, for messages.

    Raises:
        ArtifactError: not a bundle's manifest, written by another version, or changed since it was written.
    """
    return parsed_body(body_of(data, bundle), data, bundle)


def body_of(data: bytes, bundle: str, also: int = VERSION) -> dict[str, Any]:
    """Returns what a manifest.json says, after comparing its digest.

    Args:
        data: the file.
        bundle: name of the bundle, for messages.
        also: a version of the format that is read beside those of this module.

    Raises:
        ArtifactError: not a bundle's manifest, written by another version, or changed since it was written.
    """
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        raise ArtifactError(f"The gallery {bundle!r} has a damaged manifest.json; rebuild it.") from None
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise ArtifactError(f"{bundle!r} is no gallery of Blendscope; make one with `python -m core index`.")
    if body.get("version") not in (VERSION, WITHOUT_MAPS, also):
        raise ArtifactError(
            f"The gallery {bundle!r} has version {body.get('version')!r} of the format, this program reads "
            f"{WITHOUT_MAPS} to {also}; rebuild it with `python -m core index PICTURES --out {bundle}`."
        )
    recorded = body.pop("sha256", None)
    if recorded != hashlib.sha256(_text(body)).hexdigest():
        raise ArtifactError(f"The manifest.json of {bundle!r} was changed after it was written; rebuild it.")
    return body


def parsed_body(body: dict[str, Any], data: bytes, bundle: str) -> BundleManifest:
    """Returns the manifest that `body_of` read from `data`; errors as in `parsed`."""
    manifest = _built({name: value for name, value in body.items() if name != "format"}, bundle)
    if rendered(manifest) != data:
        raise ArtifactError(f"The manifest.json of {bundle!r} was changed after it was written; rebuild it.")
    return manifest


def says_what_it_must(manifest: Any, sets: Collection[str]) -> bool:
    """Tells whether a manifest of any format names its models, and has constants and descriptions of maps in order.

    Args:
        manifest: with models, constants and maps.
        sets: names of its vector sets.
    """
    constants, maps = manifest.constants, manifest.maps
    words = all(isinstance(word, str) for pair in manifest.models.items() for word in pair)
    finite = all(_is_number(number) and math.isfinite(float(number)) for number in constants.values())
    spread = all(constants[name] > 0 or not name.endswith("_std") for name in CONSTANTS)
    return words and finite and spread and set(maps) <= set(sets) and all(map(_describes, maps.values()))


def _describes(about: Mapping[str, Any]) -> bool:
    """Tells whether a map has a method, a seed, and a share of neighbours that it keeps."""
    return (
        set(about) == {"method", "seed", "kept"}
        and isinstance(about["method"], str)
        and is_whole(about["seed"], 0)
        and _is_number(about["kept"])
        and 0 <= float(about["kept"]) <= 1
    )


def is_whole(number: object, least: int) -> bool:
    """Tells whether something is a whole number of at least so much; True and 1.0 are none."""
    return type(number) is int and number >= least


def _is_number(value: object) -> bool:
    return type(value) in (int, float)


def contradiction(bundle: str) -> ArtifactError:
    """Returns the error that a manifest does not agree with itself."""
    return ArtifactError(f"The manifest.json of the gallery {bundle!r} contradicts itself; rebuild it.")


def is_ours(data: bytes) -> bool:
    """Tells whether a manifest.json, perhaps damaged, was written by this program and may be replaced."""
    return f'"{FORMAT}"'.encode() in data


def _text(body: Mapping[str, Any]) -> bytes:
    return (json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode(
        "utf-8", "backslashreplace"
    )


def _built(body: dict[str, Any], bundle: str) -> BundleManifest:
    """Turns the body into a manifest after checking every field, for a digest proves no good will."""
    try:
        manifest = BundleManifest(**body)
        sound = says_what_it_must(manifest, manifest.shapes) and all(
            check(manifest) for check in (_counts, _lists_its_files, _names_its_maps)
        )
    except (TypeError, ValueError, AttributeError, KeyError, OverflowError):
        sound = False
    if not sound:
        raise contradiction(bundle)
    return manifest


def _counts(manifest: BundleManifest) -> bool:
    """Tells whether the numbers of pictures are whole, and every vector set has a row for each picture."""
    rows = all(len(shape) == 2 and shape[0] == manifest.count for shape in manifest.shapes.values())
    return is_whole(manifest.count, 1) and is_whole(manifest.rejected, 0) and rows


def _lists_its_files(manifest: BundleManifest) -> bool:
    """Tells whether every file bears its digest in its name, the items and the vectors among them."""
    named = all(digest_in(name) == digest for name, digest in manifest.files.items())
    items, vectors = ITEMS.fullmatch(manifest.items), VECTORS.fullmatch(manifest.vectors)
    return (
        named and None not in (items, vectors) and {manifest.items, manifest.vectors} <= set(manifest.files)
    )


def _names_its_maps(manifest: BundleManifest) -> bool:
    """Tells whether a file of maps is named where there are maps."""
    named = MAPS.fullmatch(manifest.places) is not None and manifest.places in manifest.files
    return named == bool(manifest.maps)
