"""What if one of the two captions had other words: what each of them does to the zero-shot answer, and what others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.instruments import Blended
from core.instruments.question_words import QuestionWords, question_words
from core.tasks.field_road.task import FieldRoadTask
from core.text import clean
from core.types import Picture


def what_if(
    task: FieldRoadTask, picture: Picture, captions: tuple[str, str]
) -> tuple[QuestionWords, QuestionWords]:
    """Asks with other words in each of the two captions, the other one as it is.

    A score is the logarithm of the odds of a class against the other one.

    Args:
        task: whose joint encoder compares picture and captions.
        picture: what is asked about.
        captions: of the two classes, which the model can read.

    Raises:
        InputError: a caption cannot be used.
    """
    first, second = (clean(caption, what="caption") for caption in captions)
    logits = task.caption_logits(picture, [first, second])

    def of_the_first(texts: Sequence[str]) -> list[Blended]:
        return [_blended(logit - logits[1], task.labels) for logit in task.caption_logits(picture, texts)]

    def of_the_second(texts: Sequence[str]) -> list[Blended]:
        return [_blended(logits[0] - logit, task.labels) for logit in task.caption_logits(picture, texts)]

    whole = _blended(logits[0] - logits[1], task.labels)
    return (
        question_words(first, whole, of_the_first, can_ask=task.can_ask),
        question_words(second, whole, of_the_second, can_ask=task.can_ask),
    )


def _blended(odds: float, labels: tuple[str, str]) -> Blended:
    # A probability of a half counts as the second class, as in the answer.
    first = odds if odds > 0 else min(odds, -np.finfo(float).tiny)
    return Blended(np.array([[first, -first]]), (1.0,), ("captions",), labels)
