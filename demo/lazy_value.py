"""A value that is slow to make, such as a model or a gallery, made once behind the page."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, Literal, TypeVar

from core.errors import BlendscopeError, NotReadyError
from core.listening import check_listened_to, say

Made = TypeVar("Made")
State = Literal["waiting", "loading", "ready", "failed"]
LONGEST_WAIT = 180.0
LONGEST_WAIT_FOR_LONG_WORK = 20.0
"""Seconds that a question waits at most for what tells how far it is: that takes minutes, and others want to ask."""
LOOKS_EVERY = 1.0


class LazyValue(Generic[Made]):
    """Something slow to make that is made once; whoever asks meanwhile waits for it.

    Args:
        make: makes it; a failure is kept for the page, and tried again when it is next asked for.
        progress: tells how far long work is, such as a gallery that is being made; "" while there is none.
    """

    def __init__(self, make: Callable[[], Made], progress: Callable[[], str] = lambda: "") -> None:
        self._make, self._progress = make, progress
        self._lock = threading.Lock()
        self._value: Made | None = None
        self.state: State = "waiting"
        self.reason = ""

    def get(self) -> Made:
        """Returns the part, made now if need be.

        Raises:
            NotReadyError: another thread has been making it for longer than anybody should wait.
            CapacityError: whoever asked has left meanwhile.
            BlendscopeError: it cannot be made.
        """
        if self._value is not None:
            return self._value
        self._take_turn()
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

    def _take_turn(self) -> None:
        began = time.monotonic()
        while not self._lock.acquire(timeout=min(LOOKS_EVERY, LONGEST_WAIT)):
            check_listened_to()
            waited, progress = time.monotonic() - began, self._progress()
            if waited >= (LONGEST_WAIT_FOR_LONG_WORK if progress else LONGEST_WAIT):
                doing = f" ({progress})" if progress else ""
                raise NotReadyError(f"The models are still loading{doing}; try again in a moment.")
            say(round(waited), f"s: {progress or 'the models are loading'}")
