"""Whether anybody still waits for the answer that is being computed; long computations ask and end early."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.errors import CapacityError

_left: ContextVar[Callable[[], bool] | None] = ContextVar("left", default=None)


@contextmanager
def listened_to(left: Callable[[], bool]) -> Iterator[None]:
    """Says, for what is computed inside, how to find out that nobody waits for it any more.

    Args:
        left: asked from any thread; True once nobody waits.
    """
    token = _left.set(left)
    try:
        yield
    finally:
        _left.reset(token)


def everybody_left() -> bool:
    """Tells whether nobody waits any more; False where nobody said how to find out."""
    left = _left.get()
    return left is not None and left()


def check_listened_to() -> None:
    """Ends a computation that nobody waits for.

    Raises:
        CapacityError: everybody left.
    """
    if everybody_left():
        raise CapacityError("Nobody waits for this answer any more, so it was not finished.")
