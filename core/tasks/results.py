"""What the two retrieval tasks share: a hit, its sentence, and numbers that survive a trip through JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from jaxtyping import Float32

from core import blend
from core.errors import ArtifactError, InputError
from core.store import Manifest
from core.types import Unread

MOST_HITS = 100
ItemName = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """One picture of the gallery in an answer.

    Attributes:
        index: its place in the gallery.
        item: its id.
        file: its file, relative to the gallery.
        score: the blended score; the parts add up to it.
        parts: name of the evidence -> what it adds to the score.
    """

    index: int
    item: str
    file: str
    score: float
    parts: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """Returns the hit as the endpoints give it."""
        return {"item": self.item, "file": self.file, "score": self.score, "parts": dict(self.parts)}


class GalleryItem(Protocol):
    """What an answer says about a picture of the gallery."""

    @property
    def id(self) -> str:
        """Its name."""
        ...

    @property
    def file(self) -> str:
        """Its file, relative to the gallery."""
        ...


class SearchableGallery(Protocol):
    """What the retrieval tasks need of an opened gallery."""

    @property
    def items(self) -> Sequence[GalleryItem]:
        """The pictures, in the order of the vectors."""
        ...

    @property
    def constants(self) -> Mapping[str, float]:
        """Numbers measured when the gallery was made."""
        ...

    def vectors(self, name: str) -> Float32[np.ndarray, "n d"]:
        """One row for each picture."""
        ...

    def find(self, digest: str) -> tuple[int, ...]:
        """Every row whose picture has this SHA-256, in order; copies of one file share it."""
        ...


class Reader(Protocol):
    """An encoder of words that can tell where it stops reading, and what it cannot read."""

    def shortened_after(self, text: str) -> str | None:
        """Returns the last words that are read of a text that is too long, None when all of it is read."""
        ...

    def unread(self, text: str) -> Unread:
        """Returns which parts of a text are unknown to the tokenizer."""
        ...


def check_same_models(found_by: Mapping[str, str], in_use: Mapping[str, str]) -> None:
    """Makes sure that evidence is only completed by the models that found it, for their numbers do not mix.

    Raises:
        InputError: other models found it.
    """
    if dict(found_by) != dict(in_use):
        raise InputError("Other models found this answer; ask again, and the models in use answer the whole.")


def notes_on(reader: Reader, *texts: str) -> tuple[str, ...]:
    """Returns a sentence for each text of which the model reads a part only, saying which."""
    notes = []
    for text in texts:
        if end := reader.shortened_after(text):
            notes.append(f"The text is too long and was shortened after \u201c{end}\u201d.")
        unread = reader.unread(text)
        if unread.words and unread.as_bytes:
            notes.append(f"The model knows these words only as single bytes: {_shown(unread.words)}.")
        elif unread.words:
            notes.append(f"The model cannot read: {_shown(unread.words)}.")
    return tuple(dict.fromkeys(notes))


def check_readable(reader: Reader, *texts: str) -> None:
    """Makes sure that a text says something to the model that reads it.

    Raises:
        InputError: the tokenizer knows no word of a text, so that any other such text would read the same.
    """
    for text in texts:
        unread = reader.unread(text)
        if unread.nothing_else and not unread.as_bytes:
            raise InputError(
                f"The model cannot read any of these words: {_shown(unread.words)}; write them in English."
            )


def _shown(words: Sequence[str], most: int = 4, longest: int = 30) -> str:
    """Returns the first of some words in quotation marks, each cut where it is endless."""
    cut = [word if len(word) <= longest else word[: longest - 1] + "\u2026" for word in words[:most]]
    return ", ".join(f"\u201c{word}\u201d" for word in cut) + (" and more" if len(words) > most else "")


def start_weights(manifest: Manifest | None, usual: Sequence[float]) -> tuple[float, float, float]:
    """Returns where three sliders start: at the weights chosen on validation queries, where there are any.

    Args:
        manifest: of the trained weights that were chosen with them, None without any.
        usual: three numbers for a manifest that names none.

    Returns:
        Three numbers with the sum 1, as the answers use them.

    Raises:
        ArtifactError: what the manifest holds are no three numbers that can be weights.
    """
    chosen = usual if manifest is None else manifest.details.get("weights", usual)
    try:
        w0, w1, w2 = blend.simplex_weights([float(weight) for weight in chosen]).tolist()
    except (TypeError, ValueError, InputError):
        kind = "" if manifest is None else manifest.kind
        raise ArtifactError(
            f"The manifest of the weights {kind!r} holds no three usable weights of the mix; train them again."
        ) from None
    return w0, w1, w2


def item_names(gallery: SearchableGallery) -> tuple[ItemName, ...]:
    """Returns (id, file) of every picture of a gallery."""
    return tuple((item.id, item.file) for item in gallery.items)


def item_titles(gallery: SearchableGallery) -> tuple[str, ...]:
    """Returns what people call each picture of a gallery, "" where the gallery does not say."""
    return tuple(str(getattr(item, "title", "") or "") for item in gallery.items)


def title_of(index: int, items: Sequence[ItemName], titles: Sequence[str]) -> str:
    """Returns what a sentence calls a picture of a gallery: its title, or its id when it has none."""
    return (titles[index] if titles else "") or items[index][0]


def clamped(k: float, n: int) -> int:
    """Returns how many hits to give: a whole number between 1 and min(n, 100).

    Raises:
        InputError: k is not a finite number.
    """
    if not np.isfinite(k):
        raise InputError("The number of results is not a finite number; give a whole number such as 10.")
    return int(min(max(int(k), 1), n, MOST_HITS))


def hits(
    chosen: Sequence[int],
    scores: np.ndarray,
    shares: np.ndarray,
    names: Sequence[str],
    items: Sequence[ItemName],
) -> tuple[Hit, ...]:
    """Builds the hits of an answer.

    Args:
        chosen: indices, best first.
        scores: (n,) blended scores.
        shares: (parts, n) what each part adds.
        names: (parts,) what the parts are called.
        items: (id, file) of every candidate.
    """
    return tuple(
        Hit(
            int(index),
            items[index][0],
            items[index][1],
            float(scores[index]),
            {name: float(shares[row, index]) for row, name in enumerate(names)},
        )
        for index in chosen
    )


def who_finds_what(firsts: Mapping[str, str], winner: str, score: float) -> str:
    """Says in one sentence what each part would put first and what the blend puts first.

    Args:
        firsts: the part as a noun phrase ("the picture") -> the item it would put first by itself.
        winner: the item that the blend puts first.
        score: the winner's blended score.
    """
    voices: dict[str, list[str]] = {}
    for part, item in firsts.items():
        voices.setdefault(item, []).append(part)
    phrases = [f"{listed(parts)} {_find(parts)} {item}" for item, parts in voices.items()]
    if list(voices) == [winner]:
        return capital(f"{phrases[0]} ({score:.2f}).")
    return capital(f"{'; '.join(phrases)}; blended, {winner} comes first ({score:.2f}).")


def _find(parts: Sequence[str]) -> str:
    return "finds" if len(parts) == 1 and parts[0] in ("the picture", "the box") else "find"


def listed(words: Sequence[str]) -> str:
    """Returns "a", "a and b" or "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def capital(sentence: str) -> str:
    """Returns the sentence with its first letter raised."""
    return sentence[:1].upper() + sentence[1:]


def short_floats(values: np.ndarray) -> Any:
    """Returns nested lists whose numbers are the shortest that give the same float32 again."""
    array = np.asarray(values, dtype=np.float32)
    if array.ndim > 1:
        return [short_floats(row) for row in array]
    return [float(str(value)) for value in array]
