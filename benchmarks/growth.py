"""What search costs and finds as galleries grow from ten thousand pictures to a million, beside what else there is.

    python -m benchmarks.growth [--short] [--out docs/figures/growth]

One process, one thread for a question. Ten thousand rows are of real crops; more are semi-synthetic, interpolated
between them, see `benchmarks.growth_rows`. Questions are real: a crop, what somebody wrote should change, and f of
both, mixed at weights drawn evenly from the simplex. `python -m benchmarks growth` prints a part of it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from jaxtyping import Float32

import core  # noqa: F401  # before NumPy, whose threads it sets
from benchmarks.contenders import CONTENDERS, SHIPPED, Bench, Contender, Made, made, proposer_of
from benchmarks.growth_rows import RealRows, grown, real_rows
from benchmarks.growth_windows import HEAD, WindowRecall, windows
from benchmarks.timing import Row
from core.contracts import Proposer
from core.index.approximate_recall import KnownBest, answered
from core.index.proposing import ExactProposer

SIZES = (10_000, 100_000, 1_000_000)
SHORT = (2_000,)
WHOLE = 100_000
"""Rows from which on windows are fetched."""
LIMIT, MISSED = 10.0, 2.0
"""Milliseconds, and the share of the best twelve in percent, that our search may take and miss at a million."""
SLOW, FEW = 20.0, 20
"""Milliseconds from which on only so many questions are asked."""


@dataclass(frozen=True, slots=True)
class Grown:
    """What one way to search does at one size.

    Attributes:
        name: of `benchmarks.contenders.CONTENDERS`.
        rows: n.
        recall: how many of the exact best twelve it finds, in [0, 1].
        p50: median milliseconds of a question.
        p95: those that one question of twenty takes longer than.
        core: median milliseconds that a core worked for a question, whatever else the machine did.
        seconds: that it took to build.
        file: bytes on the disk beside the vectors.
        memory: bytes by which the process grew beside the vectors.
    """

    name: str
    rows: int
    recall: float
    p50: float
    p95: float
    core: float
    seconds: float
    file: int
    memory: int


def measured(
    sizes: Sequence[int], real: RealRows, *, with_windows: bool = False
) -> Iterator[Grown | WindowRecall]:
    """Yields what each way to search does at each size.

    Args:
        sizes: ascending.
        real: rows and questions.
        with_windows: whether to measure windows, too, at the sizes at which they are fetched.
    """
    everything = grown(real.rows, sizes[-1])
    parts = np.ascontiguousarray(real.parts[:, 0])
    weights = np.random.default_rng(5).dirichlet(np.ones(3), len(parts)).astype(np.float32)
    mixed = np.einsum("mk,mkd->md", weights, parts)
    for size in sizes:
        rows = everything[:size]
        rows.setflags(write=False)
        known = answered(mixed, [rows])
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(Path(folder), real.texts)
            for contender in CONTENDERS.values():
                if size <= contender.most and _is_here(contender):
                    ready = made(contender, rows, bench, lambda ask: ask(parts[0], weights[0]))
                    yield _grown(contender, ready, size, parts, weights, known)
                    del ready
            if with_windows and size >= WHOLE:
                proposers: list[Proposer] = [proposer_of(rows, Path(folder))]
                proposers += [ExactProposer([rows])] if size == WHOLE else []
                yield from windows(rows, real.parts, proposers)


def _is_here(contender: Contender) -> bool:
    optional = contender.name in ("usearch", "autofaiss")
    return not optional or find_spec(contender.name) is not None


def _grown(
    contender: Contender,
    ready: Made,
    size: int,
    parts: Float32[np.ndarray, "m 3 d"],
    weights: Float32[np.ndarray, "m 3"],
    known: KnownBest,
) -> Grown:
    found, took, worked = [], [], []
    for number, (part, weight) in enumerate(zip(parts, weights, strict=True)):
        began, work = time.perf_counter(), time.thread_time()
        found.append(ready.ask(part, weight))
        worked.append(1000 * (time.thread_time() - work))
        took.append(1000 * (time.perf_counter() - began))
        if number + 1 >= FEW and np.median(took) > SLOW:
            break
    asked = KnownBest(known.questions[: len(found)], known.sides, known.least[: len(found)])
    p50, p95 = np.quantile(took, [0.5, 0.95])
    return Grown(
        name=contender.name,
        rows=size,
        recall=asked.found(np.stack(found)),
        p50=float(p50),
        p95=float(p95),
        core=float(np.median(worked)),
        seconds=ready.seconds,
        file=ready.bytes,
        memory=ready.memory,
    )


def rows(sizes: Sequence[int] = SIZES, asked: int = 200) -> Iterator[Row]:
    """Yields latency and what is missed, ours beside the others, for the table of speeds.

    Args:
        sizes: ascending.
        asked: questions.
    """
    ours = None
    for each in measured(sizes, real_rows(asked=asked)):
        if isinstance(each, WindowRecall):
            continue
        if each.name == SHIPPED:
            ours, last = each, each.rows >= 1_000_000
            yield Row(f"growth, ours, {each.rows:,} rows", each.p50, limit=LIMIT if last else None)
            yield Row("growth, missed of the best 12", 100 * (1 - each.recall),
                      limit=MISSED if last else None, unit="%")  # fmt: skip
        elif ours is not None:
            yield Row(f"growth, {each.rows:,} rows", ours.p50, each.p50, beside=each.name)


def table(results: Sequence[Grown]) -> str:
    """Returns what was measured as a table in Markdown."""
    lines = [
        "| rows | search | recall@12 | p50 ms | p95 ms | core ms | built in s | file MB | memory MB |",
        "|---:|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for each in results:
        lines.append(
            f"| {each.rows:,} | {each.name} | {each.recall:.3f} | {each.p50:.2f} | {each.p95:.2f} | {each.core:.2f} "
            f"| {each.seconds:.1f} | {each.file / 1e6:.1f} | {each.memory / 1e6:.0f} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures everything, prints the table, and writes it with its figures where it is told to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth")
    parser.add_argument("--short", action="store_true", help="2,000 rows")
    parser.add_argument("--out", metavar="DIR", type=Path, help="a folder for growth.json and the figures")
    chosen = parser.parse_args(arguments)
    real = real_rows(asked=12 if chosen.short else 200)
    results: list[Grown] = []
    held: list[WindowRecall] = []
    for each in measured(SHORT if chosen.short else SIZES, real, with_windows=not chosen.short):
        if isinstance(each, Grown):
            results.append(each)
            print(table([each]).splitlines()[-1], flush=True)
        else:
            held.append(each)
            print(each.line(), flush=True)
    print(f"\nOf {real.source}.\n\n{table(results)}\n\n" + "\n".join([HEAD, *(each.line() for each in held)]))
    if chosen.out is not None:
        from benchmarks.growth_figures import draw

        chosen.out.mkdir(parents=True, exist_ok=True)
        written = {"source": real.source, "results": [*map(asdict, results)], "windows": [*map(asdict, held)]}
        (chosen.out / "growth.json").write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
        draw(results, chosen.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
