"""Nouns with their numbers and articles, and verbs that agree with them, as sentences say them."""

from __future__ import annotations

import re

_VOWEL_SOUND = r"(?=hour|heir|honest|(?!uni|uku|use|eu|one)[aeiou])"
_A = re.compile(rf"\b(a) {_VOWEL_SOUND}", re.IGNORECASE)
_AN = re.compile(rf"\b(a)n (?=\w)(?!{_VOWEL_SOUND})", re.IGNORECASE)
IRREGULAR = {
    "foot": "feet", "tooth": "teeth", "mouse": "mice", "man": "men", "woman": "women", "child": "children",
    "person": "people", "knife": "knives", "leaf": "leaves", "scarf": "scarves", "wolf": "wolves", "sheep": "sheep",
    "fish": "fish", "deer": "deer", "potato": "potatoes", "tomato": "tomatoes",
}  # fmt: skip


def counted(number: int, singular: str, plural: str = "", none: str = "0") -> str:
    """Returns "1 picture" or "1,200 pictures".

    Args:
        number: how many there are.
        singular: what there is, such as "picture" or "usable picture".
        plural: of it, where that is not the singular with an s.
        none: what stands for 0, such as "no".
    """
    noun = agreeing(number, singular, plural or f"{singular}s")
    return f"{number:,} {noun}" if number else f"{none} {noun}"


def agreeing(number: int, singular: str, plural: str) -> str:
    """Returns the one of two words that goes with a number: "was" with 1, "were" with every other."""
    return singular if number == 1 else plural


def with_articles(sentence: str) -> str:
    """Returns the sentence with "an" before the sound of a vowel ("an hourglass") and "a" before others."""
    return _A.sub(r"\1n ", _AN.sub(r"\1 ", sentence))


def plural(word: str) -> str:
    """Returns the plural of an English noun by its ending; one that ends in a single s is taken for a plural."""
    comma = "," if word.endswith(",") else ""
    stem = word.removesuffix(",")
    low = stem.lower()
    if low in IRREGULAR:
        return IRREGULAR[low] + comma
    if low.endswith("s") and not low.endswith(("ss", "us")):
        return word
    if re.search(r"(?:s|x|z|ch|sh)$", low):
        return f"{stem}es{comma}"
    if re.search(r"[^aeiou]y$", low):
        return f"{stem[:-1]}ies{comma}"
    return f"{stem}s{comma}"
