"""How the kinds of evidence of a ranking are joined: the rule that was chosen, and what it makes of the rows."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Float32

from core.errors import InputError
from core.joining import ADDITIVE, HARRIS, PRODUCT, RULES, SUM, additive_parts
from core.tasks.candidates import RankedEvidence

EVEN = (0.5, 0.5, 0.0)
"""Harris's corner takes picture and words alike, and nothing else: no weight says more than this."""


def check_rule(rule: object) -> str:
    """Returns the name of a rule of joining.

    Raises:
        InputError: there is no such rule.
    """
    if not isinstance(rule, str) or rule not in RULES:
        given = f" called {rule!r}" if isinstance(rule, str) and len(rule) < 40 else ""
        raise InputError(f"There is no rule of joining{given}; choose one of {', '.join(RULES)}.")
    return rule


def weights_by(rule: str, weights: Float[np.ndarray, " 3"]) -> Float[np.ndarray, " 3"]:
    """Returns the weights as a rule uses them.

    Args:
        rule: its name.
        weights: with the sum 1.

    Raises:
        InputError: a weight is below 0, and the rule is a product.
    """
    if rule == HARRIS:
        return np.array(EVEN)
    if rule == PRODUCT and weights.min() < 0:
        raise InputError("A product takes no weight below 0; raise it, or join by the sum.")
    return weights


def rows_by(
    rule: str, evidence: RankedEvidence, rows: Float32[np.ndarray, "3 n"], pooling: int = 0
) -> Float32[np.ndarray, "3 n"]:
    """Returns what each part says of every candidate, as a rule adds it up; as it is where the rule does not add.

    Args:
        rule: its name.
        evidence: which keeps what does not depend on the weights.
        rows: (3, n) of it.
        pooling: which of the evidence's rows these are, where it has several.
    """
    if rule == SUM or rule not in ADDITIVE:
        return rows
    key = ("joined rows", rule, pooling, evidence.hidden)
    if key not in evidence.memory:
        evidence.memory[key] = additive_parts(rule, rows, evidence.hidden)
    joined: Float32[np.ndarray, "3 n"] = evidence.memory[key]
    return joined
