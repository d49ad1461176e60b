"""The four reports' experiments, run again on the reports' models: one report a file, measured beside published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import DataError, SettingsError
from core.task_table import registry_of

if TYPE_CHECKING:
    from core.contracts import Models
    from core.evaluation.reproduce.base import ReproductionOptions
    from core.evaluation.reproduce.table import ReproductionReport

REPRODUCTIONS = registry_of("report to reproduce", "reproduction")


def reproduce(
    task: str, data: Path, models: Models, out: Path, options: ReproductionOptions
) -> ReproductionReport:
    """Runs one report's experiment again, writes what it trained, and sets its figures beside the report's.

    Args:
        task: a name of `REPRODUCTIONS`.
        data: the folder of the report's data set.
        models: the models, by their roles; each is asked for only where it is needed.
        out: the folder of the weights.
        options: how to run.

    Raises:
        SettingsError: no such task, a set of models without a role that the report needs, or an `out` that is
            no folder.
        DataError: unusable data.
        NotReadyError: a model's files are missing.
    """
    run = REPRODUCTIONS.load(task)
    if not data.is_dir():
        raise DataError(f"The data folder {str(data)!r} does not exist.")
    if out.exists() and not out.is_dir():
        raise SettingsError(
            f"The weights cannot go to {str(out)!r}, which is no folder; give one with --out."
        )
    report: ReproductionReport = run(data, models, out, options)
    return report
