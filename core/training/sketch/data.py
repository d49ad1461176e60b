"""The sketches of the pack, encoded: what f and g learn from, and captions that no captioner had seen before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32, Int, UInt8
from tqdm import tqdm

from core.captioners.slots import KIND as CAPTIONER
from core.captioners.slots import SlotCaptioner, directions, load_captioners
from core.datasets.folder import LabelledPicture, read_folder
from core.datasets.packs import find_pack
from core.datasets.sketch_names import plain_sentences, readable
from core.datasets.split import folds_of, split_by_group
from core.encoders.pocket import PocketJoint
from core.encoders.sketch_tower import IMAGE_SIZE
from core.encoders.towers import TOWERS_ID
from core.errors import DataError
from core.features.cache import Arrays
from core.features.store import feature_store
from core.images import ink, open_picture
from core.store import Manifest, load_artifact, sha256_of
from core.training.captioner.data import NamedSketches, read_sketches
from core.training.captioner.fit import fit_adapter
from core.training.shared.weights import SHIPPED

LARGER = "sketchy125_256"
"""The same drawings at twice the side, under the same names."""
FOLDS = 5

Labels = Int[np.ndarray, " n"]


@dataclass(frozen=True, slots=True, eq=False)
class LargerFiles:
    """What the sketch tower sees of the same drawings, row by row, in files of twice the side; SHA-256 of each file."""

    inks: UInt8[np.ndarray, "n side side"]
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """The sketches, encoded.

    Attributes:
        inks: what the sketch tower sees.
        larger: the larger files of these drawings; None without that pack.
        words: embeddings of the captions.
        classes: index of the class of each sketch.
        labels: names of the classes.
        groups: the photo that each sketch was drawn from.
        digests: SHA-256 of each file.
        captions: what the captioner wrote.
        named: embeddings of plain sentences that name a class.
        named_classes: the class that each names.
    """

    inks: UInt8[np.ndarray, "n side side"]
    larger: LargerFiles | None
    words: Float32[np.ndarray, "n d"]
    classes: Labels
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    digests: tuple[str, ...]
    captions: tuple[str, ...]
    named: Float32[np.ndarray, "m d"]
    named_classes: Int[np.ndarray, " m"]

    def seen(self, picks: Int[np.ndarray, " k"]) -> list[str]:
        """Returns the digests of the files of sketches that trained: a larger file shows the same drawing."""
        files = [self.digests] if self.larger is None else [self.digests, self.larger.digests]
        return [digests[i] for digests in files for i in picks]

    def sentences(self, picks: Int[np.ndarray, " k"]) -> tuple[np.ndarray, np.ndarray]:
        """Returns the embeddings and classes that g learns from.

        Besides captions, g learns from plain sentences that name each of the classes, so that a person who types
        the right name is understood; the captioner alone would teach it that "airplane" often means a shark.
        `picks` are the sketches whose captions may be seen.
        """
        rows, classes = self.words[picks], self.classes[picks]
        named = np.isin(self.named_classes, classes)
        return np.concatenate([rows, self.named[named]]), np.concatenate([classes, self.named_classes[named]])


def read_pack(folder: Path, joint: PocketJoint, seed: int) -> Pack:
    """Reads and encodes the sketches of a labelled folder with a column `photo_id`, and their larger files beside it.

    Raises:
        DataError: unusable data, or the pack of larger files lacks a drawing.
    """
    captioner = load_artifact(SHIPPED / "captioner", kind=CAPTIONER, models={"towers": TOWERS_ID})
    sketches = read_sketches(folder, captioner[1].details["nouns"], joint, feature_store())
    captions = fresh_captions(sketches, captioner, joint, seed)
    labels = tuple(sorted({row.label for row in sketches.rows}))
    plain = [sentence for label in labels for sentence in plain_sentences(label)]
    return Pack(
        read_inks([row.path for row in sketches.rows]),
        _larger_files(folder, sketches.rows),
        joint.sentences(captions),
        np.array([labels.index(row.label) for row in sketches.rows]),
        tuple(readable(label) for label in labels),
        sketches.photos,
        tuple(sketches.digests),
        captions,
        joint.sentences(plain),
        np.repeat(np.arange(len(labels)), len(plain) // len(labels)),
    )


def fresh_captions(
    sketches: NamedSketches, captioner: tuple[Arrays, Manifest], joint: PocketJoint, seed: int
) -> tuple[str, ...]:
    """Returns a caption of each sketch by a captioner that saw no sketch of its photo.

    The kept-back sketches are captioned by the shipped captioner; the others by five captioners, each of which
    was fitted without a fifth of the photos. Otherwise g would learn from captions better than new ones are.
    """
    shipped, _ = load_captioners(joint, SHIPPED / "captioner", TOWERS_ID)
    sentences = {gap: captioner[0][f"sketch.{gap}"].astype(np.float32) for gap in shipped.template.candidates}
    nouns = directions(sentences["thing"])
    scale = float(captioner[1].details["adapters"]["sketch"]["thing"])
    captions = [caption.sentence for caption in shipped.captions_of(sketches.pooled)]
    picks, _ = split_by_group(sketches.photos)
    for training, judged in folds_of([sketches.photos[int(i)] for i in picks], FOLDS, seed):
        adapter, outside = fit_adapter(sketches.part(picks[training]), nouns, scale), picks[judged]
        writer = SlotCaptioner(joint, shipped.template, sentences, {"thing": adapter})
        for i, caption in zip(outside, writer.captions_of(sketches.pooled[outside]), strict=True):
            captions[i] = caption.sentence
    return tuple(captions)


def read_inks(paths: Sequence[Path]) -> UInt8[np.ndarray, "n side side"]:
    """Returns the ink of each sketch, as the tower sees it."""
    return np.stack([ink(open_picture(path).pixels, IMAGE_SIZE) for path in tqdm(paths, "ink")])


def _larger_files(folder: Path, rows: Sequence[LabelledPicture]) -> LargerFiles | None:
    larger = find_pack(folder.parent, LARGER)
    if larger is None:
        return None
    files = {row.file: row.path for row in read_folder(larger, "label")}
    missing = next((row.file for row in rows if row.file not in files), None)
    if missing is not None:
        raise DataError(
            f"The pack {LARGER} lacks {missing}, which {folder.name} has; both must hold the same drawings."
        )
    paths = [files[row.file] for row in rows]
    return LargerFiles(read_inks(paths), tuple(sha256_of(path) for path in paths))
