"""Numbers with their nouns, and verbs that agree with them, as sentences say them."""

from __future__ import annotations


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
