"""The scene world: which pictures there are, and the queries about counts, colours, kinds, places and company."""

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from assets.make.files import ASSETS, clear, save_table, save_webp
from assets.make.noise import generator
from assets.make.queries import AttributeChange, Row, save_triplets, triplets
from assets.make.toys import COUNTS, KINDS, PLACES, TOY_COLOURS, Toys, toy_picture

FOLDER = ASSETS / "examples" / "toys"
_PLURAL = {"ball": "balls", "box": "boxes", "can": "cans", "cone": "cones"}


def world() -> list[Toys]:
    """All pictures: for every kind and colour one, another count, another place, and one in company.

    Colours and kinds go in pairs that share count and place, so that a change of one of them has an answer.
    """
    places, scenes = list(PLACES), []
    for number, kind in enumerate(KINDS):
        for index, colour in enumerate(TOY_COLOURS):
            step = number // 2 + index // 2
            count, place = 1 + step % 4, places[(step + index // 4) % 4]
            other = 1 + (step + 1 + index % 3) % 4
            scenes.append(Toys(kind, colour, count, place))
            scenes.append(Toys(kind, colour, other, place))
            scenes.append(Toys(kind, colour, count, places[(step + index // 4 + 1 + index % 2) % 4]))
            beside = KINDS[(number + 1 + index % 3) % 4]
            scenes.append(Toys(kind, colour, min(count, 3), place, beside))
    return list({toys.name: toys for toys in scenes}.values())


def row(toys: Toys) -> dict[str, str]:
    """A picture's line in labels.csv."""
    return {
        "file": f"{toys.name}.webp",
        "label": toys.kind,
        "colour": toys.colour,
        "count": str(toys.count),
        "place": toys.place,
        "beside": toys.beside or "nothing",
    }


def _them(count: str, kind: str) -> str:
    return f"the {kind}" if count == "1" else f"the {_PLURAL[kind]}"


def proposals(given: Row) -> list[AttributeChange]:
    """Every change that can be asked of a picture."""
    same = {name: [given[name]] for name in ("label", "colour", "count", "place", "beside")}
    return [*_counts(given, same), *_looks(given, same), *_company(given, same)]


def _counts(given: Row, same: dict[str, list[str]]) -> list[AttributeChange]:
    old, kind, changes = int(given["count"]), given["label"], []
    for count, word in COUNTS.items():
        if count == old:
            continue
        noun = kind if count == 1 else _PLURAL[kind]
        phrases = [
            f"{word} {noun} instead of {COUNTS[old]}",
            f"make it {word}",
            f"the same with {word} {noun}",
        ]
        if count == old + 1:
            phrases += ["one more", f"add another {kind}"]
        if count == old - 1:
            phrases += ["one fewer", f"take one {kind} away"]
        if count == 2 * old:
            phrases += ["twice as many"]
        changes.append(AttributeChange("count", phrases, {**same, "count": [str(count)]}))
    return changes


def _looks(given: Row, same: dict[str, list[str]]) -> list[AttributeChange]:
    kind, old, changes = given["label"], given["colour"], []
    them = _them(given["count"], kind)
    for colour in TOY_COLOURS:
        if colour != old:
            phrases = (f"{colour} instead of {old}", f"the same in {colour}", f"paint {them} {colour}")
            changes.append(AttributeChange("colour", phrases, {**same, "colour": [colour]}))
    rest = [colour for colour in TOY_COLOURS if colour != old]
    denied = (f"the same, but not {old}", f"any colour other than {old}", f"{them} should not be {old}")
    changes.append(AttributeChange("denied colour", denied, {**same, "colour": rest}))
    for other in KINDS:
        if other != kind:
            noun = f"a {other}" if given["count"] == "1" else _PLURAL[other]
            phrases = (f"{noun} instead of {them}", f"not {them}, but {noun}", f"the same scene with {noun}")
            changes.append(AttributeChange("kind", phrases, {**same, "label": [other]}))
    here = PLACES[given["place"]]
    for place, words in PLACES.items():
        if place != given["place"]:
            phrases = (f"the same, but {words}", f"{words} instead of {here}", f"put {them} {words}")
            changes.append(AttributeChange("place", phrases, {**same, "place": [place]}))
    away = [place for place in PLACES if place != given["place"]]
    changes.append(
        AttributeChange(
            "denied place", (f"the same, but not {here}", f"anywhere but {here}"), {**same, "place": away}
        )
    )
    return changes


def _company(given: Row, same: dict[str, list[str]]) -> list[AttributeChange]:
    them = _them(given["count"], given["label"])
    if given["beside"] != "nothing":
        grey = f"the grey {given['beside']}"
        phrases = (
            f"without {grey}",
            f"remove {grey}",
            f"only {them}, no {given['beside']} beside",
            f"take {grey} away",
        )
        return [AttributeChange("taken away", phrases, {**same, "beside": ["nothing"]})]
    changes = []
    for kind in KINDS:
        phrases = (f"with a grey {kind} beside", f"add a grey {kind}", f"put a grey {kind} next to {them}")
        changes.append(AttributeChange("added", phrases, {**same, "beside": [kind]}))
    return changes


def make_one(toys: Toys, folder: Path = FOLDER) -> str:
    """Trace and write one picture; returns the file's name."""
    name = row(toys)["file"]
    save_webp(toy_picture(toys), folder / name, 84)
    return name


def make_toys(workers: int = 2, folder: Path = FOLDER) -> int:
    """Trace all pictures, write their table and the queries; returns the number of pictures."""
    everything = world()
    with ProcessPoolExecutor(workers) as pool:
        names = list(pool.map(make_one, everything, [folder] * len(everything)))
    clear(folder, names)
    write_tables(folder)
    return len(names)


def write_tables(folder: Path = FOLDER) -> int:
    """Writes labels.csv and triplets.json; returns the number of queries."""
    rows = [row(toys) for toys in world()]
    save_table(rows, folder / "labels.csv")
    queries = triplets(rows, proposals, 2, 6, generator("toy queries"))
    task = "changes of count, colour, kind, place and company over traced scenes; answers follow from the attributes"
    save_triplets(task, rows, queries, folder / "triplets.json")
    return len(queries)
