"""With which other models and heads a pinned answer can be compared, or why it cannot be now."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType

from core.hub import command_for, is_cached, pins_of
from core.task_table import Task

RESTART = (
    "To compare with the {other} models, pin, then start the app anew with “--profile {name}” at the same address: the "
    "pin stays in this window."
)
ABSENT = (
    "The paper models cannot be compared now: {lacking} of {count} that this tab needs must be fetched first "
    "(“{command}”)."
)
ON_A_SPACE = "Other models cannot be compared here: a Space answers with those of one profile."
HEADS: Mapping[str, str] = MappingProxyType({
    "sketch": "Of two heads: the classifier on both embeddings answers below the classes; of the two trainings, v1 and "
    "v2, the better one answers here, and the table at the end of the tab compares them.",
    "field_road": "Of two heads: train your own on the text’s hyper-parameters, pin, and train it on the code’s.",
})  # fmt: skip
"""By the key of a task."""


def other_models(task: Task, profile: str) -> str:
    """Returns with which models and heads an answer of a task can be compared, or why not, a sentence or two.

    Args:
        task: whose answer is pinned.
        profile: whose models answer now.
    """
    needed = pins_of(task.name)
    lacking = [pin for pin in needed if not is_cached(pin)]
    if "SPACE_ID" in os.environ:
        models = ON_A_SPACE
    elif profile != "pocket":
        models = RESTART.format(other="pocket", name="pocket")
    elif lacking:
        models = ABSENT.format(lacking=len(lacking), count=len(needed), command=command_for(lacking[0]))
    else:
        models = RESTART.format(other="paper", name="paper")
    return f"{models} {HEADS.get(task.key, '')}".strip()
