"""A gallery as a map: each picture a point in the plane, so that pictures with similar vectors lie near each other.

Neighbour embedding after t-SNE and UMAP, in NumPy alone and the same for the same vectors (see
docs/decisions/046-a-map-of-nearest-neighbours.md): from the first two principal components on, every picture is drawn
to its nearest ones in the space of the vectors, the nearest most, and pushed away from pictures drawn by chance. At the
end both axes are stretched towards ranks, so that clusters get the room that would lie empty between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Complex128, Float, Float32, Int64
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from core.index.vector_file import pieces_of

MOST_MAPPED = 20_000
"""Of more pictures no map is made: no page shows one, and it would take longer than their vectors."""
NEIGHBOURS, AWAY, ROUNDS, SEED = 15, 3, 150, 44
JUDGED, JUDGED_PICTURES = 10, 1_000
BLOCK = 1024
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
    return {name: picture_map(rows) for name, rows in vectors.items() if len(rows) <= MOST_MAPPED}


def picture_map(rows: Float32[np.ndarray, "n d"]) -> PictureMap:
    """Returns the map of one set of vectors; equal rows lie in one place.

    Args:
        rows: (n, d) unit rows.
    """
    distinct, copies = _distinct(rows)
    places = principal_components(distinct)
    embedded = len(distinct) > NEIGHBOURS + 1
    if embedded:
        places = _stretched(_embedded(places, nearest(distinct, NEIGHBOURS)))
    places = _framed(places).astype(np.float32)
    return PictureMap(
        places[copies],
        EMBEDDED if embedded else COMPONENTS,
        SEED if embedded else 0,
        round(neighbours_kept(distinct, places), 4),
    )


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


def _embedded(
    places: Float[np.ndarray, "n 2"], neighbours: Int64[np.ndarray, "n k"]
) -> Float[np.ndarray, "n 2"]:
    """Draws every picture to its neighbours and away from others.

    A point p moves by the gradients of log q and log(1 - q), q = 1 / (1 + |p - r|^2), as in UMAP with a = b = 1. Only
    the one that looks moves, so that nobody is torn by the many for whom it is a neighbour. Places are complex numbers,
    for that is one array where two would be.
    """
    count, k = neighbours.shape
    chance = np.random.default_rng(SEED)
    scaled = places * np.sqrt(count) / (10 * (places[:, 0].std() or 1.0))
    points = np.ascontiguousarray(scaled, dtype=np.float64).view(np.complex128).ravel()
    pulls = np.linspace(2, 0, k, endpoint=False)
    for number in range(ROUNDS):
        pace = (1 - number / ROUNDS) / k
        for pull, neighbour in zip(pulls.tolist(), neighbours.T, strict=True):
            away = points[neighbour] - points
            step = away * (2 * pull / (1 + _square(away)))
            away = points - points[chance.integers(0, count, (AWAY, count))]
            square = _square(away)
            step += PUSH * (away * (2 / ((NEAR + square) * (1 + square)))).sum(axis=0)
            points = points + pace * step
    return points.view(np.float64).reshape(-1, 2)


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
