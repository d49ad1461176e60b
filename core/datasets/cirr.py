"""CIRR, composed image retrieval on real-life images (Liu et al. 2021): queries, subsets, the server's files.

The folder is the branch `cirr_dataset` of the repository: captions/cap.rc2.SPLIT.json, image_splits/
split.rc2.SPLIT.json and, once NLVR2 has given them out, the pictures under img_raw/. Either file may be gzipped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from core import blend
from core.datasets.base import inside, read_json
from core.datasets.sources import Source
from core.errors import DataError
from core.store import write_atomically

SOURCE = Source(
    "CIRR",
    "github.com/Cuberick-Orion/CIRR",
    "annotations free, pictures from NLVR2 at lil.nlp.cornell.edu/nlvr after filling in a form",
)
SPLITS = ("train", "val", "test1")
VERSION = "rc2"
PICTURES = "img_raw"
# How many names for each query the evaluation server takes.
SENT, SENT_OF_SUBSET = 50, 3


@dataclass(frozen=True, slots=True)
class CirrQuery:
    """A reference picture, what should change, and the picture that is then right.

    Attributes:
        pair_id: number of the query, unique within a split.
        reference: name of the reference picture.
        caption: the modification text as written; one of test1 is empty.
        group: names of the similar pictures among which recall in the subset is taken, the reference with them.
        target: name of the right picture, None in test1, whose answers only the server knows.
        soft: name -> how far a picture is right too, from -1 to 1 (target_soft); empty in test1.
    """

    pair_id: int
    reference: str
    caption: str
    group: tuple[str, ...]
    target: str | None
    soft: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class CirrSet:
    """One split of CIRR.

    Attributes:
        folder: the data folder.
        split: train, val or test1.
        files: name of a picture -> its file under img_raw; in this order they are the gallery.
        queries: in the order of the captions.
    """

    folder: Path
    split: str
    files: Mapping[str, str]
    queries: tuple[CirrQuery, ...]

    @property
    def gallery(self) -> tuple[str, ...]:
        """Names of all pictures of the split: what the official recall ranks, less each query's reference."""
        return tuple(self.files)

    def path(self, name: str) -> Path:
        """Returns where a picture lies.

        Raises:
            DataError: the split has no such name, or the file is not there.
        """
        if name not in self.files:
            raise DataError(f"The split {self.split} of CIRR has no picture called {name!r}.")
        relative = inside(self.folder, self.files[name], where=f"The split {self.split}")
        relative = relative.relative_to(self.folder)
        return SOURCE.picture(self.folder, [self.folder / PICTURES / relative, self.folder / relative])

    def references(self) -> Int[np.ndarray, " queries"]:
        """Returns the place of each query's reference in the gallery."""
        return self._places([query.reference for query in self.queries])

    def targets(self) -> Int[np.ndarray, " queries"]:
        """Returns the place of each query's target in the gallery.

        Raises:
            DataError: the split keeps its targets secret.
        """
        names = [query.target for query in self.queries if query.target is not None]
        if len(names) < len(self.queries):
            raise DataError(f"The split {self.split} of CIRR names no targets; send answers to its server.")
        return self._places(names)

    def groups(self) -> list[Int[np.ndarray, " _"]]:
        """Returns the places of each query's group in the gallery."""
        flat = self._places([name for query in self.queries for name in query.group])
        ends = np.cumsum([len(query.group) for query in self.queries])
        return np.split(flat, ends[:-1])

    def _places(self, names: Sequence[str]) -> Int[np.ndarray, " names"]:
        place = {name: index for index, name in enumerate(self.files)}
        return np.array([place[name] for name in names], dtype=np.int64)


def read_cirr(folder: Path, split: str = "val") -> CirrSet:
    """Returns the queries and the gallery of one split.

    Args:
        folder: holds captions/ and image_splits/, or their files side by side, with or without "cirr_" in front.
        split: train, val or test1.

    Raises:
        DataError: no such split or file, another shape, a number or name that stands twice, a name that the
            table of pictures does not have, or a file that leaves the folder.
    """
    if split not in SPLITS:
        raise DataError(f"CIRR has no split {split!r}; choose one of {', '.join(SPLITS)}.")
    captions, table = f"cap.{VERSION}.{split}.json", f"split.{VERSION}.{split}.json"
    captions_file = SOURCE.file(folder, [f"captions/{captions}", captions, f"cirr_{captions}"])
    listed = SOURCE.file(folder, [f"image_splits/{table}", table, f"cirr_{table}"])
    files = _files(folder, read_json(listed), listed.name)
    entries = read_json(captions_file)
    if not isinstance(entries, list) or not entries:
        raise DataError(f"The file {captions_file.name} must be a list with at least one query.")
    queries: dict[int, CirrQuery] = {}
    for number, entry in enumerate(entries, 1):
        query = _query(entry, files, f"Entry {number} of {captions_file.name}", secret=split == "test1")
        if query.pair_id in queries:
            raise DataError(f'Two entries of {captions_file.name} have the "pairid" {query.pair_id}.')
        queries[query.pair_id] = query
    return CirrSet(folder, split, files, tuple(queries.values()))


def _files(folder: Path, value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, dict) or not value:
        raise DataError(f"The file {where} must map at least one name of a picture to its file.")
    for name, file in value.items():
        if not isinstance(file, str):
            raise DataError(f"The file {where} gives no file for the picture {name!r}.")
        inside(folder, file, where=f"The file {where}")
    return value


def _query(entry: Any, files: Mapping[str, str], where: str, *, secret: bool) -> CirrQuery:
    if not isinstance(entry, dict):
        raise DataError(f'{where} must be an object with "pairid", "reference", "caption" and "img_set".')
    pair_id, reference, caption = (entry.get(name) for name in ("pairid", "reference", "caption"))
    if not isinstance(pair_id, int) or isinstance(pair_id, bool):
        raise DataError(f'{where} needs a whole number as its "pairid".')
    if not isinstance(caption, str):
        raise DataError(f'{where} needs a "caption", which is a sentence.')
    subset = entry.get("img_set")
    group = subset.get("members") if isinstance(subset, dict) else None
    if not isinstance(group, list) or len(group) < 2:
        raise DataError(f'{where} needs an "img_set" whose "members" are at least two pictures.')
    target = entry.get("target_hard")
    if target is None and not secret:
        raise DataError(f'{where} has no "target_hard".')
    soft = entry.get("target_soft", {})
    if not isinstance(soft, dict) or not all(isinstance(share, int | float) for share in soft.values()):
        raise DataError(f'{where} needs numbers in its "target_soft".')
    for name in (reference, *group, *soft, *([] if target is None else [target])):
        if not isinstance(name, str) or name not in files:
            raise DataError(f"{where} names the picture {name!r}, which its split does not list.")
    if len(set(group)) < len(group) or reference not in group:
        raise DataError(f'{where} must have its reference, and every picture once, among its "members".')
    if target == reference:
        raise DataError(f"{where} has its own reference as its target.")
    return CirrQuery(pair_id, str(reference), caption, tuple(group), target, soft)


def write_server_files(
    cirr: CirrSet, scores: Float[np.ndarray, "queries gallery"], out: Path
) -> tuple[Path, Path]:
    """Writes the two files that the evaluation server of CIRR takes, as its template asks.

    Each maps "version" to "rc2", "metric" to "recall" or "recall_subset", and every pair id to names of
    pictures, best first: 50 of the gallery, or 3 of the group, never the reference.

    Args:
        cirr: the split, test1 for the server.
        scores: (queries, gallery) finite, higher is better; columns as in `asked.gallery`.
        out: the folder to write `recall.json` and `recall_subset.json` into.

    Returns:
        The paths of both files.

    Raises:
        ValueError: the scores have another shape or are not finite.
    """
    if scores.shape != (len(cirr.queries), len(cirr.files)) or not np.isfinite(scores).all():
        raise ValueError(
            f"scores must be finite, of shape {(len(cirr.queries), len(cirr.files))}, not {scores.shape}"
        )
    names = cirr.gallery
    whole: dict[str, Any] = {"version": VERSION, "metric": "recall"}
    subset: dict[str, Any] = {"version": VERSION, "metric": "recall_subset"}
    places = zip(cirr.queries, scores, cirr.references(), cirr.groups(), strict=True)
    for query, row, reference, group in places:
        key = str(query.pair_id)
        whole[key] = [names[place] for place in blend.order(row, SENT, (int(reference),))]
        # In the order of the gallery, so that ties fall as they do in the whole ranking.
        others = np.sort(group[group != reference])
        subset[key] = [names[others[place]] for place in blend.order(row[others], SENT_OF_SUBSET)]
    paths = out / "recall.json", out / "recall_subset.json"
    for path, answers in zip(paths, (whole, subset), strict=True):
        write_atomically(path, json.dumps(answers).encode())
    return paths
