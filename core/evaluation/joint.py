"""Measures the joint encoder: does a photo find its captions, and a caption its photo?"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.blend import dot_products
from core.contracts import Models
from core.datasets.captions import CaptionedPicture, read_captions
from core.errors import DataError, InputError
from core.evaluation.base import EvaluationOptions, Intake, trained
from core.evaluation.report import EvaluationReport
from core.metrics import Estimate, ranks_of_right, recalls
from core.text import clean

PLACES = (1, 10)
TEXT_BATCH = 256


def evaluate(data: Path, models: Models, options: EvaluationOptions) -> EvaluationReport:
    """Ranks all captions for each photo and all photos for each caption.

    Args:
        data: a folder in the captions layout.
        models: the profile's models.
        options: how to measure.

    Returns:
        Recall at 1 and 10: a photo is right when any of its captions is among the first k, a caption when its
        photo is. n counts photos; intervals of captions are over captions.

    Raises:
        DataError: unusable data, or nothing left to judge.
    """
    rows = read_captions(data)
    intake = Intake(options, trained(models, "joint"))
    fresh = [row for row in rows if intake.allowed(row.path)]
    judged, vectors = intake.judge(
        fresh, lambda row: (row.file, row.path), "photos", lambda some, _: models.joint.encode_pictures(some)
    )
    texts, owner, refused = _sentences(judged)
    words = [
        models.joint.encode_texts(texts[start : start + TEXT_BATCH])
        for start in range(0, len(texts), TEXT_BATCH)
    ]
    similarity = dot_products(np.stack(vectors), np.concatenate(words))
    return EvaluationReport(
        "joint",
        models.profile,
        {"joint": models.joint.id},
        len(np.unique(owner)),
        figures(similarity, owner),
        {**intake.counts(), "captions": len(texts), "captions_rejected": refused},
    )


def figures(similarity: np.ndarray, owner: np.ndarray) -> dict[str, Estimate]:
    """Returns recall in both directions.

    Args:
        similarity: (photos, captions) cosines.
        owner: (captions,) the photo that each caption is about; photos without a caption are distractors.
    """
    photos = np.unique(owner)
    photo_ranks = ranks_of_right(similarity[photos], [np.flatnonzero(owner == photo) for photo in photos])[0]
    caption_ranks = ranks_of_right(similarity.T, owner[:, None])[0]
    photo_figures = recalls(photo_ranks, PLACES, "photo_to_caption_recall_at_{}")
    return photo_figures | recalls(caption_ranks, PLACES, "caption_to_photo_recall_at_{}")


def _sentences(rows: list[CaptionedPicture]) -> tuple[list[str], np.ndarray, int]:
    """Returns the captions as the door for words passes them, whose each is, and how many were refused."""
    texts, owner, refused = [], [], 0
    for index, row in enumerate(rows):
        for caption in row.captions:
            try:
                texts.append(clean(caption))
                owner.append(index)
            except InputError:
                refused += 1
    if not texts:
        raise DataError("None of the captions can be read.")
    return texts, np.array(owner, dtype=np.int64), refused
