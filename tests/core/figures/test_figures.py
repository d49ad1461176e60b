"""Every kind of figure draws from a figure file, the same bytes each time, in three sizes and on two grounds."""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager
from matplotlib.patches import Rectangle
from matplotlib.textpath import TextPath
from PIL import Image

from core.__main__ import main
from core.errors import InputError
from core.figures import KINDS, letters
from core.figures.file import read_figure
from core.figures.letters import in_order, printable, words_of
from core.figures.look import drawing, look_of
from core.figures.saving import archive_of, caption_of, files_of, remark
from core.figures.sheet import measured
from core.figures.tex import escaped, figure_tex
from tests.core.figures.made import EVIDENCE, figure_value, line, shop

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


@pytest.fixture
def one_letter_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The only typeface here that has \u7ea2."""
    file = tmp_path / "han.ttf"
    pen = TTGlyphPen(None)
    for move, at in ((pen.moveTo, (0, 0)), (pen.lineTo, (0, 900)), (pen.lineTo, (700, 0))):
        move(at)
    pen.closePath()
    glyphs = {".notdef": TTGlyphPen(None).glyph(), "han": pen.glyph()}
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([*glyphs])
    font.setupCharacterMap({0x7EA2: "han"})
    font.setupGlyf(glyphs)
    font.setupHorizontalMetrics(dict.fromkeys(glyphs, (800, 0)))
    font.setupHorizontalHeader(ascent=900, descent=-100)
    font.setupNameTable({"familyName": "One Han", "styleName": "Regular", "psName": "OneHan-Regular"})
    font.setupOS2(usWeightClass=400)
    font.setupPost()
    font.save(file)
    manager, known = font_manager.fontManager, dict(letters._known)
    listed = [*manager.ttflist]
    # It came after matplotlib wrote its list of typefaces, and no other one of this machine has the letter.
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(file)])
    manager.ttflist[:] = [entry for entry in listed if "DejaVu" in entry.fname]
    letters._known.clear()
    yield "\u7ea2"
    manager.ttflist[:] = listed
    letters._known.clear()
    letters._known.update(known)


def test_another_typeface_stands_in_for_letters_and_code_points_for_those_that_none_has(
    one_letter_font: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A letter that no typeface has would warn, which fails, and be a box."""
    parts = [0.2, 0.1, 0.3]
    results = [
        {"rank": 1, "title": f"{one_letter_font}\u88d9 a", "score": 0.6, "parts": parts, "picture": shop(0)}
    ]
    value = figure_value(
        "ranking", results=results, of=1, sentence=f"{one_letter_font} \U0001f457\ufe0f \u05d0"
    )
    figure = read(value)
    files = files_of(figure, "f", "column")
    assert b"OneHan" in files["f.pdf"], "embedded"
    with drawing(look_of("column", False), words_of(figure.data)):
        assert printable(f"{one_letter_font}\u88d9 a") == f"{one_letter_font} U+88D9 a"
        assert printable("\U0001f457!") == "U+1F457 !"
    file = tmp_path / "f.json"
    file.write_bytes(figure.data)
    assert main(["figure", str(file), "--out", str(tmp_path / "out")]) == 0
    assert "has 2 of its letters, so their code points stand instead" in capsys.readouterr().out
    assert (tmp_path / "out" / "f.pdf").read_bytes() == files["f.pdf"]
    assert not remark(read(figure_value("ranking"))) and "\u88d9" in files["f.csv"].decode()


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


def said(kind: str, **changed: Any) -> str:
    """Returns the caption of a made figure with changed evidence."""
    return caption_of(read(figure_value(kind, **changed)))


def test_the_bar_ends_before_its_number() -> None:
    parts = [-0.379, 0.1, -0.1]
    results = [{"rank": 1, "title": "a", "score": -0.379, "parts": parts, "picture": shop(0)}]
    figure = read(figure_value("ranking", results=results, sign="\u03c3", of=1)).evidence
    for size in ("column", "two-columns", "slide"):
        with drawing(look_of(size, False)):
            axes = figure.draw(look_of(size, False)).axes[0]
        number = next(text for text in axes.texts if text.get_text() == "\u22120.38 \u03c3")
        begins = number.get_position()[0] - measured(number.get_text(), number.get_fontsize(), bold=True)
        right, below = number.get_position()
        bars = [
            patch for patch in axes.patches
            if isinstance(patch, Rectangle) and patch.get_height() < 0.3 and 0 <= patch.get_y() - below < 0.1
        ]  # fmt: skip
        assert len(bars) == 3 and all(bar.get_x() + bar.get_width() < begins < right for bar in bars)


def test_a_caption_says_pooling_box_and_whose_words() -> None:
    view = "tab=compose&w=0.2,0.3,0.5&pooling=max&cosine=1"
    pooled = caption_of(read(figure_value("ranking") | {"view": view}))
    assert "Tokens are pooled by their max. The mix is renormalised" in pooled
    asked = {"picture": shop(1), "words": ["black top"], "written": True, "box": [0.25, 0.1, 0.75, 1.0]}
    caption = said("ranking", question=asked)
    assert "\u201cblack top\u201d (the captioner\u2019s words)" in caption
    assert "in the green box: 0.25 to 0.75 of the width" in caption
    with pytest.raises(InputError, match="left, top, right and bottom"):
        read(figure_value("ranking", question=asked | {"box": [0.75, 0.1, 0.25, 1.0]}))


def test_sentences_end_once_and_what_is_left_out_is_said() -> None:
    many = [{"label": f"w{at}", "value": 0.1} for at in range(16)]
    caption = said("effects", on="in logits.", effects=many)
    assert "In logits. Words:" in caption and "The first 12 of 16: w0 0.100" in caption
    tex = files_of(read(figure_value("effects", effects=many)), "e", "slide")["e.tex"].decode()
    assert "Drawn are the first 10 of 16." in " ".join(tex.split())
    assert "ink is better" not in said("simplex", note="Here: 700 queries")
    assert "Here: 700 queries. Profile" in said("simplex", note="Here: 700 queries")


def test_a_map_of_places_says_its_part_and_sign() -> None:
    figure = read(figure_value("places", score=-0.512, estimated=True)).evidence
    with drawing(look_of("column", False)):
        texts = [text.get_text() for text in figure.draw(look_of("column", False)).axes[0].texts]
    assert "picture q: \u22120.512" in texts and "picture q: \u22120.512" in figure.caption()
    words = [{"word": f"w{at}", "adds": 0.1} for at in range(13)]
    alone = read(figure_value("places", panels=[{"title": "a", "rest": 1.3}], pairs=[], words=words)).evidence
    assert "each place" not in alone.caption() and "12 of 13" in alone.left_out("slide")


def test_a_slide_says_all_of_its_head_and_legends() -> None:
    head = " ".join(f"word{at}" for at in range(60))
    marks = [
        {"symbol": "1", "label": "where the sliders stand at first, of this set", "weights": [0.2, 0.3, 0.5]}
    ]
    title = "The garments that ship: recall at 1"
    one = figure_value("simplex")["evidence"]["maps"][0] | {"marks": marks, "title": title}
    for count in (1, 2, 3):
        figure = read(figure_value("simplex", sentence=head, maps=[one] * count)).evidence
        with drawing(look_of("slide", False)):
            texts = [text.get_text() for text in figure.draw(look_of("slide", False)).axes[0].texts]
        together = " ".join(texts)
        assert head in together and title in together and "of this set" in " ".join(together.split())
        assert not any("\u2026" in text and "word" in text for text in texts)


def test_tables_hold_words_that_no_program_reads_as_its_own() -> None:
    rows = [
        {"label": word, "value": -0.5} for word in ("[2pt] a", "*", "=1+1", "@sum", "-x", "+y", "\u2605 best")
    ]
    files = files_of(read(figure_value("effects", effects=rows)), "t", "column")
    table = pd.read_csv(io.BytesIO(files["t.csv"]))
    assert list(table["of"]) == ["[2pt] a", "*", "'=1+1", "'@sum", "'-x", "'+y", "\u2605 best"]
    assert set(table["effect"]) == {-0.5}
    tex = files["t-table.tex"].decode()
    assert "{[}2pt] a" in tex and "{*}" in tex and r"\ensuremath{\star} best" in tex and "\u2605" not in tex


def test_dollars_and_letters_that_the_typeface_lacks_are_drawn() -> None:
    value = figure_value("effects", sentence="$x^2$ \u8349 \u0e17\u0e38 {\\frac}", on="$")
    assert files_of(read(value), "odd", "slide")["odd.png"]


def test_arabic_letters_are_joined_and_a_line_of_quotes_keeps_its_order() -> None:
    """As matplotlib of the tested version does; an older one draws letter by letter, which docs/figures.md says."""
    word, other = "\u0633\u062a\u0631\u0629", "\u05e9\u05de\u05dc\u05d4"
    apart = sum(letters_width(letter) for letter in word)
    assert letters_width(word) < 0.95 * apart and letters_width("red") > 0.95 * sum(map(letters_width, "red"))
    line = f"\u201c{word}\u201d and \u201c{other}\u201d"
    assert in_order(line) == f"\u200e{line}" and in_order("\u201cred\u201d") == "\u201cred\u201d"
    assert in_order(f"{other} {word}") == f"{other} {word}"


@pytest.mark.parametrize("size", ["column", "slide"])
def test_names_of_ends_of_threads_do_not_cover_one_another(size: str) -> None:
    names = ("the words", "both of them", "the mix")
    ends = [{"kind": "both", "label": name, "points": [[0.1, 0.2]]} for name in names[:2]]
    figure, look = read(figure_value("gallery-map", threads=ends)), look_of(size, False)
    with drawing(look, words_of(figure.data)):
        texts = figure.evidence.draw(look).axes[0].texts
        named = [one.get_window_extent() for one in texts if one.get_text() in names]
    assert len(named) == 3
    assert not any(one.overlaps(other) for at, one in enumerate(named) for other in named[:at])


def letters_width(words: str) -> float:
    return float(TextPath((0, 0), words, size=100).get_extents().width)
