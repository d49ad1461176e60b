"""The two caption templates of the reports and the words that may fill their gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.plurals import with_articles

__all__ = ["GARMENT", "PLURALS", "Template", "in_english", "prompts_of", "sketch_template", "with_articles"]


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with gaps.

    Attributes:
        name: "sketch" or "garment".
        sentence: the sentence, a gap written {name}.
        prompts: gap -> the sentence that scores one candidate, the candidate written {}.
        candidates: gap -> the words that may fill it, in order.
    """

    name: str
    sentence: str
    prompts: Mapping[str, str]
    candidates: Mapping[str, Sequence[str]]

    def filled(self, choices: Mapping[str, str]) -> str:
        """Returns the sentence with its gaps filled and its articles mended ("an owl", "a jacket")."""
        return with_articles(" ".join(self.sentence.format(**choices).split()))

    def scored(self, gap: str) -> list[str]:
        """Returns the sentence that is compared with the picture, for each candidate of a gap."""
        return [with_articles(self.prompts[gap].format(words)) for words in self.candidates[gap]]


def sketch_template(nouns: Sequence[str]) -> Template:
    """Returns the template of the sketch tab, over at least a thousand nouns."""
    return Template(
        "sketch",
        "a sketch of a {thing}",
        {"thing": "a sketch of a {}"},
        {"thing": tuple(nouns)},
    )


GARMENT = Template(
    "garment",
    "an image of a {colour} {pattern} {garment} with viewpoint {viewpoint}, occlusion level {occlusion}, "
    "scale {scale}, and zoom in {zoom}",
    {
        "colour": "a photo of {} clothes",
        "pattern": "a photo of {} clothes",
        "garment": "a photo of a {}",
        "viewpoint": "a photo of clothes, {}",
        "occlusion": "a photo of clothes, {}",
        "scale": "a photo of clothes, {}",
        "zoom": "a photo of clothes, {}",
    },
    {
        "colour": (
            "black", "white", "grey", "beige", "brown", "red", "orange", "yellow", "green", "olive", "teal",
            "blue", "navy", "purple", "pink",
        ),
        "pattern": ("plain", "striped", "checked", "dotted", "floral", "printed", "lace", "denim"),
        "garment": (
            "t-shirt", "shirt", "blouse", "polo shirt", "tank top", "crop top", "sweater", "cardigan", "hoodie",
            "sweatshirt", "jacket", "blazer", "coat", "vest", "tunic", "dress", "gown", "skirt", "jeans", "trousers",
            "leggings", "shorts", "tracksuit", "jumpsuit", "swimsuit", "bra", "briefs", "socks", "scarf", "tie",
            "hat", "cap", "shoe", "sandal", "boot", "handbag", "backpack", "belt", "watch", "sunglasses",
        ),
        "viewpoint": ("worn, from the front", "worn, from the side", "worn, from the back", "not worn"),
        "occlusion": ("slight", "medium", "heavy"),
        "scale": ("small", "moderate", "large"),
        "zoom": ("none", "medium", "large"),
    },
)  # fmt: skip

LEVELS = {
    "occlusion": {"slight": "all of it can be seen", "medium": "partly hidden by an arm or a bag",
                  "heavy": "mostly hidden"},
    "scale": {"small": "small and far away", "moderate": "of middle size", "large": "filling the whole picture"},
    "zoom": {"none": "the whole figure", "medium": "the upper half of a person", "large": "a close-up of the cloth"},
}  # fmt: skip
"""By the gap: what stands in it says little by itself, such as "none" of the zoom, so a model is told this."""


def prompts_of(template: Template, gap: str) -> list[str]:
    """Returns the sentences that score a gap's candidates; levels are put into words a model can know."""
    if gap in LEVELS and template.name == "garment":
        return [template.prompts[gap].format(LEVELS[gap][level]) for level in template.candidates[gap]]
    return template.scored(gap)


PLURALS = frozenset(["jeans", "trousers", "leggings", "shorts", "briefs", "socks", "sunglasses"])
_SAID = {
    "viewpoint": {
        "worn, from the front": "worn, seen from the front",
        "worn, from the side": "worn, seen from the side",
        "worn, from the back": "worn, seen from the back",
    },
    "occlusion": {"medium": "partly hidden", "heavy": "mostly hidden"},
    "scale": {"small": "small in the picture", "large": "filling the picture"},
    "zoom": {"large": "close up"},
}
"""Levels that say something, in plain words; what is usual is left out."""


def in_english(choices: Mapping[str, str]) -> str:
    """Returns a garment caption as a person would say it: "purple denim jeans, worn, seen from the front".

    Args:
        choices: gap of the garment template -> the words that fill it; "" is returned without a garment.
    """
    garment = choices.get("garment", "")
    if not garment:
        return ""
    pattern = choices.get("pattern", "")
    words = [choices.get("colour", ""), "" if pattern == "plain" else pattern, garment]
    named = " ".join(word for word in words if word)
    levels = [table.get(choices.get(gap, ""), "") for gap, table in _SAID.items()]
    return ", ".join([named if garment in PLURALS else with_articles(f"a {named}"), *filter(None, levels)])
