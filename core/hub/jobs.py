"""One download in the background for the whole process, so that the page can start it, show it and stop it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.errors import BlendscopeError, CapacityError
from core.hub.choice import pins_of
from core.hub.fetch import fetch_all
from core.task_table import find_task

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FetchState:
    """How far the download is; one moment of it.

    Attributes:
        task: whose models are fetched, None before the first download.
        running: whether it goes on.
        done: bytes that are here.
        total: bytes in all, as far as is known.
        file: the file that is coming.
        failed: the sentence that says why it ended without its models, "" otherwise.
        finished: whether all models of the task are here.
        cancelled: whether a person stopped it.
    """

    task: str | None = None
    running: bool = False
    done: int = 0
    total: int = 0
    file: str = ""
    failed: str = ""
    finished: bool = False
    cancelled: bool = False

    @property
    def share(self) -> float:
        """What part of the bytes is here, in [0, 1]."""
        return 1.0 if self.finished else min(self.done / self.total, 1.0) if self.total else 0.0


class BackgroundFetch:
    """Fetches the models of one task at a time in a thread of its own. All methods may be called by any thread.

    Args:
        fetcher: what downloads, with the signature of `core.hub.fetch.fetch_all`.
    """

    def __init__(self, fetcher: Callable[..., Any] = fetch_all) -> None:
        self._fetch = fetcher
        self._lock = threading.Lock()
        self._state = FetchState()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> FetchState:
        """How far it is."""
        with self._lock:
            return self._state

    def start(self, task: str, *, optional: bool = False, names: Sequence[str] | None = None) -> FetchState:
        """Starts to fetch the models of a task; where they are fetched already, it just goes on.

        Args:
            task: a name of `core.task_table.TASKS`.
            optional: with those that offer a choice.
            names: only these pins of the task.

        Raises:
            SettingsError: there is no such task.
            CapacityError: the models of another task are being fetched.
        """
        task = find_task(task).name
        pins = [pin for pin in pins_of(task, optional=optional or names is not None)]
        if names is not None:
            pins = [pin for pin in pins if pin.name in names]
        with self._lock:
            if self._state.running and self._state.task != task:
                raise CapacityError(
                    f"The models of {self._state.task} are being fetched; wait for them or stop that first."
                )
            if not self._state.running:
                self._stop = threading.Event()
                self._state = FetchState(task, running=True, total=sum(pin.bytes for pin in pins))
                self._thread = threading.Thread(
                    target=self._run, args=(pins, self._stop), name="fetch", daemon=True
                )
                self._thread.start()
            return self._state

    def cancel(self) -> None:
        """Stops the download; what has come is kept, and the next start goes on with it."""
        self._stop.set()

    def wait(self, timeout: float | None = None) -> FetchState:
        """Waits until the download is over, or for `timeout` seconds, and tells how far it is."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)
        return self.state

    def _run(self, pins: Sequence[Any], stop: threading.Event) -> None:
        try:
            self._fetch(pins, self._tell, cancelled=stop.is_set)
        except BlendscopeError as error:
            if stop.is_set():
                self._change(running=False, cancelled=True)
            else:
                self._change(running=False, failed=str(error))
        except Exception:
            log.exception("A download ended with an error that nobody foresaw.")
            self._change(running=False, failed="The download failed; the log of the app says why. Try again.")
        else:
            self._change(running=False, finished=True, done=self.state.total)

    def _tell(self, done: int, total: int, file: str) -> None:
        self._change(done=done, total=total, file=file)

    def _change(self, **news: Any) -> None:
        with self._lock:
            self._state = replace(self._state, **news)


FETCHES = BackgroundFetch()
