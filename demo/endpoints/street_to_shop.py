"""The endpoint `/find_in_shop`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core import checks
from core.errors import InputError
from core.instruments.boxes_tried import boxes_around, boxes_tried
from core.joining import HARRIS, SUM
from core.state import PageView
from core.tasks.joined_rows import check_rule
from core.tasks.street_to_shop import StreetToShopTask, answer
from demo.doors import cut_boxes
from demo.endpoints.fields import (
    answered,
    bring_field,
    item_candidate,
    notes_of,
    number_field,
    publish,
    rule_field,
    words_field,
)
from demo.endpoints.questions import ShopQuestion, shop_fields, shop_question, shop_start
from demo.endpoints.views import Answer, with_view
from demo.events.links import Opened, differences, made_with, own_picture
from demo.events.street_to_shop import TASK, StreetToShopEvents
from demo.events.street_to_shop_link import StreetToShopLink
from demo.recent_pictures import recent_picture
from demo.services import Services

BOX_MISSING = "There is no box to move; give [x0, y0, x1, y1] in pixels of the upright picture."
ALL_ALIKE = "Every box stands alike in the mix, for w_box is 0; give it a weight, such as 0.5."


def build(services: Services) -> None:
    """Publishes the endpoint.

    Args:
        services: what answers.
    """

    start = shop_start(services)

    def find_in_shop(
        picture: Any,
        box: Any = None,
        caption: str = "",
        w_picture: Any = start[0],
        w_words: Any = start[1],
        w_box: Any = start[2],
        k: Any = 10,
        rule: str = SUM,
        bring: Any = None,
    ) -> dict[str, Any]:
        """Finds the shop pictures of a garment seen in the street, by picture, words and a box around it.

        Args:
            picture: the street photo.
            box: [x0, y0, x1, y1] around the garment in pixels of the upright original, or null.
            caption: words about the garment; "" lets the captioner write them.
            w_picture: weight of the whole picture, finite, of any sign; the three are rescaled to sum to 1.
            w_words: weight of the words, finite. Weights that are left out are where the page's sliders start.
            w_box: weight of what is in the box, finite; counts as 0 without a box.
            k: how many pictures to return, clamped to 1 to 100.
            rule: how the three are joined: sum, normal, product or harris (which takes picture and words alike, and
                neither box nor weights).
            bring: {"item": id, "k": 1} for the smallest change of weights that brings an item among the first k;
                null for none.

        Returns:
            profile, models, caption, rule and hits, best first, each with item, file, score and parts (picture,
            words, box), which add up to the score (null by harris, which is no sum), and with copies where the
            gallery holds the same picture in further files; notes, sentences such as that a box of weight 0 was not
            looked at; instruments, name to reading: a sentence and its figures; view and link, by which the page
            shows it; and of a large gallery searched: rows compared, of how many, whether that was exact, and recall.
        """
        asked = shop_question(picture, box, caption, (w_picture, w_words, w_box))
        return _found(services, picture, asked, (k, check_rule(rule)), bring)

    publish(find_in_shop, [*shop_fields(start), number_field("k", 10), rule_field(), bring_field()])
    _build_try_boxes(services)


def _found(
    services: Services, source: Any, asked: ShopQuestion, how: tuple[Any, str], bring: Any
) -> dict[str, Any]:
    k, rule = how
    count = checks.clamp_k(k, checks.MOST_RESULTS, name="k")
    task: StreetToShopTask = services.task("street_to_shop")
    # The answer has no dialogue, which a language model may need a minute for.
    evidence = task.evidence(asked.photo, asked.counted_crop, asked.words, talks=False)
    evidence = task.reaching(evidence, asked.weights)
    ranked = answer(evidence, *asked.weights, count, rule=rule)
    body = answered(ranked, asked.weights, bring, asked.notes, task.notes(evidence.caption.sentence))
    view = PageView(
        task=TASK.key,
        words=(asked.words,),
        weights=None if rule == HARRIS else ranked.weights,
        box=asked.box,
        rule="" if rule == SUM else rule,
        **own_picture(source),
        **made_with(evidence, services.gallery()),
    )
    return with_view(body, view, count)


def of_view(services: Services) -> Answer:
    """Returns what answers the views of this task.

    Args:
        services: what answers.
    """
    tab = StreetToShopEvents(services)
    link = StreetToShopLink(tab)

    def answered_view(view: PageView, count: int) -> dict[str, Any]:
        shown = link.linked(Opened(view.to_query()))
        question = tab.question(shown.showing, shown.held)
        evidence, rule = question.evidence, shown.joining
        w_picture, w_words, w_box = shown.weights.weights
        evidence = tab.reaching(evidence, shown.weights.weights)
        ranked = answer(evidence, w_picture, w_words, w_box, count, question.right, rule)
        made = made_with(evidence, tab.gallery)
        notes = (recent_picture(question.source).notes, tab.task.notes(evidence.caption.sentence))
        body = answered(ranked, shown.weights.weights, None, *notes, differences(view, made))
        return with_view(
            body, replace(view, weights=None if rule == HARRIS else ranked.weights, **made), count
        )

    return answered_view


def _build_try_boxes(services: Services) -> None:
    def try_boxes(
        picture: Any,
        box: Any = None,
        caption: str = "",
        w_picture: Any = 0.0,
        w_words: Any = 0.0,
        w_box: Any = 1.0,
        item: Any = "",
    ) -> dict[str, Any]:
        """Tells where a shop picture stands for 25 boxes around the drawn one: smaller, larger, and moved.

        Args:
            picture: the street photo.
            box: [x0, y0, x1, y1] around the garment in pixels of the upright original.
            caption: words about the garment; "" lets the captioner write them. They stay for all boxes.
            w_picture: weight of the whole picture, finite, of any sign; the three are rescaled to sum to 1.
            w_words: weight of the words, finite.
            w_box: weight of what is in the box, finite.
            item: the shop picture; "" for the first one with these weights and the drawn box.

        Returns:
            profile, models, caption, sentence, item, file; boxes, each with size, move, box, rank (by the box alone)
            and rank_in_mix; side_by_side, for the whole picture, the box, and box and words: weights, rank and the
            best hits; and notes.
        """
        asked = shop_question(picture, box, caption, (w_picture, w_words, w_box))
        if asked.box is None:
            raise InputError(BOX_MISSING)
        task: StreetToShopTask = services.task("street_to_shop")
        evidence = task.evidence(asked.photo, asked.crop, asked.words, talks=False)
        ranking = answer(evidence, *asked.weights).ranking
        assert ranking is not None
        chosen, boxes = item_candidate(evidence, item), boxes_around(asked.box, *asked.photo.original_size)
        seen = task.score_boxes(cut_boxes(picture, boxes), evidence.fetched)
        reading = boxes_tried(ranking.blended(), boxes, seen, chosen)
        head = {"profile": evidence.profile, "models": evidence.models, "caption": evidence.caption.sentence}
        notes = notes_of(asked.photo.notes, task.notes(evidence.caption.sentence), _alike(asked))
        return head | reading.to_json(evidence.items) | evidence.searched.to_json() | notes

    publish(try_boxes, [*shop_fields((0.0, 0.0, 1.0)), words_field("item")])


def _alike(asked: ShopQuestion) -> list[str]:
    return [] if asked.weights[2] else [ALL_ALIKE]
