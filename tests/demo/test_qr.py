"""The code of what is shown: the modules are those of its link, and never of an address that phones cannot open."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import segno

from core.errors import InputError
from demo.links import lengthen
from demo.panels.qr import LARGEST_VERSION, QUIET, coded, qr_of

SPACE = "https://someone-blendscope.hf.space/"
VIEW = "tab=compose&example=2&words=the+same+in+red&w=0.2,0.3,0.5&profile=pocket"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLENDSCOPE_CACHE", str(tmp_path / "cache"))


def modules(svg: str) -> list[bytearray]:
    """Returns which modules of a drawing are dark, without the quiet zone, which is checked to be light."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])  # type: ignore[index]
    assert f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>' in svg
    rows = [bytearray(side) for _ in range(side)]
    (path,) = re.findall(r'stroke="#000" d="([^"]+)"', svg)
    x = y = 0.0
    for step, along, down in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path):
        if step == "h":
            rows[int(y)][int(x) : int(x + float(along))] = b"\1" * int(along)
            x += float(along)
        else:
            x, y = (float(along), float(down)) if step == "M" else (x + float(along), y + float(down))
    inner = slice(QUIET, side - QUIET)
    assert sum(map(sum, rows)) == sum(sum(row[inner]) for row in rows[inner])
    return [row[inner] for row in rows[inner]]


def test_the_modules_are_those_of_the_link() -> None:
    for page in (SPACE, "http://192.168.1.20:7860/", "https://lab.example.org/blend/"):
        code = qr_of(page, VIEW)
        assert code["link"] == f"{page}?{VIEW}" and not code["says"]
        expected = segno.make_qr(code["link"], error="m")
        assert int(expected.version) <= LARGEST_VERSION
        assert modules(code["svg"]) == list(expected.matrix)
    assert qr_of(SPACE, "")["link"] == SPACE


def test_a_long_view_is_a_short_link() -> None:
    query = VIEW.replace("red", "red+and+" * 30 + "blue")
    code = qr_of(SPACE, query)
    assert re.fullmatch(re.escape(SPACE) + r"s/[\w-]{11}", code["link"]) and "90 days" in code["says"]
    assert lengthen(code["link"][-11:]) == query
    assert modules(code["svg"]) == list(segno.make_qr(code["link"], error="m").matrix)


@pytest.mark.fault_rows(91)
@pytest.mark.parametrize(
    ("page", "query", "says"),
    [
        *((f"http://{host}:7860/", VIEW, "GRADIO_SERVER_NAME=0.0.0.0")
          for host in ("localhost", "127.0.0.1", "127.1.2.3", "[::1]", "0.0.0.0", "page.localhost")),
        (None, VIEW, "cannot be read"),
        (SPACE, None, "cannot be read"),
        ("javascript:alert(1)", VIEW, "cannot be read"),
        ("about:srcdoc", VIEW, "cannot be read"),
        ("http://user@example.org/", VIEW, "cannot be read"),
        ("http://[::1", VIEW, "cannot be read"),
        ("http://a<b>/", VIEW, "cannot be read"),
        (SPACE + "x" * 250, VIEW, "too long"),
        (SPACE, VIEW + "&w=nan,0", "says w 2 times"),
        (SPACE, "https://example.org", "names no tab"),
        (SPACE, "tab=sketch&words=" + "x" * 20_000, "longer than"),
    ],
)  # fmt: skip
def test_what_has_no_code_is_one_sentence(page: object, query: object, says: str) -> None:
    with pytest.raises(InputError, match=says) as refused:
        qr_of(page, query)
    assert str(refused.value).endswith(".") and len(str(refused.value)) < 300
    event: Any = SimpleNamespace(page=page, query=query, number=3)
    assert coded(event) == {"failed": str(refused.value), "number": 3}
