"""A deck: one page with every state of a talk, answered before, that opens from a disk and asks nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from core.errors import BlendscopeError, InputError, unknown_name
from core.figures.file import FORMAT, MARK
from core.state import tab_name
from core.talk import Slide, Talk
from core.task_table import find_task
from demo import copy
from demo.deck.carried import ALL_CARRIED, Pictures, coming_first, kept_names
from demo.deck.class_stages import field_road_stage, sketch_stage
from demo.deck.own_picture import with_picture
from demo.deck.retrieval_stages import compose_stage, shop_stage
from demo.deck.stage import Stage
from demo.deck.typeface import typeface
from demo.failures import sentence_for
from demo.panels.figures import told
from demo.services import Services
from demo.widgets.sources import STYLESHEET, script

HERE = Path(__file__).resolve().parent
STAGES: dict[str, Callable[[Services], Stage]] = {
    "sketch": sketch_stage,
    "field_road": field_road_stage,
    "street_to_shop": shop_stage,
    "compose": compose_stage,
}
SCRIPTS = ("host.js", "show.js", "speaker.js", "figures.js", "keys.js")
FIGURES = ("fixed.js", "written_numbers.js", "figure_sources.js", "figure_pictures.js")
"""Scripts of the page that tell what stands somewhere as a figure."""
FEWER = "Of {count:,} pictures, shown are the {carried:,} that come among the first twelve at some mix."
NO_STAGE = "The tab \u201c{title}\u201d cannot stand in a talk yet; leave its slides out."
NOT_LIVE = "This answer stands as it was given: its sliders need the page itself."
PART = re.compile("@@([A-Z]+)@@")
FIXED = "\u201c{title}\u201d is for the weights that this slide came with; it does not follow the sliders."
FOLLOWING = ("atlas", "map", "promise")
"""Ends the names of instruments that follow the sliders in the browser, or that no slider moves."""
UNTITLED = "A talk with Blendscope"
Progress = Callable[[int, int], None]
"""Told how many slides are answered, and how many there are."""


@dataclass(frozen=True, slots=True)
class AnsweredSlide:
    """A slide whose view was answered.

    Attributes:
        slide: of the talk.
        stage: name of its stage.
        values: of the components, by name; empty where it could not be answered.
        instrument: title of what is open, "" for nothing.
        opened: name of its component.
        remark: why what it names does not open, one sentence.
        fault: why it could not be answered, one sentence.
        figure: what a figure file of it says besides its evidence.
    """

    slide: Slide
    stage: str
    values: dict[str, Any] = field(default_factory=dict)
    instrument: str = ""
    opened: str = ""
    remark: str = ""
    fault: str = ""
    figure: dict[str, Any] = field(default_factory=dict)


def deck_page(services: Services, talk: Talk, progress: Progress | None = None) -> str:
    """Returns a talk as one page of HTML, without a server, another file or another host.

    Models run for what is not answered yet, so it is called where the page lets models run. A slide that cannot be
    answered says why, and the others stand.

    Args:
        services: what answers.
        talk: what to show.
        progress: told after each slide how many are answered, and how many there are.
    """
    return answered_talk(services, talk, progress)[0]


def answered_talk(
    services: Services, talk: Talk, progress: Progress | None = None
) -> tuple[str, dict[int, str]]:
    """Returns the same page, and number of a slide, from 1 -> why it could not be answered; arguments as above."""
    deck = _Deck(services)
    answered = []
    for number, slide in enumerate(talk.slides, 1):
        answered.append(deck.answered(slide))
        if progress is not None:
            progress(number, len(talk.slides))
    faults = {number: each.fault for number, each in enumerate(answered, 1) if each.fault}
    return _html(deck.to_json(talk, answered)), faults


def titled(talk: Talk) -> str:
    """Returns what a talk is called."""
    return talk.title or UNTITLED


class _Deck:
    """Answers slides, and brings together what they need."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stages: dict[str, Stage] = {}

    def answered(self, slide: Slide) -> AnsweredSlide:
        """Returns a slide with its answer, or with why it has none."""
        key = slide.view.task
        try:
            stage = self._stage(key)
            wanted = slide.view.instrument
            instrument = stage.instruments.get(wanted)
            with with_picture(slide) as (view, drawing):
                values = stage.answered(view if instrument else replace(view, instrument=""), drawing)
            shown = AnsweredSlide(slide, key, values, figure=self._figure(slide))
        except BlendscopeError as error:
            return AnsweredSlide(slide, key, fault=str(error))
        except Exception as error:  # one slide is no reason to lose a talk
            return AnsweredSlide(slide, key, fault=sentence_for(error))
        if instrument is None:
            known = stage.instruments
            return replace(shown, remark=wanted and unknown_name("instrument in a talk", wanted, known))
        return replace(shown, instrument=instrument.title, opened=str(instrument.component.elem_id))

    def _figure(self, slide: Slide) -> dict[str, Any]:
        view = slide.view
        known = told(self._services, view, tab_name(find_task(view.task)))
        return {MARK: FORMAT, "title": slide.title, "view": view.to_query()} | known

    def to_json(self, talk: Talk, answered: list[AnsweredSlide]) -> dict[str, Any]:
        """Returns all that the page holds: what slides share stands in it once."""
        pictures, shared = Pictures(self._folders()), _Shared()
        carried, notes = self._carried(answered)
        slides = [_slide(each, carried, notes, pictures, shared) for each in answered]
        used = {each.stage for each in answered if each.values}
        scripts = _Shared()
        return {
            "title": titled(talk),
            "stages": {key: _stage(key, self._stages[key], answered, scripts) for key in sorted(used)},
            "slides": slides,
            "shared": shared.rows,
            "pictures": pictures.to_json(),
            "scripts": scripts.rows,
        }

    def _stage(self, key: str) -> Stage:
        if key not in STAGES:
            raise InputError(NO_STAGE.format(title=find_task(key).title))
        if key not in self._stages:
            self._stages[key] = STAGES[key](self._services)
        return self._stages[key]

    def _folders(self) -> list[Path]:
        try:
            return [self._services.gallery().thumbnails] if self._searches else []
        except BlendscopeError:
            return []

    @cached_property
    def _searches(self) -> bool:
        return any(find_task(key).searches for key in self._stages)

    def _carried(self, answered: list[AnsweredSlide]) -> tuple[dict[str, Any] | None, str]:
        """Returns the names of the gallery with the pictures that are carried, and what is to be said of these."""
        found = [each.values.get(f"{_name(each.stage)}-catalogue") for each in answered]
        catalogue = next(filter(None, found), None)
        if catalogue is None:
            return None, ""
        count = len(catalogue["titles"])
        if count <= ALL_CARRIED:
            return kept_names(catalogue, None), ""
        lives = [each.values.get(f"{_name(each.stage)}-live") for each in answered]
        wanted: set[int] = set().union(*(coming_first(live) for live in lives if live and _goes_on(live)))
        return kept_names(catalogue, wanted), FEWER.format(count=count, carried=len(wanted))


class _Shared:
    """Values that several slides show, each once."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self._numbers: dict[str, int] = {}

    def number(self, text: str, value: Any) -> int:
        """Returns the number of a value, which `text` tells from others."""
        if text not in self._numbers:
            self._numbers[text] = len(self.rows)
            self.rows.append(value)
        return self._numbers[text]


def _goes_on(live: Any) -> bool:
    """Tells whether a talk can go on with the evidence of a question: not with a window, which asks for pictures."""
    return isinstance(live, dict) and "parts" in live and "names" not in live


def _slide(
    answered: AnsweredSlide, names: dict[str, Any] | None, note: str, pictures: Pictures, shared: _Shared
) -> dict[str, Any]:
    values, name = answered.values, _name(answered.stage)
    if f"{name}-live" in values and not _goes_on(values[f"{name}-live"]):
        values = values | {f"{name}-live": None}
    if f"{name}-catalogue" in values and names is not None:
        values = values | {f"{name}-catalogue": names}
    numbers = {}
    for key, value in values.items():
        text = pictures.without(json.dumps(value, ensure_ascii=False))
        numbers[key] = shared.number(text, json.loads(text, parse_constant=lambda _: None))
    said = [answered.remark] if answered.remark else []
    if f"{name}-catalogue" in values and note:
        said.append(note)
    if f"{name}-live" in values and values[f"{name}-live"] is None:
        said.append(NOT_LIVE)
    slide = answered.slide
    return {
        "title": slide.title,
        "notes": slide.notes,
        "theme": slide.view.theme,
        "stage": answered.stage,
        "values": numbers,
        "instrument": answered.instrument,
        "opened": answered.opened,
        "said": " ".join(said),
        "fixed": _fixed(answered),
        "figure": answered.figure,
        "fault": answered.fault,
    }


def _fixed(answered: AnsweredSlide) -> str:
    """Returns what is to be said of an open instrument once somebody has moved a slider."""
    if not answered.opened or answered.opened.endswith(FOLLOWING):
        return ""
    return FIXED.format(title=answered.instrument)


def _stage(key: str, stage: Stage, answered: list[AnsweredSlide], scripts: _Shared) -> dict[str, Any]:
    """Returns what a stage is made of: the components that some slide uses."""
    used = {name for each in answered for name in each.values}
    mounted = []
    for each in stage.mounted:
        if each.name in used:
            script = each.component.js_on_load or ""
            mounted.append(each.to_json() | {"script": scripts.number(script, script) if script else -1})
    return {"name": stage.name, "asks": copy.TABS[key].plain, "mounted": mounted}


def _name(key: str) -> str:
    """Returns what begins the ids of a task's retrieval components."""
    return {"street_to_shop": "street"}.get(key, key)


def _html(body: dict[str, Any]) -> str:
    """Returns the page: styles, data, the page's own scripts as functions, and those that host them."""
    hosted = ",\n".join(
        f"function (element, trigger, props, server, upload, watch) {{\n{script}\n}}"
        for script in body.pop("scripts")
    )
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    styles = "\n".join([typeface(), *(path.read_text(encoding="utf-8") for path in _stylesheets())])
    own = (
        script("fixed.js")
        + script("shares.js")
        + "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    )
    figures = "\n".join(map(script, FIGURES))
    tools = f"const FIGURES = (() => {{\n{figures}\nreturn {{ figureIn, written, LONGEST_SIDE, SMALLER }};\n}})();"
    code = f"const HOSTED = [{hosted}];\n{tools}\n{own}".replace("</script", "<\\/script").replace(
        "<!--", "<\\!--"
    )
    parts = {
        "TITLE": escape(body["title"]),
        "STYLES": styles.replace("</style", "<\\/style"),
        "DATA": data.replace("<", "\\u003c"),
        "CODE": code,
    }
    page = (HERE / "deck.html").read_text(encoding="utf-8")
    return PART.sub(lambda found: parts[found[1]], page)


def _stylesheets() -> tuple[Path, ...]:
    return STYLESHEET.parent.parent / "style.css", STYLESHEET, HERE / "deck.css", HERE / "print.css"
