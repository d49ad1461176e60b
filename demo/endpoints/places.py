"""The endpoints `/where_..._looks`: where scores come from, over places of a picture and over words.

That of compose is `/where_it_looks`, in `demo.endpoints.compose`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gradio as gr

from core.errors import InputError
from core.images import parse_box
from core.instruments.parts_apart import PartApart
from core.tasks import sketch, street_to_shop
from core.tasks.field_road import FIELD_CAPTION, ROAD_CAPTION, FieldRoadTask
from core.tasks.field_road import places as road_places
from core.tasks.sketch import SketchTask
from core.tasks.sketch import apart as sketch_apart
from core.tasks.street_to_shop import StreetToShopTask
from core.tasks.street_to_shop import places as shop_places
from core.text import clean
from demo.doors import asked_with_box
from demo.endpoints.fields import item_candidate, notes_of, number_field, picture_field, publish, words_field
from demo.endpoints.questions import road_question, sketch_question
from demo.services import Services


def build(services: Services) -> None:
    """Publishes the endpoints.

    Args:
        services: what answers.
    """
    _sketch(services)
    _field_road(services)
    _shop(services)


def _sketch(services: Services) -> None:
    def where_sketch_looks(
        picture: Any, caption: str = "", alpha: Any = None, target: str = ""
    ) -> dict[str, Any]:
        """Tells where in a drawing, and from which words, a class of /classify_sketch gets its parts.

        Args:
            picture: the sketch, dark lines on white or on a transparent ground.
            caption: words about it; "" lets the captioner write them.
            alpha: weight of the picture in [0, 1], the words get 1 - alpha; null for the learned pair.
            target: the class; "" for the first.

        Returns:
            profile, models, caption, label, rank and sentence; parts (picture, words), each with score, places (a
            square, line by line, over the ink as the tower sees it), nowhere and words (what the drawing and its mirror
            image add, or the words of the caption), which add up to the score; holds, how far that is true. gaps: why a
            captioner's sentence has each of its words and not the next best, likewise.
        """
        wanted = clean(target, what="target", allow_empty=True)
        asked = sketch_question(picture, caption, alpha)
        task: SketchTask = services.task("sketch")
        if wanted and wanted not in task.labels:
            raise InputError('There is no such class; give the label of one, or "" for the first.')
        evidence = task.evidence(asked.photo, asked.words)
        pair = sketch.pair_of(evidence, asked.alpha)
        index = task.labels.index(wanted) if wanted else None
        sheet = task.read(asked.photo)
        found = task.located(sheet, evidence, pair, index)
        head = {"profile": task.profile, "models": dict(task.models), "caption": evidence.caption.sentence}
        said = {
            "label": found[0].label,
            "rank": found[0].rank,
            "sentence": sketch_apart.sentence_of(found),
        }
        parts = _parts((found[0].picture, found[0].words)) | _gaps(task.gaps_apart(evidence, sheet))
        return head | said | parts | notes_of(asked.photo.notes, evidence.notes)

    inputs = [picture_field(), words_field("caption"), number_field("alpha", 0.5), words_field("target")]
    publish(where_sketch_looks, inputs)


def _field_road(services: Services) -> None:
    def where_field_road_looks(
        picture: Any, field_caption: str = FIELD_CAPTION, road_caption: str = ROAD_CAPTION
    ) -> dict[str, Any]:
        """Tells where in a photo, and from which words, the scores of /compare_field_road come from.

        Args:
            picture: a photo.
            field_caption: the sentence that stands for a field.
            road_caption: the sentence that stands for a road.

        Returns:
            profile, models and sentence; parts: captions (the logarithm of the odds of road against field), first and
            second (the two captions' scores, whose difference that is) and head (its logarithm of the odds; missing
            without a head), each with score, places (a square, line by line), nowhere and words, which add up to the
            score; holds, how far that is true.
        """
        asked = road_question(picture, field_caption, road_caption)
        task: FieldRoadTask = services.task("field_road")
        parts = road_places.located(task, asked.photo, asked.captions)
        head = {"profile": task.profile, "models": dict(task.models)}
        sentence = {"sentence": road_places.sentence_of(parts, task.labels)}
        return head | sentence | _parts(parts) | notes_of(asked.photo.notes, task.notes(asked.captions))

    inputs = [picture_field(), words_field("field_caption", FIELD_CAPTION)]
    publish(where_field_road_looks, [*inputs, words_field("road_caption", ROAD_CAPTION)])


def _shop(services: Services) -> None:
    def where_shop_looks(picture: Any, box: Any = None, caption: str = "", item: Any = "") -> dict[str, Any]:
        """Tells where in a street photo, and from which words, a shop picture of /find_in_shop gets its parts.

        Args:
            picture: the street photo.
            box: [x0, y0, x1, y1] around the garment in pixels of the upright original, or null.
            caption: "" lets the captioner write the words.
            item: the shop picture; "" for the first one by the whole picture alone.

        Returns:
            profile, models, caption, item, file and sentence; parts (picture, words, and box with one), each with
            score, places (a square, line by line, over the photo or over what is in the box), words and estimated:
            where it is true, a number is what the score loses without that place or word, and nothing adds up. gaps:
            why a captioner's sentence has each of its words and not the next best, over places, which add up.
        """
        words, corners = clean(caption, allow_empty=True), parse_box(box)
        photo, crop = asked_with_box(picture, corners)
        task: StreetToShopTask = services.task("street_to_shop")
        evidence = task.evidence(photo, crop, words, talks=False)
        chosen = item_candidate(evidence, item)
        if chosen is None:
            first = street_to_shop.answer(evidence, 1.0, 0.0, 0.0, 1).hits[0]
            chosen = evidence.candidate_of(first.index)
        found = shop_places.located(task, evidence, photo, crop, [evidence.row_of(chosen)])[0]
        name, file = evidence.items[chosen]
        title = (evidence.titles[chosen] if evidence.titles else "") or name
        head = {"profile": task.profile, "models": dict(task.models), "caption": evidence.caption.sentence}
        said = {
            "item": name,
            "file": file,
            "sentence": shop_places.sentence_of(found, title, evidence.caption),
        }
        gaps = _gaps(task.gaps_apart(evidence, photo, crop)) | evidence.searched.to_json()
        notes = notes_of(photo.notes, task.notes(evidence.caption.sentence))
        return head | said | _parts(found.parts) | gaps | notes

    box = gr.JSON(None, label="box")
    publish(where_shop_looks, [picture_field(), box, words_field("caption"), words_field("item")])


def _gaps(parts: Iterable[PartApart]) -> dict[str, Any]:
    return {"gaps": [{"chosen": part.label, **part.to_json()} for part in parts]}


def _parts(parts: Iterable[PartApart]) -> dict[str, Any]:
    return {"parts": {part.key: part.to_json() for part in parts}}
