"""The sketch tab: draw or upload, read the caption, move alpha; layout and events only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from core.checks import finite_number
from core.images import on_sheet, open_picture
from core.task_table import find_task
from core.tasks import sketch
from core.text import clean
from core.types import Picture
from demo import copy
from demo.answers import sketch as view
from demo.doors import asked_drawing, asked_picture
from demo.html import question_line, remarks, report_table, stale
from demo.pieces import (
    FOLLOW,
    NOTHING,
    OWN,
    asking,
    following,
    inline,
    kept_state,
    remembered,
    shown_html,
    thinking_mark,
)
from demo.services import Example, Services, worked_examples
from demo.widgets.pad import DrawingPad, as_ground, drawing_bytes
from demo.widgets.pause import TypingPause
from demo.widgets.picture import picture_button
from demo.widgets.slider import Slider
from demo.widgets.sources import script

TASK = find_task("sketch")
ALPHA = "α, weight of the picture"
SLIDER = "sketch-alpha"


@dataclass(frozen=True, slots=True)
class _Parts:
    """The components of the tab that events touch."""

    pad: Any
    upload: Any
    file: Any
    as_it_is: Any
    caption: Any
    pause: Any
    write_again: Any
    slots: Any
    alpha: Any
    scale: Any
    mark: Any
    notice: Any
    answer: Any
    concat: Any
    asked: Any
    state: Any
    examples: tuple[Any, ...]


def build(services: Services) -> None:
    """Lays the tab out and connects its events; called inside a `gr.Tab`.

    Args:
        services: what answers.
    """
    examples, evidence = worked_examples(services, TASK, sketch.SketchEvidence.from_json)
    shown_html(question_line(TASK))
    with gr.Row(elem_classes="bench"):
        tab = _laid_out(services, examples, evidence)
    shown_html(report_table(TASK, services))
    handlers = Handlers(services, examples, evidence)
    shown = [tab.notice, tab.asked, tab.state, tab.caption, tab.slots, tab.answer, tab.scale, tab.concat]
    before, encodes = [tab.alpha, tab.asked, tab.state], asking(tab.mark)
    drawing, paper = [tab.pad, tab.as_it_is], [tab.as_it_is, tab.file]
    tab.pad.input(handlers.drawn, [*drawing, tab.caption, *before], [*shown, *paper], **encodes)
    tab.upload.upload(handlers.uploaded, [tab.upload, tab.alpha], [*shown, tab.pad, *paper], **encodes)
    tab.as_it_is.input(handlers.papered, [tab.file, tab.as_it_is, tab.alpha], [*shown, tab.pad], **encodes)
    typed = [tab.caption.submit, tab.pause.input]
    gr.on(typed, handlers.with_words, [tab.caption, *drawing, *before], shown, **encodes)
    tab.write_again.click(handlers.written_again, [*drawing, tab.alpha], shown, **encodes)
    tab.alpha.input(handlers.moved, [*before, tab.notice], [tab.notice, tab.answer, tab.scale], **FOLLOW)
    for number, button in enumerate(tab.examples):
        outputs = [*shown, tab.pad, *paper, tab.alpha]
        button.click(handlers.example(number, examples[number]), None, outputs, **FOLLOW)


def _laid_out(
    services: Services, examples: Sequence[Example], evidence: Sequence[sketch.SketchEvidence]
) -> _Parts:
    first = evidence[0] if evidence else None
    start = _start(first, services)
    alpha_now = float(examples[0].settings.get("alpha", start)) if examples else start
    with gr.Column(scale=5, min_width=340, elem_classes="question"):
        ground = _ground(examples[0]) if examples else None
        pad = DrawingPad(ground, label="Drawing pad", elem_classes="sketch-pad")
        with gr.Row(elem_classes="tools"):
            upload = picture_button("Upload a sketch")
            chosen = tuple(gr.Button(one.title, size="sm", elem_classes="example") for one in examples)
        as_it_is = gr.Checkbox(False, label=copy.AS_IT_IS, visible=False, elem_classes="as-it-is")
        caption, pause, write_again = _caption_row(first)
        slots = shown_html(view.slots(first.caption) if first else "")
        alpha = Slider(alpha_now, label=ALPHA, description=copy.BETA, track="picture-words", elem_id=SLIDER)
        scale = shown_html(view.scale(first, start, alpha_now, SLIDER), js_on_load=script("scale.js"))
    with gr.Column(scale=7, min_width=340, elem_classes="answer"):
        mark = thinking_mark()
        notice = shown_html()
        answer = shown_html(view.answer(first, alpha_now) if first else view.empty(), elem_id="sketch-answer")
        concat = shown_html(view.concatenation(first) if first else "")
        shown_html(
            view.class_list(_labels(first, services), _details(services)), js_on_load=script("class_list.js")
        )
    asked = gr.Textbox("example 0" if examples else NOTHING, visible="hidden", label="which question")
    return _Parts(
        pad, upload, kept_state(), as_it_is, caption, pause, write_again, slots, alpha, scale, mark, notice, answer,
        concat, asked, kept_state(), chosen,
    )  # fmt: skip


def _caption_row(first: sketch.SketchEvidence | None) -> tuple[Any, Any, Any]:
    """Returns the field, what asks with its words after a pause, and the button that lets the captioner write."""
    with gr.Row(elem_classes="caption-row"):
        caption = gr.Textbox(
            first.caption.sentence if first else "",
            label="Caption, yours to edit",
            placeholder="Empty: the captioner writes it",
            lines=1,
            max_lines=2,
            max_length=2000,
            scale=1,
            elem_id="sketch-caption",
        )
        write_again = gr.Button("Write again", size="sm", elem_classes="beside", min_width=116, scale=0)
    return caption, TypingPause("sketch-caption"), write_again


class Handlers:
    """What the events do; only `drawn`, `uploaded`, `with_words` and `written_again` call an encoder.

    Args:
        services: what answers.
        worked: the worked examples.
        examples: their evidence.
    """

    def __init__(
        self, services: Services, worked: Sequence[Example], examples: Sequence[sketch.SketchEvidence]
    ) -> None:
        self.services = services
        self.worked, self.examples = worked, examples

    def drawn(
        self, drawing: Any, as_it_is: Any, caption: str, alpha: Any, asked: str, state: Any
    ) -> tuple[Any, ...]:
        """Answers after a stroke; words that a person wrote stay until the pad is emptied."""
        kept = gr.skip()
        if not drawing:
            return stale(copy.EMPTY_PAD), NOTHING, None, "", "", kept, kept, kept, *_paper(None)
        return *self._drawn(drawing, as_it_is, caption, alpha, asked, state), kept, kept

    @inline(7)
    def _drawn(self, drawing: Any, as_it_is: Any, caption: str, alpha: Any, asked: str, state: Any) -> Any:
        picture = asked_drawing(drawing_bytes(drawing))
        nothing = asked == NOTHING or (asked == OWN and state is None)
        before = None if nothing else remembered(asked, state, self.examples)
        own = before is None or before.caption.author == "person" or caption != before.caption.sentence
        return self._ask(picture, caption if own else "", alpha, as_it_is)

    @inline(10)
    def uploaded(self, file: Any, alpha: Any) -> tuple[Any, ...]:
        """Answers for a picture file and shows on the pad what was read of it; its paper can be kept on request."""
        picture = asked_picture(file)
        read = self.services.task(TASK.key).read(picture)
        changed = read.notes != picture.notes
        return *self._ask(picture, "", alpha), as_ground(read), *_paper(file if changed else None)

    @inline(8)
    def papered(self, file: Any, as_it_is: Any, alpha: Any) -> tuple[Any, ...]:
        """Answers for the same file with its paper, or without it again."""
        picture = asked_picture(file)
        sheet = on_sheet(picture) if as_it_is else self.services.task(TASK.key).read(picture)
        return *self._ask(picture, "", alpha, as_it_is), as_ground(sheet)

    @inline(7)
    def with_words(
        self, caption: str, drawing: Any, as_it_is: Any, alpha: Any, asked: str, state: Any
    ) -> tuple[Any, ...]:
        """Answers for other words, and only these are encoded; without any the captioner's count."""
        before = remembered(asked, state, self.examples)
        words = clean(caption, allow_empty=True)
        if not words:
            return self._unworded(before, drawing, alpha, as_it_is)
        if words == before.caption.sentence:
            return self._told(before, alpha, typed=True)
        task: sketch.SketchTask = self.services.task(TASK.key)
        if before.models == task.models:
            evidence = task.with_words(before, words)
        else:  # a worked example of another profile's
            evidence = task.evidence(asked_drawing(drawing_bytes(drawing)), words, bool(as_it_is))
        return self._told(evidence, alpha, typed=True)

    def _unworded(
        self, before: sketch.SketchEvidence, drawing: Any, alpha: Any, as_it_is: Any
    ) -> tuple[Any, ...]:
        """Answers with the captioner's words, and leaves the field empty: somebody may be about to write there."""
        evidence = before
        if before.caption.author == "person":
            evidence = self.services.task(TASK.key).evidence(
                asked_drawing(drawing_bytes(drawing)), "", bool(as_it_is)
            )
        own, kept, caption, slots, *others = self._told(evidence, alpha, typed=True)
        return own, kept, caption, view.unworded(evidence.caption) + slots, *others

    @inline(7)
    def written_again(self, drawing: Any, as_it_is: Any, alpha: Any) -> tuple[Any, ...]:
        """Lets the captioner write the caption anew."""
        return self._ask(asked_drawing(drawing_bytes(drawing)), "", alpha, as_it_is)

    @following(2)
    def moved(self, alpha: Any, asked: str, state: Any) -> tuple[Any, ...]:
        """Answers for another alpha, from the evidence alone."""
        evidence = remembered(asked, state, self.examples)
        weight = _alpha(alpha)
        start = _start(evidence, self.services)
        return view.answer(evidence, weight), view.scale(evidence, start, weight, SLIDER)

    def example(self, number: int, example: Example) -> Any:
        """Returns the event that shows a worked example; it needs no model."""
        evidence = self.examples[number]

        def show() -> tuple[Any, ...]:
            alpha = float(example.settings.get("alpha", _start(evidence, self.services)))
            told = self._shown(evidence, alpha)
            return "", f"example {number}", None, *told, _ground(example), *_paper(None), alpha

        return show

    def _ask(self, picture: Picture, caption: str, alpha: Any, as_it_is: Any = False) -> tuple[Any, ...]:
        weight = _alpha(alpha)
        words = clean(caption, allow_empty=True)
        evidence = self.services.task(TASK.key).evidence(picture, words, bool(as_it_is))
        return self._told(evidence, weight, picture.notes)

    def _told(
        self, evidence: sketch.SketchEvidence, alpha: Any, notes: Sequence[str] = (), *, typed: bool = False
    ) -> tuple[Any, ...]:
        caption, *others = self._shown(evidence, _alpha(alpha), notes)
        return OWN, evidence, gr.skip() if typed else caption, *others

    def _shown(
        self, evidence: sketch.SketchEvidence, alpha: float, notes: Sequence[str] = ()
    ) -> tuple[Any, ...]:
        scale = view.scale(evidence, _start(evidence, self.services), alpha, SLIDER)
        slots = view.slots(evidence.caption) + remarks((*notes, *evidence.notes))
        told = view.answer(evidence, alpha)
        return evidence.caption.sentence, slots, told, scale, view.concatenation(evidence)


def _alpha(value: Any) -> float:
    return finite_number(value, name="Alpha", low=0.0, high=1.0)


def _start(evidence: sketch.SketchEvidence | None, services: Services) -> float:
    """Returns where the slider starts: the learned alpha / (alpha + beta), within [0, 1]."""
    if evidence is not None:
        return round(sketch.start_alpha(evidence.learned_alpha, evidence.learned_beta), 2)
    details = _details(services)
    return round(sketch.start_alpha(float(details.get("alpha", 0.5)), float(details.get("beta", 0.5))), 2)


def _details(services: Services) -> Mapping[str, Any]:
    manifest = services.manifest(TASK.head)
    return manifest.details if manifest else {}


def _labels(evidence: sketch.SketchEvidence | None, services: Services) -> Sequence[str]:
    return evidence.labels if evidence is not None else tuple(_details(services).get("labels", ()))


def _ground(example: Example) -> str | None:
    return None if example.picture is None else as_ground(on_sheet(open_picture(example.picture)))


def _paper(file: Any) -> tuple[Any, Any]:
    """Returns the choice whether to keep a file's paper, which a drawing of the pad's own has none of, and the file."""
    return gr.Checkbox(False, visible=file is not None), file
