"""Trained weights on disk: safetensors beside a manifest that holds their SHA-256. No pickle."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from core.errors import ArtifactError

FORMAT = 1
SEEN_DIGITS = 16
_JSON_TYPES: dict[str, type | tuple[type, ...]] = {
    "kind": str, "models": dict, "data": list, "split": str, "seed": int, "versions": dict, "metrics": dict,
    "minutes": (int, float), "details": dict, "tensors_sha256": str, "format": int,
}  # fmt: skip


def sha256_of(path: Path) -> str:
    """Returns the SHA-256 of a file's bytes, 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sha256_of_arrays(*arrays: np.ndarray) -> str:
    """Returns the SHA-256 of arrays, 64 hex digits: of their types and shapes, for bytes alone do not tell them apart.

    Args:
        arrays: of any shapes and types of numbers.
    """
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def write_atomically(path: Path, data: bytes) -> None:
    """Writes a file so that a reader, or a crash, finds the old bytes or the new ones, never a mix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a set of trained weights is, where it came from and how good it is.

    Attributes:
        kind: which head it is, such as "field_road".
        models: role -> id of the frozen models whose outputs it takes; checked when it is loaded.
        data: the packs it was trained on, by name.
        split: one sentence on what was kept back.
        seed: the seed of the run.
        versions: library -> version.
        metrics: name -> {"value", "low", "high", "n"}, measured on data that training did not see.
        minutes: how long the training took.
        details: whatever else the head needs to be rebuilt (sizes, labels, thresholds), plain JSON.
        tensors_sha256: digest of weights.safetensors.
        seen: pictures used in training, each the first 16 hex digits of the SHA-256 of its file.
    """

    kind: str
    models: dict[str, str]
    data: list[str]
    split: str
    seed: int
    versions: dict[str, str]
    metrics: dict[str, dict[str, float]]
    minutes: float
    details: dict[str, Any] = field(default_factory=dict)
    tensors_sha256: str = ""
    format: int = FORMAT
    seen: frozenset[str] = frozenset()

    def has_seen(self, digest: str) -> bool:
        """Tells whether training used the picture whose file has this SHA-256."""
        return digest[:SEEN_DIGITS] in self.seen


def save_artifact(
    folder: Path, tensors: Mapping[str, np.ndarray], manifest: Manifest, *, seen: Iterable[str] = ()
) -> None:
    """Writes weights.safetensors, seen.txt and, last, manifest.json into `folder`.

    Args:
        folder: where; made if need be.
        tensors: name -> array.
        manifest: its `tensors_sha256` and `seen` are filled in here.
        seen: SHA-256 of each picture that training used.
    """
    data = save_tensors({name: np.require(array, requirements="C") for name, array in tensors.items()})
    write_atomically(folder / "weights.safetensors", data)
    rows = sorted({digest[:SEEN_DIGITS] for digest in seen})
    write_atomically(folder / "seen.txt", "".join(f"{row}\n" for row in rows).encode())
    value = asdict(manifest) | {"tensors_sha256": hashlib.sha256(data).hexdigest()}
    del value["seen"]
    write_atomically(folder / "manifest.json", (json.dumps(value, indent=1, sort_keys=True) + "\n").encode())


def read_manifest(folder: Path) -> Manifest:
    """Reads the manifest of the weights in `folder`.

    Raises:
        ArtifactError: it or seen.txt is missing, is not JSON, or was written by another format.
    """
    path = folder / "manifest.json"
    try:
        value = json.loads(path.read_bytes())
        manifest = _manifest(value, frozenset((folder / "seen.txt").read_text().split()))
    except FileNotFoundError as error:
        # Without seen.txt nobody could tell what training saw, and every figure would flatter.
        lost = Path(error.filename).name
        raise ArtifactError(f"The weights {folder.name!r} are missing their {lost}.") from None
    except (ValueError, TypeError, RecursionError, OSError) as error:
        raise ArtifactError(f"The manifest of the weights {folder.name!r} is damaged: {error}.") from None
    if manifest.format != FORMAT:
        raise ArtifactError(
            f"The weights {folder.name!r} have format {manifest.format}; this version reads {FORMAT}."
        )
    return manifest


def _manifest(value: Any, seen: frozenset[str]) -> Manifest:
    """Returns the manifest that a JSON value describes.

    Raises:
        TypeError: the value is not an object, or a field is missing, unknown or of the wrong type.
    """
    manifest = Manifest(**value, seen=seen)
    for name, kind in _JSON_TYPES.items():
        if not isinstance(getattr(manifest, name), kind):
            raise TypeError(f"the field {name!r} has the wrong type")
    return manifest


def load_artifact(
    folder: Path, *, kind: str, models: Mapping[str, str] | None = None
) -> tuple[dict[str, np.ndarray], Manifest]:
    """Reads weights after checking that they are whole and belong to the models in use.

    Args:
        folder: what `save_artifact` wrote.
        kind: the kind of head that is expected.
        models: role -> id of the models in use; every role that the manifest names must agree.

    Raises:
        ArtifactError: missing, damaged, of another kind, or trained for other models.
    """
    manifest = read_manifest(folder)
    if manifest.kind != kind:
        raise ArtifactError(f"The weights {folder.name!r} are for {manifest.kind!r}, not for {kind!r}.")
    for role, model in manifest.models.items():
        if models is not None and role in models and models[role] != model:
            raise ArtifactError(
                f"The weights {folder.name!r} were trained on {role} {model!r}, but {models[role]!r} is in "
                "use; train them again."
            )
    path = folder / "weights.safetensors"
    try:
        data = path.read_bytes()
    except OSError:
        raise ArtifactError(f"The weights {folder.name!r} are missing weights.safetensors.") from None
    found = hashlib.sha256(data).hexdigest()
    if found != manifest.tensors_sha256:
        raise ArtifactError(
            f"The file weights.safetensors of {folder.name!r} is damaged: SHA-256 {found}, "
            f"expected {manifest.tensors_sha256}."
        )
    try:
        return load_tensors(data), manifest
    except (SafetensorError, ValueError, KeyError) as error:  # KeyError: a number type that NumPy lacks
        raise ArtifactError(f"The weights {folder.name!r} cannot be read: {error}.") from None
