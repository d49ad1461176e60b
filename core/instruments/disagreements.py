"""Where several judges of the same pictures agree and who of them is right, counted so that each count is a filter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the judges say of one picture.

    Attributes:
        labels: judge -> its label; judges that did not answer are left out.
        truth: the right label, None where nobody knows.
    """

    labels: Mapping[str, str]
    truth: str | None = None

    @property
    def words(self) -> str:
        """What sets it apart: who is right where that is known, else who says what."""
        if self.truth is None:
            return ", ".join(f"{judge} {label}" for judge, label in self.labels.items())
        return ", ".join(
            f"{judge} {'right' if label == self.truth else 'wrong'}" for judge, label in self.labels.items()
        )

    @property
    def wrong(self) -> tuple[str, ...]:
        """The judges that are wrong; () where nobody knows."""
        return tuple(
            judge for judge, label in self.labels.items() if self.truth is not None and label != self.truth
        )


def truth_in(name: str, labels: Sequence[str]) -> str | None:
    """Returns the label that a file's name tells, such as "road" of "roads/road_12.jpg"; None unless it is just one.

    Args:
        name: of the file, maybe with its folders.
        labels: that there are.
    """
    words = {word.casefold() for word in WORD.findall(re.sub(r"\d+", " ", name))}
    named = [label for label in labels if _forms(label) & words]
    return named[0] if len(named) == 1 else None


def _forms(label: str) -> set[str]:
    word = label.casefold()
    return {word, f"{word}s", f"{word}es"}


def counted_values(values: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Returns each value with how often it comes, the most frequent first, then in the order in which they came."""
    return tuple(Counter(values).most_common())
