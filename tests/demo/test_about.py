"""The foot of the page: every tab has its report there, with who wrote it."""

from __future__ import annotations

from core import VERSION
from core.task_table import TASKS
from demo.panels import about


def test_every_tab_has_its_report_and_the_citation_is_of_this_version() -> None:
    shown = about.about_html("pocket", {"compose": {"joint": "pocket-joint-1", "combiner": "combiner-2"}})
    assert [key for key, _, author in about.REPORTS if author] == [task.key for task in TASKS]
    assert all(f">{task.title}</th>" in shown for task in TASKS)
    assert "<b>Compose</b> joint: pocket-joint-1; combiner: combiner-2" in shown
    assert f"version = {{{VERSION}}}" in shown and "&amp; CV" in shown
