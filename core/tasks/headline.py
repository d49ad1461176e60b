"""The sentence that begins an answer of the retrieval tasks: who finds what, at which ranks, and whether it fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PLURAL = ("the words", "the two together")


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the best candidate fits one kind of evidence, before any weight.

    Attributes:
        best: the best candidate's similarity, in the unit in which `usual` was measured.
        usual: what the best candidate exceeds in most searches that have an answer.
    """

    best: float
    usual: float

    @property
    def fits(self) -> bool:
        """Whether the best candidate is as near as right answers usually are."""
        return self.best >= self.usual


def fits_to_json(fits: Mapping[str, Fit]) -> dict[str, list[float]]:
    """Returns part -> [best, usual]."""
    return {part: [fit.best, fit.usual] for part, fit in fits.items()}


def fits_from_json(value: Mapping[str, Sequence[float]] | None) -> dict[str, Fit]:
    """Returns what `fits_to_json` wrote; none for evidence that was written before fits were measured."""
    return {part: Fit(float(best), float(usual)) for part, (best, usual) in (value or {}).items()}


def headline(name: str, ranks: Mapping[str, int], blended: int, *, right: bool = False) -> str:
    """Says who finds an item, and at which rank each kind of evidence has it.

    Args:
        name: the item, as a sentence may call it.
        ranks: kind of evidence as a noun phrase ("the picture") -> the item's rank by it alone, 1 = first; those
            with a positive weight, at least one.
        blended: its rank in the blend.
        right: whether the item is known to be the right one; else it is the one that the blend puts first.
    """
    finders = [voice for voice, rank in ranks.items() if rank == 1]
    subject = f"{name}, the right one" if right else name
    if len(ranks) == 1:
        (voice,) = ranks
        if blended == 1:
            return capital(f"{voice} {_verb([voice], 'finds', 'find')} {subject}.")
        return capital(f"{voice} {_verb([voice], 'puts', 'put')} {subject}, at rank {blended}.")
    places = f"{_places(ranks)}, blend {blended}"
    if blended > 1:
        if not finders:
            return f"Nothing here puts {subject}, first: {places}."
        finds = _verb(finders, "finds", "find")
        return capital(f"{listed(finders)} {finds} {subject}, but the blend does not: {places}.")
    if not finders:
        return f"Only the blend finds {subject}: {places}."
    if len(finders) == 1:
        return f"Only {finders[0]} {_verb(finders, 'finds', 'find')} {subject}: {places}."
    word = "both find" if len(finders) == 2 else "all find"
    return capital(f"{listed(finders)} {word if len(finders) == len(ranks) else 'find'} {subject}: {places}.")


def _places(ranks: Mapping[str, int]) -> str:
    """Returns "picture rank 56, words 112, box 1"."""
    names = [voice.removeprefix("the ") for voice in ranks]
    rest = [f"{name} {rank}" for name, rank in zip(names[1:], list(ranks.values())[1:], strict=True)]
    return ", ".join([f"{names[0]} rank {next(iter(ranks.values()))}", *rest])


def _verb(voices: Sequence[str], singular: str, plural: str) -> str:
    return singular if len(voices) == 1 and voices[0] not in PLURAL else plural


def doubt(fits: Mapping[str, Fit], weighted: Sequence[str]) -> str:
    """Says that a person's words fit nothing in the gallery; "" when they do, or nobody knows.

    Args:
        fits: kind of evidence as a noun phrase -> how well its best candidate fits.
        weighted: the kinds with a positive weight.
    """
    fit = fits.get("the words") if "the words" in weighted else None
    if fit is None or fit.fits:
        return ""
    return (
        f"These words fit nothing here: the best is at a cosine of {fit.best:.2f}, where right answers are usually "
        f"above {fit.usual:.2f}."
    )


def listed(words: Sequence[str]) -> str:
    """Returns "a", "a and b" or "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def capital(sentence: str) -> str:
    """Returns the sentence with its first letter raised."""
    return sentence[:1].upper() + sentence[1:]
