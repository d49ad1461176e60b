"""Brightness: white is bright, black is dark."""

from __future__ import annotations

import numpy as np
import pytest
from core.tasks.brightness import BrightnessTask, answer

from core.encoders import ENCODERS
from tests.pocket import picture_of


@pytest.mark.parametrize(("level", "bright"), [(255, True), (0, False)])
def test_white_is_bright_and_black_is_dark(level: int, bright: bool) -> None:
    picture = picture_of(np.full((8, 8, 3), level, dtype=np.uint8))
    assert answer(BrightnessTask(ENCODERS.load("lightness")()).evidence(picture)).bright == bright
