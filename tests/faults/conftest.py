"""What the tests of faults share with those of the page."""

from tests.demo.conftest import loops_are_closed

__all__ = ["loops_are_closed"]
