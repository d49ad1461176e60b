"""What a file of scores must hold, each rule with the sentence that says how a file broke it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from core.errors import DataError, InputError
from core.index.names import fault_of
from core.text import clean

REQUIRED = ("parts", "kinds", "ids")
KINDS = ("picture", "words", "both")
MOST_QUERIES, MOST_CANDIDATES = 5_000, 20_000
LONGEST_ID, LONGEST_QUERY, LONGEST_LABEL = 300, 1_000, 40
MOST_SCORE = 1e30
Rows = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class ScoreSet:
    """The scores of a retrieval model, by kinds of evidence.

    Attributes:
        title: of the set.
        model: what gave the scores.
        parts: (kinds, queries, n) finite; a larger score is a better one.
        kinds: "picture", "words" or "both" of each part: its colour.
        labels: what people call each part.
        ids: (n,) of the candidates, distinct.
        files: (n,) the candidates' pictures, relative to `pictures`; "" for one without.
        queries: what each query asks.
        query_files: the pictures that queries ask with, relative to `pictures`; "" for one without.
        right: of each query, the rows of its right answers; () where nobody knows.
        left_out: of each query, the rows that are no part of its ranking, such as its reference.
        weights: where the sliders start; they sum to 1.
        pictures: the folder of pictures, None without one.
    """

    title: str
    model: str
    parts: Float32[np.ndarray, "kinds queries n"]
    kinds: tuple[str, ...]
    labels: tuple[str, ...]
    ids: tuple[str, ...]
    files: tuple[str, ...]
    queries: tuple[str, ...]
    query_files: tuple[str, ...]
    right: Rows
    left_out: Rows
    weights: tuple[float, ...]
    pictures: Path | None


def score_set(arrays: Mapping[str, np.ndarray], base: Path, name: str) -> ScoreSet:
    """Returns the set that arrays hold.

    Args:
        arrays: by their names, as docs/scores.md lists them; all of `REQUIRED` are there.
        base: the folder that holds the file, or the folder of the arrays.
        name: of the file, for sentences.

    Raises:
        DataError: a rule is broken.
    """
    return _Checked(arrays, base, name).scores()


class _Checked:
    """Reads one array after the other."""

    def __init__(self, arrays: Mapping[str, np.ndarray], base: Path, name: str) -> None:
        self._arrays, self._base, self._name = arrays, base, name

    def scores(self) -> ScoreSet:
        parts = self._parts()
        count, queries, n = parts.shape
        kinds = self._kinds(count)
        ids = self._texts("ids", n, LONGEST_ID)
        self._check_distinct(ids)
        pictures = self._folder()
        right, left_out = self._pairs("right", queries, n), self._pairs("left_out", queries, n)
        self._check_apart(right, left_out, n)
        return ScoreSet(
            title=self._line("title", Path(self._name).stem),
            model=self._line("model", "a model of your own"),
            parts=parts,
            kinds=kinds,
            labels=self._texts("labels", count, LONGEST_LABEL) if "labels" in self._arrays else kinds,
            ids=ids,
            files=self._files("files", n, ids if pictures else ()),
            queries=self._queries(queries),
            query_files=self._files("query_files", queries, ()),
            right=right,
            left_out=left_out,
            weights=self._weights(count),
            pictures=pictures,
        )

    def _refusal(self, sentence: str) -> DataError:
        return DataError(f"The scores {self._name!r} {sentence}.")

    def _parts(self) -> Float32[np.ndarray, "kinds queries n"]:
        parts = self._arrays["parts"]
        if parts.ndim != 3 or parts.dtype.kind != "f":
            raise self._refusal(
                f"hold parts of {parts.dtype.name} in the shape {parts.shape}; floats in the shape "
                "(kinds, queries, candidates) are accepted"
            )
        count, queries, n = parts.shape
        if count not in (2, 3):
            raise self._refusal(f"have {count} parts; two or three kinds of evidence can be blended")
        if not 1 <= queries <= MOST_QUERIES:
            raise self._refusal(f"have {queries:,} queries; 1 to {MOST_QUERIES:,} are accepted")
        if not 1 <= n <= MOST_CANDIDATES:
            raise self._refusal(f"have {n:,} candidates; 1 to {MOST_CANDIDATES:,} are accepted")
        if parts.itemsize < 4:  # in half precision the limit would be infinity, and infinity within it
            parts = parts.astype(np.float32)
        for part, rows in enumerate(parts):
            # Of NaN neither end is fine, for it is both the least and the greatest; a mask costs four times as much.
            if not (rows.min() >= -MOST_SCORE and rows.max() <= MOST_SCORE):
                fine = (rows >= -MOST_SCORE) & (rows <= MOST_SCORE)
                query, row = np.argwhere(~fine)[0]
                raise self._refusal(
                    f"have {rows[query, row]} in parts[{part}, {query}, {row}]; every score must be a finite number "
                    f"up to {MOST_SCORE:g}"
                )
        return np.ascontiguousarray(parts, dtype=np.float32)

    def _kinds(self, count: int) -> tuple[str, ...]:
        kinds = self._texts("kinds", count, LONGEST_LABEL)
        if not set(kinds) <= set(KINDS) or len(set(kinds)) != len(kinds):
            raise self._refusal(
                f"call the kinds {', '.join(kinds)}; each is one of {', '.join(KINDS)}, and each stands once"
            )
        return kinds

    def _texts(self, key: str, count: int, longest: int, *, empty: bool = False) -> tuple[str, ...]:
        """Returns one cleaned text for each of `count` things."""
        array = self._arrays[key]
        if array.dtype.kind != "U" or array.ndim != 1:
            raise self._refusal(
                f"have {key} of {array.dtype.name} in the shape {array.shape}; a list of text is accepted"
            )
        if len(array) != count:
            raise self._refusal(
                f"have {len(array):,} {key} where the parts have {count:,}; the lengths must be equal"
            )
        try:
            return tuple(
                clean(text, what=f"text in {key}", limit=longest, allow_empty=empty)
                for text in array.tolist()
            )
        except InputError as error:
            raise self._refusal(
                f"cannot be used: {str(error)[:1].lower()}{str(error)[1:].rstrip('.')}"
            ) from error

    def _check_distinct(self, ids: Sequence[str]) -> None:
        places: dict[str, int] = {}
        for row, name in enumerate(ids):
            if places.setdefault(name, row) != row:
                raise self._refusal(
                    f"have the id {name!r} twice, in rows {places[name]} and {row}; ids must be distinct"
                )

    def _files(self, key: str, count: int, otherwise: Sequence[str]) -> tuple[str, ...]:
        if key not in self._arrays:
            return tuple(name if not fault_of(name) else "" for name in otherwise) or ("",) * count
        files = self._texts(key, count, LONGEST_ID, empty=True)
        for name in files:
            if name and fault_of(name):
                raise self._refusal(
                    f"name the picture {name!r}; files are named relative to the folder of pictures"
                )
        return files

    def _folder(self) -> Path | None:
        if "pictures" not in self._arrays:
            folder = self._base / "pictures"
            return folder if folder.is_dir() else None
        folder = self._base / Path(self._line("pictures", "")).expanduser()
        if not folder.is_dir():
            raise self._refusal("name a folder of pictures that is not there; give it relative to the file")
        return folder

    def _line(self, key: str, usual: str) -> str:
        if key not in self._arrays:
            return usual
        array = self._arrays[key]
        if array.dtype.kind != "U" or array.size != 1:
            raise self._refusal(f"have {array.size} values in {key}; one text is accepted")
        return clean(str(array.reshape(-1)[0]), what=key, limit=LONGEST_QUERY)

    def _queries(self, count: int) -> tuple[str, ...]:
        if "queries" not in self._arrays:
            return tuple(f"query {number}" for number in range(1, count + 1))
        return self._texts("queries", count, LONGEST_QUERY)

    def _pairs(self, key: str, queries: int, n: int) -> Rows:
        """Returns, for each query, the rows that (query, row) pairs name."""
        if key not in self._arrays:
            return ((),) * queries
        pairs = self._arrays[key]
        if pairs.size == 0:
            return ((),) * queries
        if pairs.dtype.kind not in "iu" or pairs.ndim != 2 or pairs.shape[1] != 2:
            raise self._refusal(
                f"have {key} of {pairs.dtype.name} in the shape {pairs.shape}; whole numbers in pairs "
                "(query, candidate) are accepted"
            )
        rows: list[set[int]] = [set() for _ in range(queries)]
        for query, row in pairs.tolist():
            if not (0 <= query < queries and 0 <= row < n):
                raise self._refusal(
                    f"name in {key} candidate {row} for query {query}, which does not exist; there are {queries:,} "
                    f"queries and {n:,} candidates, counted from 0"
                )
            rows[query].add(row)
        return tuple(tuple(sorted(chosen)) for chosen in rows)

    def _check_apart(self, right: Rows, left_out: Rows, n: int) -> None:
        for query, (answers, hidden) in enumerate(zip(right, left_out, strict=True)):
            if set(answers) & set(hidden):
                raise self._refusal(
                    f"leave out of query {query} one of its right answers; a right answer is ranked"
                )
            if len(hidden) == n:
                raise self._refusal(f"leave out every candidate of query {query}; at least one is ranked")

    def _weights(self, count: int) -> tuple[float, ...]:
        if "weights" not in self._arrays:
            return (1 / count,) * count
        weights = self._arrays["weights"]
        usable = weights.dtype.kind in "fiu" and weights.shape == (count,)
        if not usable or not np.isfinite(weights).all() or weights.min() < 0 or not weights.sum() > 0:
            raise self._refusal(
                f"have weights that cannot be used; {count} numbers of 0 or more are accepted, not all 0"
            )
        whole = weights.astype(np.float64) / float(weights.max())
        return tuple((whole / whole.sum()).tolist())
