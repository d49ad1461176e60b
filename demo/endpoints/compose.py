"""The endpoint `/compose`."""

from __future__ import annotations

from typing import Any

import gradio as gr

from core import checks
from core.encoders.pooling import POOLINGS
from core.errors import InputError
from core.joining import SUM
from core.tasks.compose import ComposeTask, answer
from core.tasks.joined_rows import check_rule
from core.text import clean
from demo.doors import asked_picture, weight
from demo.endpoints.fields import (
    answered,
    bring_field,
    number_field,
    picture_field,
    publish,
    rule_field,
    words_field,
)
from demo.services import Services


def build(services: Services) -> None:
    """Publishes the endpoint.

    Args:
        services: what answers.
    """

    def compose(
        picture: Any,
        text: str,
        w0: Any = 0.0,
        w1: Any = 0.0,
        w2: Any = 1.0,
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
            w1: weight of t.
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
            and instruments, name to reading: a sentence and its figures.
        """
        weights = weight(w0, "w0"), weight(w1, "w1"), weight(w2, "w2")
        return _composed(services, picture, text, weights, (pooling, k, check_rule(rule)), bring)

    publish(compose, _inputs())


def _composed(
    services: Services,
    picture: Any,
    text: str,
    weights: tuple[float, float, float],
    how: tuple[str, Any, str],
    bring: Any,
) -> dict[str, Any]:
    pooling, k, rule = how
    if pooling not in POOLINGS:
        raise InputError("There is no such pooling; choose mean, median or max.")
    count = checks.clamp_k(k, checks.MOST_RESULTS, name="k")
    modification = clean(text, what="modification")
    task: ComposeTask = services.task("compose")
    reference = asked_picture(picture)
    evidence = task.evidence(reference, modification)
    ranked = answer(evidence, *weights, pooling, count, rule=rule)
    return answered(ranked, weights, bring, reference.notes, task.notes(modification))


def _inputs() -> list[gr.components.Component]:
    return [
        picture_field(),
        words_field("text"),
        number_field("w0", 0.0),
        number_field("w1", 0.0),
        number_field("w2", 1.0),
        words_field("pooling", "mean"),
        number_field("k", 10),
        rule_field(),
        bring_field(),
    ]
