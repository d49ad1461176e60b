"""What the page says while a visitor's own head is trained, and what it is worth on pictures that it did not see."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from core.metrics import wilson
from core.plurals import agreeing, counted
from demo import copy
from demo.html import isolated, sentence
from demo.widgets.picture_table import Heading, Line, picture_table_html
from demo.widgets.training import training_curves

if TYPE_CHECKING:
    from pathlib import Path

    from core.own_head.head import OwnHead
    from core.own_head.held_out import HeldOut
    from core.own_head.trainer import Progress

MOST_THUMBNAILS = 60


def progress(state: Progress) -> str:
    """Returns one sentence, the curves so far, and which pictures were left out.

    Args:
        state: how the training stands.
    """
    accuracy = {"in training": [epoch.accuracy for epoch in state.epochs]}
    loss = {"in training": [epoch.loss for epoch in state.epochs]}
    if state.epochs and state.epochs[0].validation_loss is not None:
        accuracy["kept back"] = [epoch.validation_accuracy or 0.0 for epoch in state.epochs]
        loss["kept back"] = [epoch.validation_loss or 0.0 for epoch in state.epochs]
    drawn = training_curves(accuracy, loss, state.most_epochs) if state.epochs else ""
    left_out = ""
    if state.refused:
        name, reason = state.refused[0]
        words = copy.OWN_LEFT_OUT.format(
            count=len(state.refused),
            pictures=counted(state.total, "picture"),
            were=agreeing(len(state.refused), "was", "were"),
            name=name,
            reason=reason,
        )
        left_out = f'<p class="fine">{isolated(words)}</p>'
    return sentence(_words(state)) + drawn + left_out


def _words(state: Progress) -> str:
    if state.stopped:
        return copy.OWN_STOPPED
    if not state.epochs:
        return copy.OWN_READING.format(read=state.read, pictures=counted(state.total, "picture"))
    last = state.epochs[-1]
    if state.own is None:
        doing = copy.OWN_JUDGING if state.judged else copy.OWN_TRAINING
        return doing.format(epoch=last.number, most=state.most_epochs, accuracy=last.accuracy)
    first, second = state.own.names
    done = copy.OWN_DONE.format(first=first, second=second, worth=worth(state.own))
    return (
        done
        + " "
        + copy.OWN_TOOK.format(
            pictures=counted(sum(state.own.pictures), "picture"),
            reading=state.encoding_seconds,
            training=state.training_seconds,
        )
    )


def judged(own: OwnHead, small: Callable[[Path], str]) -> str:
    """Returns the list of a visitor's pictures with what was found for each, the wrong ones first; "" without that.

    Args:
        own: the head.
        small: returns a small copy of a picture as a data URL, "" when its file was put away meanwhile.
    """
    held_out = own.held_out
    if held_out is None:
        return ""
    wrong = held_out.decided != held_out.classes
    order = np.lexsort((-np.abs(held_out.probabilities - held_out.classes), ~wrong)).tolist()
    thumbnails = {i: small(held_out.paths[i]) for i in order[:MOST_THUMBNAILS]}
    lines = [_line(own.names, held_out, i, thumbnails.get(i, "")) for i in order]
    headings = (Heading("your class"), Heading(f"judged: {own.names[1]}", "head"), Heading("that is"))
    shown = picture_table_html("Your pictures", headings, lines)
    return f'<p class="fine">{isolated(copy.OWN_JUDGED)}</p>{shown}'


def _line(names: tuple[str, str], held_out: HeldOut, i: int, thumbnail: str) -> Line:
    share, decided = float(held_out.probabilities[i]), int(held_out.decided[i])
    is_wrong = decided != held_out.classes[i]
    cells = (
        names[int(held_out.classes[i])],
        (f"{share:.2f} {names[decided]}", share),
        "wrong" if is_wrong else "right",
    )
    return Line(held_out.paths[i].name, thumbnail, cells, "wrong" if is_wrong else "")


def worth(own: OwnHead) -> str:
    """Returns what a head is worth on pictures that it did not learn from, with a 95 % interval."""
    held_out = own.held_out
    if held_out is None:
        return copy.OWN_UNMEASURED
    right, total = sum(held_out.right), len(held_out.paths)
    low, high = wilson(right, total)
    how = "each picture" if held_out.one_by_one else "each fifth of the pictures"
    return copy.OWN_WORTH.format(how=how, right=right, total=total, share=right / total, low=low, high=high)
