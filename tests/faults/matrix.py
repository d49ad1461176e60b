"""What may go wrong, one row each: a fault, how it is sent to the running app, what must come of it.

To add a fault, add a row. The makers of hostile pictures and words are in pictures.py and texts.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tests.core.scores.test_scores import changed, with_nan
from tests.faults import pictures, texts
from tests.faults.asking import (
    BOXES,
    COMPOSE,
    FIELD_ROAD,
    PLACES,
    ROAD_PLACES,
    SHOP,
    SHOP_PLACES,
    SKETCH,
    SKETCH_PLACES,
    WORDS_OF_A_SKETCH,
    Fault,
    accepted,
    as_picture,
    at,
    data_url,
    each,
    everywhere,
    file_data,
    like,
    noting,
    raw,
    refused,
    saying,
    scores,
    small,
    upload,
)
from tests.faults.programs import TOOLS, VIEWS
from tests.faults.serving import no_trace_of, not_fetched, served_as_a_picture
from tests.faults.talks import VIEW, page_event, slide, talk
from tests.faults.tools import by_tools

UPRIGHT = at(SKETCH)
GREY = at(SKETCH, lambda: pictures.saved(pictures.sketch().convert("L")))
NO_NUMBERS: list[Any] = ["0.5", "", "NaN", None, True, [0.5], {"a": 1}]
ENDLESS = [float("inf"), float("-inf"), 1e308, -1e308]
NOT_A_PICTURE = refused("not a picture", "picture")


PATHS = {
    "password file": "/etc/passwd",
    "way up": "../../../../etc/passwd",
    "folder": "/tmp",
    "link": "/proc/self/cwd/app.py",
}
ADDRESSES: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
    ("address inside", "http://169.254.169.254/latest/meta-data/",
     lambda host: file_data(path=f"http://{host}/a.png", url=f"http://{host}/a.png")),
    ("address as the picture's own", "https://example.org/a.png", lambda host: file_data(url=f"http://{host}/a.png")),
    ("file by its address", "file:///etc/passwd", lambda host: file_data(path=f"file://{host}/a.png")),
)  # fmt: skip


def count_of(*numbers: int) -> Any:
    """Returns a check of how many results came."""

    def check(answer: dict[str, Any]) -> None:
        assert len(answer.get("hits") or answer.get("classes")) in numbers

    return accepted(check)


PICTURES = (
    Fault("1 no picture", everywhere(None), refused("Add an image")),
    Fault("2 empty file", everywhere(lambda: b""), NOT_A_PICTURE),
    Fault("3 text named .png", everywhere(pictures.NO_PICTURE["3 text"]), NOT_A_PICTURE),
    Fault("4 truncated JPEG", everywhere(partial(pictures.truncated, "JPEG"), "a.jpg"), refused("incomplete")),
    Fault("4 half-loaded JPEG", at(SKETCH, pictures.zero_tail_jpeg, "a.jpg"), refused("incomplete")),
    Fault("4 JPEG without its end", (at(SHOP, pictures.endless_jpeg, "a.jpg"),
                                     at(SHOP, partial(pictures.endless_jpeg, 5000), "a.jpg")),
          accepted(noting("end of this file is missing"))),
    Fault("5 truncated PNG", everywhere(partial(pictures.truncated, "PNG")), refused("incomplete")),
    Fault("6 PNG of 0 x 0", at(SKETCH, pictures.zero_size_png), refused("incomplete", "not a picture")),
    Fault("7 one pixel", at(SHOP, partial(pictures.strip, 1, 1)), accepted()),
    Fault("8 1 x 20,000", everywhere(partial(pictures.strip, 1, 20_000)), small(refused("20 to 1", within=3))),
    Fault("8 20,000 x 1", everywhere(partial(pictures.strip, 20_000, 1)), small(refused("20 to 1", within=3))),
    Fault("9 90 megapixels", at(SKETCH, partial(pictures.png, 9500, 9500)), small(refused("megapixels"))),
    Fault("10 196 megapixels", at(SKETCH, partial(pictures.png, 14_000, 14_000)), small(refused("megapixels"))),
    Fault("11 30 MB", upload(pictures.heavy_file, "a.png"), refused(status=(413,))),
    Fault("12 black ink on nothing", at(SKETCH, pictures.transparent_sketch), like(GREY, 0.999)),
    Fault("13 wholly transparent", at(SKETCH, pictures.transparent_nothing), refused("Draw something")),
    Fault("14 one colour", at(SKETCH, pictures.blank), refused("Draw something")),
    Fault("15 grey and alpha", at(SKETCH, pictures.grey_alpha), like(GREY, 0.999)),
    Fault("15 palette and alpha", at(SKETCH, pictures.palette_alpha), like(UPRIGHT, 0.99)),
    Fault("15 one bit", at(SKETCH, pictures.ACCEPTED["15 one bit"]), like(UPRIGHT, 0.9)),
    Fault("16 16-bit grey", at(SKETCH, pictures.grey16), like(GREY, 0.99)),
    Fault("17 float TIFF", at(SKETCH, partial(pictures.tiff, "F"), "a.tif"), NOT_A_PICTURE),
    Fault("17 integer TIFF", at(SKETCH, partial(pictures.tiff, "I"), "a.tif"), NOT_A_PICTURE),
    Fault("18 CMYK", at(SKETCH, pictures.cmyk_jpeg, "a.jpg"),
          like(at(SKETCH, lambda: pictures.saved(pictures.photograph())), 0.98)),
    *(Fault(f"19 orientation {number}", at(SKETCH, partial(pictures.turned, number)), like(UPRIGHT))
      for number in range(2, 9)),
    Fault("20 GIF of 500 frames", at(SKETCH, pictures.animation, "a.gif"), like(UPRIGHT, 0.99)),
    Fault("20 WebP of 500 frames", at(SKETCH, partial(pictures.animation, "WEBP"), "a.webp"), like(UPRIGHT)),
    Fault("21 TIFF of 10,000 pages", at(SKETCH, pictures.many_pages_tiff, "a.tif"),
          refused("not a picture", within=10)),
    Fault("22 SVG with a script", everywhere(pictures.svg, "a.svg"), NOT_A_PICTURE),
    Fault("23 SVG named .png", everywhere(pictures.svg), NOT_A_PICTURE),
    Fault("24 PostScript", at(SKETCH, pictures.eps, "a.eps"), NOT_A_PICTURE),
    Fault("24 PDF named .png", at(SKETCH, pictures.pdf), NOT_A_PICTURE),
    Fault("25 picture and page in one", at(SKETCH, pictures.polyglot), served_as_a_picture(like(UPRIGHT))),
    Fault("27 corrupt colour profile", at(SKETCH, pictures.corrupt_profile), like(UPRIGHT)),
    Fault("27 30 MB of text in a picture", at(SKETCH, pictures.long_text_chunk), small(refused("incomplete"))),
    Fault("27 5,000 comments", at(SHOP, pictures.commented_jpeg, "a.jpg"), accepted()),
    Fault("27 a million segments", at(SHOP, pictures.many_segments, "a.jpg"), refused("incomplete")),
    *(Fault(f"28 {name}", as_picture(file_data(path=path)), refused(status=(400, 403, 404, 422)))
      for name, path in PATHS.items()),
    Fault("28a data URL with ink on nothing", data_url(pictures.transparent_sketch),
          like(at(SKETCH, pictures.transparent_sketch))),
    Fault("28a data URL with 16 bits", data_url(pictures.grey16), like(at(SKETCH, pictures.grey16))),
    Fault("28a data URL in printing colours", data_url(pictures.cmyk_jpeg, "jpeg"),
          like(at(SKETCH, pictures.cmyk_jpeg, "a.jpg"))),
    Fault("28a data URL of 50 MB", data_url(partial(pictures.heavy_file, 38 * 2**20)), refused(status=(413,))),
    Fault("28a data URL that is no picture", data_url(pictures.svg, "svg+xml"), NOT_A_PICTURE),
    Fault("28a PNG called .gif", at(SKETCH, file="x.gif"), like(UPRIGHT)),
    *(Fault(f"29 {name}", as_picture(file_data(path=address, url=address)), not_fetched(payload))
      for name, address, payload in ADDRESSES),
    Fault("26 place and camera", at(SHOP, pictures.located_jpeg, "a.jpg"), no_trace_of(b"SECRET", accepted())),
)  # fmt: skip

WORDS = (
    Fault("30 no words to compose", each(COMPOSE, "text", list(texts.EMPTY.values())), refused("modification")),
    Fault("30 no caption for a field", each(FIELD_ROAD, "field_caption", ["", " \u200b"]), refused("caption")),
    Fault("30 no caption: the captioner writes", at(SKETCH, caption=" \u200b\x00"), accepted()),
    Fault("31 more words than are read", at(COMPOSE, text=texts.LONG), accepted()),
    *(Fault(name, (at(COMPOSE, text=text), at(SKETCH, caption=text)), refused("2,000 characters", within=4))
      for name, text in texts.TOO_LONG.items()),
    *(Fault(name, (at(COMPOSE, text=text), at(SHOP, caption=text)), accepted())
      for name, text in texts.ACCEPTED.items()),
    Fault("34 letters alone", (at(ROAD_PLACES, road_caption="asdf qwer"), at(SHOP_PLACES, caption="asdf qwer")),
          accepted(noting("knows none", "asdf"))),
    *(Fault(name, (at(COMPOSE, text=text), at(SHOP, caption=text)), accepted(noting("cannot read", unread)))
      for name, (text, unread) in texts.PARTLY_UNREAD.items()),
    *(Fault(name, (at(SKETCH, caption=text), at(FIELD_ROAD, road_caption=text), at(SHOP, caption=text),
                   at(COMPOSE, text=text)), refused("cannot read any of these words"))
      for name, text in texts.UNREAD.items()),
    Fault("34 right-to-left override", at(COMPOSE, text=texts.OVERRIDE), accepted()),
    Fault("35 two spellings of one letter", at(COMPOSE, text=texts.DECOMPOSED),
          like(at(COMPOSE, text=texts.COMPOSED))),
    Fault("36 half a character", at(COMPOSE, text=texts.BROKEN), like(at(COMPOSE, text="red shoes"))),
    Fault("37 BERT's own tokens", at(COMPOSE, text="a red [SEP] dress"),
          like(at(COMPOSE, text="a red [ SEP ] dress"))),
    *(Fault(name, (at(COMPOSE, text=text), at(SKETCH, caption=text)), accepted())
      for name, text in texts.SPECIAL.items()),
    *(Fault(name, (at(COMPOSE, text=text), at(SKETCH, caption=text)), accepted())
      for name, text in texts.MARKUP.items()),
    Fault("38 markup as a file's name", at(SKETCH, file="<img src=x onerror=alert(1)>.png"), accepted()),
    Fault("38 markup as a pooling", at(COMPOSE, pooling="<b>mean</b>"), refused("mean, median or max")),
    *(Fault("38 no rule of joining", each(endpoint, "rule", ["<b>sum</b>", "", "Sum", None, 3, ["sum"], "s" * 5000]),
            refused("sum, normal, product, harris")) for endpoint in (SHOP, COMPOSE)),
)  # fmt: skip

NUMBERS = (
    Fault("39 NaN for alpha", at(SKETCH, alpha=float("nan")), refused("number")),
    Fault("39 NaN for a weight", at(COMPOSE, w1=float("nan")), refused("number")),
    Fault("40 endless alpha", each(SKETCH, "alpha", ENDLESS), refused("between 0 and 1")),
    Fault("40 endless weight", each(SHOP, "w_words", ENDLESS), refused("between", "finite", "number")),
    Fault("40 endless band", each(FIELD_ROAD, "band_low", ENDLESS), refused("between 0 and 1")),
    Fault("40 minus zero", at(SKETCH, alpha=-0.0), like(at(SKETCH, alpha=0))),
    Fault("40 denormal", at(SKETCH, alpha=5e-324), like(at(SKETCH, alpha=0))),
    Fault("41 no number for alpha",
          each(SKETCH, "alpha", [value for value in NO_NUMBERS if value is not None]), refused("number")),
    Fault("41 no number for a weight", each(COMPOSE, "w0", NO_NUMBERS), refused("number")),
    Fault("41 no number for k", each(SHOP, "k", [*NO_NUMBERS, 2.5]), refused("number")),
    Fault("41 no list for the box",
          each(SHOP, "box", ["0,0,9,9", [0, 0, 9], [0, 0, "9", 9], [9, 9, 0, 0], True, {}]), refused("box")),
    Fault("42 all weights 0", (at(COMPOSE, w0=0, w1=0, w2=0), at(SHOP, w_picture=0, w_words=0)),
          refused("at least one weight")),
    Fault("43 weights cancel", (at(COMPOSE, w0=1, w1=-1, w2=0), at(SHOP, w_picture=1, w_words=-1)),
          refused("cancel")),
    Fault("41 no box to move", each(BOXES, "box", [None, [0, 0, 9], [9, 9, 0, 0]]), refused("box")),
    Fault("41 no such item", (*each(BOXES, "item", ["no-such-item", "../../etc/passwd", 7, None, ["a"]]),
                              *each(PLACES, "item", ["no-such-item", 7]), at(SHOP_PLACES, item="no-such-item")),
          refused("no such item")),
    Fault("41 no such class", at(SKETCH_PLACES, target="no-such-class"), refused("no such class")),
    Fault("41 places that are asked for", (at(SKETCH_PLACES), at(ROAD_PLACES), at(SHOP_PLACES)), accepted()),
    *(Fault("41 no such map", raw("/gradio_api/run/map_gallery", b'{"data": [%b]}' % name), refused("no such map"))
      for name in (b'"../../etc/passwd"', b'["joint"]', b"7")),
    Fault("41 no such pooling", each(PLACES, "pooling", ["sum", None, ["mean"]]), refused("no such pooling")),
    Fault("41 a box beyond the edge", at(BOXES, box=[-50, -50, 9000, 150]), accepted()),
    *(Fault("41 nothing that can be brought to the top",
            each(endpoint, "bring", ["x", [], {}, {"k": 1}, {"item": 7}, {"item": "no such"}, {"item": "a", "b": 1}]),
            refused("bring to the top")) for endpoint in (SHOP, COMPOSE)),
    Fault("43 a weight below 0 in a product", (at(COMPOSE, w0=-0.5, rule="product"),
                                                at(SHOP, w_words=-0.1, rule="product")), refused("product", "below 0")),
    Fault("43 only a box, but none drawn", at(SHOP, w_picture=0, w_words=0, w_box=1), refused("box")),
    Fault("44 k of 0 or less", (at(SHOP, k=0), at(COMPOSE, k=-1), at(SKETCH, top_k=-(10**9))), count_of(1)),
    Fault("44 k beyond all", (at(SKETCH, top_k=10**9), at(SKETCH, top_k=1e12)), count_of(100)),
    Fault("44 k beyond the gallery", (at(SHOP, k=10**9), at(COMPOSE, k=10**9)), count_of(*range(50, 101))),
    Fault("45 too few inputs", raw("/gradio_api/run/compose", b'{"data": [null]}'), refused("inputs")),
    Fault("45 too many inputs", raw("/gradio_api/run/classify_sketch", b'{"data": [null, "", 1, 5, 9, 9]}'),
          refused("inputs")),
    Fault("45 no such endpoint", raw("/gradio_api/run/nothing", b'{"data": []}'), refused(status=(404,))),
    Fault("45 no JSON", raw("/gradio_api/run/compose", b"data=1"), refused(status=(400, 415, 422))),
    Fault("45 JSON without data", raw("/gradio_api/run/compose", b"{}"), refused(status=(400, 422))),
    Fault("45 data that is no list", raw("/gradio_api/run/compose", b'{"data": 7}'), refused(status=(400, 422))),
    Fault("45 50 MB of JSON", raw("/gradio_api/run/compose", b'{"data": ["' + b"a" * 50_000_000 + b'"]}'),
          refused(status=(413,))),
    Fault("46 parts add up", (at(SKETCH, alpha=0.3), at(SKETCH, alpha=None), at(SHOP, k=100),
                              at(SHOP, w_box=2, box=[20, 20, 180, 150]), at(COMPOSE, w0=-0.5),
                              *(at(where, rule=rule) for where in (SHOP, COMPOSE)
                                for rule in ("normal", "product", "harris"))), accepted()),
    Fault("46 ties keep their order", at(SKETCH, alpha=1, caption="one"), like(at(SKETCH, alpha=1, caption="one"))),
)  # fmt: skip

NO_SCORES = (
    Fault("85 NaN among the scores", scores(with_nan), refused("have nan in parts[1, 2, 3]")),
    Fault("85 scores of unequal lengths", scores(changed(ids=np.array(["a", "b"]))), refused("lengths must be equal")),
    Fault("85 an id twice", scores(changed(ids=np.array([*"abcade"]))), refused("have the id 'a' twice")),
    Fault("85 a right answer that does not exist", scores(changed(right=np.array([[0, 6]]))),
          refused("which does not exist")),
    Fault("85 object arrays", scores(changed(ids=np.array([*"abcdef"], object))), refused("Python objects")),
)  # fmt: skip
"""The app refuses these at its start, by the same door; the app that answers the good request runs without any."""

SMALL = (
    Fault("86 one word alone", (at(SKETCH, caption="cat"), at(SHOP, caption="shirt"), at(COMPOSE, text="red"),
                                at(FIELD_ROAD, field_caption="field", road_caption="road")), accepted()),
    Fault("86 what one word does", at(WORDS_OF_A_SKETCH, caption="cat"), saying("There is one word, and without it")),
    Fault("88 a box outside", (at(SHOP, box=[9000, 9000, 9100, 9100]), at(BOXES, box=[-90, -90, -1, -1])),
          refused("outside the picture")),
)  # fmt: skip

TALKS = (
    Fault("90 no talk", (talk("{"), talk("[" * 100_000), talk("x" * 9_000_000), page_event("read", text=[7])),
          refused("not a talk", "cannot be read")),
    Fault("90 a talk beyond what the page takes", talk("x" * 13_000_000), refused(status=(413,))),
    Fault("90 a thousand slides", talk(slides=[{"view": VIEW}] * 1000), refused("1,000 slides")),
    Fault("90 a talk of another version", (talk(format=2), talk(theme="dark")), refused("form", "another version")),
    *(Fault(f"90 a slide {name}", slide(view), refused("Slide 1 of this talk"))
      for name, view in {"cut short": "tab=com", "with NaN": "tab=compose&w=nan,0,1", "of a newer page": f"v=2&{VIEW}",
                         "with half a name": f"{VIEW}&upload=%", "with a new part": f"{VIEW}&zoom=3"}.items()),
    Fault("90 a picture from elsewhere", (slide(VIEW, picture="http://169.254.169.254/"), slide(VIEW, picture=2)),
          refused("picture")),
    Fault("90 an upload that is gone", page_event("kept", query="tab=compose&upload=0123456789abcdef&file=a.png"),
          refused("upload \u201ca.png\u201d again")),
    Fault("91 a code of this machine alone", page_event("coded", page="http://127.0.0.1:7860/", query=VIEW),
          refused("GRADIO_SERVER_NAME")),
    Fault("91 a code of no page", (page_event("coded", page="javascript:alert(1)", query=VIEW), page_event("coded")),
          refused("cannot be read")),
    Fault("41 what no answer could repeat", (page_event("shortened", query=VIEW, number=10**400),
                                             page_event("shortened", query=f"{VIEW}&words=\ud800")),
          refused("cannot be read")),
    Fault("91 a code of no view", page_event("coded", page="http://192.168.1.20/", query="tab=x"), refused("tab")),
)  # fmt: skip

MATRIX = PICTURES + WORDS + NUMBERS + NO_SCORES + SMALL + TALKS + VIEWS + TOOLS
MATRIX += tuple(by_tools(PICTURES + WORDS + NUMBERS))
