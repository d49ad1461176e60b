"""The endpoint `/compare_field_road`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.state import PageView
from core.tasks.field_road import FIELD_CAPTION, ROAD_CAPTION, FieldRoadTask, answer
from demo.doors import asked_coverage, band
from demo.endpoints.fields import notes_of, number_field, picture_field, publish, words_field
from demo.endpoints.questions import road_question
from demo.endpoints.views import Answer, with_view, without_view
from demo.events.field_road import TASK, FieldRoadEvents
from demo.events.field_road_link import FieldRoadLink
from demo.events.links import Opened, differences, made_with, own_picture
from demo.services import Services

IN_REQUEST = "its picture came inside the request, and this tab links to uploads alone."


def build(services: Services) -> None:
    """Publishes the endpoint.

    Args:
        services: what answers.
    """

    def compare_field_road(
        picture: Any,
        field_caption: str = FIELD_CAPTION,
        road_caption: str = ROAD_CAPTION,
        band_low: Any = 0.4,
        band_high: Any = 0.6,
        coverage: Any = None,
    ) -> dict[str, Any]:
        """Tells a field from a road in two ways: by a trained head, and by two captions without training.

        Args:
            picture: a photo.
            field_caption: the sentence that stands for a field.
            road_caption: the sentence that stands for a road.
            band_low: the head is unsure from this probability of a road on, in [0, 1].
            band_high: the head is unsure up to this probability of a road, in [band_low, 1].
            coverage: share of cases in (0, 1) whose true label the conformal set must hold; null for no set.

        Returns:
            profile, models, head and zero_shot with label and road_probability, agree, verdict (field, road
            or unsure) and conformal_set (a list of field and road, null without coverage). While these models
            have no trained head, head, agree and conformal_set are null and the verdict is the captions'. And view
            and link, by which the page shows it, and notes.
        """
        limits, captions = (band_low, band_high, coverage), (field_caption, road_caption)
        return _compared(services, picture, captions, limits)

    inputs = [picture_field(), words_field("field_caption", FIELD_CAPTION)]
    inputs += [words_field("road_caption", ROAD_CAPTION), number_field("band_low", 0.4)]
    inputs += [number_field("band_high", 0.6), number_field("coverage", None)]
    publish(compare_field_road, inputs)


def _compared(
    services: Services, picture: Any, captions: tuple[Any, Any], limits: tuple[Any, Any, Any]
) -> dict[str, Any]:
    low, high = band(*limits[:2])
    share = asked_coverage(limits[2])
    asked = road_question(picture, *captions)
    task: FieldRoadTask = services.task("field_road")
    evidence = task.evidence(asked.photo, *asked.captions)
    body = answer(evidence, low, high, share).to_json() | notes_of(asked.photo.notes, evidence.notes)
    if isinstance(picture, bytes):
        return without_view(body, IN_REQUEST)
    made = made_with(evidence)
    view = PageView(
        task=TASK.key, words=asked.captions, band=(low, high), coverage=share, **own_picture(picture), **made
    )
    return with_view(body, view)


def of_view(services: Services) -> Answer:
    """Returns what answers the views of this task.

    Args:
        services: what answers.
    """
    tab = FieldRoadEvents(services)
    link = FieldRoadLink(tab)

    def answered_view(view: PageView, _count: int) -> dict[str, Any]:
        shown = link.linked(Opened(view.to_query()))
        evidence = tab.question(shown.showing, shown.held)
        made = made_with(evidence)
        (low, high), share = band(shown.low, shown.high), view.coverage
        body = answer(evidence, low, high, asked_coverage(share)).to_json()
        body |= notes_of(evidence.notes, differences(view, made))
        return with_view(body, replace(view, band=(low, high), **made))

    return answered_view
