"""Every kind of figure draws from a figure file, the same bytes each time, in three sizes and on two grounds."""

from __future__ import annotations

import io
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from PIL import Image

from core.__main__ import main
from core.figures import KINDS
from core.figures.file import read_figure
from core.figures.saving import archive_of, caption_of, files_of
from core.figures.tex import escaped, figure_tex
from tests.core.figures.made import EVIDENCE, figure_value, line

SIZES = {
    "promise": "slide",
    "effects": "slide",
    "verdict": "two-columns",
    "boxes": "two-columns",
    "curves": "two-columns",
}


def read(value: Any) -> Any:
    return read_figure(json.dumps(value).encode())


def test_every_kind_has_a_made_file() -> None:
    assert set(EVIDENCE) == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "size", "dark"),
    [(kind, SIZES.get(kind, "column"), at % 2 == 1) for at, kind in enumerate(EVIDENCE)],
)
def test_a_kind_draws_its_figure(kind: str, size: str, dark: bool) -> None:
    files = files_of(read(figure_value(kind)), "drawn", size, dark=dark)
    assert list(files) == [f"drawn{end}" for end in (".pdf", ".svg", ".png", ".tex", ".csv", "-table.tex")]
    picture = Image.open(io.BytesIO(files["drawn.png"]))
    assert picture.width == pytest.approx({"column": 1005, "two-columns": 2100, "slide": 4000}[size], abs=2)
    assert round(picture.info["dpi"][0]) == 300
    corner, ground = picture.convert("RGB").getpixel((1, 1)), (18, 20, 23) if dark else (255, 255, 255)
    assert corner == ground
    assert len(picture.convert("RGB").getcolors(1 << 24)) > 20  # type: ignore[arg-type]
    table = pd.read_csv(io.BytesIO(files["drawn.csv"]))
    assert len(table) >= 1
    tex = files["drawn.tex"].decode()
    assert "95 \\% interval 59.0--63.0 \\%, n = 2,100" in " ".join(tex.split())
    assert "combiner\\_1" in tex and "Apache-2.0" in " ".join(tex.split())
    assert "\\toprule" in files["drawn-table.tex"].decode()
    for data in files.values():
        assert str(Path.cwd()).encode() not in data and str(Path.home()).encode() not in data


def test_two_runs_give_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "my figure.json"
    file.write_text(json.dumps(figure_value("atlas", **line())), encoding="utf-8")
    drawn = []
    for run in ("first", "second"):
        assert main(["figure", str(file), "--out", str(tmp_path / run), "--dark"]) == 0
        assert "my-figure.pdf" in capsys.readouterr().out
        drawn.append({each.name: each.read_bytes() for each in sorted((tmp_path / run).iterdir())})
    assert drawn[0] == drawn[1] and len(drawn[0]) == 6
    assert archive_of(drawn[0]) == archive_of(drawn[1])
    again = read_figure(read_figure(file.read_bytes()).data)
    assert files_of(again, "my-figure", "column", dark=True) == drawn[0], "what is kept draws the same"


def test_fonts_lie_in_the_pdf_and_no_date_does() -> None:
    files = files_of(read(figure_value("promise")), "p", "column")
    pdf = files["p.pdf"]
    streams = [_inflated(part) for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)]
    everything = pdf + b"".join(streams)
    assert b"/FontFile2" in everything and b"/Type3" not in everything
    assert b"CreationDate" not in everything
    assert b"<text" not in files["p.svg"], "an SVG carries its letters as outlines"
    assert b"dc:date" not in files["p.svg"]


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return b""


def test_latex_escapes_what_people_wrote() -> None:
    words = r"\input{x} $5 & 100% #1 a_b ^ ~ <b> | “red” −1 α {}"
    tex = escaped(words)
    for sign in "$&#%_":
        assert not re.search(rf"(?<!\\){re.escape(sign)}", tex)
    assert r"\input" not in tex and r"\textbackslash{}input\{x\}" in tex
    assert tex.count(r"\ensuremath{-}1") == 1 and "``red''" in tex
    drawn = figure_tex("name", "two-columns", words)
    assert drawn.startswith("%") and r"\begin{figure*}" in drawn and r"width=\textwidth" in drawn
    for left, right in ("{}",):
        assert drawn.replace(r"\{", "").replace(r"\}", "").count(left) == drawn.replace(r"\{", "").replace(
            r"\}", ""
        ).count(right)


def test_a_caption_says_the_numbers() -> None:
    caption = caption_of(read(figure_value("ranking")))
    for said in (
        "comes first with 0.630",
        "picture q 0.20",
        "rank 3",
        "of 244 pictures",
        "n = 2,100",
        "pocket",
    ):
        assert said in caption


def test_dollars_and_letters_that_the_typeface_lacks_are_drawn() -> None:
    value = figure_value("effects", sentence="$x^2$ \u8349 \u0e17\u0e38 {\\frac}", on="$")
    assert files_of(read(value), "odd", "slide")["odd.png"]
