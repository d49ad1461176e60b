"""Finished pieces of a build that was cut off: each file proves that it is whole, and of which inputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from core.index.writer import Reject
from core.store import write_atomically

FORMAT = 1
DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one picture after encoding: where it came from, its size in pixels, its caption."""

    file: str
    digest: str
    width: int
    height: int
    caption: str


@dataclass(frozen=True, slots=True, eq=False)
class Shard:
    """A batch of pictures, encoded.

    Attributes:
        rows: the n pictures that could be used.
        thumbnails: their n small copies, WebP.
        vectors: name -> (n, d) unit rows; empty when n = 0.
        rejects: the pictures that could not be used.
    """

    rows: tuple[Row, ...]
    thumbnails: tuple[bytes, ...]
    vectors: Mapping[str, np.ndarray]
    rejects: tuple[Reject, ...]


def shard_key(models: Mapping[str, str], inputs: Sequence[tuple[str, str]]) -> str:
    """Returns a name that changes with the models, with any input's name or bytes, and with their order.

    Args:
        models: role -> id.
        inputs: (file, fingerprint) of each picture.
    """
    text = json.dumps([FORMAT, dict(sorted(models.items())), inputs], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def write_shard(folder: Path, key: str, shard: Shard) -> None:
    """Writes a shard in one step: its SHA-256, then a safetensors file."""
    about = {
        "rows": [asdict(row) for row in shard.rows],
        "rejects": [asdict(reject) for reject in shard.rejects],
    }
    tensors = {"about": _as_array(json.dumps(about).encode())}
    tensors |= {f"thumbnail.{index}": _as_array(data) for index, data in enumerate(shard.thumbnails)}
    tensors |= {f"vectors.{name}": np.ascontiguousarray(rows) for name, rows in shard.vectors.items()}
    payload = save_tensors(tensors)
    write_atomically(folder / f"{key}.shard", hashlib.sha256(payload).digest() + payload)


def read_shard(folder: Path, key: str) -> Shard | None:
    """Returns the shard of that key, None when there is none or it is not whole."""
    try:
        data = (folder / f"{key}.shard").read_bytes()
        payload = data[DIGEST_BYTES:]
        if hashlib.sha256(payload).digest() != data[:DIGEST_BYTES]:
            return None
        tensors = load_tensors(payload)
        about = json.loads(tensors["about"].tobytes())
        rows = tuple(Row(**row) for row in about["rows"])
        return Shard(
            rows=rows,
            thumbnails=tuple(tensors[f"thumbnail.{index}"].tobytes() for index in range(len(rows))),
            vectors={
                name.removeprefix("vectors."): array
                for name, array in tensors.items()
                if name.startswith("vectors.")
            },
            rejects=tuple(Reject(**reject) for reject in about["rejects"]),
        )
    except (OSError, ValueError, KeyError, TypeError, SafetensorError):
        return None


def _as_array(data: bytes) -> np.ndarray:
    return np.frombuffer(data, dtype=np.uint8)
