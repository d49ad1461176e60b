"""The page for newcomers: its diagram is drawn of today's imports, and it names what exists."""

from __future__ import annotations

import re

import pytest

from tests.architecture.floors import PAGE, with_diagram
from tests.architecture.source import ROOT

TEXT = PAGE.read_text(encoding="utf-8")
LONGEST_PAGE = 120


def test_the_diagram_is_drawn_of_the_imports_of_today() -> None:
    assert with_diagram(TEXT) == TEXT, "draw it again: python -m tests.architecture.floors"


def test_the_page_is_one_page() -> None:
    beside = re.sub(r"```mermaid\n.*?```\n", "", TEXT, flags=re.DOTALL)
    assert len(beside.splitlines()) <= LONGEST_PAGE


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:core|demo|tests|docs)/[\w/.-]*)`", TEXT))))
def test_the_page_names_what_exists(path: str) -> None:
    assert (ROOT / path).exists()
