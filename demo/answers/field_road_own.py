"""What the page says while a visitor's own head is trained, and what that head says of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo import copy
from demo.html import said, sentence
from demo.widgets.training import own_strip, training_curves

if TYPE_CHECKING:
    from core.training.field_road_live import OwnHead, Progress


def progress(told: Progress) -> str:
    """Returns one sentence, the curves so far, and which pictures were left out.

    Args:
        told: how the training stands.
    """
    accuracy = {"in training": [epoch.accuracy for epoch in told.epochs]}
    loss = {"in training": [epoch.loss for epoch in told.epochs]}
    if told.epochs and told.epochs[0].validation_loss is not None:
        accuracy["kept back"] = [epoch.validation_accuracy or 0.0 for epoch in told.epochs]
        loss["kept back"] = [epoch.validation_loss or 0.0 for epoch in told.epochs]
    drawn = training_curves(accuracy, loss, told.most_epochs) if told.epochs else ""
    left_out = ""
    if told.refused:
        name, reason = told.refused[0]
        words = copy.OWN_LEFT_OUT.format(count=len(told.refused), total=told.total, name=name, reason=reason)
        left_out = f'<p class="fine">{said(words)}</p>'
    return sentence(_words(told)) + drawn + left_out


def _words(told: Progress) -> str:
    if told.stopped:
        return copy.OWN_STOPPED
    if not told.epochs:
        return copy.OWN_READING.format(read=told.read, total=told.total)
    last = told.epochs[-1]
    if told.own is None:
        return copy.OWN_TRAINING.format(epoch=last.number, most=told.most_epochs, accuracy=last.accuracy)
    first, second = told.own.names
    return copy.OWN_DONE.format(
        first=first,
        second=second,
        count=sum(told.own.pictures),
        reading=told.encoding_seconds,
        training=told.training_seconds,
        accuracy=last.accuracy,
    )


def answer(own: OwnHead, probability: float) -> str:
    """Returns what a visitor's head says of the picture, named as theirs.

    Args:
        own: the head.
        probability: of its second class.
    """
    title = copy.OWN_HEAD.format(count=sum(own.pictures))
    return own_strip(own.names, probability, title)
