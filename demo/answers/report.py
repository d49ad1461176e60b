"""What stands around every tab: its question, what the report asked and found, and its figures beside ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from core.manifest import Manifest
from core.task_table import Task
from demo import copy
from demo.copy import ReportRow
from demo.widgets.gallery import legend_html
from demo.widgets.measured import measured_fold

REPORT = "What the report found"


def question_line(task: Task) -> str:
    """Returns the tab's question, what the report asked and found folded away, and what the colours mean here."""
    words = copy.TABS[task.key]
    return (
        f'<div class="asked"><h2>{escape(words.plain)}</h2><details><summary>{escape(REPORT)}</summary>'
        f"<p>{escape(words.question)} {escape(words.finding)}</p></details></div>{legend_html(words.legend)}"
    )


def report_table(task: Task, manifest: Manifest | None, samples: Sequence[Mapping[str, Any]]) -> str:
    """Returns the report's figures beside those measured here, with n and a 95 % interval.

    Args:
        task: whose report.
        manifest: of the weights in use, None without any.
        samples: tables of what was measured on the pictures that ship.
    """
    words = copy.TABS[task.key]
    metrics, details = (manifest.metrics, manifest.details) if manifest else ({}, {})
    rows = "".join(
        _row(row, metrics.get(row.metric)) for row in words.rows if row.report or row.metric in metrics
    )
    return (
        '<section class="report"><h2>The report and the models here</h2>'
        f"<p>{escape(f'{copy.REPORT_NOTE} {words.note}'.strip())}</p><table><thead><tr><td></td>"
        f'<th scope="col">The report<small>{escape(words.report_data)}</small></th>'
        f'<th scope="col">Measured here<small>{escape(words.measured_data)}</small></th></tr>'
        f"</thead><tbody>{rows}</tbody></table>"
        f"{measured_fold(samples, [], copy.ON_SAMPLES)}"
        f"{measured_fold(details.get('tables', ()), details.get('curves', ()), copy.ALL_MEASURED)}</section>"
    )


def _row(row: ReportRow, measured: Mapping[str, float] | None) -> str:
    here = "–" if measured is None else _measured(measured, row.metric)
    report = escape(row.report) or "–"
    return f'<tr><th scope="row">{escape(row.name)}</th><td>{report}</td><td>{here}</td></tr>'


def _measured(value: Mapping[str, float], metric: str) -> str:
    share = not metric.endswith("ece")
    form: Callable[[float], str] = (lambda x: f"{100 * x:.1f}") if share else (lambda x: f"{x:.3f}")
    unit = " %" if share else ""
    interval = f" <small>{form(value['low'])}–{form(value['high'])}</small>" if "low" in value else ""
    n = f" <small>n = {value['n']:,.0f}</small>" if "n" in value else ""
    return f"{form(value['value'])}{unit}{interval}{n}"
