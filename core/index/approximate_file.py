"""Approximate indexes beside a gallery: a file of FAISS called by its content, and a small JSON that says what it is.

    approximate-joint.json            what `core.index.approximate.Approximation` lists, and both digests; the first
                                      version did not name the segments, so a changed gallery cannot use it
    approximate-SHA256.faiss          as FAISS wrote it; mapped into memory, not read into it

FAISS finds no flipped bit, and its reader trusts what it reads, so the digest is compared first. Without these files,
or with files that don't fit, a gallery is searched as ever, exactly.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import faiss
from jaxtyping import Float32

from core.contracts import Proposer
from core.errors import ArtifactError, CapacityError
from core.folders import sync_folder
from core.index.approximate import IVF, ApproximateProposer, Approximation
from core.index.approximate_known import changed_since, segments_of
from core.index.names import DIGEST, approximate_name
from core.index.segmented_rows import StoredRows
from core.index.verified import WatchedFile
from core.store import sha256_of, write_atomically

log = logging.getLogger(__name__)
FORMAT, VERSION = "blendscope-approximate", 2
FIRST_VERSION = 1
LONGEST = 2**22
"""Bytes of a JSON; a segment takes about a hundred."""
INDEX_FILE = re.compile(r"approximate-([0-9a-f]{64})\.faiss")
RELEASE = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})([.+0-9a-z]{0,40})")
"""A version of FAISS."""
UNREADABLE = (OSError, ValueError, TypeError, KeyError, RecursionError)
"""What comes of a JSON that is none of ours."""
Sides = Sequence[Float32[StoredRows, "n _"]]
MAPPED = faiss.IO_FLAG_MMAP_IFC | faiss.IO_FLAG_READ_ONLY


def open_approximate(
    bundle: Path, names: Sequence[str], rows: str, sides: Sides, instead: Proposer | None = None
) -> ApproximateProposer | None:
    """Opens the index of some vector sets of a gallery after comparing its digest; None where there is none.

    One that most of the gallery was made into goes on with that, see `core.index.approximate_known`.

    Args:
        bundle: the gallery's folder.
        names: of the vector sets, in their order.
        rows: SHA-256 that names the gallery's vectors.
        sides: these sets.
        instead: what proposes once the file was changed while it is open; None refuses.

    Raises:
        ArtifactError: it is cut short, damaged, of other rows or of another version; says how to make it anew.
    """
    path = bundle / approximate_name(names)
    if not path.is_file():
        return None
    try:
        about, file = _parsed(path)
        width = sum(int(side.shape[1]) for side in sides)
        fits = about.rows == rows and about.count == len(sides[0])
        changed = None if fits else changed_since(about.segments, sides)
        if about.names != tuple(names) or about.width != width or not (fits or changed):
            raise ValueError("is of other rows than the gallery has")
        if _release(about.faiss) > _release(faiss.__version__):
            raise ValueError(
                f"was made by FAISS {about.faiss}, newer than {faiss.__version__}, which is here"
            )
        index, watched = _index(bundle / file, about)
        return ApproximateProposer(index, about, file=watched, instead=instead, changed=changed)
    except UNREADABLE as error:
        reason = str(error) if type(error) is ValueError else "is damaged"
        raise ArtifactError(
            f"The approximate index {path.name} of the gallery {bundle.resolve().name!r} {reason}; make it anew with "
            f"`python -m core index PICTURES --out {bundle.resolve().name} --ann`."
        ) from None


def usable_approximate(
    bundle: Path, names: Sequence[str], rows: str, sides: Sides, instead: Proposer | None = None
) -> ApproximateProposer | None:
    """Returns what `open_approximate` opens, and None, with a line in the log, where that is unusable.

    An index only says where to look, and the vectors themselves are whole: exact search gives better answers, later.
    """
    try:
        return open_approximate(bundle, names, rows, sides, instead)
    except ArtifactError as error:
        log.warning("%s Until then it is searched exactly.", error)
        return None


def fitting_approximate(
    bundle: Path, names: Sequence[str], rows: str, sides: Sides
) -> tuple[Approximation, int] | None:
    """Returns what is known of an index of these rows and no others, and its bytes; None for none.

    A JSON of the first version is written anew, with the segments, in a folder that nobody else builds meanwhile.
    """
    path = bundle / approximate_name(names)
    try:
        found = open_approximate(bundle, names, rows, sides)
        if found is None or found.about.rows != rows:
            return None
        about, file = _parsed(path)
        if not about.segments:
            about = replace(about, segments=segments_of(sides[0], rows))
            write_atomically(path, _rendered(about, file))
        return about, (bundle / file).stat().st_size
    except (ArtifactError, *UNREADABLE):
        return None


def write_approximate(bundle: Path, index: Any, about: Approximation) -> Path:
    """Writes an index beside a gallery, the JSON last, and removes files of indexes that no JSON names.

    Args:
        bundle: the gallery's folder, which nobody else builds meanwhile.
        index: of FAISS.
        about: what is known of it.

    Returns:
        The file.

    Raises:
        CapacityError: the folder cannot be written.
    """
    temporary = bundle / f".approximate.{secrets.token_hex(8)}.partial"
    try:
        faiss.write_index(index, str(temporary))
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        file = bundle / f"approximate-{sha256_of(temporary)}.faiss"
        temporary.replace(file)
        sync_folder(bundle)
        write_atomically(bundle / approximate_name(about.names), _rendered(about, file.name))
    except (RuntimeError, OSError) as error:
        reason = getattr(error, "strerror", None) or "FAISS cannot write it; is the disk full?"
        raise CapacityError(
            f"The approximate index of {bundle.name!r} cannot be written: {reason}."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    _remove_unnamed(bundle)
    return file


def remove_approximate(bundle: Path, sets: Iterable[Sequence[str]]) -> None:
    """Removes the indexes of these vector sets of a gallery, so that nobody is told any more that they don't fit."""
    for names in sets:
        (bundle / approximate_name(names)).unlink(missing_ok=True)
    _remove_unnamed(bundle)


def _remove_unnamed(bundle: Path) -> None:
    named = set()
    for path in bundle.glob("approximate-*.json"):
        try:
            named.add(_parsed(path)[1])
        except UNREADABLE:
            continue
    for path in bundle.glob("approximate-*.faiss"):
        if INDEX_FILE.fullmatch(path.name) and path.name not in named:
            path.unlink(missing_ok=True)


def _rendered(about: Approximation, file: str) -> bytes:
    body = {"format": FORMAT, "version": VERSION, "file": file, **asdict(about)}
    return _text({**body, "sha256": hashlib.sha256(_text(body)).hexdigest()})


def _text(body: Mapping[str, Any]) -> bytes:
    return (json.dumps(body, indent=1, sort_keys=True) + "\n").encode()


def _parsed(path: Path) -> tuple[Approximation, str]:
    """Returns what a JSON says, and the name of its file.

    Raises:
        ValueError: it is damaged or of another version; others may come of JSON that is none of ours.
    """
    with path.open("rb") as stream:
        data = stream.read(LONGEST + 1)
    try:
        body = json.loads(data)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ValueError("is damaged")
    if body.pop("format") != FORMAT or body["version"] not in (FIRST_VERSION, VERSION):
        raise ValueError(f"is of version {body['version']!r} of the format, this program reads {VERSION}")
    digest = body.pop("sha256")
    if digest != hashlib.sha256(_text({"format": FORMAT, **body})).hexdigest():
        raise ValueError("was changed after it was written")
    file, names_segments = body.pop("file"), body.pop("version") == VERSION
    about = Approximation(**body)
    about = replace(about, names=tuple(about.names), segments=tuple((*each,) for each in about.segments))
    if not INDEX_FILE.fullmatch(file):
        raise ValueError("contradicts itself: it names no file of an index")
    impossible = _impossible(about) or ("segments" if names_segments != bool(about.segments) else None)
    if impossible is not None:
        raise ValueError(f"contradicts itself: its {impossible!r} cannot be")
    return about, file


def _impossible(about: Approximation) -> str | None:
    """Returns the first field that holds what it cannot, None without one; a digest proves no good will."""
    whole = [each.name for each in fields(about) if each.type == "int"]
    sound = {
        **{name: type(getattr(about, name)) is int and getattr(about, name) >= 1 for name in whole},
        "seed": type(about.seed) is int and about.seed >= 0,
        "names": all(isinstance(name, str) for name in about.names),
        "rows": DIGEST.fullmatch(about.rows) is not None,
        "kind": about.kind == IVF,
        "faiss": RELEASE.fullmatch(about.faiss) is not None,
        "recall": type(about.recall) in (int, float) and 0 <= about.recall <= 1,
    }
    sound["segments"] = all(
        len(each) == 2 and type(each[1]) is int and each[1] >= 1 and DIGEST.fullmatch(each[0]) is not None
        for each in about.segments
    )
    sound["segments"] = sound["segments"] and sum(n for _, n in about.segments) in (0, about.count)
    sound["reach"] = sound["reach"] and sound["lists"] and about.reach <= about.lists
    return next((name for name, holds in sound.items() if not holds), None)


def _index(path: Path, about: Approximation) -> tuple[Any, WatchedFile]:
    """Returns the index of a file, mapped, after comparing its digest and what it says of itself, and the file."""
    match = INDEX_FILE.fullmatch(path.name)
    if not path.is_file() or match is None:
        raise ValueError(f"lacks its file {path.name}")
    file = WatchedFile(path)
    if sha256_of(path) != match.group(1):
        raise ValueError(f"has a damaged file {path.name}")
    try:
        index: Any = faiss.read_index(str(path), MAPPED)
    except RuntimeError:
        raise ValueError("cannot be read by FAISS") from None
    if not (file.is_unchanged() and file.is_at(path)):
        raise ValueError("was changed while it was opened")
    fits = (
        isinstance(index, faiss.IndexIVFScalarQuantizer) and index.metric_type == faiss.METRIC_INNER_PRODUCT
    )
    if not fits or (index.ntotal, index.d, index.nlist) != (about.count, about.width, about.lists):
        raise ValueError("does not hold what it says")
    return index, file


def _release(version: str) -> tuple[int, ...]:
    match = RELEASE.fullmatch(version)
    return (int(match[1]), int(match[2])) if match else ()
