"""Recipe `captioner`: sentence embeddings of every word a caption may use, and an eye for sketches.

The joint space has seen photos only and names next to no sketch right. So the noun of a sketch is chosen through a
ridge regression from picture features to the sentence embedding of the sketch's class, over all nouns.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float, Float32, Int

from core import blend
from core.captioners.slots import KIND, Adapter, directions
from core.captioners.templates import GARMENT, prompts_of, sketch_template
from core.datasets.folder import read_folder
from core.datasets.split import folds_by_group
from core.encoders.towers import TOWERS_ID, Towers
from core.errors import DataError
from core.metrics import proportion
from core.settings import ASSETS
from core.store import Manifest, read_manifest, save_artifact
from core.training.shared.common import (
    Stopwatch,
    feature_store,
    interval,
    kept_back_rows,
    require_pack,
    versions,
    write_model_card,
)

NOUNS = ASSETS / "models" / "pocket" / "captioner" / "nouns.txt"
PACK = "sketchy125"
RIDGE = 300.0
FOLDS = 5
OTHER_NAMES = {"car (sedan)": "sedan", "crocodilian": "crocodile"}


def read_nouns() -> list[str]:
    """Returns the nouns that a sketch's caption may use.

    Raises:
        DataError: the list is too short.
    """
    nouns = NOUNS.read_text(encoding="utf-8").split("\n")[:-1]
    if len(nouns) < 1000:
        raise DataError(f"The list of nouns has {len(nouns)} entries; it needs at least 1,000.")
    return nouns


def noun_of(label: str) -> str:
    """Returns the noun that stands for a class of sketches: "hot-air balloon" for "hot-air_balloon"."""
    name = label.replace("_", " ").strip()
    return OTHER_NAMES.get(name, name)


def fit_adapter(
    pooled: Float32[np.ndarray, "n p"],
    wanted: Int[np.ndarray, " n"],
    nouns: Float[np.ndarray, "c s"],
    scale: float,
) -> Adapter:
    """Fits the ridge regression from standardised features to the direction of each sketch's noun.

    Args:
        pooled: (n, p) features.
        wanted: (n,) index of the right noun of each.
        nouns: (c, s) directions of all nouns.
        scale: inverse temperature that the adapter will use.
    """
    mean, deviation = pooled.mean(axis=0, dtype=np.float64), pooled.std(axis=0, dtype=np.float64) + 1e-3
    rows, targets = (pooled - mean) / deviation, nouns[wanted]
    centre = targets.mean(axis=0)
    gram = rows.T @ rows + RIDGE * np.eye(rows.shape[1])
    weight = np.linalg.solve(gram, rows.T @ (targets - centre)).T / deviation
    # The centre is left out: it is the same for all sketches and would favour nouns near the known classes.
    return Adapter(weight.astype(np.float32), (-(weight @ mean)).astype(np.float32), scale)


def out_of_fold_vectors(
    pooled: Float32[np.ndarray, "n p"],
    wanted: Int[np.ndarray, " n"],
    nouns: Float[np.ndarray, "c s"],
    groups: Sequence[str],
    seed: int,
) -> Float[np.ndarray, "n s"]:
    """Returns what an adapter that saw no sketch of the same photo makes of each sketch."""
    folds = folds_by_group(groups, FOLDS, seed)
    vectors = np.zeros((len(pooled), nouns.shape[1]))
    for fold in range(FOLDS):
        outside = folds != fold
        vectors[~outside] = fit_adapter(pooled[outside], wanted[outside], nouns, 1.0)(pooled[~outside])
    return vectors


def best_scale(cosines: Float[np.ndarray, "n c"], wanted: Int[np.ndarray, " n"]) -> float:
    """Returns the inverse temperature at which the right nouns are likeliest."""
    grid = np.geomspace(2.0, 64.0, 31)
    rows = np.arange(len(wanted))
    losses = [-np.log(blend.softmax(scale * cosines)[rows, wanted]).mean() for scale in grid]
    return float(grid[int(np.argmin(losses))])


def run(data: Path, out: Path, seed: int) -> None:
    """Encodes the candidates of both templates and fits the adapter for sketches.

    Args:
        data: a folder of packs with `sketchy125`, or that pack.
        out: the artefact's folder.
        seed: of the folds.

    Raises:
        DataError: the pack or the list of nouns is missing or unusable.
    """
    watch, towers, nouns = Stopwatch.started(), Towers(), read_nouns()
    pictures = read_folder(require_pack(data, PACK), "label")
    pooled, digests = feature_store().rows(
        f"pooled {TOWERS_ID}", [one.path for one in pictures], towers.pooled
    )
    templates = (sketch_template(nouns), GARMENT)
    tensors = {
        f"{template.name}.{gap}": towers.sentences(prompts_of(template, gap)).astype(np.float16)
        for template in templates
        for gap in template.candidates
    }
    rows = directions(tensors["sketch.thing"].astype(np.float32))
    wanted = np.array([nouns.index(noun_of(one.label)) for one in pictures])
    groups = [one.columns["photo_id"] for one in pictures]
    back = kept_back_rows(groups)
    train = np.flatnonzero(~back)
    vectors = out_of_fold_vectors(pooled[train], wanted[train], rows, [groups[i] for i in train], seed)
    scale = best_scale(vectors @ rows.T, wanted[train])
    adapter = fit_adapter(pooled[train], wanted[train], rows, scale)
    tensors["sketch.thing.adapter.weight"] = adapter.weight.astype(np.float16)
    tensors["sketch.thing.adapter.bias"] = adapter.bias
    right = (adapter(pooled[back]) @ rows.T).argmax(axis=1) == wanted[back]
    estimate = proportion(right)
    manifest = Manifest(
        kind=KIND,
        models={"towers": TOWERS_ID},
        data=[PACK, "nouns.txt, a list of ours"],
        split="an eighth of the photos, with all their sketches, trained nothing.",
        seed=seed,
        versions=versions(),
        metrics=interval("caption_names_class", estimate.value, estimate.low, estimate.high, len(right)),
        minutes=watch.minutes(),
        details={"nouns": nouns, "adapters": {"sketch": {"thing": scale}}},
    )
    save_artifact(out, tensors, manifest, seen=[digests[i] for i in train])
    write_model_card(out, "Slot captioner", read_manifest(out), _card(len(nouns)))


def _card(nouns: int) -> tuple[str, ...]:
    return (
        f"Fills the gaps of a caption template by choice among fixed words: {nouns} nouns for sketches, and the "
        "attributes of garments. It holds embeddings of the candidates by all-MiniLM-L6-v2 (Apache-2.0). The "
        "noun of a sketch is chosen through a linear map from picture features to those embeddings; every other "
        "gap in the joint space.",
        "It knows no word outside its lists and no grammar; levels of occlusion, scale and zoom are guesses.",
    )
