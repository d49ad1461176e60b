"""What if the question had other words: without each of them, said otherwise, negated, or about something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.blend import order, ranks
from core.errors import InputError
from core.instruments import Blended
from core.instruments.rewording import COUNT, NEGATION, PARAPHRASE, SWAP, Wording, rewordings
from core.instruments.words_off import Shorter, WordsOff, without_each_word, words_off
from core.plurals import agreeing

SWAPS = 3
"""So many of those that come next lend their caption."""
DEAF = "A “not” changes nothing: these models hardly hear it."
SENTENCES = {
    PARAPHRASE: "said otherwise",
    NEGATION: "negated",
    COUNT: "with another count",
    SWAP: "with the caption of another",
}
"""Kind of wording -> how a sentence calls it."""


@dataclass(frozen=True, slots=True)
class Reworded:
    """One wording, and the answer with it.

    Attributes:
        wording: it.
        first: who comes first then, index of a candidate.
        rank: where the target stands then, 1 = first.
        effect: what it adds to the target's score.
    """

    wording: Wording
    first: int
    rank: int
    effect: float


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """What the words of a question do, and what others would do.

    Attributes:
        off: each word, and the answer without it.
        target: whose rank is followed, index of a candidate: the right one where one is known, else the first.
        rank: where it stands with the words as they are.
        other: the answers with other wordings.
    """

    off: WordsOff
    target: int
    rank: int
    other: tuple[Reworded, ...]

    @property
    def sentence(self) -> str:
        """Says how often the target keeps its place, for each kind of wording; "" without any."""
        if not self.other:
            return ""
        parts = []
        for kind, words in SENTENCES.items():
            places = [row.rank for row in self.other if row.wording.kind == kind]
            if places:
                same = sum(place == self.rank for place in places)
                parts.append(f"{words} {same} of {len(places)} {agreeing(len(places), 'time', 'times')}")
        name = self.off.names[self.target]
        heard = [row.rank != self.rank for row in self.other if row.wording.kind == NEGATION]
        deaf = f" {DEAF}" if heard and not any(heard) else ""
        return f"“{name}” keeps rank {self.rank}: {', '.join(parts)}.{deaf}"

    def to_json(self) -> dict[str, Any]:
        """Returns the reading as plain JSON values."""
        rows = [
            {
                "kind": row.wording.kind, "text": row.wording.text, "of": row.wording.of or None,
                "first": self.off.names[row.first], "rank": row.rank, "effect": row.effect,
            }
            for row in self.other
        ]  # fmt: skip
        target = {"name": self.off.names[self.target], "rank": self.rank}
        other = {"sentence": self.sentence, "target": target, "wordings": rows}
        return {"text": self.off.text, **self.off.to_json(), "otherwise": other}


def question_words(
    text: str,
    whole: Blended,
    blended_of_each: Callable[[Sequence[str]], Sequence[Blended]],
    caption_of: Callable[[int], str] | None = None,
    shorter: Sequence[Shorter] | None = None,
    can_ask: Callable[[str], bool] = lambda text: True,
) -> QuestionWords:
    """Asks the same question with other words, all of them in one batch.

    Args:
        text: the words of the question, cleaned.
        whole: what the answer is blended from.
        blended_of_each: returns likewise with each of several texts in place of the words.
        caption_of: returns a text about a candidate, "" for none; None swaps nothing in.
        shorter: the texts that lack a word, where they are not `without_each_word`.
        can_ask: whether a text can be asked with; what cannot is left out.

    Raises:
        InputError: no candidate is part of the ranking.
    """
    shorter = [row for row in (without_each_word(text) if shorter is None else shorter) if can_ask(row[2])]
    others = [row for row in (*rewordings(text), *_swaps(text, whole, caption_of)) if can_ask(row.text)]
    scores = whole.scores
    if not np.isfinite(scores).any():
        raise InputError("Nothing is ranked here, so words decide nothing; ask about a larger gallery.")
    texts = [*(rest for _, _, rest in shorter), *(wording.text for wording in others)]
    blended = blended_of_each(texts) if texts else []
    places = ranks(scores)
    right = [row for row in whole.right if np.isfinite(scores[row])]
    target = min(right, key=lambda row: places[row]) if right else int(np.argmax(scores))
    rows = []
    for wording, changed in zip(others, blended[len(shorter) :], strict=True):
        after = changed.scores
        effect = float(after[target] - scores[target])
        rows.append(Reworded(wording, int(np.argmax(after)), int(ranks(after)[target]), effect))
    off = words_off(text, shorter, whole, blended[: len(shorter)])
    return QuestionWords(off, target, int(places[target]), tuple(rows))


def _swaps(text: str, whole: Blended, caption_of: Callable[[int], str] | None) -> list[Wording]:
    """Returns the captions of those that come after the first, each once."""
    if caption_of is None:
        return []
    swaps: dict[str, Wording] = {}
    for row in order(whole.scores, len(whole.names), whole.left_out).tolist()[1:]:
        caption = caption_of(row)
        if caption and caption != text:
            swaps.setdefault(caption, Wording(SWAP, caption, whole.names[row]))
        if len(swaps) == SWAPS:
            break
    return list(swaps.values())
