"""How changes are put in words: the forms that training reads, forms that it never reads, and things in photos."""

from __future__ import annotations

from collections.abc import Mapping

Phrases = Mapping[str, tuple[str, ...]]
"""Kind of change -> the forms it can take; {colour}, {type}, {one} and so on are filled in."""

PHRASES: Phrases = {
    "colour": (
        "is {colour}, not {old}",
        "in {colour} instead of {old}",
        "{colour} instead of {old}",
        "the same {type} in {colour}",
        "make it {colour}",
        "but in {colour}",
        "change the colour to {colour}",
        "same {one}, {colour}",
        "I want it in {colour}",
        "a {colour} one",
        "has a {colour} colour",
        "the {colour} version",
        "not {old} but {colour}",
        "{colour}",
    ),
    "type": (
        "{type} in the same colour",
        "replace the {old_type} with {type}, same colour",
        "{type}, same colour",
        "show me {type} instead",
        "a {one} instead of the {old_one}",
        "a matching {one}",
        "{type} rather than {old_type}",
        "turn it into a {one}",
        "not {old_type} but {type}",
        "{type}",
    ),
    "both": (
        "{colour} {type}",
        "a {colour} {one}",
        "{colour} {type} instead of {old} {old_type}",
        "replace it with a {colour} {one}",
    ),
    "gender": (
        "the same for {gender}",
        "for {gender}",
        "the {gender}'s version",
        "{gender} {type}",
        "made for {gender}",
    ),
    "usage": (
        "more {usage}",
        "a {usage} one",
        "the same for {usage} wear",
        "{usage} {type} in the same colour",
    ),
    "pattern": (
        "with {pattern}",
        "the same {one} with {pattern}",
        "add {pattern}",
        "same colour, but with {pattern}",
        "has {pattern}",
    ),
    "plain": (
        "plain",
        "without a pattern",
        "the same {one}, plain",
        "no pattern",
        "a solid one",
    ),
}
PUBLISHED: Phrases = {
    "colour": (
        "is {colour}, not {old}",
        "in {colour} instead of {old}",
        "make it {colour}",
        "the same {type} in {colour}",
    ),
    "type": ("{type} in the same colour", "replace the {old_type} with {type}, same colour"),
}
"""The forms of the published triplets; training reads them, too."""

UNREAD: Phrases = {
    "colour": (
        "could I see this in {colour}?",
        "I like it, but {colour} would suit me better",
        "swap the {old} for {colour}",
        "do you have {colour} ones?",
        "recolour: {colour}",
        "any {colour} alternative to this?",
        "{old} is not for me, rather {colour}",
        "everything as it is except that it should be {colour}",
        "dyed {colour}",
        "my sister wants hers {colour}",
    ),
    "type": (
        "I need {type} that go with this",
        "something like this, only as {type}",
        "forget the {old_type}, I am after {type}",
        "do you have {type} in this shade?",
        "keep the shade and switch to {type}",
        "which {type} look like this?",
        "no more {old_type}, {type} please",
        "could this be {type}?",
    ),
}
"""Forms that no training reads: what they find shows whether words are understood or templates known."""

CONCEPTS = {
    "a dog": r"dogs?|puppy|puppies",
    "a child": r"child|children|kids?|boys?|girls?|toddler",
    "a man": r"man|men|guy",
    "a woman": r"woman|women|lady",
    "a ball": r"balls?|soccer|football|basketball|tennis",
    "a bicycle": r"bike|bikes|bicycle|biker|cyclist",
    "snow": r"snow|snowy|ski|skier|snowboarder",
    "water": r"water|lake|river|pool|ocean|wave|waves",
    "a beach": r"beach|sand|sandy|shore",
    "grass": r"grass|grassy|field|lawn",
    "a street": r"street|road|sidewalk|city",
    "mountains": r"mountains?|hill|cliff|rock|rocks",
    "a crowd": r"crowd|people|group",
    "a car": r"cars?|truck|vehicle",
    "a horse": r"horses?",
    "trees": r"trees?|forest|woods",
}
"""Things that photos show -> the words of captions that name them."""

ADD = (
    "with {}",
    "add {}",
    "now with {}",
    "the same, but with {}",
    "put {} in it",
    "there should be {}",
    "{}",
)
REMOVE = ("without {}", "no {}", "remove {}", "the same without {}", "take away {}")
