"""Measures words as people type them: how many of the first pictures are of the colour, type and pattern asked for?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.contracts import Models
from core.datasets.folder import LabelledPicture, read_folder
from core.datasets.typed_queries import LEAST, TypedQuery, shares_right, typed_queries_in
from core.errors import DataError
from core.evaluation.base import EvaluationOptions, Intake, trained
from core.evaluation.memory import gather
from core.evaluation.report import EvaluationReport
from core.metrics import bootstrap
from core.plurals import counted

OURS = Path(__file__).with_name("typed_words.csv")
OWN = "typed_words.csv"
"""A table of queries beside the pictures, which is asked in place of ours."""


def evaluate(data: Path, models: Models, options: EvaluationOptions) -> EvaluationReport:
    """Asks a folder of clothes for what people type, such as "a red striped dress".

    Args:
        data: a labelled folder. Its own typed_words.csv is asked, else those of our queries whose columns it has.
        models: the profile's models.
        options: how to measure.

    Returns:
        The share of right answers among the first min(12, number right), a mean over the queries: by what the shop
        makes of typed words, and by the joint space alone. Queries with fewer than 3 right answers are not asked.

    Raises:
        DataError: unusable data, no query that suits it, or nothing left to judge.
    """
    rows = read_folder(data, options.label_column or "file")
    queries = suitable(data, rows)
    intake = Intake(options, trained(models, "garment", "joint"))
    fresh = {row.file: row for row in rows if intake.allowed(row.path)}
    intake.check_left(len(fresh))
    encoders = models.gallery_encoders()
    gallery = gather(
        [(row.file, row.path) for row in fresh.values()],
        intake,
        lambda pictures: encoders.encode(pictures).vectors,
        "shop pictures",
    )
    columns = [fresh[item.file].columns for item in gallery.items]
    right = [np.array([query.holds(cells) for cells in columns], dtype=bool) for query in queries]
    asked = [number for number, answers in enumerate(right) if answers.sum() >= LEAST]
    if not asked:
        raise DataError(
            f"Of {counted(len(queries), 'query', 'queries')} none has {LEAST} right answers among "
            f"{counted(len(gallery), 'usable picture')}."
        )
    words, answers = [queries[number].words for number in asked], [right[number] for number in asked]
    task = models.street_to_shop(gallery)
    joint = gallery.index("joint").scores(models.joint.encode_texts(words))
    shares = {
        "share_right": shares_right(task.score_words(words), answers),
        "joint_space_share_right": shares_right(joint, answers),
    }
    extras = {
        **intake.counts(),
        "gallery": len(gallery),
        "queries_left_out": len(queries) - len(asked),
        "queries": {text: round(share, 3) for text, share in zip(words, shares["share_right"], strict=True)},
    }
    metrics = {name: bootstrap(values, words, options.seed) for name, values in shares.items()}
    return EvaluationReport("typed-words", models.profile, task.models, len(words), metrics, extras)


def suitable(data: Path, rows: Sequence[LabelledPicture]) -> tuple[TypedQuery, ...]:
    """Returns the queries whose filters a folder has the columns for.

    Args:
        data: the folder.
        rows: its pictures, at least one.

    Raises:
        DataError: there are none.
    """
    own = data / OWN
    queries = typed_queries_in(own if own.is_file() else OURS)
    fitting = tuple(query for query in queries if query.fits(rows[0].columns))
    if not fitting:
        wanted = sorted({condition.column for query in queries for condition in query.conditions})
        raise DataError(
            f"No query suits this data: they ask for the columns {', '.join(wanted)}. Put a {OWN} of your own "
            "beside labels.csv."
        )
    return fitting
