"""The endpoints `/vary_..._words`, one a task: what each word of a question does, and what other words would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from core.errors import InputError
from core.instruments.question_words import QuestionWords
from core.tasks import compose, field_road, sketch, street_to_shop
from core.tasks.candidates import RankedEvidence
from core.tasks.compose import ComposeEvidence, ComposeTask
from core.tasks.field_road import FIELD_CAPTION, ROAD_CAPTION, FieldRoadTask
from core.tasks.sketch import SketchTask
from core.tasks.street_to_shop import StreetToShopTask
from core.tasks.unread_words import guessed
from core.text import clean
from demo.endpoints.fields import NOT_COMPARED, notes_of, number_field, picture_field, publish, words_field
from demo.endpoints.questions import (
    COMPOSE_WEIGHTS,
    checked_weights,
    compose_fields,
    compose_question,
    compose_start,
    road_question,
    shop_fields,
    shop_question,
    shop_start,
    sketch_question,
)
from demo.services import Services

if TYPE_CHECKING:
    pass


def build(services: Services) -> None:
    """Publishes the endpoints.

    Args:
        services: what answers.
    """
    _sketch(services)
    _field_road(services)
    _shop(services)
    _compose(services)


def _sketch(services: Services) -> None:
    def vary_sketch_words(
        picture: Any, caption: str = "", alpha: Any = None, target: str = ""
    ) -> dict[str, Any]:
        """Asks about a sketch without each word of its caption, with the words said otherwise, negated, with another
        count, and with the captions of other classes.

        Args:
            picture: the sketch, dark lines on white or on a transparent ground.
            caption: words about it; "" lets the captioner write them.
            alpha: weight of the picture in [0, 1], the words get 1 - alpha; null for the learned pair.
            target: the class whose rank is followed; "" follows the first.

        Returns:
            profile, models, text, sentence, first, words (each with the text without it, who is first then, the effect
            on the logit of the first and its rank) and otherwise: the target, a sentence, and wordings by templates of
            ours, each with kind (paraphrase, negation, count, swap), text, first, rank of the target and effect on it.
        """
        wanted = clean(target, what="target", allow_empty=True)
        asked = sketch_question(picture, caption, alpha)
        task: SketchTask = services.task("sketch")
        right = [_place(wanted, task.labels, "class")] if wanted else []
        evidence = task.evidence(asked.photo, asked.words)
        reading = sketch.what_if(task, evidence, sketch.pair_of(evidence, asked.alpha), right)
        return _answer(task, reading) | notes_of(asked.photo.notes, evidence.notes)

    inputs = [picture_field(), words_field("caption"), number_field("alpha", 0.5), words_field("target")]
    publish(vary_sketch_words, inputs)


def _field_road(services: Services) -> None:
    def vary_field_road_words(
        picture: Any, field_caption: str = FIELD_CAPTION, road_caption: str = ROAD_CAPTION
    ) -> dict[str, Any]:
        """Asks whether a photo shows a field or a road with other words in each of the two captions: without each word,
        said otherwise, negated, with another count.

        Args:
            picture: a photo.
            field_caption: the sentence that stands for a field.
            road_caption: the sentence that stands for a road.

        Returns:
            profile, models, and captions: for each of the two what `/vary_sketch_words` returns; effects are on the
            logarithm of the odds of the class that comes first.
        """
        asked = road_question(picture, field_caption, road_caption)
        task: FieldRoadTask = services.task("field_road")
        readings = field_road.what_if(task, asked.photo, asked.captions)
        head = {"profile": task.profile, "models": dict(task.models)}
        return head | {"captions": [reading.to_json() for reading in readings]} | notes_of(asked.photo.notes)

    inputs = [picture_field(), words_field("field_caption", FIELD_CAPTION)]
    publish(vary_field_road_words, [*inputs, words_field("road_caption", ROAD_CAPTION)])


def _shop(services: Services) -> None:
    start = shop_start(services)

    def vary_shop_words(
        picture: Any,
        box: Any = None,
        caption: str = "",
        w_picture: Any = start[0],
        w_words: Any = start[1],
        w_box: Any = start[2],
        target: str = "",
    ) -> dict[str, Any]:
        """Asks for the shop pictures of a garment without each word about it, with the words said otherwise, negated,
        with another count, and with what is said of other pictures of the shop.

        Args:
            picture: the street photo.
            box: [x0, y0, x1, y1] around the garment in pixels of the upright original, or null.
            caption: "" lets the captioner write its template; then the words in its gaps are left out one at a time.
            w_picture: weight of the whole picture, finite, of any sign; the three are rescaled to sum to 1.
            w_words: weight of the words. Weights that are left out are where the page's sliders start.
            w_box: weight of what is in the box; counts as 0 without a box.
            target: id of the shop picture whose rank is followed; "" follows the first.

        Returns:
            What `/vary_sketch_words` returns; effects are on the score.
        """
        asked = shop_question(picture, box, caption, (w_picture, w_words, w_box))
        wanted = clean(target, what="target", allow_empty=True)
        task: StreetToShopTask = services.task("street_to_shop")
        evidence = task.evidence(asked.photo, asked.counted_crop, asked.words, talks=False)
        evidence = task.reaching(evidence, asked.weights)
        rank = partial(street_to_shop.ranking, raw=asked.weights, right=_right(wanted, evidence))
        reading = street_to_shop.what_if(task, evidence, rank)
        return (
            _answer(task, reading)
            | evidence.searched.to_json()
            | notes_of(asked.notes, task.notes(evidence.caption.sentence))
        )

    publish(vary_shop_words, [*shop_fields(start), words_field("target")])


def _compose(services: Services) -> None:
    start = compose_start(services)

    def vary_compose_words(
        picture: Any,
        text: str,
        w0: Any = start[0],
        w1: Any = start[1],
        w2: Any = start[2],
        pooling: str = "mean",
        target: str = "",
    ) -> dict[str, Any]:
        """Asks for pictures like a reference picture but changed, without each word of the change, with the words said
        otherwise, negated, with another count, and with what other pictures of the gallery are called.

        Args:
            picture: the reference picture q.
            text: the modification t, such as "the same dress in red".
            w0: weight of q, finite, of any sign; the three are rescaled to sum to 1.
            w1: weight of t. Weights that are left out are where the page's sliders start.
            w2: weight of both together, f(q, t).
            pooling: how tokens become one vector: mean, median or max.
            target: id of the picture whose rank is followed; "" follows the first.

        Returns:
            What `/vary_sketch_words` returns; effects are on the score.
        """
        weights = checked_weights((w0, w1, w2), COMPOSE_WEIGHTS)
        asked = compose_question(picture, text)
        wanted = clean(target, what="target", allow_empty=True)
        task: ComposeTask = services.task("compose")
        evidence = task.reaching(task.evidence(asked.reference, asked.modification), weights)
        rank = partial(compose.ranking, raw=weights, pooling=pooling, right=_right(wanted, evidence))
        reading = compose.what_if(task, asked.reference, evidence, rank)
        return (
            _answer(task, reading)
            | evidence.searched.to_json()
            | notes_of(asked.reference.notes, task.notes(asked.modification), _scraps(evidence))
        )

    publish(vary_compose_words, [*compose_fields(start), words_field("target")])


def _scraps(evidence: ComposeEvidence) -> list[str]:
    return [guessed(evidence.in_scraps)] if evidence.in_scraps else []


def _answer(task: SketchTask | StreetToShopTask | ComposeTask, reading: QuestionWords) -> dict[str, Any]:
    models: Mapping[str, str] = task.models
    return {"profile": task.profile, "models": dict(models), **reading.to_json()}


def _right(target: str, evidence: RankedEvidence) -> tuple[str, ...]:
    """Returns the picture whose rank is followed, by its id; () for the first.

    Raises:
        InputError: none of this id was compared.
    """
    if not target:
        return ()
    if evidence.candidate_called(target) is None:
        raise _unknown(target, "picture") if evidence.window is None else InputError(NOT_COMPARED)
    return (target,)


def _place(target: str, names: Sequence[str], what: str) -> int:
    """Returns where a name stands among those that there are.

    Raises:
        InputError: nowhere.
    """
    if target not in names:
        raise _unknown(target, what)
    return list(names).index(target)


def _unknown(target: str, what: str) -> InputError:
    shown = target if len(target) <= 80 else f"{target[:79]}\u2026"
    return InputError(
        f"There is no {what} called \u201c{shown}\u201d; name one that an answer names, or none."
    )
