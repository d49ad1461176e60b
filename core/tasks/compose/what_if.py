"""What if the modification had other words: what each of them does, and what others would do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.instruments import Blended
from core.instruments.question_words import QuestionWords, question_words
from core.tasks.candidates import item_caption
from core.tasks.compose.evidence import ComposeEvidence
from core.tasks.compose.task import ComposeTask
from core.tasks.evidence import check_same_models
from core.tasks.ranking import Ranking
from core.tasks.spoken import telling_title
from core.types import Picture


def what_if(
    task: ComposeTask,
    reference: Picture,
    evidence: ComposeEvidence,
    rank: Callable[[ComposeEvidence], Ranking],
) -> QuestionWords:
    """Asks with other words about the same reference; the words are encoded, the reference only when it was forgotten.

    Args:
        task: the encoders that found the evidence.
        reference: the picture that was asked with.
        evidence: of the question as it is.
        rank: ranks with the weights of the question; a known right picture is followed.

    Raises:
        InputError: other models found the evidence, or nothing is ranked.
    """
    check_same_models(evidence.models, task.models)
    # Other words are told by the same pictures, so that a rank can be compared with the rank before.
    rows = evidence.fetched

    def blended_of_each(texts: Sequence[str]) -> list[Blended]:
        return [rank(changed).blended() for changed in task.evidence_of_each(reference, texts, rows)]

    def caption_of(candidate: int) -> str:
        title = telling_title(candidate, evidence.items, evidence.titles)
        return title or item_caption(task.gallery.items[evidence.row_of(candidate)])

    return question_words(
        evidence.modification,
        rank(evidence).blended(),
        blended_of_each,
        caption_of,
        can_ask=task.can_ask,
    )
