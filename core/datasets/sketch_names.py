"""What classes of sketches are called: as the page shows them, as one noun, and in sentences of people."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle

from core.plurals import with_articles

OTHER_NAMES = {"car (sedan)": "sedan", "crocodilian": "crocodile"}
DOING = (
    "standing", "sitting", "lying down", "flying", "swimming", "running", "walking", "hanging",
    "growing", "standing upright", "seen from the front", "seen from the side", "seen from above",
    "with its mouth open", "with long legs", "with wheels", "with a handle", "with leaves",
    "with a pointed top", "with stripes",
)  # fmt: skip
"""What people add to the name of what they drew."""
PLAIN = (
    "{}", "a {}", "a drawing of a {}", "a line drawing of a {} on a white background", "someone drew a {}",
    "a sketch of a {}", *(f"a sketch of a {{}} {doing}" for doing in DOING),
)  # fmt: skip
PERSONS = (
    "this looks like a {} to me", "a quick pen doodle showing a {}", "I think it is a {}, drawn by hand",
    "black lines in the shape of a {}",
)  # fmt: skip
"""What a person might say; g learns from none of these phrasings."""


def readable(label: str) -> str:
    """Returns a class's name as the page shows it: "hot-air balloon" for "hot-air_balloon"."""
    return label.replace("_", " ").strip()


def noun_of(label: str) -> str:
    """Returns the noun that stands for a class of sketches: "sedan" for "car_(sedan)"."""
    return OTHER_NAMES.get(readable(label), readable(label))


def plain_sentences(label: str) -> list[str]:
    """Returns sentences that name a class, as many for each."""
    return [with_articles(how.format(noun_of(label))) for how in PLAIN]


def persons_sentences(labels: Iterable[str]) -> list[str]:
    """Returns for each of some classes a person's sentence that names it."""
    phrases = zip(cycle(PERSONS), labels, strict=False)
    return [with_articles(phrase.format(noun_of(label))) for phrase, label in phrases]
