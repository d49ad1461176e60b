"""The caption dialogue of report 3 in pocket form: fixed questions, zero-shot answers, one longer sentence.

ChatCaptioner (Zhu et al. 2023) lets a language model ask and a VQA model answer. Here the questions are fixed, and
each answer is the candidate whose sentence lies nearest to the picture in the joint space; nothing is trained.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32

from core.blend import softmax
from core.captioners.templates import GARMENT, with_articles
from core.contracts import TwoTowerEncoder
from core.types import Conversation, Exchange, Picture

ID = "dialogue-1"


@dataclass(frozen=True, slots=True)
class DialogueQuestion:
    """A question with all its answers.

    Attributes:
        name: a word for it, used in the summary.
        words: the question as it is shown.
        prompt: the sentence that scores an answer, the answer written {}.
        answers: what may be answered, as it stands in the summary.
    """

    name: str
    words: str
    prompt: str
    answers: tuple[str, ...]


QUESTIONS = (
    DialogueQuestion("garment", "What is it?", "a photo of a {}", tuple(GARMENT.candidates["garment"])),
    DialogueQuestion("colour", "What colour is it?", "a photo of {} clothes", tuple(GARMENT.candidates["colour"])),
    DialogueQuestion("pattern", "Does it have a pattern?", "a photo of {} clothes",
             tuple(GARMENT.candidates["pattern"])),
    DialogueQuestion("sleeves", "How long are the sleeves?", "a photo of clothes with {}",
             ("no sleeves", "short sleeves", "three-quarter sleeves", "long sleeves")),
    DialogueQuestion("neckline", "What shape is the neckline?", "a photo of clothes with {}",
             ("a round neckline", "a V neckline", "a shirt collar", "a roll neck", "a hood", "bare shoulders")),
    DialogueQuestion("closing", "How does it close?", "a photo of clothes with {}",
             ("no opening in front", "buttons down the front", "a zip in front", "a belt at the waist")),
    DialogueQuestion("print", "Is anything printed on it?", "a photo of clothes with {}",
             ("nothing printed on it", "a small logo", "large letters", "a picture on the chest")),
    DialogueQuestion("fit", "How does it fit?", "a photo of {} clothes", ("tight", "regular", "loose")),
    DialogueQuestion("length", "How long is it?", "a photo of clothes that end {}",
             ("above the waist", "at the hips", "at the knees", "at the ankles")),
    DialogueQuestion("material", "What is it made of?", "a photo of clothes made of {}",
             ("cotton", "denim", "wool", "silk", "leather", "lace")),
    DialogueQuestion("occasion", "When would one wear it?", "a photo of clothes for {}",
             ("everyday life", "sport", "the office", "a party")),
)  # fmt: skip
SUMMARY = (
    "a {colour} {pattern} {garment} with {sleeves}, {neckline}, {closing} and {print}; its fit is {fit}, it seems to "
    "be made of {material}, it ends {length}, and one would wear it for {occasion}"
)


class Dialogue:
    """Asks every question about a picture; the answers are encoded when it is first used. Thread-safe.

    Args:
        encoder: the joint encoder.
    """

    def __init__(self, encoder: TwoTowerEncoder) -> None:
        self.id = ID
        self._encoder = encoder
        self._lock = threading.Lock()
        self._rows: tuple[np.ndarray, ...] = ()

    def about(self, picture: Picture) -> Conversation:
        """Returns the dialogue about one picture."""
        return self.about_all(self._encoder.pooled([picture]))[0]

    def about_all(self, pooled: Float32[np.ndarray, "n p"]) -> list[Conversation]:
        """Returns the dialogues about pictures whose features are known.

        Args:
            pooled: (n, p) features of the image tower.
        """
        seen = self._encoder.project_pictures(pooled).astype(np.float64)
        weights = [softmax(self._encoder.scale * (seen @ rows.T)) for rows in self._answers()]
        return [_conversation([values[i] for values in weights]) for i in range(len(pooled))]

    def _answers(self) -> tuple[np.ndarray, ...]:
        with self._lock:
            if not self._rows:
                self._rows = tuple(
                    self._encoder.project_sentences(
                        self._encoder.sentences(
                            [with_articles(question.prompt.format(words)) for words in question.answers]
                        )
                    )
                    for question in QUESTIONS
                )
            return self._rows


def _conversation(weights: Sequence[np.ndarray]) -> Conversation:
    exchanges, chosen = [], {}
    for question, values in zip(QUESTIONS, weights, strict=True):
        best, second = (int(place) for place in np.argsort(-values, kind="stable")[:2])
        exchanges.append(
            Exchange(
                question.words,
                question.answers[best],
                round(float(values[best]), 4),
                question.answers[second],
                round(float(values[second]), 4),
            )
        )
        chosen[question.name] = question.answers[best]
    return Conversation(tuple(exchanges), with_articles(SUMMARY.format(**chosen)))
