"""What the page says while a visitor's own head is trained, and what it is worth on pictures that it did not see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from core.metrics import wilson
from core.plurals import agreeing, counted
from core.tasks.headline import listed
from demo.html import isolated, sentence
from demo.widgets.picture_table import Heading, Line, picture_table_html
from demo.widgets.training import training_curves

if TYPE_CHECKING:
    from pathlib import Path

    from core.manifest import Manifest
    from core.own_head.head import OwnHead
    from core.own_head.held_out import HeldOut
    from core.own_head.trainer import Progress

MOST_THUMBNAILS, MOST_NAMED = 60, 3
FEW = (
    "What to expect of fields and roads: after {counts} pictures of each such heads named {shares} of other photos "
    "rightly; two captions without training {captions:.0%}."
)
READING = "Reading your pictures: {read} of {pictures}."
TRAINING = "Learning: epoch {epoch} of {most}; {accuracy:.0%} of what it learns from is named rightly."
JUDGING = "Now each picture is asked about by a head that learned without it."
DONE = "Your head {tells} {first} from {second}. {worth}"
WORTH = (
    "With {how} left out of the learning once, it names {each} rightly "
    "(in all {share:.0%}; 95 % interval {low:.0%} to {high:.0%})."
)
UNMEASURED = "How well it does on other pictures was not measured."
TOOK = "{pictures} read in {reading:.1f} s, learned in {training:.1f} s."
STOPPED = "Stopped; what you had before is still here."
LEFT_OUT = "{count} of {pictures} {were} left out, such as {name}: {reason}"
JUDGED = "What heads that learned without a picture say of it; those that are wrong stand first."
LOOK_AGAIN = (
    "Look at these again: {suspects}. Heads that learned without them name the other class as surely as they usually "
    "name that class’s own pictures, so the label may be wrong."
)
SUSPECT = "{name}, in {label}, is taken for {other} ({share:.2f})"
MORE_SUSPECTS = "; and {count} more, listed first"


def expected(manifest: Manifest | None) -> str:
    """Returns what heads from few pictures are worth, as it was measured; "" where it was not.

    Args:
        manifest: of the shipped head; None without one.
    """
    figures = {} if manifest is None else manifest.details.get("few_pictures", {})
    if not figures:
        return ""
    right: Mapping[str, Mapping[str, float]] = figures["right"]
    words = FEW.format(
        counts=listed(list(right)),
        shares=listed([f"{share['value']:.0%}" for share in right.values()]),
        captions=figures["captions"]["value"],
    )
    return f'<p class="fine">{isolated(words)}</p>'


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
        words = LEFT_OUT.format(
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
        return STOPPED
    if not state.epochs:
        return READING.format(read=state.read, pictures=counted(state.total, "picture"))
    last = state.epochs[-1]
    if state.own is None:
        doing = JUDGING if state.judged else TRAINING
        return doing.format(epoch=last.number, most=state.most_epochs, accuracy=last.accuracy)
    first, second = state.own.names
    tells = "tells" if _tells(state.own) else "does not tell"
    done = DONE.format(tells=tells, first=first, second=second, worth=worth(state.own))
    return (
        done
        + " "
        + TOOK.format(
            pictures=counted(sum(state.own.pictures), "picture"),
            reading=state.encoding_seconds,
            training=state.training_seconds,
        )
    )


def judged(own: OwnHead, small: Callable[[Path], str]) -> str:
    """Returns which labels to look at again, and the list of a visitor's pictures with what was found for each.

    These labels come first, then all else that is wrong; "" where nothing was judged.

    Args:
        own: the head.
        small: returns a small copy of a picture as a data URL, "" when its file was put away meanwhile.
    """
    held_out = own.held_out
    if held_out is None:
        return ""
    wrong, doubtful = held_out.decided != held_out.classes, np.zeros(len(held_out.classes), dtype=bool)
    doubtful[held_out.look_again] = True
    order = np.lexsort((-np.abs(held_out.probabilities - held_out.classes), ~wrong, ~doubtful)).tolist()
    thumbnails = {i: small(held_out.paths[i]) for i in order[:MOST_THUMBNAILS]}
    lines = [_line(own.names, held_out, i, thumbnails.get(i, ""), bool(doubtful[i])) for i in order]
    headings = (Heading("your class"), Heading(f"judged: {own.names[1]}", "head"), Heading("that is"))
    shown = picture_table_html("Your pictures", headings, lines)
    return f'{_look_again(own.names, held_out)}<p class="fine">{isolated(JUDGED)}</p>{shown}'


def _look_again(names: tuple[str, str], held_out: HeldOut) -> str:
    """Returns the sentence that names the pictures whose label may be wrong; "" when there is none."""
    suspects = held_out.look_again.tolist()
    if not suspects:
        return ""
    shown = [_suspect(names, held_out, i) for i in suspects[:MOST_NAMED]]
    more = len(suspects) - len(shown)
    words = "; ".join(shown) + (MORE_SUSPECTS.format(count=more) if more else "")
    return f"<p>{isolated(LOOK_AGAIN.format(suspects=words))}</p>"


def _suspect(names: tuple[str, str], held_out: HeldOut, i: int) -> str:
    decided, second = int(held_out.decided[i]), float(held_out.probabilities[i])
    return SUSPECT.format(
        name=held_out.paths[i].name,
        label=names[int(held_out.classes[i])],
        other=names[decided],
        share=second if decided else 1 - second,
    )


def _line(names: tuple[str, str], held_out: HeldOut, i: int, thumbnail: str, doubtful: bool) -> Line:
    share, decided = float(held_out.probabilities[i]), int(held_out.decided[i])
    is_wrong = decided != held_out.classes[i]
    cells = (
        names[int(held_out.classes[i])],
        (f"{share:.2f} {names[decided]}", share),
        "wrong: look again" if doubtful else "wrong" if is_wrong else "right",
    )
    return Line(held_out.paths[i].name, thumbnail, cells, "wrong" if is_wrong else "")


def worth(own: OwnHead) -> str:
    """Returns what a head is worth on pictures that it did not learn from, with a 95 % interval."""
    held_out = own.held_out
    if held_out is None:
        return UNMEASURED
    right, total = sum(held_out.right), len(held_out.paths)
    low, high = wilson(right, total)
    how = "each picture" if held_out.one_by_one else "each fifth of the pictures"
    classes = zip(held_out.right, _totals(held_out), own.names, strict=True)
    each = " and ".join(f"{some} of {all_of_it} “{name}”" for some, all_of_it, name in classes)
    return WORTH.format(how=how, each=each, share=right / total, low=low, high=high)


def _tells(own: OwnHead) -> bool:
    """Says whether a head names most pictures of either class rightly, as far as that was measured."""
    held_out = own.held_out
    return held_out is None or all(
        2 * right > total for right, total in zip(held_out.right, _totals(held_out), strict=True)
    )


def _totals(held_out: HeldOut) -> list[int]:
    """Returns how many pictures each class has."""
    totals: list[int] = np.bincount(held_out.classes, minlength=2).tolist()
    return totals
