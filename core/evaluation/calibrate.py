"""Calibrates what an answer says of whether there is an answer: asks questions whose answers are taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core import blend
from core.conformal.calibrations import Calibration, kept_to_json
from core.conformal.p_values import ALPHA, FOLDS, check_calibration, cross_checked, fewest_for
from core.contracts import Models, SearchableGallery
from core.datasets.split import folds_by_group
from core.errors import DataError, InputError
from core.evaluation.base import EvaluationOptions
from core.images import open_parts, open_picture
from core.joining import HARRIS, RULES, joined, joining_figures
from core.plurals import counted
from core.tasks.compose import F_ALONE
from core.tasks.compose.task import QUERY
from core.tasks.joined_rows import EVEN
from core.tasks.promise import candidates_of
from core.tasks.start_weights import start_weights
from core.tasks.street_to_shop import WITHOUT_BOX, with_box_share
from core.tasks.street_to_shop.task import BOXED, WHOLE
from core.types import Box

SHOP, COMPOSE = "street_to_shop", "compose"
Asked = tuple[Float32[np.ndarray, "3 n"], Sequence[int]]


@dataclass(frozen=True, slots=True)
class CalibrationQuery:
    """A question to a gallery, and what answers it there.

    Attributes:
        picture: that asks.
        answers: rows of the gallery that are right; none where nothing there is.
        group: questions of one group calibrate or are judged together.
        box: of the garment, None without one.
        words: what should change, for compose; "" for street to shop.
    """

    picture: Path
    answers: tuple[int, ...]
    group: str
    box: Box | None = None
    words: str = ""


@dataclass(slots=True)
class BestScores:
    """Of each question the best score, and which questions these are.

    Attributes:
        null: without its answers.
        whole: with them.
        right: whether the first is then an answer.
        answerable: whether the gallery holds an answer.
        groups: of each.
        ranks: rule of joining -> rank of the best answer, for questions that have one in the gallery.
        ranked: the groups of these.
    """

    null: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    answerable: list[bool] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    ranks: dict[str, list[int]] = field(default_factory=lambda: {rule: [] for rule in RULES})
    ranked: list[str] = field(default_factory=list)

    def add(self, scores: np.ndarray, hidden: Sequence[int], query: CalibrationQuery) -> None:
        """Takes note of a question.

        Args:
            scores: (n,) of all candidates.
            hidden: rows that are no part of the ranking.
            query: the question.
        """
        shown = np.array(scores, dtype=np.float64)
        shown[list(hidden)] = -np.inf
        without = shown.copy()
        without[list(query.answers)] = -np.inf
        if not np.isfinite(without).any():
            return
        self.null.append(float(without.max()))
        self.whole.append(float(shown.max()))
        self.right.append(int(shown.argmax()) in query.answers)
        self.answerable.append(bool(query.answers))
        self.groups.append(query.group)

    def add_ranks(self, weights: Sequence[float], query: CalibrationQuery, asked: Asked) -> None:
        """Takes note of where the best answer stands by each rule of joining.

        Args:
            weights: of the parts; Harris's corner takes picture and words alike.
            query: the question.
            asked: what each kind of evidence says, and which rows are no part of the ranking.
        """
        parts, hidden = asked
        answers = sorted({*query.answers} - {*hidden})
        if answers:
            self.ranked.append(query.group)
            for rule, ranks in self.ranks.items():
                scores = joined(rule, EVEN if rule == HARRIS else weights, parts, hidden)
                ranks.append(int(blend.ranks(scores, hidden)[answers].min()))

    def measured(self, seed: int) -> dict[str, dict[str, float]]:
        """Returns how each rule of joining does, and what the promise is worth."""
        return joining_figures(self.ranks, self.ranked, seed) | self._kept(seed)

    def _kept(self, seed: int) -> dict[str, dict[str, float]]:
        """Returns what the promise is worth, by folds of groups; nothing of too few questions or groups."""
        have = np.array(self.answerable, dtype=bool)
        groups = [group for group, answerable in zip(self.groups, have, strict=True) if answerable]
        if len(set(groups)) < 2 * FOLDS or have.sum() * (FOLDS - 1) / FOLDS < 2 * fewest_for(ALPHA):
            return {}
        home = folds_by_group(groups, FOLDS, seed)
        null, whole = (np.array(scores)[have] for scores in (self.null, self.whole))
        return kept_to_json(cross_checked(null, whole, np.array(self.right)[have], groups, home, seed=seed))


def calibrated(
    gallery: SearchableGallery,
    models: Models,
    queries: Sequence[CalibrationQuery],
    options: EvaluationOptions,
    note: str,
) -> dict[str, Calibration]:
    """Asks a gallery, and returns the calibration of each task that was asked often enough.

    Args:
        gallery: which is searched.
        models: the profile's models.
        queries: that trained nothing; those with words ask compose, those without street to shop.
        options: how to measure.
        note: one sentence on what is asked.

    Raises:
        DataError: a picture cannot be used, or no task is asked often enough.
    """
    shop, compose = ([query for query in queries if bool(query.words) == worded] for worded in (False, True))
    tasks: dict[str, Calibration] = {}
    for key, some, ask in ((SHOP, shop, _ask_shop), (COMPOSE, compose, _ask_compose)):
        if len(some) >= fewest_for(ALPHA):
            tasks[key] = ask(gallery, models, some, options, note)
    if not tasks:
        check_calibration(max(len(shop), len(compose)))
    return tasks


def _ask_shop(
    gallery: SearchableGallery,
    models: Models,
    queries: Sequence[CalibrationQuery],
    options: EvaluationOptions,
    note: str,
) -> Calibration:
    task = models.street_to_shop(gallery)
    start = start_weights(models.manifest("garment"), WITHOUT_BOX)
    weights = {WHOLE: start, BOXED: with_box_share(start)}
    best = {kind: BestScores() for kind in weights}
    for number, query in enumerate(queries):
        options.progress("questions to the shop", number, len(queries))
        with _named(query.picture):
            picture, *crops = open_parts(query.picture, [None] if query.box is None else [None, query.box])
            evidence = task.evidence(picture, None, talks=False)
            best[WHOLE].add(blend.blend(weights[WHOLE], evidence.parts), evidence.hidden, query)
            best[WHOLE].add_ranks(weights[WHOLE], query, (evidence.parts, evidence.hidden))
            for crop in crops:
                boxed = task.with_box(evidence, picture, crop)
                best[BOXED].add(blend.blend(weights[BOXED], boxed.parts), evidence.hidden, query)
                best[BOXED].add_ranks(weights[BOXED], query, (boxed.parts, evidence.hidden))
    return _calibration(task.models, gallery, weights, best, options, note)


def _ask_compose(
    gallery: SearchableGallery,
    models: Models,
    queries: Sequence[CalibrationQuery],
    options: EvaluationOptions,
    note: str,
) -> Calibration:
    task = models.compose(gallery)
    weights = {QUERY: start_weights(models.manifest("combiner"), F_ALONE)}
    best = {QUERY: BestScores()}
    for number, query in enumerate(queries):
        options.progress("questions to compose", number, len(queries))
        with _named(query.picture):
            evidence = task.evidence(open_picture(query.picture), query.words)
        best[QUERY].add(blend.blend(weights[QUERY], evidence.scores[0]), evidence.hidden, query)
        best[QUERY].add_ranks(weights[QUERY], query, (evidence.scores[0], evidence.hidden))
    return _calibration(task.models, gallery, weights, best, options, note)


def _calibration(
    models: Mapping[str, str],
    gallery: SearchableGallery,
    weights: Mapping[str, tuple[float, float, float]],
    best: Mapping[str, BestScores],
    options: EvaluationOptions,
    note: str,
) -> Calibration:
    enough = [kind for kind, scores in best.items() if len(scores.null) >= fewest_for(ALPHA)]
    if not enough:
        check_calibration(max(len(scores.null) for scores in best.values()))
    return Calibration(
        dict(models),
        candidates_of(gallery),
        {kind: weights[kind] for kind in enough},
        {kind: tuple(best[kind].null) for kind in enough},
        {kind: best[kind].measured(options.seed) for kind in enough},
        note,
    )


@contextmanager
def _named(picture: Path) -> Iterator[None]:
    """Says which picture of a table cannot be used."""
    try:
        yield
    except InputError as error:
        raise DataError(f"{picture.name}: {error}") from None


def _figure(figure: Mapping[str, float]) -> str:
    return f"{figure['value']:.3f} ({figure['low']:.3f} to {figure['high']:.3f})"


def lines_of(tasks: Mapping[str, Calibration]) -> list[str]:
    """Returns a line for each kind of question: how many calibrate it, and what the promise was worth."""
    lines = []
    for key, some in tasks.items():
        for kind, scores in some.null.items():
            line = f"{key}, {kind}: {counted(len(scores), 'question')} without an answer"
            figures = some.measured.get(kind, {})
            if "found" in figures:
                without, having = (_figure(figures[name]) for name in ("false_found", "found"))
                line += (
                    f"; at {some.alpha:g} {without} of them are said to have one, of those with an answer {having}, "
                    f"where at most {figures['bound']['value']:.3f} can be expected"
                )
            lines.append(line + ".")
    return lines
