"""Splits that keep a group on one side: the part that no training sees, folds by group or class, joins."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

import numpy as np
from jaxtyping import Bool, Int

from core.errors import DataError
from core.plurals import counted

KEPT_BACK_ONE_IN = 8


def _number(group: str) -> int:
    return int(hashlib.sha256(group.encode("utf-8", "surrogatepass")).hexdigest(), 16)


def kept_back(group: str) -> bool:
    """Tells whether a group belongs to the eighth of the data that training leaves alone.

    It depends on the group's name only, so that it is the same on every machine and for every recipe.

    Args:
        group: name of the group, such as a photo id or a product name.
    """
    return _number(group) % KEPT_BACK_ONE_IN == 0


def joined_groups(*columns: Sequence[Hashable]) -> tuple[str, ...]:
    """Returns one group for each row such that rows which agree in any of the columns share it.

    Use it where one thing goes by several names: a product by its name and by the hash of its picture.

    Args:
        columns: one or more sequences of the same length n; empty strings and None never join rows.

    Returns:
        (n,) names of groups; each is the smallest name in the first column among the rows that are joined, or
        "#" and a row's number when none of them has one.

    Raises:
        ValueError: the columns differ in length.
    """
    count = len(columns[0])
    if any(len(column) != count for column in columns):
        raise ValueError("joined_groups needs columns of one length")
    parent = list(range(count))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for column in columns:
        first: dict[Hashable, int] = {}
        for row, value in enumerate(column):
            if value is not None and value != "":
                parent[root(row)] = root(first.setdefault(value, row))
    names: dict[int, str] = {}
    for row, value in enumerate(columns[0]):
        if value is not None and value != "":
            names[root(row)] = min(names.get(root(row), str(value)), str(value))
    return tuple(names.get(root(row), f"#{root(row)}") for row in range(count))


def split_by_group(
    groups: Sequence[str],
) -> tuple[Int[np.ndarray, " training"], Int[np.ndarray, " validation"]]:
    """Returns the indices of the rows that train and of those whose group is kept back.

    Args:
        groups: (n,) the group of each row.

    Raises:
        DataError: fewer than two groups would train, or nothing would be left to measure on.
    """
    back: Bool[np.ndarray, " n"] = np.array([kept_back(group) for group in groups], dtype=bool)
    if not back.any() or len({group for group, out in zip(groups, back, strict=True) if not out}) < 2:
        raise DataError(
            f"The data has {counted(len(set(groups)), 'group')} of pictures, "
            "too few to train on some and measure on others."
        )
    return np.flatnonzero(~back), np.flatnonzero(back)


def folds_by_group(groups: Sequence[str], folds: int, seed: int = 0) -> Int[np.ndarray, " n"]:
    """Returns the fold of each row, 0 to folds - 1; a group stands in one fold only.

    Groups are dealt from the largest to the smallest, each to the fold that holds fewest rows, so that
    folds are near equal in size; groups of one size are dealt in the order of a hash of their name and the
    seed, so that the order of the rows changes nothing.

    Args:
        groups: (n,) the group of each row.
        folds: how many folds, at least 2.
        seed: changes which groups meet.

    Raises:
        DataError: there are fewer groups than folds.
        ValueError: folds is below 2.
    """
    if folds < 2:
        raise ValueError(f"folds must be at least 2, not {folds}")
    sizes = Counter(groups)
    if len(sizes) < folds:
        raise DataError(
            f"The data has {counted(len(sizes), 'group')}, too few to be split into {folds} folds."
        )
    filled = [0] * folds
    home: dict[str, int] = {}
    for group in sorted(sizes, key=lambda name: (-sizes[name], _number(f"{seed}:{name}"))):
        fold = min(range(folds), key=lambda i: (filled[i], i))
        home[group], filled[fold] = fold, filled[fold] + sizes[group]
    return np.array([home[group] for group in groups], dtype=np.int64)


def folds_of(
    groups: Sequence[str], folds: int, seed: int
) -> Iterator[tuple[Int[np.ndarray, " training"], Int[np.ndarray, " judged"]]]:
    """Yields for each fold of `folds_by_group` the rows that train for it and those that are judged."""
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
