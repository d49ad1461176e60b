"""Trains report 2's head on a visitor's pictures of two classes, step by step, so that a page can draw and stop it."""

from __future__ import annotations

import tempfile
import threading
import weakref
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from jaxtyping import Float32

from core import text
from core.encoders.base import JointEncoder
from core.errors import InputError
from core.heads.field_road import KIND, LABELS, FieldRoadHead
from core.images import is_blank, open_picture
from core.store import Manifest, artifact_files
from core.training.common import versions
from core.training.field_road_fit import Epoch, Heads, fitting
from core.training.field_road_samples import SCHEDULES, Samples
from core.types import Picture

FEWEST, MOST = 3, 300
"""Pictures of a class."""
LONGEST_NAME = 40
TOGETHER = 4
REMEMBERED = 2000
SEED = 0


@dataclass(frozen=True, slots=True, weakref_slot=True)
class OwnHead:
    """A head trained on somebody's own pictures.

    Attributes:
        names: of the two classes; the head gives the probability of the second.
        head: the trained head.
        pictures: how many of each class trained it.
        archive: a zip with the files of the artefact.
    """

    names: tuple[str, str]
    head: FieldRoadHead
    pictures: tuple[int, int]
    archive: Path

    def probability(self, embedding: Float32[np.ndarray, " d"]) -> float:
        """Returns the probability of the second class, in [0, 1]."""
        return float(self.head.road_probability(embedding[None])[0])


@dataclass(frozen=True, slots=True)
class Progress:
    """How the training of somebody's own head stands.

    Attributes:
        read: pictures encoded so far.
        total: pictures to encode.
        refused: (name, reason) of pictures that cannot be used.
        epochs: those that are over.
        most_epochs: how many there will be at most.
        encoding_seconds: spent on encoding.
        training_seconds: spent on training.
        own: the head, once it is done.
        stopped: whether it was stopped before its end; then there is no head.
    """

    read: int
    total: int
    refused: tuple[tuple[str, str], ...] = ()
    epochs: tuple[Epoch, ...] = ()
    most_epochs: int = 0
    encoding_seconds: float = 0.0
    training_seconds: float = 0.0
    own: OwnHead | None = None
    stopped: bool = False


class OwnTrainer:
    """Trains heads on people's own pictures; remembers embeddings, so that a second try starts at once.

    Args:
        joint: encodes the pictures.
    """

    def __init__(self, joint: JointEncoder) -> None:
        self._joint = joint
        self._known: OrderedDict[str, np.ndarray] = OrderedDict()
        self._lock = threading.Lock()

    def train(
        self,
        first: Sequence[Path],
        second: Sequence[Path],
        names: tuple[str, str],
        schedule: str,
        stopped: Callable[[], bool],
    ) -> Generator[Progress]:
        """Trains one head.

        Args:
            first: the files of the first class.
            second: the files of the second class.
            names: of the classes.
            schedule: a name of `SCHEDULES`: "text" or "code".
            stopped: asked after every few pictures and after every epoch; True ends the work.

        Yields:
            How it stands; the last one holds the head, unless it was stopped.

        Raises:
            InputError: too few or too many pictures, too few that can be used, one picture in both classes, or
                names that are empty or equal.
        """
        called = _named(names)
        for name, paths in zip(called, (first, second), strict=True):
            if not FEWEST <= len(paths) <= MOST:
                raise InputError(
                    f"The class {name!r} has {len(paths)} pictures; add between {FEWEST} and {MOST} for each class."
                )
        if schedule not in SCHEDULES:
            raise InputError(f"There is no schedule {schedule!r}; choose one of {', '.join(SCHEDULES)}.")
        start = perf_counter()
        rows: list[tuple[str, int, np.ndarray]] = []
        refused: list[tuple[str, str]] = []
        files = [(path, number) for number, paths in enumerate((first, second)) for path in paths]
        for place in range(0, len(files), TOGETHER):
            if stopped():
                yield Progress(len(rows), len(files), tuple(refused), stopped=True)
                return
            rows += self._encoded(files[place : place + TOGETHER], refused)
            yield Progress(len(rows), len(files), tuple(refused), encoding_seconds=perf_counter() - start)
        samples, digests = _samples(rows, called, refused)
        seconds = perf_counter() - start
        base = Progress(len(rows), len(files), tuple(refused), (), SCHEDULES[schedule].epochs, seconds)
        yield from self._fitted(samples, digests, called, schedule, stopped, base)

    def _encoded(
        self, files: Sequence[tuple[Path, int]], refused: list[tuple[str, str]]
    ) -> list[tuple[str, int, np.ndarray]]:
        """Returns (digest, class, embedding) of the pictures that can be used; adds the others to `refused`."""
        opened: list[tuple[Picture, int]] = []
        for path, number in files:
            try:
                picture = open_picture(path)
                if is_blank(picture.pixels):
                    raise InputError("The picture is blank.")
                opened.append((picture, number))
            except InputError as error:
                refused.append((path.name, str(error)))
        with self._lock:
            found = {one.digest: self._known[one.digest] for one, _ in opened if one.digest in self._known}
        new = [one for one, _ in opened if one.digest not in found]
        if new:
            found |= dict(zip((one.digest for one in new), self._joint.encode_pictures(new), strict=True))
        with self._lock:
            self._known.update(found)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return [(one.digest, number, found[one.digest]) for one, number in opened]

    def _fitted(
        self,
        samples: Samples,
        digests: Sequence[str],
        names: tuple[str, str],
        schedule: str,
        stopped: Callable[[], bool],
        base: Progress,
    ) -> Generator[Progress]:
        start = perf_counter()
        heads = Heads(1, samples.plain.shape[1], 1, SEED)
        everything = np.ones((1, len(samples.classes)), dtype=bool)
        epochs: list[Epoch] = []
        stands = base
        with _one_thread():
            for epoch in fitting(heads, samples, everything, SEED, SCHEDULES[schedule]):
                epochs.append(epoch)
                stands = replace(stands, epochs=tuple(epochs), training_seconds=perf_counter() - start)
                if stopped():
                    yield replace(stands, stopped=True)
                    return
                yield stands
        own = _saved(heads, samples, digests, names, schedule, self._joint.id)
        yield replace(stands, own=own)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Lets torch work in one thread: steps on three pictures are so small that sharing them takes twice as long."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _named(names: tuple[str, str]) -> tuple[str, str]:
    first, second = (text.clean(name, what="name of the class", limit=LONGEST_NAME) for name in names)
    if first == second:
        raise InputError(f"Both classes are called {first!r}; give them different names.")
    return first, second


def _samples(
    rows: Sequence[tuple[str, int, np.ndarray]], names: tuple[str, str], refused: Sequence[tuple[str, str]]
) -> tuple[Samples, list[str]]:
    """Returns the samples, each picture once, and the digests of their files.

    Raises:
        InputError: one picture stands in both classes, or a class has too few that can be used.
    """
    classes: dict[str, int] = {}
    for digest, number, _ in rows:
        if classes.setdefault(digest, number) != number:
            raise InputError(
                f"One picture stands in both classes, {names[0]} and {names[1]}; take it out of one."
            )
    for number, name in enumerate(names):
        count = sum(one == number for one in classes.values())
        if count < FEWEST:
            why = f" ({refused[0][0]}: {refused[0][1]})" if refused else ""
            raise InputError(
                f"The class {name!r} has {count} different pictures that can be used; {FEWEST} are needed{why}."
            )
    once = {digest: row for digest, _, row in rows}
    plain = np.stack(list(once.values())).astype(np.float32)
    return Samples(plain, np.array([classes[digest] for digest in once])), list(once)


def _saved(
    heads: Heads, samples: Samples, digests: Sequence[str], names: tuple[str, str], schedule: str, joint: str
) -> OwnHead:
    """Writes the head as safetensors with its manifest, packs both, and loads it as every head is loaded."""
    counts = tuple(int((samples.classes == number).sum()) for number in (0, 1))
    tensors = {name: value.numpy() for name, value in heads.network().state_dict().items()}
    for label, wanted in zip(LABELS, (0, 1), strict=True):
        tensors[f"members.{label}"] = samples.plain[samples.classes == wanted]
    details = {"temperature": 1.0, "labels": list(names), "schedule": f"report 2, {schedule}"}
    details |= {"hyper_parameters": asdict(SCHEDULES[schedule])}
    manifest = Manifest(
        kind=KIND,
        models={"joint": joint},
        data=[f"pictures of a visitor: {counts[0]} {names[0]}, {counts[1]} {names[1]}"],
        split="nothing was kept back, so nothing was measured",
        seed=SEED,
        versions=versions(),
        metrics={},
        minutes=0.0,
        details=details,
    )
    kept = tempfile.TemporaryDirectory(prefix="blendscope-own-head-")
    folder = Path(kept.name)
    files = artifact_files(tensors, manifest, seen=digests)
    archive = folder / "head.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name, data in files.items():
            (folder / name).write_bytes(data)
            packed.writestr(name, data)
    own = OwnHead(names, FieldRoadHead(folder, {"joint": joint}), (counts[0], counts[1]), archive)
    # The archive is there for as long as the head is.
    weakref.finalize(own, kept.cleanup)
    return own
