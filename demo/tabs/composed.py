"""The compose tab: a reference picture and a change in words ask; q, t and f(q, t) have live weights."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import gradio as gr

from core.checks import whole_number
from core.encoders.pooling import POOLINGS
from core.errors import BlendscopeError, InputError
from core.images import open_picture
from core.tasks.composed import REPORTS_BEST, ComposedAnswer, ComposedEvidence
from core.types import Picture
from demo import copy
from demo.answers.composed import RECALLS, START, Maps, Mix, Question
from demo.doors import asked_picture
from demo.pieces import (
    FOLLOW,
    MODEL,
    OWN,
    inline,
    kept_state,
    models_line,
    notice,
    question_line,
    remembered,
    report_table,
    sentence,
)
from demo.services import Example, Services
from demo.widgets.addresses import data_address
from demo.widgets.gallery import ResultGallery, gallery_html
from demo.widgets.picture import picture_button
from demo.widgets.reference import ReferenceView, reference_html
from demo.widgets.results import hit_tiles, plain_tiles, remarks
from demo.widgets.simplex import SimplexMaps
from demo.widgets.weights import Row, Weights, WeightsView

KINDS = (("q", "picture", "picture q"), ("t", "words", "words t"), ("f", "both", "both f(q, t)"))
ROWS = (Row("Picture q", "w₀", "picture"), Row("Words t", "w₁", "words"), Row("Both f(q, t)", "w₂", "both"))
FREE = (None, None, None)
MIX = ("weights", "pooling", "renormalise")
STRIP = 60
"""Most pictures in the strip to choose a reference from; a larger gallery shows every so-manyth."""
DISPLAYED = 320
EMPTY = "Choose a picture to start from, say what should change, and the answer appears here."
TYPE_CHANGE = "Type what should change, and press Enter."
OPENING = "The gallery is being opened."


class ComposeTab:
    """What happens in this tab, without its layout; only a reference or a text calls an encoder.

    Args:
        services: what answers.
    """

    def __init__(self, services: Services) -> None:
        self.services = services

    @cached_property
    def start(self) -> tuple[float, ...]:
        """Where the sliders stand at first: the weights chosen on validation queries, where there are any."""
        usual = START if self.services.profile == "pocket" else REPORTS_BEST
        return self.services.start_weights("combiner", usual)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """The worked examples that belong to the gallery that is open, none for a gallery of one's own."""
        if self.services.settings.gallery is not None:
            return ()
        try:
            items = [[item.id, item.file] for item in self.services.gallery().items]
        except BlendscopeError:
            return ()
        worked = self.services.examples("composed")
        return tuple(one for one in worked if one.picture is not None and one.evidence["items"] == items)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What the worked examples ask."""
        evidence = [ComposedEvidence.from_json(one.evidence) for one in self.examples]
        # A picture of the gallery has its row there; copies of it, should there be any, stand behind.
        rows = [found.masked[0] if found.masked else None for found in evidence]
        return tuple(
            Question(one.picture or "", row, found, tuple(one.settings.get("right") or ()))
            for one, row, found in zip(self.examples, rows, evidence, strict=True)
        )

    def opened(self, number: int = 0) -> tuple[Any, ...]:
        """Shows a worked example, answered without a model; an empty page when there is none."""
        if not 0 <= number < len(self.examples):
            mix, view = Mix(self.start), (sentence(EMPTY), "", "", reference_html("", None))
            return *view, OWN, None, "", WeightsView(mix.weights, FREE), mix.pooling, mix.renormalise
        question, settings = self.questions[number], self.examples[number].settings
        mix = Mix(**{"weights": self.start} | {name: settings[name] for name in MIX if name in settings})
        evidence = question.evidence
        assert evidence is not None, "a worked example is answered"
        found = mix.answer(evidence)
        return (
            *self._shown(found, question.right),
            self._reference(open_picture(question.source), evidence.masked),
            f"example {number}",
            None,
            evidence.text,
            WeightsView(found.weights, FREE),
            mix.pooling,
            mix.renormalise,
        )

    def referred(self, source: str | bytes | None, text: str, *mix: Any) -> tuple[Any, ...]:
        """Takes a picture of the visitor's own as the reference."""
        asked_picture(source)
        return self._asked(Question(source or ""), text, Mix(*mix))

    def chosen(self, text: str, w: Any, pooling: str, cosine: bool, event: gr.EventData) -> tuple[Any, ...]:
        """Takes a picture of the gallery as the reference."""
        gallery = self.services.gallery()
        index = whole_number(getattr(event, "index", None), name="The chosen picture")
        if not 0 <= index < len(gallery.items):
            raise InputError("There is no such picture in the gallery; choose another one.")
        question = Question(gallery.thumbnail_path(index), index)
        return self._asked(question, text, Mix(w, pooling, cosine))

    def worded(self, text: str, w: Any, pooling: str, cosine: bool, asked: str, held: Any) -> tuple[Any, ...]:
        """Answers another change of the same reference."""
        if not text or not text.strip():
            raise InputError(TYPE_CHANGE)
        question = remembered(asked, held, self.questions)
        return self._asked(question, text, Mix(w, pooling, cosine))

    def mixed(self, w: Any, pooling: str, cosine: bool, asked: str, held: Any) -> tuple[Any, ...]:
        """Answers with other weights or another pooling: pure arithmetic."""
        question = remembered(asked, held, self.questions)
        if question.evidence is None:
            raise InputError(TYPE_CHANGE)
        return self._shown(Mix(w, pooling, cosine).answer(question.evidence), question.right)

    @cached_property
    def maps(self) -> Maps:
        """Recall over all weights, here and in the report."""
        services = self.services
        return Maps(services.manifest("combiner"), services.weights("combiner"), services.pictures)

    def pointed(
        self, w: Any, pooling: str, cosine: bool, asked: str, held: Any, event: gr.EventData
    ) -> tuple[Any, ...]:
        """Answers with the weights of a point of the map."""
        chosen = getattr(event, "weights", None)
        if not isinstance(chosen, list) or len(chosen) != 3:
            raise InputError("There are no weights at this place; click inside the triangle.")
        weights = tuple(float(one) if type(one) in (int, float) else float("nan") for one in chosen)
        return *self.mixed(weights, pooling, cosine, asked, held), WeightsView(weights, FREE)

    def strip(self) -> str:
        """Returns the row of gallery pictures to choose a reference from."""
        gallery = self.services.gallery()
        every = -(-len(gallery.items) // STRIP)
        tiles = plain_tiles(gallery, range(0, len(gallery.items), max(every, 1)))
        return gallery_html(tiles, clickable=True, strip=True, label="Pictures to start from")

    def strip_later(self) -> str:
        """Returns the strip once the gallery is open, or why it cannot be opened."""
        try:
            return self.strip()
        except BlendscopeError as error:
            return gallery_html([], empty=str(error))

    def strip_at_first(self) -> str:
        """Returns the strip of the gallery that ships; one's own may take long to open, and comes later."""
        if self.services.settings.gallery is not None:
            return gallery_html([], empty=OPENING)
        try:
            return self.strip()
        except BlendscopeError as error:
            return notice(str(error))

    def _asked(self, question: Question, text: str, mix: Mix) -> tuple[Any, ...]:
        picture = open_picture(question.source)
        gallery = self.services.gallery()
        if question.index is not None:
            # The gallery knows its pictures by the digest of the original, not of the thumbnail.
            picture = replace(picture, digest=gallery.items[question.index].digest)
        reference = self._reference(picture, gallery.find(picture.digest))
        asked = Question(question.source, question.index)
        if not text or not text.strip():
            return sentence(TYPE_CHANGE), "", "", reference, OWN, asked
        task = self.services.composed()
        evidence = task.evidence(picture, text)
        first, *others = self._shown(mix.answer(evidence))
        first += remarks((*picture.notes, *task.notes(evidence.text)))
        return first, *others, reference, OWN, replace(asked, evidence=evidence)

    def _shown(self, found: ComposedAnswer, right: tuple[str, ...] = ()) -> tuple[str, str, str]:
        tiles = hit_tiles(found.hits, self.services.gallery(), KINDS, right)
        ranked = gallery_html(tiles, decimals=3, clickable=True)
        return sentence(found.sentence), ranked, models_line(found.models, found.profile)

    def _reference(self, picture: Picture, masked: tuple[int, ...]) -> str:
        title = None
        if masked:
            item = self.services.gallery().items[masked[0]]
            title = item.title or item.id
        return reference_html(data_address(picture, DISPLAYED), title)


def build(services: Services) -> None:
    """Lays the tab out and connects its events; called inside a `gr.Tab`.

    Args:
        services: what answers.
    """
    tab = ComposeTab(services)
    first = tab.opened()
    page: dict[str, Any] = {}
    gr.HTML(question_line(copy.COMPOSE), apply_default_css=False)
    with gr.Row(elem_classes="bench"):
        with gr.Column(scale=5, min_width=340, elem_classes="question"):
            page |= _question_parts(tab, first)
        with gr.Column(scale=7, min_width=340, elem_classes="answer"):
            page["notice"] = gr.HTML("")
            page["sentence"] = gr.HTML(first[0], elem_id="compose-sentence")
            page["gallery"] = ResultGallery(first[1], elem_id="compose-gallery")
            page["models"] = gr.HTML(first[2])
    with gr.Accordion("Recall over all weights", open=False, elem_id="compose-maps"):
        page |= _maps(tab)
    gr.HTML(report_table(copy.COMPOSE, services), apply_default_css=False)
    page["asked"] = gr.Textbox(first[4], visible="hidden", label="which question")
    page["held"] = kept_state()
    _connect(tab, page)
    if services.settings.gallery is not None:
        gr.on(None, tab.strip_later, None, page["strip"], show_progress="hidden", api_visibility="private")


def _question_parts(tab: ComposeTab, first: tuple[Any, ...]) -> dict[str, Any]:
    text, weights, pooling, renormalise = first[6:]
    page: dict[str, Any] = {
        "reference": ReferenceView(first[3], lands_in="compose-picture", elem_id="compose-reference")
    }
    with gr.Row(elem_classes="tools"):
        page["upload"] = picture_button("Upload a reference", elem_id="compose-picture")
        page["examples"] = [gr.Button(one.title, size="sm", elem_classes="example") for one in tab.examples]
    page["strip"] = ResultGallery(tab.strip_at_first(), elem_id="compose-strip")
    with gr.Row(elem_classes="caption-row"):
        page["text"] = gr.Textbox(
            text,
            label="What should change",
            placeholder="the same in red, with long sleeves",
            lines=1,
            max_lines=2,
            max_length=2000,
            scale=1,
            elem_id="compose-text",
        )
        page["ask"] = gr.Button("Ask", size="sm", elem_classes="beside", min_width=60, scale=0)
    page["weights"] = Weights(
        ROWS, weights, label="Weights of the mix", negative=True, elem_id="compose-weights"
    )
    page["pooling"] = gr.Radio(list(POOLINGS), value=pooling, label="Pooling over tokens")
    page["renormalise"] = gr.Checkbox(renormalise, label="Renormalise the mix: scores are cosines")
    return page


def _maps(tab: ComposeTab) -> dict[str, Any]:
    with gr.Row(elem_classes="tools"):
        recall = gr.Radio(list(RECALLS), value="R@1", label="Recall", elem_id="compose-recall")
        rule = gr.Radio(list(POOLINGS), value=POOLINGS[0], label="Pooling of the map")
    maps = SimplexMaps(tab.maps.html("R@1", POOLINGS[0]), follows="compose-weights")
    return {"recall": recall, "rule": rule, "maps": maps}


def _connect(tab: ComposeTab, page: dict[str, Any]) -> None:
    def of(names: str) -> list[Any]:
        return [page[name] for name in names.split()]

    mix, seen = "weights pooling renormalise", "notice sentence gallery models"
    told = of(f"{seen} reference asked held")
    encoding = MODEL | {"show_progress_on": page["sentence"]}
    page["upload"].upload(inline(6)(tab.referred), of(f"upload text {mix}"), told, **encoding)
    for name in ("strip", "gallery"):
        page[name].choose(inline(6)(tab.chosen), of(f"text {mix}"), told, **encoding)
    words = [page["text"].submit, page["ask"].click]
    gr.on(words, inline(6)(tab.worded), of(f"text {mix} asked held"), told, **encoding)
    for name in mix.split():
        page[name].input(inline(3)(tab.mixed), of(f"{mix} asked held"), of(seen), **FOLLOW)
    for number, button in enumerate(page["examples"]):
        button.click(partial(inline(10)(tab.opened), number), None, [*told, *of(f"text {mix}")], **FOLLOW)
    for name in ("recall", "rule"):
        page[name].input(tab.maps.html, of("recall rule"), page["maps"], **FOLLOW)
    page["maps"].choose(
        inline(4)(tab.pointed), of(f"{mix} asked held"), [*of(seen), page["weights"]], **FOLLOW
    )
