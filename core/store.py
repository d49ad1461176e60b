"""Trained weights on disk, with a manifest that names and checks them. No pickle.

    manifest.json                    what the weights are, and both digests; replaced last, in one step
    weights-SHA256.safetensors       the tensors
    seen-SHA256.txt                  the pictures that training used
    README.md                        the model card, for people

Whoever reads, or is interrupted while writing, finds the old weights or the new ones. Format 1 had files called
weights.safetensors and seen.txt; it opens as ever, and goes when new weights are saved over it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from core.errors import ArtifactError
from core.folders import alone_in, sync_folder
from core.manifest import FLAT_FORMAT, FORMAT, SEEN_DIGITS, Manifest, manifest_of

__all__ = [
    "MANIFEST_NAME",
    "SEEN_DIGITS",
    "Manifest",
    "artifact_files",
    "load_artifact",
    "read_manifest",
    "save_artifact",
    "sha256_of",
    "write_atomically",
]

MANIFEST_NAME = "manifest.json"
PARTIAL = re.compile(r"\..+\.[0-9a-f]+\.partial")
LONGEST_HEADER = 2**20
SMALLEST_PIECE, LARGEST_PIECE = 2**14, 2**22
"""Bytes that are read at once for a digest."""
_OURS = re.compile(
    r"weights(-[0-9a-f]{64})?\.safetensors|seen(-[0-9a-f]{64})?\.txt"
    r"|\.(weights|seen|manifest|README).*\.[0-9a-f]+\.partial"
)
_FOREIGN = {b"\x80": "a pickle", b"PK\x03\x04": "an archive", b"\x93NUMPY": "a NumPy file"}


def sha256_of(path: Path) -> str:
    """Returns the SHA-256 of a file's bytes, 64 hex digits."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as stream:
        # In large pieces: after each the thread stands in line again for the interpreter, which a start keeps busy.
        size = os.fstat(stream.fileno()).st_size
        buffer = memoryview(bytearray(min(max(size, SMALLEST_PIECE), LARGEST_PIECE)))
        while size := stream.readinto(buffer):
            digest.update(buffer[:size])
    return digest.hexdigest()


def write_atomically(path: Path, *pieces: bytes | memoryview) -> None:
    """Writes a file so that a reader, or a crash, finds the old bytes or the new ones, never a mix.

    Args:
        path: the file.
        pieces: its bytes, one piece after the other; large arrays need not be copied into one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Threads and processes that write one path must not share it.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.partial")
    try:
        with temporary.open("xb") as stream:
            for piece in pieces:
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def artifact_files(
    tensors: Mapping[str, np.ndarray], manifest: Manifest, *, seen: Iterable[str] = ()
) -> dict[str, bytes]:
    """Returns the files of an artefact, name -> bytes; the manifest, which points to the others, comes last.

    Args:
        tensors: name -> array.
        manifest: its digests, `format` and `seen` are filled in here.
        seen: SHA-256 of each picture that training used.
    """
    weights = save_tensors({name: np.require(array, requirements="C") for name, array in tensors.items()})
    rows = "".join(f"{row}\n" for row in sorted({digest[:SEEN_DIGITS] for digest in seen})).encode()
    filled = replace(
        manifest, tensors_sha256=_digest(weights), seen_sha256=_digest(rows), format=FORMAT, seen=frozenset()
    )
    value = asdict(filled)
    del value["seen"]
    names = _data_names(filled)
    text = json.dumps(value, indent=1, sort_keys=True) + "\n"
    return {names[0]: weights, names[1]: rows, MANIFEST_NAME: text.encode()}


def save_artifact(
    folder: Path, tensors: Mapping[str, np.ndarray], manifest: Manifest, *, seen: Iterable[str] = ()
) -> None:
    """Makes these the weights that readers of `folder` find; until the last step they find those before.

    Args:
        folder: where; made if need be. What an artefact never has is left alone.
        tensors: name -> array.
        manifest: its digests, `format` and `seen` are filled in here.
        seen: SHA-256 of each picture that training used.

    Raises:
        OSError: the folder cannot be written; what was there before is still whole.
    """
    files = artifact_files(tensors, manifest, seen=seen)
    folder.mkdir(parents=True, exist_ok=True)
    with alone_in(folder):
        _publish(folder, files)
        for path in folder.iterdir():
            if _OURS.fullmatch(path.name) and path.name not in files:
                with suppress(OSError):  # still open in another program; the next save removes it
                    path.unlink()


def read_manifest(folder: Path) -> Manifest:
    """Reads the manifest of the weights in `folder`.

    Raises:
        ArtifactError: it or the list of seen pictures is missing or damaged, or was written by another format.
    """
    return _read(folder, weights=False)[0]


def load_artifact(
    folder: Path, *, kind: str, models: Mapping[str, str] | None
) -> tuple[dict[str, np.ndarray], Manifest]:
    """Reads weights after checking that they are whole and belong to the models in use.

    Args:
        folder: what `save_artifact` wrote.
        kind: the kind of head that is expected.
        models: role -> id of the models in use: the very roles that the manifest names, no more and no fewer,
            and each must agree. None for those that only look at the numbers.

    Raises:
        ArtifactError: missing, damaged, of another kind, or trained for other models.
    """
    manifest, data = _read(folder, weights=True)
    if manifest.kind != kind:
        raise ArtifactError(f"The weights {folder.name!r} are for {manifest.kind!r}, not for {kind!r}.")
    if models is not None:
        _check_models(folder, manifest.models, models)
    if _digest(data) != manifest.tensors_sha256:
        raise ArtifactError(
            f"The file {_data_names(manifest)[0]} of {folder.name!r} is damaged: SHA-256 {_digest(data)}, "
            f"expected {manifest.tensors_sha256}."
        )
    try:
        _check_header(data)
        return load_tensors(data), manifest
    except (SafetensorError, ValueError, KeyError) as error:  # KeyError: a number type that NumPy lacks
        raise ArtifactError(f"The weights {folder.name!r} cannot be read: {error}.") from None


def _publish(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes the files in their order; where that fails, takes away those that nothing points to."""
    added = []
    try:
        for name, data in files.items():
            if name == MANIFEST_NAME:
                sync_folder(folder)
            elif not (folder / name).exists():
                added.append(folder / name)
            write_atomically(folder / name, data)
    except OSError:
        for path in added:
            path.unlink(missing_ok=True)
        raise
    sync_folder(folder)


def _read(folder: Path, *, weights: bool) -> tuple[Manifest, bytes]:
    """Reads a manifest, the seen pictures and, where asked for, the bytes of the tensors."""
    pointer = None
    while True:
        before = pointer
        try:
            pointer = (folder / MANIFEST_NAME).read_bytes()
            manifest = manifest_of(json.loads(pointer))
            tensors, rows = _data_names(manifest)
            seen = (folder / rows).read_bytes()
            data = (folder / tensors).read_bytes() if weights else b""
            if manifest.seen_sha256 and _digest(seen) != manifest.seen_sha256:
                raise ValueError(f"{rows} was changed after it was written")
            return replace(manifest, seen=frozenset(seen.decode("ascii").split())), data
        except FileNotFoundError as error:
            # Without the list nobody could tell what training saw, and every figure would flatter.
            lost = Path(error.filename).name
            if lost == MANIFEST_NAME or pointer == before:
                raise ArtifactError(f"The weights {folder.name!r} are missing their {lost}.") from None
            # Other weights may have been saved between the two steps, so the manifest is read once more.
        except (ValueError, TypeError, RecursionError, OSError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise ArtifactError(f"The manifest of the weights {folder.name!r} is damaged: {why}.") from None


def _data_names(manifest: Manifest) -> tuple[str, str]:
    """Returns what the files of the tensors and of the seen pictures are called."""
    if manifest.format == FLAT_FORMAT:
        return "weights.safetensors", "seen.txt"
    return f"weights-{manifest.tensors_sha256}.safetensors", f"seen-{manifest.seen_sha256}.txt"


def _check_models(folder: Path, trained_on: Mapping[str, str], in_use: Mapping[str, str]) -> None:
    """Refuses weights of other models; a role that only one side names is a difference, too."""
    for role in sorted(trained_on.keys() | in_use.keys()):
        ours, theirs = trained_on.get(role), in_use.get(role)
        if ours != theirs:
            trained = f"on {role} {ours!r}" if ours is not None else f"without {role}"
            used = f"{theirs!r} is in use" if theirs is not None else "none is in use"
            raise ArtifactError(
                f"The weights {folder.name!r} were trained {trained}, but {used}; train them again."
            )


def _check_header(data: bytes) -> None:
    """Refuses what cannot be a safetensors file of ours before a parser sees it.

    Raises:
        ValueError: it starts like a file that may run a program, or its header is longer than 1 MB.
    """
    for magic, what in _FOREIGN.items():
        if data.startswith(magic) and data[8:9] != b"{":
            raise ValueError(f"it is {what}, not a safetensors file")
    length = int.from_bytes(data[:8], "little")
    if length > LONGEST_HEADER:
        raise ValueError(f"its header claims {length} bytes; at most {LONGEST_HEADER} are read")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
