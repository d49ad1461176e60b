"""The models of a profile from the Hub as a table: what each task needs, what is here, where it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

GIGA = 1e9
NOWHERE = '<td class="none">–</td>'


@dataclass(frozen=True, slots=True)
class ModelLine:
    """One model of the profile.

    Attributes:
        tasks: the tasks that need it, for people.
        model: its repository on the Hub.
        size: bytes to download.
        licence: of its weights.
        state: "here", or what is missing.
        runs: where and how it runs, such as "cpu, float32"; "" while it is not in memory.
    """

    tasks: str
    model: str
    size: int
    licence: str
    state: str
    runs: str = ""


def gigabytes(size: int) -> str:
    """Returns a size for people, such as "0.6 GB"."""
    return f"{size / GIGA:.1f} GB"


def models_table(lines: Sequence[ModelLine]) -> str:
    """Returns the table, one row for each model."""
    rows = "".join(
        f'<tr><th scope="row">{escape(line.tasks)}</th><td>{escape(line.model)}</td><td>{gigabytes(line.size)}</td>'
        f"<td>{escape(line.licence)}</td><td>{escape(line.state)}</td>"
        f"{f'<td>{escape(line.runs)}</td>' if line.runs else NOWHERE}</tr>"
        for line in lines
    )
    heads = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("needed by", "model", "size", "licence", "files", "runs on")
    )
    table = f'<table class="tabular"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<div class="wide">{table}</div>'


def download_bar(done: int, total: int, file: str) -> str:
    """Returns a progress bar with its numbers.

    Args:
        done: bytes that are here.
        total: bytes in all.
        file: what is coming.
    """
    share = min(done / total, 1.0) if total else 0.0
    text = f"{gigabytes(done)} of {gigabytes(total)}, {file}" if file else "Asking the Hub"
    return (
        f'<p class="fine" role="status">{escape(text)}</p><progress class="download" max="1" value="{share:.4f}">'
        f"{share:.0%}</progress>"
    )
