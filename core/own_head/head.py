"""A head trained on somebody's own pictures: what it is, and the archive in which it can be taken away."""

from __future__ import annotations

import tempfile
import weakref
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.heads.field_road import KIND, LABELS, FieldRoadHead
from core.own_head.held_out import HeldOut
from core.reporting import RunRecord
from core.small_heads.network import Heads
from core.small_heads.samples import SCHEDULES
from core.store import artifact_files

SEED = 0


@dataclass(frozen=True, slots=True, weakref_slot=True)
class OwnHead:
    """A head trained on somebody's own pictures.

    Attributes:
        names: of the two classes; the head gives the probability of the second.
        head: the trained head.
        pictures: how many of each class trained it.
        archive: a zip with the files of the artefact.
        schedule: which of the report's hyper-parameters trained it, a name of `SCHEDULES`.
        held_out: what heads trained alike, but without a picture, say of that picture; None when it was stopped
            before they were trained, or when all pictures of a class are copies of one.
    """

    names: tuple[str, str]
    head: FieldRoadHead
    pictures: tuple[int, int]
    archive: Path
    schedule: str
    held_out: HeldOut | None = None

    def probability(self, embedding: Float32[np.ndarray, " d"]) -> float:
        """Returns the probability of the second class, in [0, 1]."""
        return float(self.head.road_probability(embedding[None])[0])


@dataclass(frozen=True, slots=True, eq=False)
class OwnPicture:
    """A picture that can be used.

    Attributes:
        digest: of its file.
        shown: digest of its pixels, which copies in other files have as well.
        number: of its class, 0 or 1.
        path: of its file.
        embedding: a unit row.
    """

    digest: str
    shown: str
    number: int
    path: Path
    embedding: Float32[np.ndarray, " d"]


def saved(
    heads: Heads,
    rows: Sequence[OwnPicture],
    names: tuple[str, str],
    schedule: str,
    joint: str,
    held_out: HeldOut | None,
    place: Path | None = None,
) -> OwnHead:
    """Writes the head as safetensors with its manifest, packs both, and loads it as every head is loaded.

    It lies in a folder of its own inside `place`, or among the system's temporary ones.
    """
    counts = tuple(sum(row.number == number for row in rows) for number in (0, 1))
    tensors = dict(heads.network().tensors)
    for label, wanted in zip(LABELS, (0, 1), strict=True):
        tensors[f"members.{label}"] = np.stack([row.embedding for row in rows if row.number == wanted])
    details = {"temperature": 1.0, "labels": list(names), "schedule": f"report 2, {schedule}"}
    details |= {"hyper_parameters": asdict(SCHEDULES[schedule])}
    manifest = RunRecord(SEED).manifest(
        KIND,
        {"joint": joint},
        data=[f"pictures of a visitor: {counts[0]} {names[0]}, {counts[1]} {names[1]}"],
        split=_split(held_out),
        metrics={} if held_out is None else {"held_out_accuracy": held_out.figure},
        details=details,
    )
    temporary = tempfile.TemporaryDirectory(prefix="blendscope-own-head-", dir=place)
    folder = Path(temporary.name)
    files = artifact_files(tensors, manifest, seen=[row.digest for row in rows])
    archive = folder / "head.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name, data in files.items():
            (folder / name).write_bytes(data)
            packed.writestr(name, data)
    own = OwnHead(
        names, FieldRoadHead(folder, {"joint": joint}), (counts[0], counts[1]), archive, schedule, held_out
    )
    # The archive is there for as long as the head is.
    weakref.finalize(own, temporary.cleanup)
    return own


def _split(held_out: HeldOut | None) -> str:
    if held_out is None:
        return "nothing was kept back, so nothing was measured"
    left = "that picture" if held_out.one_by_one else "a fifth of the pictures, that one among them"
    return f"each picture was judged by a head trained alike without {left}"
