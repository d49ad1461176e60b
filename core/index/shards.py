"""Encoded pictures by the digests of their files: those of the published gallery, and pieces of one cut off."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from core.errors import ArtifactError
from core.index.bundle import read_rows
from core.index.manifest import MANIFEST_NAME, parsed
from core.index.names import digest_in
from core.store import sha256_of, write_atomically

FORMAT = 2
PREPARED = 1
"""How a file becomes pixels and a thumbnail; raised when that changes, so that nothing older is taken over."""
DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class EncodedRow:
    """What is known of one picture after encoding, whatever its file is called.

    Attributes:
        digest: SHA-256 of the file.
        width: of the upright original, in pixels.
        height: of the upright original, in pixels.
        caption: the captioner's sentence about it.
        thumbnail: name of its small copy in the bundle.
    """

    digest: str
    width: int
    height: int
    caption: str
    thumbnail: str


@dataclass(frozen=True, slots=True, eq=False)
class Shard:
    """A batch of pictures, encoded.

    Attributes:
        rows: the n pictures.
        vectors: name -> (n, d) unit rows.
    """

    rows: tuple[EncodedRow, ...]
    vectors: Mapping[str, np.ndarray]


def origin_of(models: Mapping[str, str]) -> str:
    """Returns a name that changes with the models, and with how pictures are prepared for them.

    Args:
        models: role -> id.
    """
    text = json.dumps([FORMAT, PREPARED, dict(sorted(models.items()))], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def write_shard(folder: Path, origin: str, shard: Shard) -> None:
    """Writes a shard in one step: its SHA-256, then a safetensors file."""
    about = {"origin": origin, "rows": [asdict(row) for row in shard.rows]}
    tensors = {"about": np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)}
    tensors |= {f"vectors.{name}": np.ascontiguousarray(rows) for name, rows in shard.vectors.items()}
    payload = save_tensors(tensors)
    digest = hashlib.sha256(payload)
    write_atomically(folder / f"{digest.hexdigest()}.shard", digest.digest() + payload)


def finished(out: Path, work: Path, origin: str, models: Mapping[str, str] | None) -> Iterator[Shard]:
    """Yields what earlier builds encoded and is whole: first the published gallery, then pieces of a build cut off.

    Args:
        out: the bundle.
        work: its work folder.
        origin: of the encodings that are wanted.
        models: role -> id of the models that must have made the published gallery; None not to look at it.
    """
    shards = [] if models is None else _published(out, models)
    shards += [shard for path in sorted(work.glob("*.shard")) if (shard := _read(path, origin)) is not None]
    for shard in shards:
        whole = [row for row, about in enumerate(shard.rows) if _is_whole(out, about.thumbnail)]
        yield Shard(
            tuple(shard.rows[row] for row in whole),
            {name: rows[whole] for name, rows in shard.vectors.items()},
        )


def _is_whole(out: Path, thumbnail: str) -> bool:
    try:
        return sha256_of(out / thumbnail) == digest_in(thumbnail)
    except OSError:
        return False


def _published(out: Path, models: Mapping[str, str]) -> list[Shard]:
    title = out.resolve().name
    try:
        manifest = parsed((out / MANIFEST_NAME).read_bytes(), title)
        if manifest.models != dict(models):
            return []
        items, vectors = read_rows(out, manifest, title)
    except (OSError, ArtifactError):
        return []
    rows = (EncodedRow(item.digest, item.width, item.height, item.caption, item.thumbnail) for item in items)
    return [Shard(tuple(rows), vectors)]


def _read(path: Path, origin: str) -> Shard | None:
    """Returns a shard, None when it is not whole or of another origin."""
    try:
        data = path.read_bytes()
        payload = data[DIGEST_BYTES:]
        if hashlib.sha256(payload).digest() != data[:DIGEST_BYTES]:
            return None
        tensors = load_tensors(payload)
        about = json.loads(tensors.pop("about").tobytes())
        if about["origin"] != origin:
            return None
        return Shard(
            tuple(EncodedRow(**row) for row in about["rows"]),
            {name.removeprefix("vectors."): array for name, array in tensors.items()},
        )
    except (OSError, ValueError, KeyError, TypeError, SafetensorError):
        return None
