"""Small pieces of HTML that every tab shares; all words of other people pass through `said`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from core.task_table import Task
from demo import copy
from demo.copy import ReportRow
from demo.widgets.gallery import legend_html
from demo.widgets.measured import measured_fold

if TYPE_CHECKING:
    from demo.services import Services

_SLIP = '<p class="notice slip"'


def said(text: object) -> str:
    """Returns somebody else's words, escaped, and isolated so that their direction disturbs nothing."""
    return f"<bdi>{escape(str(text))}</bdi>"


def sentence(text: str) -> str:
    """Returns the plain sentence that begins every answer."""
    return f'<p class="verdict" aria-live="polite">{said(text)}</p>'


def headline(text: str) -> str:
    """Returns the answer in one short line, for telephones: it stays in view while the sliders move."""
    return f'<p class="headline tabular" aria-hidden="true">{said(text)}</p>'


def empty(text: str) -> str:
    """Returns what stands in place of an answer while there is none, so nothing there is dimmed."""
    return f'<p class="empty" aria-live="polite">{said(text)}</p>'


def notice(text: str) -> str:
    """Returns a remark above an answer, such as what is wrong with a picture; "" shows nothing."""
    return f'<p class="notice" role="alert">{said(text)}</p>' if text else ""


def stale(text: str, *, mistake: bool = False) -> str:
    """Returns why what stands below is not the answer to what was asked last; it is dimmed meanwhile.

    Args:
        text: why, one sentence.
        mistake: whether something could not be used, so that it is said at once.
    """
    role = "alert" if mistake else "status"
    return f'<p class="notice" role="{role}">{said(text)} {_still_shown()}</p>'


def slip(text: str) -> str:
    """Returns why a setting cannot be used; what stands below answers what was asked, with the settings before.

    Args:
        text: why, one sentence.
    """
    return f'{_SLIP} role="alert">{said(text)} {_still_shown()}</p>'


def is_of_a_question(standing: object) -> bool:
    """Tells whether a notice says why what was asked last has no answer; else it is a `slip`, or there is none."""
    return bool(standing) and not str(standing).startswith(_SLIP)


def _still_shown() -> str:
    return f"<small>{escape(copy.STILL_SHOWN)}</small>"


def remarks(notes: Sequence[str]) -> str:
    """Returns what is to be said about a picture that was accepted, such as that it is very small."""
    return f'<p class="fine" role="status">{said(" ".join(notes))}</p>' if notes else ""


def models_line(models: Mapping[str, str], profile: str) -> str:
    """Returns which models answer."""
    names = ", ".join(f"{escape(role)} {said(model)}" for role, model in models.items())
    return f'<p class="models">Answered by the {escape(profile)} models: {names}.</p>'


def question_line(task: Task) -> str:
    """Returns what the report asked and what it found, in two sentences, and what the colours mean on this tab."""
    words = copy.TABS[task.key]
    return f'<p class="asked">{escape(words.asked)} {escape(words.found)}</p>{legend_html(words.legend)}'


def report_table(task: Task, services: Services) -> str:
    """Returns the report's figures beside those measured here, with n and a 95 % interval."""
    words, manifest = copy.TABS[task.key], services.manifest(task.head)
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
        f"{measured_fold(services.sample_figures(task.key), [], copy.ON_SAMPLES)}"
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
