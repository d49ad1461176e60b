"""Recipe `captioner`: sentence embeddings of every word that a caption template may use. Nothing is learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.captioners.slots import KIND
from core.captioners.templates import GARMENT, prompts_of, sketch_template
from core.encoders.towers import TOWERS_ID, Towers
from core.errors import DataError
from core.settings import ASSETS
from core.store import Manifest, read_manifest, save_artifact
from core.training.common import Stopwatch, versions, write_model_card

NOUNS = ASSETS / "models" / "pocket" / "captioner" / "nouns.txt"


def run(data: Path, out: Path, seed: int) -> None:
    """Encodes the candidates of both templates with the frozen text tower.

    Args:
        data: not used; every recipe takes it.
        out: the artefact's folder.
        seed: recorded only.

    Raises:
        DataError: the list of nouns is missing or too short.
    """
    watch = Stopwatch.started()
    nouns = NOUNS.read_text().split("\n")[:-1]
    if len(nouns) < 1000:
        raise DataError(f"The list of nouns has {len(nouns)} entries; it needs at least 1,000.")
    towers = Towers()
    tensors = {
        f"{template.name}.{gap}": towers.sentences(prompts_of(template, gap)).astype(np.float16)
        for template in (sketch_template(nouns), GARMENT)
        for gap in template.candidates
    }
    manifest = Manifest(
        kind=KIND,
        models={"towers": TOWERS_ID},
        data=["nouns.txt, a list of ours"],
        split="nothing is trained.",
        seed=seed,
        versions=versions(),
        metrics={},
        minutes=watch.minutes(),
        details={"nouns": nouns},
    )
    save_artifact(out, tensors, manifest)
    write_model_card(out, "Slot captioner", read_manifest(out), [
        f"Fills the gaps of a caption template by zero-shot choice: {len(nouns)} nouns for sketches, and the "
        "attributes of garments. It holds embeddings of the candidates by all-MiniLM-L6-v2 (Apache-2.0); the "
        "choice is made in the joint space.",
        "It knows no word outside its lists and no grammar; levels of occlusion, scale and zoom are guesses.",
    ])  # fmt: skip
