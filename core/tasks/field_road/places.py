"""Where the scores of the two captions and of the head come from: a photo's places, and the captions' words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float32, Float64

from core import text as words_door
from core.contracts import SummedEncoder
from core.errors import InputError
from core.instruments.parts_apart import HELD, PartApart, text_apart
from core.instruments.places import words_of
from core.tasks.field_road.task import FieldRoadTask
from core.types import Picture

if TYPE_CHECKING:
    from core.heads.field_road import FieldRoadHead

NO_SUM = (
    "With these models a picture is no sum over its places, so where a score comes from is not shown; the pocket "
    "models show it."
)
AGAINST, HEAD = "captions", "head"
KEYS = ("first", "second")
WHOLE = (AGAINST, HEAD)
"""The numbers that say which class it is."""


def located(task: FieldRoadTask, picture: Picture, captions: tuple[str, str]) -> tuple[PartApart, ...]:
    """Takes the scores of one photo apart.

    Args:
        task: whose joint encoder and head answer.
        picture: what is asked about.
        captions: of the two classes.

    Returns:
        The logarithms of the odds of the second class against the first by the captions, the two captions' scores,
        whose difference that is, and the logarithm of the odds by the head where there is one.

    Raises:
        InputError: a caption cannot be used, or these models' rows are no sums over places.
    """
    joint = task.joint
    if not isinstance(joint, SummedEncoder):
        raise InputError(NO_SUM)
    cleaned = [words_door.clean(caption, what="caption") for caption in captions]
    logits, picture_rows = task.caption_logits(picture, cleaned), joint.picture_shares(picture)
    alone = [
        _caption(joint, picture_rows, caption, KEYS[number], task.labels[number], float(logits[number]))
        for number, caption in enumerate(cleaned)
    ]
    first, second = task.labels
    odds = PartApart(
        AGAINST,
        f"the captions, {second} against {first}",
        "words",
        float(logits[1] - logits[0]),
        alone[1].places - alone[0].places,
    )
    return (odds, *alone, *_head(task, picture, picture_rows))


def sentence_of(parts: tuple[PartApart, ...], labels: tuple[str, str]) -> str:
    """Says from how few places half of what speaks for the second class comes, one plain sentence.

    Args:
        parts: as `located` gives them.
        labels: of the two classes.
    """
    first, second = labels
    captions, head = parts[0], parts[-1]
    by_head = f", by the head from {head.half}" if head.key == HEAD else ""
    return (
        f"By the captions half of what speaks for {second} against {first} comes from {captions.half} of "
        f"{len(captions.places) - 1} places{by_head}."
    )


def _caption(
    joint: SummedEncoder,
    picture: Float64[np.ndarray, "places_and_bias d"],
    caption: str,
    key: str,
    label: str,
    score: float,
) -> PartApart:
    words, rows = words_of(joint.text_pieces(caption), joint.text_shares(caption))
    by_word = text_apart(picture, words, rows, joint.scale)
    return PartApart(key, f"caption of {label}", "words", score, by_word.sum(axis=0), words, by_word)


def _head(
    task: FieldRoadTask, picture: Picture, rows: Float64[np.ndarray, "places_and_bias d"]
) -> tuple[PartApart, ...]:
    """Returns the head's logit; its biases, and the embedding's, belong to no place."""
    if task.head is None:
        return ()
    score = float(_by_head(task.head, task.joint.encode_pictures([picture]))[0])
    shares = task.head.road_summands(rows)
    places = np.append(shares[:-2], shares[-2] + shares[-1])
    label = f"the head, {task.labels[1]} against {task.labels[0]}"
    return (PartApart(HEAD, label, "picture", score, places, holds=HELD),)


def odds(
    task: FieldRoadTask, pictures: Sequence[Picture], captions: tuple[str, str]
) -> Float64[np.ndarray, "numbers pictures"]:
    """Returns the logarithms of the odds of the second class by the captions, and by the head where there is one.

    Args:
        task: whose joint encoder and head answer.
        pictures: what is asked about.
        captions: of the two classes, cleaned.
    """
    rows = task.joint.encode_pictures(pictures)
    first, second = task.joint.encode_texts(list(captions)).astype(np.float64)
    by_captions = task.joint.scale * (rows.astype(np.float64) @ (second - first))
    return np.stack([by_captions, *([] if task.head is None else [_by_head(task.head, rows)])])


def _by_head(head: FieldRoadHead, rows: Float32[np.ndarray, "n d"]) -> Float64[np.ndarray, " n"]:
    """Returns the head's logarithms of the odds, finite however sure it is."""
    road = np.clip(head.road_probability(rows), np.finfo(float).tiny, 1 - np.finfo(float).epsneg)
    return np.asarray(np.log(road) - np.log1p(-road))
