"""Galleries with approximate indexes, for tests that change one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.index import approximate_build
from core.index.approximate_build import add_approximate
from tests.core.bundle_makers import publish


def indexed_gallery(out: Path) -> Path:
    """Makes a gallery of 60 pictures with its indexes, and returns its folder."""
    publish(out, count=60)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(approximate_build, "EXACT_TO", 50)
        add_approximate(out)
    return out
