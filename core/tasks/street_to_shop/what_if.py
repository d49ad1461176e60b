"""What if the garment were described in other words: what each of them does, and what others would do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.captioners.templates import LEVELS
from core.instruments import Blended
from core.instruments.question_words import QuestionWords, question_words
from core.instruments.words_off import without_each_choice
from core.plurals import with_articles
from core.tasks.candidates import item_caption
from core.tasks.evidence import check_same_models
from core.tasks.ranking import Ranking
from core.tasks.spoken import telling_title
from core.tasks.street_to_shop.evidence import StreetEvidence
from core.tasks.street_to_shop.task import StreetToShopTask


def what_if(
    task: StreetToShopTask, evidence: StreetEvidence, rank: Callable[[StreetEvidence], Ranking]
) -> QuestionWords:
    """Asks with other words about the same picture; only the words are encoded.

    Other words are compared as those of the question are: a captioner's with captions, a person's with pictures. Of a
    template that the captioner filled the words in its gaps are left out, for all others are the same everywhere.

    Args:
        task: the encoders that found the evidence.
        evidence: of the question as it is.
        rank: ranks with the weights of the question; a known right picture is followed.

    Raises:
        InputError: other models found the evidence, or nothing is ranked.
    """
    check_same_models(evidence.models, task.models)
    caption = evidence.caption
    choices = [slot.choice for slot in caption.slots]
    shorter = None
    if choices:
        called = [
            f"{slot.name} {slot.choice}" if slot.name in LEVELS else slot.choice for slot in caption.slots
        ]
        telling = without_each_choice(caption.sentence, choices, called)
        shorter = [(words, start, with_articles(rest)) for words, start, rest in telling]

    def blended_of_each(texts: Sequence[str]) -> list[Blended]:
        changed = task.with_each(evidence, [replace(caption, sentence=text) for text in texts])
        return [rank(other).blended() for other in changed]

    def caption_of(candidate: int) -> str:
        titles = evidence.titles if caption.author == "person" else ()
        title = telling_title(candidate, evidence.items, titles)
        return title or item_caption(task.gallery.items[evidence.row_of(candidate)])

    return question_words(
        caption.sentence, rank(evidence).blended(), blended_of_each, caption_of, shorter, task.can_ask
    )
