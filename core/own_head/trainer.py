"""Trains report 2's head on a visitor's pictures of two classes, step by step, so that a page can draw and stop it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np

from core import text
from core.contracts import JointEncoder
from core.digests import sha256_of_arrays
from core.errors import InputError
from core.images import is_blank, open_picture
from core.lookahead import each_of
from core.own_head.head import SEED, OwnHead, OwnPicture, saved
from core.own_head.held_out import judging
from core.plurals import counted
from core.small_heads.fit import Epoch, fitting
from core.small_heads.network import Heads
from core.small_heads.samples import SCHEDULES, Samples
from core.types import Picture

FEWEST, MOST = 3, 300
"""Pictures of a class."""
LONGEST_NAME = 40
TOGETHER = 8
REMEMBERED = 2000


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
        judged: epochs that are over of the heads that judge pictures which they did not see; these come last.
        own: the head, once it is done.
        stopped: whether it was stopped before the head was trained; then there is none.
    """

    read: int
    total: int
    refused: tuple[tuple[str, str], ...] = ()
    epochs: tuple[Epoch, ...] = ()
    most_epochs: int = 0
    encoding_seconds: float = 0.0
    training_seconds: float = 0.0
    judged: int = 0
    own: OwnHead | None = None
    stopped: bool = False


class OwnTrainer:
    """Trains heads on people's own pictures; remembers embeddings, so that a second try starts at once.

    Args:
        joint: encodes the pictures.
        place: a folder in which the heads lie, and which whoever names it clears after a process that was killed; None
            for that of the system's temporary files.
    """

    def __init__(self, joint: JointEncoder, place: Path | None = None) -> None:
        self._joint, self._place = joint, place
        self._embeddings: OrderedDict[str, np.ndarray] = OrderedDict()
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
                    f"The class {name!r} has {counted(len(paths), 'picture', none='no')}; "
                    f"add between {FEWEST} and {MOST} for each class."
                )
        if schedule not in SCHEDULES:
            raise InputError(f"There is no schedule {schedule!r}; choose one of {', '.join(SCHEDULES)}.")
        start = perf_counter()
        rows: list[OwnPicture] = []
        refused: list[tuple[str, str]] = []
        files = [(path, number) for number, paths in enumerate((first, second)) for path in paths]
        for place in range(0, len(files), TOGETHER):
            if stopped():
                yield Progress(len(rows), len(files), tuple(refused), stopped=True)
                return
            rows += self._encoded(files[place : place + TOGETHER], refused)
            yield Progress(len(rows), len(files), tuple(refused), encoding_seconds=perf_counter() - start)
        once = _once(rows, called, refused)
        seconds = perf_counter() - start
        base = Progress(len(rows), len(files), tuple(refused), (), SCHEDULES[schedule].epochs, seconds)
        yield from self._fitted(once, called, schedule, stopped, base)

    def _encoded(self, files: Sequence[tuple[Path, int]], refused: list[tuple[str, str]]) -> list[OwnPicture]:
        """Returns the pictures that can be used; adds the others to `refused`."""
        opened: list[tuple[Picture, int, Path]] = []
        for (path, number), picture in zip(files, each_of(_opened, [path for path, _ in files]), strict=True):
            if isinstance(picture, InputError):
                refused.append((path.name, str(picture)))
            else:
                opened.append((picture, number, path))
        with self._lock:
            digests = [picture.digest for picture, *_ in opened]
            rows = {digest: self._embeddings[digest] for digest in digests if digest in self._embeddings}
        new = [picture for picture, *_ in opened if picture.digest not in rows]
        if new:
            encoded = self._joint.encode_pictures(new)
            rows |= dict(zip((picture.digest for picture in new), encoded, strict=True))
        with self._lock:
            self._embeddings.update(rows)
            while len(self._embeddings) > REMEMBERED:
                self._embeddings.popitem(last=False)
        return [
            OwnPicture(picture.digest, sha256_of_arrays(picture.pixels), number, path, rows[picture.digest])
            for picture, number, path in opened
        ]

    def _fitted(
        self,
        rows: Sequence[OwnPicture],
        names: tuple[str, str],
        schedule: str,
        stopped: Callable[[], bool],
        base: Progress,
    ) -> Generator[Progress]:
        start, how = perf_counter(), SCHEDULES[schedule]
        plain = np.stack([row.embedding for row in rows]).astype(np.float32)
        samples = Samples(plain, np.array([row.number for row in rows]))
        heads = Heads(1, plain.shape[1], 1, SEED)
        everything = np.ones((1, len(rows)), dtype=bool)
        epochs: list[Epoch] = []
        stands = base
        for epoch in fitting(heads, samples, everything, SEED, how):
            epochs.append(epoch)
            stands = replace(stands, epochs=tuple(epochs), training_seconds=perf_counter() - start)
            if stopped():
                yield replace(stands, stopped=True)
                return
            yield stands
        held_out = None
        judges = judging(samples, [row.path for row in rows], SEED, how)
        while not stopped():
            try:
                stands = replace(stands, judged=next(judges))
            except StopIteration as end:
                held_out = end.value
                break
            yield stands
        judges.close()
        own = saved(heads, rows, names, schedule, self._joint.id, held_out, self._place)
        yield replace(stands, own=own)


def _opened(path: Path) -> Picture | InputError:
    """Returns a picture, or why it cannot be used."""
    try:
        picture = open_picture(path)
        if is_blank(picture.pixels):
            raise InputError("The picture is blank.")
        return picture
    except InputError as error:
        return error


def _named(names: tuple[str, str]) -> tuple[str, str]:
    first, second = (text.clean(name, what="name of the class", limit=LONGEST_NAME) for name in names)
    if first == second:
        raise InputError(f"Both classes are called {first!r}; give them different names.")
    return first, second


def _once(
    rows: Sequence[OwnPicture], names: tuple[str, str], refused: Sequence[tuple[str, str]]
) -> list[OwnPicture]:
    """Returns each picture once, in whatever files its pixels lie.

    Raises:
        InputError: one picture stands in both classes, or a class has too few that can be used.
    """
    once: dict[str, OwnPicture] = {}
    for row in rows:
        if once.setdefault(row.shown, row).number != row.number:
            raise InputError(
                f"One picture stands in both classes, {names[0]} and {names[1]}; take it out of one."
            )
    for number, name in enumerate(names):
        count = sum(row.number == number for row in once.values())
        if count < FEWEST:
            raise InputError(_too_few(name, count, sum(row.number == number for row in rows), refused))
    return list(once.values())


def _too_few(name: str, different: int, usable: int, refused: Sequence[tuple[str, str]]) -> str:
    """Returns why a class cannot be trained on."""
    why = ""
    if usable > different:
        why = f"; {counted(usable - different, 'copy', 'copies')} of others counted for nothing"
    if refused:
        why += f"; {refused[0][0]} was left out: {refused[0][1].rstrip('.')}"
    return f"Of the class {name!r} {counted(different, 'picture', none='no')} can be used; {FEWEST} are needed{why}."
