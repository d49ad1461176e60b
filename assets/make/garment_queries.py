"""Composed queries over the shop: another colour, pattern, sleeve, neckline, material, length, type; and denials."""

from assets.make.noise import generator
from assets.make.queries import AttributeChange, Row, save_triplets, triplets
from assets.make.wardrobe import garments

_COLOURS = tuple(dict.fromkeys(garment.colour for garment in garments()))
_PATTERNS = ("plain", "striped", "checked", "dotted", "floral")
_SAID = {"striped": "stripes", "checked": "checks", "dotted": "polka dots", "floral": "flowers"}
_SLEEVES = {
    "long": ("with long sleeves", "long sleeves please", "give it long sleeves"),
    "three-quarter": ("with three-quarter sleeves", "sleeves that end below the elbow"),
    "short": ("with short sleeves", "a short-sleeved one", "the summer version, with short sleeves"),
    "sleeveless": ("without sleeves", "sleeveless", "no sleeves at all"),
}
_NECKS = {
    "V": ("with a V neck", "a V-neck instead"),
    "crew": ("with a round neck", "crew neck instead"),
    "turtleneck": ("with a turtleneck", "with a high rolled collar"),
    "scoop": ("with a deep round neckline", "a scoop neck instead"),
    "boat": ("with a boat neck", "a wide, shallow neckline"),
    "square": ("with a square neckline", "a square neck instead"),
    "collar": ("with a shirt collar", "one with a collar"),
    "straps": ("with straps", "held by straps over the shoulders"),
    "sweetheart": ("with a sweetheart neckline", "a heart-shaped neckline instead"),
}
_LENGTHS = {
    "mini": ("a mini version", "much shorter"),
    "knee": ("that ends at the knee", "knee-length"),
    "midi": ("a midi length", "that ends at the calf"),
}
_MATERIALS = ("leather", "denim", "linen", "corduroy", "satin", "wool", "cotton", "nylon", "fleece", "twill")
_PLURAL = ("jeans", "trousers", "shorts")


def _with_article(label: str) -> str:
    return f"a pair of {label}" if label in _PLURAL else f"a {label}"


def proposals(row: Row) -> list[AttributeChange]:
    """Every change that can be asked of a shop picture; whether it has an answer is seen later."""
    return [*_colours(row), *_patterns(row), *_cuts(row), *_types(row)]


def _colours(row: Row) -> list[AttributeChange]:
    same = {"group": [row["group"]], "pattern": [row["pattern"]]}
    noun, old = row["label"], row["colour"]
    changes = []
    for colour in _COLOURS:
        if colour == old:
            continue
        phrases = (f"the same {noun} in {colour}", f"in {colour} instead of {old}", f"{colour}, please",
                f"do you have this in {colour}?", f"change the colour to {colour}")  # fmt: skip
        changes.append(AttributeChange("colour", phrases, {**same, "colour": [colour]}))
    phrases = (f"the same but not in {old}", f"any colour except {old}", f"not {old}, something else")
    changes.append(
        AttributeChange(
            "denied colour", phrases, {**same, "colour": [name for name in _COLOURS if name != old]}
        )
    )
    return changes


def _patterns(row: Row) -> list[AttributeChange]:
    old, noun, changes = row["pattern"], row["label"], []
    same = {"group": [row["group"]]}
    for pattern in _PATTERNS:
        if pattern == old:
            continue
        if pattern == "plain":
            print_ = _SAID[old]
            phrases = (f"without the {print_}", f"the same {noun}, no {print_}", f"plain, not {old}",
                    f"take the {print_} off")  # fmt: skip
            changes.append(AttributeChange("denied pattern", phrases, {**same, "pattern": ["plain"]}))
            continue
        new = _SAID[pattern]
        phrases = (
            f"the same {noun} with {new}",
            f"{pattern} instead of {old}",
            f"add {new}",
            f"now with {new}",
        )
        changes.append(AttributeChange("pattern", phrases, {**same, "pattern": [pattern]}))
        for colour in (name for name in _COLOURS if name != row["colour"]):
            both = (f"in {colour} and with {new}", f"in {colour}, and {pattern} instead of {old}")
            changes.append(
                AttributeChange("two changes", both, {**same, "pattern": [pattern], "colour": [colour]})
            )
    return changes


def _cuts(row: Row) -> list[AttributeChange]:
    same = {name: [row[name]] for name in ("label", "colour", "pattern")}
    changes = []
    tables = {"sleeve": _SLEEVES, "neckline": _NECKS, "length": _LENGTHS}
    for name, table in tables.items():
        for value, phrases in table.items():
            if value != row[name] and row[name] != "none":
                texts = [*phrases, f"same colour, {phrases[0]}"]
                changes.append(AttributeChange(name, texts, {**same, name: [value]}))
    for material in _MATERIALS:
        if material != row["material"]:
            noun = row["label"]
            texts = (f"made of {material}", f"the same kind of {noun} but in {material}", f"in {material}")
            changes.append(AttributeChange("material", texts, {**same, "material": [material]}))
    return changes


def _types(row: Row) -> list[AttributeChange]:
    changes = []
    for label in sorted({garment.design.type for garment in garments()} - {row["label"]}):
        print_ = "" if row["pattern"] == "plain" else " and pattern"
        other = _with_article(label)
        phrases = (f"{other} in the same colour{print_}", f"not {_with_article(row['label'])}: {other} like this",
                f"{other} that goes with it, same {row['colour']}{print_}")  # fmt: skip
        wanted = {"label": [label], "colour": [row["colour"]], "pattern": [row["pattern"]]}
        changes.append(AttributeChange("type", phrases, wanted))
    return changes


def make_queries() -> int:
    """Writes the shop's triplets.json; returns the number of queries."""
    from assets.make.garments import SHOP

    rows = [garment.row() for garment in garments()]
    queries = triplets(rows, proposals, 1, 8, generator("garment queries"))
    save_triplets("attribute changes over drawn garments; answers follow from the attributes", rows, queries,
                  SHOP / "triplets.json")  # fmt: skip
    return len(queries)
