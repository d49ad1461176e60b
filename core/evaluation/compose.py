"""Measures composed retrieval: each part alone, the shipped weights, and the best weights seen afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import Float, Float32

from core import blend
from core.contracts import Models
from core.datasets.triplets import Triplet, TripletSet
from core.errors import DataError, InputError
from core.evaluation.base import EvaluationOptions, Intake, Planned, Sample, trained
from core.evaluation.memory import MemoryGallery, WithReferences, digests_of, gather
from core.evaluation.photo_edits import edited, read_asked
from core.evaluation.report import EvaluationReport
from core.images import open_picture
from core.index.bundle import Gallery
from core.joining import CORNERS, ScoredQueries, composed_figures
from core.metrics import Estimate, proportion, solved_alone
from core.plurals import agreeing, counted
from core.tasks.compose import ComposeEvidence, ComposeTask
from core.tasks.start_weights import start_weights
from core.text import clean

GRID_STEPS = 9
QUERY_BATCH = 64
SHOP = "galleries/shop"
SAMPLES = (
    Sample(
        "compose",
        SHOP,
        {
            "recall_at_1": "garments, the sliders\u2019 start: R@1",
            "recall_at_5": "garments: R@5",
            "recall_at_10": "garments: R@10",
            "picture_recall_at_10": "garments, q alone: R@10",
            "words_recall_at_10": "garments, t alone: R@10",
        },
    ),
    Sample(
        "compose",
        "examples/toys",
        {
            "recall_at_10": "toys, the sliders\u2019 start: R@10",
            "picture_recall_at_10": "toys, q alone: R@10",
            "words_recall_at_10": "toys, t alone: R@10",
        },
    ),
)


@dataclass(frozen=True, slots=True)
class Query:
    """One triplet whose pictures may be judged.

    Attributes:
        reference: file name of the reference.
        modification: what should change, as the door for words passed it.
        targets: file names of the right answers that are in the gallery.
    """

    reference: str
    modification: str
    targets: tuple[str, ...]


def evaluate(data: Path, models: Models, options: EvaluationOptions) -> EvaluationReport:
    """Asks every triplet of the gallery at several weights, the reference left out; of captioned photos, edits.

    Pictures that training saw are neither references nor candidates nor targets, unless asked for; a triplet
    that is left without a reference or a target is not judged.

    Args:
        data: a folder in the triplets layout, or in the captions layout.
        models: the profile's models.
        options: how to measure.

    Returns:
        Recall at 1, 5, 10 and 50 at the shipped weights, which were chosen on validation queries; recall at
        10 of q, t, q + t and f(q, t) alone; and the best recall at 10 over 55 weights chosen on these very
        queries, which flatters: it is named hindsight. Beside them the share of the queries that the picture
        or the words solve alone.

    Raises:
        ArtifactError: the trained weights of the mix are damaged.
        DataError: unusable data, or nothing left to judge.
    """
    manifest = models.manifest("combiner")
    if manifest is not None:
        start_weights(manifest, ())  # so that damaged ones are refused before anything is encoded
    queries = gathered(data, models, options)
    shipped = np.array(queries.task.start_weights)
    weights = np.stack([shipped, *CORNERS.values(), *blend.simplex_grid(GRID_STEPS)])
    scored = queries.scored()
    ranks = scored.ranks(weights)
    metrics, best = figures(ranks, weights)
    extras = {
        **queries.intake.counts(),
        "triplets_left_out": len(queries.data.triplets) - ranks.shape[1],
        "gallery": len(queries.gallery),
        "weights": [float(weight) for weight in shipped],
        "hindsight_best_weights": best,
        "solved_alone": audit(ranks),
        "rules": dict(
            zip(
                ("shipped", "picture_and_words"),
                scored.rules_beside_sum([shipped, CORNERS["sum"]], options.seed),
                strict=True,
            )
        ),
    }
    return EvaluationReport("compose", models.profile, queries.task.models, ranks.shape[1], metrics, extras)


def example(row: Planned, models: Models, gallery: Gallery, folder: Path) -> ComposeEvidence:
    """Runs the encoders on a planned example, see `core.evaluation.examples.evidence_of`."""
    return models.compose(gallery).evidence(open_picture(folder / row["picture"]), row["modification"])


@dataclass(frozen=True, slots=True, eq=False)
class ComposeQueries:
    """A gallery, and the queries that may be judged on it.

    Attributes:
        data: the triplets as they were read.
        gallery: the pictures that may answer.
        queries: what is asked of them.
        task: composes and compares.
        intake: opens references, and counts what is left out.
        rows: digest of a reference that is in the gallery, too -> its tokens, see `ComposeTask.part_scores`.
    """

    data: TripletSet
    gallery: MemoryGallery
    queries: Sequence[Query]
    task: ComposeTask
    intake: Intake
    rows: Mapping[str, Float32[np.ndarray, "3 d"]]

    def scored(self, pooling: str = "mean") -> ScoredQueries:
        """Returns what q, t and f(q, t) say, of the queries whose reference can be opened.

        Args:
            pooling: "mean", "median" or "max".

        Raises:
            DataError: no reference can be opened.
        """
        place = {item.file: index for index, item in enumerate(self.gallery.items)}
        # A reference is opened and encoded once, whatever is asked of it; and words are read once, whoever asks.
        asked: dict[str, list[Query]] = {}
        for query in sorted(self.queries, key=lambda query: query.reference):
            asked.setdefault(query.reference, []).append(query)
        names, words = list(asked), dict[str, np.ndarray]()
        files = [(name, self.data.path(name)) for name in names]
        scores: list[np.ndarray] = []
        judged: list[Query] = []
        copies: list[tuple[int, ...]] = []
        for rows, references in self.intake.pictures(files, "references", QUERY_BATCH):
            some = [
                (reference, query)
                for row, reference in zip(rows, references, strict=True)
                for query in asked[names[row]]
            ]
            words |= self.task.words_rows({query.modification for _, query in some} - words.keys())
            pictures, texts = [picture for picture, _ in some], [query.modification for _, query in some]
            scores.append(self.task.part_scores(pictures, texts, pooling, self.rows, words))
            judged += [query for _, query in some]
            copies += [self.gallery.find(picture.digest) for picture in pictures]
        self.intake.check_judged(len(judged))
        targets = [[place[name] for name in query.targets] for query in judged]
        # As on the page, neither the reference nor a copy of its file answers; one that is asked for may.
        hidden = [
            [row for row in rows if row not in right] for rows, right in zip(copies, targets, strict=True)
        ]
        return ScoredQueries(np.concatenate(scores, axis=1), targets, hidden)


def gathered(data: Path, models: Models, options: EvaluationOptions) -> ComposeQueries:
    """Reads triplets and encodes their gallery, without the pictures that training saw.

    Args:
        data: a folder in the triplets layout.
        models: the profile's models.
        options: how to measure.

    Raises:
        DataError: unusable data, or nothing left to judge.
    """
    triplets, photos = read_asked(data)
    intake = Intake(options, trained(models, "combiner", "joint"))
    fresh = {name for name in triplets.gallery if intake.allowed(triplets.path(name))}
    intake.check_left(len(fresh))
    named = fresh if photos else {triplet.reference for triplet in triplets.triplets} & fresh
    encoder = WithReferences(models.composing, digests_of(map(triplets.path, named)))
    answering = [name for name in triplets.gallery if options.whole_gallery or name in fresh]
    files = [(name, triplets.path(name)) for name in answering]
    gallery = gather(files, intake, encoder.encode, "gallery")
    if photos:
        triplets = replace(triplets, triplets=edited(photos, gallery, fresh, options.seed))
    queries = judgeable(triplets, gallery, intake)
    intake.check_left(len(queries))
    if not queries:
        raise DataError(_why_none(triplets, gallery))
    return ComposeQueries(triplets, gallery, queries, models.compose(gallery), intake, encoder.rows)


def judgeable(triplets: TripletSet, gallery: MemoryGallery, intake: Intake) -> list[Query]:
    """Returns the queries whose reference may be used and of whose targets at least one is in the gallery."""
    here = {item.file for item in gallery.items}
    return [query for triplet in triplets.triplets if (query := _query(triplet, triplets, here, intake))]


def _why_none(triplets: TripletSet, gallery: MemoryGallery) -> str:
    """Says of triplets none of which can be judged what they lack."""
    here = {item.file for item in gallery.items}
    outside = sum(not here.intersection(triplet.targets) for triplet in triplets.triplets)
    have = agreeing(outside, "has", "have")
    return (
        f"None can be judged of {counted(len(triplets.triplets), 'triplet')}: {outside} {have} no target among "
        f"{counted(len(here), 'usable picture')} of the gallery, and the rest a reference or words that cannot be used."
    )


def _query(triplet: Triplet, triplets: TripletSet, here: set[str], intake: Intake) -> Query | None:
    targets = tuple(name for name in triplet.targets if name in here)
    if not targets or not intake.usable(triplets.path(triplet.reference)):
        return None
    try:
        return Query(triplet.reference, clean(triplet.caption, what="modification"), targets)
    except InputError:
        return None


def figures(
    ranks: np.ndarray, weights: Float[np.ndarray, "points 3"]
) -> tuple[Mapping[str, Estimate], list[float]]:
    """Returns the figures and the weights that turn out best.

    Args:
        ranks: (points, n) rank of each query's best target at each point.
        weights: the points: the shipped one, the corners in the order of `CORNERS`, the grid.
    """
    metrics = composed_figures(ranks)
    grid = slice(1 + len(CORNERS), None)
    best = int(np.argmax((ranks[grid] <= 10).mean(axis=1)))
    metrics["hindsight_best_recall_at_10"] = proportion(ranks[grid][best] <= 10)
    return metrics, [float(weight) for weight in weights[grid][best]]


def audit(ranks: np.ndarray) -> Mapping[str, Mapping[str, float]]:
    """Returns "top_1", "top_5" and "top_10" -> the shares of queries that q, t, both, neither or f alone solve.

    Args:
        ranks: (points, n) rank of each query's best target; the corners stand as in `figures`.
    """
    q, t, _, f = ranks[1 : 1 + len(CORNERS)]
    solved = {k: solved_alone(q, t, {"composed": f, "blend": ranks[0]}, k) for k in (1, 5, 10)}
    return {
        f"top_{k}": {name: round(float(hits.mean()), 4) for name, hits in shares.items()}
        for k, shares in solved.items()
    }
