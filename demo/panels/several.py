"""Several pictures at once, in a fold of a tab: files or a folder, the table, and how far each judge can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from demo.pieces import kept_state, shown_html
from demo.widgets.figure_saver import figure_button
from demo.widgets.folder_upload import MOST_PICTURES, FolderUpload
from demo.widgets.picture import picture_files
from demo.widgets.picture_table import PictureTable
from demo.widgets.trust_charts import trust_chart

if TYPE_CHECKING:
    from demo.events.several import SeveralEvents, SeveralFields
    from demo.wiring import Wiring

TITLE = "Several pictures at once"
LIMITS = "At most {most} pictures, each up to 10 MB; of a larger folder {most} are taken, evenly."
ADD_FOLDER = "Add a whole folder"


def several_pictures(name: str, watches: str = "") -> dict[str, Any]:
    """Lays the fold out, and returns its fields by name.

    Args:
        name: begins the ids of elements.
        watches: `elem_id` of an answer whose settings the list shares while the browser follows them by itself.
    """
    with gr.Accordion(TITLE, open=False, elem_id=f"{name}-several", elem_classes="several"):
        files = picture_files("Pictures", height=140)
        folder = FolderUpload(words=ADD_FOLDER, most=MOST_PICTURES)
        shown_html(f'<p class="fine">{LIMITS.format(most=MOST_PICTURES)}</p>')
        table = PictureTable(watches=watches, elem_id=f"{name}-table")
        trust = shown_html(elem_id=f"{name}-trust")
        shown_html(figure_button(), elem_classes="trust-save")
        with gr.Row(elem_classes="trust-charts"):
            reliability, risk = trust_chart(f"{name}-reliability"), trust_chart(f"{name}-risk")
    return {
        "files": files,
        "folder": folder,
        "table": table,
        "rows": kept_state(),
        "trust": trust,
        "reliability": reliability,
        "risk": risk,
    }


def several_shown(page: SeveralFields) -> list[Any]:
    """Returns the fields that show several pictures."""
    return [page.rows, page.table, page.trust, page.reliability, page.risk]


def connect_several(wiring: Wiring, page: SeveralFields, tab: SeveralEvents) -> None:
    """Connects the events of the fold.

    Args:
        wiring: of the tab.
        page: its components.
        tab: what happens in it.
    """
    shown = [*several_shown(page), page.folder]
    wiring.follows(page.files.upload, tab.many, shown, encodes=True, speaks=True)
    wiring.follows(page.files.delete, tab.fewer, shown, encodes=True, speaks=True)
    wiring.follows(page.folder.chosen, tab.foldered, [*shown, page.files], encodes=True, speaks=True)
    wiring.does(page.files.clear, tab.cleared, shown)
    wiring.follows(page.table.judge, tab.judged, several_shown(page), speaks=True)
