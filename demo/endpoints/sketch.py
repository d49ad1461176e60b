"""The endpoint `/classify_sketch`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core import checks
from core.images import encode_png, open_picture
from core.images.pen_lines import drawn_lines
from core.images.stroke_text import strokes_of_text
from core.state import PageView
from core.tasks.sketch import SketchTask, answer
from demo.endpoints.fields import notes_of, number_field, picture_field, publish, words_field
from demo.endpoints.questions import sketch_question
from demo.endpoints.views import Answer, with_view
from demo.events.links import Opened, differences, made_with, own_picture
from demo.events.sketch import TASK, SketchEvents
from demo.events.sketch_link import SketchLink
from demo.services import Services
from demo.widgets.pad import as_ground

DRAWN = "The strokes were drawn here; a browser draws their edges a little differently, which moves scores slightly."


def build(services: Services) -> None:
    """Publishes the endpoint.

    Args:
        services: what answers.
    """

    def classify_sketch(picture: Any, caption: str = "", alpha: Any = None, top_k: Any = 5) -> dict[str, Any]:
        """Classifies a sketch by its picture and a caption, and says what each of them added.

        Args:
            picture: the sketch, dark lines on white or on a transparent ground.
            caption: words about it; "" lets the captioner write them.
            alpha: weight of the picture in [0, 1], the words get 1 - alpha; null for the learned pair.
            top_k: how many classes to return, clamped to 1 to 100.

        Returns:
            profile, models, caption, alpha, beta and classes, best first, each with label, probability,
            logit, picture_part and words_part; the two parts add up to the logit; instruments, name to reading: a
            sentence and its figures; and view and link, by which the page shows it.
        """
        checks.clamp_k(top_k, checks.MOST_RESULTS, name="top_k")
        asked = sketch_question(picture, caption, alpha)
        task: SketchTask = services.task("sketch")
        count = checks.clamp_k(top_k, len(task.labels), name="top_k")
        evidence = task.evidence(asked.photo, asked.words)
        body = answer(evidence, asked.alpha, count).to_json() | notes_of(asked.photo.notes, evidence.notes)
        view = PageView(
            task=TASK.key,
            words=(asked.words,) if asked.words else None,
            weights=None if asked.alpha is None else (asked.alpha,),
            **own_picture(picture),
            **made_with(evidence),
        )
        return with_view(body, view, count)

    publish(
        classify_sketch,
        [picture_field(), words_field("caption"), number_field("alpha", 0.5), number_field("top_k", 5)],
    )


def of_view(services: Services) -> Answer:
    """Returns what answers the views of this task.

    Args:
        services: what answers.
    """
    tab = SketchEvents(services)
    link = SketchLink(tab)

    def answered_view(view: PageView, count: int) -> dict[str, Any]:
        lines = strokes_of_text(view.strokes)
        drawing = as_ground(open_picture(encode_png(drawn_lines(lines)))) if lines else ""
        shown = link.linked(Opened(view.to_query(), drawing))
        evidence = tab.question(shown.showing, shown.held)
        made = made_with(evidence)
        body = answer(evidence, shown.alpha, count).to_json()
        body |= notes_of(evidence.notes, differences(view, made), (DRAWN,) if lines else ())
        return with_view(body, replace(view, weights=(shown.alpha,), **made), count)

    return answered_view
