"""Who asks while a gallery is being made hears how far it is, and does not hold up others."""

from __future__ import annotations

import threading
import time

import pytest

from core.errors import CapacityError, NotReadyError
from core.listening import listened_to
from demo import lazy_value
from demo.lazy_value import LazyValue


def test_who_waits_for_long_work_hears_how_far_it_is_and_does_not_hold_up_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lazy_value, "LOOKS_EVERY", 0.01)
    monkeypatch.setattr(lazy_value, "LONGEST_WAIT_FOR_LONG_WORK", 0.05)
    going, heard = threading.Event(), list[str]()
    part = LazyValue(lambda: going.wait(5), lambda: "reading picture 32 of 260 of the gallery")
    first = threading.Thread(target=part.get)
    first.start()
    while part.state != "loading":
        time.sleep(0.001)
    with (
        listened_to(lambda: False, lambda count, what: heard.append(what)),
        pytest.raises(NotReadyError, match=r"still loading \(reading picture 32 of 260 of the gallery\);"),
    ):
        part.get()
    assert heard and set(heard) == {"s: reading picture 32 of 260 of the gallery"}
    with listened_to(lambda: True), pytest.raises(CapacityError, match="Nobody waits"):
        part.get()
    going.set()
    first.join(5)
    assert part.get() is True
