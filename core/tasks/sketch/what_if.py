"""What if the caption had other words: what each of them does, and what others would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.instruments import Blended
from core.instruments.question_words import QuestionWords, question_words
from core.instruments.rewording import about
from core.tasks.evidence import check_same_models
from core.tasks.sketch.answer import blended_of
from core.tasks.sketch.evidence import SketchEvidence
from core.tasks.sketch.task import SketchTask


def what_if(
    task: SketchTask, evidence: SketchEvidence, pair: tuple[float, float], right: Sequence[int] = ()
) -> QuestionWords:
    """Asks with other words about the same drawing; only the words are encoded.

    Args:
        task: the encoders that found the evidence.
        evidence: of the question as it is.
        pair: weights of picture and words.
        right: indices of the classes whose rank is followed, the best of them; () follows the first.

    Raises:
        InputError: other models found the evidence.
    """
    check_same_models(evidence.models, task.models)
    sentence = evidence.caption.sentence

    def blended_of_each(texts: Sequence[str]) -> list[Blended]:
        return [blended_of(changed, pair) for changed in task.with_each(evidence, texts)]

    return question_words(
        sentence,
        replace(blended_of(evidence, pair), right=right),
        blended_of_each,
        lambda row: about(sentence, evidence.labels[row]),
        can_ask=task.can_ask,
    )
