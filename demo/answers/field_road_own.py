"""What the page says while a visitor's own head is trained, and what it is worth on pictures that it did not see."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.errors import BlendscopeError
from core.images import open_picture
from core.metrics import wilson
from demo import copy
from demo.html import said, sentence
from demo.widgets.addresses import data_address
from demo.widgets.picture_table import THUMBNAIL, Heading, Line, picture_table_html
from demo.widgets.training import training_curves

if TYPE_CHECKING:
    from core.own_head.head import OwnHead
    from core.own_head.held_out import HeldOut
    from core.own_head.trainer import Progress

MOST_THUMBNAILS = 60


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
        return copy.OWN_READING.format(read=told.read, pictures=counted(told.total))
    last = told.epochs[-1]
    if told.own is None:
        doing = copy.OWN_JUDGING if told.judged else copy.OWN_TRAINING
        return doing.format(epoch=last.number, most=told.most_epochs, accuracy=last.accuracy)
    first, second = told.own.names
    done = copy.OWN_DONE.format(first=first, second=second, worth=worth(told.own))
    return (
        done
        + " "
        + copy.OWN_TOOK.format(
            pictures=counted(sum(told.own.pictures)),
            reading=told.encoding_seconds,
            training=told.training_seconds,
        )
    )


def judged(own: OwnHead) -> str:
    """Returns the list of a visitor's pictures with what was found for each, the wrong ones first; "" without that.

    Args:
        own: the head.
    """
    found = own.held_out
    if found is None:
        return ""
    wrong = found.decided != found.classes
    order = np.lexsort((-np.abs(found.probabilities - found.classes), ~wrong)).tolist()
    lines = [_line(own.names, found, i, small=place < MOST_THUMBNAILS) for place, i in enumerate(order)]
    headings = (Heading("your class"), Heading(f"judged: {own.names[1]}", "head"), Heading("that is"))
    shown = picture_table_html("Your pictures", headings, lines)
    return f'<p class="fine">{said(copy.OWN_JUDGED)}</p>{shown}'


def _line(names: tuple[str, str], found: HeldOut, i: int, *, small: bool) -> Line:
    path, share, decided = found.paths[i], float(found.probabilities[i]), int(found.decided[i])
    is_wrong = decided != found.classes[i]
    cells = (
        names[int(found.classes[i])],
        (f"{share:.2f} {names[decided]}", share),
        "wrong" if is_wrong else "right",
    )
    return Line(path.name, _small(path) if small else "", cells, "wrong" if is_wrong else "")


def _small(path: Path) -> str:
    """Returns a small copy as a data URL, "" when the file was put away meanwhile."""
    try:
        return data_address(open_picture(path), THUMBNAIL)
    except BlendscopeError:
        return ""


def counted(number: int, one: str = "picture") -> str:
    """Returns a number with its noun, such as "1 picture" or "12 pictures"."""
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def worth(own: OwnHead) -> str:
    """Returns what a head is worth on pictures that it did not learn from, with a 95 % interval."""
    found = own.held_out
    if found is None:
        return copy.OWN_UNMEASURED
    right, total = sum(found.right), len(found.paths)
    low, high = wilson(right, total)
    how = "each picture" if found.one_by_one else "each tenth of the pictures"
    return copy.OWN_WORTH.format(how=how, right=right, total=total, share=right / total, low=low, high=high)
