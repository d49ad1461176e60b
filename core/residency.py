"""Keeps large models in memory: loaded when first used, never twice, the least recently used unloaded first.

What a framework must do (measure a model, know its out-of-memory error, empty its cache) is handed in as
`core.contracts.DeviceBackend`, so that this file, which the page reads, loads none.
"""

from __future__ import annotations

import logging
import sys
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from core.contracts import DeviceBackend
from core.devices import CPU, GPU, Held, Place
from core.errors import CapacityError
from core.listening import say
from core.settings import machine_bytes, model_bytes

Loaded = TypeVar("Loaded")
Answer = TypeVar("Answer")
log = logging.getLogger(__name__)
MACHINE_SHARE = 0.9
"""The part of the machine's memory that one model may take; the rest is for the program and what is computed."""
FULL = "The GPU's memory is full; the model {id} runs on the CPU, which is slower."
GONE = "The GPU does not answer any more; the model {id} runs on the CPU, which is slower."


class Resident(Generic[Loaded]):
    """A model that is in memory while it is needed; `run` and `run_rows` are the only ways to it. Thread-safe.

    Args:
        keeper: counts the bytes of all models.
        id: names the model and its revision.
        load: makes the model at a place.
        expected: bytes of its weight files, so that room is made before they are read.
        gpu: its place where there is a GPU.
        backend: what the framework does.
    """

    def __init__(
        self,
        keeper: Keeper,
        id: str,
        load: Callable[[Place], Loaded],
        *,
        expected: int,
        gpu: Place,
        backend: DeviceBackend,
    ) -> None:
        self.id, self.expected, self.backend = id, expected, backend
        self.lock = threading.RLock()
        self.held: Held | None = None
        self.busy = 0
        self._keeper, self._load, self._gpu = keeper, load, gpu
        self._loaded: Loaded | None = None
        self._stays_on_cpu = self._in_halves = False

    def run(self, work: Callable[[Loaded], Answer]) -> Answer:
        """Returns what `work` makes of the model, which is loaded first if need be.

        What happens when memory is full is said in `run_rows`; here nothing can be halved.

        Args:
            work: gets the model; nothing else uses it meanwhile.

        Raises:
            ArtifactError: the model's files are missing or damaged.
            CapacityError: the machine's memory is full, or too small for the model.
        """
        return self.run_rows(work)[0]

    def run_rows(self, work: Callable[..., Answer], *columns: Any) -> list[Answer]:
        """Returns what `work` makes of the model and of a batch: one answer, or two, of the halves of the batch.

        When the GPU's memory is full, models there that are not at work are unloaded. If that is not enough, the
        batch is halved, once, and every later batch is, too: what was too much will be too much again. If that is
        not enough either, or if the GPU does not answer any more, the model moves to the CPU for good, a notice
        says so, and the work is done there. The machine's own memory is spared in the same way, by halving.

        Args:
            work: gets the model and the columns, or their first half and then their second; nothing else uses the
                model meanwhile. When it fails, it is called again for the same rows.
            *columns: sequences or tensors of one length, which belong together row by row.

        Raises:
            ArtifactError: the model's files are missing or damaged.
            CapacityError: the machine's memory is full, or too small for the model.
        """
        with self.lock:
            self.busy += 1
            try:
                return self._try(work, columns)
            except Exception as error:
                if isinstance(error, MemoryError) or self.backend.is_out_of_memory(error):
                    raise self._refusal() from None
                raise
            finally:
                self.busy -= 1

    def unload(self) -> None:
        """Forgets the weights; the next `run` loads them again."""
        with self.lock:
            self._loaded, self.held = None, None
        self.backend.release()

    def _try(self, work: Callable[..., Answer], columns: tuple[Any, ...]) -> list[Answer]:
        place, room_made = self._place(), False
        while True:
            try:
                loaded = self._ready(place)
                return [work(loaded, *part) for part in (_halves(columns) if self._in_halves else [columns])]
            except Exception as error:
                gone = place.device != "cpu" and self.backend.is_gone(error)
                if not gone and not self.backend.is_out_of_memory(error):
                    raise
            # Outside the handler, for the error's traceback holds the tensors that filled the memory.
            if gone:
                place = self._move_to_cpu(GONE)
            elif place.device != "cpu" and not room_made and self._keeper.make_room(sys.maxsize, place, self):
                room_made = True
            elif self._loaded is not None and not self._in_halves and len(_halves(columns)) > 1:
                log.info("the memory is full; %s gets half as much at a time", self.id)
                self._in_halves = True
            elif place.device != "cpu":
                place = self._move_to_cpu(FULL)
            else:
                raise self._refusal()

    def _move_to_cpu(self, notice: str) -> Place:
        self.unload()
        self._ready(CPU)
        self._stays_on_cpu, self._in_halves = True, False
        self._keeper.notice(notice.format(id=self.id))
        return CPU

    def _refusal(self) -> CapacityError:
        return CapacityError(f"The machine's memory is too full for the model {self.id}; try again later.")

    def _place(self) -> Place:
        return CPU if self._stays_on_cpu or not self.backend.has_cuda() else self._gpu

    def _ready(self, place: Place) -> Loaded:
        if self._loaded is None:
            with self._keeper.loading, self.backend.quiet():
                self._keeper.check_fits(self.expected, place, self.id)
                self._keeper.make_room(self.expected, place, self)
                say(round(self.expected / 1e9, 1), f"GB are being read: {self.id.partition('@')[0]}")
                loaded = self._load(place)
                size = self.backend.bytes_of(loaded)
                self._keeper.make_room(size, place, self)
            self._loaded, self.held = loaded, Held(self.id, place.device, place.dtype, size)
            log.info("loaded %s on %s as %s", self.id, place.device, place.dtype)
        self._keeper.touch(self)
        return self._loaded


def _halves(columns: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Returns the columns cut in two, or as they are when there are fewer than two rows."""
    count = len(columns[0]) if columns else 0
    middle = (count + 1) // 2
    rows = [slice(0, middle), slice(middle, count)] if count > 1 else [slice(None)]
    return [tuple(column[part] for column in columns) for part in rows]


class Keeper:
    """Knows every resident model and how many bytes they take together. Thread-safe.

    Args:
        budget: most bytes of weights in memory; None takes BLENDSCOPE_MODEL_BYTES or half of what the machine has.
        machine: bytes of the machine's memory; None finds out.
    """

    def __init__(self, budget: int | None = None, machine: int | None = None) -> None:
        self.loading = threading.RLock()
        self._budget, self._machine = budget, machine
        self._lock = threading.RLock()
        self._residents: weakref.WeakValueDictionary[str, Resident[Any]] = weakref.WeakValueDictionary()
        self._order: list[weakref.ref[Resident[Any]]] = []
        self._notices: list[str] = []

    def resident(
        self,
        key: str,
        id: str,
        load: Callable[[Place], Loaded],
        *,
        expected: int,
        backend: DeviceBackend,
        gpu: Place = GPU,
    ) -> Resident[Loaded]:
        """Returns the one resident with this key; it lives as long as somebody holds it.

        Args:
            key: what makes two models the same, such as the family and its folder.
            id: names the model and its revision.
            load: makes the model at a place.
            expected: bytes of its weight files.
            backend: what the framework does.
            gpu: its place where there is a GPU.
        """
        with self._lock:
            model = self._residents.get(key)
            if model is None:
                model = Resident(self, id, load, expected=expected, gpu=gpu, backend=backend)
                self._residents[key] = model
            return model

    @property
    def budget(self) -> int:
        """The most bytes of weights that lie in the machine's memory."""
        if self._budget is None:
            self._budget = model_bytes()
        return self._budget

    def touch(self, used: Resident[Any]) -> None:
        """Notes that a model was used just now."""
        with self._lock:
            alive = [
                reference for reference in self._order if reference() is not None and reference() is not used
            ]
            self._order = [*alive, weakref.ref(used)]

    def check_fits(self, size: int, place: Place, id: str) -> None:
        """Raises CapacityError for a model on the CPU that the system would end the process for."""
        machine = self._machine or machine_bytes()
        if place.device == "cpu" and size > machine * MACHINE_SHARE:
            raise CapacityError(
                f"The model {id} needs {size / 1e9:.1f} GB of memory, too much for this machine, which has "
                f"{machine / 1e9:.1f} GB; choose a smaller one in BLENDSCOPE_MODELS."
            )

    def make_room(self, size: int, place: Place, newcomer: Resident[Any]) -> bool:
        """Unloads what was not used for longest, but no model at work, until `size` bytes fit; tells if it did any."""
        own = newcomer.backend.memory(place.device)
        limit, unloaded = self.budget if own is None else own, False
        for other in self._loaded():
            if self._taken(place.device) + size <= limit:
                break
            if other is newcomer or other.held is None or other.held.device != place.device:
                continue
            # Never wait for a model at work: it may be waiting for this one.
            if other.lock.acquire(blocking=False):
                try:
                    if not other.busy:
                        log.info("unloading %s to make room for %s", other.id, newcomer.id)
                        other.unload()
                        unloaded = True
                finally:
                    other.lock.release()
        return unloaded

    def notice(self, sentence: str) -> None:
        """Keeps a sentence for the page, once."""
        with self._lock:
            if sentence not in self._notices:
                log.warning("%s", sentence)
                self._notices.append(sentence)

    def notices(self) -> tuple[str, ...]:
        """Returns the sentences for the page, oldest first."""
        with self._lock:
            return tuple(self._notices)

    def state(self) -> tuple[Held, ...]:
        """Returns the models in memory, the least recently used first."""
        return tuple(held for resident in self._loaded() if (held := resident.held) is not None)

    def device_of(self, id: str) -> str | None:
        """Returns where a model lies, None when it is not in memory."""
        return next((held.device for held in self.state() if held.id == id), None)

    def _loaded(self) -> Sequence[Resident[Any]]:
        with self._lock:
            return [
                resident
                for reference in self._order
                if (resident := reference()) is not None and resident.held
            ]

    def _taken(self, device: str) -> int:
        return sum(held.bytes for held in self.state() if held.device == device)


KEEPER = Keeper()
