"""How often the words override the picture: over several answers, would another come first without their weight?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.instruments import Blended
from core.plurals import agreeing


@dataclass(frozen=True, slots=True)
class Overridden:
    """How often the words changed who comes first.

    Attributes:
        answers: how many there are.
        overridden: in how many of them another would come first without the words.
        words_alone: in how many of these the first is that of the words alone.
    """

    answers: int
    overridden: int
    words_alone: int

    def sentence(self, where: str) -> str:
        """Returns the counts as one plain sentence.

        Args:
            where: what the answers are, such as "worked examples".
        """
        if not self.answers:
            return ""
        start = f"In {self.overridden} of the {self.answers} {where} the words override the picture"
        if not self.overridden:
            return f"{start}: without them the same would come first."
        alone = agreeing(self.words_alone, "is", "are")
        return (
            f"{start}: without them another would come first; {self.words_alone} of these firsts {alone} that of the "
            "words alone."
        )


def overridden(answers: Sequence[Blended], words: Sequence[int]) -> Overridden:
    """Counts the answers in which the words decide against all other evidence.

    Args:
        answers: what they are blended from; one without any candidate is no answer.
        words: numbers of the parts in which words speak; the first of them is that of the words alone.
    """
    count = changed = alone = 0
    for blended in answers:
        scores = blended.scores
        if not np.isfinite(scores).any():
            continue
        count += 1
        weights = [0.0 if part in words else weight for part, weight in enumerate(blended.weights)]
        first = int(np.argmax(scores))
        if not any(weights) or int(np.argmax(replace(blended, weights=weights).scores)) == first:
            continue
        changed += 1
        of_words = [1.0 if part == words[0] else 0.0 for part in range(len(weights))]
        alone += int(np.argmax(replace(blended, weights=of_words).scores)) == first
    return Overridden(count, changed, alone)
