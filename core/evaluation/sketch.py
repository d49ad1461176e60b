"""Measures the sketch task: the blend of picture and words, each alone, and captions that name the class."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from jaxtyping import Float

from core import blend
from core.contracts import Models
from core.datasets.folder import LabelledPicture, read_folder
from core.errors import DataError
from core.evaluation.base import (
    EvaluationOptions,
    Intake,
    Planned,
    Sample,
    count_by_label,
    grouped,
    plain,
    trained,
)
from core.evaluation.papers import PAPERS
from core.evaluation.report import EvaluationReport
from core.images import open_picture
from core.index.bundle import Gallery
from core.metrics import Estimate, proportion, ranks_of_right, recalls
from core.tasks.sketch import SketchEvidence
from core.types import Picture

GROUP = "photo_id"
SAMPLES = (
    Sample(
        "sketch",
        "examples/sketches",
        {
            "picture_top_1": "picture alone, top-1",
            "picture_top_5": "picture alone, top-5",
            "top_1": "picture and caption, top-1",
            "top_5": "picture and caption, top-5",
        },
    ),
)


def evaluate(data: Path, models: Models, options: EvaluationOptions) -> EvaluationReport:
    """Classifies every sketch with the captioner's words and the learned alpha and beta.

    Args:
        data: a labelled folder.
        models: the profile's models.
        options: how to measure.

    Returns:
        top_1 and top_5 of the blend and of the picture alone, top_1 of the words alone, and the share of
        captions that name the class; with `options.papers` top_1 and top_5 of the blend on each of
        `core.evaluation.papers`, too. Labels that the head does not know are left out and reported, and so
        are classes whose sketches are all of one group: a split by group leaves them untrained or untested.

    Raises:
        DataError: unusable data, no known class, or nothing left to judge.
    """
    rows = read_folder(data, options.label_column)
    task = models.sketch()
    place = {plain(label): index for index, label in enumerate(task.labels)}
    judgeable = [row for row in rows if plain(row.label) in place]
    unknown = count_by_label([row.label for row in rows if plain(row.label) not in place])
    if not judgeable:
        raise DataError(
            f"None of the labels of this data, such as {next(iter(unknown))!r}, is one of the "
            f"{len(place)} classes of the sketch head, such as {task.labels[0]!r}; see --label-column."
        )
    single = _single_group_classes(judgeable, grouped([row.columns for row in judgeable], options, GROUP))
    intake = Intake(options, trained(models, "sketch", "sketch_tower", "joint"))
    fresh = [row for row in judgeable if intake.allowed(row.path)]
    papers = {"": lambda pixels: pixels} | (
        {f"{name}_": PAPERS[name] for name in PAPERS} if options.papers else {}
    )

    def on_all(pictures: Sequence[Picture], _: object) -> Iterator[tuple[SketchEvidence, ...]]:
        sheets = [
            [replace(picture, pixels=paper(picture.pixels)) for picture in pictures]
            for paper in papers.values()
        ]
        return zip(*map(task.evidence_many, sheets), strict=True)

    shown_rows, answers = intake.judge(fresh, lambda row: (row.file, row.path), "sketches", on_all)
    truths = [place[plain(row.label)] for row in shown_rows]
    extras = {"unknown_classes": unknown, **intake.counts(), "single_group_classes": single}
    by_paper = dict(zip(papers, zip(*answers, strict=True), strict=True))
    metrics = judged(by_paper.pop(""), truths)
    for name, evidence in by_paper.items():
        metrics |= {name + key: judged(evidence, truths)[key] for key in ("top_1", "top_5")}
    return EvaluationReport("sketch", models.profile, task.models, len(truths), metrics, extras)


def example(row: Planned, models: Models, gallery: Gallery, folder: Path) -> SketchEvidence:
    """Runs the encoders on a planned example, see `core.evaluation.examples.evidence_of`."""
    return models.sketch().evidence(open_picture(folder / row["picture"]), row.get("caption", ""))


def judged(evidences: Sequence[SketchEvidence], truths: Sequence[int]) -> dict[str, Estimate]:
    """Returns the figures.

    Args:
        evidences: (n,) what the encoders found for each sketch.
        truths: (n,) index of the right class of each.
    """
    ranks = ranks_of_right(map(_scores, evidences), [[truth] for truth in truths])
    named = [
        names_class(evidence.caption.sentence, evidence.labels[truth])
        for evidence, truth in zip(evidences, truths, strict=True)
    ]
    blended, picture, words = ranks
    metrics = recalls(blended, (1, 5), "top_{}") | recalls(picture, (1, 5), "picture_top_{}")
    return metrics | recalls(words, (1,), "words_top_{}") | {"caption_names_class": proportion(named)}


def _scores(evidence: SketchEvidence) -> Float[np.ndarray, "3 classes"]:
    """Returns the logits of the blend, of the picture and of the words."""
    parts = np.stack([evidence.picture_logits, evidence.words_logits]).astype(np.float64)
    return np.stack([blend.blend((evidence.learned_alpha, evidence.learned_beta), parts), *parts])


def names_class(sentence: str, label: str) -> bool:
    """Tells whether a caption holds the name of a class as whole words, in the singular or plural.

    What stands in brackets in a class's name is left out: "car_(sedan)" is named by "a sketch of a car".
    """
    name = _words(re.sub(r"\(.*?\)", " ", label))
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(e?s)?(?!\w)", _words(sentence)) is not None


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold().replace("_", " ")))


def _single_group_classes(rows: Sequence[LabelledPicture], groups: Sequence[str]) -> list[str]:
    members: dict[str, set[str]] = {}
    for row, group in zip(rows, groups, strict=True):
        members.setdefault(row.label, set()).add(group)
    return sorted(label for label, names in members.items() if len(names) == 1)
