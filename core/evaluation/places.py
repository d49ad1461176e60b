"""Measures whether maps over places are faithful: hides and shows places in their order, and in a random one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from jaxtyping import Float64

from core.captioners.slots import SlotCaptioner
from core.contracts import Captioner, Models, SummedEncoder
from core.datasets.captions import CAPTIONS, read_captions
from core.datasets.folder import read_folder
from core.datasets.map_figures import keep_figures
from core.datasets.pairs import is_pairs, read_pairs
from core.errors import DataError
from core.evaluation.base import EvaluationOptions, Intake, grouped, plain, trained
from core.evaluation.memory import MemoryGallery, MemoryItem
from core.evaluation.report import EvaluationReport
from core.evaluation.street_to_shop import products_of, right_answers
from core.instruments.faithful import MapAreas, Scores, areas, estimates
from core.tasks.field_road import FIELD_CAPTION, ROAD_CAPTION, places
from core.tasks.hidden_places import hidden_squares
from core.tasks.street_to_shop import places as worn_places
from core.types import Picture

PICTURES, STEPS = 50, 9
"""So many pictures are judged, drawn by the seed, each hidden in so many steps."""
GROUP = "group"
ROADS = ("field", "fields", "road", "roads")
ALL = ("q", "t", "f")
NO_SUM = "With these models pictures are no sums over places, so there are no maps to judge; choose pocket."
File = tuple[str, Path]
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True, eq=False)
class MapsOfPicture:
    """Maps of one picture over the same places, and what scores it with places hidden.

    Attributes:
        kinds: (maps,) what each map is of.
        maps: (maps, places) what each place adds.
        score_of: see `core.instruments.faithful.Scores`.
    """

    kinds: tuple[str, ...]
    maps: Float64[np.ndarray, "maps places"]
    score_of: Scores


@dataclass(frozen=True, slots=True)
class MapsToJudge:
    """What a folder has pictures for.

    Attributes:
        task: key of the task that shows these maps.
        models: role -> id of what answers.
        files: of the pictures.
        groups: of each.
        of_each: from the pictures that could be opened, with their rows, to the maps of each.
    """

    task: str
    models: Mapping[str, str]
    files: Sequence[File]
    groups: Sequence[str]
    of_each: Callable[[Sequence[int], Sequence[Picture]], Iterator[Sequence[MapsOfPicture]]]


def evaluate(data: Path, models: Models, options: EvaluationOptions) -> EvaluationReport:
    """Judges the maps that this data has pictures for, on pictures that training did not see.

    Args:
        data: captions, for the maps of q, t and f in compose: each photo with its own caption, and another photo as the
            reference; a labelled folder of fields and roads, or of sketches; or pairs of a garment worn and alone.
        models: the profile's models.
        options: how to measure; `keep` writes the figures for the page and for docs/results.md.

    Returns:
        For each kind of map the areas of deletion and insertion, that of a random order, and the differences, as mean
        scores: cosines in compose, logarithms of the odds in field or road, centred logits in sketch, deviations over
        the gallery in street to shop.

    Raises:
        DataError: unusable data, models without maps, or nothing left to judge.
    """
    intake, asked = _asked(data, models, options)
    intake.check_left(len(asked.files))
    rows, pictures = _opened(asked.files, intake)
    found: dict[str, list[MapAreas]] = {}
    chance = np.random.default_rng(options.seed)
    for number, of_one in enumerate(asked.of_each(rows, pictures)):
        options.progress("maps", number, len(pictures))
        for some in of_one:
            judged = areas(some.maps, some.score_of, min(STEPS, some.maps.shape[1]), chance)
            for kind, each in zip(some.kinds, judged, strict=True):
                found.setdefault(kind, []).append(each)
    owners = [asked.groups[row] for row in rows]
    metrics = {kind: estimates(each, owners, options.seed) for kind, each in found.items()}
    if options.keep:
        keep_figures(asked.task, models.profile, asked.models, data.resolve().name, metrics)
    flat = {f"{kind}_{name}": one for kind, figures in metrics.items() for name, one in figures.items()}
    extras = {**intake.counts(), "steps": STEPS}
    return EvaluationReport("places", models.profile, asked.models, len(pictures), flat, extras)


def _asked(data: Path, models: Models, options: EvaluationOptions) -> tuple[Intake, MapsToJudge]:
    """Returns what the folder has pictures for, and who opens them."""
    if (data / CAPTIONS).is_file():
        intake = Intake(options, trained(models, "joint", "combiner"))
        return intake, _composed(data, models, intake, options)
    if is_pairs(data):
        intake = Intake(options, trained(models, "garment", "joint"))
        return intake, _worn(data, models, intake, options)
    rows = read_folder(data, options.label_column)
    roads = [row for row in rows if plain(row.label) in ROADS]
    heads = ("field_road", "joint") if roads else ("sketch", "sketch_tower")
    intake = Intake(options, trained(models, *heads))
    chosen = _some([row for row in roads or rows if intake.allowed(row.path)], options.seed)
    files = [(row.file, row.path) for row in chosen]
    groups = grouped([row.columns for row in chosen], options, GROUP)
    return intake, (_roads if roads else _sketches)(models, files, groups)


def _composed(data: Path, models: Models, intake: Intake, options: EvaluationOptions) -> MapsToJudge:
    joint = _summed(models.composing)
    rows = _some([row for row in read_captions(data) if intake.allowed(row.path)], options.seed)
    answering = {"joint": joint.id}

    def of_each(kept: Sequence[int], pictures: Sequence[Picture]) -> Iterator[Sequence[MapsOfPicture]]:
        vectors = {"joint": joint.encode_pictures(pictures)}
        items = [MemoryItem(str(row), str(row), pictures[i].digest) for i, row in enumerate(kept)]
        task = models.compose(MemoryGallery(items, vectors))
        answering.update(task.models)
        for number, picture in enumerate(pictures):
            query = task.query_shares(pictures[number - 1], rows[kept[number]].captions[0]).rows
            maps = query.astype(np.float64) @ joint.picture_shares(picture)[:-1].T
            yield [MapsOfPicture(ALL, maps, _cosines(joint, picture, query))]

    files = [(row.file, row.path) for row in rows]
    return MapsToJudge("compose", answering, files, [row.file for row in rows], of_each)


def _cosines(joint: SummedEncoder, picture: Picture, query: np.ndarray) -> Scores:
    return lambda shown: query @ joint.encode_pictures(hidden_squares(picture, shown)).T


def _roads(models: Models, files: Sequence[File], groups: Sequence[str]) -> MapsToJudge:
    task, captions = models.field_road(), (FIELD_CAPTION, ROAD_CAPTION)
    _summed(task.joint)

    def of_each(_: Sequence[int], pictures: Sequence[Picture]) -> Iterator[Sequence[MapsOfPicture]]:
        for picture in pictures:
            parts = [part for part in places.located(task, picture, captions) if part.key in places.WHOLE]
            kinds = tuple(part.key for part in parts)

            def score_of(shown: np.ndarray, picture: Picture = picture) -> np.ndarray:
                return places.odds(task, hidden_squares(picture, shown), captions)

            yield [MapsOfPicture(kinds, np.stack([part.places[:-1] for part in parts]), score_of)]

    return MapsToJudge("field_road", task.models, files, groups, of_each)


def _sketches(models: Models, files: Sequence[File], groups: Sequence[str]) -> MapsToJudge:
    task = models.sketch()
    if task.places is None:
        raise DataError(NO_SUM)
    apart = task.places

    def of_each(_: Sequence[int], pictures: Sequence[Picture]) -> Iterator[Sequence[MapsOfPicture]]:
        for picture in pictures:
            sheet = task.read(picture)
            row, score_of = apart.map_of(sheet)
            yield [MapsOfPicture(("picture",), row[None], score_of), *_gaps(task.captioner, sheet)]

    return MapsToJudge("sketch", task.models, files, groups, of_each)


def _worn(data: Path, models: Models, intake: Intake, options: EvaluationOptions) -> MapsToJudge:
    pairs = _some(
        [pair for pair in read_pairs(data) if intake.allowed(pair.worn, pair.product)], options.seed
    )
    intake.check_left(len(pairs))
    gallery = products_of(pairs, models, intake)
    right, task = right_answers(pairs, gallery), models.street_to_shop(gallery)
    _summed(task.joint)
    asking = [pair for pair in pairs if len(right[pair.item_id])]

    def of_each(kept: Sequence[int], pictures: Sequence[Picture]) -> Iterator[Sequence[MapsOfPicture]]:
        for number, picture in zip(kept, pictures, strict=True):
            effects, score_of = worn_places.map_of(task, picture, int(right[asking[number].item_id][0]))
            garment = MapsOfPicture((worn_places.GARMENT,), effects[None], score_of)
            yield [garment, *_gaps(task.captioner, picture)]

    files = [(pair.worn_file, pair.worn) for pair in asking]
    return MapsToJudge("street_to_shop", task.models, files, [pair.item_id for pair in asking], of_each)


def _gaps(captioner: Captioner, picture: Picture) -> list[MapsOfPicture]:
    """Returns the maps of why a captioner's gaps took their words; none of a captioner without gaps."""
    if not isinstance(captioner, SlotCaptioner):
        return []
    slots, parts = captioner.caption(picture).slots, captioner.apart(picture)

    def score_of(shown: np.ndarray) -> np.ndarray:
        return captioner.odds(hidden_squares(picture, shown), slots)

    maps = np.stack([part.places[:-1] for part in parts])
    return [MapsOfPicture(tuple(part.key for part in parts), maps, score_of)]


def _summed(joint: object) -> SummedEncoder:
    if not isinstance(joint, SummedEncoder):
        raise DataError(NO_SUM)
    return joint


def _some(rows: Sequence[Line], seed: int) -> list[Line]:
    """Returns so many of the rows as are judged, drawn by the seed."""
    return [rows[place] for place in np.random.default_rng(seed).permutation(len(rows))[:PICTURES].tolist()]


def _opened(files: Sequence[File], intake: Intake) -> tuple[list[int], list[Picture]]:
    rows: list[int] = []
    pictures: list[Picture] = []
    for some, opened in intake.pictures(files, "pictures"):
        rows += some
        pictures += opened
    intake.check_judged(len(rows))
    return rows, pictures
