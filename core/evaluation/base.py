"""What every measurement shares: its options, the models it asks, and which pictures may be judged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from core.contracts import Models
from core.errors import DataError, InputError
from core.images import is_blank, open_picture
from core.lookahead import ahead
from core.plurals import counted
from core.settings import EXACT
from core.store import Manifest, sha256_of
from core.types import Picture

log = logging.getLogger(__name__)

BATCH, AHEAD = 32, 16
"""Pictures that models are given at a time, and those that threads may have opened before."""
NAMED = 5
"""How many rejected files a report names."""
Row = TypeVar("Row")
Answer = TypeVar("Answer")
Planned = Mapping[str, Any]
"""An entry of the plan of the worked examples: what is asked in it, and where the sliders stand."""
Progress = Callable[[str, int, int], None]
"""Told what is being done, how many are done, and of how many."""


def silent(what: str, done: int, total: int) -> None:
    """Takes note of nothing."""


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """How to measure.

    Attributes:
        label_column: the column of labels; None for label_clean where it stands, else label.
        group_column: rows that agree in it are drawn together in a bootstrap; None for the task's own.
        include_seen: judge pictures that training saw, too.
        seed: of the bootstrap.
        progress: told how far it is.
        papers: measure drawings on other papers and in other light, too.
        whole_gallery: let pictures that training saw answer, though never ask.
        index: what searches galleries, a name in `core.index.INDEXES`.
        keep: keep the figures of maps over places, for the page.
    """

    label_column: str | None = None
    group_column: str | None = None
    include_seen: bool = False
    seed: int = 0
    progress: Progress = silent
    papers: bool = False
    whole_gallery: bool = False
    index: str = EXACT
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """What the page shows of one run of `python -m core evaluate` on pictures that ship.

    Attributes:
        evaluation: what measures, a name of `core.evaluation.EVALUATIONS`.
        folder: the data, in assets/.
        figures: metric -> the words for it.
        column: the column of labels, None for the usual one.
    """

    evaluation: str
    folder: str
    figures: Mapping[str, str]
    column: str | None = None


def trained(models: Models, *heads: str) -> list[Manifest]:
    """Returns the manifests of those heads that this profile has trained."""
    return [manifest for head in heads if (manifest := models.manifest(head)) is not None]


class Intake:
    """Decides which pictures are judged, opens them, and keeps count of the rest.

    Args:
        options: whether pictures that training saw are judged.
        manifests: of all trained weights that take part in the answer.

    Attributes:
        index: what searches the galleries that are made of the pictures.
    """

    def __init__(self, options: EvaluationOptions, manifests: Sequence[Manifest]) -> None:
        self._options = options
        self._manifests = tuple(manifests)
        self.index = options.index
        self._files_seen: dict[Path, bool] = {}
        self.seen = 0
        self.rejected: dict[str, str] = {}

    def is_seen(self, path: Path) -> bool:
        """Tells whether training saw this very file; False for one that cannot be read."""
        if path not in self._files_seen:
            try:
                digest = sha256_of(path)
            except OSError:
                return False
            self._files_seen[path] = any(manifest.has_seen(digest) for manifest in self._manifests)
        return self._files_seen[path]

    def allowed(self, *paths: Path) -> bool:
        """Tells whether a row that shows these files is judged; a row that training saw is counted."""
        if not any(self.is_seen(path) for path in paths):
            return True
        self.seen += 1
        return self._options.include_seen

    def usable(self, path: Path) -> bool:
        """Tells whether a file may take part; counts nothing."""
        return self._options.include_seen or not self.is_seen(path)

    def pictures(
        self, files: Sequence[tuple[str, Path]], what: str, batch: int = BATCH
    ) -> Iterator[tuple[list[int], list[Picture]]]:
        """Opens files, a batch at a time, so that a large folder needs little memory; threads open the next ones.

        Args:
            files: (name, path) of each.
            what: said to `EvaluationOptions.progress`, such as "sketches".
            batch: how many are open at once.

        Yields:
            Indices into `files` and their pictures; what is blank or cannot be opened is left out
            and counted.
        """
        with ahead(lambda file: _opened(file[1]), files, most=AHEAD) as results:
            for start in range(0, len(files), batch):
                self._options.progress(what, start, len(files))
                rows, opened = [], []
                for row, picture in enumerate(islice(results, batch), start):
                    if isinstance(picture, Picture):
                        opened.append(picture)
                        rows.append(row)
                    else:
                        self._reject(files[row][0], picture)
                if rows:
                    yield rows, opened
        self._options.progress(what, len(files), len(files))

    def _reject(self, name: str, reason: str) -> None:
        if name not in self.rejected:
            log.info("%s: %s", name, reason)
        self.rejected[name] = reason

    def judge(
        self,
        rows: Sequence[Row],
        file_of: Callable[[Row], tuple[str, Path]],
        what: str,
        answer: Callable[[Sequence[Picture], Sequence[Row]], Iterable[Answer]],
    ) -> tuple[list[Row], list[Answer]]:
        """Asks about the picture of every row, a batch at a time: the one loop of all measurements.

        Args:
            rows: those that may be judged.
            file_of: from a row to the name and path of its picture.
            what: said to `Options.progress`, such as "sketches".
            answer: from a batch of pictures and their rows to one answer for each.

        Returns:
            The rows whose picture could be opened, and the answers.

        Raises:
            DataError: training saw every picture, or none can be opened.
        """
        self.check_left(len(rows))
        judged: list[Row] = []
        answers: list[Answer] = []
        for places, pictures in self.pictures([file_of(row) for row in rows], what):
            some = [rows[place] for place in places]
            answers.extend(answer(pictures, some))
            judged += some
        self.check_judged(len(judged))
        return judged, answers

    def check_left(self, count: int) -> None:
        """Makes sure that something is left to judge before a model is asked.

        Raises:
            DataError: training saw all of it.
        """
        if not count and self.seen:
            raise DataError(
                "Training saw every picture of this data, so nothing is left to judge; "
                "judge them all the same with --include-seen."
            )

    def check_judged(self, count: int) -> None:
        """Makes sure that something was judged.

        Raises:
            DataError: no picture could be opened; the sentence says why for one of them.
        """
        self.check_left(count)
        if not count and self.rejected:
            name, reason = next(iter(self.rejected.items()))
            raise DataError(f"None can be used of {counted(len(self.rejected), 'picture')}; {name}: {reason}")
        if not count:
            raise DataError("Nothing in this data can be judged.")

    def counts(self) -> dict[str, Any]:
        """Returns how many were seen in training and how many could not be opened, with a few of these."""
        counts: dict[str, Any] = {"seen_in_training": self.seen, "rejected": len(self.rejected)}
        if self.rejected:
            some = [f"{name} ({reason})" for name, reason in list(self.rejected.items())[:NAMED]]
            more = len(self.rejected) - len(some)
            counts["rejected_files"] = some + ([f"and {more} more, listed with --verbose"] if more else [])
        return counts


def _opened(path: Path) -> Picture | str:
    """Opens a picture that shows something, or says why it cannot be judged."""
    try:
        picture = open_picture(path)
    except InputError as error:
        return str(error)
    return "The picture is blank." if is_blank(picture.pixels) else picture


def grouped(columns: Sequence[Mapping[str, str]], options: EvaluationOptions, *usual: str) -> list[str]:
    """Returns the group of each row.

    Args:
        columns: (n,) the rows.
        options: may name the column.
        usual: columns to look for without an option; when none stands there each row is its own group.

    Raises:
        DataError: the column that was asked for is not there.
    """
    first = columns[0] if columns else {}
    if options.group_column is not None and columns and options.group_column not in first:
        raise DataError(f"There is no column {options.group_column!r}; the columns are {', '.join(first)}.")
    wanted = (options.group_column,) if options.group_column is not None else usual
    column = next((name for name in wanted if name in first), None)
    return [(row[column] if column else "") or f"row {number}" for number, row in enumerate(columns)]


def plain(label: str) -> str:
    """Returns a label as it is compared: small letters, with spaces for underscores and hyphens."""
    return " ".join(label.casefold().replace("_", " ").replace("-", " ").split())


def count_by_label(labels: Sequence[str]) -> dict[str, int]:
    """Returns how often each label occurs, in the order of the alphabet; "(no label)" for empty ones."""
    names = [label or "(no label)" for label in labels]
    return {name: names.count(name) for name in sorted(set(names))}
