"""A gallery as a map: each picture a point in the plane, so that pictures with similar vectors lie near each other.

Neighbour embedding after t-SNE and UMAP, in NumPy alone and the same for the same vectors (see
docs/decisions/046-a-map-of-nearest-neighbours.md): from the first two principal components on, every picture is drawn
to its nearest ones in the space of the vectors, the nearest most, and pushed away from pictures drawn by chance. At the
end both axes are stretched towards ranks, so that clusters get the room that would lie empty between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Complex128, Float, Float32, Int64
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from core.index.vector_file import pieces_of
from core.lookahead import each_of

MOST_MAPPED = 20_000
"""Of more pictures no map is made: no page shows one, and it would take longer than their vectors."""
NEIGHBOURS, AWAY, ROUNDS, SEED = 15, 3, 150, 44
JUDGED, JUDGED_PICTURES = 10, 1_000
BLOCK = 1024
TOGETHER = 1_000
"""Pictures up to which maps are drawn in one go, for a step takes as long for three of them as for one."""
PUSH, STRETCH = 3.0, 0.7
"""How much more a push counts than in UMAP, and the share of ranks in a place."""
NEAR = 0.1
"""Squared distance below which two pictures push each other no harder."""
EMBEDDED, COMPONENTS = "neighbour embedding", "principal components"


@dataclass(frozen=True, slots=True, eq=False)
class PictureMap:
    """Where the pictures of a gallery lie on a map of one set of vectors.

    Attributes:
        places: (n, 2) float32 in [-1, 1]; both directions fill the range.
        method: "neighbour embedding", or "principal components" where all pictures are neighbours.
        seed: of the pictures that push, 0 where none do.
        kept: in [0, 1]: of a picture's ten nearest by the vectors, how many are among its ten nearest here; the mean
            over at most 1,000 pictures.
    """

    places: Float32[np.ndarray, "n 2"]
    method: str
    seed: int
    kept: float

    def about(self) -> dict[str, str | int | float]:
        """Returns what a manifest says of it."""
        return {"method": self.method, "seed": self.seed, "kept": self.kept}


def maps_of(vectors: Mapping[str, Float32[np.ndarray, "n _"]]) -> dict[str, PictureMap]:
    """Returns a map for each set of vectors; none for more than 20,000 pictures.

    Args:
        vectors: name -> (n, d) unit rows.
    """
    return picture_maps({name: rows for name, rows in vectors.items() if len(rows) <= MOST_MAPPED})


def picture_maps(vectors: Mapping[str, Float32[np.ndarray, "_ _"]]) -> dict[str, PictureMap]:
    """Returns a map for each set of vectors, the same as it would be without the others; equal rows lie in one place.

    Args:
        vectors: name -> (n, d) unit rows.
    """
    begun = each_of(_Begun.of, list(vectors.values()))
    drawn = [each for each in begun if each.neighbours is not None]
    small = [each for each in drawn if len(each.rows) <= TOGETHER]
    each_of(_draw, [small, *([each] for each in drawn if len(each.rows) > TOGETHER)])
    return dict(zip(vectors, each_of(_Begun.ended, begun), strict=True))


@dataclass(slots=True, eq=False)
class _Begun:
    """A map on its way.

    Attributes:
        rows: (m, d) those vectors that differ.
        copies: (n,) which of them each vector is.
        places: (m, 2) where they lie so far.
        neighbours: (m, k) which of them each is drawn to; None where all are neighbours, and nobody is drawn.
    """

    rows: Float32[np.ndarray, "m d"]
    copies: Int64[np.ndarray, " n"]
    places: Float[np.ndarray, "m 2"]
    neighbours: Int64[np.ndarray, "m k"] | None

    @classmethod
    def of(cls, vectors: Float32[np.ndarray, "n d"]) -> _Begun:
        """Returns the map of unit rows before anything was drawn."""
        rows, copies = _distinct(vectors)
        few = len(rows) <= NEIGHBOURS + 1
        return cls(rows, copies, principal_components(rows), None if few else nearest(rows, NEIGHBOURS))

    def ended(self) -> PictureMap:
        """Returns the map as it is now."""
        places = _framed(self.places).astype(np.float32)
        method, seed = (COMPONENTS, 0) if self.neighbours is None else (EMBEDDED, SEED)
        return PictureMap(places[self.copies], method, seed, round(neighbours_kept(self.rows, places), 4))


def principal_components(rows: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "n 2"]:
    """Returns the two directions in which rows differ most, each turned so that its largest weight is positive."""
    centred = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)
    best = axes[:, ::-1][:, :2]
    best = best * np.sign(best[np.abs(best).argmax(axis=0), range(best.shape[1])])
    return np.pad(centred @ best, ((0, 0), (0, 2 - best.shape[1])))


def nearest(rows: Float[np.ndarray, "n d"], k: int) -> Int64[np.ndarray, "n k"]:
    """Returns for each unit row the k others with the largest dot product, the nearest first; k < n."""
    found = np.empty((len(rows), k), dtype=np.int64)
    for start in range(0, len(rows), BLOCK):
        near = rows[start : start + BLOCK] @ rows.T
        near[np.arange(len(near)), start + np.arange(len(near))] = -np.inf
        found[start : start + BLOCK] = _largest(near, k)
    return found


def neighbours_kept(rows: Float[np.ndarray, "n d"], places: Float[np.ndarray, "n 2"]) -> float:
    """Returns how many of a row's ten nearest are among the ten nearest of its place, as a share of ten.

    Args:
        rows: (n, d) unit rows.
        places: (n, 2) of the same pictures.
    """
    k = min(JUDGED, len(rows) - 1)
    if k < 1:
        return 1.0
    shares = []
    for row in range(0, len(rows), -(-len(rows) // JUDGED_PICTURES)):
        near = np.stack([rows @ rows[row], -np.square(places - places[row]).sum(axis=1)])
        near[:, row] = -np.inf
        first, second = _largest(near, k)
        shares.append(len(np.intersect1d(first, second)) / k)
    return float(np.mean(shares))


def _largest(scores: Float[np.ndarray, "m n"], k: int) -> Int64[np.ndarray, "m k"]:
    """Returns the columns of the k largest numbers of each row, the largest first."""
    some = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    some.sort(axis=1)  # so that of equals the first one comes first
    order = np.argsort(-np.take_along_axis(scores, some, axis=1), axis=1, kind="stable")
    return np.take_along_axis(some, order, axis=1)


def _distinct(rows: Float32[np.ndarray, "n d"]) -> tuple[Float32[np.ndarray, "m d"], Int64[np.ndarray, " n"]]:
    """Returns the different rows in their order, and which of them each row is."""
    numbers: dict[bytes, int] = {}
    copies = np.array([numbers.setdefault(row.tobytes(), len(numbers)) for row in rows])
    _, first = np.unique(copies, return_index=True)
    return rows[first], copies


def _draw(maps: Sequence[_Begun]) -> None:
    """Draws every picture to its neighbours and away from others, on each map among its own.

    A point p moves by the gradients of log q and log(1 - q), q = 1 / (1 + |p - r|^2), as in UMAP with a = b = 1. Only
    the one that looks moves, so that nobody is torn by the many for whom it is a neighbour. Places are complex numbers,
    for that is one array where two would be, and all maps lie in it one behind the other: of some hundred pictures a
    step costs what its calls cost, however many numbers these are about.
    """
    if not maps:
        return
    starts = np.cumsum([0, *(len(each.rows) for each in maps)])
    points = np.concatenate([_scaled(each.places) for each in maps])
    neighbours = np.concatenate(
        [
            each.neighbours + start
            for each, start in zip(maps, starts, strict=False)
            if each.neighbours is not None
        ]
    )
    pulls = np.linspace(2, 0, NEIGHBOURS, endpoint=False)
    for number, strangers in enumerate(_strangers(starts)):
        pace = (1 - number / ROUNDS) / NEIGHBOURS
        for pull, neighbour, pushing in zip(pulls.tolist(), neighbours.T, strangers, strict=True):
            away = points[neighbour] - points
            step = away * (2 * pull / (1 + _square(away)))
            away = points - points[pushing]
            square = _square(away)
            step += PUSH * (away * (2 / ((NEAR + square) * (1 + square)))).sum(axis=0)
            points = points + pace * step
    for each, places in zip(
        maps, np.split(points.view(np.float64).reshape(-1, 2), starts[1:-1]), strict=True
    ):
        each.places = _stretched(places)


def _scaled(places: Float[np.ndarray, "n 2"]) -> Complex128[np.ndarray, " n"]:
    """Returns places from which they are drawn, as complex numbers."""
    scaled = places * np.sqrt(len(places)) / (10 * (places[:, 0].std() or 1.0))
    return np.ascontiguousarray(scaled, dtype=np.float64).view(np.complex128).ravel()


def _strangers(starts: Int64[np.ndarray, " maps_and_1"]) -> Iterator[Int64[np.ndarray, "k away n"]]:
    """Yields for each round who pushes whom: on each map some of its own, by the same chance whoever lies beside it.

    Args:
        starts: where each map begins among all, and where the last one ends.
    """
    chances = [np.random.default_rng(SEED) for _ in starts[1:]]
    for _ in range(ROUNDS):
        yield np.concatenate(
            [
                start + chance.integers(0, end - start, (NEIGHBOURS, AWAY, end - start))
                for chance, (start, end) in zip(chances, pairwise(starts.tolist()), strict=True)
            ],
            axis=2,
        )


def _framed(places: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "n 2"]:
    """Returns places moved and scaled so that each direction fills -1 to 1; one without extent stays at 0."""
    low, high = places.min(axis=0), places.max(axis=0)
    extent = np.where(high > low, (high - low) / 2, 1.0)
    return np.asarray(np.clip((places - (low + high) / 2) / extent, -1, 1))


def _stretched(places: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "n 2"]:
    """Returns places between where they are and their ranks along each axis."""
    ranks = places.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    return np.asarray((1 - STRETCH) * _framed(places) + STRETCH * _framed(ranks.astype(np.float64)))


def _square(away: Complex128[np.ndarray, "*points"]) -> Float[np.ndarray, "*points"]:
    return np.asarray(away.real**2 + away.imag**2)


def maps_to_pieces(maps: Mapping[str, PictureMap]) -> list[bytes | memoryview]:
    """Returns the places of all maps as a safetensors file, in pieces."""
    return pieces_of({name: np.ascontiguousarray(each.places) for name, each in maps.items()})


def maps_from_bytes(
    data: bytes, about: Mapping[str, Mapping[str, str | int | float]], count: int
) -> dict[str, PictureMap]:
    """Returns the maps that a file and a manifest hold.

    Args:
        data: what `maps_to_pieces` made.
        about: name -> what the manifest says of the map.
        count: n, how many pictures there must be.

    Raises:
        ValueError: names, shapes or numbers are not those of maps.
    """
    try:
        tensors = load_tensors(data)
    except (SafetensorError, OverflowError) as error:
        raise ValueError(str(error)) from None
    if set(tensors) != set(about):
        raise ValueError("its maps are not those of the manifest")
    for places in tensors.values():
        checked_places(places, count).setflags(write=False)
    return {
        name: PictureMap(tensors[name], str(said["method"]), int(said["seed"]), float(said["kept"]))
        for name, said in about.items()
    }


def checked_places(places: np.ndarray | None, count: int) -> Float32[np.ndarray, "n 2"]:
    """Returns the places of a map as they are.

    Raises:
        ValueError: they are not those of `count` pictures, or one lies outside.
    """
    if places is None or places.shape != (count, 2) or places.dtype != np.float32:
        raise ValueError("a map has not one place for each picture")
    if not (np.abs(places) <= 1).all():  # which what is no number is not, either
        raise ValueError("a place lies outside the map")
    return places
