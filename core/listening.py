"""Whoever waits for an answer that is being computed: long computations say what they do, and end when nobody waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.errors import CapacityError

Hears = Callable[[float, str], None]
_left: ContextVar[Callable[[], bool] | None] = ContextVar("left", default=None)
_hears: ContextVar[Hears | None] = ContextVar("hears", default=None)


@contextmanager
def listened_to(left: Callable[[], bool], hears: Hears | None = None) -> Iterator[None]:
    """Says, for what is computed inside, how to find out that nobody waits for it any more, and how to reach them.

    Args:
        left: asked from any thread; True once nobody waits.
        hears: told, from any thread, how far it is, see `say`; None when nobody can be told.
    """
    tokens = _left.set(left), _hears.set(hears)
    try:
        yield
    finally:
        _left.reset(tokens[0])
        _hears.reset(tokens[1])


@contextmanager
def overheard(by: Hears) -> Iterator[None]:
    """Lets somebody hear, too, what is said inside to whoever waits; see `listened_to`."""
    waits = _hears.get()

    def both(count: float, what: str) -> None:
        by(count, what)
        if waits is not None:
            waits(count, what)

    token = _hears.set(both)
    try:
        yield
    finally:
        _hears.reset(token)


def say(count: float, what: str) -> None:
    """Tells whoever waits how far it is; nobody has to listen.

    Args:
        count: how much is done, or of how much there is something to do.
        what: what is counted, such that both together say what is going on: 7 "of at most 20 words of the caption".
    """
    hears = _hears.get()
    if hears is not None:
        hears(count, what)


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
