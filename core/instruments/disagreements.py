"""Where several judges of the same pictures agree and who of them is right, counted so that each count is a filter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the judges say of one picture.

    Attributes:
        labels: judge -> its label; judges that did not answer are left out.
        truth: the right label, None where nobody knows.
        confidences: judge -> how sure it is of its label, in [0, 1].
    """

    labels: Mapping[str, str]
    truth: str | None = None
    confidences: Mapping[str, float] = field(default_factory=dict)

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
    """Returns the label that a file's folders or its name tell, such as "road" of "roads/12.jpg"; None without one.

    The folder that holds it counts before those above, and these before its own name. A label whose words stand in
    another label that is told, such as "turtle" in "sea turtle", is not told.

    Args:
        name: of the file, maybe with its folders, parted by slashes.
        labels: that there are.
    """
    *folders, stem = re.split(r"[/\\]", name)
    for part in (*reversed(folders), stem):
        told = _told(part, labels)
        if told:
            return told[0] if len(told) == 1 else None
    return None


def _told(part: str, labels: Sequence[str]) -> list[str]:
    words = f" {' '.join(_words(part))} "
    told = [label for label in labels if any(f" {form} " in words for form in _forms(label))]
    spoken = {label: f" {' '.join(_words(label))} " for label in told}
    return [
        label
        for label in told
        if not any(other != label and spoken[label] in spoken[other] for other in told)
    ]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(re.sub(r"\d+", " ", text))]


def _forms(label: str) -> tuple[str, ...]:
    word = " ".join(_words(label))
    return (word, f"{word}s", f"{word}es") if word else ()


def counted_values(values: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Returns each value with how often it comes, the most frequent first, then in the order in which they came."""
    return tuple(Counter(values).most_common())
