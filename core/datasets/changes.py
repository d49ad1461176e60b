"""Composed queries made from what a catalogue says of its pictures.

Nobody wrote modification texts for these pictures, so they are phrased here, each kind of change in many
ways, and the right answers follow exactly from the attributes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.datasets.phrases import PHRASES, Phrases

PATTERNS = {
    "stripes": re.compile(r"\bstripe[sd]?\b"),
    "checks": re.compile(r"\bcheck(s|ed|ered)?\b"),
    "a print": re.compile(r"\b(print(ed|s)?|graphic)\b"),
    "flowers": re.compile(r"\b(floral|flowers?)\b"),
}
SOLID = re.compile(r"\b(solid|plain)\b")
ALWAYS_PLURAL = ("jeans", "trousers", "sunglasses", "shorts", "track pants", "leggings", "tights", "churidar")
KINDS = ("colour", "type", "both", "gender", "usage", "pattern", "name")
SHARES = (0.42, 0.26, 0.08, 0.06, 0.04, 0.07, 0.07)
PUBLISHED_SHARES = (0.74, 0.26, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Product:
    """What a catalogue says about one picture.

    Attributes:
        gender: "men", "women" and so on, lower case.
        type: such as "casual shoes".
        colour: such as "navy blue".
        usage: such as "formal".
        pattern: "stripes", "checks", "a print", "flowers", "plain", or "" when the name does not say.
        name: the product's name.
    """

    gender: str
    type: str
    colour: str
    usage: str
    pattern: str
    name: str

    @classmethod
    def of(cls, row: Mapping[str, str]) -> Product:
        """Returns the product of one row of a catalogue's labels.csv."""
        name = row.get("productDisplayName", "")
        gender, kind, colour, usage = (
            row.get(column, "").lower() for column in ("gender", "articleType", "baseColour", "usage")
        )
        return cls(gender, kind, colour, usage, _pattern(name.lower()), name)


@dataclass(frozen=True, slots=True)
class Change:
    """One composed query.

    Attributes:
        reference: index of the picture to start from.
        text: what should change.
        targets: indices of the right answers, at least one, never the reference.
        kind: what the text changes.
        ignored: indices that are neither right nor wrong.
        kept: how much of its first right answer the reference shows by itself, 0 to 1: that share of the reference
            is the answer, and the rest the picture that `reference` names.
    """

    reference: int
    text: str
    targets: tuple[int, ...]
    kind: str
    ignored: tuple[int, ...] = ()
    kept: float = 0.0


def _pattern(name: str) -> str:
    for word, expression in PATTERNS.items():
        if expression.search(name):
            return word
    return "plain" if SOLID.search(name) else ""


def singular(kind: str) -> str:
    """Returns the name of one article of a plural type, as a person would say it."""
    if kind in ALWAYS_PLURAL or not kind.endswith("s") or kind.endswith("ss"):
        return kind
    return kind[:-2] if kind.endswith(("sses", "ches", "shes")) else kind[:-1]


class Catalogue:
    """Finds products by attributes and phrases changes between them.

    Args:
        products: what is known of each picture.
        groups: (n,) pictures of one group are one product, and never each other's answer.
        phrases: the ways to put each kind of change.
    """

    def __init__(
        self, products: Sequence[Product], groups: Sequence[str], phrases: Phrases = PHRASES
    ) -> None:
        self.products, self.groups, self.phrases = products, groups, phrases
        self._cells: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
        for index, item in enumerate(products):
            self._cells[item.gender, item.type, item.colour].append(index)
            self._kinds["colours", f"{item.gender}|{item.type}"].add(item.colour)
            self._kinds["types", f"{item.gender}|{item.colour}"].add(item.type)

    def draw(self, count: int, random: np.random.Generator, shares: Sequence[float] = SHARES) -> list[Change]:
        """Returns `count` queries; the same generator state gives the same queries.

        Args:
            count: how many.
            random: chooses references, kinds, answers and phrases.
            shares: (7,) probability of each of `KINDS`.
        """
        changes: list[Change] = []
        while len(changes) < count:
            kind = str(random.choice(KINDS, p=shares))
            change = self.change(int(random.integers(len(self.products))), kind, random)
            if change is not None:
                changes.append(change)
        return changes

    def change(self, reference: int, kind: str, random: np.random.Generator) -> Change | None:
        """Returns a query of one kind that starts from a picture, None when the catalogue has no answer."""
        item = self.products[reference]
        wanted = self._wanted(item, kind, random)
        if wanted is None:
            return None
        cell = self._cells.get((wanted.gender, wanted.type, wanted.colour), [])
        targets = tuple(
            index
            for index in cell
            if self.groups[index] != self.groups[reference] and self._fits(self.products[index], wanted, kind)
        )
        if not targets:
            return None
        if kind == "name":
            chosen = int(random.choice(targets))
            return Change(reference, self.products[chosen].name, (chosen,), kind)
        return Change(reference, self._phrase(item, wanted, kind, random), targets, kind)

    def _wanted(self, item: Product, kind: str, random: np.random.Generator) -> Product | None:
        """Returns the attributes that an answer must have."""
        gender, sort, colour, usage, pattern = item.gender, item.type, item.colour, item.usage, item.pattern
        if kind in ("colour", "both", "name"):
            colour = _other(self._kinds["colours", f"{gender}|{sort}"], colour, random)
        if kind in ("type", "both"):
            sort = _other(self._kinds["types", f"{gender}|{colour}"], sort, random)
        if kind == "gender":
            gender = {"men": "women", "women": "men"}.get(gender, "")
        if kind == "usage":
            usage = _other({"casual", "formal", "sports"}, usage, random)
        if kind == "pattern":
            pattern = _other({*PATTERNS, "plain"}, pattern, random)
        if not (gender and sort and colour and usage and pattern) and not (kind != "pattern" and not pattern):
            return None
        return Product(gender, sort, colour, usage, pattern, "")

    @staticmethod
    def _fits(product: Product, wanted: Product, kind: str) -> bool:
        if kind == "usage":
            return product.usage == wanted.usage
        return kind != "pattern" or product.pattern == wanted.pattern

    def _phrase(self, item: Product, wanted: Product, kind: str, random: np.random.Generator) -> str:
        forms = self.phrases["plain" if kind == "pattern" and wanted.pattern == "plain" else kind]
        return str(random.choice(forms)).format(
            colour=wanted.colour,
            old=item.colour,
            type=wanted.type,
            one=singular(wanted.type),
            old_type=item.type,
            old_one=singular(item.type),
            gender=wanted.gender,
            usage=wanted.usage,
            pattern=wanted.pattern,
        )


def _other(choices: set[str], old: str, random: np.random.Generator) -> str:
    rest = sorted(choices - {old, "na", ""})
    return str(random.choice(rest)) if rest else ""
