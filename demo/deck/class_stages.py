"""The stages of the two tabs that name what a picture shows."""

from __future__ import annotations

from typing import Any

from core.tasks.sketch import CLASSES
from demo import copy
from demo.deck.stage import ANSWER, QUESTION, Instrument, Mounted, Stage, plain
from demo.deck.words import asked_words, band_line, drawing, file_picture, rowed_scale, told
from demo.events.field_road import FieldRoadEvents, FieldRoadSettings
from demo.events.field_road_link import FieldRoadLink
from demo.events.sketch import SLIDER, SketchEvents
from demo.events.sketch_link import SketchLink
from demo.events.sketch_sheet import AskedDrawing
from demo.pieces import shown_html
from demo.services import Services
from demo.tabs.sketch import ALPHA
from demo.widgets.ink_strokes import InkStrokes
from demo.widgets.live_classes import LiveClasses
from demo.widgets.places import PlaceMaps
from demo.widgets.promise import PromisePanel
from demo.widgets.slider import Slider
from demo.widgets.sources import script
from demo.widgets.word_chips import WordChips


def sketch_stage(services: Services) -> Stage:
    """Returns the stage of the sketch tab."""
    tab, answer = SketchEvents(services), "sketch-answer"
    mounted = [
        plain(QUESTION, "sketch-picture", lambda shown: drawing(shown.pad)),
        plain(QUESTION, "sketch-asked", lambda shown: _caption(told(tab, shown))),
        Mounted(
            QUESTION,
            Slider(label=ALPHA, description=copy.BETA, track="picture-words", elem_id=SLIDER),
            lambda shown: shown.alpha,
        ),
        Mounted(
            QUESTION,
            shown_html(js_on_load=script("scale.js"), elem_id="sketch-scale"),
            lambda shown: rowed_scale(shown.scale),
        ),
        plain(ANSWER, answer, lambda shown: shown.answer),
        Mounted(
            ANSWER,
            LiveClasses(slider=SLIDER, answer=answer, elem_id="sketch-live"),
            lambda shown: shown.live,
        ),
    ]
    strokes = InkStrokes(pad="sketch-pad", watches=answer, elem_id="sketch-strokes")
    promise = PromisePanel(here=CLASSES, elem_id="sketch-promise")
    own = {
        "sketch-each-stroke": Instrument(copy.EACH_STROKE, strokes, "inked", "strokes"),
        "sketch-any-answer": Instrument(copy.WHETHER_ANYTHING, promise, "", "promise"),
    }
    instruments = _instruments("sketch") | own
    groups = {"drawing": _drawing}
    return Stage("sketch", tab, SketchLink(tab).linked, mounted, instruments, groups)


def _drawing(shown: Any) -> AskedDrawing:
    return AskedDrawing(shown.pad, shown.file, bool(getattr(shown.as_it_is, "value", False)))


def field_road_stage(services: Services) -> Stage:
    """Returns the stage of the field-or-road tab, whose band the page leaves to the server, so that here it stays."""
    tab, answer = FieldRoadEvents(services), "field-road-answer"
    mounted = [
        plain(QUESTION, "field-road-photo", lambda shown: file_picture(shown.picture)),
        plain(QUESTION, "field-road-asked", lambda shown: asked_words(told(tab, shown).captions)),
        plain(QUESTION, "field-road-limits", lambda shown: band_line(shown.low, shown.high)),
        plain(ANSWER, answer, lambda shown: shown.answer),
    ]
    described = shown_html(elem_id="field-road-each-class")
    instruments = _instruments("field-road") | {
        "field-road-described": Instrument(copy.DESCRIBED, described, "", "described")
    }
    groups = {"settings": lambda shown: _settings(tab, shown)}
    return Stage("field-road", tab, FieldRoadLink(tab).linked, mounted, instruments, groups)


def _settings(tab: FieldRoadEvents, shown: Any) -> FieldRoadSettings:
    first, second = told(tab, shown).captions
    return FieldRoadSettings(shown.low, shown.high, first=first, second=second)


def _caption(evidence: Any) -> str:
    return asked_words([evidence.caption.sentence], own=evidence.caption.author == "person")


def _instruments(name: str) -> dict[str, Instrument]:
    watches = f"{name}-answer"
    chips = WordChips(watches=watches, elem_id=f"{name}-chips")
    places = PlaceMaps(name=name, watches=watches, elem_id=f"{name}-places")
    return {
        f"{name}-each-word": Instrument(copy.EACH_WORD, chips, "read_each", "chips"),
        f"{name}-where": Instrument(copy.PLACES, places, "located", "places"),
    }
