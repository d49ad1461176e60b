"""What each word does: the answer to the same question without it, and who comes first then."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.blend import ranks
from core.instruments import Blended

WORD = re.compile(r"\S+")
MOST_WORDS = 24
"""So many words of a text are switched off, the first ones."""
Shorter = tuple[str, int, str]
"""A word or several that belong together, their place in a text, and the text without them."""


@dataclass(frozen=True, slots=True)
class WordOff:
    """One word, and the answer without it.

    Attributes:
        word: as it stands in the text, with what clings to it; of a gap that holds a level, after the gap's name.
        start: its first character's place in the text.
        text: the text without it.
        first: who comes first without it, index of a candidate.
        effect: what the word adds to the score of the one that is first with all words.
        rank: where that one stands without the word, 1 = first.
    """

    word: str
    start: int
    text: str
    first: int
    effect: float
    rank: int


@dataclass(frozen=True, slots=True)
class WordsOff:
    """What the words of a text do.

    Attributes:
        text: all of it.
        first: who comes first with all words, index of a candidate.
        words: each word that was switched off, in the order of the text.
        names: (n,) names of the candidates.
    """

    text: str
    first: int
    words: tuple[WordOff, ...]
    names: Sequence[str]

    @property
    def sentence(self) -> str:
        """Says which words decide who comes first, one plain sentence."""
        if not self.words:
            return "There is one word, and without it nothing is asked."
        deciding = [word for word in self.words if word.first != self.first]
        if not deciding:
            most = max(self.words, key=lambda word: word.effect)
            return (
                f"No word alone decides: “{self.names[self.first]}” stays first without any one of them; "
                f"“{most.word}” adds most to it."
            )
        words = ", ".join(f"“{word.word}” (“{self.names[word.first]}” comes first)" for word in deciding)
        count = "One word decides" if len(deciding) == 1 else f"{len(deciding)} words decide"
        return f"{count} who comes first; left out: {words}."

    def to_json(self) -> dict[str, Any]:
        """Returns the reading as plain JSON values."""
        words = [
            {
                "word": word.word, "start": word.start, "text": word.text, "first": self.names[word.first],
                "effect": word.effect, "rank": word.rank,
            }
            for word in self.words
        ]  # fmt: skip
        return {"sentence": self.sentence, "first": self.names[self.first], "words": words}


def without_each_word(text: str) -> list[Shorter]:
    """Returns (word, its place, the text without it) for each of the first `MOST_WORDS`; [] for a single word."""
    words = list(WORD.finditer(text))
    if len(words) < 2:
        return []
    return [_without(text, *word.span()) for word in words[:MOST_WORDS]]


def without_each_choice(text: str, choices: Sequence[str], called: Sequence[str] = ()) -> list[Shorter]:
    """Returns likewise for each of some choices that fill the gaps of a template: what is telling of such a text.

    Args:
        text: the filled template.
        choices: words that stand in it, in this order; what does not stand there is passed over.
        called: what each is called, where that is not itself; of the same length, or none.
    """
    shorter, end = [], 0
    for choice, name in zip(choices, called or choices, strict=True):
        start = text.find(choice, end)
        if choice and start >= 0:
            end = start + len(choice)
            shorter.append((name, *_without(text, start, end)[1:]))
    return shorter


def _without(text: str, start: int, end: int) -> Shorter:
    return text[start:end], start, " ".join((text[:start] + text[end:]).split())


def words_off(text: str, shorter: Sequence[Shorter], whole: Blended, others: Sequence[Blended]) -> WordsOff:
    """Reads what each word does from the answers to the same question without it.

    Args:
        text: the words of the question, cleaned.
        shorter: the words that are left out, and the texts without them.
        whole: what the answer is blended from; at least one candidate is part of its ranking.
        others: likewise with each of the shorter texts.
    """
    before = whole.scores
    first = int(before.argmax())
    words = []
    for (word, start, rest), blended in zip(shorter, others, strict=True):
        scores = blended.scores
        effect, rank = float(before[first] - scores[first]), int(ranks(scores)[first])
        words.append(WordOff(word, start, rest, int(scores.argmax()), effect, rank))
    return WordsOff(text, first, tuple(words), whole.names)
