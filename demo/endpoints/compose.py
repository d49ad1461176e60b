"""The endpoint `/compose`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core import checks
from core.encoders.pooling import POOLINGS
from core.errors import InputError
from core.joining import HARRIS, SUM
from core.state import PageView
from core.tasks.compose import F_ALONE, ComposeEvidence, ComposeTask, answer
from core.tasks.joined_rows import check_rule
from demo.endpoints.fields import (
    answered,
    bring_field,
    item_candidate,
    number_field,
    picture_field,
    publish,
    rule_field,
    words_field,
)
from demo.endpoints.questions import (
    COMPOSE_WEIGHTS,
    Weights,
    checked_weights,
    compose_fields,
    compose_question,
    compose_start,
)
from demo.endpoints.views import Answer, with_view
from demo.events.compose import TASK, TYPE_MODIFICATION, ComposeEvents
from demo.events.compose_link import ComposeLink
from demo.events.links import Opened, differences, made_with, own_picture
from demo.recent_pictures import recent_picture
from demo.services import Services
from demo.thumbnails import gallery_picture


def build(services: Services) -> None:
    """Publishes the endpoint.

    Args:
        services: what answers.
    """

    start = compose_start(services)

    def compose(
        picture: Any,
        text: str,
        w0: Any = start[0],
        w1: Any = start[1],
        w2: Any = start[2],
        pooling: str = "mean",
        k: Any = 10,
        rule: str = SUM,
        bring: Any = None,
    ) -> dict[str, Any]:
        """Finds pictures that are like a reference picture but changed as a text says.

        Args:
            picture: the reference picture q.
            text: the modification t, such as "the same dress in red".
            w0: weight of q, finite, of any sign; the three are rescaled to sum to 1.
            w1: weight of t. Weights that are left out are where the page's sliders start.
            w2: weight of both together, f(q, t).
            pooling: how tokens become one vector: mean, median or max.
            k: how many pictures to return, clamped to 1 to 100.
            rule: how the three are joined: sum, normal, product or harris (which takes q and t alike, and no weights).
            bring: {"item": id, "k": 1} for the smallest change of weights that brings an item among the first k;
                null for none.

        Returns:
            profile, models, weights, rule and hits, best first, each with item, file, score and parts (q, t, f),
            which add up to the score (null by harris, which is no sum), and with copies where the gallery holds the
            same picture in further files; notes, sentences such as that weights of a negative sum turned their signs;
            instruments, name to reading: a sentence and its figures; view and link, by which the page shows it; and of
            a large gallery searched: rows that were compared, of how many, whether that was exact, recall.
        """
        weights = checked_weights((w0, w1, w2), COMPOSE_WEIGHTS)
        return _composed(services, (picture, text), weights, (pooling, k, check_rule(rule)), bring)

    publish(compose, [*compose_fields(start), number_field("k", 10), rule_field(), bring_field()])
    _build_where_it_looks(services)


def _build_where_it_looks(services: Services) -> None:
    def where_it_looks(picture: Any, text: str, item: Any = "", pooling: str = "mean") -> dict[str, Any]:
        """Tells where in the pictures, and from which words, a result of /compose gets its score.

        Args:
            picture: the reference picture q.
            text: the modification t.
            item: the result; "" for the first one by f(q, t) alone.
            pooling: how tokens become one vector: mean, median or max.

        Returns:
            profile, models, item, file and sentence; parts (q, t, f), each with score, places (a square, line by line)
            and nowhere, which add up to the score; reference and words, which take q and t apart likewise; estimated,
            whether only a small copy of the result's picture is here, and difference, how far the places' sum is from
            the parts at most.
        """
        row = _pooling(pooling)
        asked = compose_question(picture, text)
        task: ComposeTask = services.task("compose")
        query = task.query_shares(asked.reference, asked.modification, pooling)
        evidence = task.evidence(asked.reference, asked.modification)
        named = item_candidate(evidence, item)
        chosen = _first(evidence, pooling) if named is None else named
        gallery, index = services.gallery(), evidence.row_of(chosen)
        seen = gallery_picture(services, gallery, index)
        if seen is None:
            raise InputError("The picture of this item is missing from the gallery; make the gallery again.")
        parts = evidence.scores[row, :, chosen].tolist()
        located = task.located(query, index, parts, seen[0], original=seen[1])
        name, file = evidence.items[chosen]
        head = {"profile": evidence.profile, "models": evidence.models, "item": name, "file": file}
        head |= evidence.searched.to_json()
        return head | located.to_json(gallery.items[index].title or name)

    publish(
        where_it_looks,
        [picture_field(), words_field("text"), words_field("item"), words_field("pooling", "mean")],
    )


def _first(evidence: ComposeEvidence, pooling: str) -> int:
    ranked = answer(evidence, *F_ALONE, pooling, 1)
    if not ranked.hits:
        raise InputError(f"{ranked.sentence} Nothing is ranked, so there is no result to look into.")
    return evidence.candidate_of(ranked.hits[0].index)


def _pooling(name: str) -> int:
    if name not in POOLINGS:
        raise InputError("There is no such pooling; choose mean, median or max.")
    return POOLINGS.index(name)


def _composed(
    services: Services, asked: tuple[Any, Any], weights: Weights, how: tuple[str, Any, str], bring: Any
) -> dict[str, Any]:
    pooling, k, rule = how
    _pooling(pooling)
    count = checks.clamp_k(k, checks.MOST_RESULTS, name="k")
    question = compose_question(*asked)
    task: ComposeTask = services.task("compose")
    evidence = task.reaching(task.evidence(question.reference, question.modification), weights)
    ranked = answer(evidence, *weights, pooling, count, rule=rule)
    body = answered(ranked, weights, bring, question.reference.notes, task.notes(question.modification))
    view = PageView(
        task=TASK.key,
        words=(question.modification,),
        weights=None if rule == HARRIS else ranked.weights,
        rule="" if rule == SUM else rule,
        pooling=pooling,
        **own_picture(asked[0]),
        **made_with(evidence, services.gallery()),
    )
    return with_view(body, view, count)


def of_view(services: Services) -> Answer:
    """Returns what answers the views of this task.

    Args:
        services: what answers.
    """
    tab = ComposeEvents(services)
    link = ComposeLink(tab)

    def answered_view(view: PageView, count: int) -> dict[str, Any]:
        shown = link.linked(Opened(view.to_query()))
        question = tab.question(shown.showing, shown.held)
        evidence = question.evidence
        if evidence is None:
            raise InputError(TYPE_MODIFICATION)
        (w0, w1, w2), rule = shown.weights.weights, shown.joining
        evidence = tab.reaching(evidence, (w0, w1, w2))
        ranked = answer(evidence, w0, w1, w2, shown.pooling, count, shown.renormalise, question.right, rule)
        made = made_with(evidence, tab.gallery)
        notes = (recent_picture(question.source).notes, tab.task.notes(evidence.modification))
        body = answered(ranked, (w0, w1, w2), None, *notes, differences(view, made))
        used = replace(
            view, weights=None if rule == HARRIS else ranked.weights, pooling=shown.pooling, **made
        )
        return with_view(body, used, count)

    return answered_view
