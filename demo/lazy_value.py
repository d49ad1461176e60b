"""A value that is slow to make, such as a model or a gallery, made once behind the page."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, Literal, TypeVar

from core.errors import BlendscopeError, NotReadyError

Made = TypeVar("Made")
State = Literal["waiting", "loading", "ready", "failed"]
LONGEST_WAIT = 180.0


class LazyValue(Generic[Made]):
    """Something slow to make that is made once; whoever asks meanwhile waits for it.

    Args:
        make: makes it; a failure is kept for the page, and tried again when it is next asked for.
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._value: Made | None = None
        self.state: State = "waiting"
        self.reason = ""

    def get(self) -> Made:
        """Returns the part, made now if need be.

        Raises:
            NotReadyError: another thread has been making it for longer than anybody should wait.
            BlendscopeError: it cannot be made.
        """
        if self._value is not None:
            return self._value
        if not self._lock.acquire(timeout=LONGEST_WAIT):
            raise NotReadyError("The models are still loading; try again in a moment.")
        try:
            if self._value is None:
                self.state = "loading"
                self._value = self._make()
            self.state, self.reason = "ready", ""
            return self._value
        except Exception as error:
            expected = isinstance(error, BlendscopeError)
            self.reason = str(error) if expected else "It could not be loaded; the log says why."
            self.state = "failed"
            raise
        finally:
            self._lock.release()
