"""What the buttons say that open the instruments, short, for they stand in one row; and how links name these."""

from __future__ import annotations

from collections.abc import Mapping

from demo import copy
from demo.answers.joining import JOINING
from demo.widgets.gallery_map import AS_A_MAP

MARKS = "Which other results are right, too"
SHORT = {
    copy.LOOK_CLOSER: "Who comes first",
    AS_A_MAP: "Map",
    copy.EACH_WORD: "Each word",
    copy.EACH_STROKE: "Each stroke",
    copy.DESCRIBED: "Each class",
    copy.PLACES: "Where it looks",
    copy.OTHER_BOXES: "Other boxes",
    copy.PIN: "Pin and compare",
    copy.WHETHER_ANYTHING: "Any answer?",
    JOINING: "Joining",
    MARKS: "Also right",
}
"""What an instrument shows -> what the button says that opens it."""
RANKED = ("closer", "as-a-map", "each-word", "where", "pin", "marks", "any-answer", "joining-fold")
FOLDS: Mapping[str, tuple[str, ...]] = {
    "sketch": tuple(f"sketch-{fold}" for fold in ("each-word", "each-stroke", "where", "any-answer", "pin")),
    "field_road": tuple(f"field-road-{fold}" for fold in ("each-word", "where", "pin", "described")),
    "street_to_shop": tuple(f"street-{fold}" for fold in (*RANKED, "other-boxes")),
    "compose": tuple(f"compose-{fold}" for fold in RANKED),
}
"""Key of a task -> the names by which links open its instruments; a tab without a row opens what is called so."""
