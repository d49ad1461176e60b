"""Which rows train and which are judged: the eighth that is kept back, and folds by group or by class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Bool, Int

from core.datasets.split import folds_by_group, kept_back
from core.errors import DataError


def kept_back_rows(groups: Sequence[str]) -> Bool[np.ndarray, " n"]:
    """Tells which rows train nothing, since their group belongs to the eighth that is kept back.

    Args:
        groups: (n,) the group of each row.

    Raises:
        DataError: fewer than two groups would train, or nothing would be left to measure on.
    """
    back = np.array([kept_back(group) for group in groups], dtype=bool)
    training = {group for group, out in zip(groups, back, strict=True) if not out}
    if not back.any() or len(training) < 2:
        raise DataError(
            f"The data has {len(set(groups))} groups of pictures, too few to train on some and measure on others."
        )
    return back


def folds_of(
    groups: Sequence[str], folds: int, seed: int
) -> Iterator[tuple[Int[np.ndarray, " training"], Int[np.ndarray, " judged"]]]:
    """Yields for each fold the rows that train for it and those that are judged; a group stands in one fold.

    Args:
        groups: (n,) the group of each row.
        folds: how many.
        seed: changes which groups meet.

    Raises:
        DataError: there are fewer groups than folds.
    """
    home = folds_by_group(groups, folds, seed)
    for fold in range(folds):
        yield np.flatnonzero(home != fold), np.flatnonzero(home == fold)


def folds_by_class(
    groups: Int[np.ndarray, " n"], classes: Int[np.ndarray, " n"], folds: int, seed: int
) -> Int[np.ndarray, " n"]:
    """Returns the fold of each row, 0 to folds - 1: each fold has its share of every class, each group one fold.

    Args:
        groups: (n,) the number of the group of each row.
        classes: (n,) its class.
        folds: how many.
        seed: changes which groups meet.
    """
    draw, start, home = np.random.default_rng(seed), 0, dict[int, int]()
    for label in np.unique(classes):
        new = [group for group in np.unique(groups[classes == label]).tolist() if group not in home]
        home |= {group: (start + place) % folds for place, group in enumerate(draw.permutation(new).tolist())}
        start += len(new)
    return np.array([home[group] for group in groups.tolist()], dtype=np.int64)
