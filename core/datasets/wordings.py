"""How people call what a catalogue sells: other words for its kinds and colours, and the order they are said in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.datasets.changes import ALWAYS_PLURAL, Product, singular

KIND_WORDS: dict[str, tuple[str, ...]] = {
    "t-shirt": ("t-shirt", "tshirt", "t shirt", "tee", "tee shirt"),
    "shirts": ("shirt", "button-up shirt", "button down shirt", "dress shirt"),
    "shirt": ("shirt", "button-up shirt", "button down shirt"),
    "tops": ("top", "blouse", "women's top"),
    "top": ("top", "tank top", "blouse"),
    "blouse": ("blouse", "top", "shirt"),
    "sweater": ("sweater", "jumper", "pullover", "knitted sweater", "knitwear"),
    "cardigan": ("cardigan", "knitted cardigan", "knitwear"),
    "sweatshirts": ("sweatshirt", "hoodie", "hooded sweatshirt"),
    "sweatshirt": ("sweatshirt", "hoodie"),
    "trousers": ("trousers", "pants", "slacks", "chinos"),
    "track pants": ("track pants", "joggers", "tracksuit bottoms", "sweatpants"),
    "jeans": ("jeans", "denim jeans", "denim trousers"),
    "shorts": ("shorts", "short trousers"),
    "jackets": ("jacket", "coat"),
    "coat": ("coat", "overcoat", "winter coat"),
    "trenchcoat": ("trench coat", "coat"),
    "puffer coat": ("puffer coat", "padded coat", "winter coat", "puffer jacket"),
    "dresses": ("dress", "frock", "gown"),
    "dress": ("dress", "frock"),
    "casual shoes": ("shoes", "casual shoes", "sneakers", "trainers"),
    "sports shoes": ("sports shoes", "running shoes", "trainers", "sneakers"),
    "formal shoes": ("formal shoes", "leather shoes", "dress shoes"),
    "heels": ("heels", "high heels", "heeled shoes", "pumps"),
    "flats": ("flats", "flat shoes", "ballerinas"),
    "flip flops": ("flip flops", "slippers", "thongs"),
    "sandals": ("sandals", "sandal"),
    "sports sandals": ("sports sandals", "sandals"),
    "handbag": ("handbag", "bag", "purse"),
    "backpacks": ("backpack", "rucksack", "school bag"),
    "wallets": ("wallet", "purse"),
    "clutches": ("clutch", "clutch bag", "purse"),
    "sunglasses": ("sunglasses", "shades"),
    "watches": ("watch", "wristwatch"),
    "caps": ("cap", "baseball cap", "hat"),
    "ties": ("tie", "necktie"),
    "mufflers": ("muffler", "scarf"),
    "scarves": ("scarf", "shawl"),
    "kurtas": ("kurta", "tunic"),
    "kurtis": ("kurti", "kurta", "tunic"),
}
ALSO_CALLED = {"tshirts": "t-shirt", "sweaters": "sweater", "handbags": "handbag"}
"""Kinds of one catalogue that another calls by their singular."""
KIND_WORDS |= {plural: KIND_WORDS[one] for plural, one in ALSO_CALLED.items()}
"""Kind, lower case as a catalogue gives it -> what people say of one."""
COLOUR_WORDS: dict[str, tuple[str, ...]] = {
    "navy blue": ("navy", "navy blue", "dark blue", "blue"),
    "midnight blue": ("navy", "midnight blue", "dark blue"),
    "off-white": ("off-white", "white", "cream"),
    "ecru": ("ecru", "cream", "off-white"),
    "vanilla": ("vanilla", "cream"),
    "cream": ("cream", "off-white", "ivory"),
    "grey": ("grey", "gray"),
    "grey melange": ("grey", "grey melange", "heather grey"),
    "charcoal": ("charcoal", "dark grey"),
    "maroon": ("maroon", "dark red", "burgundy", "red"),
    "burgundy": ("burgundy", "dark red", "wine red"),
    "wine red": ("wine red", "burgundy", "dark red"),
    "purple": ("purple", "violet"),
    "lavender": ("lavender", "lilac", "light purple", "purple"),
    "lilac": ("lilac", "lavender", "light purple"),
    "mauve": ("mauve", "light purple"),
    "magenta": ("magenta", "pink", "hot pink"),
    "fuchsia": ("fuchsia", "pink", "hot pink"),
    "pastel pink": ("light pink", "pink", "pale pink"),
    "pale pink": ("pale pink", "light pink", "pink"),
    "peach": ("peach", "light orange", "pink"),
    "turquoise blue": ("turquoise", "blue"),
    "sea green": ("sea green", "green", "teal"),
    "teal": ("teal", "blue-green", "petrol"),
    "olive": ("olive", "olive green", "khaki", "green"),
    "khaki": ("khaki", "beige", "olive"),
    "bottle green": ("dark green", "bottle green", "green"),
    "pastel green": ("light green", "mint", "green"),
    "mustard": ("mustard", "yellow"),
    "pastel yellow": ("light yellow", "yellow"),
    "tan": ("tan", "light brown", "brown"),
    "camel": ("camel", "light brown", "tan"),
    "coffee brown": ("coffee brown", "dark brown", "brown"),
    "bronze": ("bronze", "brown"),
    "copper": ("copper", "brown"),
    "rust": ("rust", "orange", "reddish brown"),
    "terracotta": ("terracotta", "rust", "orange"),
    "steel": ("steel", "silver", "grey"),
    "silver": ("silver", "metallic"),
    "light denim": ("light blue", "light denim", "blue"),
    "mid-blue denim": ("blue", "denim"),
    "dark denim": ("dark blue", "dark denim", "navy"),
    "black denim": ("black", "black denim"),
    "multi": ("colourful", "multicoloured"),
    "": ("",),
}
COLOUR_WORDS |= {"off white": COLOUR_WORDS["off-white"], "na": COLOUR_WORDS[""]}
"""Colour, lower case as a catalogue gives it -> what people say."""
BASIC = (
    "black", "white", "grey", "beige", "brown", "red", "orange", "yellow", "green", "blue", "navy", "purple", "pink",
    "gold", "silver", "denim",
)  # fmt: skip
"""Colours that a shade is called by: "mink grey" is a grey."""
PATTERN_WORDS: Mapping[str, tuple[str, ...]] = {
    "stripes": ("striped", "stripy", "with stripes"),
    "checks": ("checked", "checkered", "plaid", "with checks"),
    "a print": ("printed", "graphic", "with a print"),
    "flowers": ("floral", "flowery", "with flowers"),
    "plain": ("plain", "solid", ""),
    "": ("",),
}
WHOM: Mapping[str, tuple[str, ...]] = {
    "men": ("men's", "mens", "for men"),
    "women": ("women's", "womens", "ladies'", "for women"),
    "boys": ("boys'", "for boys", "kids"),
    "girls": ("girls'", "for girls", "kids"),
}
FORMS = (
    "{colour} {kind}", "{colour} {kind}", "{colour} {pattern} {kind}", "{whom} {colour} {kind}",
    "{kind} in {colour}", "{whom} {colour} {pattern} {kind}", "a photo of a {colour} {kind}", "{kind}",
)  # fmt: skip
UNREAD_FORMS = ("looking for {colour} {kind}", "{colour} coloured {kind}", "find me {colour} {kind} please")
"""Forms that no training reads: what they find shows whether words are understood."""
PLURAL_SHARE, ARTICLE_SHARE = 0.25, 0.4


def kind_words(kind: str) -> tuple[str, ...]:
    """Returns what people say of a kind, given as a catalogue gives it, in lower case."""
    return KIND_WORDS.get(kind, (singular(kind),))


def colour_words(colour: str) -> tuple[str, ...]:
    """Returns what people say of a catalogue's colour, given in lower case."""
    *_, last = ["", *colour.split()]
    basic = (last,) if last in BASIC and last != colour else ()
    return COLOUR_WORDS.get(colour, (colour, *basic))


@dataclass(frozen=True, slots=True)
class Wordings:
    """What people may call one product.

    Attributes:
        kinds: words for what it is.
        colours: words for its colour; "" where there is nothing to say.
        patterns: likewise.
        whom: for whom it is made, likewise.
    """

    kinds: tuple[str, ...]
    colours: tuple[str, ...]
    patterns: tuple[str, ...] = ("",)
    whom: tuple[str, ...] = ("",)

    @classmethod
    def of(cls, product: Product) -> Wordings:
        """Returns the words for a product of a catalogue."""
        return cls(
            kind_words(product.type),
            colour_words(product.colour),
            PATTERN_WORDS[product.pattern],
            WHOM.get(product.gender, ("",)),
        )

    def drawn(self, count: int, random: np.random.Generator, forms: Sequence[str] = FORMS) -> list[str]:
        """Returns `count` ways to ask for the product, drawn one by one."""
        return [self._drawn(random, forms) for _ in range(count)]

    def _drawn(self, random: np.random.Generator, forms: Sequence[str]) -> str:
        kind, colour, pattern, whom = (
            words[int(random.integers(len(words)))]
            for words in (self.kinds, self.colours, self.patterns, self.whom)
        )
        form = forms[int(random.integers(len(forms)))] if colour else "{pattern} {kind}"
        if kind not in ALWAYS_PLURAL and not kind.endswith("s") and random.random() < PLURAL_SHARE:
            kind = f"{kind}es" if kind.endswith(("ss", "ch", "sh")) else f"{kind}s"
        behind = [part for part in (pattern, whom) if part.startswith(("with ", "for "))]
        ahead = {"pattern": "" if pattern in behind else pattern, "whom": "" if whom in behind else whom}
        text = form.format(colour=colour, kind=kind, **ahead)
        if kind.endswith("s") and not kind.endswith("ss"):
            text = text.replace("photo of a ", "photo of ")
        text = " ".join([text, *(part for part in behind if random.random() < 0.5 or part == pattern)])
        text = " ".join(text.split())
        alone = not kind.endswith("s") and not text.startswith(("a ", "men", "women"))
        return f"a {text}" if alone and random.random() < ARTICLE_SHARE else text
