"""A page with every widget, and the two retrieval tabs over stand-ins, for the browser tests; a program.

`python tests/e2e/widget_page.py FOLDER` serves it on GRADIO_SERVER_PORT; FOLDER holds the pictures that the
tests box: turned.jpg, which EXIF turns upright, and large.jpg.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import gradio as gr

from core.images import open_picture
from core.types import Box
from demo import page
from demo.services import Loading
from demo.tabs import compose, street_to_shop
from demo.thumbnails import thumbnail_addresses
from demo.widgets.addresses import data_address
from demo.widgets.box_tool import BoxTool, BoxView
from demo.widgets.gallery import ResultGallery, ScorePart, Tile, gallery_html
from demo.widgets.pad import DrawingPad, drawing_bytes
from demo.widgets.weights import WeightRow, Weights, WeightsView
from tests.demo.retrieval_fakes import FakeServices

ROWS = (
    WeightRow("Picture", "w₀", "picture"),
    WeightRow("Words", "w₁", "words"),
    WeightRow("Both", "w₂", "both"),
)
LIVE: dict[str, Any] = {"queue": False, "trigger_mode": "always_last", "show_progress": "hidden"}


class Services(FakeServices):
    """Stand-ins that never load."""

    def loading(self) -> Loading:
        """Returns that all is ready."""
        return Loading({}, {}, 0.1, True)


def _echo(name: str) -> gr.Textbox:
    return gr.Textbox(label=name, elem_id=name)


def _add_pad() -> None:
    pad, ink = DrawingPad(elem_id="pad"), _echo("pad-says")
    empty = gr.Button("empty it")

    def drawn(value: Any) -> str:
        data = drawing_bytes(value)
        if data is None:
            return "empty"
        picture = open_picture(data)
        rows, columns = (picture.pixels.mean(axis=2) < 128).nonzero()
        if not len(rows):
            return "blank"
        edges = (columns.min(), rows.min(), columns.max(), rows.max())
        return f"{picture.original_size} {len(rows)} " + " ".join(str(edge) for edge in edges)

    pad.input(drawn, pad, ink, **LIVE)
    empty.click(lambda: None, None, pad)


def _add_box(folder: Path) -> None:
    tool, says, which = BoxTool(elem_id="box"), _echo("box-says"), gr.Textbox(visible="hidden")

    def view(name: str) -> tuple[BoxView, str]:
        picture = open_picture(folder / name)
        return BoxView(data_address(picture, 960), *picture.original_size), name

    def boxed(box: Box | None, name: str) -> str:
        if box is None:
            return "no box"
        crop = open_picture(folder / name, box=box)
        colour = crop.pixels.reshape(-1, 3).mean(axis=0).round().astype(int)
        return f"{box.x0:g} {box.y0:g} {box.x1:g} {box.y1:g} colour {' '.join(map(str, colour))}"

    for name in ("turned.jpg", "large.jpg"):
        gr.Button(name).click(lambda name=name: view(name), None, [tool, which])
    tool.input(boxed, [tool, which], says, **LIVE)


def _add_weights() -> None:
    free = Weights(ROWS, WeightsView((0.2, 0.3, 0.5), (None, None, None)), negative=True, elem_id="free")
    fixed = Weights(ROWS, WeightsView((0.7, 0.3, 0.0), (None, None, "There is no box.")), elem_id="fixed")
    for sliders, name in ((free, "free-says"), (fixed, "fixed-says")):
        sliders.input(lambda w: " ".join(f"{weight:.3f}" for weight in w), sliders, _echo(name), **LIVE)


def _add_gallery(services: FakeServices) -> None:
    gallery = services.gallery()
    addresses = thumbnail_addresses(gallery, range(6))
    tiles = [
        Tile(
            index,
            f"<b>{item.title}</b>",
            addresses[index] if index != 1 else "",
            index + 1,
            0.5 - index / 10,
            (ScorePart("picture", "picture", 0.5 - index / 10),),
        )
        for index, item in enumerate(gallery.items[:6])
    ]
    shown, says = ResultGallery(gallery_html(tiles, does="choose"), elem_id="gallery"), _echo("gallery-says")

    def chosen(event: gr.EventData) -> str:
        return str(event.index)

    shown.choose(chosen, None, says, **LIVE)


def build(folder: Path) -> gr.Blocks:
    """Builds the page.

    Args:
        folder: where turned.jpg and large.jpg are.
    """
    services: Any = Services()
    gr.set_static_paths([services.gallery().thumbnails])
    with page.Page(title="widgets", analytics_enabled=False, delete_cache=(600, 1800)) as blocks, gr.Tabs():
        with gr.Tab("Widgets"):
            _add_pad()
            _add_box(folder)
            _add_weights()
            _add_gallery(services)
        with gr.Tab(street_to_shop.TASK.title):
            street_to_shop.build(services)
        with gr.Tab(compose.TASK.title):
            compose.build(services)
    return blocks


if __name__ == "__main__":
    build(Path(sys.argv[1])).launch(**page.launch_options())
