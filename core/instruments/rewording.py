"""Other ways to say a text, by templates of our own: paraphrases, its negation, another count of the same things."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.plurals import plural, with_articles

PARAPHRASE, NEGATION, COUNT, SWAP = "paraphrase", "negation", "count", "swap"
LEAD = re.compile(
    r"^(?:this is |here is )?(?:an? )?(sketch|drawing|doodle|photo|picture|image) of ", re.IGNORECASE
)
"""What a caption may begin with before it names anything."""
DRAWN = ("sketch", "drawing", "doodle")
SEEN = ("photo", "picture", "image")
ONE = re.compile(r"^(?:an?|one|single)\s+", re.IGNORECASE)
NO_THING = frozenset(
    [
        *(
            "do",
            "does",
            "did",
            "can",
            "could",
            "would",
            "is",
            "are",
            "was",
            "have",
            "has",
            "had",
            "make",
            "change",
        ),
        *(
            "give",
            "show",
            "add",
            "remove",
            "replace",
            "turn",
            "put",
            "take",
            "more",
            "less",
            "not",
            "no",
            "but",
        ),
        *(
            "without",
            "with",
            "in",
            "on",
            "at",
            "the",
            "this",
            "that",
            "these",
            "those",
            "it",
            "its",
            "same",
            "i",
        ),
        *("we", "you", "please", "like", "as", "just", "only", "two", "three", "four", "five", "six", "many"),
        *("several", "some", ""),
    ]
)
"""First words of a text that does not name one thing."""
AFTER_HEAD = re.compile(
    r"^(?:with|in|on|of|and|or|from|at|without|that|which|for|by|worn|under|over|near|between|to)$",
    re.IGNORECASE,
)
"""A word before which the head of "a red dress with dots" has been named."""
OPPOSITES = ((r"\bwithout\b", "with"), (r"\bwith\b", "without"), (r"\bis\b", "is not"), (r"\bin\b", "not in"))
"""The first of these words that a text has is turned into its opposite."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Another text in place of the words of a question.

    Attributes:
        kind: "paraphrase", "negation", "count", or "swap" for the caption of something else.
        text: it.
        of: what else it is the caption of, "" for the other kinds.
    """

    kind: str
    text: str
    of: str = ""


def rewordings(text: str) -> tuple[Wording, ...]:
    """Returns other ways to say a text, none twice and none the text itself.

    Args:
        text: cleaned words, in English; what is no caption and names no thing is negated and introduced as it is.
    """
    body = text.rstrip(" .!?")
    if not _plain(body):
        return ()
    end = text[len(body) :].strip()
    lead = LEAD.match(body)
    rows = _of_a_caption(body, lead) if lead else _of_words(body)
    rows += _counts(body[: lead.end()] if lead else "", body[lead.end() :] if lead else body)
    seen, different = {_plain(text), ""}, []
    for kind, words in rows:
        if _plain(words) not in seen:
            seen.add(_plain(words))
            different.append(Wording(kind, words + end))
    return tuple(different)


def about(text: str, thing: str) -> str:
    """Returns a caption of the same form as a text about something else: "a sketch of a cat" for "a sketch of a dog".

    Args:
        text: the caption; where it has no such form, the thing alone is named.
        thing: what the other caption is about.
    """
    lead = LEAD.match(text)
    return with_articles(f"{lead.group() if lead else ''}a {thing}")


def _of_a_caption(body: str, lead: re.Match[str]) -> list[tuple[str, str]]:
    """Returns paraphrases and negations of "a sketch of a dog"."""
    thing, kind = body[lead.end() :], lead.group(1).lower()
    others = [name for name in (DRAWN if kind in DRAWN else SEEN) if name != kind]
    caption = re.sub(r"^(?:this|here) is ", "", body, flags=re.IGNORECASE)
    return [
        *((PARAPHRASE, with_articles(f"a {name} of {thing}")) for name in others),
        (PARAPHRASE, f"this shows {thing}"),
        (PARAPHRASE, thing),
        (NEGATION, f"this is not {caption}"),
        (NEGATION, f"{body[: lead.end()]}anything but {thing}"),
    ]


def _of_words(body: str) -> list[tuple[str, str]]:
    """Returns paraphrases and negations of words that are no caption: of a thing, or of what should change."""
    names_a_thing = _first_word(body) not in NO_THING
    said = (
        ("a photo of {}", "this is {}", "I am looking for {}")
        if names_a_thing
        else ("{}, please", "I mean: {}")
    )
    opposite = next(
        (
            re.sub(word, turned, body, count=1, flags=re.IGNORECASE)
            for word, turned in OPPOSITES
            if re.search(word, body, re.IGNORECASE)
        ),
        "",
    )
    return [
        *((PARAPHRASE, form.format(body)) for form in said),
        (NEGATION, opposite),
        (NEGATION, f"anything but {body}" if names_a_thing else f"not this: {body}"),
    ]


def _counts(before: str, thing: str) -> list[tuple[str, str]]:
    """Returns the same with two and with many of a thing that is named once."""
    if _first_word(thing) in NO_THING:
        return []
    words = ONE.sub("", thing).split()
    head = next((place for place, word in enumerate(words) if AFTER_HEAD.match(word)), len(words)) - 1
    if head < 0:
        return []
    words[head] = plural(words[head])
    return [(COUNT, f"{before}{number} {' '.join(words)}") for number in ("two", "many")]


def _first_word(text: str) -> str:
    return re.split(r"\W", text.lower(), maxsplit=1)[0]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
