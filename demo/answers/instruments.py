"""What the buttons say that open the instruments: short, for they stand in one row."""

from __future__ import annotations

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
