"""Encoded pictures, a batch in one file: the pieces of which a build that was cut off goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from core.index.items import Item
from core.store import write_atomically

FORMAT = 2
PREPARED = 1
"""How a file becomes pixels, and what its thumbnail shows; raised when that changes, so that nothing older is kept.
Another file that shows the same is no such change: nobody should wait hours for it."""
DIGEST_BYTES = 32
SHARD = ".shard"


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What is known of one picture after encoding, whatever its file is called.

    Attributes:
        digest: SHA-256 of the file.
        width: of the upright original, in pixels.
        height: of the upright original, in pixels.
        caption: the captioner's sentence about it.
    """

    digest: str
    width: int
    height: int
    caption: str


@dataclass(frozen=True, slots=True)
class EncodedRow(PictureFacts):
    """The same in a gallery, or on the way into one.

    Attributes:
        thumbnail: name of its small copy in the bundle.
    """

    thumbnail: str

    @classmethod
    def of(cls, facts: PictureFacts | Item, thumbnail: str) -> EncodedRow:
        """Returns what is known of a picture, with its small copy."""
        return cls(facts.digest, facts.width, facts.height, facts.caption, thumbnail)


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


def write_shard(folder: Path, origin: str, shard: Shard) -> Path:
    """Writes a shard in one step, its SHA-256 and then a safetensors file, and returns where it is."""
    about = {"origin": origin, "rows": [asdict(row) for row in shard.rows]}
    tensors = {"about": np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)}
    tensors |= {f"vectors.{name}": np.ascontiguousarray(rows) for name, rows in shard.vectors.items()}
    payload = save_tensors(tensors)
    digest = hashlib.sha256(payload)
    path = folder / f"{digest.hexdigest()}{SHARD}"
    write_atomically(path, digest.digest(), payload)
    return path


def read_shard(path: Path, origin: str) -> Shard | None:
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
