"""Draws a figure file: PDF, SVG, PNG, LaTeX and tables, the same bytes whenever it is drawn."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from core.figures.file import FigureFile
from core.figures.letters import printable, remark_on, words_of
from core.figures.look import DOTS, drawing, look_of
from core.figures.tex import figure_tex, table_tex
from core.state import PageView
from core.store import write_atomically

NO_DATE = {"pdf": {"CreationDate": None, "ModDate": None}, "svg": {"Date": None}, "png": {"Software": None}}
"""What else would tell when, and by which version, a figure was drawn."""
SINCE = (1980, 1, 1, 0, 0, 0)
"""The date of files in an archive, which has to have one."""
FORMULA = ("=", "+", "-", "@")
MOST_ROWS = 40
"""Rows of a LaTeX table; the CSV has all."""

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells every letter that it leaves out


def caption_of(figure: FigureFile) -> str:
    """Returns all that is said under a figure: what it shows, of how much of a gallery, by which models, and so on."""
    models = ", ".join(f"{role} {model}" for role, model in figure.models.items())
    said = [
        figure.evidence.caption() or figure.title,
        figure.searched,
        _pooling(figure.view),
        f"Profile: {figure.profile}." if figure.profile else "",
        f"Models: {models}." if models else "",
        f"Measured: {'; '.join(each.sentence for each in figure.measured)}." if figure.measured else "",
        figure.licence,
    ]
    return " ".join(filter(None, said))


def _pooling(view: PageView | None) -> str:
    """Returns how tokens became one vector and what a score is, as far as the page that was saved says it."""
    said = []
    if view is not None and view.pooling:
        said.append(f"Tokens are pooled by their {view.pooling}.")
    if view is not None and view.cosine:
        said.append("The mix is renormalised, so that scores are cosines.")
    return " ".join(said)


def files_of(figure: FigureFile, name: str, size: str, *, dark: bool = False) -> dict[str, bytes]:
    """Returns the files of a figure, name -> bytes.

    Args:
        figure: what is drawn.
        name: of the files, without their endings.
        size: of `core.figures.look.SIZES`.
        dark: whether it stands on a dark ground.
    """
    look = look_of(size, dark)
    files = {}
    with drawing(look, words_of(figure.data)):
        drawn = figure.evidence.draw(look)
        for text in drawn.findobj(Text):
            text.set_text(printable(text.get_text()))  # what no typeface has would be an empty box
        FigureCanvasAgg(drawn)
        for ending, metadata in NO_DATE.items():
            files[f"{name}.{ending}"] = _saved(drawn, ending, metadata)
    table = pd.DataFrame(figure.evidence.rows())
    caption = caption_of(figure)
    short = f"{caption} The first {MOST_ROWS} of {len(table)} rows." if len(table) > MOST_ROWS else caption
    texts = {
        f"{name}.tex": figure_tex(
            name, size, " ".join(filter(None, [caption, figure.evidence.left_out(size)])), figure.title
        ),
        f"{name}.csv": table.map(_guarded).rename(columns=_guarded).to_csv(index=False, lineterminator="\n"),
        f"{name}-table.tex": table_tex(name, table.head(MOST_ROWS), short, figure.title),
    }
    return files | {file: text.encode() for file, text in texts.items()}


def remark(figure: FigureFile) -> str:
    """Returns what is to be said beside the files of a figure, one sentence; "" where nothing is."""
    return remark_on(words_of(figure.data))


def save(figure: FigureFile, folder: Path, name: str, size: str, *, dark: bool = False) -> list[str]:
    """Writes the files of a figure, and returns their names; arguments as for `files_of`.

    Args:
        figure: what is drawn.
        folder: to write to; made where it is not there.
        name: of the files, without their endings.
        size: of `core.figures.look.SIZES`.
        dark: whether it stands on a dark ground.

    Raises:
        OSError: it cannot be written.
    """
    files = files_of(figure, name, size, dark=dark)
    for file, data in files.items():
        write_atomically(folder / file, data)
    return list(files)


def archive_of(files: Mapping[str, bytes]) -> bytes:
    """Returns files as one ZIP archive, the same bytes for the same files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, SINCE), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _guarded(cell: object) -> object:
    """Returns a cell that no spreadsheet reads as a formula: words that begin like one get an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _saved(drawn: Any, ending: str, metadata: Mapping[str, Any]) -> bytes:
    # What is no grid of dots holds pictures as they are, and whoever shows it smooths them.
    for axes in drawn.axes:
        for image in axes.images:
            image.set_interpolation("bilinear" if ending == "png" else "none")
    stream = io.BytesIO()
    drawn.savefig(stream, format=ending, dpi=DOTS, metadata=dict(metadata))
    return stream.getvalue()
