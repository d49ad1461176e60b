"""The endpoint `/compare_field_road`."""

from __future__ import annotations

from typing import Any

from core.tasks.field_road import FIELD_CAPTION, ROAD_CAPTION, FieldRoadTask, answer
from core.text import clean
from demo.doors import asked_coverage, asked_picture, band
from demo.endpoints.fields import notes_of, number_field, picture_field, publish, words_field
from demo.services import Services


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
            have no trained head, head, agree and conformal_set are null and the verdict is the captions'.
        """
        low, high = band(band_low, band_high)
        share = asked_coverage(coverage)
        captions = (
            clean(field_caption, what="caption for a field"),
            clean(road_caption, what="caption for a road"),
        )
        photo = asked_picture(picture)
        task: FieldRoadTask = services.task("field_road")
        evidence = task.evidence(photo, *captions)
        return answer(evidence, low, high, share).to_json() | notes_of(photo.notes, evidence.notes)

    inputs = [picture_field(), words_field("field_caption", FIELD_CAPTION)]
    inputs += [words_field("road_caption", ROAD_CAPTION), number_field("band_low", 0.4)]
    inputs += [number_field("band_high", 0.6), number_field("coverage", None)]
    publish(compare_field_road, inputs)
