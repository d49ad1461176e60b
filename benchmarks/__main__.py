"""Prints the table of measured speeds, each beside what somebody would use instead, or what was promised.

    python -m benchmarks [--short]

Ends with status 1 when a promise is not kept; `--short` measures a little of everything, and judges nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence

# Read when libraries are loaded, as by `app.py`: threads that spin while they wait take the cores from what comes next.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
import core  # noqa: F401  # before NumPy, for the same reason
from benchmarks import (
    growth,
    index,
    million,
    moves,
    own_head,
    questions,
    scores,
    search,
    simplex,
    sliders,
    start,
    towers,
)
from benchmarks.timing import Row

Part = Callable[[], Iterable[Row]]
WHOLE: dict[str, Part] = {
    "sliders": sliders.rows,
    "moves": moves.rows,
    "search": search.rows,
    "simplex": simplex.rows,
    "towers": towers.rows,
    "questions": questions.rows,
    "index": index.rows,
    "million": million.rows,
    "own_head": own_head.rows,
    "scores": scores.rows,
    "start": start.rows,
    "growth": growth.rows,
}
SHORT: dict[str, Part] = {
    "sliders": lambda: sliders.rows((1000,)),
    "moves": lambda: moves.rows((1000,), 5),
    "search": lambda: search.rows((1000,)),
    "simplex": lambda: simplex.rows((2,)),
    "towers": lambda: towers.rows(2, 4, 1),
    "questions": lambda: questions.rows(1),
    "index": lambda: index.rows(2),
    "million": lambda: million.rows(2_000, 200, 5),
    "own_head": lambda: own_head.rows(3),
    "scores": lambda: scores.rows(20, 200, 1),
    "start": lambda: start.rows(8),
    "growth": lambda: growth.rows(growth.SHORT, 12),
}


def line(row: Row, *, judged: bool = True) -> str:
    """Returns a row of the table.

    Args:
        row: what was measured.
        judged: whether the promise stands beside it, and whether it was kept.
    """
    bare = f"{row.bare:.3f} {row.unit}" if row.bare is not None else ""
    ratio = f"{row.ours / row.bare:.2f}" if row.bare else ""
    limit = f"< {row.limit_ratio:g} x" if row.limit_ratio else ""
    limit = f"< {row.limit:g} {row.unit}" if row.limit else limit
    limit, broken = (limit, "" if row.holds else "BROKEN") if judged else ("", "")
    ours = f"{row.ours:.3f} {row.unit}"
    return f"{row.name:44}{ours:>13}{bare:>13}{ratio:>7}{limit:>11}  {row.beside:17}{broken}".rstrip()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures everything and prints one line each.

    Args:
        arguments: of the command line; None for those of this process.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--short", action="store_true", help="a little of everything, and no judgement")
    parser.add_argument(
        "parts", nargs="*", choices=[[], *WHOLE], help="what to measure; everything by default"
    )
    chosen = parser.parse_args(arguments)
    print(f"{'':44}{'ours':>13}{'bare':>13}{'ratio':>7}{'promise':>11}  {'bare is'}")
    all_hold = True
    parts = SHORT if chosen.short else WHOLE
    for name in chosen.parts or parts:
        for row in parts[name]():
            print(line(row, judged=not chosen.short), flush=True)
            all_hold = all_hold and row.holds
    return 0 if all_hold or chosen.short else 1


if __name__ == "__main__":
    sys.exit(main())
