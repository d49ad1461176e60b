"""The losses of report 3's fine-tuning, and the contrast of pairs, each of which can be left out.

ITC and ITM (Li et al. 2021, ALBEF; Zeng et al. 2022, X2-VLM) join pictures with captions, L1 + GIoU (Rezatofighi
et al. 2019) teach where the garment is, ArcFace (Deng et al. 2019) keeps items apart by an angle. The captions are
the slot captioner's: no pack has captions of people.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import torch
import torch.nn.functional as functional
from jaxtyping import Bool, Float, Int
from pytorch_metric_learning.losses import ArcFaceLoss
from torch import Tensor, nn
from torchvision.ops import box_convert, generalized_box_iou_loss

TEMPERATURE = 0.15
MARGIN = 0.15  # radians, as the report gives it; the library takes degrees
SCALE = 30.0
HIDDEN = 128
SAME_WORDS = 0.9999
Rows = Float[Tensor, "n d"]
Same = Bool[Tensor, "n n"]
Drawn = tuple[Int[Tensor, " n"], Int[Tensor, " n"]]


@dataclass(frozen=True, slots=True)
class Losses:
    """Which losses are added up, each with its weight; 0 leaves one out.

    Attributes:
        pairs: InfoNCE between the worn and the product photos of a batch.
        itc: contrast of pictures with captions.
        itm: does this caption belong to this picture? with hard negatives.
        box: L1 + GIoU of the box of a synthetic scene.
        arcface: items as classes, set apart by an angle.
    """

    pairs: float = 0.0
    itc: float = 0.0
    itm: float = 0.0
    box: float = 0.0
    arcface: float = 0.0

    @property
    def name(self) -> str:
        """The losses in use, such as "ITC + ITM + (L1 + IoU) + ArcFace"."""
        return " + ".join(NAMES[field.name] for field in fields(self) if getattr(self, field.name))


REPORTS = Losses(itc=1.0, itm=1.0, box=1.0, arcface=1.0)
"""The sum that report 3 trained with."""
NAMES = {"pairs": "InfoNCE", "itc": "ITC", "itm": "ITM", "box": "(L1 + IoU)", "arcface": "ArcFace"}


def symmetric(logits: Float[Tensor, "n n"], targets: Float[Tensor, "n n"]) -> Tensor:
    """Returns the mean cross entropy of rows and columns against rows of targets that sum to 1."""
    return (functional.cross_entropy(logits, targets) + functional.cross_entropy(logits.T, targets.T)) / 2


class PairContrast(nn.Module):
    """InfoNCE between two views of the same items, with CLIP's learned temperature."""

    def __init__(self) -> None:
        super().__init__()
        self.log_scale = nn.Parameter(torch.tensor(1 / TEMPERATURE).log())

    def logits(self, left: Rows, right: Rows) -> Float[Tensor, "n n"]:
        """Returns the scaled cosines of unit rows."""
        return left @ right.T * self.log_scale.exp().clamp(max=100.0)

    def forward(self, left: Rows, right: Rows) -> Tensor:
        """Returns the loss of unit rows that belong together row by row."""
        logits = self.logits(left, right)
        return symmetric(logits, torch.eye(len(left), dtype=logits.dtype))


class WordContrast(PairContrast):
    """ITC: pictures against captions; a caption that says the same as the right one is right as well."""

    def __init__(self, words: int, dimensions: int) -> None:
        super().__init__()
        self.linear = nn.Linear(words, dimensions)

    def embedded(self, words: Float[Tensor, "n s"]) -> Rows:
        """Returns unit rows in the garment space."""
        return functional.normalize(self.linear(words), dim=-1)

    def loss(self, pictures: Rows, captions: Rows, same: Same) -> Tensor:
        """Returns the loss of unit rows; `same` tells which captions say the same."""
        shared = same.to(pictures.dtype)
        return symmetric(self.logits(pictures, captions), shared / shared.sum(1, keepdim=True))

    def hardest(self, pictures: Rows, captions: Rows, same: Same) -> Drawn:
        """Draws a wrong caption for each picture and a wrong picture for each caption, likely ones most often."""
        with torch.no_grad():
            chances = self.logits(pictures, captions).masked_fill(same, -1e4)
            # Where every caption says the same, nothing is wrong; the draw is then of no use but does no harm.
            wrong_captions, wrong_pictures = (
                torch.multinomial(some.softmax(1), 1)[:, 0] for some in (chances, chances.T)
            )
        return wrong_captions, wrong_pictures


class Matching(nn.Module):
    """ITM: a small head that says whether a caption belongs to a picture; both embeddings have one size."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(3 * dimensions, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1))

    def logits(self, pictures: Rows, captions: Rows) -> Float[Tensor, " n"]:
        """Returns one number for each pair; above 0 they belong together."""
        scores: Tensor = self.layers(torch.cat([pictures, captions, pictures * captions], dim=1))
        return scores[:, 0]

    def forward(self, pictures: Rows, captions: Rows, drawn: Drawn) -> Tensor:
        """Returns the loss over right pairs, wrong captions and wrong pictures."""
        wrong_captions, wrong_pictures = drawn
        right = self.logits(pictures, captions)
        wrong = (
            self.logits(pictures, captions[wrong_captions]),
            self.logits(pictures[wrong_pictures], captions),
        )
        logits = torch.cat([right, *wrong])
        truth = torch.zeros_like(logits)
        truth[: len(pictures)] = 1.0
        return functional.binary_cross_entropy_with_logits(logits, truth)


def box_loss(boxes: Float[Tensor, "n 4"], true: Float[Tensor, "n 4"]) -> Tensor:
    """Returns L1 + GIoU of boxes given as left, top, right, bottom in shares of the picture."""
    overlap: Tensor = generalized_box_iou_loss(boxes, true, reduction="mean")
    return functional.l1_loss(boxes, true) + overlap


class BoxGuess(nn.Module):
    """Guesses the box of a whole picture from its garment embedding, so that both are trained jointly."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(dimensions, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 4))

    def forward(self, rows: Rows, true: Float[Tensor, "n 4"]) -> Tensor:
        """Returns L1 + GIoU of the guesses."""
        return box_loss(box_convert(self.layers(rows).sigmoid(), "cxcywh", "xyxy"), true)


def arcface(items: int, dimensions: int) -> ArcFaceLoss:
    """Returns ArcFace over so many items, with the report's margin of 0.15 rad and scale of 30."""
    return ArcFaceLoss(items, dimensions, margin=math.degrees(MARGIN), scale=SCALE)


def same_words(rows: Float[Tensor, "n s"]) -> Same:
    """Tells which sentences say the same, word for word: their embeddings point the same way."""
    unit = functional.normalize(rows, dim=-1)
    return unit @ unit.T > SAME_WORDS
