"""What this page is: the reports behind it and who wrote them, how to cite it, its licence and its version."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import gradio as gr

from core import VERSION
from core.task_table import TASKS, find_task
from demo import copy
from demo.pieces import shown_html
from demo.services import Services

REPORTS = (
    ("sketch", "Object Recognition & CV: Assignment 3 report", "Carlos Cuevas Villarmin, ENS Paris-Saclay"),
    ("field_road", "Image classification: Fields and Roads", "Badr Bouzinab, 2023"),
    (
        "street_to_shop",
        "Improving Global Representations with Captions and Object-level Information",
        "Filippo Momentè",
    ),
    ("compose", "Object Recognition and Computer Vision, topic A", "Aymane El Firdoussi, ENS Paris-Saclay"),
)
"""Key of a task, the title of the report behind it, and who wrote it."""
CITATION = """@software{{blendscope,
  title   = {{Blendscope: how much does the picture decide, and how much do the words?}},
  author  = {{{{The Blendscope authors}}}},
  version = {{{version}}},
  license = {{Apache-2.0}}
}}"""
WHAT = (
    "Four experiments of four student reports, with models of our own that run offline on two processor cores. Every "
    "figure says whether it was measured here or is a report’s."
)
LICENCE = "Apache-2.0, code, weights and pictures alike. Each set of weights has a card that names its data."


def build(services: Services) -> None:
    """Lays the panel out, folded away at the foot of the page.

    Args:
        services: what answers.
    """
    with gr.Accordion(f"About {copy.NAME}", open=False, elem_id="about"):
        shown_html(about_html(services.profile, _models(services)))


def _models(services: Services) -> Mapping[str, Mapping[str, str]]:
    """Returns the models of each tab, role -> id, as its worked examples name them; none where others made those."""
    first = {task.key: next((each.evidence for each in services.examples(task.key)), {}) for task in TASKS}
    return {
        key: evidence["models"]
        for key, evidence in first.items()
        if evidence.get("profile") == services.profile
    }


def about_html(profile: str, models: Mapping[str, Mapping[str, str]]) -> str:
    """Returns what the panel says of the page with the models of a profile.

    Args:
        profile: its name.
        models: key of a task, role -> id; none of one whose models are named by its answers alone.
    """
    listed = "".join(
        f"<li><b>{escape(find_task(key).title)}</b> "
        f"{escape('; '.join(f'{role}: {name}' for role, name in named.items()))}</li>"
        for key, named in models.items()
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(find_task(key).title)}</th><td><cite>{escape(title)}</cite></td>'
        f"<td>{escape(author)}</td></tr>"
        for key, title, author in REPORTS
    )
    return (
        f'<section class="about"><p>{escape(WHAT)}</p><table><caption class="visually-hidden">The reports</caption>'
        '<thead><tr><th scope="col">Tab</th><th scope="col">Report</th><th scope="col">Author</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        f'<p><b>Cite</b></p><pre tabindex="0">{escape(CITATION.format(version=VERSION))}</pre>'
        f"<p><b>Version</b> {escape(VERSION)}, with the models of the profile “{escape(profile)}”; each answer names "
        f"those that gave it. <b>Licence</b> {escape(LICENCE)}</p>"
        + (f"<p><b>Models</b></p><ul>{listed}</ul></section>" if listed else "</section>")
    )
