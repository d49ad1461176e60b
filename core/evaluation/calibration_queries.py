"""Questions that calibrate a gallery: those of the pictures that ship, or of a table of somebody's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from core.conformal.calibrations import FILE, Calibration, read_calibrations, write_calibrations
from core.contracts import Models
from core.datasets.base import inside
from core.datasets.pairs import read_pairs
from core.datasets.triplets import read_triplets
from core.errors import ArtifactError, DataError, InputError
from core.evaluation.base import EvaluationOptions
from core.evaluation.calibrate import CalibrationQuery, calibrated, lines_of
from core.evaluation.calibrate_sketch import calibrated_sketch
from core.images import parse_box
from core.index.bundle import Gallery, open_bundle
from core.settings import ASSETS, SHIPPED_GALLERY
from core.store import sha256_of
from core.tables import file_key, read_table
from core.types import Box

SHOP, SKETCH, TASK_OF_GALLERIES = "galleries/shop", "sketch", "street_to_shop"
EDGES = ("x0", "y0", "x1", "y1")
BETWEEN = "|"
"""What stands between the answers of one question."""
NOTE = (
    "{street} street pictures that ship, each without its garment in the shop, and {changes} changes of garments, each "
    "without its targets; none of them trained anything."
)
OWN_NOTE = "The questions of {name}, each without its answers."


def shipped_queries(gallery: Gallery, assets: Path = ASSETS) -> tuple[list[CalibrationQuery], str]:
    """Returns the questions that ship for the gallery that ships, and one sentence on them.

    Args:
        gallery: made of the pictures in `assets`/galleries/shop.
        assets: the folder of what ships.
    """
    street = [
        CalibrationQuery(
            pair.worn, gallery.find(sha256_of(pair.product)), pair.item_id, _box(pair.columns, pair.worn_file)
        )
        for pair in read_pairs(assets)
    ]
    triplets = read_triplets(assets / SHOP)
    changes = [
        CalibrationQuery(
            triplets.path(triplet.reference),
            _rows(gallery, (sha256_of(triplets.path(name)) for name in triplet.targets)),
            triplet.reference,
            words=triplet.caption,
        )
        for triplet in triplets.triplets
    ]
    return [*street, *changes], NOTE.format(street=len(street), changes=len(changes))


def queries_in(table: Path, gallery: Gallery) -> tuple[list[CalibrationQuery], str]:
    """Returns the questions that a table asks of a gallery, and one sentence on them.

    Args:
        table: with the columns file, beside which pictures are looked for, and answers: files of the gallery with |
            between them, empty where nothing answers. Columns words, for compose, x0, y0, x1, y1, for a box, and group
            may be there.
        gallery: which is asked.

    Raises:
        DataError: the table cannot be used, or a line names what is not there.
    """
    places: dict[str, int] = {file_key(item.file): row for row, item in enumerate(gallery.items)}
    queries = []
    for row in read_table(table, ("file",)):
        if "answers" not in row.columns:
            raise DataError(
                f"The table {table.name} has no column 'answers'; it names the right pictures, with | between them, "
                "and is empty where nothing answers."
            )
        where = f"Line {row.line} of {table.name}"
        picture = inside(table.parent, row.columns["file"], where=where)
        names = [file_key(name) for name in row.columns["answers"].split(BETWEEN) if name.strip()]
        unknown = next((name for name in names if name not in places), None)
        if unknown is not None:
            raise DataError(f"{where} names the answer {unknown!r}, which is not in the gallery.")
        # The picture that asks is no answer to itself where the gallery holds it, too.
        itself = _digests([picture])
        answers = _rows(gallery, [*(gallery.items[places[name]].digest for name in names), *itself])
        columns = row.columns
        box = _box(columns, row.columns["file"])
        group = columns.get("group", "") or row.columns["file"]
        queries.append(CalibrationQuery(picture, answers, group, box, columns.get("words", "").strip()))
    return queries, OWN_NOTE.format(name=table.name)


def _digests(paths: Iterable[Path]) -> list[str]:
    try:
        return [sha256_of(path) for path in paths]
    except OSError as error:
        raise DataError(f"A picture that asks cannot be read: {error.strerror}.") from None


def _rows(gallery: Gallery, digests: Iterable[str]) -> tuple[int, ...]:
    """Returns the rows of the pictures with these digests, copies among them."""
    return tuple(sorted({row for digest in digests for row in gallery.find(digest)}))


def _box(columns: Mapping[str, str], name: str) -> Box | None:
    if not all(columns.get(edge) for edge in EDGES):
        return None
    try:
        return parse_box([float(columns[edge]) for edge in EDGES])
    except (InputError, ValueError) as error:
        raise DataError(f"The box of {name!r} cannot be used: {error}") from None


def calibrate_shipped(models: Models, options: EvaluationOptions, data: Path | None) -> list[str]:
    """Calibrates the gallery that ships, and the sketch head where there is data for it; returns what was measured.

    Args:
        models: of the profile that the gallery was made for.
        options: how to measure.
        data: a folder of packs, see `calibrated_sketch`; None leaves the sketch head as it is.

    Raises:
        ArtifactError: the gallery was made by other models.
        DataError: a picture cannot be used, or the data has no drawings of other classes.
    """
    gallery = open_bundle(SHIPPED_GALLERY, models=models.gallery_models(TASK_OF_GALLERIES))
    tasks = _kept(gallery, models, options, *shipped_queries(gallery))
    if data is not None:
        sketch = {SKETCH: calibrated_sketch(data, models, options)}
        write_calibrations(ASSETS / "models" / models.profile / SKETCH, sketch)
        tasks |= sketch
    return lines_of(tasks)


def calibrate_own(out: Path, table: Path, models: Models, options: EvaluationOptions) -> list[str]:
    """Calibrates somebody's own gallery by a table of questions; returns what was measured.

    Args:
        out: the gallery.
        table: see `queries_in`.
        models: that made the gallery.
        options: how to measure.

    Raises:
        DataError: the table or a picture cannot be used, or too few questions are asked.
    """
    gallery = open_bundle(out)
    return lines_of(_kept(gallery, models, options, *queries_in(table, gallery)))


def _kept(
    gallery: Gallery,
    models: Models,
    options: EvaluationOptions,
    queries: Sequence[CalibrationQuery],
    note: str,
) -> dict[str, Calibration]:
    try:
        read_calibrations(gallery.path)
    except ArtifactError:  # it would stop the task that is to be asked for the new one
        (gallery.path / FILE).unlink()
    tasks = calibrated(gallery, models, queries, options, note)
    write_calibrations(gallery.path, tasks)
    return tasks
