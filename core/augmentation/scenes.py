"""Synthetic street pictures: a garment's photo, cut out and pasted on a background, so that its box is known.

No pack has garment boxes. Here scale, occlusion and zoom-in are drawn by a seed, and measured exactly on the
pasted pixels; what is measured on such scenes is called synthetic wherever it stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.augmentation.cut_outs import Mask, Pixels, cut_out, pictured, resized
from core.images import open_picture
from core.types import Box, Picture

ID = "synthetic-scenes-1"
CANVASES = ((288, 384), (384, 288), (336, 336))  # width, height
TRIES = 60
OUTSIDE = ((0.0, 0.0), (0.05, 0.25), (0.25, 0.45))
OUTSIDE_CHANCES = (0.6, 0.25, 0.15)
HIDDEN = ((0.0, 0.0), (0.02, 0.2), (0.2, 0.5))
HIDDEN_CHANCES = (0.3, 0.35, 0.35)
SCALES = (0.22, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A synthetic street picture.

    Attributes:
        picture: what a person would upload.
        box: the smallest box around the pasted thing, cut at the picture's edges; hidden parts count.
        scale: area of the box as a share of the picture.
        hidden: share of the pasted pixels inside the picture that a patch covers.
        outside: share of the pasted pixels that lie outside the picture.
    """

    picture: Picture
    box: Box
    scale: float
    hidden: float
    outside: float


class Painter:
    """Makes one scene of a photo; the same photo, round and backgrounds always give the same scene.

    Args:
        backgrounds: photos to paste on; without any, coloured noise is painted.
        seed: of every choice, together with the photo's name and the round.

    Attributes:
        id: names the backgrounds and the seed.
    """

    def __init__(self, backgrounds: Sequence[Path], seed: int = 0) -> None:
        self._backgrounds = list(backgrounds)
        self._seed = seed
        names = "/".join(path.name for path in backgrounds)
        self.id = f"{ID}-{seed}-{hashlib.sha256(names.encode()).hexdigest()[:8]}"

    def scene(self, path: Path, round_: int = 0) -> Scene:
        """Returns a scene with the garment of one studio photo; another round gives another scene."""
        words = f"{self._seed}:{round_}:{path.parent.name}/{path.name}"
        random = np.random.default_rng(int(hashlib.sha256(words.encode()).hexdigest()[:16], 16))
        return self._pasted(*cut_out(open_picture(path).pixels), random)

    def _pasted(self, pixels: Pixels, mask: Mask, random: np.random.Generator) -> Scene:
        width, height = CANVASES[random.integers(len(CANVASES))]
        if random.random() < 0.5:
            pixels, mask = pixels[:, ::-1], mask[:, ::-1]
        wanted = OUTSIDE[random.choice(3, p=OUTSIDE_CHANCES)]
        for _ in range(TRIES):
            left, top, wide, high = _place(mask.shape, (width, height), wanted[1] > 0, random)
            box = Box(max(left, 0), max(top, 0), min(left + wide, width), min(top + high, height))
            if box.x1 - box.x0 < 8 or box.y1 - box.y0 < 8:
                continue
            garment = resized(np.dstack([pixels, mask * 255.0]), wide, high)
            inside = garment[int(box.y0) - top : int(box.y1) - top, int(box.x0) - left : int(box.x1) - left]
            outside = 1 - float(inside[..., 3].sum()) / float(garment[..., 3].sum())
            if wanted[0] <= outside <= wanted[1]:
                break
        canvas = self._background(width, height, random)
        part = np.s_[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)]
        alpha = inside[..., 3:] / 255
        canvas[part] = alpha * inside[..., :3] + (1 - alpha) * canvas[part]
        hidden = self._hide(canvas, part, alpha[..., 0] > 0.5, random)
        picture = pictured(canvas)
        scale = (box.x1 - box.x0) * (box.y1 - box.y0) / (width * height)
        return Scene(picture, box, float(scale), hidden, float(max(outside, 0.0)))

    def _background(self, width: int, height: int, random: np.random.Generator) -> np.ndarray:
        if not self._backgrounds:
            coarse = random.uniform(0, 255, (4, 4, 3))
            return resized(coarse, width, height) + random.normal(0, 8, (height, width, 1))
        pixels = open_picture(self._backgrounds[random.integers(len(self._backgrounds))]).pixels
        share = random.uniform(0.5, 1.0)
        tall, broad = pixels.shape[:2]
        # The largest part of the scene's shape, then a share of it.
        high = max(1, int(share * min(tall, broad * height / width)))
        wide = max(1, int(share * min(broad, tall * width / height)))
        top, left = random.integers(tall - high + 1), random.integers(broad - wide + 1)
        return resized(pixels[top : top + high, left : left + wide], width, height).copy()

    def _hide(
        self, canvas: np.ndarray, part: tuple[slice, slice], mask: Mask, random: np.random.Generator
    ) -> float:
        """Covers some of the garment with a piece of another background; returns the share that it covers."""
        low, high = HIDDEN[random.choice(3, p=HIDDEN_CHANCES)]
        if high == 0 or not mask.any():
            return 0.0
        tall, broad = mask.shape
        for _ in range(TRIES):
            h, w = (int(side * random.uniform(0.15, 0.9)) + 1 for side in mask.shape)
            top, left = random.integers(-h // 2, tall - h // 2), random.integers(-w // 2, broad - w // 2)
            patch = np.s_[max(top, 0) : max(top + h, 0), max(left, 0) : max(left + w, 0)]
            share = int(np.count_nonzero(mask[patch])) / int(np.count_nonzero(mask))
            if low <= share <= high:
                view = canvas[part][patch]
                view[:] = self._background(max(view.shape[1], 1), max(view.shape[0], 1), random)
                return share
        return 0.0


def _place(
    shape: tuple[int, int], canvas: tuple[int, int], cut: bool, random: np.random.Generator
) -> tuple[int, int, int, int]:
    """Returns left, top, width and height of a garment on the canvas; `cut` lets it stick out."""
    tall, broad = shape
    width, height = canvas
    fits = min(width / broad, height / tall)
    share = random.uniform(0.5, 1.4) if cut else random.uniform(*SCALES)
    wide, high = max(8, round(broad * fits * share)), max(8, round(tall * fits * share))

    def start(side: int, room: int) -> int:
        low, highest = (-side // 2, room - side // 2) if cut else (0, room - side)
        return int(random.integers(low, highest + 1))

    return start(wide, width), start(high, height), wide, high
